//! What one session believes a selected mailbox holds (RFC 9051 §2.3.1.2).
//!
//! Message numbers count the messages in UID order, and a number may change
//! only when the client has been told (RFC 9051 §5.5). A session therefore
//! keeps its own view and brings it up to date when it may announce so.

use crate::types::{MessageSet, SequenceSet, merge};

/// A message number stands in a set although no message has it; the command
/// is BAD (RFC 3501 §9, `seq-number`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such message number")]
pub struct BadSequence;

/// UIDs without holes between them, and the number of the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    first: u32,
    last: u32,
    seq: u32,
}

impl Run {
    fn len(&self) -> u32 {
        self.last - self.first + 1
    }
}

/// The map between message numbers and UIDs. It takes memory in proportion to
/// the holes between UIDs. Looking up one message takes time in the order of
/// the logarithm of the number of holes; changes take time in the order of
/// that number.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct View {
    runs: Vec<Run>,
}

impl View {
    /// The view of a mailbox whose messages are the UIDs from 1 to below
    /// `uid_next` but for `holes`: ranges, ends included, in any order.
    #[must_use]
    pub fn from_holes(uid_next: u32, holes: &[(u32, u32)]) -> Self {
        let mut view = Self::default();
        let mut next = 1;
        for (first, last) in merge(holes.to_vec()) {
            if next < first {
                view.append(next, (first - 1).min(uid_next.saturating_sub(1)));
            }
            next = next.max(last.saturating_add(1));
        }
        view.append(next, uid_next.saturating_sub(1));
        view
    }

    /// The view of a mailbox whose messages are these UIDs: ranges, ends
    /// included, ascending.
    #[must_use]
    pub fn from_ranges(ranges: &[(u32, u32)]) -> Self {
        let mut view = Self::default();
        for &(first, last) in ranges {
            view.append(first, last);
        }
        view
    }

