//! Requests: opened, looked at, passed on, decided, withdrawn; the one-time passwords of what they issued.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use congvu_governance::lists::Fault;
use congvu_governance::request::{
    self as cases, Ask, Checked, Decision, NewRequest, Opened, kind_of, way_of,
};
use congvu_governance::{Actor, Law, Refused, Role, rights};
use congvu_store::request::{self, Line, Request};
use congvu_store::{OrganisationId, RequestId, Tx};
use serde::Deserialize;
use serde_json::{Value, json};

use super::mailboxes::{Nothing, Ordered, hand_over_of};
use super::problem::{Answer, Problem};
use super::read::{Asked, Body, Page, Place, day, page, parse_day, time};
use super::{Api, Caller};

const SEE: &[Role] = &Role::ALL;
const STATES: [&str; 4] = ["open", "done", "refused", "withdrawn"];
/// So many lines are decided on at once.
const DECISIONS: usize = 1_000;
/// So many lines are looked at for one-time passwords at once: each costs a slow hash.
const HANDED: i64 = 50;
/// The longest key.
const KEY: usize = 200;

pub(super) async fn list(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Asked(asked): Asked<Page>,
) -> Answer {
    let (limit, after) = (asked.limit()?, asked.after()?);
    let state = asked.state.clone().unwrap_or_default();
    if !state.is_empty() && !STATES.contains(&state.as_str()) {
        return Err(Problem::bad(format!(
            "state phải là một trong: {}.",
            STATES.join(", ")
        )));
    }
    let found = api
        .read(move |tx| {
            let top = asked.top(tx, &bearer.actor, SEE)?;
            Ok(request::below(
                tx,
                top,
                &state,
                RequestId(after),
                limit + 1,
            )?)
        })
        .await?;
    Ok(page(
        found,
        limit,
        |found| found.id.0,
        |found| shown(&found),
    ))
}

/// A request that the actor may see.
fn seen(tx: &mut Tx<'_>, actor: &Actor, id: RequestId, roles: &[Role]) -> Result<Request, Refused> {
    let missing = || Refused::missing(format!("Không có đề nghị số {id}."));
    let found = request::get(tx, id)?.ok_or_else(missing)?;
    // Numbers are counted up: who may not see one is told no more than of one that does not exist.
    match rights::has(tx, actor, roles, found.organisation)? {
        true => Ok(found),
        false => Err(missing()),
    }
}

pub(super) async fn show(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(id): Place<i64>,
) -> Answer {
    let id = RequestId(id);
    let (found, tally) = api
        .read(move |tx| {
            let found = seen(tx, &bearer.actor, id, SEE)?;
            Ok((found, request::tally(tx, id)?))
        })
        .await?;
    let mut shown = shown(&found);
    shown["tally"] = tally
        .into_iter()
        .map(|(state, lines)| (state, Value::from(lines)))
        .collect::<serde_json::Map<_, _>>()
        .into();
    Ok(Json(shown))
}

pub(super) async fn lines(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(id): Place<i64>,
    Asked(asked): Asked<Page>,
) -> Answer {
    let (limit, after) = (asked.limit()?, number(asked.after()?)?);
    let found = api
        .read(move |tx| {
            seen(tx, &bearer.actor, RequestId(id), SEE)?;
            Ok(request::lines(tx, RequestId(id), after, limit + 1)?)
        })
        .await?;
    Ok(page(
        found,
        limit,
        |line| line.number,
        |line| shown_line(&line),
    ))
}

fn number(asked: i64) -> Answer<u32> {
    u32::try_from(asked).map_err(|_| Problem::bad("after không hợp lệ."))
}

fn shown(found: &Request) -> Value {
    json!({
        "id": found.id.0, "kind": found.kind, "kind_label": kind_of(&found.kind).map(congvu_regulation::requests::RequestKind::title),
        "organisation": found.organisation.0, "organisation_name": found.organisation_name,
        "profile": found.profile, "way": found.way, "asked_by": found.asked_by, "document": found.document,
        "document_day": found.document_day.map(day), "reason": found.reason,
        "received_at": time(found.received_at), "due_day": found.due_day.map(day), "due_clause": found.due_clause,
        "step": found.step, "state": found.state, "lines": found.lines, "waiting": found.waiting,
        "closed_at": found.closed_at.map(time),
    })
}

