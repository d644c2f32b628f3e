//! Entries: a message in a folder, with UID, flags, modseq and its own header lines.
//!
//! UIDs and modseqs rise by `UPDATE folder … RETURNING` in the delivering transaction: a lower
//! UID can never appear after a higher one.

mod append;
pub mod conversation;
mod copy;
mod find;
mod flags;
mod newest;
mod order;
mod read;
mod remove;
mod sift;

pub(crate) use append::insert;
pub use append::{Appended, NewEntry, append, deliver};
pub use copy::{Copied, copy_to, move_to};
#[cfg(test)]
pub(crate) use find::{
    ANSWERED, COMBINATION, COMBINED, COPIES, DELETED, DELETED_SUM, DRAFT, FLAGGED, RECEIVED, SEEN,
    UNSEEN,
};
pub use find::{
    Mark, count_from, deleted, deleted_sum, marked, received, some_with_keyword, with_keyword,
    with_object,
};
pub use flags::{FlagChange, FlagsStored, store_flags};
#[cfg(test)]
pub(crate) use newest::{BY_DATE, ON_DESK_OLDER, WAITS_OLDER};
pub use newest::{Shown, Towards, by_date, dates, exists, page};
pub use order::{HeaderView, Headers, headers};
pub use read::{
    Changed, EntryView, Want, changed_since, changed_up_to, first_unseen, holes, scan,
    vanished_since,
};
#[cfg(test)]
pub(crate) use read::{FIRST_UNSEEN, NEWEST, TOUCHED};
pub(crate) use remove::loosen;
pub use remove::{discard, expunge, forget_vanished, remove};
#[cfg(test)]
pub(crate) use sift::{BY_SIZE, SIFTED, SUM, SUM_FLAGGED};
pub use sift::{Sieve, Sum, by_size, sifted, sum};

/// Turns sorted numbers into ranges.
#[must_use]
pub fn ranges(uids: &[u32]) -> Vec<(u32, u32)> {
    let mut out: Vec<(u32, u32)> = Vec::new();
    for &uid in uids {
        match out.last_mut() {
            Some(last) if last.1.checked_add(1) == Some(uid) => last.1 = uid,
            _ => out.push((uid, uid)),
        }
    }
    out
}

/// Ranges as a client may write them (`7,5:3,4`) in order, none overlapping another.
fn in_order(ranges: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let mut sorted: Vec<_> = ranges.iter().map(|&(a, b)| (a.min(b), a.max(b))).collect();
    sorted.sort_unstable();
    let mut out: Vec<(u32, u32)> = Vec::with_capacity(sorted.len());
    for (first, last) in sorted {
        match out.last_mut() {
            Some(before) if first <= before.1.saturating_add(1) => before.1 = before.1.max(last),
            _ => out.push((first, last)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{in_order, ranges};

    #[test]
    fn numbers_become_ranges() {
        assert_eq!(ranges(&[1, 2, 3, 7, 9, 10]), [(1, 3), (7, 7), (9, 10)]);
        assert_eq!(ranges(&[u32::MAX, u32::MAX]).len(), 2);
    }

    #[test]
    fn ranges_are_put_in_order() {
        assert_eq!(
            in_order(&[(7, 7), (5, 3), (4, 4), (9, 12), (10, 11)]),
            [(3, 5), (7, 7), (9, 12)]
        );
        assert_eq!(in_order(&[(1, u32::MAX), (5, 6)]), [(1, u32::MAX)]);
    }
}
