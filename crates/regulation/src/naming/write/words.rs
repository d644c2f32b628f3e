//! `words`: words wherever they stand, such as "và": kept (QN.4.1.a `sttvtt`) or dropped (SL.5.1.a `skhcn`).

use crate::naming::draft::Draft;
use crate::naming::pattern::{Mark, Phrase};

pub(super) fn apply(draft: &mut Draft, phrases: &[Phrase], mark: Mark) -> Option<String> {
    let bare = draft.bare;
    let mut told = Vec::new();
    for at in 0..draft.pieces.len() {
        let found = phrases
            .iter()
            .find(|phrase| phrase.begins(draft.words_from(at), bare));
        if let Some(length) = found.map(Phrase::len) {
            told.extend(draft.decide(at..at + length, mark));
        }
    }
    told.dedup();
    (!told.is_empty()).then(|| told.join("; "))
}
