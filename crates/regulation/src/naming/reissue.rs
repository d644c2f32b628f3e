//! An address that was retired, for whom it was: "cấp lại địa chỉ thư điện tử" (BS.7.đ4).

use super::local_part::is_local_part;
use super::{Holder, Name, NamingError, Proposal, Request, Step};
use crate::Source;

/// Gives the former address again, where it is retired and nobody else's; nothing where none is named.
pub(super) fn reissue(
    request: &Request<'_>,
    decide: bool,
    source: Option<&Source>,
) -> Result<Option<Proposal>, NamingError> {
    let Some(former) = request.context.former else {
        return Ok(None);
    };
    let local_part = former.split('@').next().unwrap_or_default();
    let local_part = local_part.trim().to_ascii_lowercase();
    if !is_local_part(&local_part) {
        return Err(NamingError::BadContext(former.to_owned()));
    }
    let refused = |why| Err(NamingError::NotFormer(local_part.clone(), why));
    match request.taken.holder(&local_part) {
        None => return refused("không có trong danh sách địa chỉ đã ngừng dùng"),
        Some(Holder { retired: false, .. }) => return refused("đang có người dùng"),
        Some(Holder { name, .. }) if is_anothers(name.as_ref(), request.name) => {
            return refused("đã là của người khác tên");
        }
        Some(_) => {}
    }
    let what = format!("Cấp lại địa chỉ đã ngừng dùng cho chính người đã dùng: {local_part}.");
    Ok(Some(Proposal {
        local_part: Some(local_part),
        agree: decide,
        decide,
        candidates: Vec::new(),
        former: None,
        why: vec![Step {
            what,
            source: source.cloned(),
        }],
    }))
}

fn is_anothers(holder: Option<&super::PersonName>, name: &Name) -> bool {
    match (holder, name) {
        (Some(holder), Name::Person(name)) => !holder.is_same_without_marks(name),
        (holder, _) => holder.is_some(),
    }
}
