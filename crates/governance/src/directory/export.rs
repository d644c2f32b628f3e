//! The directory handed out: as a list, and as a feed of one agency that its own pages take in (QN.13.5, BS.6).

use congvu_regulation::access::Publicity;
use congvu_regulation::{Origin, Profile};
use congvu_store::directory::{self as kept, Entry};
use congvu_store::{OrganisationId, Tx, organisation};
use serde_json::{Value, json};

use super::{name, shown};
use crate::lists::{Column, Row};
use crate::{Law, Refused, now};

/// The columns of the list.
pub const COLUMNS: [Column; 6] = [
    column("name", "Họ và tên / Tên cơ quan, đơn vị"),
    column("title", "Chức vụ"),
    column("organisation", "Cơ quan, đơn vị"),
    column("address", "Địa chỉ thư"),
    column("phone", "Điện thoại"),
    column("kind", "Loại"),
];

const fn column(id: &'static str, label: &'static str) -> Column {
    Column {
        id,
        label,
        accepts: &[],
        required: false,
    }
}

/// Who hands the directory out to everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Published {
    /// Each agency its own part (QN.13.5).
    ByOrganisations,
    /// The managing body all of it (BS.6).
    ByManager,
}

/// Whether the regulation at a place lets its directory be seen by everybody, and who hands it out.
///
/// # Errors
/// It is for the inside alone.
pub fn check_published(profile: &Profile) -> Result<Published, Refused> {
    let directory = &profile.access().directory;
    match directory.value {
        Publicity::Organisations => Ok(Published::ByOrganisations),
        Publicity::Manager => Ok(Published::ByManager),
        Publicity::Internal => Err(Refused::rule(
            "Danh bạ chỉ dùng trong nội bộ hệ thống, không công bố.",
            Origin::Profile {
                code: profile.code().to_owned(),
                source: directory.source.clone(),
            },
        )),
    }
}

/// All entries at a place and below it (`None`: everywhere), place by place.
///
/// # Errors
/// What the store answers.
pub fn listed(
    tx: &mut Tx<'_>,
    place: Option<OrganisationId>,
    phones: bool,
) -> Result<Vec<Entry>, Refused> {
    let top = match place {
        Some(place) => Some(place),
        None => organisation::root(tx)?.map(|root| root.id),
    };
    let Some(top) = top else {
        return Ok(Vec::new());
    };
    let mut all = Vec::new();
    for place in organisation::subtree(tx, top)? {
        let entries = kept::of_place(tx, place.id)?;
        all.extend(entries.into_iter().map(|kept| shown(kept.entry, phones)));
    }
    Ok(all)
}

/// What anybody may read of a place and those below it, in the order of the tree: a place below may keep its own to itself, and
/// telephone numbers are there where the regulation at the place publishes them.
///
/// # Errors
/// What the store answers.
pub fn published(tx: &mut Tx<'_>, law: Law, place: OrganisationId) -> Result<Vec<Entry>, Refused> {
    let mut all = Vec::new();
    for place in organisation::subtree(tx, place)? {
        let profile = law.at(tx, place.id);
        let phones = match profile.and_then(|at| check_published(at).map(|_| at)) {
            Ok(profile) => profile.access().publishes_phones(),
            Err(Refused::Store(error)) => return Err(error.into()),
            Err(_) => continue,
        };
        let entries = kept::of_place(tx, place.id)?;
        all.extend(entries.into_iter().map(|kept| shown(kept.entry, phones)));
    }
    Ok(all)
}

/// Entries as a list.
#[must_use]
pub fn rows(entries: &[Entry]) -> Vec<Row> {
    let row = |(at, entry): (usize, &Entry)| {
        let kind = match entry.kind.as_str() {
            "person" => "Cá nhân",
            "unit" => "Cơ quan, đơn vị",
            _ => "Nhóm",
        };
        Row {
            number: u32::try_from(at + 2).unwrap_or(u32::MAX),
            ..Row::default()
        }
        .with("name", name(entry))
        .with("title", &entry.title)
        .with("organisation", &entry.place)
        .with("address", &entry.address)
        .with("phone", &entry.phone)
        .with("kind", kind)
    };
    entries.iter().enumerate().map(row).collect()
}

/// The directory of one agency for its own pages, as JSON. The names of the fields are those of `docs/DIRECTORY.md` and stay.
///
/// # Errors
/// The regulation there keeps the directory inside; the place does not exist.
pub fn feed(tx: &mut Tx<'_>, law: Law, place: OrganisationId) -> Result<Value, Refused> {
    let found = organisation::get(tx, place)?
        .ok_or_else(|| Refused::missing("Không có cơ quan, đơn vị này."))?;
    check_published(law.at(tx, place)?)?;
    let entries: Vec<Value> = published(tx, law, place)?
        .iter()
        .map(|entry| {
            let mut value = json!({
                "kind": entry.kind, "name": name(entry), "title": entry.title,
                "organisation": entry.place, "address": entry.address,
            });
            if !entry.phone.is_empty()
                && let Some(value) = value.as_object_mut()
            {
                value.insert("phone".to_owned(), json!(entry.phone));
            }
            value
        })
        .collect();
    Ok(json!({
        "version": 1,
        "organisation": { "name": found.name, "code": found.code, "short_name": found.short_name },
        "day": now(tx).date().to_string(),
        "entries": entries,
    }))
}
