//! The selected mailbox as one session knows it.

use std::sync::Arc;

use congvu_store::change::FolderWatch;
use congvu_store::{FolderId, MailboxId};

use super::flags::Keywords;
use crate::types::{MessageSet, SequenceSet};
use crate::view::{BadSequence, View};

/// A selected mailbox. What the client was told stands here; the store may be
/// ahead.
#[derive(Debug)]
pub(crate) struct Selected {
    pub(crate) folder: FolderId,
    pub(crate) mailbox: MailboxId,
    pub(crate) read_only: bool,
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
    /// Something changed that was not caught up with.
    pub(crate) stale: bool,
    pub(crate) watch: FolderWatch,
}

impl Selected {
    /// The UIDs that a set names. An empty mailbox has no `*`, but clients
    /// ask for `1:*` without looking.
    pub(crate) fn resolve(&self, set: &MessageSet) -> Result<Vec<(u32, u32)>, BadSequence> {
        match set {
            MessageSet::Seq(seqs) if self.view.is_empty() && seqs.has_star() => Ok(Vec::new()),
            set => self.view.resolve(set),
        }
    }

    /// As [`Self::resolve`], passing over numbers that no message has.
    pub(crate) fn resolve_known(&self, set: &MessageSet) -> Vec<(u32, u32)> {
        let seqs = match set {
            MessageSet::Uid(set) => return self.view.resolve_uid(set),
            MessageSet::Seq(set) => set,
        };
        let last = self.view.len();
        let known: Vec<_> = seqs
            .resolve(last)
            .into_iter()
            .filter(|&(first, _)| first <= last)
            .map(|(first, end)| (first, end.min(last)))
            .collect();
        SequenceSet::from_ranges(&known)
            .and_then(|set| self.view.resolve_seq(&set).ok())
            .unwrap_or_default()
    }

    /// How many messages are \Recent.
    pub(crate) fn recent_count(&self) -> u32 {
        let recent = self.view.seqs_of(&self.recent);
        recent.iter().map(|(first, last)| last - first + 1).sum()
    }
}

/// Whether `uid` lies in ascending ranges.
pub(crate) fn holds(ranges: &[(u32, u32)], uid: u32) -> bool {
    let at = ranges.partition_point(|&(_, last)| last < uid);
    ranges.get(at).is_some_and(|&(first, _)| first <= uid)
}

/// Adds a UID, above all others, to ascending ranges.
pub(crate) fn push(ranges: &mut Vec<(u32, u32)>, uid: u32) {
    match ranges.last_mut() {
        Some((_, last)) if last.checked_add(1) == Some(uid) => *last = uid,
        _ => ranges.push((uid, uid)),
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

/// What two lists of ascending ranges have in common.
pub(crate) fn common(a: &[(u32, u32)], b: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let mut both = Vec::new();
    let (mut i, mut j) = (0, 0);
    while let (Some(&(a1, a2)), Some(&(b1, b2))) = (a.get(i), b.get(j)) {
        let (first, last) = (a1.max(b1), a2.min(b2));
        if first <= last {
            both.push((first, last));
        }
        if a2 < b2 {
            i += 1;
        } else {
            j += 1;
        }
    }
    both
}
