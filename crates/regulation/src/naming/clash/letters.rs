//! `way = "letters"`: the next letters of abbreviated words, one at a time from the left until nobody has the address:
//! family, then middle names (TQ.5.2 `vunha.skhcn`), or the words behind an organisation's kind (SL.5.1.a `sngv`).

use super::{Situation, Tried, blocked};
use crate::naming::draft::Draft;
use crate::naming::local_part::Standing;

/// `from` counts the words from 1; those before it get letters last. With `unless_same_name`, a holder whose name is
/// wholly the same without marks ends the way, and the next one follows. A holder whose name is not known counts as
/// somebody of another name.
pub(super) fn apply(
    draft: &mut Draft,
    situation: &Situation<'_>,
    from: usize,
    unless_same_name: bool,
) -> Tried {
    let mut told = Vec::new();
    let first = from.saturating_sub(1).min(draft.pieces.len());
    loop {
        let standing = situation.standing(draft);
        if matches!(standing, Standing::Free | Standing::TooLong) {
            break;
        }
        if unless_same_name && situation.is_same_name(&standing) {
            told.push(format!(
                "địa chỉ {} của người trùng hoàn toàn cả họ và tên không dấu",
                draft.text()
            ));
            break;
        }
        let mut blocked = blocked(draft, &standing);
        if unless_same_name && matches!(&standing, Standing::Taken(holder) if holder.name.is_none())
        {
            blocked.push_str(" (chưa biết họ tên, coi là khác)");
        }
        let order = (first..draft.pieces.len()).chain(0..first);
        let mut extended = None;
        for at in order {
            let Some(piece) = draft.pieces.get_mut(at) else {
                continue;
            };
            if piece.extend() {
                extended = Some(piece.word.shown.clone());
                break;
            }
        }
        let Some(word) = extended else {
            break;
        };
        told.push(format!(
            "{blocked}: thêm chữ cái tiếp theo của “{word}”: {}",
            draft.text()
        ));
    }
    Tried(told)
}
