//! `way = "number"`: a number behind the name, counting from 1 (QN.4.2.c `phamvana1.sttvtt`) or 2 (TQ.5.2 `vnha2.skhcn`).

use super::{Situation, Tried, blocked};
use crate::naming::draft::Draft;
use crate::naming::local_part::Standing;

/// So many are tried; no organisation has as many people of one name.
const MOST: u32 = 10_000;

pub(super) fn apply(draft: &mut Draft, situation: &Situation<'_>, from: u32) -> Tried {
    let blocked = blocked(draft, &situation.standing(draft));
    let before = draft.digits.clone();
    for number in from..from.saturating_add(MOST) {
        draft.digits = format!("{before}{number}");
        match situation.standing(draft) {
            Standing::Free => {
                return Tried(vec![format!(
                    "{blocked}: thêm số thứ tự liền sau tên, bắt đầu từ {from}: {}",
                    draft.text()
                )]);
            }
            // A longer number will not make it shorter.
            Standing::TooLong => break,
            Standing::Taken(_) | Standing::Reserved => {}
        }
    }
    draft.digits = before;
    Tried(Vec::new())
}
