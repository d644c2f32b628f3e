//! The tree as a list: brought in line with one that is sent, with all that is wrong told by row and nothing half done; and handed out.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use congvu_governance::organisation::{self as places, COLUMNS, Imported, PEOPLE};
use congvu_governance::{Refused, Role, rights};
use congvu_papers::lists;
use congvu_papers::reports::Format;
use congvu_papers::{CSV, DocumentError, PDF};
use congvu_store::organisation;
use serde::Deserialize;
use serde_json::{Value, json};

use super::papers::download;
use super::problem::{Answer, Problem};
use super::read::{Asked, Page, Upload};
use super::{Api, Caller};

/// Who sees people with their mailboxes.
const SEE: &[Role] = &[Role::Decide, Role::Operate, Role::Ask, Role::Audit];

/// What is told beside the list.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Beside {
    document: Option<String>,
    /// Only says what would come of it.
    #[serde(default)]
    preview: bool,
}

pub(super) async fn import(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Asked(beside): Asked<Beside>,
    upload: Upload,
) -> Answer {
    if upload.media_type == PDF {
        return Err(Problem::bad("Danh sách phải là XLSX hoặc CSV."));
    }
    // Before anything is read for them; which places it is about is looked at row by row.
    let asking = bearer.actor.clone();
    api.read(move |tx| {
        let top = match asking.within() {
            Some(within) => Some(within),
            None => organisation::root(tx)?.map(|root| root.id),
        };
        let top = top.ok_or_else(|| Refused::missing("Chưa có cơ quan nào."))?;
        rights::need(tx, &asking, &[Role::Decide], top)
    })
    .await?;
    let bytes = upload.bytes;
    let list = api.aside(move || lists::read(&bytes, &COLUMNS)).await??;
    let lists::List { rows, mut faults } = list;
    let (law, preview) = (api.law, beside.preview);
    // With headings that nobody understands, only what else is wrong is looked for.
    let dry = preview || !faults.is_empty();
    let document = beside.document.as_deref();
    let outcome = places::import(&api.store, law, &bearer.actor, rows, document, dry).await?;
    faults.extend(outcome.faults.iter().cloned());
    if !faults.is_empty() {
        faults.sort();
        faults.dedup();
        return Err(Refused::Lines(faults).into());
    }
    let rows: Vec<Value> = outcome
        .rows
        .iter()
        .map(|(row, name, came)| json!({ "row": row, "name": name, "came": came_to(*came) }))
        .collect();
    Ok(Json(json!({
        "preview": preview, "added": outcome.count(Imported::Added), "changed": outcome.count(Imported::Changed),
        "unchanged": outcome.count(Imported::Unchanged), "rows": rows, "missing": outcome.missing, "told": outcome.told,
    })))
}

fn came_to(came: Imported) -> &'static str {
    match came {
        Imported::Added => "added",
        Imported::Changed => "changed",
        Imported::Unchanged => "unchanged",
    }
}

/// Which list.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Which {
    organisation: Option<i64>,
    /// `xlsx`, `csv`.
    format: Option<String>,
    /// Persons and mailboxes instead of places.
    #[serde(default)]
    people: bool,
}

pub(super) async fn export(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Asked(which): Asked<Which>,
) -> Answer<Response> {
    let format = match which.format.as_deref() {
        None | Some("xlsx") => Format::Xlsx,
        Some("csv") => Format::Csv,
        Some(_) => return Err(Problem::bad("format phải là xlsx hoặc csv.")),
    };
    let (people, place) = (
        which.people,
        Page {
            organisation: which.organisation,
            ..Page::default()
        },
    );
    let rows = api
        .read(move |tx| {
            let top = place.top(tx, &bearer.actor, SEE)?;
            match people {
                true => places::export_people(tx, Some(top)),
                false => places::export(tx, Some(top)),
            }
        })
        .await?;
    let (title, name, columns) = match people {
        true => ("Người và hộp thư", "nguoi-va-hop-thu", &PEOPLE[..]),
        false => ("Cây cơ quan", "co-quan", &COLUMNS[..]),
    };
    let bytes = api
        .aside(move || match format {
            Format::Xlsx => lists::to_xlsx(title, &rows, columns),
            _ => Ok::<_, DocumentError>(lists::to_csv(&rows, columns)),
        })
        .await??;
    let name = format!("{name}.{}", format.extension());
    let media_type = match format {
        Format::Csv => CSV,
        format => format.media_type(),
    };
    Ok(download(&name, media_type, bytes))
}
