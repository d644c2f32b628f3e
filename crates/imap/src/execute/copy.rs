//! COPY and MOVE (RFC 9051 §6.4.7, §6.4.8): all or nothing, in one
//! transaction, as the RFC wants of COPY and as COPYUID can tell of MOVE. Many
//! messages wait behind mail and other people's commands; then those wait as
//! long as the copying takes.

use congvu_store::entry::{self, Copied};
use congvu_store::{FolderId, MailboxId, StoreError, Tx, mailbox};

use super::names::{self, Who};
use crate::command::Copy;
use crate::response::{Code, Condition, untagged_status};
use crate::session::{Done, Failure, Session};
use crate::types::MailboxName;

/// More messages than this are copied behind everything else.
const MANY: u64 = 5_000;

impl Session {
    pub(super) async fn copy(&mut self, copy: Copy, remove: bool) -> Result<Done, Failure> {
        let selected = if remove {
            self.writable()?
        } else {
            self.open()?
        };
        if selected.grant().is_some() {
            let text = "What one may read for a while is not copied (BS.III.9)";
            return Err(Failure::no(Code::NoPerm, text));
        }
        let ranges = selected.resolve(&copy.messages)?;
        let (from, mailbox) = (selected.folder, selected.mailbox);
        let who = self.who()?;
        let text = if remove {
            "MOVE completed"
        } else {
            "COPY completed"
        };
        let to = copy.mailbox;
        if ranges.is_empty() {
            let look = move |tx: &mut Tx<'_>| names::target(tx, who, &to);
            self.server.store.read(look).await?;
            return Ok(Done::plain(text));
        }
        let count: u64 = ranges.iter().map(|&(a, b)| u64::from(b - a) + 1).sum();
        // What goes into another mailbox is gone from the unit's.
        let witness = self.witness_here();
        let work = move |tx: &mut Tx<'_>| {
            let (into, copied) = carry_out(tx, (who, mailbox), from, &ranges, &to, remove)?;
            if let Some(witness) = witness.as_ref().filter(|_| remove && into.1 != mailbox) {
                witness.removed(tx, from, copied.source.len() as u64)?;
            }
            Ok::<_, Failure>((into.0, copied))
        };
        let store = self.server.store.clone();
        let (into, copied) = if count > MANY {
            self.with_patience(store.write_bulk(work)).await?
        } else {
            self.with_patience(store.write(work)).await?
        }?;
        if copied.source.is_empty() {
            return Ok(Done::plain(text));
        }
        let count = u32::try_from(copied.source.len()).unwrap_or(u32::MAX);
        let code = Code::CopyUid {
            uid_validity: copied.uid_validity,
            from: &entry::ranges(&copied.source),
            to: &[(copied.first, copied.first.saturating_add(count - 1))],
        };
        let new = [(copied.first, copied.first.saturating_add(count - 1))];
        if !remove {
            self.brought(into, &new);
            return Ok(Done::with(&code, text));
        }
        self.brought(into, &new);
        self.removed(&entry::ranges(&copied.source));
        // RFC 6851 §4.3: told before the EXPUNGEs, which follow when the
        // session catches up.
        untagged_status(self.conn.out(), Condition::Ok, Some(&code), "Moved");
        Ok(Done {
            highest: true,
            ..Done::plain(text)
        })
    }
}

fn carry_out(
    tx: &mut Tx<'_>,
    (who, mailbox): (Who, MailboxId),
    from: FolderId,
    ranges: &[(u32, u32)],
    to: &MailboxName,
    remove: bool,
) -> Result<((FolderId, MailboxId), Copied), Failure> {
    let (folder, place) = names::target(tx, who, to)?;
    let to = folder.id;
    let copied = if remove {
        entry::move_to(tx, from, ranges, to)?
    } else {
        entry::copy_to(tx, from, ranges, to)?
    };
    if remove && place.mailbox == mailbox {
        return Ok(((to, mailbox), copied));
    }
    let usage = mailbox::usage(tx, place.mailbox)?.ok_or(StoreError::NotFound("mailbox"))?;
    // Going back takes the copies with it.
    if !copied.source.is_empty() && usage.used_bytes > usage.quota_bytes {
        return Err(Failure::no(Code::OverQuota, "The mailbox is full"));
    }
    Ok(((to, place.mailbox), copied))
}
