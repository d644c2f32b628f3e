//! SELECT and EXAMINE (RFC 9051 §6.3.2, §6.3.3). The cost grows with the
//! holes between UIDs, not with the messages.

use std::sync::Arc;

use congvu_store::folder::Folder;
use congvu_store::{MailboxId, StoreError, Tx, entry, folder};

use super::names;
use crate::command::Select;
use crate::response::{Code, Condition, untagged_number, untagged_status};
use crate::session::flags::Keywords;
use crate::session::{Done, Failure, Selected, Session};
use crate::types::MailboxName;
use crate::view::View;

/// What is read of the folder.
struct Opened {
    folder: Folder,
    view: View,
    unseen: Option<u32>,
    keywords: Keywords,
}

fn open(tx: &mut Tx<'_>, mailbox: MailboxId, name: &MailboxName) -> Result<Opened, Failure> {
    let folder = names::find(tx, mailbox, name)?;
    let holes = entry::holes(tx, folder.id)?;
    let unseen = if folder.unseen > 0 {
        entry::first_unseen(tx, folder.id)?
    } else {
        None
    };
    Ok(Opened {
        view: View::from_holes(folder.uid_next, &holes),
        unseen,
        keywords: Keywords::load(tx, mailbox)?,
        folder,
    })
}

impl Session {
    pub(super) async fn select(&mut self, select: Select) -> Result<Done, Failure> {
        let mailbox = self.mailbox()?;
        // Even when this fails, no mailbox is selected any more.
        if self.selected.is_some() {
            self.deselect().await;
            let out = self.conn.out();
            untagged_status(
                out,
                Condition::Ok,
                Some(&Code::Closed),
                "Previous mailbox closed",
            );
        }
        if select.condstore {
            self.condstore = true;
        }
        let name = select.mailbox;
        let store = self.server.store.clone();
        let opened = store.read(move |tx| open(tx, mailbox, &name)).await?;
        let id = opened.folder.id;
        let Opened {
            folder,
            view,
            unseen,
            keywords,
        } = opened;
        let mut selected = Selected {
            folder: folder.id,
            mailbox,
            read_only: select.read_only,
            recent: Vec::new(),
            owes_recent: false,
            view: Arc::new(view),
            keywords: Arc::new(keywords),
            modseq: folder.modseq,
            uid_next: folder.uid_next,
            own: Vec::new(),
            held: Vec::new(),
            brought: Vec::new(),
            // What happens between reading and watching is caught up with
            // right after.
            stale: true,
            watch: store.hub().watch(id),
        };
        if folder.recent_uid < folder.uid_next {
            let fresh = [(folder.recent_uid, folder.uid_next - 1)];
            selected.recent = selected.view.intersect(&fresh);
            if !select.read_only {
                store.write(move |tx| folder::take_recent(tx, id)).await?;
            }
        }
        let out = self.conn.out();
        selected.keywords.announce(out);
        untagged_number(out, selected.view.len(), "EXISTS");
        untagged_number(out, selected.recent_count(), "RECENT");
        let mut tell = |code: Code<'_>, text| {
            untagged_status(out, Condition::Ok, Some(&code), text);
        };
        if let Some(seq) = unseen.and_then(|uid| selected.view.seq_of(uid)) {
            tell(Code::Unseen(seq), "First unseen");
        }
        tell(Code::UidValidity(folder.uid_validity), "UIDs valid");
        tell(Code::UidNext(folder.uid_next), "Next UID");
        tell(Code::HighestModSeq(folder.modseq.unsigned_abs()), "Highest");
        selected.keywords.announce_permanent(out, select.read_only);
        self.selected = Some(Box::new(selected));
        Ok(if select.read_only {
            Done::with(&Code::ReadOnly, "EXAMINE completed")
        } else {
            Done::with(&Code::ReadWrite, "SELECT completed")
        })
    }

    /// Lets go of the selected mailbox. What arrived meanwhile was \Recent
    /// here and is to no later session.
    pub(crate) async fn deselect(&mut self) {
        let Some(selected) = self.selected.take() else {
            return;
        };
        if selected.owes_recent && !selected.read_only {
            let id = selected.folder;
            let write = self.server.store.write_bulk(move |tx| {
                folder::take_recent(tx, id)?;
                Ok::<_, StoreError>(())
            });
            if let Err(error) = write.await {
                tracing::debug!(%error, folder = id.0, "\\Recent stays for the next session");
            }
        }
    }
}
