//! Reading another's mailbox (BS.III.9): the owner's consent, or an order of two persons; who may, who did and when. Nothing of what
//! the mail says is told here.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use congvu_governance::access_order::{self, NewAccess};
use congvu_governance::{Refused, joint, request};
use congvu_regulation::Date;
use congvu_store::access_grant::{Grant, Use};
use congvu_store::joint_order::Order;
use congvu_store::{AccessGrantId, JointOrderId, Tx, account};
use serde::Deserialize;
use serde_json::{Value, json};

use super::mailboxes::Nothing;
use super::problem::Answer;
use super::read::{Body, Place, parse_day, time};
use super::{Api, Caller};

/// What of a mailbox is told at once: what waits and what was given is little.
pub(super) async fn list(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(address): Place<String>,
) -> Answer {
    let told = api
        .read(move |tx| {
            let id = request::find(tx, &address)?;
            let waiting = access_order::waiting(tx, &bearer.actor, id)?;
            let given = access_order::seen_by_owner(tx, &bearer.actor, id)?;
            let orders: Vec<Value> = waiting.iter().map(order).collect();
            let grants: Vec<Value> = given
                .iter()
                .map(|(given, uses)| grant(given, uses))
                .collect();
            Ok(json!({ "orders": orders, "grants": grants }))
        })
        .await?;
    Ok(Json(told))
}

fn order(order: &Order) -> Value {
    json!({
        "order": order.id.0, "document": order.document, "purpose": order.reason,
        "proposed_at": time(order.proposed_at), "lapses_at": time(order.lapses_at),
    })
}

fn grant(grant: &Grant, uses: &[Use]) -> Value {
    let uses: Vec<Value> = uses
        .iter()
        .map(|used| json!({ "at": time(used.at), "client_ip": used.client_ip, "what": used.what }))
        .collect();
    json!({
        "grant": grant.id.0, "to": grant.login, "way": grant.way, "document": grant.document, "purpose": grant.purpose,
        "from_at": time(grant.from_at), "until_at": time(grant.until_at), "granted_by": grant.granted_by,
        "granted_at": time(grant.granted_at), "ended_at": grant.ended_at.map(time),
        "owner_told_at": grant.tell_at.map(time), "uses": uses,
    })
}

/// Whom, how long, what for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Period {
    to: String,
    purpose: String,
    /// None: from now on.
    from: Option<String>,
    /// To the end of that day.
    until: String,
}

/// An access as it is asked for: days are read before the store is.
struct Wanted {
    to: String,
    purpose: String,
    from: Option<Date>,
    until: Date,
    tell_on: Option<Date>,
}

impl Wanted {
    fn of(said: Period, tell_on: Option<&str>) -> Answer<Self> {
        Ok(Self {
            from: said.from.as_deref().map(parse_day).transpose()?,
            until: parse_day(&said.until)?,
            tell_on: tell_on.map(parse_day).transpose()?,
            to: said.to,
            purpose: said.purpose,
        })
    }

    fn access(&self, tx: &mut Tx<'_>, address: &str) -> Result<NewAccess, Refused> {
        let to = account::by_login(tx, &self.to.trim().to_lowercase())?;
        let to = to.ok_or_else(|| Refused::missing(format!("Không có tài khoản {}.", self.to)))?;
        Ok(NewAccess {
            mailbox: request::find(tx, address)?,
            to: to.id,
            purpose: self.purpose.clone(),
            from_at: self.from.map_or_else(|| tx.now(), |day| day.start().0),
            until_at: self.until.plus_days(1).start().0,
            tell_at: self.tell_on.map(|day| day.start().0),
        })
    }
}

pub(super) async fn consent(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(address): Place<String>,
    Body(said): Body<Period>,
) -> Answer<Response> {
    let wanted = Wanted::of(said, None)?;
    let id = api
        .write(move |tx| {
            let new = wanted.access(tx, &address)?;
            access_order::consent(tx, &bearer.actor, &new)
        })
        .await?;
    Ok(made(&json!({ "grant": id.0 })))
}

fn made(told: &Value) -> Response {
    (StatusCode::CREATED, Json(told)).into_response()
}

/// An order to propose.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Proposing {
    to: String,
    purpose: String,
    from: Option<String>,
    until: String,
    document: String,
    /// When the owner is told, where the document puts that off.
    tell_on: Option<String>,
}

pub(super) async fn propose(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(address): Place<String>,
    Body(said): Body<Proposing>,
) -> Answer<Response> {
    let Proposing {
        to,
        purpose,
        from,
        until,
        document,
        tell_on,
    } = said;
    let period = Period {
        to,
        purpose,
        from,
        until,
    };
    let wanted = Wanted::of(period, tell_on.as_deref())?;
    let id = api
        .write(move |tx| {
            let new = wanted.access(tx, &address)?;
            access_order::propose(tx, &bearer.actor, &new, &document)
        })
        .await?;
    Ok(made(&json!({ "order": id.0 })))
}

pub(super) async fn confirm(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(order): Place<i64>,
    Body(Nothing {}): Body<Nothing>,
) -> Answer<Response> {
    let id = api
        .write(move |tx| access_order::confirm(tx, &bearer.actor, JointOrderId(order)))
        .await?;
    Ok(made(&json!({ "grant": id.0 })))
}

pub(super) async fn withdraw(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(order): Place<i64>,
    Body(Nothing {}): Body<Nothing>,
) -> Answer {
    api.write(move |tx| {
        access_order::check_kind(tx, JointOrderId(order))?;
        joint::withdraw(tx, &bearer.actor, JointOrderId(order))
    })
    .await?;
    Ok(Json(json!({ "outcome": "withdrawn" })))
}

pub(super) async fn end(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(grant): Place<i64>,
    Body(Nothing {}): Body<Nothing>,
) -> Answer {
    api.write(move |tx| access_order::end(tx, &bearer.actor, AccessGrantId(grant)))
        .await?;
    Ok(Json(json!({ "outcome": "ended" })))
}
