//! `dot`: what stands after a dot: the organisation (SL.5.2), the place above (QN.4.1.b), a fixed ending (BS.5.1).

use crate::naming::draft::Draft;
use crate::naming::local_part::is_dotted;
use crate::naming::pattern::Dot;
use crate::naming::{Context, NamingError};

/// The longest short name of an organisation or a place that is accepted, in octets.
const LONGEST: usize = 40;

pub(super) fn apply(
    draft: &mut Draft,
    context: &Context<'_>,
    to: &Dot,
    unless_same: bool,
) -> Result<Option<String>, NamingError> {
    let (name, what) = match to {
        Dot::Unit => (unit(context)?, "tên viết tắt của cơ quan, đơn vị"),
        Dot::Parent => (parent(context)?, "tên viết tắt của địa phương cấp trên"),
        Dot::Fixed(name) => (name.clone(), "đuôi chung của quy chế"),
    };
    if unless_same && draft.base() == name {
        let told = format!("địa chỉ của chính cơ quan, không thêm đuôi .{name}");
        draft.own = Some(name);
        return Ok(Some(told));
    }
    let told = format!("thêm {what} sau dấu chấm: .{name}");
    draft.dots.push(name);
    Ok(Some(told))
}

/// The organisation's name after the dot: its place's suffix, else its address, else the place above.
pub(in crate::naming) fn unit(context: &Context<'_>) -> Result<String, NamingError> {
    let name = context.suffix.or(context.unit).or(context.parent);
    short(name.ok_or(NamingError::NoUnit)?)
}

fn parent(context: &Context<'_>) -> Result<String, NamingError> {
    let name = context.parent.or(context.suffix).or(context.unit);
    short(name.ok_or(NamingError::NoParent)?)
}

/// A short name in small letters, without a domain.
fn short(name: &str) -> Result<String, NamingError> {
    let local_part = name.split('@').next().unwrap_or_default();
    let short = local_part.trim().to_ascii_lowercase();
    if short.len() <= LONGEST && is_dotted(&short) {
        Ok(short)
    } else {
        Err(NamingError::BadContext(name.to_owned()))
    }
}
