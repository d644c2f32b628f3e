//! How terms and lists of UIDs are written. Whatever reads them gives an error for what cannot be,
//! and never panics.

use crate::{StoreError, StoreResult};

/// First byte of a block of terms; another layout gets another.
const VERSION: u8 = 1;
/// Lists of UIDs up to so many bytes stand beside their term.
const BESIDE: usize = 32;
/// Bytes of a block of terms, and of the rows that longer lists are cut into.
const TERMS: usize = 8 << 10;
pub(super) const ROW: usize = 16 << 10;

/// Closed ranges of UIDs, ascending, none touching another.
pub(super) type Ranges = Vec<(u32, u32)>;

pub(super) fn damaged() -> StoreError {
    StoreError::Corrupt("a block of the search index".into())
}

fn put_number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn take_number(bytes: &[u8], at: &mut usize) -> StoreResult<u64> {
    let mut number = 0_u64;
    for shift in (0..63).step_by(7) {
        let byte = *bytes.get(*at).ok_or_else(damaged)?;
        *at += 1;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok(number);
        }
    }
    Err(damaged())
}

fn take_len(bytes: &[u8], at: &mut usize) -> StoreResult<usize> {
    usize::try_from(take_number(bytes, at)?).map_err(|_| damaged())
}

/// Writes ranges that lie at `base` or above: the gap before each, and its length where it is more
/// than one.
fn put_ranges(out: &mut Vec<u8>, base: u32, ranges: &[(u32, u32)]) {
    let mut at = u64::from(base);
    for &(first, last) in ranges {
        let gap = u64::from(first).saturating_sub(at);
        let more = u64::from(last.saturating_sub(first));
        put_number(out, gap << 1 | u64::from(more > 0));
        if more > 0 {
            put_number(out, more - 1);
        }
        at = u64::from(last) + 1;
    }
}

/// Calls `found` with each range; all lie within `first..=last`.
pub(super) fn each_range(
    bytes: &[u8],
    (first, last): (u32, u32),
    mut found: impl FnMut(u32, u32),
) -> StoreResult<()> {
    let mut next = u64::from(first);
    let mut at = 0;
    while at < bytes.len() {
        let head = take_number(bytes, &mut at)?;
        let start = next.checked_add(head >> 1).ok_or_else(damaged)?;
        let more = if head & 1 == 0 {
            0
        } else {
            take_number(bytes, &mut at)?
                .checked_add(1)
                .ok_or_else(damaged)?
        };
        let end = start.checked_add(more).ok_or_else(damaged)?;
        if end > u64::from(last) {
            return Err(damaged());
        }
        // Both are below `last`.
        found(start as u32, end as u32);
        next = end + 1;
    }
    Ok(())
}

/// A row of a segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A block of terms, by its field and first term.
    Terms(Vec<u8>, Vec<u8>),
    /// A piece of the longer lists, by its place.
    Postings(i64, Vec<u8>),
}

impl Block {
    /// Bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.data().len()
    }

    pub(super) fn data(&self) -> &[u8] {
        match self {
            Self::Terms(_, data) | Self::Postings(_, data) => data,
        }
    }
}

/// What a block's data must have.
pub(super) fn sum(data: &[u8]) -> i64 {
    let hash = blake3::hash(data);
    let mut eight = [0; 8];
    eight.copy_from_slice(&hash.as_bytes()[..8]);
    i64::from_le_bytes(eight)
}

/// Makes the rows of a segment from terms in their order.
#[derive(Debug)]
pub struct Writer {
    base: u32,
    field: u8,
    first: Vec<u8>,
    before: Vec<u8>,
    terms: Vec<u8>,
    postings: Vec<u8>,
    /// Bytes of lists in rows that are full.
    written: u64,
    list: Vec<u8>,
    blocks: Vec<Block>,
    size: usize,
}

impl Writer {
    /// For a segment whose first UID is `base`.
    #[must_use]
    pub fn new(base: u32) -> Self {
        Self {
            base,
            field: 0,
            first: Vec::new(),
            before: Vec::new(),
            terms: Vec::new(),
            postings: Vec::new(),
            written: 0,
            list: Vec::new(),
            blocks: Vec::new(),
            size: 0,
        }
    }

