//! The public holidays of a year, and the days off that they bring.

use std::sync::Arc;

use super::{Day, Special, Year, lunar};
use crate::{Date, Weekday};

/// A public holiday as the law sets it.
#[derive(Debug, Clone)]
pub(super) struct Holiday {
    pub(super) name: Arc<str>,
    /// The law that sets it.
    pub(super) law: Arc<str>,
    pub(super) on: On,
    /// Days before and after it that are off with it.
    pub(super) span: Span,
    /// The first year that has it.
    pub(super) since: u16,
}

/// The day of a holiday: day and month.
#[derive(Debug, Clone, Copy)]
pub(super) enum On {
    /// Of the sun's calendar.
    Solar(u8, u8),
    /// Of the lunar calendar.
    Lunar(u8, u8),
}

/// The days beside a holiday that are off with it, where no decision says otherwise.
#[derive(Debug, Clone, Copy)]
pub(super) enum Span {
    /// So many before and after it.
    Fixed(u8, u8),
    /// One day: before it on these days of the week (from Monday), else after it.
    Beside([bool; 7]),
}

impl Holiday {
    fn day(&self, year: u16) -> Option<Date> {
        match self.on {
            On::Solar(day, month) => Date::new(year, month, day),
            On::Lunar(day, month) => Some(lunar::date(year, month, day)),
        }
    }

    fn span(&self, day: Date, year: Option<&Year>) -> (u8, u8) {
        let decided = year.and_then(|year| {
            let mut spans = year.spans.iter();
            spans.find(|(name, _, _)| *name == self.name)
        });
        if let Some((_, before, after)) = decided {
            return (*before, *after);
        }
        match self.span {
            Span::Fixed(before, after) => (before, after),
            Span::Beside(before) => {
                let weekdays = Weekday::ALL.iter().zip(before);
                let mut own = weekdays.filter(|(weekday, _)| **weekday == day.weekday());
                if own.any(|(_, before)| before) {
                    (1, 0)
                } else {
                    (0, 1)
                }
            }
        }
    }
}

/// The days of a year that are not what their weekday says.
pub(super) fn special(year: u16, holidays: &[Holiday], decided: Option<&Year>) -> Special {
    let mut special = Special::new();
    let mut days: Vec<(Date, &Arc<str>)> = Vec::new();
    for holiday in holidays.iter().filter(|holiday| holiday.since <= year) {
        let Some(day) = holiday.day(year) else {
            continue;
        };
        let (before, after) = holiday.span(day, decided);
        for offset in -i64::from(before)..=i64::from(after) {
            days.push((day.plus_days(offset), &holiday.name));
        }
    }
    days.sort();
    for (date, name) in &days {
        special
            .entry(*date)
            .or_insert_with(|| Day::Holiday(Arc::clone(name)));
    }
    // Điều 111.3: a holiday on a day of the weekend gives the next working day off.
    let weekend: Vec<(Date, Arc<str>)> = special
        .iter()
        .filter_map(|(date, day)| match day {
            Day::Holiday(name) if date.weekday().is_weekend() => Some((*date, Arc::clone(name))),
            _ => None,
        })
        .collect();
    for (date, name) in weekend {
        let mut next = date.plus_days(1);
        while next.weekday().is_weekend() || special.contains_key(&next) {
            next = next.plus_days(1);
        }
        special.insert(next, Day::InLieu(name));
    }
    for swap in decided.iter().flat_map(|year| &year.swaps) {
        if let Some(off) = swap.off {
            special.insert(off, Day::Off(Arc::clone(&swap.decision)));
        }
        if let Some(worked) = swap.worked {
            special.insert(worked, Day::Worked(Arc::clone(&swap.decision)));
        }
    }
    special
}
