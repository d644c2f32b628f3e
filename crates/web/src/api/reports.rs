//! Reports: listed, made, looked at, taken as files, handed in and back.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use congvu_governance::report::{self as cases, Report, Scope};
use congvu_governance::{Refused, Role};
use congvu_papers::reports::{self as files, Format};
use congvu_regulation::reports::{Every, Period};
use congvu_store::report::Kept;
use congvu_store::{OrganisationId, ReportId};
use serde::Deserialize;
use serde_json::{Value, json};

use super::papers::{Which, download};
use super::problem::{Answer, Problem};
use super::read::{Asked, Body, Page, Place, day, page, parse_day, time};
use super::statistics::{table, top};
use super::{Api, Caller};

const SEE: &[Role] = &Role::ALL;

/// The newest first; `next` leads to older ones.
pub(super) async fn list(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Asked(asked): Asked<Page>,
) -> Answer {
    let (limit, after) = (asked.limit()?, asked.after()?);
    let before = (after > 0).then_some(ReportId(after));
    let found = api
        .read(move |tx| {
            let place = asked.top(tx, &bearer.actor, SEE)?;
            cases::of_place(tx, &bearer.actor, place, before, limit + 1)
        })
        .await?;
    Ok(page(found, limit, |kept| kept.id.0, |kept| shown(&kept)))
}

fn shown(kept: &Kept) -> Value {
    let by = |by: &Option<(i64, String)>| {
        by.as_ref()
            .map(|(at, name)| json!({ "at": time(*at), "by": name }))
    };
    json!({
        "id": kept.id.0, "report": kept.report, "profile": kept.profile, "organisation": kept.organisation.0,
        "period_from": day(kept.period.0), "period_to": day(kept.period.1), "data_from": day(kept.days.0),
        "data_to": day(kept.days.1), "due_day": kept.due_day.map(day), "made_at": time(kept.made_at), "hash": kept.hash,
        "state": kept.state, "submitted": by(&kept.submitted), "accepted": by(&kept.accepted), "notes": kept.notes,
    })
}

fn whole(report: &Report) -> Value {
    let mut all = shown(&report.kept);
    all["content"] = json!(report.made);
    all["answers"] = json!(report.answers);
    all
}

pub(super) async fn kinds(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Asked(asked): Asked<Page>,
) -> Answer {
    let law = api.law;
    let known = api
        .read(move |tx| {
            let place = asked.top(tx, &bearer.actor, SEE)?;
            cases::known(tx, law, place)
        })
        .await?;
    let items: Vec<Value> = known
        .into_iter()
        .map(|known| {
            let (every, months) = match known.every {
                Every::Months(months) => ("months", Some(months)),
                Every::Request => ("request", None),
                Every::Change => ("change", None),
            };
            let scope = match known.scope {
                Scope::Agencies => "agencies",
                Scope::Units => "units",
                Scope::Whole => "whole",
            };
            json!({
                "report": known.id, "title": known.title, "every": every, "months": months, "by": known.by, "to": known.to,
                "form": known.form, "scope": scope, "is_submitted": known.is_submitted, "clause": known.clause,
            })
        })
        .collect();
    Ok(Json(json!({ "items": items, "next": null })))
}

pub(super) async fn due(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Asked(asked): Asked<Page>,
) -> Answer {
    let law = api.law;
    let owed = api
        .read(move |tx| {
            let place = asked.top(tx, &bearer.actor, SEE)?;
            cases::due(tx, law, &bearer.actor, place)
        })
        .await?;
    let items: Vec<Value> = owed
        .into_iter()
        .map(|owed| {
            json!({
                "organisation": owed.organisation.0, "organisation_name": owed.organisation_name, "report": owed.report,
                "title": owed.title, "period": owed.period, "due_day": owed.due.to_string(),
                "id": owed.kept.map(|id| id.0), "late": owed.late,
            })
        })
        .collect();
    Ok(Json(json!({ "items": items, "next": null })))
}

pub(super) async fn show(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(id): Place<i64>,
) -> Answer {
    let found = api
        .read(move |tx| cases::get(tx, &bearer.actor, ReportId(id)))
        .await?;
    Ok(Json(whole(&found)))
}

