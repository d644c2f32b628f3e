//! GETQUOTA and GETQUOTAROOT (RFC 9208 §4.1). There is one quota root, the
//! mailbox itself; its name is empty.

use congvu_store::mailbox::Usage;
use congvu_store::{MailboxId, StoreError, Tx, mailbox};

use super::names;
use crate::response::{self, Code, number, untagged};
use crate::session::{Done, Failure, Session};
use crate::types::MailboxName;

/// A folder has no more UIDs than this, so no more messages fit.
const MESSAGES: u64 = u32::MAX as u64;

fn usage(tx: &mut Tx<'_>, id: MailboxId) -> Result<Usage, Failure> {
    Ok(mailbox::usage(tx, id)?.ok_or(StoreError::NotFound("mailbox"))?)
}

impl Session {
    pub(super) async fn get_quota(&mut self, root: &str) -> Result<Done, Failure> {
        let id = self.mailbox()?;
        if !root.is_empty() {
            return Err(Failure::no(Code::NonExistent, "No such quota root"));
        }
        let usage = self.server.store.read(move |tx| usage(tx, id)).await?;
        self.tell_quota(usage);
        Ok(Done::plain("GETQUOTA completed"))
    }

    pub(super) async fn get_quota_root(&mut self, name: MailboxName) -> Result<Done, Failure> {
        let id = self.mailbox()?;
        let read = self.server.store.read(move |tx| {
            names::find(tx, id, &name)?;
            Ok::<_, Failure>((usage(tx, id)?, name.clone()))
        });
        let (usage, name) = read.await?;
        let utf8 = self.enabled.unicode();
        untagged(self.conn.out(), |out| {
            out.extend_from_slice(b"QUOTAROOT ");
            response::mailbox(out, &name, utf8);
            out.extend_from_slice(b" \"\"");
        });
        self.tell_quota(usage);
        Ok(Done::plain("GETQUOTAROOT completed"))
    }

    fn tell_quota(&mut self, usage: Usage) {
        untagged(self.conn.out(), |out| {
            // RFC 9208 §5.1: STORAGE counts units of 1024 bytes.
            out.extend_from_slice(b"QUOTA \"\" (STORAGE ");
            number(out, usage.used_bytes.div_ceil(1024));
            out.push(b' ');
            number(out, usage.quota_bytes / 1024);
            out.extend_from_slice(b" MESSAGE ");
            number(out, usage.used_messages);
            out.push(b' ');
            number(out, MESSAGES);
            out.push(b')');
        });
    }
}