fn shown_line(line: &Line) -> Value {
    let json = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
    json!({
        "number": line.number, "mailbox": line.mailbox.map(|id| id.0), "asked": json(&line.data), "state": line.state,
        "reason": line.reason, "decided_by": line.decided_by, "decided_at": line.decided_at.map(time),
        "done_at": line.done_at.map(time), "outcome": json(&line.outcome),
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Opening {
    kind: String,
    organisation: i64,
    way: String,
    #[serde(default)]
    document: String,
    document_day: Option<String>,
    #[serde(default)]
    reason: String,
    /// Faults name a line by its place here, counted from 1.
    lines: Vec<Ask>,
}

pub(super) async fn open(
    State(api): State<Api>,
    Caller(bearer): Caller,
    headers: HeaderMap,
    Body(said): Body<Opening>,
) -> Answer<Response> {
    let key = key(&headers)?;
    let kind = kind_of(&said.kind)
        .ok_or_else(|| Problem::bad(format!("Không có loại đề nghị “{}”.", said.kind)))?;
    let way = way_of(&said.way)
        .ok_or_else(|| Problem::bad(format!("Không có hình thức gửi “{}”.", said.way)))?;
    let new = NewRequest {
        key: key.to_owned(),
        kind,
        organisation: OrganisationId(said.organisation),
        way,
        document: said.document,
        document_day: said.document_day.as_deref().map(parse_day).transpose()?,
        reason: said.reason,
        lines: (1..).zip(said.lines).collect(),
        files: Vec::new(),
    };
    let (law, actor) = (api.law, bearer.actor.clone());
    let (new, checked) = api
        .read(move |tx| {
            let checked = cases::check(tx, law, &actor, &new)?;
            Ok((new, checked))
        })
        .await?;
    let opened = api
        .write(move |tx| opened(tx, law, &bearer.actor, &new, &checked))
        .await?;
    Ok(told(&opened))
}

/// The key that tells the same request sent again.
pub(super) fn key(headers: &HeaderMap) -> Answer<&str> {
    let key = headers.get("idempotency-key");
    key.and_then(|key| key.to_str().ok())
        .map(str::trim)
        .filter(|key| !key.is_empty() && key.len() <= KEY)
        .ok_or_else(|| {
            Problem::new(
                StatusCode::BAD_REQUEST,
                format!("Cần tiêu đề Idempotency-Key, không quá {KEY} ký tự: gửi lại cùng khóa không mở đề nghị thứ hai."),
            )
        })
}

/// Opens a request, or finds the same that was opened under its key.
pub(super) fn opened(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    new: &NewRequest,
    checked: &Checked,
) -> Result<(Opened, Request), Refused> {
    let opened = cases::open_checked(tx, law, actor, new, Some(checked))?;
    let found =
        request::get(tx, opened.id)?.ok_or_else(|| Refused::missing("Không có đề nghị này."))?;
    if !opened.is_new && !is_same(tx, &found, new)? {
        return Err(Refused::bad(format!(
            "Idempotency-Key này đã dùng cho đề nghị số {} có nội dung khác.",
            opened.id
        )));
    }
    Ok((opened, found))
}

/// The answer about a request that was opened, or had been.
pub(super) fn told((opened, found): &(Opened, Request)) -> Response {
    let status = match opened.is_new {
        true => StatusCode::CREATED,
        false => StatusCode::OK,
    };
    let mut response = (status, Json(shown(found))).into_response();
    if let Ok(place) = HeaderValue::from_str(&format!("/api/v1/requests/{}", opened.id)) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    response
}

/// Whether what came again is what was opened. Lines that were decided may say more than was asked: the address that was agreed
/// on.
fn is_same(tx: &mut Tx<'_>, found: &Request, new: &NewRequest) -> Result<bool, Refused> {
    let head = found.kind == new.kind.id()
        && found.document == new.document.trim()
        && found.reason == new.reason.trim()
        && found.way == congvu_governance::request::way_name(new.way)
        && found.document_day == new.document_day.map(congvu_regulation::Date::epoch_day)
        && usize::try_from(found.lines) == Ok(new.lines.len());
    if !head {
        return Ok(false);
    }
    let kept = request::lines(tx, found.id, 0, i64::from(found.lines))?;
    Ok(kept.iter().zip(&new.lines).all(|(line, (_, ask))| {
        serde_json::from_str::<Ask>(&line.data).is_ok_and(|kept| kept.is_same_as(ask))
    }))
}

#[derive(Clone, Deserialize)]
#[serde(tag = "decision", rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum Said {
    Grant { local_part: Option<String> },
    Refuse { reason: String },
}

impl Said {
    fn decision(&self) -> Decision {
        match self {
            Self::Grant { local_part } => Decision::Grant {
                local_part: local_part.clone(),
            },
            Self::Refuse { reason } => Decision::Refuse(reason.clone()),
        }
    }
}

pub(super) async fn decide(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place((id, number)): Place<(i64, u32)>,
    Body(said): Body<Said>,
) -> Answer {
    let (law, id) = (api.law, RequestId(id));
    let line = api
        .write(move |tx| {
            seen(tx, &bearer.actor, id, SEE)?;
            cases::decide(tx, law, &bearer.actor, (id, number), &said.decision())?;
            request::get_line(tx, id, number)?.ok_or_else(|| Refused::missing("Không có dòng này."))
        })
        .await?;
    Ok(Json(shown_line(&line)))
}

#[derive(Clone, Deserialize)]
struct SaidOf {
    line: u32,
    #[serde(flatten)]
    said: Said,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Decisions {
    decisions: Vec<SaidOf>,
}

pub(super) async fn decide_many(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(id): Place<i64>,
    Body(said): Body<Decisions>,
) -> Answer {
    if said.decisions.is_empty() || said.decisions.len() > DECISIONS {
        return Err(Problem::bad(format!(
            "Cần từ 1 đến {DECISIONS} quyết định trong một lần."
        )));
    }
    let (law, id) = (api.law, RequestId(id));
    let found = api
        .write(move |tx| {
            seen(tx, &bearer.actor, id, SEE)?;
            let mut faults = Vec::new();
            for of in &said.decisions {
                let line = (id, of.line);
                match cases::decide(tx, law, &bearer.actor, line, &of.said.decision()) {
                    Ok(()) => {}
                    // These are not about the line.
                    Err(refused @ (Refused::Store(_) | Refused::Forbidden(_))) => {
                        return Err(refused);
                    }
                    Err(refused) => faults.push(Fault {
                        row: of.line,
                        column: "",
                        what: refused.to_string(),
                    }),
                }
            }
            if !faults.is_empty() {
                return Err(Refused::Lines(faults));
            }
            seen(tx, &bearer.actor, id, SEE)
        })
        .await?;
    Ok(Json(shown(&found)))
}

pub(super) async fn forward(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(id): Place<i64>,
    Body(said): Body<Ordered>,
) -> Answer {
    let (law, id) = (api.law, RequestId(id));
    let found = api
        .write(move |tx| {
            seen(tx, &bearer.actor, id, SEE)?;
            cases::forward(tx, law, &bearer.actor, id, said.document.as_deref())?;
            seen(tx, &bearer.actor, id, SEE)
        })
        .await?;
    Ok(Json(shown(&found)))
}

pub(super) async fn withdraw(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(id): Place<i64>,
    Body(Nothing {}): Body<Nothing>,
) -> Answer {
    let (law, id) = (api.law, RequestId(id));
    let found = api
        .write(move |tx| {
            seen(tx, &bearer.actor, id, SEE)?;
            cases::withdraw(tx, law, &bearer.actor, id)?;
            seen(tx, &bearer.actor, id, SEE)
        })
        .await?;
    Ok(Json(shown(&found)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Handing {
    /// Lines above this number; none: from the first.
    after: Option<u32>,
}

pub(super) async fn hand_over(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(id): Place<i64>,
    Body(said): Body<Handing>,
) -> Answer {
    let after = said.after.unwrap_or(0);
    let asking = bearer.actor.clone();
    let found = api
        .read(move |tx| {
            let roles = [Role::Decide, Role::Operate, Role::Ask];
            let found = seen(tx, &asking, RequestId(id), &roles)?;
            if !matches!(found.kind.as_str(), "issue" | "password") {
                return Err(Refused::state(
                    "Loại đề nghị này không có mật khẩu để giao.",
                ));
            }
            Ok(request::lines(tx, RequestId(id), after, HANDED + 1)?)
        })
        .await?;
    let more = i64::try_from(found.len()).unwrap_or(i64::MAX) > HANDED;
    let mut items = Vec::new();
    let mut next = None;
    for line in found.iter().take(usize::try_from(HANDED).unwrap_or(0)) {
        next = more.then_some(line.number);
        let Some(mailbox) = line.mailbox.filter(|_| line.state == "done") else {
            continue;
        };
        match hand_over_of(&api, bearer.actor.clone(), mailbox).await {
            Ok((address, password)) => items.push(json!({
                "line": line.number, "address": address, "password": password,
            })),
            // What was told must reach who asked, whatever comes of the next line.
            Err(problem) => items.push(json!({
                "line": line.number, "problem": problem.detail(),
            })),
        }
    }
    Ok(Json(json!({ "items": items, "next": next })))
}
