//! `/quan-ly/lich`: the working days of a year: what is off and why, and by which decision.

use askama::Template;
use axum::Router;
use axum::extract::{RawQuery, State};
use axum::routing::get;
use congvu_governance::today;
use congvu_regulation::calendar::{Calendar, Day};
use congvu_regulation::{Date, Weekday};

use super::weekday;
use crate::console::Officer;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, html};

/// Years that are shown.
const YEARS: std::ops::RangeInclusive<u16> = 2021..=2099;
/// The most working days that are counted at once.
const MOST: u16 = 400;

pub(super) fn routes() -> Router<Site> {
    Router::new().route("/quan-ly/lich", get(page))
}

#[derive(Template)]
#[template(path = "console/rules/calendar.html")]
struct CalendarPage {
    frame: Frame,
    shell: Shell,
    year: u16,
    before: Option<u16>,
    after: Option<u16>,
    is_decided: bool,
    working: usize,
    days: Vec<Off>,
    months: Vec<Month>,
    decisions: Vec<Decided>,
    from: String,
    number: String,
    answer: String,
}

/// A day that is not what its weekday says.
struct Off {
    day: String,
    what: &'static str,
    why: String,
    is_worked: bool,
}

struct Month {
    name: String,
    weeks: Vec<Vec<Cell>>,
}

/// A day of a month; 0: none.
#[derive(Clone)]
struct Cell {
    day: u8,
    kind: &'static str,
    why: String,
}

struct Decided {
    year: u16,
    text: String,
    is_verified: bool,
}

async fn page(State(site): State<Site>, officer: Officer, RawQuery(query): RawQuery) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let (law, lang) = (site.law, officer.lang());
    let (frame, shell, today) = site
        .store
        .read(move |tx| {
            let title = lang.t("Lịch làm việc");
            let (frame, shell) = shell::read(tx, &officer, title, Here::Calendar)?;
            Ok::<_, Oops>((frame, shell, today(tx)))
        })
        .await?;
    let asked = query.get("nam").parse().ok();
    let year = asked
        .filter(|year| YEARS.contains(year))
        .unwrap_or(today.year());
    let calendar = law.calendar();
    let special = calendar.special_days(year);
    let days = special
        .value
        .iter()
        .filter_map(|(date, day)| off(calendar, *date, day, lang));
    let months: Vec<Month> = (1..=12)
        .filter_map(|month| self::month(calendar, (year, month), today, lang))
        .collect();
    let working = Date::new(year, 1, 1).map_or(0, |first| {
        let last = first.plus_months(12);
        (first.epoch_day()..last.epoch_day())
            .filter(|day| calendar.is_working_day(Date::from_epoch_day(*day)).value)
            .count()
    });
    let decisions = calendar.decisions().map(|one| Decided {
        year: one.year,
        text: one.text.to_owned(),
        is_verified: one.verified,
    });
    let from: Option<Date> = query.get("tu").parse().ok();
    let number: Option<u16> = query.get("so").trim().parse().ok();
    let answer = match (from, number.filter(|number| *number <= MOST)) {
        (Some(from), Some(number)) => {
            let end = calendar.add_working_days(from, number);
            let mut text = weekday(end.value);
            if let Some(year) = end.undecided {
                text.push_str(&format!(
                    " ({} {year})",
                    lang.t("có thể đổi: chưa có quyết định ngày nghỉ năm")
                ));
            }
            text
        }
        _ => String::new(),
    };
    Ok(html(&CalendarPage {
        year,
        before: Some(year - 1).filter(|year| YEARS.contains(year)),
        after: Some(year + 1).filter(|year| YEARS.contains(year)),
        is_decided: special.undecided.is_none(),
        working,
        days: days.collect(),
        months,
        decisions: decisions.collect(),
        from: from.unwrap_or(today).to_string(),
        number: number.map_or_else(|| "3".to_owned(), |number| number.to_string()),
        answer,
        frame,
        shell,
    }))
}

fn off(calendar: &Calendar, date: Date, day: &Day, lang: Lang) -> Option<Off> {
    let (what, why, is_worked) = match day {
        Day::Holiday(name) => (lang.t("Nghỉ lễ"), named(calendar, name), false),
        Day::InLieu(name) => (lang.t("Nghỉ bù"), named(calendar, name), false),
        Day::Off(decision) => (lang.t("Nghỉ hoán đổi"), decision.to_string(), false),
        Day::Worked(decision) => (lang.t("Làm bù"), decision.to_string(), true),
        Day::Working | Day::Weekend => return None,
    };
    Some(Off {
        day: weekday(date),
        what,
        why,
        is_worked,
    })
}

/// A holiday and the law that sets it.
fn named(calendar: &Calendar, holiday: &str) -> String {
    match calendar.law(holiday) {
        Some(law) => format!("{holiday} · {law}"),
        None => holiday.to_owned(),
    }
}

fn month(calendar: &Calendar, (year, month): (u16, u8), today: Date, lang: Lang) -> Option<Month> {
    let first = Date::new(year, month, 1)?;
    let before = Weekday::ALL
        .iter()
        .position(|one| *one == first.weekday())?;
    let none = Cell {
        day: 0,
        kind: "",
        why: String::new(),
    };
    let mut cells = vec![none.clone(); before];
    let mut at = first;
    while at.month() == month && at.year() == year {
        let (kind, why) = match calendar.day(at).value {
            Day::Working => ("", String::new()),
            Day::Weekend => ("weekend", lang.t("nghỉ cuối tuần").to_owned()),
            Day::Holiday(name) | Day::InLieu(name) => ("off", format!("{} {name}", lang.t("nghỉ"))),
            Day::Off(_) => ("off", lang.t("nghỉ hoán đổi").to_owned()),
            Day::Worked(_) => ("worked", lang.t("làm bù").to_owned()),
        };
        cells.push(Cell {
            day: at.day(),
            kind: match (kind, at == today) {
                ("", true) => "today",
                (kind, _) => kind,
            },
            why,
        });
        let next = at.plus_days(1);
        if next == at {
            break;
        }
        at = next;
    }
    while !cells.len().is_multiple_of(7) {
        cells.push(none.clone());
    }
    Some(Month {
        name: format!("{} {month}", lang.t("Tháng")),
        weeks: cells.chunks(7).map(<[Cell]>::to_vec).collect(),
    })
}
