//! Many UIDs, put together in any order.

use std::collections::BTreeMap;

use super::coding::{Ranges, push_range};

const WORDS: usize = 1024;

/// A set of UIDs: bits, in pieces of 65,536.
#[derive(Debug, Default)]
pub struct Uids(BTreeMap<u32, Box<[u64; WORDS]>>);

impl Uids {
    /// Adds a range.
    pub fn add(&mut self, first: u32, last: u32) {
        for high in first >> 16..=last >> 16 {
            let piece = self.0.entry(high).or_insert_with(|| Box::new([0; WORDS]));
            let from = if high == first >> 16 {
                first & 0xffff
            } else {
                0
            };
            let to = if high == last >> 16 {
                last & 0xffff
            } else {
                0xffff
            };
            let (a, b) = ((from / 64) as usize, (to / 64) as usize);
            let (start, end) = (u64::MAX << (from % 64), u64::MAX >> (63 - to % 64));
            if a == b {
                piece[a] |= start & end;
            } else {
                piece[a] |= start;
                piece[a + 1..b].fill(u64::MAX);
                piece[b] |= end;
            }
        }
    }

    /// All of them, ascending.
    #[must_use]
    pub fn into_ranges(self) -> Vec<(u32, u32)> {
        let mut ranges = Ranges::new();
        for (high, piece) in self.0 {
            for (n, mut word) in piece.into_iter().enumerate() {
                let base = high << 16 | (n as u32) << 6;
                let mut at = 0;
                while word != 0 {
                    let zeros = word.trailing_zeros();
                    word >>= zeros;
                    let ones = word.trailing_ones();
                    at += zeros;
                    push_range(&mut ranges, base + at, base + at + (ones - 1));
                    at += ones;
                    word = word.checked_shr(ones).unwrap_or(0);
                }
            }
        }
        ranges
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::Uids;

    proptest! {
        #[test]
        fn as_a_set(ranges in prop::collection::vec((0_u32..200_000, 0_u32..3_000), 0..30)) {
            let mut uids = Uids::default();
            let mut set = BTreeSet::new();
            for (first, len) in ranges {
                uids.add(first, first + len);
                set.extend(first..=first + len);
            }
            let set: Vec<u32> = set.into_iter().collect();
            prop_assert_eq!(uids.into_ranges(), crate::entry::ranges(&set));
        }
    }

    #[test]
    fn the_last_uid() {
        let mut uids = Uids::default();
        uids.add(u32::MAX - 70, u32::MAX);
        uids.add(0, 0);
        assert_eq!(uids.into_ranges(), [(0, 0), (u32::MAX - 70, u32::MAX)]);
    }
}
