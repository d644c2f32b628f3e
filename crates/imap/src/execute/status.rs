//! STATUS (RFC 9051 §6.3.11).

use congvu_store::entry;
use congvu_store::folder::Folder;
use congvu_store::{StoreResult, Tx};

use super::names;
use crate::command::Status;
use crate::response::{mailbox, mailbox_id, number};
use crate::session::{Done, Enabled, Failure, Session};
use crate::types::{MailboxName, StatusItem};

/// RFC 9051 Appendix E.12.
pub(super) const NO_RECENT: Failure = Failure::Bad("IMAP4rev2 has no RECENT");

impl Session {
    pub(super) async fn status(&mut self, status: Status) -> Result<Done, Failure> {
        let who = self.who()?;
        if status.items.contains(&StatusItem::HighestModSeq) {
            self.enable_condstore();
        }
        let (enabled, limit) = (self.enabled, self.server.config.append_limit);
        if enabled.rev2 && status.items.contains(&StatusItem::Recent) {
            return Err(NO_RECENT);
        }
        let work = move |tx: &mut Tx<'_>| {
            let (folder, _) = names::find(tx, who, &status.mailbox)?;
            let mut out = Vec::new();
            let (name, items) = (&status.mailbox, &status.items);
            render(tx, &mut out, name, &folder, items, enabled, limit)?;
            Ok::<_, Failure>(out)
        };
        let out = self.server.store.read(work).await?;
        self.conn.put(&out);
        Ok(Done::plain("STATUS completed"))
    }
}

/// Writes a STATUS response. `append_limit` is the same for all mailboxes.
pub(crate) fn render(
    tx: &mut Tx<'_>,
    out: &mut Vec<u8>,
    name: &MailboxName,
    folder: &Folder,
    items: &[StatusItem],
    enabled: Enabled,
    append_limit: u64,
) -> StoreResult<()> {
    out.extend_from_slice(b"* STATUS ");
    mailbox(out, name, enabled.unicode());
    out.extend_from_slice(b" (");
    for (n, item) in items.iter().enumerate() {
        if n > 0 {
            out.push(b' ');
        }
        out.extend_from_slice(item.as_str().as_bytes());
        out.push(b' ');
        let value = match item {
            StatusItem::Messages => folder.total.into(),
            StatusItem::Recent => recent(tx, folder)?,
            StatusItem::UidNext => folder.uid_next.into(),
            StatusItem::UidValidity => folder.uid_validity.into(),
            StatusItem::Unseen => folder.unseen.into(),
            StatusItem::Deleted => entry::deleted_sum(tx, folder.id)?.0,
            StatusItem::DeletedStorage => entry::deleted_sum(tx, folder.id)?.1,
            StatusItem::AppendLimit => append_limit,
            StatusItem::Size => folder.bytes,
            StatusItem::HighestModSeq => folder.modseq.unsigned_abs(),
            StatusItem::MailboxId => {
                mailbox_id(out, folder.id.0);
                continue;
            }
        };
        number(out, value);
    }
    out.extend_from_slice(b")\r\n");
    Ok(())
}

/// How many messages no session has seen.
fn recent(tx: &mut Tx<'_>, folder: &Folder) -> StoreResult<u64> {
    if folder.recent_uid >= folder.uid_next {
        return Ok(0);
    }
    Ok(entry::count_from(tx, folder.id, folder.recent_uid, folder.uid_next)?.into())
}
