//! The civil servants' calendar: which days are worked, and when terms end.
//!
//! Public holidays follow the Labour Code (Bộ luật Lao động 2019, Điều 111.3 and 112), lunar days are computed at UTC+7,
//! and what the government decides for a single year is data: `regulations/calendar/viet-nam.toml`.

mod answer;
mod astro;
mod holiday;
mod lunar;
mod read;
mod term;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, OnceLock};

pub use answer::Answer;
pub use term::{BadTerm, DayOff, Term};

use crate::{Date, Fault};
use holiday::Holiday;

/// Years whose days off are kept once computed; others are computed each time they are asked for.
const KEPT: std::ops::RangeInclusive<u16> = 2000..=2150;

static VIET_NAM: LazyLock<Calendar> = LazyLock::new(|| {
    Calendar::parse(include_str!(
        "../../../../regulations/calendar/viet-nam.toml"
    ))
    .expect("the compiled-in calendar parses: the tests read it")
});

/// What a day is, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Day {
    /// An ordinary working day.
    Working,
    /// Saturday or Sunday.
    Weekend,
    /// A public holiday: its name.
    Holiday(Arc<str>),
    /// Off because this holiday falls on a day of the weekend (Điều 111.3).
    InLieu(Arc<str>),
    /// Off by this decision.
    Off(Arc<str>),
    /// A day off that is worked, by this decision.
    Worked(Arc<str>),
}

impl Day {
    /// Whether offices work.
    #[must_use]
    pub fn is_working(&self) -> bool {
        matches!(self, Self::Working | Self::Worked(_))
    }
}

/// A decision about one year's days off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision<'c> {
    /// The year.
    pub year: u16,
    /// The decision: number, day, body.
    pub text: &'c str,
    /// Whether somebody has held the number against the decision itself.
    pub verified: bool,
}

/// What was decided for one year.
#[derive(Debug, Clone)]
struct Year {
    decided: bool,
    decision: Arc<str>,
    verified: bool,
    /// Days before and after a holiday that are off with it, where they differ from the rule; by the holiday's name.
    spans: Vec<(Arc<str>, u8, u8)>,
    swaps: Vec<Swap>,
}

/// A working day that is off, a day off that is worked instead, and the decision.
#[derive(Debug, Clone)]
struct Swap {
    off: Option<Date>,
    worked: Option<Date>,
    decision: Arc<str>,
}

/// The days of a year that are not what their weekday says.
type Special = BTreeMap<Date, Day>;

/// A calendar of working days. Made by [`Calendar::parse`], or compiled in: [`Calendar::viet_nam`].
#[derive(Debug, Clone)]
pub struct Calendar {
    holidays: Vec<Holiday>,
    years: BTreeMap<u16, Year>,
    kept: Vec<OnceLock<Special>>,
}

