//! Taking messages down (QN.13.9, QN.14.10, TQ.12.5, SL.17.4): where copies lie, never what they say. The server that follows the cases
//! carries out what is ordered here; a program asks for the case until it is done.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use congvu_governance::takedown::{self as cases, NewTakedown, Package};
use congvu_governance::{Actor, Refused, Role, joint, rights};
use congvu_store::joint_order;
use congvu_store::takedown::{self, Case, Criteria, State as Stage};
use congvu_store::{IncidentId, JointOrderId, TakedownId, Tx, organisation};
use serde::Deserialize;
use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::mailboxes::Nothing;
use super::problem::{Answer, Problem};
use super::read::{Asked, Body, Page, Place, page, parse_from, parse_until, time};
use super::{Api, Caller};

/// A message lies anywhere in the system: cases are the top's.
const SEE: &[Role] = &[Role::Decide, Role::Operate, Role::Audit];
/// A SHA-256 in hexadecimal digits.
const DIGITS: usize = 64;

fn seen(tx: &mut Tx<'_>, actor: &Actor) -> Result<(), Refused> {
    let root = organisation::root(tx)?;
    let root = root.ok_or_else(|| Refused::missing("Chưa có cơ quan nào."))?;
    rights::need(tx, actor, SEE, root.id)
}

/// The newest first.
pub(super) async fn list(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Asked(asked): Asked<Page>,
) -> Answer {
    let (limit, after) = (asked.limit()?, asked.after()?);
    let before = TakedownId(if after == 0 { i64::MAX } else { after });
    let found = api
        .read(move |tx| {
            seen(tx, &bearer.actor)?;
            Ok(takedown::page(tx, before, limit + 1)?)
        })
        .await?;
    Ok(page(found, limit, |case| case.id.0, |case| shown(&case)))
}

pub(super) async fn show(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(id): Place<i64>,
) -> Answer {
    let told = api
        .read(move |tx| {
            seen(tx, &bearer.actor)?;
            whole(tx, TakedownId(id))
        })
        .await?;
    Ok(Json(told))
}

/// A case, and what it has still to do.
fn whole(tx: &mut Tx<'_>, id: TakedownId) -> Result<Value, Refused> {
    let case = takedown::get(tx, id)?
        .ok_or_else(|| Refused::missing(format!("Không có hồ sơ gỡ bỏ số {id}.")))?;
    let left = takedown::left(tx, id)?;
    let mut told = shown(&case);
    told["messages"] = takedown::seen_by_case(tx, id)?.len().into();
    told["left_in_folders"] = left.in_folders.into();
    told["left_in_queue"] = left.in_queue.into();
    let orders = joint_order::of_subject(tx, &format!("takedown/{id}"))?;
    told["orders"] = orders
        .iter()
        .map(|order| {
            json!({
                "order": order.id.0, "kind": order.kind, "document": order.document, "reason": order.reason,
                "proposed_at": time(order.proposed_at), "lapses_at": time(order.lapses_at),
                "confirmed_at": order.confirmed_at.map(time), "withdrawn_at": order.withdrawn_at.map(time),
            })
        })
        .collect();
    Ok(told)
}

fn shown(case: &Case) -> Value {
    let criteria = &case.criteria;
    json!({
        "takedown": case.id.0, "state": case.state.name(), "state_label": case.state.label(),
        "criteria": {
            "message_id": criteria.message_id, "content": criteria.content.map(hex),
            "attachment": criteria.attachment.map(hex), "sender": criteria.sender,
            "from": criteria.from_at.map(time), "until": criteria.until_at.map(time),
        },
        "document": case.document, "clause": case.clause, "reason": case.reason, "contact": case.contact,
        "incident": case.incident.map(|id| id.0), "opened_by": case.opened_by, "opened_at": time(case.opened_at),
        "sealed_at": case.sealed_at.map(time), "closed_at": case.closed_at.map(time),
    })
}

