//! Requests on paper: lists and forms in, forms and empty lists out.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use congvu_governance::Refused;
use congvu_governance::request::{
    self as cases, Attached, NewRequest, columns, from_rows, kind_of, way_of,
};
use congvu_papers::reports::Format;
use congvu_papers::{CSV, DocumentError, PDF, XLSX, lists, requests};
use congvu_regulation::Profile;
use congvu_regulation::requests::RequestKind;
use congvu_store::{OrganisationId, RequestId, organisation};
use serde::Deserialize;

use super::problem::{Answer, Problem};
use super::read::{Asked, Place, Upload, parse_day};
use super::requests::{key, opened, told};
use super::{Api, Caller};

/// What is told beside the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Beside {
    /// None: what the form in the PDF is for.
    kind: Option<String>,
    organisation: i64,
    way: String,
    #[serde(default)]
    document: String,
    document_day: Option<String>,
    #[serde(default)]
    reason: String,
}

pub(super) async fn open(
    State(api): State<Api>,
    Caller(bearer): Caller,
    headers: HeaderMap,
    Asked(beside): Asked<Beside>,
    upload: Upload,
) -> Answer<Response> {
    let key = key(&headers)?.to_owned();
    let kind = beside.kind.as_deref().map(kind_named).transpose()?;
    let way = way_of(&beside.way)
        .ok_or_else(|| Problem::bad(format!("Không có hình thức gửi “{}”.", beside.way)))?;
    let law = api.law;
    let place = OrganisationId(beside.organisation);
    let asking = bearer.actor.clone();
    let (name, profile) = api
        .read(move |tx| {
            // Before anything is read for them.
            let roles = congvu_governance::Role::ALL;
            congvu_governance::rights::need(tx, &asking, &roles, place)?;
            let found = organisation::get(tx, place)?
                .ok_or_else(|| Refused::missing("Không có cơ quan này."))?;
            Ok((found.name, law.at(tx, place)?))
        })
        .await?;
    let Upload { media_type, bytes } = upload;
    let data = bytes.clone();
    let (kind, sent) = api
        .aside(move || read(profile, kind, &name, &data))
        .await??;
    let day = beside.document_day.as_deref().map(parse_day).transpose()?;
    let end = match media_type {
        PDF => "pdf",
        XLSX => "xlsx",
        _ => "csv",
    };
    let either = |said: String, read: String| match said.trim() {
        "" => read,
        _ => said,
    };
    let new = NewRequest {
        key,
        kind,
        organisation: place,
        way,
        document: either(beside.document, sent.number),
        document_day: day.or(sent.day),
        reason: either(beside.reason, sent.about),
        lines: Vec::new(),
        files: vec![Attached {
            name: format!("danh-sach.{end}"),
            media_type: media_type.to_owned(),
            data: bytes.to_vec(),
        }],
    };
    let list = sent.list;
    let actor = bearer.actor.clone();
    let (new, checked) = api
        .read(move |tx| {
            let mut faults = list.faults.clone();
            let lines = match from_rows(tx, kind, place, &list.rows) {
                Ok(lines) => lines,
                Err(Refused::Lines(more)) => {
                    faults.extend(more);
                    Vec::new()
                }
                Err(refused) => return Err(refused),
            };
            if !faults.is_empty() {
                faults.sort();
                faults.dedup();
                return Err(Refused::Lines(faults));
            }
            let new = NewRequest { lines, ..new };
            let checked = cases::check(tx, law, &actor, &new)?;
            Ok((new, checked))
        })
        .await?;
    let done = api
        .write(move |tx| opened(tx, law, &bearer.actor, &new, &checked))
        .await?;
    Ok(told(&done))
}

fn kind_named(name: &str) -> Answer<RequestKind> {
    kind_of(name).ok_or_else(|| Problem::bad(format!("Không có loại đề nghị “{name}”.")))
}

fn read(
    profile: &Profile,
    kind: Option<RequestKind>,
    organisation: &str,
    data: &[u8],
) -> Answer<(RequestKind, requests::Sent)> {
    let kind = match kind {
        Some(kind) => kind,
        None if requests::is_pdf(data) => {
            let (_, kind) = requests::form_in(profile, data)?;
            kind.ok_or_else(|| Problem::bad("Quy chế ở đây không có biểu mẫu này; cần kind."))?
        }
        None => return Err(Problem::bad("Cần kind: loại đề nghị.")),
    };
    Ok((kind, requests::read(profile, kind, organisation, data)?))
}

/// Which file is asked for.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Which {
    format: Option<String>,
    kind: Option<String>,
    pub(super) table: Option<String>,
}

impl Which {
    /// The format, or the usual one.
    pub(super) fn format(&self, usual: Format) -> Answer<Format> {
        let Some(name) = &self.format else {
            return Ok(usual);
        };
        Format::parse(name).ok_or_else(|| Problem::bad("format phải là pdf, xlsx hoặc csv."))
    }
}

/// A file as an answer.
pub(super) fn download(name: &str, media_type: &'static str, bytes: Vec<u8>) -> Response {
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    let shown = format!("attachment; filename=\"{name}\"");
    if let Ok(shown) = HeaderValue::from_str(&shown) {
        headers.insert(header::CONTENT_DISPOSITION, shown);
    }
    response
}

pub(super) async fn template(
    State(api): State<Api>,
    Caller(_): Caller,
    Asked(which): Asked<Which>,
) -> Answer<Response> {
    let name = which.kind.as_deref().unwrap_or_default();
    let kind = kind_named(name)?;
    let format = which.format(Format::Xlsx)?;
    let title = format!("Đề nghị {}", kind.title());
    let bytes = match format {
        Format::Xlsx => {
            api.aside(move || lists::blank(&title, columns(kind)))
                .await??
        }
        Format::Csv => lists::to_csv(&[], columns(kind)),
        Format::Pdf => return Err(Problem::bad("format phải là xlsx hoặc csv.")),
    };
    let name = format!("de-nghi-{}.{}", kind.id(), format.extension());
    Ok(download(&name, format.media_type(), bytes))
}

pub(super) async fn form(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(id): Place<i64>,
    Asked(which): Asked<Which>,
) -> Answer<Response> {
    let format = which.format(Format::Pdf)?;
    let law = api.law;
    let paper = api
        .read(move |tx| cases::paper(tx, law, &bearer.actor, RequestId(id)))
        .await?;
    let bytes = api
        .aside(move || match format {
            Format::Pdf => requests::to_pdf(&paper),
            Format::Xlsx => requests::to_xlsx(&paper),
            Format::Csv => Ok::<_, DocumentError>(requests::to_csv(&paper)),
        })
        .await??;
    let name = format!("de-nghi-{id}.{}", format.extension());
    let media_type = match format {
        Format::Csv => CSV,
        format => format.media_type(),
    };
    Ok(download(&name, media_type, bytes))
}
