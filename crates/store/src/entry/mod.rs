//! Entries: a message in a folder, with UID, flags, modseq and its own header lines.
//!
//! UIDs and modseqs rise by `UPDATE folder … RETURNING` in the delivering transaction: a lower
//! UID can never appear after a higher one.

mod append;
mod copy;
mod flags;
mod read;
mod remove;

pub use append::{Appended, NewEntry, append};
pub use copy::{Copied, copy_to, move_to};
pub use flags::{FlagChange, FlagsStored, store_flags};
pub use read::{
    Changed, EntryView, Want, changed_since, deleted, first_unseen, flagged, holes, scan, unseen,
    vanished_since,
};
pub(crate) use remove::loosen;
pub use remove::{expunge, remove};

/// Turns sorted numbers into ranges.
#[must_use]
pub fn ranges(uids: &[u32]) -> Vec<(u32, u32)> {
    let mut out: Vec<(u32, u32)> = Vec::new();
    for &uid in uids {
        match out.last_mut() {
            Some(last) if last.1 + 1 == uid => last.1 = uid,
            _ => out.push((uid, uid)),
        }
    }
    out
}
