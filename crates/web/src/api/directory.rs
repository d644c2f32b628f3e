//! The directory: whoever has an account may look in it.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use congvu_governance::directory::{self, COLUMNS, Search};
use congvu_governance::{Actor, Refused};
use congvu_papers::{CSV, lists};
use congvu_store::directory::Entry;
use congvu_store::{OrganisationId, Tx, organisation};
use serde::Deserialize;
use serde_json::{Value, json};

use super::papers::download;
use super::problem::{Answer, Problem};
use super::read::{Asked, Page};
use super::{Api, Caller};

/// So many may be passed over: who wants them all takes the exported list.
const FURTHEST: i64 = 100_000;

pub(super) async fn search(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Asked(asked): Asked<Page>,
) -> Answer {
    let (limit, after) = (asked.limit()?, asked.after()?.min(FURTHEST));
    let phones = api.phones;
    let found = api
        .read(move |tx| {
            let place = reached(tx, &bearer.actor, asked.organisation)?;
            let search = Search {
                text: asked.q.clone().unwrap_or_default(),
                place,
                after,
                limit,
                phones,
            };
            directory::search(tx, &search)
        })
        .await?;
    let next = found.more.then_some(after + limit);
    let items: Vec<Value> = found
        .entries
        .iter()
        .map(|entry| shown(entry, phones))
        .collect();
    Ok(axum::Json(json!({ "items": items, "next": next })))
}

/// The place that is asked for, or as far as the token reaches.
fn reached(
    tx: &mut Tx<'_>,
    actor: &Actor,
    asked: Option<i64>,
) -> Result<Option<OrganisationId>, Refused> {
    let within = actor.within();
    let place = asked.map(OrganisationId).or(within);
    if let (Some(place), Some(within)) = (place, within)
        && !organisation::path(tx, place)?.contains(&within)
    {
        return Err(Refused::forbidden(
            "Mã truy cập này không dùng được cho cơ quan, đơn vị đó.",
        ));
    }
    Ok(place)
}

/// Which part, in which form.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Which {
    organisation: Option<i64>,
    /// `csv`, `vcard`, `json`.
    format: Option<String>,
    /// What anybody may read, where the regulation lets it be published (QN.13.5, BS.6).
    #[serde(default)]
    public: bool,
}

/// All of a place and below it, as a file.
pub(super) async fn file(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Asked(which): Asked<Which>,
) -> Answer<Response> {
    let (law, phones) = (api.law, api.phones);
    let format = which.format.unwrap_or_else(|| "csv".to_owned());
    if !matches!(format.as_str(), "csv" | "vcard" | "json") {
        return Err(Problem::bad("format phải là csv, vcard hoặc json."));
    }
    let public = which.public;
    let form = format.clone();
    let bytes = api
        .read(move |tx| {
            let place = match reached(tx, &bearer.actor, which.organisation)? {
                Some(place) => place,
                None => {
                    organisation::root(tx)?
                        .ok_or_else(|| Refused::missing("Chưa có cơ quan nào."))?
                        .id
                }
            };
            if organisation::get(tx, place)?.is_none() {
                return Err(Refused::missing("Không có cơ quan, đơn vị này."));
            }
            if public {
                directory::check_published(law.at(tx, place)?)?;
            }
            if form == "json" {
                let feed = directory::feed(tx, law, place)?;
                return Ok(feed.to_string().into_bytes());
            }
            let entries = match public {
                true => directory::published(tx, law, place)?,
                false => directory::listed(tx, Some(place), phones)?,
            };
            Ok(match form.as_str() {
                "vcard" => directory::vcards(&entries).into_bytes(),
                _ => lists::to_csv(&directory::rows(&entries), &COLUMNS),
            })
        })
        .await?;
    let (end, media) = match format.as_str() {
        "vcard" => ("vcf", "text/vcard; charset=utf-8"),
        "json" => {
            let media = HeaderValue::from_static("application/json");
            return Ok(([(header::CONTENT_TYPE, media)], bytes).into_response());
        }
        _ => ("csv", CSV),
    };
    Ok(download(&format!("danh-ba.{end}"), media, bytes))
}

fn shown(entry: &Entry, phones: bool) -> Value {
    let mut shown = json!({
        "kind": entry.kind, "name": directory::name(entry), "title": entry.title, "address": entry.address,
        "organisation": entry.organisation.0, "organisation_name": entry.place,
    });
    if phones {
        shown["phone"] = entry.phone.clone().into();
    }
    shown
}
