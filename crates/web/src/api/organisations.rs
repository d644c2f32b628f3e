//! The tree of organisations.

use axum::Json;
use axum::extract::State;
use congvu_governance::{Role, organisation::kind_of, rights};
use congvu_store::OrganisationId;
use congvu_store::organisation::{self, Organisation};
use serde_json::{Value, json};

use super::problem::Answer;
use super::read::{Asked, Page, Place, page, time};
use super::{Api, Caller};
use congvu_governance::Refused;

/// Every role sees the places it reaches.
pub(super) const SEE: &[Role] = &Role::ALL;

pub(super) async fn list(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Asked(asked): Asked<Page>,
) -> Answer {
    let (limit, after) = (asked.limit()?, asked.after()?);
    let found = api
        .read(move |tx| {
            let top = asked.top(tx, &bearer.actor, SEE)?;
            Ok(organisation::below(
                tx,
                top,
                OrganisationId(after),
                limit + 1,
            )?)
        })
        .await?;
    Ok(page(
        found,
        limit,
        |place| place.id.0,
        |place| shown(&place),
    ))
}

pub(super) async fn show(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(id): Place<i64>,
) -> Answer {
    let id = OrganisationId(id);
    let found = api
        .read(move |tx| {
            rights::need(tx, &bearer.actor, SEE, id)?;
            organisation::get(tx, id)?
                .ok_or_else(|| Refused::missing("Không có cơ quan, đơn vị này."))
        })
        .await?;
    Ok(Json(shown(&found)))
}

pub(super) fn shown(place: &Organisation) -> Value {
    let kind = kind_of(place);
    json!({
        "id": place.id.0, "parent": place.parent.map(|parent| parent.0), "kind": kind.name(), "kind_label": kind.label(),
        "name": place.name, "short_name": place.short_name, "code": place.code, "profile": place.profile,
        "ended_at": place.ended_at.map(time),
    })
}
