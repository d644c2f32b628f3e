//! The person a mailbox is issued to: known by their code, or new.

use congvu_store::organisation::{self, NewPerson, Organisation};
use congvu_store::{PersonId, Tx, mailbox, person, place as places};
use serde_json::json;

use super::Person;
use crate::organisation::left;
use crate::{Act, Action, Actor, Refused, directory, record};

/// The person of this code, with what is told of them now; else a new one. Who has a mailbox in use elsewhere works there:
/// they come by a change, which those who decide there order, not by a list of another agency.
///
/// # Errors
/// The code is another's, or its holder works elsewhere.
pub(super) fn known(
    tx: &mut Tx<'_>,
    actor: &Actor,
    place: &Organisation,
    asked: &Person,
    document: Option<&str>,
) -> Result<PersonId, Refused> {
    let code = asked.code.as_deref().map(str::trim);
    let code = code.filter(|code| !code.is_empty());
    let known = match code {
        Some(code) => organisation::person_by_code(tx, code)?,
        None => None,
    };
    let known = known.map(|id| person::get(tx, id)).transpose()?.flatten();
    match known {
        Some(known) => again(tx, actor, place, asked, &known, document),
        None => {
            let new = NewPerson {
                organisation: place.id,
                family: asked.family.trim(),
                middle: asked.middle.trim(),
                given: asked.given.trim(),
                title: asked.title.trim(),
                phone: asked.phone.trim(),
                born: asked.born,
                code,
            };
            Ok(organisation::create_person(tx, &new)?)
        }
    }
}

fn again(
    tx: &mut Tx<'_>,
    actor: &Actor,
    place: &Organisation,
    asked: &Person,
    known: &person::Person,
    document: Option<&str>,
) -> Result<PersonId, Refused> {
    let name = name(known);
    if congvu_regulation::naming::fold(&name) != congvu_regulation::naming::fold(&asked.full_name())
    {
        return Err(Refused::state(format!(
            "Số định danh này đã ghi cho người khác ({name}); hãy kiểm tra lại."
        )));
    }
    let mailboxes = mailbox::of_person(tx, known.id)?;
    let moves = known.organisation != place.id;
    if moves && !mailboxes.is_empty() {
        let at = organisation::get(tx, known.organisation)?;
        return Err(Refused::state(format!(
            "{name} đang công tác tại {}: hãy đề nghị chuyển (thay đổi thông tin), không cấp mới.",
            at.map_or_else(String::new, |at| at.name)
        )));
    }
    let mut now = known.clone();
    // What a list leaves out stays.
    for (text, told) in [
        (&mut now.title, &asked.title),
        (&mut now.phone, &asked.phone),
    ] {
        if !told.trim().is_empty() {
            *text = told.trim().to_owned();
        }
    }
    person::update(tx, &now)?;
    organisation::come_back(tx, known.id)?;
    if moves {
        places::move_person(tx, known.id, place.id)?;
        left(tx, actor, known.id, document)?;
    }
    for mailbox in mailboxes {
        directory::refresh(tx, mailbox)?;
    }
    let act = Act::new(Action::PersonChange, format!("person/{}", known.id), &name)
        .at(place.id)
        .by_document(document)
        .with(json!({
            "title": { "before": known.title, "after": now.title },
            "phone": { "before": known.phone, "after": now.phone },
            "organisation": { "before": known.organisation.0, "after": place.id.0 },
        }));
    record(tx, actor, &act)?;
    Ok(known.id)
}

fn name(person: &person::Person) -> String {
    let parts = [&person.family, &person.middle, &person.given];
    let parts: Vec<&str> = parts.iter().map(|part| part.trim()).collect();
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}
