//! The record of acts, the newest first.

use axum::Json;
use axum::extract::State;
use congvu_governance::{Refused, Role, access_order};
use congvu_store::audit::{self, Chain, Recorded};
use congvu_store::{OrganisationId, mailbox, organisation};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashSet;

use super::problem::{Answer, Problem};
use super::read::{Asked, Page, limit, time};
use super::{Api, Caller};

const SEE: &[Role] = &[Role::Audit, Role::Decide, Role::Operate];
/// So many records are looked at for one page: what concerns a small place is few among many, and a page may then have
/// fewer items than it may hold, or none, and still a next one.
const LOOKED_AT: usize = 2_000;
/// Read at once.
const CHUNK: i64 = 500;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    organisation: Option<i64>,
    /// `next` of the page before: time and row of its last record.
    after: Option<String>,
    limit: Option<i64>,
}

pub(super) async fn list(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Asked(wanted): Asked<Wanted>,
) -> Answer {
    let limit = limit(wanted.limit)?;
    let mut before = cursor(wanted.after.as_deref())?;
    let place = Page {
        organisation: wanted.organisation,
        ..Page::default()
    };
    let (found, next) = api
        .read(move |tx| {
            let top = place.top(tx, &bearer.actor, SEE)?;
            let is_root = organisation::root(tx)?.is_some_and(|root| root.id == top);
            let places: HashSet<OrganisationId> = organisation::subtree(tx, top)?
                .into_iter()
                .map(|place| place.id)
                .collect();
            // What belongs to no place is the whole system's.
            let is_seen = |place: Option<OrganisationId>| {
                is_root || place.is_some_and(|place| places.contains(&place))
            };
            let own = match bearer.actor.account {
                Some(account) => mailbox::of_account(tx, account)?,
                None => None,
            };
            let mut found = Vec::new();
            let mut looked_at = 0;
            loop {
                let records = audit::page(tx, Chain::Acts, before, CHUNK)?;
                let last_of_all = records.len() < usize::try_from(CHUNK).unwrap_or(usize::MAX);
                for recorded in records {
                    let full = i64::try_from(found.len()).unwrap_or(i64::MAX) >= limit;
                    if full || looked_at >= LOOKED_AT {
                        return Ok::<_, Refused>((found, Some(before)));
                    }
                    looked_at += 1;
                    before = (recorded.record.at, recorded.id);
                    let hidden = access_order::hides(tx, own, &recorded.record)?;
                    if is_seen(recorded.record.organisation) && !hidden {
                        found.push(recorded);
                    }
                }
                if last_of_all {
                    return Ok((found, None));
                }
            }
        })
        .await?;
    let items: Vec<Value> = found.iter().map(shown).collect();
    let next = next.map(|(at, id)| format!("{at}.{id}"));
    Ok(Json(json!({ "items": items, "next": next })))
}

pub(super) fn cursor(text: Option<&str>) -> Answer<(i64, i64)> {
    let Some(text) = text else {
        return Ok((i64::MAX, i64::MAX));
    };
    text.split_once('.')
        .and_then(|(at, id)| Some((at.parse().ok()?, id.parse().ok()?)))
        .ok_or_else(|| Problem::bad("after không hợp lệ."))
}

pub(super) fn shown(recorded: &Recorded) -> Value {
    let record = &recorded.record;
    let detail: Value = serde_json::from_str(&record.detail).unwrap_or_default();
    let action = congvu_governance::Action::ALL
        .iter()
        .find(|action| action.name() == record.action);
    json!({
        "id": recorded.id, "segment": recorded.segment, "at": time(record.at), "actor": record.actor,
        "client_ip": record.client_ip, "action": record.action, "action_label": action.map(|action| action.label()),
        "subject": record.subject, "subject_name": record.subject_name,
        "organisation": record.organisation.map(|place| place.0), "clause": record.clause,
        "document": record.document, "detail": detail,
    })
}
