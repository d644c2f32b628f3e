//! Incidents (QN.9.1.a, SL.13, TQ.12.5, SL.17.4) and stops of the service (QN.9.1.c, TQ.10.2.a, SL.14.6.a).

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use congvu_governance::incident::{self as cases, Kind, NewReport, State as Stage};
use congvu_governance::stop::{self as stops, NewPlan};
use congvu_governance::{Actor, Refused, Role, request, rights};
use congvu_store::incident::{self, Incident};
use congvu_store::stop::{self, Stop};
use congvu_store::{IncidentId, MailboxId, OrganisationId, StopId, Tx, folder, organisation};
use serde::Deserialize;
use serde_json::{Value, json};

use super::mailboxes::Nothing;
use super::problem::{Answer, Problem};
use super::read::{Asked, Body, Page, Place, page, parse_from, time};
use super::{Api, Caller};

const SEE: &[Role] = &[Role::Operate, Role::Decide, Role::Audit];

fn root(tx: &mut Tx<'_>) -> Result<OrganisationId, Refused> {
    let root = organisation::root(tx)?;
    root.map(|root| root.id)
        .ok_or_else(|| Refused::missing("Chưa có cơ quan nào."))
}

/// The newest first, of the whole system.
pub(super) async fn list(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Asked(asked): Asked<Page>,
) -> Answer {
    let (limit, after) = (asked.limit()?, asked.after()?);
    let before = IncidentId(if after == 0 { i64::MAX } else { after });
    if let Some(state) = &asked.state
        && Stage::parse(state).is_none()
    {
        return Err(Problem::bad(format!("Không có trạng thái “{state}”.")));
    }
    let found = api
        .read(move |tx| {
            let top = root(tx)?;
            rights::need(tx, &bearer.actor, SEE, top)?;
            Ok(incident::page(
                tx,
                asked.state.as_deref(),
                before,
                limit + 1,
            )?)
        })
        .await?;
    Ok(page(found, limit, |one| one.id.0, |one| shown(&one)))
}

fn shown(one: &Incident) -> Value {
    let kind = Kind::parse(&one.kind).map(Kind::label);
    let state = Stage::parse(&one.state).map(Stage::label);
    json!({
        "incident": one.id.0, "kind": one.kind, "kind_label": kind, "state": one.state, "state_label": state,
        "clause": one.clause, "organisation": one.organisation.map(|place| place.0), "told_by": one.told_by,
        "description": one.description, "happened_at": time(one.happened_at), "reported_at": time(one.reported_at),
    })
}

/// An incident with its steps, for who sees its place.
fn whole(tx: &mut Tx<'_>, actor: &Actor, id: IncidentId) -> Result<Value, Refused> {
    let found = cases::get(tx, id)?;
    let place = match found.organisation {
        Some(place) => place,
        None => root(tx)?,
    };
    rights::need(tx, actor, SEE, place)?;
    let mut told = shown(&found);
    told["steps"] = incident::steps(tx, id)?
        .iter()
        .map(|step| {
            json!({ "state": step.state, "at": time(step.at), "actor": step.actor, "note": step.note })
        })
        .collect();
    Ok(told)
}

pub(super) async fn show(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(id): Place<i64>,
) -> Answer {
    let told = api
        .read(move |tx| whole(tx, &bearer.actor, IncidentId(id)))
        .await?;
    Ok(Json(told))
}

/// What happened.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Report {
    kind: String,
    description: String,
    /// The address of the mailbox concerned.
    mailbox: Option<String>,
    organisation: Option<i64>,
    happened_at: Option<String>,
}

fn reported(id: IncidentId) -> Response {
    (StatusCode::CREATED, Json(json!({ "incident": id.0 }))).into_response()
}

/// Anybody may report one, as far as their token reaches.
pub(super) async fn report(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Body(said): Body<Report>,
) -> Answer<Response> {
    let law = api.law;
    let kind = Kind::parse(&said.kind)
        .filter(|kind| !matches!(kind, Kind::Secret | Kind::EmergencyStop | Kind::Burst))
        .ok_or_else(|| Problem::bad(format!("Không báo được loại sự cố “{}”.", said.kind)))?;
    let happened_at = said.happened_at.as_deref().map(parse_from).transpose()?;
    let id = api
        .write(move |tx| {
            let mailbox = match &said.mailbox {
                Some(address) => Some(request::find(tx, address)?),
                None => None,
            };
            let place = said
                .organisation
                .map(OrganisationId)
                .or(bearer.actor.within());
            if let Some(place) = place
                && organisation::get(tx, place)?.is_none()
            {
                return Err(Refused::missing("Không có cơ quan, đơn vị này."));
            }
            within(tx, &bearer.actor, (mailbox, place))?;
            let new = NewReport {
                kind,
                place,
                mailbox,
                description: &said.description,
                happened_at,
            };
            cases::report(tx, law, &bearer.actor, &new)
        })
        .await?;
    Ok(reported(id))
}

