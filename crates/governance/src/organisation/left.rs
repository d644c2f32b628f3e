//! What ends for a person who was moved: unit mailboxes they kept and places they spoke for, where they do not work any
//! more (TQ.11.2: within the organisation).

use congvu_store::delegation::{self, Delegation};
use congvu_store::{MailboxId, OrganisationId, PersonId, Tx, organisation, person};
use serde_json::json;

use crate::{Act, Action, Actor, Refused, record};

/// Ends, in the transaction that moved a person, what they held at places to which they do not belong any more.
pub(crate) fn left(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: PersonId,
    document: Option<&str>,
) -> Result<(), Refused> {
    let Some(person) = person::get(tx, id)? else {
        return Ok(());
    };
    let works_at = organisation::path(tx, person.organisation)?;
    for kept in delegation::of_person(tx, id)? {
        end_misplaced(tx, actor, &kept, &works_at, document)?;
    }
    for place in organisation::spoken_for_by(tx, id)? {
        if works_at.contains(&place.id) {
            continue;
        }
        let stays = |spokesman: Option<PersonId>| spokesman.filter(|spokesman| *spokesman != id);
        let (head, contact) = (stays(place.head), stays(place.contact));
        organisation::set_spokesmen(tx, place.id, head, contact, place.mailbox)?;
        let detail = json!({
            "left": id.0,
            "head": { "before": place.head.map(|id| id.0), "after": head.map(|id| id.0) },
            "contact": { "before": place.contact.map(|id| id.0), "after": contact.map(|id| id.0) },
        });
        let act = Act::new(
            Action::OrganisationSpokesmen,
            format!("organisation/{}", place.id),
            &place.name,
        )
        .at(place.id)
        .by_document(document)
        .with(detail);
        record(tx, actor, &act)?;
    }
    Ok(())
}

/// Ends, in the transaction that moved a unit mailbox, what those keep of it who do not belong to its new place.
pub(super) fn left_behind(
    tx: &mut Tx<'_>,
    actor: &Actor,
    mailbox: MailboxId,
    document: Option<&str>,
) -> Result<(), Refused> {
    for kept in delegation::of_mailbox(tx, mailbox, false)? {
        let Some(keeper) = delegation::keeper(tx, kept.account)? else {
            continue;
        };
        let works_at = organisation::path(tx, keeper.organisation)?;
        end_misplaced(tx, actor, &kept, &works_at, document)?;
    }
    Ok(())
}

fn end_misplaced(
    tx: &mut Tx<'_>,
    actor: &Actor,
    kept: &Delegation,
    works_at: &[OrganisationId],
    document: Option<&str>,
) -> Result<(), Refused> {
    let Some(unit) = delegation::subject(tx, kept.mailbox)? else {
        return Ok(());
    };
    if works_at.contains(&unit.organisation) || !delegation::end(tx, kept.id, "moved")? {
        return Ok(());
    }
    let act = Act::new(
        Action::UnitDelegationEnd,
        format!("mailbox/{}", kept.mailbox),
        &unit.name,
    )
    .at(unit.organisation)
    .by_document(document)
    .with(json!({
        "delegation": kept.id.0, "keeper": kept.login, "account": kept.account.0, "how": "moved",
    }));
    Ok(record(tx, actor, &act)?)
}
