//! Ascending ranges of UIDs, ends included.

/// UIDs in ascending ranges, none touching another.
pub type Ranges = Vec<(u32, u32)>;

/// Sorts ranges (ends included) and joins those that touch or overlap.
#[must_use]
pub fn merge(mut ranges: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
    ranges.sort_unstable();
    let mut merged: Vec<(u32, u32)> = Vec::with_capacity(ranges.len());
    for (first, last) in ranges {
        match merged.last_mut() {
            Some(open) if first <= open.1.saturating_add(1) => open.1 = open.1.max(last),
            _ => merged.push((first, last)),
        }
    }
    merged
}

/// Whether `uid` lies in ascending ranges.
#[must_use]
pub fn holds(ranges: &[(u32, u32)], uid: u32) -> bool {
    let at = ranges.partition_point(|&(_, last)| last < uid);
    ranges.get(at).is_some_and(|&(first, _)| first <= uid)
}

/// Adds a UID, above all others, to ascending ranges.
pub fn push(ranges: &mut Vec<(u32, u32)>, uid: u32) {
    match ranges.last_mut() {
        Some((_, last)) if last.checked_add(1) == Some(uid) => *last = uid,
        _ => ranges.push((uid, uid)),
    }
}

/// What two lists of ascending ranges have in common.
#[must_use]
pub fn common(a: &[(u32, u32)], b: &[(u32, u32)]) -> Vec<(u32, u32)> {
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

/// The first list of ascending ranges without what the second has.
#[must_use]
pub fn minus(a: &[(u32, u32)], b: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let mut kept = Vec::new();
    let mut i = 0;
    for &(first, last) in a {
        let mut from = first;
        while let Some(&(b1, b2)) = b.get(i)
            && b1 <= last
        {
            if b1 > from {
                kept.push((from, b1 - 1));
            }
            from = from.max(b2.saturating_add(1));
            if b2 >= last {
                break;
            }
            i += 1;
        }
        if from <= last && !b.get(i).is_some_and(|&(b1, b2)| b1 <= from && from <= b2) {
            kept.push((from, last));
        }
    }
    kept
}

/// How many UIDs ranges hold.
#[must_use]
pub fn count(ranges: &[(u32, u32)]) -> u64 {
    ranges
        .iter()
        .map(|&(first, last)| u64::from(last - first) + 1)
        .sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

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
        fn sets_agree_with_their_members(a in ranges(), b in ranges()) {
            let (both, rest) = (common(&a, &b), minus(&a, &b));
            for uid in (0..60).chain(u32::MAX - 60..=u32::MAX) {
                let (in_a, in_b) = (holds(&a, uid), holds(&b, uid));
                prop_assert_eq!(holds(&both, uid), in_a && in_b);
                prop_assert_eq!(holds(&rest, uid), in_a && !in_b);
            }
        }
    }
}
