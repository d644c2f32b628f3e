//! Tables for whoever looks: how mailboxes are used and looked into, what kinds of documents go by mail, what is past its term.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use congvu_governance::report::{self, Statistic, Table};
use congvu_governance::{Actor, Refused, Role};
use congvu_papers::reports::{self as files, Format};
use congvu_store::{OrganisationId, Tx, organisation};
use serde::Deserialize;
use serde_json::json;

use super::papers::download;
use super::problem::{Answer, Problem};
use super::read::{Asked, Page, parse_day};
use super::{Api, Caller};

/// Which numbers, of which place, over which days, as what.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    /// A [`Statistic`]; none: the use of mailboxes.
    about: Option<String>,
    organisation: Option<i64>,
    from: String,
    until: String,
    /// `pdf`, `xlsx`, `csv`; none: JSON.
    format: Option<String>,
}

/// Answers a table, as JSON or as a file.
pub(super) async fn table(
    api: &Api,
    (body, table): (String, Table),
    format: Option<&str>,
) -> Answer<Response> {
    let Some(format) = format else {
        return Ok(Json(json!({
            "title": table.title, "columns": table.columns, "rows": table.rows, "total": table.total,
        }))
        .into_response());
    };
    let format =
        Format::parse(format).ok_or_else(|| Problem::bad("format phải là pdf, xlsx hoặc csv."))?;
    let name = format!("{}.{}", table.id, format.extension());
    let bytes = api
        .aside(move || files::alone(&body, &table, format))
        .await??;
    Ok(download(&name, format.media_type(), bytes))
}

/// The place that is asked about, with its name; the use case says who sees which of them.
pub(super) fn top(
    tx: &mut Tx<'_>,
    actor: &Actor,
    organisation: Option<i64>,
) -> Result<(OrganisationId, String), Refused> {
    let page = Page {
        organisation,
        ..Page::default()
    };
    let top = page.top(tx, actor, &Role::ALL)?;
    let name = organisation::get(tx, top)?.map_or_else(String::new, |place| place.name);
    Ok((top, name))
}

pub(super) async fn numbers(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Asked(wanted): Asked<Wanted>,
) -> Answer<Response> {
    let days = (parse_day(&wanted.from)?, parse_day(&wanted.until)?);
    let what = match wanted.about.as_deref() {
        None => Some(Statistic::Use),
        Some(name) => Statistic::named(name),
    };
    let what = what.ok_or_else(|| Problem::bad("about phải là use, checks hoặc categories."))?;
    let law = api.law;
    let made = api
        .read(move |tx| {
            let (top, name) = top(tx, &bearer.actor, wanted.organisation)?;
            Ok((
                name,
                report::measure(tx, law, &bearer.actor, what, (top, days))?,
            ))
        })
        .await?;
    table(&api, made, wanted.format.as_deref()).await
}

/// Of which place, as what.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Of {
    organisation: Option<i64>,
    /// `pdf`, `xlsx`, `csv`; none: JSON.
    format: Option<String>,
}

pub(super) async fn overdue(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Asked(of): Asked<Of>,
) -> Answer<Response> {
    let made = api
        .read(move |tx| {
            let (top, name) = top(tx, &bearer.actor, of.organisation)?;
            Ok((name, report::overdue(tx, &bearer.actor, top)?))
        })
        .await?;
    table(&api, made, of.format.as_deref()).await
}
