//! `way = "birth-year"`: digits of the year of birth behind the name (SL.5.2 `hoant90.skhcn`): two, then, where the
//! pattern allows, all four. Without a year of birth the next way follows.

use super::{Situation, Tried, blocked};
use crate::naming::NamingError;
use crate::naming::draft::Draft;
use crate::naming::local_part::Standing;
use crate::naming::pattern::Digits;

pub(super) fn apply(
    draft: &mut Draft,
    situation: &Situation<'_>,
    digits: Digits,
) -> Result<Tried, NamingError> {
    let Some(year) = situation.context.born else {
        return Ok(Tried(Vec::new()));
    };
    if !(1900..=2199).contains(&year) {
        return Err(NamingError::BadYear(year));
    }
    let blocked = blocked(draft, &situation.standing(draft));
    let before = draft.digits.clone();
    let tries = match digits {
        Digits::Two => vec![format!("{:02}", year % 100)],
        Digits::TwoThenFour => vec![format!("{:02}", year % 100), year.to_string()],
    };
    for added in tries {
        draft.digits = format!("{before}{added}");
        if situation.standing(draft) == Standing::Free {
            return Ok(Tried(vec![format!(
                "{blocked}: thêm chữ số của năm sinh {year}: {}",
                draft.text()
            )]));
        }
    }
    draft.digits = before;
    Ok(Tried(vec![format!(
        "{blocked}; thêm chữ số của năm sinh {year} vẫn trùng"
    )]))
}
