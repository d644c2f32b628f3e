//! A request as it stands on paper: who asks, and for each line what its form prints (QN Mẫu 01–03).

use std::collections::BTreeMap;

use congvu_regulation::requests::RequestKind;
use congvu_regulation::{Date, Profile};
use congvu_store::request::{self, Line, Request};
use congvu_store::{OrganisationId, PersonId, RequestId, Tx, mailbox, organisation, person};

use super::{Ask, find, kind_of};
use crate::mailbox::Holder;
use crate::{Actor, Law, Refused, Role, rights};

/// A line as it is printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaperLine {
    /// Its number in the request.
    pub number: u32,
    /// It is about an organisation's own mailbox, which forms list apart from persons'.
    pub of_unit: bool,
    /// What is told, by the ids of the columns.
    pub values: BTreeMap<&'static str, String>,
}

/// Who asks in the organisation's name: its contact person, else its head.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Requester {
    /// Họ và tên.
    pub name: String,
    /// Chức vụ.
    pub title: String,
    /// Telephone.
    pub phone: String,
}

/// A request as it stands on paper.
#[derive(Clone, Debug)]
pub struct Paper {
    /// The request.
    pub request: Request,
    /// What is asked for.
    pub kind: RequestKind,
    /// The profile it is treated by.
    pub profile: &'static Profile,
    /// The name of the place above the one that asks.
    pub above: Option<String>,
    /// Who asks.
    pub requester: Requester,
    /// Who signs: the head's name.
    pub head: String,
    /// The day of its document.
    pub day: Option<Date>,
    /// Its lines.
    pub lines: Vec<PaperLine>,
}

/// A request as it stands on paper.
///
/// # Errors
/// There is none; whoever asks may not see it.
pub fn paper(tx: &mut Tx<'_>, law: Law, actor: &Actor, id: RequestId) -> Result<Paper, Refused> {
    let missing = || Refused::missing(format!("Không có đề nghị số {id}."));
    let found = request::get(tx, id)?.ok_or_else(missing)?;
    if !rights::has(tx, actor, &Role::ALL, found.organisation)? {
        return Err(missing());
    }
    let kind = kind_of(&found.kind).ok_or_else(missing)?;
    let profile = law
        .profile(&found.profile)
        .ok_or_else(|| Refused::no_profile(Some(&found.profile)))?;
    let place = organisation::get(tx, found.organisation)?.ok_or_else(missing)?;
    let above = match place.parent {
        Some(parent) => organisation::get(tx, parent)?.map(|above| above.name),
        None => None,
    };
    let requester = match place.contact.or(place.head) {
        Some(id) => requester(tx, id)?,
        None => Requester::default(),
    };
    let head = match place.head {
        Some(id) => requester_name(tx, id)?,
        None => String::new(),
    };
    let mut lines = Vec::new();
    for line in request::lines(tx, id, 0, i64::from(found.lines))? {
        lines.push(paper_line(tx, &line)?);
    }
    Ok(Paper {
        day: found.document_day.map(Date::from_epoch_day),
        request: found,
        kind,
        profile,
        above,
        requester,
        head,
        lines,
    })
}

fn requester(tx: &mut Tx<'_>, id: PersonId) -> Result<Requester, Refused> {
    let Some(found) = person::get(tx, id)? else {
        return Ok(Requester::default());
    };
    Ok(Requester {
        name: full_name(&found),
        title: found.title,
        phone: found.phone,
    })
}

fn requester_name(tx: &mut Tx<'_>, id: PersonId) -> Result<String, Refused> {
    Ok(requester(tx, id)?.name)
}

fn full_name(person: &person::Person) -> String {
    let parts = [&person.family, &person.middle, &person.given];
    let parts: Vec<&str> = parts.iter().map(|part| part.trim()).collect();
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}

/// What a line says by itself, and what is known of the mailbox it is about.
fn paper_line(tx: &mut Tx<'_>, line: &Line) -> Result<PaperLine, Refused> {
    let ask: Ask = serde_json::from_str(&line.data)
        .map_err(|error| Refused::bad(format!("Dòng này không đọc được: {error}.")))?;
    let mut values = BTreeMap::new();
    let mut of_unit = false;
    if let Some(address) = ask.address() {
        values.insert("address", address.to_owned());
        if let Ok(id) = find(tx, address) {
            of_unit = mailbox::kind(tx, id)?.as_deref() == Some("unit");
            if let Some(place) = mailbox::organisation(tx, id)? {
                let name = name_of(tx, place)?;
                values.insert(if of_unit { "organisation" } else { "subunit" }, name);
            }
            if let Some(holder) = mailbox::person(tx, id)? {
                let holder = requester(tx, holder)?;
                values.insert("full-name", holder.name);
                values.insert("title", holder.title);
                values.insert("telephone", holder.phone);
            }
        }
    }
    match ask {
        Ask::Issue(issue) => {
            let name = name_of(tx, OrganisationId(issue.organisation))?;
            match issue.holder {
                Holder::Person(person) => {
                    values.insert("full-name", person.full_name());
                    values.insert("title", person.title);
                    values.insert("telephone", person.phone);
                    values.insert("subunit", name);
                }
                Holder::Unit { .. } => {
                    of_unit = true;
                    values.insert("organisation", name);
                }
            }
            if let Some(local) = issue.local_part {
                values.insert("wanted", local);
            }
        }
        Ask::Change {
            title,
            phone,
            name,
            local_part,
            organisation,
            ..
        } => {
            let name = name.map(|(family, middle, given)| {
                let parts = [family, middle, given];
                let parts: Vec<&str> = parts.iter().map(|part| part.trim()).collect();
                let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
                parts.join(" ")
            });
            let moved = match organisation {
                Some(id) => Some(name_of(tx, OrganisationId(id))?),
                None => None,
            };
            let changes = [
                ("Chức vụ", title),
                ("Số điện thoại", phone),
                ("Họ và tên", name),
                ("Địa chỉ thư", local_part),
                ("Cơ quan, đơn vị", moved),
            ];
            let changes: Vec<(&str, String)> = changes
                .into_iter()
                .filter_map(|(what, new)| Some((what, new?)))
                .collect();
            let what: Vec<&str> = changes.iter().map(|(what, _)| *what).collect();
            let new: Vec<&str> = changes.iter().map(|(_, new)| new.as_str()).collect();
            values.insert("what", what.join("; "));
            values.insert("new", new.join("; "));
        }
        Ask::Revoke { reason, .. } => {
            values.insert("reason", reason);
        }
        Ask::Quota { bytes, reason, .. } => {
            values.insert("size", format!("{} MB", bytes >> 20));
            values.insert("reason", reason);
        }
        Ask::Reason { reason, until, .. } => {
            values.insert("reason", format!("{reason} (đến hết ngày {until})"));
        }
        Ask::Sync {
            full_name,
            sub_unit,
            title,
            phone,
            account,
            ..
        } => {
            values.insert("full-name", full_name);
            values.insert("subunit", sub_unit);
            values.insert("title", title);
            values.insert("telephone", phone);
            values.insert("account", account.unwrap_or_default());
        }
        Ask::Restore { .. } | Ask::Password { .. } => {}
    }
    values.retain(|_, value| !value.trim().is_empty());
    Ok(PaperLine {
        number: line.number,
        of_unit,
        values,
    })
}

fn name_of(tx: &mut Tx<'_>, id: OrganisationId) -> Result<String, Refused> {
    Ok(organisation::get(tx, id)?.map_or_else(String::new, |place| place.name))
}
