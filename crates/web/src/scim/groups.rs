//! `/Groups`: organisations, to be read. Who works where is told with each person, not with the place: a province has 20,000.

use axum::extract::{Extension, Path, RawQuery, State};
use axum::http::StatusCode;
use congvu_governance::identity;
use congvu_store::organisation::{self, Organisation};
use congvu_store::{OrganisationId, StoreError};
use serde_json::{Value, json};

use super::error::Error;
use super::users::{MOST, top};
use super::{Answer, Base, scim};
use crate::api::Api;
use crate::api::guard::Caller;
use crate::site::Fields;

const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

fn resource(place: &Organisation, base: &Base) -> Value {
    let mut shown = json!({
        "schemas": [GROUP], "id": place.id.to_string(), "displayName": place.name,
        "meta": { "resourceType": "Group", "location": format!("{}/Groups/{}", base.0, place.id) },
    });
    if let Some(code) = &place.code {
        shown["externalId"] = code.clone().into();
    }
    shown
}

pub(super) async fn list(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Extension(base): Extension<Base>,
    RawQuery(query): RawQuery,
) -> Answer {
    let fields = Fields::parse(query.unwrap_or_default().as_bytes());
    if !fields.get("filter").trim().is_empty() {
        return Err(Error::filter("groups are not filtered"));
    }
    let number = |name: &str, usual: i64| match fields.find(name) {
        None => Ok(usual),
        Some(text) => text
            .trim()
            .parse::<i64>()
            .map_err(|_| Error::value(format!("{name} is no number"))),
    };
    let start = number("startIndex", 1)?.max(1);
    let count = number("count", 100)?.clamp(0, MOST);
    let places = api
        .read(move |tx| {
            let (top, _) = top(tx, &bearer.actor)?;
            let places = organisation::subtree(tx, top)?;
            Ok(places
                .into_iter()
                .filter(|place| place.ended_at.is_none())
                .collect::<Vec<_>>())
        })
        .await?;
    let total = places.len();
    let skip = usize::try_from(start - 1).unwrap_or(usize::MAX);
    let most = usize::try_from(count).unwrap_or(0);
    let shown: Vec<Value> = places
        .iter()
        .skip(skip)
        .take(most)
        .map(|place| resource(place, &base))
        .collect();
    Ok(scim(
        StatusCode::OK,
        &json!({
            "schemas": [LIST], "totalResults": total, "startIndex": start, "itemsPerPage": shown.len(),
            "Resources": shown,
        }),
    ))
}

pub(super) async fn show(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Extension(base): Extension<Base>,
    Path(id): Path<String>,
) -> Answer {
    let id = OrganisationId(id.parse().map_err(|_| Error::missing())?);
    let place = api
        .read(move |tx| {
            let found = organisation::get(tx, id)?.filter(|place| place.ended_at.is_none());
            let found = found.ok_or(StoreError::NotFound("organisation"))?;
            identity::need(tx, &bearer.actor, id)?;
            Ok(found)
        })
        .await?;
    Ok(scim(StatusCode::OK, &resource(&place, &base)))
}
