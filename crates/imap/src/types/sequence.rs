//! Sequence sets (RFC 9051 §9, `sequence-set`): `1,3:5,*`.

use std::fmt;
use std::num::NonZeroU32;

use congvu_search::ranges::merge;

/// One end of a range: a number, or `*` for the largest in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SeqNumber {
    /// A message number or UID.
    Value(NonZeroU32),
    /// `*`: the largest in use.
    Star,
}

impl SeqNumber {
    fn resolve(self, max: u32) -> u32 {
        match self {
            Self::Value(n) => n.get(),
            Self::Star => max,
        }
    }
}

impl fmt::Display for SeqNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(n) => n.fmt(f),
            Self::Star => f.write_str("*"),
        }
    }
}

/// A range as written; the ends may stand in either order
/// (RFC 9051 §9, `seq-range`: `2:4` and `4:2` are the same).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SeqRange {
    /// The end written first.
    pub first: SeqNumber,
    /// The end written second; equal to `first` for a single number.
    pub last: SeqNumber,
}

impl SeqRange {
    /// Its ends as they were written, with `*` standing for `max`.
    #[must_use]
    pub fn ends(&self, max: u32) -> (u32, u32) {
        (self.first.resolve(max), self.last.resolve(max))
    }
}

/// Why a sequence set was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SequenceSetError {
    /// Not the syntax of a set.
    #[error("invalid sequence set")]
    Syntax,
    /// Zero, or more than 32 bits.
    #[error("number out of range in sequence set")]
    Number,
}

/// A set of message numbers or UIDs, as the client wrote it. Never empty.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SequenceSet {
    ranges: Vec<SeqRange>,
}

impl SequenceSet {
    /// Reads a set from its text.
    ///
    /// # Errors
    /// [`SequenceSetError`] when the text is no set; `$` is none, see
    /// [`MessageSet::Saved`].
    pub fn parse(text: &[u8]) -> Result<Self, SequenceSetError> {
        let ranges = text
            .split(|&b| b == b',')
            .map(range)
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self { ranges })
    }

    /// A set of given ranges, first and last included; `None` when empty or
    /// when a number is zero.
    #[must_use]
    pub fn from_ranges(ranges: &[(u32, u32)]) -> Option<Self> {
        if ranges.is_empty() {
            return None;
        }
        let value = |n| NonZeroU32::new(n).map(SeqNumber::Value);
        let ranges = ranges
            .iter()
            .map(|&(a, b)| {
                Some(SeqRange {
                    first: value(a)?,
                    last: value(b)?,
                })
            })
            .collect::<Option<Vec<_>>>()?;
        Some(Self { ranges })
    }

    /// The ranges as written.
    #[must_use]
    pub fn ranges(&self) -> &[SeqRange] {
        &self.ranges
    }

    /// Whether `*` stands somewhere in the set.
    #[must_use]
    pub fn has_star(&self) -> bool {
        self.ranges
            .iter()
            .any(|r| r.first == SeqNumber::Star || r.last == SeqNumber::Star)
    }

    /// The ranges with `*` standing for `max`, in ascending order, disjoint
    /// and as few as possible. With `max` 0 (nothing in use) a bare `*` gives
    /// nothing and `n:*` gives `1:n`, which names nothing that exists.
    #[must_use]
    pub fn resolve(&self, max: u32) -> Vec<(u32, u32)> {
        let ranges = self.ranges.iter().map(|r| {
            let (a, b) = r.ends(max);
            (a.min(b), a.max(b))
        });
        merge(
            ranges
                .filter(|&(_, last)| last > 0)
                .map(|(a, b)| (a.max(1), b))
                .collect(),
        )
    }
}

fn range(text: &[u8]) -> Result<SeqRange, SequenceSetError> {
    let mut ends = text.splitn(2, |&b| b == b':');
    let first = number(ends.next().unwrap_or_default())?;
    let last = ends.next().map_or(Ok(first), number)?;
    Ok(SeqRange { first, last })
}

