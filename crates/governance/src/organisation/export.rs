//! The tree and its people as lists.

use std::collections::HashMap;

use congvu_store::organisation::Organisation;
use congvu_store::{OrganisationId, Tx, address, directory as kept, organisation, place};

use super::kind_of;
use crate::Refused;
use crate::lists::{Column, Row};

/// The columns of a list of people and mailboxes.
pub const PEOPLE: [Column; 8] = [
    column("code", "Mã cơ quan"),
    column("place", "Cơ quan, đơn vị"),
    column("kind", "Loại hộp thư"),
    column("family", "Họ"),
    column("middle", "Đệm"),
    column("given", "Tên"),
    column("title", "Chức vụ"),
    column("address", "Địa chỉ thư"),
];

const fn column(id: &'static str, label: &'static str) -> Column {
    Column {
        id,
        label,
        accepts: &[],
        required: false,
    }
}

/// The places from this one down (`None`: all), each behind its parent, as the list that [`super::import`] takes: read again, it
/// changes nothing.
///
/// # Errors
/// What the store answers.
pub fn export(tx: &mut Tx<'_>, top: Option<OrganisationId>) -> Result<Vec<Row>, Refused> {
    let places = ordered(tx, top)?;
    let called: HashMap<OrganisationId, String> = places
        .iter()
        .map(|place| {
            let called = place.code.clone().unwrap_or(place.short_name.clone());
            (place.id, called)
        })
        .collect();
    let mut rows = Vec::new();
    for place in places {
        let above = match place.parent {
            Some(id) => match called.get(&id) {
                Some(called) => called.clone(),
                None => organisation::get(tx, id)?
                    .map(|above| above.code.unwrap_or(above.short_name))
                    .unwrap_or_default(),
            },
            None => String::new(),
        };
        let domain = match place.domain {
            Some(domain) => organisation::domain_name(tx, domain)?,
            None => String::new(),
        };
        let mailbox = match place.mailbox {
            Some(mailbox) => address::primary(tx, mailbox)?.unwrap_or_default(),
            None => String::new(),
        };
        let row = Row {
            // Below the line of headings.
            number: u32::try_from(rows.len() + 2).unwrap_or(u32::MAX),
            ..Row::default()
        };
        rows.push(
            row.with("code", place.code.as_deref().unwrap_or_default())
                .with("name", &place.name)
                .with("kind", kind_of(&place).label())
                .with("parent", above)
                .with("short_name", &place.short_name)
                .with("suffix", place.suffix.as_deref().unwrap_or_default())
                .with("domain", domain)
                .with("profile", place.profile.as_deref().unwrap_or_default())
                .with("mailbox", mailbox),
        );
    }
    Ok(rows)
}

/// The people and mailboxes from a place down (`None`: all), by place, with [`PEOPLE`]'s columns.
///
/// # Errors
/// What the store answers.
pub fn export_people(tx: &mut Tx<'_>, top: Option<OrganisationId>) -> Result<Vec<Row>, Refused> {
    let mut rows = Vec::new();
    for place in ordered(tx, top)? {
        for entry in kept::of_place(tx, place.id)? {
            let entry = entry.entry;
            let [family, middle, given] = &entry.names;
            let kind = match entry.kind.as_str() {
                "person" => "cá nhân",
                "unit" => "cơ quan, đơn vị",
                _ => "nhóm",
            };
            let named = match given.is_empty() {
                true => &entry.display,
                false => given,
            };
            let row = Row {
                number: u32::try_from(rows.len() + 2).unwrap_or(u32::MAX),
                ..Row::default()
            };
            rows.push(
                row.with("code", place.code.as_deref().unwrap_or_default())
                    .with("place", &place.name)
                    .with("kind", kind)
                    .with("family", family)
                    .with("middle", middle)
                    .with("given", named)
                    .with("title", &entry.title)
                    .with("address", &entry.address),
            );
        }
    }
    Ok(rows)
}

/// Places from one down, each behind its parent.
fn ordered(tx: &mut Tx<'_>, top: Option<OrganisationId>) -> Result<Vec<Organisation>, Refused> {
    let mut below: HashMap<Option<OrganisationId>, Vec<Organisation>> = HashMap::new();
    let mut waiting = Vec::new();
    for place in place::all(tx)? {
        match top {
            Some(top) if place.id == top => waiting.push(place),
            _ => below.entry(place.parent).or_default().push(place),
        }
    }
    if top.is_none() {
        waiting = below.remove(&None).unwrap_or_default();
        waiting.reverse();
    }
    let mut ordered = Vec::new();
    while let Some(place) = waiting.pop() {
        let mut children = below.remove(&Some(place.id)).unwrap_or_default();
        children.reverse();
        waiting.append(&mut children);
        ordered.push(place);
    }
    Ok(ordered)
}