    /// How many messages: what `EXISTS` tells.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.runs.last().map_or(0, |run| run.seq - 1 + run.len())
    }

    /// Whether there is no message.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// The highest UID.
    #[must_use]
    pub fn highest(&self) -> Option<u32> {
        self.runs.last().map(|run| run.last)
    }

    /// All UIDs as ascending ranges with holes between them.
    pub fn ranges(&self) -> impl Iterator<Item = (u32, u32)> {
        self.runs.iter().map(|run| (run.first, run.last))
    }

    /// The UID of a message number.
    #[must_use]
    pub fn uid_of(&self, seq: u32) -> Option<u32> {
        let run = self.runs.get(
            self.runs
                .partition_point(|run| run.seq <= seq)
                .checked_sub(1)?,
        )?;
        let after = seq - run.seq;
        (after < run.len()).then(|| run.first + after)
    }

    /// The message number of a UID.
    #[must_use]
    pub fn seq_of(&self, uid: u32) -> Option<u32> {
        let run = self.runs.get(self.run_at_or_after(uid))?;
        (run.first <= uid).then(|| run.seq + (uid - run.first))
    }

    /// The first run that ends at `uid` or later.
    fn run_at_or_after(&self, uid: u32) -> usize {
        self.runs.partition_point(|run| run.last < uid)
    }

    /// The UIDs that a set of either kind names, as ascending ranges.
    ///
    /// # Errors
    /// As [`Self::resolve_seq`].
    pub fn resolve(&self, set: &MessageSet) -> Result<Vec<(u32, u32)>, BadSequence> {
        match set {
            MessageSet::Seq(set) => self.resolve_seq(set),
            MessageSet::Uid(set) => Ok(self.resolve_uid(set)),
        }
    }

    /// The UIDs that message numbers name, as ascending ranges.
    ///
    /// # Errors
    /// [`BadSequence`] when a number is above the highest, or when `*` stands
    /// in the set and there is no message (RFC 3501 §9, `seq-number`).
    pub fn resolve_seq(&self, set: &SequenceSet) -> Result<Vec<(u32, u32)>, BadSequence> {
        if self.is_empty() {
            return Err(BadSequence);
        }
        let mut found = Vec::new();
        for (first, last) in set.resolve(self.len()) {
            if last > self.len() {
                return Err(BadSequence);
            }
            let begin = self.runs.partition_point(|run| run.seq <= first) - 1;
            for run in self.runs[begin..].iter().take_while(|run| run.seq <= last) {
                let from = first.max(run.seq) - run.seq;
                let to = last.min(run.seq - 1 + run.len()) - run.seq;
                found.push((run.first + from, run.first + to));
            }
        }
        Ok(found)
    }

    /// The UIDs of a set that there are, as ascending ranges; `*` is the
    /// highest there is. UIDs that do not exist are passed over
    /// (RFC 9051 §6.4.9).
    #[must_use]
    pub fn resolve_uid(&self, set: &SequenceSet) -> Vec<(u32, u32)> {
        let Some(highest) = self.highest() else {
            return Vec::new();
        };
        self.intersect(&set.resolve(highest))
    }

    /// Those of `ranges`, ascending and disjoint, that there are.
    #[must_use]
    pub fn intersect(&self, ranges: &[(u32, u32)]) -> Vec<(u32, u32)> {
        let mut found = Vec::new();
        for &(first, last) in ranges {
            let begin = self.run_at_or_after(first);
            for run in self.runs[begin..]
                .iter()
                .take_while(|run| run.first <= last)
            {
                found.push((first.max(run.first), last.min(run.last)));
            }
        }
        found
    }

    /// The message numbers of UIDs given as ascending disjoint ranges, as
    /// ascending ranges with as few as possible: for responses that name
    /// numbers in sets. UIDs that there are not are passed over.
    #[must_use]
    pub fn seqs_of(&self, uids: &[(u32, u32)]) -> Vec<(u32, u32)> {
        let mut found = Vec::new();
        for &(first, last) in uids {
            let begin = self.run_at_or_after(first);
            for run in self.runs[begin..]
                .iter()
                .take_while(|run| run.first <= last)
            {
                let from = first.max(run.first) - run.first;
                let to = last.min(run.last) - run.first;
                found.push((run.seq + from, run.seq + to));
            }
        }
        merge(found)
    }

    /// Adds the UIDs from `first` to `last`. Those not above the highest are
    /// passed over: UIDs only ever grow (RFC 9051 §2.3.1.1). Says how many
    /// were added.
    pub fn append(&mut self, first: u32, last: u32) -> u32 {
        let lowest = self
            .highest()
            .map_or(Some(1), |highest| highest.checked_add(1));
        let Some(first) = lowest
            .map(|lowest| lowest.max(first))
            .filter(|&first| first <= last)
        else {
            return 0;
        };
        let seq = self.len() + 1;
        match self.runs.last_mut() {
            Some(run) if run.last + 1 == first => run.last = last,
            _ => self.runs.push(Run { first, last, seq }),
        }
        last - first + 1
    }

    /// Takes one message out and says what number it had, for EXPUNGE.
    pub fn remove(&mut self, uid: u32) -> Option<u32> {
        self.remove_ranges(&[(uid, uid)]).pop()
    }

    /// Takes out all messages in `uids` (ranges, ends included, in any order)
    /// and gives the numbers to announce, highest first: in that order each
    /// EXPUNGE leaves the numbers still to come as they were
    /// (RFC 9051 §7.5.1).
    pub fn remove_ranges(&mut self, uids: &[(u32, u32)]) -> Vec<u32> {
        let gone = in_order(uids);
        let announced: Vec<u32> = self
            .seqs_of(&gone)
            .into_iter()
            .rev()
            .flat_map(|(a, b)| (a..=b).rev())
            .collect();
        if !announced.is_empty() {
            self.take_out(gone);
        }
        announced
    }

    /// Takes out all messages in `uids` (ranges, ends included, in any order)
    /// and gives those there were, as ascending ranges.
    pub fn cut(&mut self, uids: &[(u32, u32)]) -> Vec<(u32, u32)> {
        let gone = in_order(uids);
        let there = self.intersect(&gone);
        if !there.is_empty() {
            self.take_out(gone);
        }
        there
    }

    /// Takes out ascending disjoint ranges.
    fn take_out(&mut self, gone: Vec<(u32, u32)>) {
        let old = std::mem::take(&mut self.runs);
        let mut gone = gone.into_iter().peekable();
        for run in old {
            let mut first = run.first;
            let mut open = true;
            while let Some((from, to)) = gone.next_if(|&(_, to)| to < run.last) {
                if from > first {
                    self.append(first, from - 1);
                }
                first = first.max(to + 1);
            }
            // The last hole may reach into the runs that follow.
            if let Some(&(from, _)) = gone.peek()
                && from <= run.last
            {
                if from > first {
                    self.append(first, from - 1);
                }
                open = false;
            }
            if open {
                self.append(first, run.last);
            }
        }
    }

    /// The highest UID that has the number it should have, where the messages
    /// from number `seq` on are said to be the UIDs from `uid` on, `count` of
    /// them (RFC 7162 §3.2.5.2).
    #[must_use]
    pub fn last_match(&self, seq: u32, uid: u32, count: u32) -> Option<u32> {
        // In a run all UIDs are as far from their numbers, further than in those before it.
        let distance = uid.checked_sub(seq)?;
        let at = self
            .runs
            .partition_point(|run| run.first - run.seq < distance);
        let run = self.runs.get(at)?;
        let last = uid.saturating_add(count.checked_sub(1)?).min(run.last);
        (run.first - run.seq == distance && last >= run.first.max(uid)).then_some(last)
    }
}

/// Ranges in any order as ascending disjoint ones.
fn in_order(uids: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let ranges = uids.iter().copied();
    merge(ranges.filter(|(first, last)| first <= last).collect())
}

#[cfg(test)]
#[path = "view_tests.rs"]
mod tests;
