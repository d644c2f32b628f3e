//! GETQUOTA and GETQUOTAROOT (RFC 9208 §4.1). There is one quota root, the
//! mailbox itself; its name is empty, of a unit mailbox what its folders lie below.

use congvu_store::mailbox::Usage;
use congvu_store::{MailboxId, StoreError, Tx, folder, mailbox};

use super::names::{self, MOST_FOLDERS};
use crate::response::{self, Code, number, string_utf8, untagged};
use crate::session::{Done, Failure, Session};
use crate::types::{INBOX, MailboxName};

/// A folder has no more UIDs than this, so no more messages fit.
const MESSAGES: u64 = u32::MAX as u64;

/// What is used of messages and bytes, and how many folders there are.
fn usage(tx: &mut Tx<'_>, id: MailboxId) -> Result<(Usage, u64), Failure> {
    let usage = mailbox::usage(tx, id)?.ok_or(StoreError::NotFound("mailbox"))?;
    Ok((usage, folder::count(tx, id)?))
}

impl Session {
    pub(super) async fn get_quota(&mut self, root: &str) -> Result<Done, Failure> {
        let (who, root) = (self.who()?, root.to_owned());
        let work = move |tx: &mut Tx<'_>| {
            if root.is_empty() {
                return Ok((usage(tx, who.mailbox)?, root));
            }
            // The root of a unit mailbox is what its folders lie below.
            let inbox = MailboxName::new(&format!("{root}/{INBOX}"));
            let place = inbox.ok().filter(|name| names::is_shared(name.as_str()));
            let no_root = || Failure::no(Code::NonExistent, "No such quota root");
            let (_, place) = names::find(tx, who, &place.ok_or_else(no_root)?)?;
            Ok::<_, Failure>((usage(tx, place.mailbox)?, root))
        };
        let (usage, root) = self.server.store.read(work).await?;
        self.tell_quota(&root, usage);
        Ok(Done::plain("GETQUOTA completed"))
    }

    pub(super) async fn get_quota_root(&mut self, name: MailboxName) -> Result<Done, Failure> {
        let (who, asked) = (self.who()?, name.clone());
        let work = move |tx: &mut Tx<'_>| {
            // RFC 9208 §4.1.2: the mailbox need not exist.
            let place = names::place(tx, who, &asked)?;
            let root = place
                .shared
                .map_or_else(String::new, |other| names::root_of(&other.address));
            Ok::<_, Failure>((usage(tx, place.mailbox)?, root))
        };
        let (usage, root) = self.server.store.read(work).await?;
        let utf8 = self.enabled.unicode();
        untagged(self.conn.out(), |out| {
            out.extend_from_slice(b"QUOTAROOT ");
            response::mailbox(out, &name, utf8);
            out.push(b' ');
            string_utf8(out, &root);
        });
        self.tell_quota(&root, usage);
        Ok(Done::plain("GETQUOTAROOT completed"))
    }

    fn tell_quota(&mut self, root: &str, (usage, folders): (Usage, u64)) {
        untagged(self.conn.out(), |out| {
            // RFC 9208 §5.1: STORAGE counts units of 1024 bytes.
            out.extend_from_slice(b"QUOTA ");
            string_utf8(out, root);
            out.extend_from_slice(b" (STORAGE ");
            number(out, usage.used_bytes.div_ceil(1024));
            out.push(b' ');
            number(out, usage.quota_bytes / 1024);
            out.extend_from_slice(b" MESSAGE ");
            number(out, usage.used_messages);
            out.push(b' ');
            number(out, MESSAGES);
            out.extend_from_slice(b" MAILBOX ");
            number(out, folders);
            out.push(b' ');
            number(out, MOST_FOLDERS as u64);
            out.push(b')');
        });
    }
}
