//! Telling the client what changed in the selected mailbox (RFC 9051 §7.4,
//! §7.5).

use std::sync::Arc;

use congvu_store::entry::{self, Changed};
use congvu_store::folder::{self, Folder};
use congvu_store::{StoreError, StoreResult, Tx};

use super::flags::Keywords;
use super::selected::{holds, joined, push};
use super::{End, Failure, Selected, Session};
use crate::response::{Code, number, untagged_number};
use crate::types::merge;

/// When changes are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Telling {
    /// Whether EXPUNGE may be sent: not in FETCH, STORE or SEARCH
    /// (RFC 3501 §7.4.1), nor in SORT or THREAD (RFC 5256 §3).
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
        news.vanished = entry::vanished_since(tx, selected.folder, selected.modseq)?;
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

impl Session {
    /// Catches up with the store in one read, if anything changed at all.
    pub(crate) async fn sync(&mut self, telling: Telling) -> Result<(), Failure> {
        let Some(selected) = &mut self.selected else {
            return Ok(());
        };
        selected.stale |= selected.watch.take();
        if !selected.stale {
            if telling.expunge && !selected.held.is_empty() {
                selected.tell_expunged(self.conn.out());
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
        selected.tell(news, telling, self.condstore, self.conn.out());
        Ok(())
    }
}

impl Selected {
    fn tell(&mut self, news: News, telling: Telling, condstore: bool, out: &mut Vec<u8>) {
        if let Some(keywords) = news.keywords {
            self.learn(keywords, out);
        }
        self.held.extend(news.vanished);
        if telling.expunge {
            self.tell_expunged(out);
        }
        let (fresh, changed): (Vec<_>, Vec<_>) = news
            .changed
            .into_iter()
            .partition(|entry| entry.uid >= self.uid_next);
        if !fresh.is_empty() {
            let view = Arc::make_mut(&mut self.view);
            for entry in &fresh {
                view.append(entry.uid, entry.uid);
                if entry.uid >= news.folder.recent_uid {
                    push(&mut self.recent, entry.uid);
                    self.owes_recent = true;
                }
            }
            untagged_number(out, self.view.len(), "EXISTS");
            untagged_number(out, self.recent_count(), "RECENT");
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
            if telling.uid || condstore {
                out.extend_from_slice(b"UID ");
                number(out, entry.uid.into());
                out.push(b' ');
            }
            let recent = holds(&self.recent, entry.uid);
            self.keywords.write(out, entry.flags, recent);
            if condstore {
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

    /// Sends the EXPUNGEs that were held back.
    fn tell_expunged(&mut self, out: &mut Vec<u8>) {
        let gone = std::mem::take(&mut self.held);
        if gone.is_empty() {
            return;
        }
        for seq in Arc::make_mut(&mut self.view).remove_ranges(&gone) {
            untagged_number(out, seq, "EXPUNGE");
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
