//! `lead`: the words a name begins with, such as its kind: "Phòng" spelled out (QN.4.1.c), left out (SL.5.1.c).

use crate::naming::draft::{Draft, Take};
use crate::naming::pattern::{Mark, Phrase};

/// Decides the first of these phrases that the name begins with; with `alone`, only where nothing else is left of the
/// name (the office of a department, as against an office of land registration).
pub(super) fn apply(
    draft: &mut Draft,
    phrases: &[Phrase],
    alone: bool,
    mark: Mark,
) -> Option<String> {
    let bare = draft.bare;
    let found = phrases
        .iter()
        .find(|phrase| phrase.begins(draft.words_from(0), bare))?;
    let length = found.len();
    let more = draft
        .pieces
        .iter()
        .skip(length)
        .any(|piece| piece.take != Take::Dropped);
    if alone && more {
        return None;
    }
    // A kind word that is the whole name stays: an address is never empty.
    if mark == Mark::Dropped && !more {
        return None;
    }
    draft.decide(0..length, mark)
}
