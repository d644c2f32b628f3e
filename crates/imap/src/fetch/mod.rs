//! Rendering messages: in pages, each one read transaction that writes into a
//! buffer; no transaction is open while anything goes to the client.

mod binary;
mod page;
mod section;
mod stream;

use std::sync::Arc;

use congvu_store::entry::{self, FlagChange, Want};
use congvu_store::{FolderId, MailboxId, StoreError};

use crate::session::flags::Keywords;
use crate::session::selected::{holds, joined};
use crate::session::{Failure, Selected, Session};
use crate::types::FetchItem;
use crate::view::View;

use page::Page;
pub(crate) use page::ZONE_MINUTES;

/// What one FETCH is to render.
pub(crate) struct Plan {
    folder: FolderId,
    mailbox: MailboxId,
    view: Arc<View>,
    ranges: Vec<(u32, u32)>,
    recent: Vec<(u32, u32)>,
    items: Vec<FetchItem>,
    want: Want,
    /// How many messages there are to show.
    count: u64,
    /// How many items show bytes of the message.
    sections: u64,
    shows_flags: bool,
    /// Whether quoted strings may be UTF-8.
    unicode: bool,
    /// Whether what is shown becomes \Seen.
    pub(crate) mark_seen: bool,
}

/// What was rendered.
#[derive(Debug, Default)]
pub(crate) struct Sent {
    /// Bytes of a body were among it.
    pub(crate) bodies: bool,
    /// Something of a message itself was among it, not flags and numbers alone.
    pub(crate) looked: bool,
    /// Some messages could not be read.
    pub(crate) unreadable: bool,
    /// Some messages have a part in an encoding that nobody knows.
    pub(crate) unknown_cte: bool,
}

/// Where the next page begins: a range and a UID in it.
type Place = (usize, u32);

impl Plan {
    /// The items of the messages in `ranges`, ascending UIDs of the view.
    pub(crate) fn new(selected: &Selected, ranges: &[(u32, u32)], items: Vec<FetchItem>) -> Self {
        let count = ranges.iter().map(|&(a, b)| u64::from(b - a) + 1).sum();
        let ranges = joined(&selected.view, ranges);
        Self {
            count,
            folder: selected.folder,
            mailbox: selected.mailbox,
            view: Arc::clone(&selected.view),
            ranges,
            recent: selected.recent.clone(),
            want: items.iter().map(want).max().unwrap_or(Want::Entry),
            sections: items.iter().filter(|item| want(item) == Want::Blob).count() as u64,
            shows_flags: items.contains(&FetchItem::Flags),
            items,
            unicode: false,
            mark_seen: false,
        }
    }
}

fn want(item: &FetchItem) -> Want {
    match item {
        FetchItem::Flags
        | FetchItem::InternalDate
        | FetchItem::Rfc822Size
        | FetchItem::Uid
        | FetchItem::EmailId
        | FetchItem::SaveDate
        | FetchItem::ModSeq => Want::Entry,
        FetchItem::Envelope
        | FetchItem::Body
        | FetchItem::BodyStructure
        | FetchItem::Preview
        | FetchItem::ThreadId => Want::Message,
        FetchItem::Rfc822
        | FetchItem::Rfc822Header
        | FetchItem::Rfc822Text
        | FetchItem::BodySection { .. }
        | FetchItem::Binary { .. }
        | FetchItem::BinarySize { .. } => Want::Blob,
    }
}

/// Whether fetching this shows some of a message's text; headers do not.
fn is_body(item: &FetchItem) -> bool {
    use crate::types::SectionText;
    match item {
        FetchItem::Rfc822 | FetchItem::Rfc822Text | FetchItem::Binary { .. } => true,
        FetchItem::BodySection { section, .. } => {
            matches!(section.text, None | Some(SectionText::Text))
        }
        _ => false,
    }
}

impl Session {
    /// Renders and sends everything the plan names.
    pub(crate) async fn send_pages(&mut self, mut plan: Plan) -> Result<Sent, Failure> {
        plan.unicode = self.enabled.unicode();
        let grant = self.selected.as_ref().and_then(|open| open.grant());
        if let Some(grant) = grant.filter(|_| plan.want > Want::Entry && !plan.ranges.is_empty()) {
            self.note_reading(grant, plan.folder, Some(&plan.ranges))
                .await?;
        }
        let mut sent = Sent::default();
        let mut done = 0;
        let bodies = plan.items.iter().any(is_body);
        let mut place = plan.ranges.first().map(|&(first, _)| (0, first));
        let plan = Arc::new(plan);
        while let Some(from) = place {
            self.check_alive()?;
            let mut page = self.page(&plan, from, plan.mark_seen).await?;
            let mut opened = self.open_large(&mut page).await;
            if !page.newly_seen.is_empty() && !self.mark_seen(&plan, &page).await? {
                // They could not be marked, so they must not be shown so.
                page = self.page(&plan, from, false).await?;
                opened = self.open_large(&mut page).await;
            }
            let (large, unavailable) = opened;
            place = page.next;
            sent.bodies |= bodies && page.rows > 0;
            sent.looked |= plan.want > Want::Entry && page.rows > 0;
            sent.unreadable |= page.unreadable;
            sent.unknown_cte |= page.unknown_cte;
            if let Some(keywords) = page.keywords.take() {
                let out = self.conn.out();
                if let Some(selected) = &mut self.selected {
                    selected.shown = selected.shown.max(page.modseq);
                    selected.learn(keywords, out);
                }
            }
            done += page.rows as u64;
            self.send_page(page, large).await?;
            if let Some(error) = unavailable {
                return Err(error.into());
            }
            if place.is_some() {
                self.tell_progress(done, plan.count).await?;
            }
        }
        Ok(sent)
    }

    async fn page(&self, plan: &Arc<Plan>, from: Place, mark: bool) -> Result<Page, Failure> {
        let work = Arc::clone(plan);
        let read = self.server.store.read(move |tx| {
            let keywords = if work.shows_flags || mark {
                Keywords::load(tx, work.mailbox)?
            } else {
                Keywords::default()
            };
            Page::render(tx, &work, from, mark, keywords)
        });
        Ok(read.await?)
    }

    /// Makes the page's messages \Seen; false where the store cannot now.
    async fn mark_seen(&mut self, plan: &Plan, page: &Page) -> Result<bool, Failure> {
        let folder = plan.folder;
        let witness = self.witness_here();
        let ranges = entry::ranges(&page.newly_seen);
        let known = self.open()?.modseq;
        let write = self.server.store.write(move |tx| {
            let seen = FlagChange::Add(congvu_store::keyword::flag::SEEN);
            let others = entry::changed_since(tx, folder, known)?;
            let both = others.iter().any(|other| holds(&ranges, other.uid));
            let stored = entry::store_flags(tx, folder, &ranges, seen, None)?;
            if let Some(witness) = &witness {
                let set = congvu_store::keyword::flag::SEEN;
                witness.marked(tx, folder, &stored.changed, set)?;
            }
            Ok((stored, both))
        });
        match write.await {
            Ok((stored, both)) => {
                // With CONDSTORE the client must hear the new mod-sequence,
                // and always what others changed since it was last told:
                // which it does when the session catches up.
                if !self.condstore && !both && !stored.changed.is_empty() {
                    self.open()?.own.push(stored.modseq);
                }
                Ok(true)
            }
            Err(error @ (StoreError::DiskFull | StoreError::Unavailable(_))) => {
                tracing::warn!(%error, folder = folder.0, "messages stay unseen");
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }
}
