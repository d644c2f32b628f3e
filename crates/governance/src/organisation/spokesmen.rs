//! Who speaks for a place: its head (thủ trưởng) and its contact (đầu mối, QN.13.11), and its main mailbox, to which notices go.

use congvu_store::organisation::{self, Organisation};
use congvu_store::rename::Subject;
use congvu_store::{MailboxId, OrganisationId, PersonId, StoreResult, Tx, person, rename};
use serde_json::{Value, json};

use super::details::{live, need};
use crate::{Act, Action, Actor, Refused, record};

/// Who speaks for a place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spokesmen {
    /// Thủ trưởng.
    pub head: Option<PersonId>,
    /// Đầu mối.
    pub contact: Option<PersonId>,
    /// Its main unit mailbox.
    pub mailbox: Option<MailboxId>,
}

impl Spokesmen {
    /// Of a place as it is.
    pub(super) fn of(place: &Organisation) -> Self {
        Self {
            head: place.head,
            contact: place.contact,
            mailbox: place.mailbox,
        }
    }
}

/// Sets who speaks for a place (QN.13.6, QN.13.11). Handing the unit mailbox over to a new head is an act of its own.
///
/// # Errors
/// Whoever sets it may not; a person or a mailbox that does not belong there; a personal mailbox.
pub fn set_spokesmen(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: OrganisationId,
    new: Spokesmen,
    document: Option<&str>,
) -> Result<(), Refused> {
    let place = live(tx, id)?;
    need(tx, actor, Some(id))?;
    let before = Spokesmen::of(&place);
    for person in [new.head, new.contact].into_iter().flatten() {
        check_person(tx, id, person)?;
    }
    if let Some(mailbox) = new.mailbox {
        let found = rename::subject(tx, mailbox)?;
        check_mailbox(found.as_ref(), id, &place.name)?;
    }
    if before == new {
        return Ok(());
    }
    Ok(put(tx, actor, &place, (before, new), document)?)
}

/// Whether a mailbox may be the main one of a place.
pub(super) fn check_mailbox(
    found: Option<&Subject>,
    id: OrganisationId,
    name: &str,
) -> Result<(), Refused> {
    let found = found.ok_or_else(|| Refused::missing("Không có hộp thư này, hoặc đã thu hồi."))?;
    if found.kind == "unit" && found.organisation == id {
        return Ok(());
    }
    Err(Refused::bad(format!(
        "Hộp thư chính phải là hộp thư cơ quan, đơn vị của “{name}”."
    )))
}

/// Who takes a place's main mailbox over is its head from now on (TQ.11.3, HCM.12.2).
pub(crate) fn new_head(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (id, mailbox): (OrganisationId, MailboxId),
    head: PersonId,
    document: Option<&str>,
) -> StoreResult<()> {
    let Some(place) = organisation::get(tx, id)? else {
        return Ok(());
    };
    let before = Spokesmen::of(&place);
    // Other unit mailboxes of the place are not its head's to hand over with the office.
    let is_main = place.mailbox.is_none_or(|main| main == mailbox);
    if !is_main || place.head == Some(head) {
        return Ok(());
    }
    let new = Spokesmen {
        head: Some(head),
        ..before
    };
    put(tx, actor, &place, (before, new), document)
}

pub(super) fn put(
    tx: &mut Tx<'_>,
    actor: &Actor,
    place: &Organisation,
    (before, new): (Spokesmen, Spokesmen),
    document: Option<&str>,
) -> StoreResult<()> {
    let id = place.id;
    organisation::set_spokesmen(tx, id, new.head, new.contact, new.mailbox)?;
    let detail = json!({ "before": value(tx, before)?, "after": value(tx, new)? });
    let act = Act::new(
        Action::OrganisationSpokesmen,
        format!("organisation/{id}"),
        &place.name,
    )
    .at(id)
    .by_document(document)
    .with(detail);
    record(tx, actor, &act)
}

/// A head or contact works at the place or right in a part of it.
fn check_person(tx: &mut Tx<'_>, place: OrganisationId, id: PersonId) -> Result<(), Refused> {
    let person = person::get(tx, id)?.ok_or_else(|| Refused::missing("Không có người này."))?;
    let belongs = organisation::path(tx, person.organisation)?.contains(&place);
    if !belongs || person.ended_at.is_some() {
        return Err(Refused::bad(format!(
            "{} {} {} không công tác tại cơ quan, đơn vị này.",
            person.family, person.middle, person.given
        )));
    }
    Ok(())
}

fn value(tx: &mut Tx<'_>, of: Spokesmen) -> StoreResult<Value> {
    let mut name = |id: Option<PersonId>| -> StoreResult<Value> {
        let Some(id) = id else {
            return Ok(Value::Null);
        };
        let found = person::get(tx, id)?;
        let name =
            found.map(|person| format!("{} {} {}", person.family, person.middle, person.given));
        Ok(json!({ "person": id.0, "name": name }))
    };
    let (head, contact) = (name(of.head)?, name(of.contact)?);
    Ok(json!({ "head": head, "contact": contact, "mailbox": of.mailbox.map(|id| id.0) }))
}
