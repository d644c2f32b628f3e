//! `/quan-ly/co-quan/{id}/xuat`: the tree, or its people and mailboxes, from a place down, as XLSX or CSV.

use axum::extract::{Path, RawQuery, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use congvu_governance::Role;
use congvu_governance::lists::{Column, Row};
use congvu_governance::organisation::{self as places, COLUMNS, PEOPLE};
use congvu_papers::{CSV, XLSX, lists};
use congvu_store::OrganisationId;

use super::aid;
use crate::console::Officer;
use crate::site::{Fields, Oops, Page, Site};

pub(super) async fn file(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<String>,
    RawQuery(asked): RawQuery,
) -> Page {
    let id = OrganisationId(aid::number(&id)?);
    let fields = Fields::parse(asked.unwrap_or_default().as_bytes());
    let people = fields.get("gi") == "nguoi";
    let lang = officer.lang();
    let (rows, short) = site
        .store
        .read(move |tx| {
            let place = aid::seen(tx, &officer, &Role::ALL, id)?;
            let rows = match people {
                true => places::export_people(tx, Some(id))?,
                false => places::export(tx, Some(id))?,
            };
            Ok::<_, Oops>((rows, place.short_name))
        })
        .await?;
    let (columns, title, name) = match people {
        true => (&PEOPLE[..], lang.t("Người và hộp thư"), "nguoi"),
        false => (&COLUMNS[..], lang.t("Cây cơ quan"), "co-quan"),
    };
    let is_csv = fields.get("dang") == "csv";
    let name = format!("{name}-{short}.{}", if is_csv { "csv" } else { "xlsx" });
    sheet(title.to_owned(), name, rows, (columns, is_csv)).await
}

/// A list as a file.
pub(super) async fn sheet(
    title: String,
    name: String,
    rows: Vec<Row>,
    (columns, is_csv): (&'static [Column], bool),
) -> Page {
    let (media, bytes) = match is_csv {
        true => (CSV, lists::to_csv(&rows, columns)),
        false => {
            let made = tokio::task::spawn_blocking(move || lists::to_xlsx(&title, &rows, columns));
            (XLSX, written(made.await)?)
        }
    };
    Ok(download(&name, media, bytes))
}

/// The bytes of a sheet that was written aside.
pub(super) fn written<E: std::fmt::Display, F: std::fmt::Display>(
    made: Result<Result<Vec<u8>, E>, F>,
) -> Result<Vec<u8>, Oops> {
    let failed = |error: String| {
        tracing::warn!(%error, "a list could not be written");
        Oops::Busy
    };
    made.map_err(|error| failed(error.to_string()))?
        .map_err(|error| failed(error.to_string()))
}

/// A file to keep.
pub(super) fn download(name: &str, media: &'static str, bytes: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, media.to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, bytes).into_response()
}
