//! `/quan-ly/hop-thu`: the list.

use askama::Template;
use axum::extract::{RawQuery, State as Shared};
use congvu_governance::mailbox::list as found;
use congvu_governance::{Role, rights, today};
use congvu_message::fold::fold;
use congvu_regulation::Date;
use congvu_store::mailbox_list::{Listed, Sieve};
use congvu_store::{OrganisationId, Tx, organisation, proposal};

use super::asked::{Asked, PERCENTS};
use super::form::Choice;
use super::state::{Chip, chip, sieves, slug, sort};
use crate::console::Officer;
use crate::console::shell::{self, Here, Shell};
use crate::mail;
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, html, short};

/// Mailboxes on a page.
const PAGE: i64 = 50;
/// More agencies than this are not offered to choose from.
const OFFERED: usize = 600;

/// A mailbox, as a row shows it.
pub(super) struct Row {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) title: String,
    pub(super) address: String,
    pub(super) is_unit: bool,
    pub(super) agency: String,
    pub(super) agency_href: String,
    pub(super) chip: Chip,
    pub(super) last: String,
    pub(super) fill: Fill,
}

/// How much of a quota is used.
pub(super) struct Fill {
    pub(super) used: String,
    pub(super) quota: String,
    pub(super) percent: u64,
    /// As styles know it: `80`, `95`, or nothing.
    pub(super) level: &'static str,
}

impl Fill {
    pub(super) fn of(used: u64, quota: u64) -> Self {
        let percent = (used / 1024 * 100)
            .checked_div(quota / 1024)
            .unwrap_or(0)
            .min(100);
        Self {
            used: mail::bytes(used),
            quota: mail::bytes(quota),
            percent,
            level: match percent {
                95.. => "95",
                80.. => "80",
                _ => "",
            },
        }
    }
}

#[derive(Template)]
#[template(path = "console/mailboxes/list.html")]
struct ListPage {
    frame: Frame,
    shell: Shell,
    text: String,
    agencies: Vec<Choice>,
    states: Vec<Choice>,
    kinds: Vec<Choice>,
    percents: Vec<Choice>,
    is_sifted: bool,
    rows: Vec<Row>,
    /// The address of the first page, where this is not it.
    first: Option<String>,
    further: Option<String>,
    /// What files are asked for with.
    query: String,
    decides: bool,
    acts: bool,
    /// Proposals that wait.
    waiting: usize,
}

pub(super) async fn page(
    Shared(site): Shared<Site>,
    officer: Officer,
    RawQuery(query): RawQuery,
) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let page = site
        .store
        .read(move |tx| {
            let asked = Asked::of(&query, today(tx));
            read(tx, &officer, &asked)
        })
        .await?;
    Ok(html(&page))
}

fn read(tx: &mut Tx<'_>, officer: &Officer, asked: &Asked) -> Result<ListPage, Oops> {
    let lang = officer.lang();
    let wanted = asked.list(tx, officer)?;
    let mut found = found(tx, &wanted, &asked.after, PAGE + 1)?;
    let full = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = found.len() > full;
    found.truncate(full);
    let further = found.last().filter(|_| more);
    let further =
        further.map(|last| format!("/quan-ly/hop-thu?{}", asked.query(Some(&last.place))));
    let now = tx.now();
    let rows = found.into_iter().map(|one| row(one, asked, now, lang));
    let rows = rows.collect();
    let (frame, shell) = shell::read(tx, officer, lang.t("Danh sách hộp thư"), Here::Mailboxes)?;
    Ok(ListPage {
        agencies: agencies(tx, officer, asked.agency)?,
        waiting: waiting(tx, officer)?,
        frame,
        shell,
        text: asked.text.clone(),
        states: states(asked.sieve, today(tx), lang),
        kinds: [
            ("ca-nhan", lang.t("Hộp thư cá nhân"), "personal"),
            ("co-quan", lang.t("Hộp thư cơ quan"), "unit"),
        ]
        .map(|(value, label, kind)| Choice {
            value: value.to_owned(),
            label: label.to_owned(),
            is_on: asked.kind == kind,
        })
        .into(),
        percents: PERCENTS
            .map(|percent| Choice {
                value: percent.to_string(),
                label: format!("{} {percent} %", lang.t("Đầy từ")),
                is_on: asked.percent == percent,
            })
            .into(),
        is_sifted: asked.is_sifted(),
        rows,
        first: (asked.after.id > 0).then(|| format!("/quan-ly/hop-thu?{}", asked.query(None))),
        further,
        query: asked.query(None),
        decides: officer.has(&[Role::Decide]),
        acts: officer.has(&[Role::Decide, Role::Operate]),
    })
}

fn row(one: Listed, asked: &Asked, now: i64, lang: Lang) -> Row {
    let here = asked.at(Some(one.organisation));
    Row {
        id: one.id.0,
        is_unit: one.kind == "unit",
        agency_href: format!("/quan-ly/hop-thu?{}", here.query(None)),
        chip: chip(one.state, lang),
        last: one
            .last_sign_in_at
            .map_or_else(String::new, |at| short(at, now, lang)),
        fill: Fill::of(one.used, one.quota),
        name: one.name,
        title: one.title,
        address: one.address,
        agency: one.agency,
    }
}

fn states(on: Option<Sieve>, today: Date, lang: Lang) -> Vec<Choice> {
    let choice = |sieve: Sieve| Choice {
        value: slug(sieve).to_owned(),
        label: sort(sieve, lang).to_owned(),
        is_on: on == Some(sieve),
    };
    sieves(today).map(choice).into()
}

/// The officer's places and those right below them, to choose from; and the one that was chosen, wherever it lies.
fn agencies(
    tx: &mut Tx<'_>,
    officer: &Officer,
    on: Option<OrganisationId>,
) -> Result<Vec<Choice>, Oops> {
    let mut all: Vec<Choice> = Vec::new();
    let mut add = |place: &organisation::Organisation| {
        let value = place.id.to_string();
        if all.len() < OFFERED && all.iter().all(|one| one.value != value) {
            all.push(Choice {
                is_on: on == Some(place.id),
                label: place.name.clone(),
                value,
            });
        }
    };
    for top in officer.places(&Role::ALL) {
        let mut below = organisation::subtree(tx, top)?;
        below.retain(|place| {
            place.ended_at.is_none() && (place.id == top || place.parent == Some(top))
        });
        below.sort_by_cached_key(|place| (place.id != top, fold(&place.name)));
        below.iter().for_each(&mut add);
    }
    if let Some(on) = on
        && let Some(place) = organisation::get(tx, on)?
    {
        add(&place);
    }
    Ok(all)
}

/// How many proposals wait for those who decide.
fn waiting(tx: &mut Tx<'_>, officer: &Officer) -> Result<usize, Oops> {
    let mut found = 0;
    for top in officer.places(&[Role::Decide, Role::Operate, Role::Audit]) {
        found += proposal::open_below(tx, top, 0, 100)?.len();
    }
    Ok(found)
}

/// Whether the officer sees a place at all.
pub(super) fn sees(
    tx: &mut Tx<'_>,
    officer: &Officer,
    place: OrganisationId,
) -> Result<bool, Oops> {
    Ok(rights::has(tx, &officer.actor(), &Role::ALL, place)?)
}