fn number(text: &[u8]) -> Result<SeqNumber, SequenceSetError> {
    match text {
        b"*" => Ok(SeqNumber::Star),
        // nz-number does not begin with a zero (RFC 9051 §9).
        [b'0', ..] => Err(SequenceSetError::Number),
        [] => Err(SequenceSetError::Syntax),
        digits if digits.iter().all(u8::is_ascii_digit) => std::str::from_utf8(digits)
            .ok()
            .and_then(|s| s.parse().ok())
            .map(SeqNumber::Value)
            .ok_or(SequenceSetError::Number),
        _ => Err(SequenceSetError::Syntax),
    }
}

impl fmt::Display for SequenceSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, r) in self.ranges.iter().enumerate() {
            if i > 0 {
                f.write_str(",")?;
            }
            r.first.fmt(f)?;
            if r.last != r.first {
                write!(f, ":{}", r.last)?;
            }
        }
        Ok(())
    }
}

/// A sequence set with what its numbers mean.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum MessageSet {
    /// Message sequence numbers.
    Seq(SequenceSet),
    /// Unique identifiers.
    Uid(SequenceSet),
    /// `$`: what a search saved (RFC 5182 §2.1), whichever kind of number it
    /// was found by.
    Saved {
        /// Whether it stands where UIDs stand.
        uid: bool,
    },
}

impl MessageSet {
    /// Whether it stands where UIDs stand.
    #[must_use]
    pub fn is_uid(&self) -> bool {
        matches!(self, Self::Uid(_) | Self::Saved { uid: true })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn set(text: &str) -> SequenceSet {
        SequenceSet::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn reads_sets() {
        // RFC 3501 §9, the example under `sequence-set`, with 15 messages.
        assert_eq!(
            set("2,4:7,9,12:*").resolve(15),
            [(2, 2), (4, 7), (9, 9), (12, 15)]
        );
        assert_eq!(set("*:4,5:7").resolve(10), [(4, 10)]);
        assert_eq!(set("3291:*").resolve(17), [(17, 3291)]);
        assert_eq!(set("*").resolve(0), []);
        assert_eq!(set("5,4,3:1").resolve(9), [(1, 5)]);
        assert_eq!(set("1:4294967295").resolve(1), [(1, u32::MAX)]);
        assert!(set("1,4:*").has_star());
        assert!(!set("1,4:6").has_star());
    }

    #[test]
    fn refuses_what_is_no_set() {
        use SequenceSetError::*;
        for (text, why) in [
            ("", Syntax),
            (",", Syntax),
            ("1,", Syntax),
            ("1:", Syntax),
            ("1:2:3", Syntax),
            ("0", Number),
            ("01", Number),
            ("1:0", Number),
            ("4294967296", Number),
            ("-1", Syntax),
            ("+1", Syntax),
            ("**", Syntax),
            ("$", Syntax),
            ("1,$", Syntax),
        ] {
            assert_eq!(SequenceSet::parse(text.as_bytes()), Err(why), "{text}");
        }
        assert_eq!(SequenceSet::from_ranges(&[]), None);
        assert_eq!(SequenceSet::from_ranges(&[(0, 1)]), None);
    }

    proptest! {
        #[test]
        fn text_round_trips(ranges in prop::collection::vec((1u32.., 1u32..), 1..20)) {
            let made = SequenceSet::from_ranges(&ranges).unwrap();
            prop_assert_eq!(set(&made.to_string()), made);
        }

        #[test]
        fn resolving_keeps_membership(
            ranges in prop::collection::vec((1u32..50, 1u32..50), 1..8),
        ) {
            let resolved = SequenceSet::from_ranges(&ranges).unwrap().resolve(50);
            for n in 1..=60 {
                let written = ranges.iter().any(|&(a, b)| n >= a.min(b) && n <= a.max(b));
                let kept = resolved.iter().any(|&(a, b)| (a..=b).contains(&n));
                prop_assert_eq!(written, kept);
            }
            prop_assert!(resolved.windows(2).all(|w| w[0].1 + 1 < w[1].0));
        }
    }
}
