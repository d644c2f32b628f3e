//! From `regulations/calendar/viet-nam.toml` to a calendar, with every fault at once.

use std::collections::BTreeMap;
use std::sync::Arc;

use toml::de::DeValue;

use super::holiday::{self, Holiday, On, Span};
use super::{Calendar, Swap, Year};
use crate::read::{Reader, Reading, Table, date, parse_file, say, words, yes_or_no};
use crate::{Date, Fault, Weekday};

pub(super) fn calendar(text: &str) -> Result<Calendar, Vec<Fault>> {
    parse_file(text, |reader, top| {
        let holidays: Vec<Holiday> = rows(reader, top, "holiday")
            .into_iter()
            .filter_map(|mut row| {
                let holiday = one_holiday(reader, &mut row);
                reader.close(&row);
                holiday
            })
            .collect();
        if holidays.is_empty() {
            reader.needs(1, "holiday".to_owned(), &say::at_least_one("holiday"));
        }
        let mut years = BTreeMap::new();
        for mut row in rows(reader, top, "year") {
            if let Some((number, year)) = one_year(reader, &mut row, &holidays)
                && years.insert(number, year).is_some()
            {
                reader.fault(
                    row.line,
                    row.name("year"),
                    "năm này đã có một bảng [[year]]",
                );
            }
            reader.close(&row);
        }
        Some(Calendar::new(holidays, years))
    })
}

fn one_holiday<'t>(reader: &mut Reader<'t>, row: &mut Table<'t>) -> Option<Holiday> {
    let name = reader.plain(row, "name", words);
    let law = reader.plain(row, "law", words);
    let on = if row.has("lunar") {
        let lunar = reader.plain(row, "lunar", day_of_lunar_year);
        lunar.map(|(day, month)| On::Lunar(day, month))
    } else {
        let solar = reader.plain(row, "day", day_of_year);
        solar.map(|(day, month)| On::Solar(day, month))
    };
    let beside = optional(reader, row, "one_before_on", weekdays);
    let before = optional(reader, row, "days_before", days_beside);
    let after = optional(reader, row, "days_after", days_beside);
    let span = match beside {
        Some(_) if before.is_some() || after.is_some() => {
            reader.fault(
                row.line,
                row.name("one_before_on"),
                "không đi cùng days_before, days_after",
            );
            return None;
        }
        Some(weekdays) => Span::Beside(weekdays),
        None => Span::Fixed(before.unwrap_or(0), after.unwrap_or(0)),
    };
    let since = optional(reader, row, "since", year_number);
    Some(Holiday {
        name: name?.into(),
        law: law?.into(),
        on: on?,
        span,
        since: since.unwrap_or(0),
    })
}

fn one_year<'t>(
    reader: &mut Reader<'t>,
    row: &mut Table<'t>,
    holidays: &[Holiday],
) -> Option<(u16, Year)> {
    let number = reader.plain(row, "year", year_number);
    let decided = reader.plain(row, "decided", yes_or_no);
    let decision = reader.plain(row, "decision", words);
    let verified = reader.plain(row, "verified", yes_or_no);
    let mut spans = Vec::new();
    for mut span in rows(reader, row, "span") {
        let known = reader.plain(&mut span, "holiday", words).and_then(|name| {
            let known = holidays.iter().find(|holiday| *holiday.name == *name);
            if known.is_none() {
                reader.needs(span.line, span.name("holiday"), "name của một [[holiday]]");
            }
            known
        });
        let before = reader.plain(&mut span, "days_before", days_beside);
        let after = reader.plain(&mut span, "days_after", days_beside);
        reader.close(&span);
        if let (Some(holiday), Some(before), Some(after)) = (known, before, after) {
            spans.push((Arc::clone(&holiday.name), before, after));
        }
    }
    let mut swaps = Vec::new();
    let mut lines = Vec::new();
    for mut swap in rows(reader, row, "swap") {
        lines.push((swap.line, swap.path.clone()));
        let off = optional(reader, &mut swap, "off", date);
        let worked = optional(reader, &mut swap, "worked", date);
        let decision = reader.plain(&mut swap, "decision", words);
        reader.close(&swap);
        swaps.push(Swap {
            off,
            worked,
            decision: decision.unwrap_or_default().into(),
        });
    }
    let number = number?;
    let mut year = Year {
        decided: decided?,
        decision: decision?.into(),
        verified: verified?,
        spans,
        swaps: Vec::new(),
    };
    check_swaps(reader, number, &year, holidays, &swaps, &lines);
    year.swaps = swaps;
    Some((number, year))
}

