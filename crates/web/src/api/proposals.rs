//! What fell due and waits for the managing department.

use axum::Json;
use axum::extract::State;
use congvu_governance::Role;
use congvu_governance::life::{self, Confirmed};
use congvu_store::proposal::{self, Proposal};
use serde_json::{Value, json};

use super::mailboxes::{Ordered, Reason};
use super::problem::Answer;
use super::read::{Asked, Body, Page, Place, page, parse_day, time};
use super::{Api, Caller};

const SEE: &[Role] = &[Role::Decide, Role::Operate, Role::Audit];

pub(super) async fn list(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Asked(asked): Asked<Page>,
) -> Answer {
    let (limit, after) = (asked.limit()?, asked.after()?);
    let found = api
        .read(move |tx| {
            let top = asked.top(tx, &bearer.actor, SEE)?;
            Ok(proposal::open_below(tx, top, after, limit + 1)?)
        })
        .await?;
    Ok(page(found, limit, |found| found.id, |found| shown(&found)))
}

fn shown(found: &Proposal) -> Value {
    json!({
        "id": found.id, "mailbox": found.mailbox.0, "address": found.address, "name": found.name,
        "organisation": found.organisation.0, "act": found.act, "clause": found.clause,
        "due_at": time(found.due_at), "since_at": time(found.since_at), "note": found.note,
        "proposed_at": time(found.proposed_at),
    })
}

pub(super) async fn confirm(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(id): Place<i64>,
    Body(said): Body<Ordered>,
) -> Answer {
    let law = api.law;
    let confirmed = api
        .write(move |tx| life::confirm(tx, law, &bearer.actor, id, said.document.as_deref()))
        .await?;
    let outcome = match confirmed {
        Confirmed::CarriedOut => "carried-out",
        Confirmed::Lapsed => "lapsed",
    };
    Ok(Json(json!({ "outcome": outcome })))
}

pub(super) async fn put_off(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(id): Place<i64>,
    Body(said): Body<Reason>,
) -> Answer {
    let (law, until) = (api.law, parse_day(&said.until)?);
    api.write(move |tx| {
        let document = said.document.as_deref();
        life::put_off(tx, law, &bearer.actor, id, (&said.reason, until), document)
    })
    .await?;
    Ok(Json(json!({ "outcome": "put-off" })))
}