    /// Adds a term: its field's byte, its own bytes, and the UIDs that have it. Keys rise from call
    /// to call.
    pub fn add(&mut self, key: &[u8], ranges: &[(u32, u32)]) {
        let Some((&field, term)) = key.split_first() else {
            return;
        };
        if field != self.field || self.terms.len() >= TERMS {
            self.end_terms();
        }
        if self.terms.is_empty() {
            self.field = field;
            self.first = key.to_vec();
            self.before.clear();
            self.terms.push(VERSION);
        }
        let shared = self
            .before
            .iter()
            .zip(term)
            .take_while(|(a, b)| a == b)
            .count();
        put_number(&mut self.terms, shared as u64);
        put_number(&mut self.terms, (term.len() - shared) as u64);
        self.terms.extend_from_slice(&term[shared..]);
        self.before.clear();
        self.before.extend_from_slice(term);
        self.list.clear();
        put_ranges(&mut self.list, self.base, ranges);
        let len = self.list.len();
        put_number(&mut self.terms, (len as u64) << 1 | u64::from(len > BESIDE));
        if len <= BESIDE {
            self.terms.extend_from_slice(&self.list);
        } else {
            let place = self.written + self.postings.len() as u64;
            put_number(&mut self.terms, place);
            self.postings.extend_from_slice(&self.list);
            while self.postings.len() >= ROW {
                let rest = self.postings.split_off(ROW);
                self.end_postings(rest);
            }
        }
    }

    fn end_terms(&mut self) {
        if !self.terms.is_empty() {
            let (first, data) = (
                std::mem::take(&mut self.first),
                std::mem::take(&mut self.terms),
            );
            self.push(Block::Terms(first, data));
        }
    }

    fn end_postings(&mut self, rest: Vec<u8>) {
        let data = std::mem::replace(&mut self.postings, rest);
        let seq = (self.written / ROW as u64) as i64;
        self.written += data.len() as u64;
        self.push(Block::Postings(seq, data));
    }

    fn push(&mut self, block: Block) {
        self.size += block.data().len();
        self.blocks.push(block);
    }

    /// Bytes of the rows that are ready.
    #[must_use]
    pub fn ready(&self) -> usize {
        self.size
    }

    /// Takes the rows that are ready.
    pub fn take(&mut self) -> Vec<Block> {
        self.size = 0;
        std::mem::take(&mut self.blocks)
    }

    /// No further terms: the last rows are ready.
    pub fn finish(&mut self) {
        self.end_terms();
        if !self.postings.is_empty() {
            self.end_postings(Vec::new());
        }
    }
}

/// Where the UIDs of a term are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum List {
    /// From, to: in the block.
    Beside(usize, usize),
    /// Place among the segment's longer lists, length.
    Away(u64, usize),
}

/// Reads a block of terms.
#[derive(Debug)]
pub(super) struct Cursor<D> {
    data: D,
    at: usize,
    term: Vec<u8>,
}

impl<D: AsRef<[u8]>> Cursor<D> {
    pub(super) fn new(data: D) -> StoreResult<Self> {
        if data.as_ref().first() != Some(&VERSION) {
            return Err(damaged());
        }
        Ok(Self {
            data,
            at: 1,
            term: Vec::new(),
        })
    }

    /// The term that [`Self::next`] found, without its field.
    pub(super) fn term(&self) -> &[u8] {
        &self.term
    }

    /// The bytes of a list beside its term.
    pub(super) fn beside(&self, from: usize, to: usize) -> &[u8] {
        self.data.as_ref().get(from..to).unwrap_or_default()
    }

    /// Goes to the next term.
    pub(super) fn next(&mut self) -> StoreResult<Option<List>> {
        let data = self.data.as_ref();
        if self.at == data.len() {
            return Ok(None);
        }
        let first = self.at == 1;
        let at = &mut self.at;
        let shared = take_len(data, at)?;
        let len = take_len(data, at)?;
        let own = at.checked_add(len).and_then(|end| data.get(*at..end));
        let own = own.ok_or_else(damaged)?;
        let rises = match self.term.get(shared) {
            Some(before) => own.first() > Some(before),
            None => shared == self.term.len() && (first || !own.is_empty()),
        };
        if !rises {
            return Err(damaged());
        }
        *at += len;
        self.term.truncate(shared);
        self.term.extend_from_slice(own);
        let head = take_number(data, at)?;
        let len = usize::try_from(head >> 1).map_err(|_| damaged())?;
        if head & 1 == 1 {
            return Ok(Some(List::Away(take_number(data, at)?, len)));
        }
        let from = *at;
        let end = from.checked_add(len).filter(|end| *end <= data.len());
        *at = end.ok_or_else(damaged)?;
        Ok(Some(List::Beside(from, *at)))
    }
}

/// Adds to UIDs that ascend.
pub(super) fn push_range(ranges: &mut Ranges, first: u32, last: u32) {
    match ranges.last_mut() {
        Some(before) if before.1.checked_add(1) == Some(first) => before.1 = last,
        _ => ranges.push((first, last)),
    }
}

