//! `/quan-ly/mo-hop-thu`: orders that wait for the second person, what is allowed now, and what was.

use askama::Template;
use axum::extract::{RawQuery, State};
use congvu_governance::Role;
use congvu_governance::access_view::{self, SEE};
use congvu_store::access_list::Allowed;

use crate::console::Officer;
use crate::console::cited::Cited;
use crate::console::places::aid;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, full, html, named_day};

/// Grants on a page, and the most orders that wait.
const PAGE: i64 = 50;

/// An order that waits.
struct Waiting {
    href: String,
    number: String,
    name: String,
    address: String,
    document: String,
    reason: String,
    proposer: String,
    lapses: String,
    is_own: bool,
}

/// What is or was allowed.
struct Row {
    href: String,
    name: String,
    address: String,
    reader: String,
    way: &'static str,
    document: String,
    period: String,
    uses: u64,
    state: &'static str,
}

#[derive(Template)]
#[template(path = "console/access/list.html")]
struct ListPage {
    frame: Frame,
    shell: Shell,
    clause: Cited,
    sees: bool,
    may: bool,
    waiting: Vec<Waiting>,
    live: Vec<Row>,
    past: Vec<Row>,
    further: String,
    done: &'static str,
}

/// How it stands with what was allowed.
pub(super) fn state(grant: &Allowed, now: i64, lang: Lang) -> (&'static str, bool) {
    match grant.ended_at {
        Some(_) => (lang.t("Đã chấm dứt"), false),
        None if grant.until_at <= now => (lang.t("Đã hết hạn"), false),
        None if grant.from_at > now => (lang.t("Chưa đến ngày"), true),
        None => (lang.t("Đang có hiệu lực"), true),
    }
}

/// How it was given.
pub(super) fn way(grant: &Allowed, lang: Lang) -> &'static str {
    match grant.way.as_str() {
        "consent" => lang.t("Chủ hộp thư đồng ý"),
        _ => lang.t("Lệnh của hai người"),
    }
}

pub(super) async fn page(
    State(site): State<Site>,
    officer: Officer,
    RawQuery(asked): RawQuery,
) -> Page {
    let fields = Fields::parse(asked.unwrap_or_default().as_bytes());
    let law = site.law;
    let page = site.store.read(move |tx| {
        let lang = officer.lang();
        let (frame, shell) = shell::read(tx, &officer, lang.t("Lệnh mở hộp thư"), Here::Access)?;
        let before: i64 = fields.get("truoc").parse().unwrap_or(i64::MAX);
        let (actor, now) = (officer.actor(), tx.now());
        let mut waiting = Vec::new();
        let mut grants = Vec::new();
        for top in aid::tops(tx, &officer, SEE)? {
            for order in access_view::waiting(tx, &actor, top, PAGE)? {
                waiting.push(Waiting {
                    href: format!("/quan-ly/mo-hop-thu/{}", order.id),
                    number: order.id.to_string(),
                    name: order.name,
                    address: order.address,
                    document: order.document,
                    reason: order.reason,
                    is_own: order.proposed_by == officer.user.account,
                    proposer: order.proposer,
                    lapses: full(order.lapses_at, lang),
                });
            }
            grants.extend(access_view::allowed(tx, &actor, top, before, PAGE)?);
        }
        grants.sort_by_key(|grant| std::cmp::Reverse(grant.id));
        let further = match grants.last() {
            Some(last) if grants.len() as i64 >= PAGE => {
                format!("/quan-ly/mo-hop-thu?truoc={}", last.id)
            }
            _ => String::new(),
        };
        let (mut live, mut past) = (Vec::new(), Vec::new());
        for grant in grants {
            let (words, is_live) = state(&grant, now, lang);
            let row = Row {
                href: format!("/quan-ly/mo-hop-thu/lan/{}", grant.id),
                way: way(&grant, lang),
                period: format!(
                    "{} – {}",
                    named_day(grant.from_at, lang),
                    // It ends with the day before, at midnight.
                    named_day(grant.until_at - 1, lang)
                ),
                name: grant.name,
                address: grant.address,
                reader: grant.login,
                document: grant.document,
                uses: grant.uses,
                state: words,
            };
            match is_live {
                true => live.push(row),
                false => past.push(row),
            }
        }
        Ok::<_, Oops>(ListPage {
            frame,
            shell,
            clause: super::cited(law),
            sees: officer.has(SEE),
            may: officer.has(&[Role::Decide]),
            waiting,
            live,
            past,
            further,
            done: match fields.get("xong") {
                "rut" => lang.t("Đã rút lệnh."),
                _ => "",
            },
        })
    });
    Ok(html(&page.await?))
}
