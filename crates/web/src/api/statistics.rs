//! Tables for whoever looks: how mailboxes are used and looked into, what kinds of documents go by mail, what is past its term.

use axum::Json;
use axum::extract::State;
use congvu_governance::Role;
use congvu_governance::report::{self, Table};
use serde::Deserialize;
use serde_json::{Value, json};

use super::problem::{Answer, Problem};
use super::read::{Asked, Page, parse_day};
use super::{Api, Caller};

/// Which numbers, of which place, over which days.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    /// `use`, `checks`, `categories`.
    #[serde(default)]
    about: String,
    organisation: Option<i64>,
    from: String,
    until: String,
}

fn shown(table: &Table) -> Value {
    json!({ "title": table.title, "columns": table.columns, "rows": table.rows })
}

fn place(organisation: Option<i64>) -> Page {
    Page {
        organisation,
        ..Page::default()
    }
}

pub(super) async fn numbers(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Asked(wanted): Asked<Wanted>,
) -> Answer {
    let days = (parse_day(&wanted.from)?, parse_day(&wanted.until)?);
    let (law, place) = (api.law, place(wanted.organisation));
    if !matches!(wanted.about.as_str(), "" | "use" | "checks" | "categories") {
        return Err(Problem::bad("about phải là use, checks hoặc categories."));
    }
    let table = api
        .read(move |tx| {
            // The use case says which of them sees it.
            let top = place.top(tx, &bearer.actor, &Role::ALL)?;
            match wanted.about.as_str() {
                "checks" => report::checking(tx, law, &bearer.actor, top, days),
                "categories" => report::categories(tx, law, &bearer.actor, top, days),
                _ => report::statistics(tx, &bearer.actor, top, days),
            }
        })
        .await?;
    Ok(Json(shown(&table)))
}

/// Of which place.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Of {
    organisation: Option<i64>,
}

pub(super) async fn overdue(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Asked(of): Asked<Of>,
) -> Answer {
    let place = place(of.organisation);
    let table = api
        .read(move |tx| {
            let top = place.top(tx, &bearer.actor, &Role::ALL)?;
            report::overdue(tx, &bearer.actor, top)
        })
        .await?;
    Ok(Json(shown(&table)))
}
