//! What is owed, and what was made: by kind, period and agency.

use askama::Template;
use axum::extract::{RawQuery, State};
use congvu_governance::report::{self as cases, DueReport};
use congvu_governance::{Law, Role, today};
use congvu_regulation::Date;
use congvu_store::report::{self as kept, Listed};
use congvu_store::{OrganisationId, ReportId, StoreResult, Tx, organisation};

use super::super::{Chip, Choice, SHOWN, choices, number};
use crate::console::Officer;
use crate::console::cited::Cited;
use crate::console::clock::Clock;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, html};

/// So many past periods can be chosen.
const PERIODS: i64 = 36;
/// More reports of one period than there are agencies.
const ALL: i64 = 100_000;
/// So many owed reports of one kind are told one by one; more as one line.
const SINGLY: usize = 3;

#[derive(Template)]
#[template(path = "console/rules/reports.html")]
struct ListPage {
    frame: Frame,
    shell: Shell,
    place: OrganisationId,
    places: Vec<Choice>,
    owed: Vec<Owed>,
    kinds: Vec<Kind>,
    kind: String,
    periods: Vec<(String, String, bool)>,
    states: Vec<(&'static str, &'static str, bool)>,
    lines: Vec<Line>,
    next: String,
    may_make: bool,
    may_sum: bool,
    period: String,
}

/// A kind of report that can be chosen.
struct Kind {
    id: String,
    title: String,
    is_here: bool,
}

/// What is owed: one agency's, or several agencies' of one period.
struct Owed {
    title: String,
    about: String,
    href: String,
    act: &'static str,
    cited: Cited,
    clock: Clock,
    /// How many have handed in, of how many; of one agency nothing.
    progress: Option<(usize, usize)>,
}

/// A report that was made.
struct Line {
    id: ReportId,
    title: String,
    organisation: String,
    period: String,
    due: String,
    chip: Chip,
}

pub(super) async fn page(
    State(site): State<Site>,
    officer: Officer,
    RawQuery(query): RawQuery,
) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let law = site.law;
    let page = site
        .store
        .read(move |tx| read(tx, law, &officer, &query))
        .await?;
    Ok(html(&page))
}

fn read(tx: &mut Tx<'_>, law: Law, officer: &Officer, query: &Fields) -> Result<ListPage, Oops> {
    let lang = officer.lang();
    let asked = number(query.get("co-quan")).map(OrganisationId);
    let place = officer.scope(tx, &Role::ALL, asked)?;
    let (frame, shell) = shell::read(tx, officer, lang.t("Báo cáo"), Here::Reports)?;
    let owed = owed(tx, law, officer, place, lang)?;
    let kind = query.get("loai").to_owned();
    let known = cases::known(tx, law, place)?;
    let kinds = known.into_iter().map(|known| Kind {
        is_here: known.id == kind,
        id: known.id,
        title: known.title,
    });
    let kinds: Vec<Kind> = kinds.collect();
    let report = law.at(tx, place)?.report(&kind);
    let found = match report {
        Some(_) => kept::periods(tx, &kind, PERIODS)?,
        None => Vec::new(),
    };
    let asked: Option<Date> = query.get("ky").parse().ok();
    let period = asked
        .map(Date::epoch_day)
        .filter(|first| found.contains(first))
        .or(found.first().copied());
    let periods = found.iter().map(|first| {
        let day = Date::from_epoch_day(*first);
        let named = report.and_then(|report| report.period_of(day));
        (
            day.to_string(),
            named.map_or_else(|| day.vietnamese(), |named| named.to_string()),
            Some(*first) == period,
        )
    });
    let state = match query.get("tinh-trang") {
        state @ ("made" | "submitted" | "accepted") => state,
        _ => "",
    };
    let from = number(query.get("tu")).map(ReportId);
    let lines = match (report, period) {
        (Some(_), Some(first)) => {
            let after = from.unwrap_or(ReportId(0));
            kept::of_period_below(tx, place, (&kind, first), state, after, SHOWN + 1)?
        }
        (Some(_), None) => Vec::new(),
        (None, _) => newest(tx, place, from)?,
    };
    let mut lines: Vec<Line> = lines
        .into_iter()
        .map(|listed| line(law, listed, lang))
        .collect();
    let shown = usize::try_from(SHOWN).unwrap_or(usize::MAX);
    let more = lines.len() > shown;
    lines.truncate(shown);
    let next = match lines.last().filter(|_| more) {
        Some(last) => {
            let mut next = form_urlencoded::Serializer::new(String::new());
            next.append_pair("co-quan", &place.to_string());
            for name in ["loai", "ky", "tinh-trang"] {
                if !query.get(name).is_empty() {
                    next.append_pair(name, query.get(name));
                }
            }
            next.append_pair("tu", &last.id.to_string());
            next.finish()
        }
        None => String::new(),
    };
    let states = [
        ("", lang.t("Mọi tình trạng")),
        ("made", lang.t("Chưa nộp")),
        ("submitted", lang.t("Đã nộp")),
        ("accepted", lang.t("Đã tiếp nhận")),
    ];
    Ok(ListPage {
        frame,
        shell,
        place,
        places: choices(tx, officer, place)?,
        owed,
        kinds,
        periods: periods.collect(),
        states: states.map(|(id, words)| (id, words, id == state)).into(),
        lines,
        next,
        may_make: officer.has(&[Role::Ask, Role::Decide, Role::Operate]),
        may_sum: period.is_some() && officer.has(&[Role::Decide, Role::Operate, Role::Audit]),
        period: period.map_or_else(String::new, |first| Date::from_epoch_day(first).to_string()),
        kind,
    })
}

