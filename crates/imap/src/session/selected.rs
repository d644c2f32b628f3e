//! The selected mailbox as one session knows it.

use std::sync::Arc;

pub(crate) use congvu_search::ranges::{common, holds, minus, push};
use congvu_store::change::FolderWatch;
use congvu_store::{AccessGrantId, FolderId, MailboxId};

use super::KeptOpen;
use super::flags::Keywords;
use crate::response::{Code, Condition, untagged_status};
use crate::types::MessageSet;
use crate::view::{BadSequence, View};

/// A selected mailbox. What the client was told stands here; the store may be
/// ahead.
#[derive(Debug)]
pub(crate) struct Selected {
    pub(crate) folder: FolderId,
    pub(crate) mailbox: MailboxId,
    pub(crate) read_only: bool,
    /// It was selected to be read alone (EXAMINE), whatever one may do in it.
    pub(crate) examined: bool,
    /// It is not one's own.
    pub(crate) kept: Option<KeptOpen>,
    pub(crate) view: Arc<View>,
    pub(crate) keywords: Arc<Keywords>,
    /// The modseq up to which the client was told of changes.
    pub(crate) modseq: i64,
    /// The UIDNEXT the view was made with.
    pub(crate) uid_next: u32,
    /// UIDs that are \Recent to this session: ascending ranges.
    pub(crate) recent: Vec<(u32, u32)>,
    /// Some of them were not yet taken from other sessions.
    pub(crate) owes_recent: bool,
    /// Modseqs of changes by this session's own commands, already answered.
    pub(crate) own: Vec<i64>,
    /// UIDs that are gone, but whose EXPUNGE could not be sent yet.
    pub(crate) held: Vec<(u32, u32)>,
    /// The modseq up to which nothing is held back, while something is.
    pub(crate) held_from: i64,
    /// The modseq up to which all was told, where the client does not want to
    /// hear of flags (RFC 5465 §5.3) and some changed since.
    pub(crate) untold_from: Option<i64>,
    /// The highest modseq a FETCH response has shown since the last answer.
    pub(crate) shown: i64,
    /// The client was told a lower HIGHESTMODSEQ than it could have worked out.
    pub(crate) lowered: bool,
    /// UIDs that `$` names (RFC 5182); some may be gone.
    pub(crate) saved: Vec<(u32, u32)>,
    /// UIDs of messages that this session brought and that were not told yet.
    pub(crate) brought: Vec<(u32, u32)>,
    /// New messages were told of in the answer to a command in which not every client looks for them.
    pub(crate) overheard: bool,
    /// Something changed that was not caught up with.
    pub(crate) stale: bool,
    pub(crate) watch: FolderWatch,
}

impl Selected {
    /// What lets one read it, where it is neither one's own nor kept by one.
    pub(crate) fn grant(&self) -> Option<AccessGrantId> {
        self.kept.as_ref().and_then(|open| open.grant)
    }

    /// The UIDs that a set names. An empty mailbox has no `*`, but clients
    /// ask for `1:*` without looking.
    pub(crate) fn resolve(&self, set: &MessageSet) -> Result<Vec<(u32, u32)>, BadSequence> {
        match set {
            MessageSet::Seq(seqs) if self.view.is_empty() && seqs.has_star() => Ok(Vec::new()),
            MessageSet::Seq(set) => self.view.resolve_seq(set),
            MessageSet::Uid(set) => Ok(self.view.resolve_uid(set)),
            // Empty or not, it is valid (RFC 5182 §2.1).
            MessageSet::Saved { .. } => Ok(self.view.intersect(&self.saved)),
        }
    }

    /// Ranges of UIDs that hold of the view just what a set names, passing
    /// over numbers that no message has. No more ranges than the set has.
    pub(crate) fn spans(&self, set: &MessageSet) -> Vec<(u32, u32)> {
        let seqs = match set {
            MessageSet::Uid(set) => {
                return set.resolve(self.view.highest().unwrap_or_default());
            }
            MessageSet::Saved { .. } => return self.saved.clone(),
            MessageSet::Seq(set) => set,
        };
        let last = self.view.len();
        let known = seqs.resolve(last).into_iter();
        known
            .filter_map(|(first, end)| {
                Some((self.view.uid_of(first)?, self.view.uid_of(end.min(last))?))
            })
            .collect()
    }

    /// The modseq that a client which knows all it was told may come back with.
    pub(crate) fn safe_modseq(&self) -> u64 {
        let safe = if self.held.is_empty() {
            self.modseq
        } else {
            self.held_from
        };
        let untold = self.untold_from.unwrap_or(i64::MAX);
        safe.min(untold).unsigned_abs()
    }

