//! Telling the client what changed in the selected mailbox (RFC 9051 §7.4,
//! §7.5).

use std::sync::Arc;

use congvu_store::entry::{self, Changed};
use congvu_store::folder::{self, Folder};
use congvu_store::{StoreError, StoreResult, Tx};

use super::flags::Keywords;
use super::selected::{holds, joined, minus, push};
use super::{Enabled, End, Failure, Selected, Session};
use crate::fetch::Plan;
use crate::response::{Code, number, uid_set, untagged, untagged_number};
use crate::types::{FetchItem, merge};

/// When changes are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Telling {
    /// Whether EXPUNGE may be sent: not in FETCH, STORE or SEARCH
    /// (RFC 3501 §7.4.1), nor in SORT or THREAD (RFC 5256 §3).
    pub(crate) expunge: bool,
    /// Whether FETCH names the UID: in answers to UID commands.
    pub(crate) uid: bool,
    /// Whether it is here that every client looks for new messages.
    pub(crate) heard: bool,
}

/// What happened since the client was last told.
struct News {
    folder: Folder,
    vanished: Vec<(u32, u32)>,
    changed: Vec<Changed>,
    keywords: Option<Keywords>,
}

fn news(tx: &mut Tx<'_>, selected: &Known) -> StoreResult<Option<News>> {
    let Some(folder) = folder::get(tx, selected.folder)? else {
        return Ok(None);
    };
    let mut news = News {
        folder,
        vanished: Vec::new(),
        changed: Vec::new(),
        keywords: None,
    };
    if news.folder.modseq > selected.modseq {
        news.vanished = match entry::vanished_since(tx, selected.folder, selected.modseq)? {
            Some(vanished) => vanished,
            // Nobody knows any more what left when: whatever is gone, is.
            None => entry::holes(tx, selected.folder)?,
        };
        news.changed = entry::changed_since(tx, selected.folder, selected.modseq)?;
        news.keywords = Some(Keywords::load(tx, news.folder.mailbox)?);
    }
    Ok(Some(news))
}

/// What is known already.
struct Known {
    folder: congvu_store::FolderId,
    modseq: i64,
}

/// How the client wants to be told.
#[derive(Debug, Clone, Copy)]
struct Style {
    condstore: bool,
    enabled: Enabled,
    /// Whether changes of flags are told (RFC 5465 §5.3).
    flags: bool,
    /// Whether FETCH names the UID.
    uid: bool,
}

/// So many ranges stand in one VANISHED at most: some clients have small line buffers.
const RANGES: usize = 500;

/// Writes VANISHED for ascending ranges of UIDs (RFC 7162 §3.2.10).
pub(crate) fn vanished(out: &mut Vec<u8>, earlier: bool, uids: &[(u32, u32)]) {
    for some in uids.chunks(RANGES) {
        untagged(out, |out| {
            out.extend_from_slice(b"VANISHED ");
            if earlier {
                out.extend_from_slice(b"(EARLIER) ");
            }
            uid_set(out, some);
        });
    }
}

impl Session {
    /// Catches up with the store in one read, if anything changed at all.
    pub(crate) async fn sync(&mut self, telling: Telling) -> Result<(), Failure> {
        let frozen = self.is_frozen();
        let style = self.style(telling);
        let Some(selected) = &mut self.selected else {
            return Ok(());
        };
        selected.overheard &= !telling.heard;
        if frozen {
            // Who hears nothing keeps no account of what need not be told.
            selected.own.clear();
            selected.brought.clear();
            if telling.expunge && !selected.held.is_empty() {
                selected.tell_expunged(style, self.conn.out());
            }
            return Ok(());
        }
        selected.stale |= selected.watch.take();
        // What was rendered is newer than what was told: all that lies between is told too.
        selected.stale |= style.condstore && selected.shown > selected.modseq;
        if !selected.stale {
            if telling.expunge && !selected.held.is_empty() {
                selected.tell_expunged(style, self.conn.out());
            }
            return Ok(());
        }
        let known = Known {
            folder: selected.folder,
            modseq: selected.modseq,
        };
        let read = self.server.store.read(move |tx| news(tx, &known));
        let found: Result<_, StoreError> = read.await;
        let Some(selected) = &mut self.selected else {
            return Ok(());
        };
        let Some(news) = found? else {
            let text = "The selected mailbox was deleted";
            return Err(End::Bye(Some(Code::NonExistent), text).into());
        };
        selected.stale = false;
        let fresh = selected.tell(news, telling, style, self.conn.out());
        self.tell_new(&fresh).await
    }

    /// As an IDLE begins: repeats what another command said of new messages. Thunderbird does not look there, and
    /// would show them only with the next ones.
    pub(crate) fn tell_overheard(&mut self) {
        let rev2 = self.enabled.rev2;
        if self.notify.is_none()
            && let Some(selected) = &mut self.selected
            && selected.overheard
        {
            selected.tell_count(rev2, self.conn.out());
        }
    }

    /// Says what modseq the client may come back with, where it cannot tell.
    pub(crate) fn tell_highest(&mut self) {
        let frozen = self.is_frozen();
        if self.enabled.qresync
            && let Some(selected) = &mut self.selected
        {
            selected.tell_highest(frozen, self.conn.out());
        }
    }

