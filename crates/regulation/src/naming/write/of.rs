//! `of`: the mention of what something belongs to, from "thuộc" to the end: "Phòng Công nghệ thông tin thuộc Sở Thông tin
//! và Truyền thông" is the room alone (QN.4.1.c); its owner stands behind the dot, if anywhere.

use crate::naming::draft::{Draft, Take};
use crate::naming::pattern::{Mark, Phrase};

/// Drops all from one of these phrases on, where the name of an owner follows: one that begins with one of `owners`, or,
/// where capitals tell names apart, with a capital letter.
pub(super) fn apply(draft: &mut Draft, phrases: &[Phrase], owners: &[Phrase]) -> Option<String> {
    let longest = |at: usize, phrases: &[Phrase]| {
        phrases
            .iter()
            .filter(|phrase| phrase.begins(draft.words_from(at), draft.bare))
            .map(Phrase::len)
            .max()
    };
    let is_owner = |at: usize| {
        let piece = draft.pieces.get(at);
        piece.is_some_and(|piece| {
            piece.take == Take::Open
                && (longest(at, owners).is_some()
                    || draft.capitals_tell && piece.word.is_capitalised())
        })
    };
    // A name is more than its owner.
    let at = (1..draft.pieces.len())
        .find(|&at| longest(at, phrases).is_some_and(|length| is_owner(at + length)))?;
    draft.decide(at..draft.pieces.len(), Mark::Dropped)
}
