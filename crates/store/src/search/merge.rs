//! Several segments become one, in steps.

use super::coding::Block;
use super::coding::{Cursor, List, ROW, Ranges, Writer, damaged, each_range, push_range, sum};
use super::segment::Segment;
use crate::sql::params;
use crate::{FolderId, StoreError, StoreResult, Tx, entry};

/// Reads a segment from its beginning to its end.
#[derive(Debug)]
struct Source {
    segment: Segment,
    /// Field and term where it stands.
    key: Vec<u8>,
    uids: Ranges,
    cursor: Option<Cursor<Vec<u8>>>,
    /// First key of the block it is in.
    block: Vec<u8>,
    /// The longer lists from `begin` on.
    held: Vec<u8>,
    begin: u64,
    done: bool,
}

/// Merges neighbouring segments and leaves out what was removed meanwhile.
#[derive(Debug)]
pub struct Merger {
    folder: FolderId,
    sources: Vec<Source>,
    gone: Ranges,
    left_out: Vec<u32>,
    writer: Writer,
}

impl Merger {
    /// Begins; `sources` are neighbours in the order of their UIDs.
    pub fn new(tx: &mut Tx<'_>, folder: FolderId, sources: &[Segment]) -> StoreResult<Self> {
        let mut merger = Self {
            folder,
            sources: Vec::new(),
            gone: entry::holes(tx, folder)?,
            left_out: super::segment::to_forget(tx, folder)?,
            writer: Writer::new(sources.first().map_or(0, |segment| segment.first)),
        };
        let within = |uid: &u32| sources.iter().any(|s| (s.first..=s.last).contains(uid));
        merger.left_out.retain(within);
        for segment in sources {
            let mut source = Source {
                segment: *segment,
                key: Vec::new(),
                uids: Vec::new(),
                cursor: None,
                block: Vec::new(),
                held: Vec::new(),
                begin: 0,
                done: false,
            };
            source.advance(tx, folder)?;
            merger.sources.push(source);
        }
        Ok(merger)
    }

    /// What the merged segment was to forget and does not tell of.
    #[must_use]
    pub fn left_out(&self) -> &[u32] {
        &self.left_out
    }

    /// How many messages of the sources are still there.
    #[must_use]
    pub fn messages(&self) -> u32 {
        let of = |source: &Source| {
            let segment = source.segment;
            let mut left = vec![(segment.first, segment.last)];
            leave_out(&mut left, &self.gone);
            left.iter()
                .map(|range| range.1 - range.0 + 1)
                .sum::<u32>()
                .min(segment.messages)
        };
        self.sources.iter().map(of).sum()
    }

    /// Goes on until there are about so many bytes of rows, or all is done.
    pub fn step(&mut self, tx: &mut Tx<'_>, bytes: usize) -> StoreResult<(Vec<Block>, bool)> {
        let mut read = 0;
        while self.writer.ready() < bytes && read < bytes {
            let least = self
                .sources
                .iter()
                .filter(|source| !source.done)
                .map(|source| &source.key);
            let Some(key) = least.min().cloned() else {
                self.writer.finish();
                return Ok((self.writer.take(), true));
            };
            let mut uids = Ranges::new();
            for source in &mut self.sources {
                if source.done || source.key != key {
                    continue;
                }
                for &(first, last) in &source.uids {
                    push_range(&mut uids, first, last);
                }
                read += key.len() / 4 + source.uids.len();
                source.advance(tx, self.folder)?;
            }
            leave_out(&mut uids, &self.gone);
            if !uids.is_empty() {
                self.writer.add(&key, &uids);
            }
        }
        Ok((self.writer.take(), false))
    }
}

