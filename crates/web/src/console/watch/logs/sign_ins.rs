//! The record of sign-ins: who came in, who did not and why, from where, with what (TQ.9.1).

use std::sync::Arc;

use askama::Template;
use axum::extract::{RawQuery, State};
use congvu_governance::act::{SIGN_INS, label};
use congvu_governance::logs::Log;
use congvu_message::date;
use congvu_store::audit::{self, Chain, Recorded};
use congvu_store::{StoreResult, Tx, account};
use serde_json::Value;

use super::super::asked::{Asked, is_address};
use super::super::whole_system;
use super::{Found, LOOK, PAGE, ROWS, Sought, noted, search, stream};
use crate::console::cited::Cited;
use crate::console::officer::Officer;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Frame, Lang, Oops, Page, Site, full, html};

pub(super) const HERE: &str = "/quan-ly/nhat-ky/dang-nhap";
const FIELDS: &[&str] = &["ai", "may", "viec", "tu-ngay", "den-ngay"];
const VIETNAM_MINUTES: i16 = 7 * 60;

#[derive(Template)]
#[template(path = "console/watch/sign_ins.html")]
struct SignInsPage {
    frame: Frame,
    shell: Shell,
    asked: Asked,
    outcomes: &'static [(&'static str, &'static str)],
    rows: Vec<Row>,
    next: Option<String>,
    reached: String,
    csv: String,
    kept: Cited,
}

struct Row {
    when: String,
    who: String,
    outcome: String,
    is_bad: bool,
    client_ip: String,
    protocol: String,
    times: String,
}

pub(super) async fn page(
    State(site): State<Site>,
    officer: Officer,
    RawQuery(query): RawQuery,
) -> Page {
    let asked = Asked::read(query.as_deref());
    let of = site.clone();
    let is_first = asked.after().is_none();
    let (actor, words) = (officer.actor(), asked.at("", FIELDS));
    let page = site
        .store
        .read(move |tx| {
            whole_system(tx, &officer)?;
            let lang = officer.lang();
            let (frame, shell) =
                shell::read(tx, &officer, lang.t("Nhật ký đăng nhập"), Here::Logs)?;
            let (found, next) = find(tx, &asked, asked.after(), PAGE)?;
            Ok::<_, Oops>(SignInsPage {
                frame,
                shell,
                outcomes: SIGN_INS,
                rows: found.iter().map(|one| row(one, lang)).collect(),
                next: next.map(|next| asked.next(HERE, FIELDS, next)),
                reached: next.map_or_else(String::new, |(at, _)| full(at, lang)),
                csv: asked.at("/quan-ly/nhat-ky/dang-nhap.csv", FIELDS),
                kept: super::mail::kept(tx, &of)?,
                asked,
            })
        })
        .await?;
    if is_first {
        noted(&site, actor, Log::SignIns, (words, false)).await?;
    }
    Ok(html(&page))
}

/// Those of one account by their index, where a whole name is asked for.
fn find(
    tx: &mut Tx<'_>,
    asked: &Asked,
    before: Option<(i64, i64)>,
    limit: usize,
) -> StoreResult<Found> {
    let mut sought = Sought::of(asked);
    let whole = sought.actor.clone().filter(|name| is_address(name));
    let Some(name) = whole else {
        return search(tx, Chain::SignIns, &sought, before, limit, |_, _| Ok(true));
    };
    let Some(found) = account::by_login(tx, &name.to_lowercase())? else {
        return Ok((Vec::new(), None));
    };
    sought.actor = None;
    let subject = format!("account/{}", found.id);
    let mut last = before.map_or(i64::MAX, |before| before.1);
    let (mut all, mut looked) = (Vec::new(), 0);
    loop {
        let page = audit::of_subject(tx, Chain::SignIns, &subject, last, super::CHUNK)?;
        if page.is_empty() {
            return Ok((all, None));
        }
        for recorded in page {
            if all.len() >= limit || looked >= LOOK {
                let at = recorded.record.at;
                return Ok((all, Some((at, last))));
            }
            looked += 1;
            last = recorded.id;
            if sought.from.is_some_and(|from| recorded.record.at < from) {
                return Ok((all, None));
            }
            if sought.fits(&recorded) {
                all.push(recorded);
            }
        }
    }
}

/// Protocol, and how often.
fn how(recorded: &Recorded) -> (String, u64) {
    let detail: Value = serde_json::from_str(&recorded.record.detail).unwrap_or_default();
    let protocol = detail["protocol"].as_str().unwrap_or_default().to_owned();
    (protocol, detail["times"].as_u64().unwrap_or(1))
}

fn row(recorded: &Recorded, lang: Lang) -> Row {
    let record = &recorded.record;
    let (protocol, times) = how(recorded);
    Row {
        when: full(record.at, lang),
        who: match record.actor.as_str() {
            "" => lang.t("(tên không có thật)").to_owned(),
            name => name.to_owned(),
        },
        outcome: label(&record.action).to_owned(),
        is_bad: !matches!(record.action.as_str(), "sign-in.ok" | "sign-in.halfway"),
        client_ip: record.client_ip.clone(),
        protocol,
        times: match times {
            1 => String::new(),
            times => times.to_string(),
        },
    }
}

/// All that fits, as a file.
pub(super) async fn file(
    State(site): State<Site>,
    officer: Officer,
    RawQuery(query): RawQuery,
) -> Page {
    let asked = Asked::read(query.as_deref());
    let reader = officer.user.clone();
    let officer = Arc::new(officer);
    let first = Arc::clone(&officer);
    site.store.read(move |tx| whole_system(tx, &first)).await?;
    let words = asked.at("", FIELDS);
    noted(&site, officer.actor(), Log::SignIns, (words, true)).await?;
    let head = [
        "time",
        "account",
        "outcome",
        "client_ip",
        "protocol",
        "times",
    ];
    Ok(stream::csv(
        site,
        reader,
        "nhat-ky-dang-nhap.csv",
        &head,
        move |tx, before| {
            whole_system(tx, &officer)?;
            let (found, next) = find(tx, &asked, before, ROWS)?;
            let lines = found.iter().map(|recorded| {
                let record = &recorded.record;
                let (protocol, times) = how(recorded);
                vec![
                    date::imap(record.at.div_euclid(1000), VIETNAM_MINUTES),
                    record.actor.clone(),
                    record.action.clone(),
                    record.client_ip.clone(),
                    protocol,
                    times.to_string(),
                ]
            });
            Ok((lines.collect(), next))
        },
    ))
}
