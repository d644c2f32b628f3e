//! SELECT and EXAMINE (RFC 9051 §6.3.2, §6.3.3). The cost grows with the
//! holes between UIDs, not with the messages.

use std::sync::Arc;

use congvu_store::activity::Kind;
use congvu_store::delegation::Rights;
use congvu_store::folder::Folder;
use congvu_store::{StoreError, Tx, entry, folder};

use super::list;
use super::names::{self, Place, Who};
use super::resync::{Missed, missed};
use crate::command::Select;
use crate::fetch::Plan;
use crate::parse::Denormalized;
use crate::response::{Code, Condition, untagged_number, untagged_status};
use crate::session::flags::Keywords;
use crate::session::{Done, Enabled, Failure, KeptOpen, Selected, Session, vanished};
use crate::types::FetchItem;
use crate::view::View;

/// What is read of the folder.
struct Opened {
    folder: Folder,
    place: Place,
    view: View,
    unseen: Option<u32>,
    keywords: Keywords,
    /// The LIST response of IMAP4rev2.
    list: Vec<u8>,
    missed: Missed,
}

fn open(
    tx: &mut Tx<'_>,
    who: Who,
    select: &Select,
    enabled: Enabled,
    given: Option<&Denormalized>,
) -> Result<Opened, Failure> {
    let (folder, place) = names::find(tx, who, &select.mailbox)?;
    let mailbox = place.mailbox;
    let holes = entry::holes(tx, folder.id)?;
    // RFC 9051 Appendix E.11: no UNSEEN any more.
    let unseen = if folder.unseen > 0 && !enabled.rev2 {
        entry::first_unseen(tx, folder.id)?
    } else {
        None
    };
    let mut list = Vec::new();
    if enabled.rev2 {
        let old = given.map(|given| given.given.as_str());
        list::one(tx, &mut list, &folder, &select.mailbox, old)?;
    }
    let view = View::from_holes(folder.uid_next, &holes);
    let missed = match &select.resync {
        Some(client) => missed(tx, &folder, &view, &holes, client)?,
        None => Missed::default(),
    };
    Ok(Opened {
        view,
        unseen,
        keywords: Keywords::load(tx, mailbox)?,
        list,
        missed,
        folder,
        place,
    })
}

impl Session {
    pub(super) async fn select(&mut self, select: Select) -> Result<Done, Failure> {
        let who = self.who()?;
        if select.resync.is_some() && !self.enabled.qresync {
            return Err(Failure::Bad("Enable QRESYNC first"));
        }
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
        let (examined, enabled) = (select.read_only, self.enabled);
        let given = self.denormalized.pop();
        let store = self.server.store.clone();
        let opened = store.read(move |tx| open(tx, who, &select, enabled, given.as_ref()));
        let Opened {
            folder,
            place,
            view,
            unseen,
            keywords,
            list,
            missed,
        } = opened.await?;
        let id = folder.id;
        let mailbox = place.mailbox;
        let read_only = examined || !place.rights.has(Rights::ORGANISE);
        match place.shared.as_ref().map(|other| other.grant) {
            Some(Some(grant)) => self.note_reading(grant, id, None).await?,
            // Its keepers' use is use of the mailbox.
            Some(None) => self.server.access.note(mailbox, Kind::App),
            None => {}
        }
        let kept = place.shared.map(|other| KeptOpen::new(store.hub(), &other));
        let mut selected = Selected {
            folder: folder.id,
            mailbox,
            read_only,
            examined,
            kept,
            recent: Vec::new(),
            owes_recent: false,
            view: Arc::new(view),
            keywords: Arc::new(keywords),
            modseq: folder.modseq,
            uid_next: folder.uid_next,
            own: Vec::new(),
            held: Vec::new(),
            brought: Vec::new(),
            overheard: false,
            held_from: 0,
            untold_from: None,
            shown: 0,
            lowered: false,
            saved: Vec::new(),
            // What happens between reading and watching is caught up with
            // right after.
            stale: true,
            watch: store.hub().watch(id),
        };
        if folder.recent_uid < folder.uid_next && !enabled.rev2 {
            let fresh = [(folder.recent_uid, folder.uid_next - 1)];
            selected.recent = selected.view.intersect(&fresh);
            if !read_only {
                store.write(move |tx| folder::take_recent(tx, id)).await?;
            }
        }
        let out = self.conn.out();
        selected.keywords.announce(out);
        untagged_number(out, selected.view.len(), "EXISTS");
        if !enabled.rev2 {
            untagged_number(out, selected.recent_count(), "RECENT");
        }
        let mut tell = |code: Code<'_>, text| {
            untagged_status(out, Condition::Ok, Some(&code), text);
        };
        if let Some(seq) = unseen.and_then(|uid| selected.view.seq_of(uid)) {
            tell(Code::Unseen(seq), "First unseen");
        }
        tell(Code::UidValidity(folder.uid_validity), "UIDs valid");
        tell(Code::UidNext(folder.uid_next), "Next UID");
        tell(Code::HighestModSeq(folder.modseq.unsigned_abs()), "Highest");
        tell(Code::MailboxId(folder.id.0), "Mailbox");
        selected.keywords.announce_permanent(out, read_only);
        out.extend_from_slice(&list);
        self.selected = Some(Box::new(selected));
        self.tell_missed(missed).await?;
        Ok(if read_only {
            let text = if examined {
                "EXAMINE completed"
            } else {
                "SELECT completed"
            };
            Done::with(&Code::ReadOnly, text)
        } else {
            Done::with(&Code::ReadWrite, "SELECT completed")
        })
    }

    /// RFC 7162 §3.2.5.1: what is gone first, for the numbers that follow.
    async fn tell_missed(&mut self, missed: Missed) -> Result<(), Failure> {
        vanished(self.conn.out(), true, &missed.vanished);
        if !missed.changed.is_empty() {
            let items = vec![FetchItem::Uid, FetchItem::Flags, FetchItem::ModSeq];
            let plan = Plan::new(self.open()?, &missed.changed, items);
            Box::pin(self.send_pages(plan)).await?;
        }
        Ok(())
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
