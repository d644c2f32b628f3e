//! The directory: whoever has an account may look in it.

use axum::extract::State;
use congvu_governance::Refused;
use congvu_governance::directory::{self, Search};
use congvu_store::OrganisationId;
use congvu_store::directory::Entry;
use congvu_store::organisation;
use serde_json::{Value, json};

use super::problem::Answer;
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
            let within = bearer.actor.within();
            let place = asked.organisation.map(OrganisationId).or(within);
            if let (Some(place), Some(within)) = (place, within)
                && !organisation::path(tx, place)?.contains(&within)
            {
                return Err(Refused::forbidden(
                    "Mã truy cập này không dùng được cho cơ quan, đơn vị đó.",
                ));
            }
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
