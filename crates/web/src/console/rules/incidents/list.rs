//! All incidents, the newest above.

use askama::Template;
use axum::extract::{RawQuery, State};
use congvu_governance::incident::State as Step;
use congvu_store::incident::{self, Incident};
use congvu_store::{IncidentId, OrganisationId, Tx, address, organisation};

use super::super::{Chip, SHOWN, number};
use crate::console::Officer;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Oops, Page, Site, html, short};

#[derive(Template)]
#[template(path = "console/rules/incidents.html")]
struct ListPage {
    frame: Frame,
    shell: Shell,
    tabs: Vec<(&'static str, &'static str, bool)>,
    lines: Vec<Line>,
    next: String,
}

struct Line {
    id: IncidentId,
    kind: String,
    about: String,
    organisation: String,
    mailbox: String,
    at: String,
    chip: Chip,
}

pub(super) async fn page(
    State(site): State<Site>,
    officer: Officer,
    RawQuery(query): RawQuery,
) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let page = site
        .store
        .read(move |tx| read(tx, &officer, &query))
        .await?;
    Ok(html(&page))
}

fn read(tx: &mut Tx<'_>, officer: &Officer, query: &Fields) -> Result<ListPage, Oops> {
    let lang = officer.lang();
    let asked = number(query.get("co-quan")).map(OrganisationId);
    let top = officer.scope(tx, super::RUN, asked)?;
    let (frame, shell) = shell::read(tx, officer, lang.t("Sự cố"), Here::Incidents)?;
    let state = Step::parse(query.get("tinh-trang"));
    let before = number(query.get("truoc")).map_or(IncidentId(i64::MAX), IncidentId);
    let named = state.map(Step::name);
    let is_top = organisation::get(tx, top)?.is_some_and(|place| place.parent.is_none());
    let mut found = match is_top {
        true => incident::page(tx, named, before, SHOWN + 1)?,
        false => incident::below(tx, top, named, before, SHOWN + 1)?,
    };
    let shown = usize::try_from(SHOWN).unwrap_or(usize::MAX);
    let more = found.len() > shown;
    found.truncate(shown);
    let next = match found.last().filter(|_| more) {
        Some(last) => {
            let state = state.map_or("", Step::name);
            format!("co-quan={top}&tinh-trang={state}&truoc={}", last.id)
        }
        None => String::new(),
    };
    let now = tx.now();
    let mut lines = Vec::new();
    for one in found {
        lines.push(line(tx, &one, now, lang)?);
    }
    let tabs = [
        ("", lang.t("Tất cả")),
        (Step::Reported.name(), lang.t("Đã báo")),
        (Step::Handling.name(), lang.t("Đang xử lý")),
        (Step::Fixed.name(), lang.t("Đã khắc phục")),
        (Step::Closed.name(), lang.t("Đã đóng")),
    ];
    let here = state.map_or("", Step::name);
    Ok(ListPage {
        frame,
        shell,
        tabs: tabs.map(|(id, words)| (id, words, id == here)).into(),
        lines,
        next,
    })
}

fn line(tx: &mut Tx<'_>, one: &Incident, now: i64, lang: crate::site::Lang) -> Result<Line, Oops> {
    let organisation = match one.organisation {
        Some(place) => organisation::get(tx, place)?.map(|place| place.name),
        None => None,
    };
    let mailbox = match one.mailbox {
        Some(mailbox) => address::primary(tx, mailbox)?,
        None => None,
    };
    Ok(Line {
        id: one.id,
        kind: super::kind(lang, &one.kind),
        about: one.description.clone(),
        organisation: organisation.unwrap_or_default(),
        mailbox: mailbox.unwrap_or_default(),
        at: short(one.reported_at, now, lang),
        chip: super::state(&one.state, lang),
    })
}