/// A token that was issued for a place tells of no other.
fn within(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (mailbox, place): (Option<MailboxId>, Option<OrganisationId>),
) -> Result<(), Refused> {
    let Some(within) = actor.within() else {
        return Ok(());
    };
    let concerned = match mailbox {
        Some(mailbox) => congvu_store::access_grant::owner(tx, mailbox)?.map(|(_, place)| place),
        None => place,
    };
    let path = match concerned {
        Some(place) => organisation::path(tx, place)?,
        None => Vec::new(),
    };
    if path.contains(&within) {
        return Ok(());
    }
    Err(Refused::forbidden(
        "Mã truy cập này không dùng được cho cơ quan, đơn vị đó.",
    ))
}

/// Secret material that lies in a mailbox: by its place, never by what it says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Secret {
    mailbox: String,
    /// None: INBOX.
    folder: Option<String>,
    uid: u32,
    authority: Option<String>,
}

pub(super) async fn secret(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Body(said): Body<Secret>,
) -> Answer<Response> {
    let law = api.law;
    let id = api
        .write(move |tx| {
            let mailbox = request::find(tx, &said.mailbox)?;
            within(tx, &bearer.actor, (Some(mailbox), None))?;
            let name = said.folder.as_deref().unwrap_or("INBOX");
            let folder = folder::find(tx, mailbox, name)?
                .ok_or_else(|| Refused::missing("Hộp thư không có thư mục này."))?;
            let at = cases::Place {
                mailbox,
                folder: folder.id,
                uid: said.uid,
            };
            cases::report_secret(tx, law, &bearer.actor, at, said.authority.as_deref())
        })
        .await?;
    Ok(reported(id))
}

/// What becomes of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    /// `handling`, `fixed`, `closed`.
    state: String,
    #[serde(default)]
    note: String,
}

pub(super) async fn step(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(id): Place<i64>,
    Body(said): Body<Step>,
) -> Answer {
    let id = IncidentId(id);
    let to = Stage::parse(&said.state)
        .ok_or_else(|| Problem::bad(format!("Không có trạng thái “{}”.", said.state)))?;
    let told = api
        .write(move |tx| {
            cases::advance(tx, &bearer.actor, id, to, &said.note)?;
            whole(tx, &bearer.actor, id)
        })
        .await?;
    Ok(Json(told))
}

/// The newest first; everybody was told of them.
pub(super) async fn stops(
    State(api): State<Api>,
    Caller(_): Caller,
    Asked(asked): Asked<Page>,
) -> Answer {
    let (limit, after) = (asked.limit()?, asked.after()?);
    let before = StopId(if after == 0 { i64::MAX } else { after });
    let found = api
        .read(move |tx| Ok(stop::page(tx, before, limit + 1)?))
        .await?;
    Ok(page(found, limit, |one| one.id.0, |one| shown_stop(&one)))
}

fn shown_stop(one: &Stop) -> Value {
    json!({
        "stop": one.id.0, "emergency": one.emergency, "what": one.what, "document": one.document, "clause": one.clause,
        "from": time(one.from_at), "until": one.until_at.map(time), "announced_by": one.announced_by,
        "announced_at": time(one.announced_at), "incident": one.incident.map(|id| id.0),
        "done_at": one.done_at.map(time), "cancelled_at": one.cancelled_at.map(time),
        "cancel_reason": one.cancel_reason,
    })
}

/// A stop to announce.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Planning {
    from: String,
    until: Option<String>,
    what: String,
    #[serde(default)]
    document: String,
    /// It cannot wait, or has begun: it becomes an incident.
    #[serde(default)]
    emergency: bool,
}

pub(super) async fn plan(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Body(said): Body<Planning>,
) -> Answer<Response> {
    let law = api.law;
    let from_at = parse_from(&said.from)?;
    let until_at = said.until.as_deref().map(parse_from).transpose()?;
    let id = api
        .write(move |tx| {
            let new = NewPlan {
                place: root(tx)?,
                what: &said.what,
                document: &said.document,
                from_at,
                until_at,
            };
            match said.emergency {
                true => stops::emergency(tx, law, &bearer.actor, &new),
                false => stops::plan(tx, law, &bearer.actor, &new),
            }
        })
        .await?;
    Ok((StatusCode::CREATED, Json(json!({ "stop": id.0 }))).into_response())
}

/// Why.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Cancelling {
    reason: String,
}

pub(super) async fn cancel(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(id): Place<i64>,
    Body(said): Body<Cancelling>,
) -> Answer {
    if said.reason.trim().is_empty() {
        return Err(Problem::bad("Cần nêu lý do hủy."));
    }
    api.write(move |tx| stops::cancel(tx, &bearer.actor, StopId(id), &said.reason))
        .await?;
    Ok(Json(json!({ "outcome": "cancelled" })))
}

pub(super) async fn done(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(id): Place<i64>,
    Body(Nothing {}): Body<Nothing>,
) -> Answer {
    api.write(move |tx| stops::done(tx, &bearer.actor, StopId(id)))
        .await?;
    Ok(Json(json!({ "outcome": "done" })))
}
