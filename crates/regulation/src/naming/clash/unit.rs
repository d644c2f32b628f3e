//! `way = "unit"`: the organisation after a dot, "ngăn cách … bởi dấu chấm" (QN.4.2.b `phamvana.sttvtt`). Nobody who has
//! the shorter address is renamed.

use super::{Situation, Tried, blocked};
use crate::naming::NamingError;
use crate::naming::draft::Draft;
use crate::naming::write::dot_unit;

pub(super) fn apply(draft: &mut Draft, situation: &Situation<'_>) -> Result<Tried, NamingError> {
    let blocked = blocked(draft, &situation.standing(draft));
    let unit = dot_unit(situation.context)?;
    draft.dots.push(unit);
    Ok(Tried(vec![format!(
        "{blocked}: thêm tên viết tắt của cơ quan sau dấu chấm: {}",
        draft.text()
    )]))
}
