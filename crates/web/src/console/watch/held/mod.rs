//! `/quan-ly/thu-giu`: mail that arrived and is held, with why and until when; letting it go, sending it back. Who decides sees who
//! wrote to whom, names and types of files, and the header, never the text (BS.III.9).

mod act;
mod one;

use std::collections::HashSet;

use askama::Template;
use axum::Router;
use axum::extract::{RawQuery, State};
use axum::routing::get;
use congvu_governance::Law;
use congvu_governance::held::last_day;
use congvu_store::held::{self, Held, Recipient};
use congvu_store::{HeldId, OrganisationId, StoreResult, Tx};

use super::asked::Asked;
use super::watched;
use crate::console::cited::Cited;
use crate::console::officer::Officer;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Frame, Lang, Oops, Page, Site, full, html};

const HERE: &str = "/quan-ly/thu-giu";
/// Messages on a page.
const PAGE: usize = 40;
/// Messages looked at for a page: of a small place there are few among many.
const LOOK: usize = 1_000;
/// Read at once.
const CHUNK: i64 = 100;

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route(HERE, get(page))
        .route("/quan-ly/thu-giu/{id}", get(one::page).post(act::act))
}

#[derive(Template)]
#[template(path = "console/watch/held_list.html")]
struct HeldPage {
    frame: Frame,
    shell: Shell,
    /// What is decided is looked at.
    is_over: bool,
    rows: Vec<Row>,
    next: Option<String>,
}

struct Row {
    id: HeldId,
    sender: String,
    to: Vec<String>,
    concern: String,
    cited: Cited,
    since: String,
    until: String,
    fate: &'static str,
}

async fn page(State(site): State<Site>, officer: Officer, RawQuery(query): RawQuery) -> Page {
    let asked = Asked::read(query.as_deref());
    let law = site.law;
    let page = site
        .store
        .read(move |tx| {
            let places = watched(tx, &officer)?;
            let lang = officer.lang();
            let (frame, shell) = shell::read(tx, &officer, lang.t("Thư đang giữ"), Here::Held)?;
            let is_over = asked.get("xem") == "da-xu-ly";
            let before = HeldId(asked.number("sau").unwrap_or(i64::MAX));
            let (found, next) = find(tx, places.as_ref(), !is_over, before)?;
            let mut rows = Vec::new();
            for (one, recipients) in found {
                rows.push(row(tx, law, one, &recipients, lang)?);
            }
            let xem = if is_over { "xem=da-xu-ly&" } else { "" };
            Ok::<_, Oops>(HeldPage {
                frame,
                shell,
                is_over,
                rows,
                next: next.map(|last| format!("{HERE}?{xem}sau={last}")),
            })
        })
        .await?;
    Ok(html(&page))
}

/// How many wait for who watches their places, up to `most`.
pub(crate) fn waiting(tx: &mut Tx<'_>, officer: &Officer, most: i64) -> StoreResult<usize> {
    let Ok(places) = watched(tx, officer) else {
        return Ok(0);
    };
    let Some(places) = places else {
        return held::waiting(tx, most);
    };
    let mut found = 0;
    for one in held::page(tx, true, HeldId(i64::MAX), most)? {
        let recipients = held::recipients(tx, one.id)?;
        let is_theirs = |to: &Recipient| places.contains(&to.organisation);
        found += usize::from(recipients.iter().any(is_theirs));
    }
    Ok(found)
}

type Places = HashSet<OrganisationId>;
type Found = (Vec<(Held, Vec<Recipient>)>, Option<HeldId>);

/// What is held, or was, for places that somebody watches, the newest first.
fn find(
    tx: &mut Tx<'_>,
    places: Option<&Places>,
    waits: bool,
    mut before: HeldId,
) -> Result<Found, Oops> {
    let (mut found, mut looked) = (Vec::new(), 0);
    loop {
        let page = held::page(tx, waits, before, CHUNK)?;
        if page.is_empty() {
            return Ok((found, None));
        }
        for one in page {
            if found.len() >= PAGE || looked >= LOOK {
                return Ok((found, Some(before)));
            }
            looked += 1;
            before = one.id;
            let recipients = seen(tx, places, one.id)?;
            if !recipients.is_empty() {
                found.push((one, recipients));
            }
        }
    }
}

/// The recipients at places that somebody watches.
fn seen(tx: &mut Tx<'_>, places: Option<&Places>, id: HeldId) -> Result<Vec<Recipient>, Oops> {
    let mut recipients = held::recipients(tx, id)?;
    recipients.retain(|to| places.is_none_or(|places| places.contains(&to.organisation)));
    Ok(recipients)
}

fn row(
    tx: &mut Tx<'_>,
    law: Law,
    one: Held,
    recipients: &[Recipient],
    lang: Lang,
) -> Result<Row, Oops> {
    let first = recipients.first();
    let finding = first.and_then(|to| to.findings.first());
    let cited = match (first, finding) {
        (Some(to), Some(finding)) => cite(tx, law, to.organisation, &finding.clause),
        _ => Cited::none(),
    };
    Ok(Row {
        id: one.id,
        since: full(one.held_at, lang),
        until: {
            let day = last_day(&one);
            format!("{} {}", day.weekday(), day.vietnamese())
        },
        sender: one.sender,
        to: recipients.iter().map(|to| to.address.clone()).collect(),
        concern: finding.map_or_else(String::new, |finding| finding.concern.clone()),
        cited,
        fate: first.map_or("", |to| one::fate(to.fate, lang)),
    })
}

/// A clause as it is cited at a place.
fn cite(tx: &mut Tx<'_>, law: Law, place: OrganisationId, clause: &str) -> Cited {
    match law.at(tx, place) {
        Ok(profile) => Cited::of(profile, clause),
        Err(_) => Cited::none(),
    }
}
