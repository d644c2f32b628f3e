//! Telling the client what changed in the selected mailbox (RFC 9051 §7.4,
//! §7.5).

use std::sync::Arc;

use congvu_store::entry::{self, Changed};
use congvu_store::folder::{self, Folder};
use congvu_store::{StoreError, StoreResult, Tx};

use super::flags::Keywords;
use super::selected::{holds, minus, push};
use super::{End, Failure, Selected, Session};
use crate::fetch::Plan;
use crate::response::{Code, number, untagged_number};
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
        let frozen = self.is_frozen();
        let flags = self.notify.as_ref().is_none_or(|notify| {
            let selected = notify.selected.as_ref();
            selected.is_some_and(|selected| selected.flags)
        });
        let notified = self.notify.is_some();
        let Some(selected) = &mut self.selected else {
            return Ok(());
        };
        if frozen {
            // Who hears nothing keeps no account of what need not be told.
            selected.own.clear();
            selected.brought.clear();
            if telling.expunge && !selected.held.is_empty() {
                selected.tell_expunged(self.conn.out());
            }
            return Ok(());
        }
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
        let told = Told {
            flags,
            // RFC 5465 §5.1: the UID is always among it.
            uid: telling.uid || self.condstore || notified,
            modseq: self.condstore,
        };
        let fresh = selected.tell(news, telling, told, self.conn.out());
        self.tell_new(&fresh).await
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
        let plan = Plan::new(selected, &fresh, asked.items.clone());
        Box::pin(self.send_pages(plan)).await?;
        Ok(())
    }
}

/// What is told of changes.
#[derive(Clone, Copy)]
struct Told {
    flags: bool,
    uid: bool,
    modseq: bool,
}

impl Selected {
    /// Tells the news; gives the new messages.
    fn tell(
        &mut self,
        news: News,
        telling: Telling,
        told: Told,
        out: &mut Vec<u8>,
    ) -> Vec<(u32, u32)> {
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
            if !told.flags || self.own.contains(&entry.modseq) {
                continue;
            }
            let Some(seq) = self.view.seq_of(entry.uid) else {
                continue;
            };
            out.extend_from_slice(b"* ");
            number(out, seq.into());
            out.extend_from_slice(b" FETCH (");
            if told.uid {
                out.extend_from_slice(b"UID ");
                number(out, entry.uid.into());
                out.push(b' ');
            }
            let recent = holds(&self.recent, entry.uid);
            self.keywords.write(out, entry.flags, recent);
            if told.modseq {
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
        uids
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