fn hex(bytes: [u8; 32]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn hash(text: &str) -> Answer<[u8; 32]> {
    let digits = text.trim();
    let wrong = || Problem::bad(format!("“{text}” không phải {DIGITS} chữ số hệ 16."));
    if digits.len() != DIGITS || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(wrong());
    }
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.as_bytes().chunks(2)) {
        let pair = std::str::from_utf8(pair).map_err(|_| wrong())?;
        *byte = u8::from_str_radix(pair, 16).map_err(|_| wrong())?;
    }
    Ok(bytes)
}

/// What is to be taken down, and why.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Opening {
    message_id: Option<String>,
    /// As the report of secret material tells it.
    content: Option<String>,
    /// SHA-256 of an attached file.
    attachment: Option<String>,
    sender: Option<String>,
    from: Option<String>,
    until: Option<String>,
    document: String,
    clause: String,
    reason: String,
    contact: String,
    incident: Option<i64>,
}

pub(super) async fn open(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Body(said): Body<Opening>,
) -> Answer<Response> {
    let known = |text: &String| {
        congvu_regulation::clauses::known().any(|clause| clause.to_string() == *text)
    };
    if !said.clause.is_empty() && !known(&said.clause) {
        return Err(Problem::bad(format!(
            "Không có điều khoản {}.",
            said.clause
        )));
    }
    let new = NewTakedown {
        criteria: Criteria {
            message_id: said.message_id,
            content: said.content.as_deref().map(hash).transpose()?,
            attachment: said.attachment.as_deref().map(hash).transpose()?,
            sender: said.sender,
            from_at: said.from.as_deref().map(parse_from).transpose()?,
            until_at: said.until.as_deref().map(parse_until).transpose()?,
        },
        document: said.document,
        clause: said.clause,
        reason: said.reason,
        contact: said.contact,
        incident: said.incident.map(IncidentId),
    };
    let id = api
        .write(move |tx| cases::open(tx, &bearer.actor, &new))
        .await?;
    cases::find(&api.store, id).await?;
    let told = api.read(move |tx| whole(tx, id)).await?;
    Ok((StatusCode::CREATED, Json(told)).into_response())
}

/// Where copies lie, as they were found now; recorded, for it tells who has what.
pub(super) async fn preview(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(id): Place<i64>,
    Body(Nothing {}): Body<Nothing>,
) -> Answer {
    let id = TakedownId(id);
    let asking = bearer.actor.clone();
    api.read(move |tx| seen(tx, &asking)).await?;
    cases::find(&api.store, id).await?;
    let found = api
        .write(move |tx| cases::preview(tx, &bearer.actor, id))
        .await?;
    let messages: Vec<Value> = found
        .messages
        .iter()
        .map(|message| {
            let sum = message.sha256.as_deref().unwrap_or_default();
            let sum: Option<[u8; 32]> = sum.try_into().ok();
            json!({
                "message_id": message.name, "size": message.size, "came_at": time(message.came_at),
                "sha256": sum.map(hex), "kept": message.held,
            })
        })
        .collect();
    let places: Vec<Value> = found
        .places
        .iter()
        .map(|place| {
            json!({
                "organisation": place.organisation.0, "organisation_name": place.organisation_name,
                "address": place.address, "folder": place.folder, "copies": place.copies, "seen": place.seen,
            })
        })
        .collect();
    let outgoing: Vec<Value> = found
        .outgoing
        .iter()
        .map(|out| {
            json!({ "trace": out.trace, "sender": out.sender, "recipient": out.address, "sealed": out.sealed })
        })
        .collect();
    Ok(Json(json!({
        "takedown": id.0, "state": found.case.state.name(), "messages": messages, "places": places, "outgoing": outgoing,
    })))
}

pub(super) async fn seal(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(id): Place<i64>,
    Body(Nothing {}): Body<Nothing>,
) -> Answer {
    let id = TakedownId(id);
    let asking = bearer.actor.clone();
    let state = api
        .read(move |tx| {
            seen(tx, &asking)?;
            Ok(takedown::get(tx, id)?.map(|case| case.state))
        })
        .await?;
    // Who asks again asks for what is ordered already.
    if state != Some(Stage::Sealed) {
        cases::find(&api.store, id).await?;
        cases::seal(&api.store, &bearer.actor, id).await?;
    }
    let told = api.read(move |tx| whole(tx, id)).await?;
    Ok(Json(told))
}

