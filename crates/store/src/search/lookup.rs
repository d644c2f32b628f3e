//! Asking the index.

use super::coding::{Cursor, List, ROW, damaged, each_range};
use super::segment::{Segment, live};
use super::uids::Uids;
use crate::sql::params;
use crate::{FolderId, StoreResult, Tx};

pub(crate) const BLOCKS: &str = "SELECT data FROM term_block WHERE folder_id = $1 AND segment_id = $2 AND first >= $3 AND first < $4 ORDER BY first";
pub(crate) const BEFORE: &str = "SELECT first FROM term_block WHERE folder_id = $1 AND segment_id = $2 AND first >= $3 AND first <= $4 ORDER BY first DESC LIMIT 1";
pub(crate) const LISTS: &str = "SELECT seq, data FROM posting_block WHERE folder_id = $1 AND segment_id = $2 AND seq BETWEEN $3 AND $4 ORDER BY seq";

/// Bytes of a block that cost as much to look through as one UID from an index of the engine.
const PRICE: usize = 256;
/// What a row costs beside its bytes.
const ROW_PRICE: u64 = 8;
/// Rows between two that are wanted are read along rather than asked for one by one.
const ALONG: u64 = 4;

/// What a question may cost, in UIDs from an index of the engine.
#[derive(Clone, Copy, Debug)]
pub struct Budget(pub u64);

impl Budget {
    /// False where it is spent.
    fn spend(&mut self, bytes: usize) -> bool {
        let price = ROW_PRICE + (bytes / PRICE) as u64;
        match self.0.checked_sub(price) {
            Some(left) => {
                self.0 = left;
                true
            }
            None => {
                self.0 = 0;
                false
            }
        }
    }
}

/// The index of a folder, as one transaction sees it.
#[derive(Clone, Debug)]
pub struct Index {
    folder: FolderId,
    /// All messages up to this UID are indexed.
    pub upto: u32,
    segments: Vec<Segment>,
}

/// The index of a folder; `None` where it has none.
pub fn index(tx: &mut Tx<'_>, folder: FolderId) -> StoreResult<Option<Index>> {
    let upto = tx.one(
        "SELECT indexed_uid FROM folder WHERE id = $1 AND gone_at IS NULL",
        params![folder],
        |row| row.u32(0),
    )?;
    let Some(upto) = upto.filter(|upto| *upto > 0) else {
        return Ok(None);
    };
    Ok(Some(Index {
        folder,
        upto,
        segments: live(tx, folder)?,
    }))
}

/// A longer list that is wanted: for which sets, place, length.
type Wanted = (u32, u64, usize);

/// Asks `matches` about each term of a field; the bits it answers tell which of `hits` (up to 32)
/// take the UIDs that have the term. False where the budget did not suffice.
pub fn find(
    tx: &mut Tx<'_>,
    index: &Index,
    field: u8,
    budget: &mut Budget,
    hits: &mut [Uids],
    mut matches: impl FnMut(&[u8]) -> u32,
) -> StoreResult<bool> {
    let within = (&[field][..], &[field + 1][..]);
    look(tx, index, within, budget, hits, |term| Some(matches(term)))
}

/// The UIDs with terms of a field from `low` on and below `high`.
pub fn between(
    tx: &mut Tx<'_>,
    index: &Index,
    field: u8,
    (low, high): (&[u8], Option<&[u8]>),
    budget: &mut Budget,
    hits: &mut Uids,
) -> StoreResult<bool> {
    let from = [&[field], low].concat();
    let to = high.map_or_else(|| vec![field + 1], |high| [&[field], high].concat());
    let mut found = [std::mem::take(hits)];
    let matches = |term: &[u8]| {
        if high.is_some_and(|high| term >= high) {
            return None;
        }
        Some(u32::from(term >= low))
    };
    let done = look(tx, index, (&from, &to), budget, &mut found, matches);
    let [uids] = found;
    *hits = uids;
    done
}