/// Takes `gone` out of `uids`; both ascend.
fn leave_out(uids: &mut Ranges, gone: &[(u32, u32)]) {
    let (Some(&(first, _)), Some(&(_, last))) = (uids.first(), uids.last()) else {
        return;
    };
    let from = gone.partition_point(|hole| hole.1 < first);
    let mut gone = gone[from..]
        .iter()
        .take_while(|hole| hole.0 <= last)
        .peekable();
    if gone.peek().is_none() {
        return;
    }
    let mut left = Ranges::new();
    for &(mut start, end) in uids.iter() {
        let mut over = false;
        while let Some(&&(hole, hole_end)) = gone.peek() {
            if hole > end {
                break;
            }
            if hole_end >= start {
                if hole > start {
                    left.push((start, hole - 1));
                }
                if hole_end >= end {
                    over = true;
                    break;
                }
                start = hole_end + 1;
            }
            gone.next();
        }
        if !over {
            left.push((start, end));
        }
    }
    *uids = left;
}

impl Source {
    fn advance(&mut self, tx: &mut Tx<'_>, folder: FolderId) -> StoreResult<()> {
        loop {
            if let Some(cursor) = &mut self.cursor
                && let Some(list) = cursor.next()?
            {
                let field = *self.block.first().ok_or_else(damaged)?;
                self.key.clear();
                self.key.push(field);
                self.key.extend_from_slice(cursor.term());
                self.uids.clear();
                let within = (self.segment.first, self.segment.last);
                let uids = &mut self.uids;
                let found = |first, last| uids.push((first, last));
                match list {
                    List::Beside(from, to) => each_range(cursor.beside(from, to), within, found)?,
                    List::Away(at, len) => {
                        hold(
                            tx,
                            folder,
                            self.segment.id,
                            (&mut self.held, &mut self.begin),
                            (at, len),
                        )?;
                        each_range(&self.held[..len], within, found)?;
                    }
                }
                return Ok(());
            }
            let next = tx.one(
                "SELECT first, sum, data FROM term_block WHERE folder_id = $1 AND segment_id = $2 AND first > $3 ORDER BY first LIMIT 1",
                params![folder, self.segment.id, &self.block],
                |row| Ok((row.bytes(0)?.to_vec(), row.int(1)?, row.bytes(2)?.to_vec())),
            )?;
            let Some((first, kept, data)) = next else {
                self.done = true;
                return Ok(());
            };
            if sum(&data) != kept {
                return Err(damaged());
            }
            self.cursor = Some(Cursor::new(data)?);
            self.block = first;
        }
    }
}

/// Brings `held` to begin at a list and hold all of it.
fn hold(
    tx: &mut Tx<'_>,
    folder: FolderId,
    segment: i64,
    (held, begin): (&mut Vec<u8>, &mut u64),
    (at, len): (u64, usize),
) -> StoreResult<()> {
    let past = at
        .checked_sub(*begin)
        .and_then(|past| usize::try_from(past).ok());
    let past = past.ok_or_else(damaged)?;
    let end = *begin + held.len() as u64;
    if past <= held.len() {
        held.drain(..past);
        *begin = at;
    } else {
        // A list is left out only where its term is: never by what is written here.
        return Err(StoreError::Corrupt(
            "a list of the search index has no term".into(),
        ));
    }
    let mut seq = end / ROW as u64;
    while held.len() < len {
        let row = tx.one(
            "SELECT sum, data FROM posting_block WHERE folder_id = $1 AND segment_id = $2 AND seq = $3",
            params![folder, segment, seq as i64],
            |row| Ok((row.int(0)?, row.bytes(1)?.to_vec())),
        )?;
        let (kept, data) = row.ok_or_else(damaged)?;
        if sum(&data) != kept || data.is_empty() {
            return Err(damaged());
        }
        held.extend_from_slice(&data);
        seq += 1;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::leave_out;
    use crate::entry::ranges;

    proptest! {
        #[test]
        fn what_is_gone_is_left_out(
            uids in prop::collection::btree_set(0_u32..60, 0..40),
            gone in prop::collection::btree_set(0_u32..60, 0..40),
        ) {
            let list = |set: &std::collections::BTreeSet<u32>| ranges(&set.iter().copied().collect::<Vec<_>>());
            let mut left = list(&uids);
            leave_out(&mut left, &list(&gone));
            prop_assert_eq!(left, list(&uids.difference(&gone).copied().collect()));
        }
    }
}