    /// Says which modseq the client may come back with, where it would take
    /// it for higher from what it was shown (RFC 7162 §3.2, §6). `frozen`:
    /// more may have happened that it does not want to hear of.
    pub(crate) fn tell_highest(&mut self, frozen: bool, out: &mut Vec<u8>) {
        let all_told = self.held.is_empty() && self.untold_from.is_none() && !frozen;
        let safe = self.safe_modseq();
        let shown = std::mem::take(&mut self.shown).unsigned_abs();
        if shown > safe {
            self.lowered = true;
        } else if self.lowered && all_told {
            self.lowered = false;
        } else {
            return;
        }
        let text = if self.lowered {
            "Something is still to be told"
        } else {
            "Everything was told"
        };
        untagged_status(out, Condition::Ok, Some(&Code::HighestModSeq(safe)), text);
    }

    /// IMAP4rev2 knows no \Recent; the messages stay so for other sessions.
    pub(crate) fn forget_recent(&mut self) {
        self.recent = Vec::new();
        self.owes_recent = false;
    }

    /// Keeps UIDs, ascending ranges of the view, for `$`; false where they
    /// are in too many pieces to be kept, and `$` is empty then
    /// (RFC 5182 §2.5).
    pub(crate) fn save(&mut self, uids: &[(u32, u32)], most: usize) -> bool {
        self.saved = joined(&self.view, uids);
        let kept = self.saved.len() <= most;
        if !kept {
            self.saved = Vec::new();
        }
        kept
    }

    /// Returns when something changed, unless it is `frozen`, or when one may no longer have it open. Cancel-safe.
    pub(crate) async fn something(&mut self, frozen: bool, now: i64) {
        let Self {
            watch, stale, kept, ..
        } = self;
        let changed = async {
            if frozen {
                std::future::pending::<()>().await;
            }
            if !*stale {
                watch.changed().await;
                *stale = true;
            }
        };
        let ended = async {
            match kept {
                Some(kept) => kept.changed(now).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = changed => {}
            () = ended => {}
        }
    }

    /// How many messages are \Recent.
    pub(crate) fn recent_count(&self) -> u32 {
        let recent = self.view.seqs_of(&self.recent);
        recent.iter().map(|(first, last)| last - first + 1).sum()
    }
}

/// The ranges with neighbours joined that have no message between them: fewer
/// statements read the same rows.
pub(crate) fn joined(view: &View, ranges: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let mut out: Vec<(u32, u32)> = Vec::with_capacity(ranges.len());
    for &(first, last) in ranges {
        if let Some(before) = out.last_mut()
            && let (Some(a), Some(b)) = (view.seq_of(before.1), view.seq_of(first))
            && a + 1 == b
        {
            before.1 = last;
        } else {
            out.push((first, last));
        }
    }
    out
}

/// Ascending ranges in pieces of at most `most` UIDs each.
pub(crate) fn chunks(ranges: &[(u32, u32)], most: u32) -> Vec<Vec<(u32, u32)>> {
    let mut chunks = Vec::new();
    let (mut open, mut left) = (Vec::new(), most);
    for &(mut first, last) in ranges {
        while last - first >= left {
            open.push((first, first + (left - 1)));
            first += left;
            chunks.push(std::mem::take(&mut open));
            left = most;
        }
        open.push((first, last));
        left -= last - first + 1;
        if left == 0 {
            chunks.push(std::mem::take(&mut open));
            left = most;
        }
    }
    if !open.is_empty() {
        chunks.push(open);
    }
    chunks
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::types::merge;

    fn ranges() -> impl Strategy<Value = Vec<(u32, u32)>> {
        let end = prop_oneof![0..40u32, u32::MAX - 40..=u32::MAX];
        prop::collection::vec((end, 0..6u32), 0..8).prop_map(|ranges| {
            merge(
                ranges
                    .iter()
                    .map(|&(a, n)| (a, a.saturating_add(n)))
                    .collect(),
            )
        })
    }

    proptest! {
        #[test]
        fn chunks_hold_all(a in ranges(), most in 1..9u32) {
            let chunks = chunks(&a, most);
            for chunk in &chunks {
                let len: u32 = chunk.iter().map(|(first, last)| last - first + 1).sum();
                prop_assert!((1..=most).contains(&len));
            }
            prop_assert_eq!(merge(chunks.concat()), a);
        }
    }
}