/// `matches` ends a segment with `None`.
fn look(
    tx: &mut Tx<'_>,
    index: &Index,
    (from, to): (&[u8], &[u8]),
    budget: &mut Budget,
    hits: &mut [Uids],
    mut matches: impl FnMut(&[u8]) -> Option<u32>,
) -> StoreResult<bool> {
    for segment in &index.segments {
        let place = params![index.folder, segment.id];
        let (folder, id) = (place[0], place[1]);
        // The block that `from` lies in may begin before it.
        let begin = tx.one(
            BEFORE,
            &[folder, id, (&from[..1]).into(), from.into()],
            |row| Ok(row.bytes(0)?.to_vec()),
        )?;
        let begin = begin.unwrap_or_else(|| from.to_vec());
        let mut wanted: Vec<Wanted> = Vec::new();
        let mut enough = true;
        tx.each(BLOCKS, &[folder, id, (&begin).into(), to.into()], |row| {
            let data = row.bytes(0)?;
            enough = budget.spend(data.len());
            if !enough {
                return Ok(false);
            }
            let mut cursor = Cursor::new(data)?;
            while let Some(list) = cursor.next()? {
                let Some(sets) = matches(cursor.term()) else {
                    return Ok(false);
                };
                match list {
                    _ if sets == 0 => {}
                    List::Away(at, len) => wanted.push((sets, at, len)),
                    List::Beside(from, to) => {
                        take(cursor.beside(from, to), segment, sets, hits)?;
                    }
                }
            }
            Ok(true)
        })?;
        if !enough || !read_lists(tx, index.folder, segment, &wanted, budget, hits)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn take(bytes: &[u8], segment: &Segment, sets: u32, hits: &mut [Uids]) -> StoreResult<()> {
    each_range(bytes, (segment.first, segment.last), |first, last| {
        for (n, uids) in hits.iter_mut().enumerate().take(32) {
            if sets >> n & 1 == 1 {
                uids.add(first, last);
            }
        }
    })
}

/// The rows that a list lies in.
fn rows(at: u64, len: usize) -> (u64, u64) {
    let end = at.saturating_add(len.max(1) as u64 - 1);
    (at / ROW as u64, end / ROW as u64)
}

/// Reads the longer lists that are wanted; they come in the order of their places.
fn read_lists(
    tx: &mut Tx<'_>,
    folder: FolderId,
    segment: &Segment,
    mut wanted: &[Wanted],
    budget: &mut Budget,
    hits: &mut [Uids],
) -> StoreResult<bool> {
    while let Some(&(_, at, len)) = wanted.first() {
        let (first, mut last) = rows(at, len);
        let mut count = 0;
        for &(_, at, len) in wanted {
            let (from, to) = rows(at, len);
            if from > last + ALONG {
                break;
            }
            last = last.max(to);
            count += 1;
        }
        let (now, later) = wanted.split_at(count);
        let (mut now, mut next) = (now, first);
        // What is read and not yet taken, and where it begins.
        let (mut held, mut begin) = (Vec::new(), first * ROW as u64);
        let mut enough = true;
        let (from, to) = (first as i64, i64::try_from(last).unwrap_or(i64::MAX));
        tx.each(LISTS, params![folder, segment.id, from, to], |row| {
            let data = row.bytes(1)?;
            enough = budget.spend(data.len());
            if !enough || row.u64(0)? != next {
                return Ok(false);
            }
            next += 1;
            held.extend_from_slice(data);
            while let Some(&(sets, at, len)) = now.first() {
                let start = at
                    .checked_sub(begin)
                    .and_then(|start| usize::try_from(start).ok());
                let start = start.ok_or_else(damaged)?;
                let Some(bytes) = start.checked_add(len).and_then(|end| held.get(start..end))
                else {
                    break;
                };
                take(bytes, segment, sets, hits)?;
                now = &now[1..];
            }
            let keep = now.first().map_or(u64::MAX, |list| list.1);
            let done = usize::try_from(keep.saturating_sub(begin))
                .map_or(held.len(), |n| n.min(held.len()));
            held.drain(..done);
            begin += done as u64;
            Ok(true)
        })?;
        if !enough {
            return Ok(false);
        }
        if !now.is_empty() {
            return Err(damaged());
        }
        wanted = later;
    }
    Ok(true)
}