    /// How this client is told of changes.
    fn style(&self, telling: Telling) -> Style {
        let selected = self.notify.as_ref().map(|notify| notify.selected.as_ref());
        Style {
            condstore: self.condstore,
            enabled: self.enabled,
            flags: selected.is_none_or(|selected| selected.is_some_and(|of| of.flags)),
            // RFC 9051 §7.5.2, RFC 5465 §5.1: a FETCH that nobody asked for names the UID.
            uid: telling.uid || self.condstore || self.enabled.rev2 || selected.is_some(),
        }
    }

    /// Tells of new messages what the client asked for (RFC 5465 §5.2), unless
    /// it brought them itself.
    async fn tell_new(&mut self, fresh: &[(u32, u32)]) -> Result<(), Failure> {
        let Some(selected) = &mut self.selected else {
            return Ok(());
        };
        let brought = merge(std::mem::take(&mut selected.brought));
        let asked = self.notify.as_ref().and_then(|n| n.selected.as_ref());
        let Some(asked) = asked.filter(|asked| !asked.items.is_empty()) else {
            return Ok(());
        };
        let fresh = minus(fresh, &brought);
        if fresh.is_empty() {
            return Ok(());
        }
        let mut items = asked.items.clone();
        // RFC 7162 §3.1: it is in every FETCH response.
        if self.condstore && !items.contains(&FetchItem::ModSeq) {
            items.push(FetchItem::ModSeq);
        }
        let plan = Plan::new(selected, &fresh, items);
        Box::pin(self.send_pages(plan)).await?;
        Ok(())
    }
}

impl Selected {
    /// Tells the news; gives the new messages.
    fn tell(
        &mut self,
        news: News,
        telling: Telling,
        style: Style,
        out: &mut Vec<u8>,
    ) -> Vec<(u32, u32)> {
        let rev2 = style.enabled.rev2;
        if let Some(keywords) = news.keywords {
            self.learn(keywords, out);
        }
        if self.held.is_empty() {
            self.held_from = self.modseq;
        }
        let there = self.view.intersect(&merge(news.vanished));
        self.held.extend(there);
        if telling.expunge {
            self.tell_expunged(style, out);
        }
        let (fresh, changed): (Vec<_>, Vec<_>) = news
            .changed
            .into_iter()
            .partition(|entry| entry.uid >= self.uid_next);
        if !fresh.is_empty() {
            let view = Arc::make_mut(&mut self.view);
            for entry in &fresh {
                view.append(entry.uid, entry.uid);
                if !rev2 && entry.uid >= news.folder.recent_uid {
                    push(&mut self.recent, entry.uid);
                    self.owes_recent = true;
                }
            }
            self.tell_count(rev2, out);
        }
        for entry in changed {
            if self.own.contains(&entry.modseq) {
                continue;
            }
            if !style.flags {
                self.untold_from.get_or_insert(self.modseq);
                continue;
            }
            let Some(seq) = self.view.seq_of(entry.uid) else {
                continue;
            };
            out.extend_from_slice(b"* ");
            number(out, seq.into());
            out.extend_from_slice(b" FETCH (");
            if style.uid {
                out.extend_from_slice(b"UID ");
                number(out, entry.uid.into());
                out.push(b' ');
            }
            let recent = holds(&self.recent, entry.uid);
            self.keywords.write(out, entry.flags, recent);
            if style.condstore {
                self.shown = self.shown.max(entry.modseq);
                out.extend_from_slice(b" MODSEQ (");
                number(out, entry.modseq.unsigned_abs());
                out.push(b')');
            }
            out.extend_from_slice(b")\r\n");
        }
        self.uid_next = self.uid_next.max(news.folder.uid_next);
        self.modseq = self.modseq.max(news.folder.modseq);
        self.own.clear();
        let mut uids = Vec::new();
        for entry in fresh {
            push(&mut uids, entry.uid);
        }
        let others = !minus(&uids, &merge(self.brought.clone())).is_empty();
        self.overheard |= others && !telling.heard;
        uids
    }

    /// How many messages there are.
    fn tell_count(&self, rev2: bool, out: &mut Vec<u8>) {
        untagged_number(out, self.view.len(), "EXISTS");
        if !rev2 {
            untagged_number(out, self.recent_count(), "RECENT");
        }
    }

    /// Sends the EXPUNGEs, or the VANISHED, that were held back.
    fn tell_expunged(&mut self, style: Style, out: &mut Vec<u8>) {
        let gone = std::mem::take(&mut self.held);
        if gone.is_empty() {
            return;
        }
        let view = Arc::make_mut(&mut self.view);
        if style.enabled.qresync {
            vanished(out, false, &view.cut(&gone));
        } else {
            for seq in view.remove_ranges(&gone) {
                untagged_number(out, seq, "EXPUNGE");
            }
        }
        // A UID never comes back, so what is gone need not stay \Recent.
        self.recent = self
            .view
            .intersect(&merge(std::mem::take(&mut self.recent)));
        // Nor named by `$` (RFC 5182 §2.1).
        let saved = self.view.intersect(&std::mem::take(&mut self.saved));
        self.saved = joined(&self.view, &saved);
    }

    /// Takes note of keywords that came since, and says so before a FETCH
    /// shows one.
    pub(crate) fn learn(&mut self, keywords: Keywords, out: &mut Vec<u8>) {
        if keywords.len() > self.keywords.len() {
            keywords.announce(out);
            keywords.announce_permanent(out, self.read_only);
            self.keywords = Arc::new(keywords);
        }
    }
}