fn newest(
    tx: &mut Tx<'_>,
    place: OrganisationId,
    before: Option<ReportId>,
) -> StoreResult<Vec<Listed>> {
    let is_top = organisation::get(tx, place)?.is_some_and(|place| place.parent.is_none());
    match is_top {
        true => kept::newest(tx, before, SHOWN + 1),
        false => kept::below(tx, place, before, SHOWN + 1),
    }
}

fn line(law: Law, (kept, organisation): Listed, lang: Lang) -> Line {
    Line {
        id: kept.id,
        title: super::title(law, &kept),
        organisation,
        period: super::period(super::of(law, &kept), kept.period),
        due: kept
            .due_day
            .map_or_else(String::new, |day| Date::from_epoch_day(day).vietnamese()),
        chip: super::state(&kept, lang),
    }
}

/// What places at and below one owe: each by itself where they are few, else one line for a period.
fn owed(
    tx: &mut Tx<'_>,
    law: Law,
    officer: &Officer,
    place: OrganisationId,
    lang: Lang,
) -> Result<Vec<Owed>, Oops> {
    let today = today(tx);
    let mut groups: Vec<Vec<DueReport>> = Vec::new();
    for due in cases::due(tx, law, &officer.actor(), place)? {
        let same = |group: &&mut Vec<DueReport>| {
            group.first().is_some_and(|first| {
                (&first.report, &first.period, first.due) == (&due.report, &due.period, due.due)
            })
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push(due),
            None => groups.push(vec![due]),
        }
    }
    let mut owed = Vec::new();
    for group in groups {
        let Some(first) = group.first() else { continue };
        let profile = law.at(tx, first.organisation)?;
        let report = profile.report(&first.report);
        let cited = report.map_or_else(Cited::none, |report| {
            Cited::from(profile, &report.every().source)
        });
        let made = first.reminders.first().copied().unwrap_or(first.due);
        let clock = Clock::of(law, (made.min(first.due), first.due), today, lang);
        if group.len() > SINGLY {
            let about = (first.report.as_str(), first.first.epoch_day());
            let all = kept::of_period_below(tx, place, about, "", ReportId(0), ALL)?;
            let done = all.iter().filter(|(kept, _)| kept.state != "made").count();
            owed.push(Owed {
                title: format!("{}, {}", first.title, first.period),
                about: String::new(),
                href: format!(
                    "/quan-ly/bao-cao?co-quan={place}&loai={}&ky={}",
                    first.report, first.first
                ),
                act: lang.t("Xem danh sách"),
                cited,
                clock,
                progress: Some((done, done + group.len())),
            });
            continue;
        }
        for due in &group {
            let (href, act) = match due.kept {
                Some(id) => (format!("/quan-ly/bao-cao/{id}"), lang.t("Xem và nộp")),
                None => (String::new(), ""),
            };
            let about = match due.kept {
                Some(_) => lang
                    .t("Đã lập từ số liệu, chờ cơ quan bổ sung và nộp")
                    .to_owned(),
                None => format!("{} {}", lang.t("Hệ thống tự lập ngày"), made.vietnamese()),
            };
            owed.push(Owed {
                title: format!("{}, {}", due.title, due.period),
                about: format!("{} · {about}", due.organisation_name),
                href,
                act,
                cited: cited.clone(),
                clock: clock.clone(),
                progress: None,
            });
        }
    }
    Ok(owed)
}
