//! `tail`: the words a name ends with, such as "Sở" alone in "Văn phòng Sở" and "tỉnh" in "đại biểu hội đồng nhân dân
//! tỉnh": what the address has elsewhere (QN.4.1.c, QN.4.3).

use crate::naming::draft::{Draft, Take};
use crate::naming::pattern::{Mark, Phrase};

/// Decides the first of these phrases that is the end of what is still written of the name. Without marks "so" may be "sở"
/// or "số": a name that was typed without any is left as it is.
pub(super) fn apply(draft: &mut Draft, phrases: &[Phrase], mark: Mark) -> Option<String> {
    if draft.bare {
        return None;
    }
    let end = 1 + draft
        .pieces
        .iter()
        .rposition(|piece| piece.take != Take::Dropped)?;
    // A name is more than its end.
    let length = phrases
        .iter()
        .map(|phrase| (phrase, phrase.len()))
        .filter(|&(phrase, length)| {
            length < end && phrase.begins(draft.words_from(end - length), false)
        })
        .map(|(_, length)| length)
        .max()?;
    draft.decide(end - length..end, mark)
}
