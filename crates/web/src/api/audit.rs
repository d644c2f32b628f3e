//! The record of acts, and that of sign-ins, the newest first: by time, who, from where, what, and the place.

use axum::Json;
use axum::extract::State;
use congvu_governance::{Refused, Role, access_order};
use congvu_regulation::{Date, Moment};
use congvu_store::audit::{self, Chain, Recorded, Search};
use congvu_store::{mailbox, organisation};
use serde::Deserialize;
use serde_json::{Value, json};

use super::problem::{Answer, Problem};
use super::read::{Asked, Page, limit, time};
use super::{Api, Caller};

const SEE: &[Role] = &[Role::Audit, Role::Decide, Role::Operate];
/// Records read at once.
const CHUNK: i64 = 500;
/// So often for one page: what concerns a small place is few among many, and a page may then have fewer items than it may hold, or
/// none, and still a next one.
const LOOKS: usize = 4;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    organisation: Option<i64>,
    /// `acts`, or `sign-ins`.
    chain: Option<String>,
    /// A day or a time in Vietnam.
    since: Option<String>,
    /// The same; a day alone is meant with all its hours.
    until: Option<String>,
    actor: Option<String>,
    ip: Option<String>,
    action: Option<String>,
    subject: Option<String>,
    /// `next` of the page before: time and row of its last record.
    after: Option<String>,
    limit: Option<i64>,
}

pub(super) async fn list(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Asked(wanted): Asked<Wanted>,
) -> Answer {
    let limit = usize::try_from(limit(wanted.limit)?).unwrap_or(1);
    let mut before = cursor(wanted.after.as_deref())?;
    let chain = chain(wanted.chain.as_deref())?;
    let mut search = Search {
        since: wanted
            .since
            .as_deref()
            .map(moment)
            .transpose()?
            .map(|(at, _)| at),
        until: wanted
            .until
            .as_deref()
            .map(moment)
            .transpose()?
            .map(|(_, end)| end),
        actor: wanted.actor,
        client_ip: wanted.ip,
        action: wanted.action,
        subject: wanted.subject,
        places: None,
    };
    let place = Page {
        organisation: wanted.organisation,
        ..Page::default()
    };
    let (found, next) = api
        .read(move |tx| {
            let top = place.top(tx, &bearer.actor, SEE)?;
            let is_root = organisation::root(tx)?.is_some_and(|root| root.id == top);
            // What belongs to no place is the whole system's.
            if !is_root {
                let below = organisation::subtree(tx, top)?;
                search.places = Some(below.into_iter().map(|place| place.id).collect());
            }
            let own = match bearer.actor.account {
                Some(account) => mailbox::of_account(tx, account)?,
                None => None,
            };
            let (mut found, mut looks) = (Vec::new(), LOOKS);
            loop {
                let count = limit - found.len();
                let piece = audit::search(tx, chain, &search, before, count, CHUNK)?;
                for recorded in piece.records {
                    if !access_order::hides(tx, own, &recorded.record)? {
                        found.push(recorded);
                    }
                }
                before = piece.next;
                looks -= 1;
                if before.is_none() || found.len() >= limit || looks == 0 {
                    return Ok::<_, Refused>((found, before));
                }
            }
        })
        .await?;
    let items: Vec<Value> = found.iter().map(shown).collect();
    let next = next.map(|(at, id)| format!("{at}.{id}"));
    Ok(Json(json!({ "items": items, "next": next })))
}

pub(super) fn cursor(text: Option<&str>) -> Answer<Option<(i64, i64)>> {
    let Some(text) = text else {
        return Ok(None);
    };
    text.split_once('.')
        .and_then(|(at, id)| Some((at.parse().ok()?, id.parse().ok()?)))
        .map(Some)
        .ok_or_else(|| Problem::bad("after không hợp lệ."))
}

fn chain(name: Option<&str>) -> Answer<Chain> {
    let name = name.unwrap_or(Chain::Acts.name());
    let found = Chain::ALL.into_iter().find(|chain| chain.name() == name);
    found.ok_or_else(|| Problem::bad("chain phải là acts hoặc sign-ins."))
}

/// A time, and the end of what it names: of a day its last.
fn moment(text: &str) -> Answer<(i64, i64)> {
    let at: Moment = text.parse().map_err(|_| {
        Problem::bad(format!(
            "“{text}” không phải thời điểm, ví dụ: 2026-11-22 hoặc 2026-11-22T08:30."
        ))
    })?;
    let is_day = text.parse::<Date>().is_ok();
    let end = if is_day {
        at.date().plus_days(1).start().0
    } else {
        at.0
    };
    Ok((at.0, end))
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
