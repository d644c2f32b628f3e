//! What the night's sweep would do, and letting it do more than it does by itself.

use std::collections::{BTreeMap, HashSet};

use axum::Json;
use axum::extract::State;
use congvu_governance::life::{self, Item, Options};
use congvu_governance::{Refused, Role};
use congvu_regulation::Moment;
use congvu_store::{MailboxId, OrganisationId, organisation};
use serde::Deserialize;
use serde_json::{Value, json};

use super::mailboxes::due;
use super::problem::{Answer, Problem};
use super::read::{Asked, Body, Page, limit, parse_from};
use super::{Api, Caller};

const SEE: &[Role] = &[Role::Decide, Role::Operate, Role::Audit];

/// Of which place, and for when.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    organisation: Option<i64>,
    /// None: now.
    at: Option<String>,
    after: Option<i64>,
    limit: Option<i64>,
}

/// What is due at a place and below, by mailbox; those of one mailbox stand on one page.
pub(super) async fn preview(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Asked(wanted): Asked<Wanted>,
) -> Answer {
    let limit = limit(wanted.limit)?;
    let as_of = wanted.at.as_deref().map(parse_from).transpose()?;
    let place = Page {
        organisation: wanted.organisation,
        ..Page::default()
    };
    let below: HashSet<OrganisationId> = api
        .read(move |tx| {
            let top = place.top(tx, &bearer.actor, SEE)?;
            let below = organisation::subtree(tx, top)?;
            Ok(below.into_iter().map(|place| place.id).collect())
        })
        .await?;
    let options = Options {
        as_of: as_of.map(Moment),
        dry_run: true,
        most: api.sweep_most,
        confirmed: None,
    };
    let swept = life::sweep(&api.store, api.law, options).await?;
    let mut items = swept.items;
    items.retain(|item| below.contains(&item.organisation));
    items.sort_by_key(|item| item.mailbox);
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for item in &items {
        let clause = item.due.origin.clause().map(ToString::to_string);
        *counts.entry(clause.unwrap_or_default()).or_default() += 1;
    }
    let total = items.len();
    let after = MailboxId(wanted.after.unwrap_or(0));
    let (shown, next) = cut(items, after, limit);
    let shown: Vec<Value> = shown
        .iter()
        .map(|item| {
            let mut told = due(&item.due);
            told["address"] = item.address.clone().into();
            told["organisation"] = item.organisation.0.into();
            told["since"] = item.due.since.to_string().into();
            told
        })
        .collect();
    Ok(Json(json!({
        "items": shown, "next": next, "total": total, "by_clause": counts, "mailboxes": swept.run.mailboxes,
        "most": api.sweep_most,
    })))
}

/// The items of the mailboxes after one: whole mailboxes, until there are `limit`.
fn cut(items: Vec<Item>, after: MailboxId, limit: i64) -> (Vec<Item>, Option<i64>) {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut shown: Vec<Item> = Vec::new();
    for item in items.into_iter().filter(|item| item.mailbox > after) {
        let last = shown.last().map(|last| last.mailbox);
        if shown.len() >= limit && last != Some(item.mailbox) {
            return (shown, last.map(|last| last.0));
        }
        shown.push(item);
    }
    (shown, None)
}

/// How much it may do.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Confirming {
    most: usize,
}

/// Lets a sweep do up to so much, and runs it.
pub(super) async fn confirm(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Body(said): Body<Confirming>,
) -> Answer {
    if said.most == 0 {
        return Err(Problem::bad("most phải lớn hơn 0."));
    }
    api.write(move |tx| life::let_through(tx, &bearer.actor, said.most))
        .await?;
    let options = Options {
        as_of: None,
        dry_run: false,
        most: api.sweep_most,
        confirmed: Some(said.most),
    };
    let swept = life::sweep(&api.store, api.law, options).await?;
    if swept.busy {
        return Err(Refused::state("Một máy khác đang rà soát; hãy thử lại sau.").into());
    }
    let failed: Vec<Value> = swept
        .failed
        .iter()
        .map(|(whose, why)| json!({ "address": whose, "problem": why }))
        .collect();
    Ok(Json(json!({
        "mailboxes": swept.run.mailboxes, "acts": swept.run.acts, "proposals": swept.run.proposals,
        "notices": swept.run.notices, "held": swept.run.held, "failed": failed,
    })))
}
