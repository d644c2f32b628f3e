//! A window on a list of results (RFC 9394 §4, `partial-range`).

use std::num::NonZeroU32;

use crate::response::number;

/// Which results are wanted, by their places in the list; either end may be
/// written first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartialRange {
    /// Whether places count from the end: `-1` is the last.
    pub from_end: bool,
    /// The place written first.
    pub first: NonZeroU32,
    /// The place written second.
    pub last: NonZeroU32,
}

impl PartialRange {
    /// The places from 0, the second one past the end, of a list of `len`;
    /// `None` where the window lies wholly outside.
    #[must_use]
    pub fn of(self, len: u64) -> Option<(u64, u64)> {
        let (a, b) = (u64::from(self.first.get()), u64::from(self.last.get()));
        let (low, high) = (a.min(b), a.max(b).min(len));
        if low > len {
            return None;
        }
        Some(if self.from_end {
            (len - high, len - low + 1)
        } else {
            (low - 1, high)
        })
    }

    /// Writes the range as the client did.
    pub fn write(self, out: &mut Vec<u8>) {
        for (separator, place) in [(None, self.first), (Some(b':'), self.last)] {
            out.extend(separator);
            if self.from_end {
                out.push(b'-');
            }
            number(out, place.get().into());
        }
    }
}

/// The numbers at places `from..to` (from 0) of ascending ranges.
#[must_use]
pub fn window(ranges: &[(u32, u32)], (from, to): (u64, u64)) -> Vec<(u32, u32)> {
    let mut out = Vec::new();
    let mut at = 0_u64;
    for &(first, last) in ranges {
        let next = at + u64::from(last - first) + 1;
        let (a, b) = (from.max(at), to.min(next));
        if a < b {
            // Both are places within the range, which has 32-bit ends.
            out.push((first + (a - at) as u32, first + (b - 1 - at) as u32));
        }
        at = next;
        if at >= to {
            break;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::types::merge;

    fn range(from_end: bool, first: u32, last: u32) -> PartialRange {
        let place = |n| NonZeroU32::new(n).unwrap();
        PartialRange {
            from_end,
            first: place(first),
            last: place(last),
        }
    }

    #[test]
    fn windows() {
        // RFC 9394 §3.1, 23764 results
        for (asked, found) in [
            (range(true, 1, 100), Some((23_664, 23_764))),
            (range(false, 23_500, 24_000), Some((23_499, 23_764))),
            (range(false, 1, 500), Some((0, 500))),
            (range(false, 24_000, 24_500), None),
            (range(false, 500, 1), Some((0, 500))),
            (range(true, 24_000, 23_764), Some((0, 1))),
            (range(true, 23_765, 23_765), None),
            (range(false, u32::MAX, 1), Some((0, 23_764))),
        ] {
            assert_eq!(asked.of(23_764), found, "{asked:?}");
        }
        assert_eq!(range(false, 1, 1).of(0), None);
        assert_eq!(range(true, 1, 1).of(0), None);
        let mut out = Vec::new();
        range(true, 1, 100).write(&mut out);
        out.push(b' ');
        range(false, 500, 1).write(&mut out);
        assert_eq!(out, b"-1:-100 500:1");
    }

    proptest! {
        #[test]
        fn as_a_list_has_them(
            ranges in prop::collection::vec((1u32..90, 0u32..9), 0..9),
            (first, last, from_end) in (1u32..60, 1u32..60, any::<bool>()),
        ) {
            let ranges = merge(ranges.into_iter().map(|(a, n)| (a, a + n)).collect());
            let list = |ranges: &[(u32, u32)]| -> Vec<u32> {
                ranges.iter().flat_map(|&(a, b)| a..=b).collect()
            };
            let mut all = list(&ranges);
            if from_end {
                all.reverse();
            }
            let (low, high) = (first.min(last) as usize, first.max(last) as usize);
            let mut wanted: Vec<u32> = all.into_iter().skip(low - 1).take(high - low + 1).collect();
            wanted.sort_unstable();
            let len = ranges.iter().map(|&(a, b)| u64::from(b - a) + 1).sum();
            let places = range(from_end, first, last).of(len);
            let found = places.map(|places| window(&ranges, places)).unwrap_or_default();
            prop_assert_eq!(list(&found), wanted);
        }
    }
}