/// Why, and what orders it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ordering {
    #[serde(default)]
    document: String,
    #[serde(default)]
    reason: String,
}

pub(super) async fn release(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(id): Place<i64>,
    Body(said): Body<Ordering>,
) -> Answer {
    let id = TakedownId(id);
    let told = api
        .write(move |tx| {
            cases::release(tx, &bearer.actor, id, &said.reason)?;
            whole(tx, id)
        })
        .await?;
    Ok(Json(told))
}

fn proposed(order: JointOrderId) -> Response {
    (StatusCode::CREATED, Json(json!({ "order": order.0 }))).into_response()
}

/// The first of two persons orders that the sealed copies be destroyed.
pub(super) async fn purge(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(id): Place<i64>,
    Body(said): Body<Ordering>,
) -> Answer<Response> {
    let order = api
        .write(move |tx| {
            let (document, reason) = (said.document.as_str(), said.reason.as_str());
            cases::propose_purge(tx, &bearer.actor, TakedownId(id), document, reason)
        })
        .await?;
    Ok(proposed(order))
}

/// The first of two persons orders that the evidence be taken out with what the messages say.
pub(super) async fn content(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(id): Place<i64>,
    Body(said): Body<Ordering>,
) -> Answer<Response> {
    let order = api
        .write(move |tx| {
            let (document, reason) = (said.document.as_str(), said.reason.as_str());
            cases::propose_content(tx, &bearer.actor, TakedownId(id), document, reason)
        })
        .await?;
    Ok(proposed(order))
}

pub(super) async fn confirm(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(order): Place<i64>,
    Body(Nothing {}): Body<Nothing>,
) -> Answer {
    api.write(move |tx| cases::confirm(tx, &bearer.actor, JointOrderId(order)))
        .await?;
    Ok(Json(json!({ "outcome": "confirmed" })))
}

pub(super) async fn withdraw(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(order): Place<i64>,
    Body(Nothing {}): Body<Nothing>,
) -> Answer {
    let order = JointOrderId(order);
    api.write(move |tx| {
        let about = joint_order::lock(tx, order)?.map(|order| order.subject);
        match about {
            Some(subject) if subject.starts_with("takedown/") => {
                joint::withdraw(tx, &bearer.actor, order)
            }
            _ => Err(Refused::missing(format!(
                "Không có lệnh số {order} về gỡ bỏ thư."
            ))),
        }
    })
    .await?;
    Ok(Json(json!({ "outcome": "withdrawn" })))
}

/// With what the messages say, or without.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Evidence {
    /// Needs an order of two persons.
    #[serde(default)]
    content: bool,
}

pub(super) async fn evidence(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(id): Place<i64>,
    Body(said): Body<Evidence>,
) -> Answer<Response> {
    let files = cases::evidence(&api.store, &bearer.actor, TakedownId(id), said.content).await?;
    let packed = api.aside(move || pack(&files)).await?;
    let packed = packed.map_err(|error| {
        tracing::error!(%error, "api: evidence cannot be packed");
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "Không tạo được tệp.")
    })?;
    let mut response = packed.into_response();
    let headers = response.headers_mut();
    let media = HeaderValue::from_static("application/zip");
    headers.insert(header::CONTENT_TYPE, media);
    let named = HeaderValue::from_str(&format!("attachment; filename=\"chung-cu-{id}.zip\""));
    if let Ok(named) = named {
        headers.insert(header::CONTENT_DISPOSITION, named);
    }
    Ok(response)
}

fn pack(files: &Package) -> std::io::Result<Vec<u8>> {
    use std::io::Write as _;
    let mut archive = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive.start_file(name, SimpleFileOptions::default())?;
        archive.write_all(bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}
