//! Addresses made anew for many mailboxes (QN.6.3.b): what is proposed is looked at, line by line, before anything changes.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use congvu_governance::rename::{self, Scope};
use congvu_governance::{Actor, Refused, request};
use congvu_store::rename::{self as jobs, Job, Line};
use congvu_store::{OrganisationId, RenameId, Tx, organisation};
use serde::Deserialize;
use serde_json::{Value, json};

use super::mailboxes::Nothing;
use super::problem::Answer;
use super::read::{Asked, Body, Page, Place, page, time};
use super::{Api, Caller};

fn shown(tx: &mut Tx<'_>, job: &Job) -> Result<Value, Refused> {
    let counts = jobs::count(tx, job.id)?;
    let lines: serde_json::Map<String, Value> = counts
        .into_iter()
        .map(|(state, count)| (state, count.into()))
        .collect();
    Ok(json!({
        "rename": job.id.0, "state": job.state, "document": job.document, "made_by": job.made_by,
        "made_at": time(job.made_at), "lines": lines,
    }))
}

fn whole(tx: &mut Tx<'_>, actor: &Actor, id: RenameId) -> Result<Value, Refused> {
    let job = rename::seen(tx, actor, id)?;
    shown(tx, &job)
}

/// The newest first, of those that whoever asks may decide on.
pub(super) async fn list(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Asked(asked): Asked<Page>,
) -> Answer {
    let (limit, after) = (asked.limit()?, asked.after()?);
    let before = if after == 0 { i64::MAX } else { after };
    let found = api
        .read(move |tx| {
            let mut found = Vec::new();
            for job in jobs::page(tx, before, limit + 1)? {
                let told = match rename::seen(tx, &bearer.actor, job.id) {
                    Ok(job) => Some(shown(tx, &job)?),
                    Err(Refused::Missing(_)) => None,
                    Err(refused) => return Err(refused),
                };
                found.push((job.id.0, told));
            }
            Ok(found)
        })
        .await?;
    let Json(mut told) = page(
        found,
        limit,
        |(id, _)| *id,
        |(_, told)| told.unwrap_or(Value::Null),
    );
    if let Some(items) = told["items"].as_array_mut() {
        items.retain(|item| !item.is_null());
    }
    Ok(Json(told))
}

/// Which mailboxes get their addresses anew, and how.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Planning {
    #[serde(default)]
    organisations: Vec<i64>,
    /// Addresses.
    #[serde(default)]
    mailboxes: Vec<String>,
    profile: Option<String>,
    domain: Option<String>,
    document: String,
}

/// Proposes; nothing changes.
pub(super) async fn plan(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Body(said): Body<Planning>,
) -> Answer<Response> {
    let law = api.law;
    let actor = bearer.actor.clone();
    let id = api
        .write(move |tx| {
            let mut scope = Scope {
                places: said
                    .organisations
                    .iter()
                    .copied()
                    .map(OrganisationId)
                    .collect(),
                profile: said.profile.clone(),
                ..Scope::default()
            };
            for address in &said.mailboxes {
                scope.mailboxes.push(request::find(tx, address)?);
            }
            if let Some(name) = &said.domain {
                let found = organisation::domain(tx, &name.trim().to_lowercase())?;
                scope.domain = Some(found.ok_or_else(|| {
                    Refused::missing(format!("Hệ thống này không có tên miền {name}."))
                })?);
            }
            rename::begin(tx, law, &bearer.actor, &scope, &said.document)
        })
        .await?;
    planned(&api, actor, id).await
}

async fn planned(api: &Api, actor: Actor, id: RenameId) -> Answer<Response> {
    rename::plan(&api.store, api.law, id).await?;
    let told = api.read(move |tx| whole(tx, &actor, id)).await?;
    Ok((StatusCode::CREATED, Json(told)).into_response())
}

pub(super) async fn show(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(id): Place<i64>,
) -> Answer {
    let told = api
        .read(move |tx| whole(tx, &bearer.actor, RenameId(id)))
        .await?;
    Ok(Json(told))
}

pub(super) async fn lines(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(id): Place<i64>,
    Asked(asked): Asked<Page>,
) -> Answer {
    let (limit, after, id) = (asked.limit()?, asked.after()?, RenameId(id));
    let found = api
        .read(move |tx| {
            rename::seen(tx, &bearer.actor, id)?;
            let mut found = Vec::new();
            for line in jobs::lines(tx, id, after, limit + 1)? {
                let told = shown_line(tx, &line)?;
                found.push((line.number, told));
            }
            Ok(found)
        })
        .await?;
    Ok(page(found, limit, |(number, _)| *number, |(_, told)| told))
}

fn shown_line(tx: &mut Tx<'_>, line: &Line) -> Result<Value, Refused> {
    let after = match line.local_part.as_str() {
        "" => None,
        local_part => {
            let domain = organisation::domain_name(tx, line.domain)?;
            Some(format!("{local_part}@{domain}"))
        }
    };
    Ok(json!({
        "line": line.number, "mailbox": line.mailbox.0, "before": line.former, "after": after,
        "name": (!line.display.is_empty()).then_some(&line.display), "state": line.state,
        "candidates": rename::candidates(line), "why": rename::why(line),
    }))
}

/// An address.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Choosing {
    /// Before the @; none: the mailbox keeps its address.
    local_part: Option<String>,
}

pub(super) async fn choose(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place((id, number)): Place<(i64, i64)>,
    Body(said): Body<Choosing>,
) -> Answer {
    let (law, id) = (api.law, RenameId(id));
    let told = api
        .write(move |tx| {
            match &said.local_part {
                Some(chosen) => rename::choose(tx, law, &bearer.actor, id, number, chosen)?,
                None => rename::skip(tx, &bearer.actor, id, number)?,
            }
            let line = jobs::one(tx, id, number)?;
            let line = line.ok_or_else(|| Refused::missing("Không có dòng này."))?;
            shown_line(tx, &line)
        })
        .await?;
    Ok(Json(told))
}

pub(super) async fn apply(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(id): Place<i64>,
    Body(Nothing {}): Body<Nothing>,
) -> Answer {
    let done = rename::apply(&api.store, &bearer.actor, RenameId(id)).await?;
    Ok(Json(json!({
        "done": done.done, "failed": done.failed, "open": done.open,
    })))
}

/// What orders that it be taken back.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Undoing {
    document: String,
}

/// Proposes that each mailbox gets its former address again.
pub(super) async fn undo(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(id): Place<i64>,
    Body(said): Body<Undoing>,
) -> Answer<Response> {
    let actor = bearer.actor.clone();
    let undoing = api
        .write(move |tx| rename::begin_undo(tx, &bearer.actor, RenameId(id), &said.document))
        .await?;
    planned(&api, actor, undoing).await
}

pub(super) async fn give_up(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(id): Place<i64>,
    Body(Nothing {}): Body<Nothing>,
) -> Answer {
    api.write(move |tx| rename::drop_job(tx, &bearer.actor, RenameId(id)))
        .await?;
    Ok(Json(json!({ "outcome": "dropped" })))
}
