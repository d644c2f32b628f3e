//! `/quan-ly/hop-thu/{id}`: one mailbox: its state, what happens to it next and why, what was done, what may be done now.

mod act;
mod ask;
mod carry;
mod deed;
mod facts;
mod timeline;
mod unit;
mod who;

use askama::Template;
use axum::Router;
use axum::extract::{Path, RawQuery, State as Shared};
use axum::routing::{get, post};
use congvu_governance::{Law, today};
use congvu_regulation::LockMode;
use congvu_regulation::lifecycle::State as Life;
use congvu_store::Tx;
use congvu_store::mailbox_list::State;

pub(super) use self::ask::locks;
use self::deed::Deed;
use self::facts::Fact;
use self::timeline::{Event, Next};
use self::who::Seen;
use super::list::Fill;
use super::state::{Chip, chip};
use crate::console::Officer;
use crate::console::cited::Cited;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, html};

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/quan-ly/hop-thu/{id}", get(page))
        .route(
            "/quan-ly/hop-thu/{id}/uy-quyen",
            get(unit::page).post(unit::give),
        )
        .route(
            "/quan-ly/hop-thu/{id}/uy-quyen/{delegation}",
            post(unit::end),
        )
        .route(
            "/quan-ly/hop-thu/{id}/ban-giao",
            get(unit::hand_over_page).post(unit::hand_over),
        )
        .route(
            "/quan-ly/hop-thu/{id}/{viec}",
            get(act::page).post(act::submit),
        )
}

/// Something that may be done now.
struct Offer {
    href: String,
    title: &'static str,
    about: &'static str,
    is_grave: bool,
    /// It waits to be done.
    waits: bool,
}

#[derive(Template)]
#[template(path = "console/mailboxes/one.html")]
struct OnePage {
    frame: Frame,
    shell: Shell,
    id: i64,
    address: String,
    agency: String,
    agency_href: String,
    chip: Chip,
    /// What was just done.
    done: &'static str,
    state: String,
    state_cited: Cited,
    /// What a lock means.
    meanwhile: &'static str,
    next: Next,
    events: Vec<Event>,
    offers: Vec<Offer>,
    more: Vec<Offer>,
    facts: Vec<Fact>,
    fill: Fill,
    quota_cited: Cited,
    is_unit: bool,
    manages: bool,
    asks: bool,
    reads: bool,
}

async fn page(
    Shared(site): Shared<Site>,
    officer: Officer,
    Path(id): Path<i64>,
    RawQuery(query): RawQuery,
) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let (law, done) = (site.law, query.get("xong").to_owned());
    let page = site
        .store
        .read(move |tx| read(tx, law, &officer, id, &done))
        .await?;
    Ok(html(&page))
}

fn read(
    tx: &mut Tx<'_>,
    law: Law,
    officer: &Officer,
    id: i64,
    done: &str,
) -> Result<OnePage, Oops> {
    let lang = officer.lang();
    let seen = Seen::read(tx, law, officer, id)?;
    let (subject, now) = (&seen.subject, tx.now());
    let profile = subject.profile;
    let coming = timeline::coming(&seen, law, now);
    let state = state(&seen, now);
    let told = told(&seen, state, now, lang);
    let own = Some(officer.user.mailbox);
    let offers = Deed::ALL.into_iter().filter(|deed| deed.is_offered(&seen));
    let mut offers: Vec<Offer> = offers
        .map(|deed| Offer {
            href: format!("/quan-ly/hop-thu/{id}/{}", deed.slug()),
            title: deed.title(lang),
            about: deed.consequence(lang),
            is_grave: deed.is_grave(),
            waits: deed.waits(),
        })
        .collect();
    let more = offers.split_off(offers.len().min(4));
    let lock = subject.life.lock.as_ref();
    let events = timeline::read(tx, &seen, &coming, &told, (own, lang))?;
    let facts = facts::read(tx, &seen, lang)?;
    let (frame, shell) = shell::read(tx, officer, &subject.life.name, Here::Mailboxes)?;
    Ok(OnePage {
        frame,
        shell,
        id,
        address: subject.life.address.clone(),
        agency: subject.organisation.name.clone(),
        agency_href: format!("/quan-ly/hop-thu?co-quan={}", subject.organisation.id),
        chip: chip(state, lang),
        done: was_done(done, lang),
        state_cited: lock.map_or_else(Cited::none, |lock| Cited::of(profile, &lock.clause)),
        meanwhile: match profile.lock_mode().value {
            _ if lock.is_none() || !seen.is_in_use() => "",
            LockMode::Receives => {
                lang.t("Trong lúc tạm khóa: không đăng nhập, không gửi được; thư đến vẫn được nhận và giữ.")
            }
            LockMode::Closed => {
                lang.t("Trong lúc tạm khóa: không đăng nhập, không gửi và không nhận thư được.")
            }
        },
        next: timeline::next(&seen, &coming, law, today(tx), lang),
        state: told,
        events,
        offers,
        more,
        facts,
        fill: Fill::of(subject.life.used, subject.life.quota),
        quota_cited: Cited::from(
            profile,
            &profile.quota_bounds(subject.kind()).maximum.source,
        ),
        is_unit: subject.life.kind == "unit",
        manages: seen.manages,
        asks: seen.asks && !seen.decides,
        reads: seen.reads,
    })
}

/// What was just done, by the name that the address has for it.
fn was_done(what: &str, lang: Lang) -> &'static str {
    match what {
        carry::LAPSED => {
            lang.t("Đề xuất không còn đến hạn (đã có đề nghị hoặc lý do); không làm gì.")
        }
        unit::GIVEN => lang.t("Đã giao hộp thư."),
        unit::ENDED => lang.t("Đã thôi giao; những gì người ấy đang mở của hộp thư này đã đóng."),
        other => Deed::of(other).map_or("", |deed| deed.done(lang)),
    }
}

/// The state of a mailbox as lists have it, with what its rules say at this moment.
fn state(seen: &Seen, now: i64) -> State {
    let subject = &seen.subject;
    let facts = subject.facts();
    let rules = subject.profile.lifecycle();
    let expired = subject.life.opener.as_ref();
    let expired = expired.and_then(|opener| opener.must_change);
    match rules.state(&facts, congvu_regulation::Moment(now)) {
        Life::Deleted(_) | Life::Revoked(_) => State::Gone,
        _ if seen.proposal.is_some() => State::Pending,
        Life::Locked { .. } => State::Locked,
        Life::SignInDisabled(_) => State::Disabled,
        Life::PasswordExpired(_) => State::Expired,
        Life::Issued => State::Unused,
        _ if subject.life.opener.is_some() && subject.life.used_at.is_empty() => State::Unused,
        Life::MustChange(_) => State::MustChange,
        Life::Active if expired.is_some() => State::Expired,
        Life::Active => State::Active,
    }
}

/// The state in words, with since when.
fn told(seen: &Seen, state: State, now: i64, lang: Lang) -> String {
    let words = super::state::words(state, lang);
    let life = &seen.subject.life;
    let since = match state {
        State::Gone => life.deleted_at.or(life.revoked_at),
        State::Locked => life.lock.as_ref().map(|lock| lock.at),
        State::Pending => seen.proposal.as_ref().map(|one| one.proposed_at),
        _ => None,
    };
    match since.filter(|since| *since <= now) {
        Some(since) => format!(
            "{words} {} {}",
            lang.t("từ"),
            crate::site::full(since, lang)
        ),
        None => words.to_owned(),
    }
}
