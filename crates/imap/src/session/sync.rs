//! Telling the client what changed in the selected mailbox (RFC 9051 §7.4,
//! §7.5).

use std::sync::Arc;

use congvu_store::entry::{self, Changed};
use congvu_store::folder::{self, Folder};
use congvu_store::{StoreError, StoreResult, Tx};

use super::flags::Keywords;
use super::selected::{holds, push};
use super::{Enabled, End, Failure, Selected, Session};
use crate::response::{Code, number, uid_set, untagged, untagged_number};
use crate::types::merge;

/// When changes are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Telling {
    /// Whether EXPUNGE may be sent: not in FETCH, STORE or SEARCH
    /// (RFC 3501 §7.4.1).
    pub(crate) expunge: bool,
    /// Whether FETCH names the UID: in answers to UID commands.
    pub(crate) uid: bool,
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
        let style = Style {
            condstore: self.condstore,
            enabled: self.enabled,
        };
        let Some(selected) = &mut self.selected else {
            return Ok(());
        };
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
        selected.tell(news, telling, style, self.conn.out());
        Ok(())
    }
}

impl Selected {
    fn tell(&mut self, news: News, telling: Telling, style: Style, out: &mut Vec<u8>) {
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
            untagged_number(out, self.view.len(), "EXISTS");
            if !rev2 {
                untagged_number(out, self.recent_count(), "RECENT");
            }
        }
        for entry in changed {
            if self.own.contains(&entry.modseq) {
                continue;
            }
            let Some(seq) = self.view.seq_of(entry.uid) else {
                continue;
            };
            out.extend_from_slice(b"* ");
            number(out, seq.into());
            out.extend_from_slice(b" FETCH (");
            // RFC 9051 §7.5.2: a FETCH that nobody asked for names the UID.
            if telling.uid || style.condstore || rev2 {
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
