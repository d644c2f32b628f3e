//! A list that was checked is carried out: each chunk in the transaction that notes it as done.

use congvu_store::organisation::{self, Organisation};
use congvu_store::place_list::{self, List, NewList};
use congvu_store::{MailboxId, OrganisationId, Store, StoreError, Tx, place, rename};
use serde_json::json;

use super::super::details::{Details, hold, put_changed, put_new};
use super::super::spokesmen::{Spokesmen, check_mailbox, put};
use super::Imported;
use super::plan::{Planned, Step};
use crate::{Act, Action, Actor, Refused, directory, record};

/// Places that one transaction makes or changes.
const CHUNK: usize = 50;

/// Begins it; nothing where the tree is not as it was when the list was checked.
///
/// # Errors
/// Another list is being carried out.
pub(super) fn begin(
    tx: &mut Tx<'_>,
    actor: &Actor,
    planned: &Planned,
    seen: &[Organisation],
    document: Option<&str>,
) -> Result<Option<i64>, Refused> {
    hold(tx)?;
    if place::every(tx)? != seen {
        return Ok(None);
    }
    let outcome = &planned.outcome;
    let detail = json!({
        "rows": outcome.rows.len(), "added": outcome.count(Imported::Added),
        "changed": outcome.count(Imported::Changed), "unchanged": outcome.count(Imported::Unchanged),
        "missing": outcome.missing.len(),
    });
    let mut chunks = Vec::new();
    for steps in planned.steps.chunks(CHUNK) {
        chunks.push(serde_json::to_string(steps).map_err(|error| corrupt(&error))?);
    }
    let new = NewList {
        made_by: &actor.name,
        made_by_id: actor.account,
        client_ip: &actor.client_ip,
        document: document.unwrap_or_default(),
        detail: &detail.to_string(),
    };
    Ok(Some(place_list::add(tx, &new, &chunks)?))
}

fn corrupt(error: &serde_json::Error) -> StoreError {
    StoreError::Corrupt(format!("a list of places: {error}"))
}

/// Goes on with a list that was left unfinished; whether there was one.
///
/// # Errors
/// What the store answers.
pub async fn resume(store: &Store) -> Result<bool, Refused> {
    let open: Result<_, StoreError> = store.read(place_list::open).await;
    let Some(list) = open? else {
        return Ok(false);
    };
    all(store, list).await?;
    Ok(true)
}

/// Carries out what is left of a list.
pub(super) async fn all(store: &Store, list: i64) -> Result<(), Refused> {
    while !store.write_bulk(move |tx| import_step(tx, list)).await? {}
    Ok(())
}

/// Carries out the next chunk of a list; true where all is done.
///
/// # Errors
/// What the store answers.
pub fn import_step(tx: &mut Tx<'_>, id: i64) -> Result<bool, Refused> {
    place::lock(tx)?;
    let Some(list) = place_list::lock(tx, id)? else {
        return Ok(true);
    };
    let actor = Actor::remembered(&list.made_by, list.made_by_id, &list.client_ip);
    let document = Some(list.document.as_str()).filter(|document| !document.is_empty());
    if let Some((data, _)) = place_list::chunk(tx, id, list.next)? {
        let steps: Vec<Step> = serde_json::from_str(&data).map_err(|error| corrupt(&error))?;
        let mut made: Vec<i64> = Vec::with_capacity(steps.len());
        for step in steps {
            made.push(one(tx, &actor, &list, &made, step, document)?.0);
        }
        let made = serde_json::to_string(&made).map_err(|error| corrupt(&error))?;
        place_list::carried_out(tx, id, list.next, &made)?;
    }
    if list.next + 1 < list.chunks {
        return Ok(false);
    }
    let detail: serde_json::Value =
        serde_json::from_str(&list.detail).map_err(|error| corrupt(&error))?;
    let act = Act::new(
        Action::OrganisationImport,
        "organisation/0".to_owned(),
        "cây cơ quan, đơn vị",
    )
    .by_document(document)
    .with(detail);
    record(tx, &actor, &act)?;
    place_list::done(tx, id)?;
    Ok(true)
}

/// Carries out a step; its place.
fn one(
    tx: &mut Tx<'_>,
    actor: &Actor,
    list: &List,
    made: &[i64],
    step: Step,
    document: Option<&str>,
) -> Result<OrganisationId, Refused> {
    let mut wanted = None;
    if let Some(value) = &step.details {
        let mut details = Details::from_value(value)
            .ok_or_else(|| StoreError::Corrupt("a list of places: what is no place".into()))?;
        if let Some(parent) = details.parent.filter(|parent| parent.0 < 0) {
            details.parent = Some(place_of(tx, list, made, parent)?);
        }
        wanted = Some(details);
    }
    let id = match (step.place.map(OrganisationId), wanted) {
        (None, Some(details)) => put_new(tx, actor, details, step.told, document)?.id,
        (Some(id), Some(details)) => {
            let before = organisation::get(tx, id)?.ok_or(StoreError::NotFound("organisation"))?;
            let before = Details::of(&before);
            put_changed(tx, actor, id, (&before, details), step.told, document)?;
            let holders = directory::named_by(tx, id)?;
            directory::refresh_behind(tx, &holders)?;
            id
        }
        (Some(id), None) => id,
        (None, None) => return Err(StoreError::Corrupt("a list of places: no step".into()).into()),
    };
    if let Some(mailbox) = step.mailbox {
        set_main(tx, actor, id, MailboxId(mailbox), document)?;
    }
    Ok(id)
}

/// The place that a step before made, in this chunk or one before.
fn place_of(
    tx: &mut Tx<'_>,
    list: &List,
    made: &[i64],
    parent: OrganisationId,
) -> Result<OrganisationId, Refused> {
    let unknown = || StoreError::Corrupt("a list of places: a parent that is not there".into());
    let at = usize::try_from(-1 - parent.0).map_err(|_| unknown())?;
    let (chunk, at) = (i64::try_from(at / CHUNK).unwrap_or(i64::MAX), at % CHUNK);
    if chunk == list.next {
        return made
            .get(at)
            .map(|id| OrganisationId(*id))
            .ok_or_else(|| unknown().into());
    }
    let (_, text) = place_list::chunk(tx, list.id, chunk)?.ok_or_else(unknown)?;
    let made: Vec<i64> = serde_json::from_str(&text).map_err(|error| corrupt(&error))?;
    made.get(at)
        .map(|id| OrganisationId(*id))
        .ok_or_else(|| unknown().into())
}

/// Gives a place its main mailbox; one that was revoked or moved since is left, as it would be a moment later.
fn set_main(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: OrganisationId,
    mailbox: MailboxId,
    document: Option<&str>,
) -> Result<(), Refused> {
    let place = organisation::get(tx, id)?.ok_or(StoreError::NotFound("organisation"))?;
    let found = rename::subject(tx, mailbox)?;
    if check_mailbox(found.as_ref(), id, &place.name).is_err() {
        return Ok(());
    }
    let before = Spokesmen::of(&place);
    let new = Spokesmen {
        mailbox: Some(mailbox),
        ..before
    };
    Ok(put(tx, actor, &place, (before, new), document)?)
}