/// Bodies of the fuzz targets; the tests run them too.
#[doc(hidden)]
pub mod fuzzing {
    use super::{Cursor, List, each_range};

    /// Reads any bytes as a block of terms and as a list: an error or sound answers.
    pub fn block(data: &[u8]) {
        if let Ok(mut cursor) = Cursor::new(data) {
            let mut before: Option<Vec<u8>> = None;
            while let Ok(Some(list)) = cursor.next() {
                assert!(before.is_none_or(|before| before.as_slice() < cursor.term()));
                before = Some(cursor.term().to_vec());
                if let List::Beside(from, to) = list {
                    ranges(cursor.beside(from, to));
                }
            }
        }
        ranges(data);
    }

    fn ranges(data: &[u8]) {
        let mut end = 6;
        let within = (7, 90_000);
        let read = each_range(data, within, |first, last| {
            assert!(end < first && first <= last && last <= within.1);
            end = last;
        });
        drop(read);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    type Terms = BTreeMap<Vec<u8>, Ranges>;

    fn written(terms: &Terms, base: u32) -> Vec<Block> {
        let mut writer = Writer::new(base);
        for (key, ranges) in terms {
            writer.add(key, ranges);
        }
        writer.finish();
        writer.take()
    }

    fn read(blocks: &[Block], within: (u32, u32)) -> Terms {
        let mut lists = Vec::new();
        for block in blocks {
            if let Block::Postings(seq, data) = block {
                assert_eq!(*seq as usize * ROW, lists.len());
                lists.extend_from_slice(data);
            }
        }
        let mut terms = Terms::new();
        for block in blocks {
            let Block::Terms(first, data) = block else {
                continue;
            };
            let mut cursor = Cursor::new(data).expect("a block");
            let mut n = 0;
            while let Some(list) = cursor.next().expect("a term") {
                let key = [&first[..1], cursor.term()].concat();
                assert!(n > 0 || key == *first);
                n += 1;
                let bytes = match list {
                    List::Beside(from, to) => cursor.beside(from, to),
                    List::Away(at, len) => &lists[at as usize..at as usize + len],
                };
                let mut ranges = Ranges::new();
                each_range(bytes, within, |a, b| ranges.push((a, b))).expect("a list");
                terms.insert(key, ranges);
            }
        }
        terms
    }

    fn uids() -> impl Strategy<Value = Ranges> {
        let few = prop::collection::btree_set(5_u32..60_000, 1..20);
        let many = prop::collection::btree_set(5_u32..60_000, 1..3_000);
        let ends = Just([u32::MAX - 5, u32::MAX].into_iter().collect());
        prop_oneof![60 => few, 1 => many, 3 => ends].prop_map(|uids| {
            let mut ranges = Ranges::new();
            for uid in uids {
                push_range(&mut ranges, uid, uid);
            }
            ranges
        })
    }

    fn terms() -> impl Strategy<Value = Terms> {
        let key = (
            1_u8..4,
            prop::collection::vec(prop::sample::select(&b"ab\xc4\x91\0"[..]), 0..9),
        );
        let key = key.prop_map(|(field, term)| [&[field][..], &term].concat());
        prop::collection::btree_map(key, uids(), 0..60)
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(terms in terms()) {
            prop_assert_eq!(read(&written(&terms, 5), (5, u32::MAX)), terms);
        }

        #[test]
        fn damage_is_an_error(terms in terms(), at in any::<prop::sample::Index>(), byte: u8, cut: bool) {
            for block in written(&terms, 5) {
                let mut data = block.data().to_vec();
                let at = at.index(data.len());
                if cut { data.truncate(at) } else { data[at] = byte }
                fuzzing::block(&data);
            }
        }

        #[test]
        fn any_bytes(data in prop::collection::vec(any::<u8>(), 0..200)) {
            fuzzing::block(&data);
            fuzzing::block(&[&[VERSION][..], &data].concat());
        }
    }

    #[test]
    fn a_large_vocabulary_takes_many_blocks() {
        let terms: Terms = (0..30_000_u32)
            .map(|n| {
                (
                    format!("\u{1}term{n:05}").into_bytes(),
                    vec![(n + 5, n + 5)],
                )
            })
            .collect();
        let blocks = written(&terms, 5);
        assert!(blocks.len() > 15);
        assert!(blocks.iter().all(|block| block.data().len() < TERMS + 200));
        assert_eq!(read(&blocks, (5, 40_000)), terms);
        assert!(each_range(&[0x14], (5, 14), |_, _| ()).is_err());
    }
}