pub(super) async fn file(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(id): Place<i64>,
    Asked(which): Asked<Which>,
) -> Answer<Response> {
    let format = which.format(Format::Pdf)?;
    let found = api
        .read(move |tx| cases::get(tx, &bearer.actor, ReportId(id)))
        .await?;
    let law = api.law;
    let bytes = api
        .aside(move || match format {
            Format::Pdf => files::to_pdf(law.profile(&found.kept.profile), &found).map(Some),
            Format::Xlsx => files::to_xlsx(&found).map(Some),
            Format::Csv => Ok(files::to_csv(&found, which.table.as_deref())),
        })
        .await??;
    let bytes = bytes.ok_or_else(|| Problem::bad("Báo cáo không có bảng này."))?;
    let name = format!("bao-cao-{id}.{}", format.extension());
    Ok(download(&name, format.media_type(), bytes))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Making {
    report: String,
    organisation: i64,
    from: String,
    /// None: the whole period that `from` lies in.
    to: Option<String>,
}

pub(super) async fn make(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Body(said): Body<Making>,
) -> Answer {
    let from = parse_day(&said.from)?;
    let to = said.to.as_deref().map_or(Ok(from), parse_day)?;
    let asked = (OrganisationId(said.organisation), said.report.as_str());
    let id = cases::ask(&api.store, api.law, &bearer.actor, asked, (from, to)).await?;
    let found = api
        .read(move |tx| cases::get(tx, &bearer.actor, id))
        .await?;
    Ok(Json(whole(&found)))
}

/// Makes a report that is not handed in anew, from what is known now.
pub(super) async fn refresh(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(id): Place<i64>,
) -> Answer {
    let id = ReportId(id);
    cases::refresh(&api.store, api.law, &bearer.actor, id).await?;
    let found = api
        .read(move |tx| cases::get(tx, &bearer.actor, id))
        .await?;
    Ok(Json(whole(&found)))
}

/// What a report would be if it were made now, and whether that is what is kept.
pub(super) async fn remake(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(id): Place<i64>,
) -> Answer {
    let remade = cases::remake(&api.store, api.law, &bearer.actor, ReportId(id)).await?;
    Ok(Json(json!({ "same": remade.same, "content": remade.made })))
}

/// Which report of all agencies, as what.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Summing {
    report: String,
    /// A day of the period.
    from: String,
    organisation: Option<i64>,
    /// `pdf`, `xlsx`, `csv`; none: JSON.
    format: Option<String>,
}

/// One report of all agencies at and below a place, summed up (QN.13.10).
pub(super) async fn summary(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Asked(asked): Asked<Summing>,
) -> Answer<Response> {
    let (law, day) = (api.law, parse_day(&asked.from)?);
    let format = asked.format.clone();
    let made = api
        .read(move |tx| {
            let (top, name) = top(tx, &bearer.actor, asked.organisation)?;
            let known = law.at(tx, top)?.report(&asked.report);
            let known = known.ok_or_else(|| Refused::missing("Quy chế không có báo cáo này."))?;
            let first = known.period_of(day).map_or(day, Period::first);
            Ok((
                name,
                cases::sum_up(tx, &bearer.actor, (top, &asked.report), first)?,
            ))
        })
        .await?;
    table(&api, made, format.as_deref()).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HandingIn {
    /// By the ids of the form's fields; what is left out stays as it was made or filled in before.
    #[serde(default)]
    answers: BTreeMap<String, String>,
}

pub(super) async fn hand_in(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(id): Place<i64>,
    Body(said): Body<HandingIn>,
) -> Answer {
    let (law, id) = (api.law, ReportId(id));
    let found = api
        .write(move |tx| {
            cases::submit(tx, law, &bearer.actor, id, &said.answers)?;
            cases::get(tx, &bearer.actor, id)
        })
        .await?;
    Ok(Json(whole(&found)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HandingBack {
    reason: String,
}

pub(super) async fn hand_back(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(id): Place<i64>,
    Body(said): Body<HandingBack>,
) -> Answer {
    let (law, id) = (api.law, ReportId(id));
    let found = api
        .write(move |tx| {
            cases::hand_back(tx, law, &bearer.actor, id, &said.reason)?;
            cases::get(tx, &bearer.actor, id)
        })
        .await?;
    Ok(Json(whole(&found)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Accepting {
    #[serde(default)]
    notes: String,
}

pub(super) async fn accept(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(id): Place<i64>,
    Body(said): Body<Accepting>,
) -> Answer {
    let id = ReportId(id);
    let found = api
        .write(move |tx| {
            cases::accept(tx, &bearer.actor, id, &said.notes)?;
            cases::get(tx, &bearer.actor, id)
        })
        .await?;
    Ok(Json(whole(&found)))
}