impl Calendar {
    /// The calendar that is compiled into the program.
    #[must_use]
    pub fn viet_nam() -> &'static Self {
        &VIET_NAM
    }

    /// Reads a calendar of the same form as `regulations/calendar/viet-nam.toml`.
    ///
    /// # Errors
    /// All faults of the file, by line.
    pub fn parse(text: &str) -> Result<Self, Vec<Fault>> {
        read::calendar(text)
    }

    fn new(holidays: Vec<Holiday>, years: BTreeMap<u16, Year>) -> Self {
        Self {
            holidays,
            years,
            kept: KEPT.map(|_| OnceLock::new()).collect(),
        }
    }

    /// The years that are decided, in order.
    pub fn decisions(&self) -> impl Iterator<Item = Decision<'_>> {
        let decided = self.years.iter().filter(|(_, year)| year.decided);
        decided.map(|(number, year)| Decision {
            year: *number,
            text: &year.decision,
            verified: year.verified,
        })
    }

    /// The law that sets the holiday of this name.
    #[must_use]
    pub fn law(&self, holiday: &str) -> Option<&str> {
        let mut holidays = self.holidays.iter();
        holidays
            .find(|known| *known.name == *holiday)
            .map(|known| &*known.law)
    }

    /// What this day is, and why.
    #[must_use]
    pub fn day(&self, date: Date) -> Answer<Day> {
        let special = self.special(date.year());
        Answer {
            value: what(&special, date),
            undecided: self.undecided(date.year()),
        }
    }

    /// The days of a year that are not what their weekday says: holidays, days in lieu, swapped days.
    #[must_use]
    pub fn special_days(&self, year: u16) -> Answer<Vec<(Date, Day)>> {
        Answer {
            value: self.special(year).into_owned().into_iter().collect(),
            undecided: self.undecided(year),
        }
    }

    /// Whether offices work on this day.
    #[must_use]
    pub fn is_working_day(&self, date: Date) -> Answer<bool> {
        self.day(date).map(|day| day.is_working())
    }

    /// The working day that comes `number` working days after `from`, which is not counted; `from` itself for 0.
    #[must_use]
    pub fn add_working_days(&self, from: Date, number: u16) -> Answer<Date> {
        let mut walk = Walk::new(self, from);
        for _ in 0..number {
            walk.advance();
        }
        walk.answer()
    }

    /// This day where it is worked, else the next working day.
    #[must_use]
    pub fn working_day_from(&self, date: Date) -> Answer<Date> {
        let mut walk = Walk::new(self, date);
        if !walk.is_working() {
            walk.advance();
        }
        walk.answer()
    }

    /// The last day of a term that begins with an event. The day of the event is not counted (Bộ luật Dân sự 2015,
    /// Điều 147.2); a term in months ends on the same day of its last month, or that month's last day (Điều 148.3);
    /// one that ends on a day off ends as `day_off` says (Điều 148.5).
    #[must_use]
    pub fn deadline(&self, event: Date, term: Term, day_off: DayOff) -> Answer<Date> {
        let end = match term {
            Term::WorkingDays(number) => return self.add_working_days(event, number),
            Term::Days(number) => event.plus_days(number.into()),
            Term::Months(number) => event.plus_months(number.into()),
            Term::Years(number) => event.plus_months(u32::from(number) * 12),
        };
        match day_off {
            DayOff::Stays => Answer {
                value: end,
                undecided: None,
            },
            DayOff::NextWorkingDay => self.working_day_from(end),
        }
    }

    /// The first day on which something may be done that may be done only *after* a term: the day after its last one
    /// (HCM.8.3.b: locked on day D, "sau 05 ngày" is from day D+6 on).
    #[must_use]
    pub fn first_day_after(&self, event: Date, term: Term, day_off: DayOff) -> Answer<Date> {
        self.deadline(event, term, day_off)
            .map(|end| end.plus_days(1))
    }

    fn undecided(&self, year: u16) -> Option<u16> {
        let decided = self.years.get(&year).is_some_and(|year| year.decided);
        (!decided).then_some(year)
    }

    fn special(&self, year: u16) -> Cow<'_, Special> {
        let kept = year
            .checked_sub(*KEPT.start())
            .and_then(|position| self.kept.get(usize::from(position)));
        match kept {
            Some(kept) => Cow::Borrowed(
                kept.get_or_init(|| holiday::special(year, &self.holidays, self.years.get(&year))),
            ),
            None => Cow::Owned(holiday::special(
                year,
                &self.holidays,
                self.years.get(&year),
            )),
        }
    }
}

fn what(special: &Special, date: Date) -> Day {
    match special.get(&date) {
        Some(day) => day.clone(),
        None if date.weekday().is_weekend() => Day::Weekend,
        None => Day::Working,
    }
}

/// A walk from day to day that remembers the years it saw.
struct Walk<'c> {
    calendar: &'c Calendar,
    at: Date,
    special: Cow<'c, Special>,
    undecided: Option<u16>,
}

impl<'c> Walk<'c> {
    fn new(calendar: &'c Calendar, at: Date) -> Self {
        Self {
            calendar,
            at,
            special: calendar.special(at.year()),
            undecided: None,
        }
    }

    /// Looks at the day it stands on.
    fn is_working(&mut self) -> bool {
        self.undecided = self
            .undecided
            .or_else(|| self.calendar.undecided(self.at.year()));
        what(&self.special, self.at).is_working()
    }

    fn advance(&mut self) {
        loop {
            let next = self.at.plus_days(1);
            // The calendar ends here.
            if next == self.at {
                return;
            }
            if next.year() != self.at.year() {
                self.special = self.calendar.special(next.year());
            }
            self.at = next;
            if self.is_working() {
                return;
            }
        }
    }

    fn answer(self) -> Answer<Date> {
        Answer {
            value: self.at,
            undecided: self.undecided,
        }
    }
}
