//! Periods: months, quarters, halves and years.

use std::fmt;

use crate::Date;

/// A period of whole months, counted from January.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Period {
    first: Date,
    months: u8,
}

impl Period {
    /// The period of so many months that a day lies in; none where a year is not made of such periods.
    #[must_use]
    pub fn of(day: Date, months: u8) -> Option<Self> {
        if months == 0 || 12 % months != 0 {
            return None;
        }
        let first = (day.month() - 1) / months * months + 1;
        Date::new(day.year(), first, 1).map(|first| Self { first, months })
    }

    /// Its first day.
    #[must_use]
    pub fn first(self) -> Date {
        self.first
    }

    /// Its last day.
    #[must_use]
    pub fn last(self) -> Date {
        self.first.plus_months(self.months.into()).plus_days(-1)
    }

    /// The one after it; none at the end of the calendar.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        let first = self.first.plus_months(self.months.into());
        (first > self.first && first.day() == 1).then_some(Self { first, ..self })
    }

    /// A day of the month that is counted from the period's first, which is 1; that month's last where it is shorter.
    pub(super) fn day(self, month: u8, day: u8) -> Option<Date> {
        let first = self.first.plus_months(u32::from(month).checked_sub(1)?);
        (1..=day)
            .rev()
            .find_map(|day| Date::new(first.year(), first.month(), day))
    }
}

/// "tháng 3/2026", "quý I/2026", "năm 2026".
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month) = (self.first.year(), self.first.month());
        let number = (month - 1) / self.months.max(1);
        let roman = |number: u8| match number {
            0 => "I",
            1 => "II",
            2 => "III",
            _ => "IV",
        };
        match self.months {
            1 => write!(f, "tháng {month}/{year}"),
            3 => write!(f, "quý {}/{year}", roman(number)),
            6 => write!(
                f,
                "6 tháng {} năm {year}",
                if number == 0 { "đầu" } else { "cuối" }
            ),
            12 => write!(f, "năm {year}"),
            _ => write!(f, "tháng {month}–{}/{year}", month + self.months - 1),
        }
    }
}