/// A swap takes a working day of its year off and has a day off of that year worked.
fn check_swaps(
    reader: &mut Reader<'_>,
    number: u16,
    year: &Year,
    holidays: &[Holiday],
    swaps: &[Swap],
    lines: &[(usize, String)],
) {
    let special = holiday::special(number, holidays, Some(year));
    for (swap, (line, path)) in swaps.iter().zip(lines) {
        let mut needs = |key: &str, what: &str| {
            let key = if key.is_empty() {
                path.clone()
            } else {
                format!("{path}.{key}")
            };
            reader.needs(*line, key, what);
        };
        if swap.off.is_none() && swap.worked.is_none() {
            needs("", "off, worked, hoặc cả hai");
        }
        let days = [("off", swap.off, true), ("worked", swap.worked, false)];
        for (key, day, was_working) in days {
            let Some(day) = day else { continue };
            if day.year() != number {
                needs(key, &format!("một ngày của năm {number}"));
            } else if super::what(&special, day).is_working() != was_working {
                let (wanted, found) = if was_working {
                    ("ngày làm việc", "ngày nghỉ")
                } else {
                    ("ngày nghỉ", "ngày làm việc")
                };
                needs(key, &format!("một {wanted} ({day} là {found})"));
            }
        }
    }
}

/// The tables of an array of tables; none where the key is missing.
fn rows<'t>(reader: &mut Reader<'t>, parent: &mut Table<'t>, key: &str) -> Vec<Table<'t>> {
    let path = parent.name(key);
    let Some(value) = parent.take(key) else {
        return Vec::new();
    };
    let line = reader.line(value.span().start);
    let DeValue::Array(values) = value.into_inner() else {
        let what = say::tables(&path);
        reader.needs(line, path, &what);
        return Vec::new();
    };
    let mut rows = Vec::new();
    for value in values {
        let line = reader.line(value.span().start);
        if let DeValue::Table(entries) = value.into_inner() {
            rows.push(Table::new(path.clone(), line, entries));
        } else {
            reader.needs(line, path.clone(), &say::tables(&path));
        }
    }
    rows
}

fn optional<'t, T>(
    reader: &mut Reader<'t>,
    table: &mut Table<'t>,
    key: &str,
    reading: Reading<T>,
) -> Option<T> {
    if table.has(key) {
        reader.plain(table, key, reading)
    } else {
        None
    }
}

fn number(value: &DeValue<'_>) -> Option<u16> {
    let number = value.as_integer()?;
    u16::from_str_radix(number.as_str(), number.radix()).ok()
}

fn year_number(value: &DeValue<'_>) -> Result<u16, &'static str> {
    number(value)
        .filter(|year| (2000..=2150).contains(year))
        .ok_or("một năm từ 2000 đến 2150")
}

fn days_beside(value: &DeValue<'_>) -> Result<u8, &'static str> {
    number(value)
        .and_then(|days| u8::try_from(days).ok())
        .filter(|days| *days <= 10)
        .ok_or("một số ngày từ 0 đến 10")
}

fn split(value: &DeValue<'_>) -> Option<(u8, u8)> {
    let (day, month) = value.as_str()?.split_once('/')?;
    Some((day.parse().ok()?, month.parse().ok()?))
}

fn day_of_year(value: &DeValue<'_>) -> Result<(u8, u8), &'static str> {
    split(value)
        .filter(|(day, month)| Date::new(2025, *month, *day).is_some())
        .ok_or("ngày/tháng mà năm nào cũng có (\"30/4\")")
}

fn day_of_lunar_year(value: &DeValue<'_>) -> Result<(u8, u8), &'static str> {
    split(value)
        .filter(|(day, month)| (1..=29).contains(day) && (1..=12).contains(month))
        .ok_or("ngày/tháng âm lịch, ngày từ 1 đến 29, tháng từ 1 đến 12 (\"10/3\")")
}

const SHORT: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

fn weekdays(value: &DeValue<'_>) -> Result<[bool; 7], &'static str> {
    let what = "danh sách thứ trong tuần ([\"mon\", \"tue\", …])";
    let mut chosen = [false; Weekday::ALL.len()];
    for name in value.as_array().ok_or(what)? {
        let name = name.get_ref().as_str().ok_or(what)?;
        let position = SHORT.iter().position(|short| *short == name);
        let slot = position.and_then(|position| chosen.get_mut(position));
        *slot.ok_or(what)? = true;
    }
    Ok(chosen)
}
