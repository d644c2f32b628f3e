//! A calendar day.

use std::fmt;
use std::str::FromStr;

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Weekday {
    /// Thứ Hai.
    Monday,
    /// Thứ Ba.
    Tuesday,
    /// Thứ Tư.
    Wednesday,
    /// Thứ Năm.
    Thursday,
    /// Thứ Sáu.
    Friday,
    /// Thứ Bảy.
    Saturday,
    /// Chủ nhật.
    Sunday,
}

impl Weekday {
    /// The days from Monday on.
    pub const ALL: [Self; 7] = [
        Self::Monday,
        Self::Tuesday,
        Self::Wednesday,
        Self::Thursday,
        Self::Friday,
        Self::Saturday,
        Self::Sunday,
    ];

    /// Whether it is a Saturday or a Sunday.
    #[must_use]
    pub fn is_weekend(self) -> bool {
        matches!(self, Self::Saturday | Self::Sunday)
    }
}

impl fmt::Display for Weekday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Monday => "thứ Hai",
            Self::Tuesday => "thứ Ba",
            Self::Wednesday => "thứ Tư",
            Self::Thursday => "thứ Năm",
            Self::Friday => "thứ Sáu",
            Self::Saturday => "thứ Bảy",
            Self::Sunday => "Chủ nhật",
        })
    }
}

/// What was given is not a day of the calendar.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” không phải là ngày (dạng 2026-12-31)")]
pub struct BadDate(pub String);

/// A day of the calendar. Days compare in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// The day, where the calendar has it (29 February only in leap years).
    #[must_use]
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        (1..=last_of(year, month)?)
            .contains(&day)
            .then_some(Self { year, month, day })
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> u16 {
        self.year
    }

    /// The month, 1 to 12.
    #[must_use]
    pub fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, from 1.
    #[must_use]
    pub fn day(self) -> u8 {
        self.day
    }

    /// Days since 1 January 1970, which is day 0.
    #[must_use]
    pub fn epoch_day(self) -> i64 {
        // Years begin on 1 March, so that the leap day is the last one.
        let (year, month) = (i64::from(self.year), i64::from(self.month));
        let (year, month) = if month > 2 {
            (year, month - 3)
        } else {
            (year - 1, month + 9)
        };
        let of_year = (153 * month + 2) / 5 + i64::from(self.day) - 1;
        year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + of_year
            - MARCH_0000
    }

    /// The day with this number of days since 1 January 1970, from the year 0 to 65535; beyond, the first or last day.
    #[must_use]
    pub fn from_epoch_day(day: i64) -> Self {
        let first = Self::FIRST.epoch_day();
        let last = Self::LAST.epoch_day();
        let days = day.clamp(first, last) + MARCH_0000;
        let era = days.div_euclid(DAYS_OF_400_YEARS);
        let of_era = days.rem_euclid(DAYS_OF_400_YEARS);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let (year, month) = if month < 10 {
            (year_of_era, month + 3)
        } else {
            (year_of_era + 1, month - 9)
        };
        let fits = "the day lies between the first and the last";
        Self {
            year: u16::try_from(year + era * 400).expect(fits),
            month: u8::try_from(month).expect(fits),
            day: u8::try_from(day).expect(fits),
        }
    }

    /// This many days later (earlier where negative), no further than the first and the last day there is.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        Self::from_epoch_day(self.epoch_day().saturating_add(days))
    }

    /// The same day some calendar months later, or the last day of that month where it has no such day: 31 August and
    /// six months is 28 or 29 February (Bộ luật Dân sự 2015, Điều 148.3).
    #[must_use]
    pub fn plus_months(self, months: u32) -> Self {
        let months = u64::from(self.year) * 12 + u64::from(self.month) - 1 + u64::from(months);
        let Ok(year) = u16::try_from(months / 12) else {
            return Self::LAST;
        };
        let month = u8::try_from(months % 12 + 1).unwrap_or(12);
        let day = self.day.min(last_of(year, month).unwrap_or(31));
        Self { year, month, day }
    }

    /// As people write it: `20/11/2025`.
    #[must_use]
    pub fn vietnamese(self) -> String {
        format!("{:02}/{:02}/{:04}", self.day, self.month, self.year)
    }

    /// The day of the week.
    #[must_use]
    pub fn weekday(self) -> Weekday {
        // 1 January 1970 was a Thursday, the fourth day from Monday.
        let position = (self.epoch_day() + 3).rem_euclid(7);
        Weekday::ALL
            .get(usize::try_from(position).unwrap_or(0))
            .copied()
            .unwrap_or(Weekday::Monday)
    }

    const FIRST: Self = Self {
        year: 0,
        month: 1,
        day: 1,
    };
    const LAST: Self = Self {
        year: u16::MAX,
        month: 12,
        day: 31,
    };
}

/// From 1 March of the year 0 to 1 January 1970, in days.
const MARCH_0000: i64 = 719_468;
const DAYS_OF_400_YEARS: i64 = 146_097;

/// The last day of a month.
fn last_of(year: u16, month: u8) -> Option<u8> {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => Some(31),
        4 | 6 | 9 | 11 => Some(30),
        2 if leap => Some(29),
        2 => Some(28),
        _ => None,
    }
}

/// Reads `2026-02-12`.
impl FromStr for Date {
    type Err = BadDate;

    fn from_str(text: &str) -> Result<Self, BadDate> {
        let read = || {
            let (year, rest) = text.split_once('-')?;
            let (month, day) = rest.split_once('-')?;
            let parts = [(year, 4), (month, 2), (day, 2)];
            let digits = |(part, length): (&str, usize)| {
                part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit())
            };
            if !parts.into_iter().all(digits) {
                return None;
            }
            Self::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
        };
        read().ok_or_else(|| BadDate(text.to_owned()))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_that_the_calendar_has() {
        assert_eq!(
            Date::new(2028, 2, 29).map(|date| date.to_string()),
            Some("2028-02-29".to_owned())
        );
        assert_eq!(Date::new(2026, 2, 29), None);
        assert_eq!(Date::new(2100, 2, 29), None);
        assert_eq!(Date::new(2026, 13, 1), None);
        assert_eq!(Date::new(2026, 4, 31), None);
        assert_eq!(Date::new(2026, 4, 0), None);
        assert!(Date::new(2025, 11, 20) < Date::new(2026, 1, 1));
    }

    fn day(text: &str) -> Date {
        text.parse().expect(text)
    }

    #[test]
    fn days_are_counted_without_a_gap_and_back() {
        let mut before = Date::FIRST;
        assert_eq!(day("1970-01-01").epoch_day(), 0);
        for number in before.epoch_day() + 1..day("2420-01-01").epoch_day() {
            let date = Date::from_epoch_day(number);
            assert!(before < date);
            assert_eq!(date.epoch_day(), number);
            assert_eq!(Date::new(date.year, date.month, date.day), Some(date));
            before = date;
        }
        assert_eq!(before, day("2419-12-31"));
        assert_eq!(Date::LAST.plus_days(1), Date::LAST);
        assert_eq!(Date::FIRST.plus_days(i64::MIN), Date::FIRST);
        assert_eq!(Date::LAST.plus_months(u32::MAX), Date::LAST);
    }

    /// FACTS 9: months are calendar months, and end with the month where it has no such day.
    #[test]
    fn months_end_where_the_month_ends() {
        for (from, months, to) in [
            ("2026-08-31", 6, "2027-02-28"),
            ("2027-08-31", 6, "2028-02-29"),
            ("2026-01-31", 1, "2026-02-28"),
            ("2026-11-30", 3, "2027-02-28"),
            ("2026-02-28", 6, "2026-08-28"),
            ("2026-12-15", 1, "2027-01-15"),
            ("2028-02-29", 12, "2029-02-28"),
        ] {
            assert_eq!(day(from).plus_months(months), day(to));
        }
    }

    #[test]
    fn days_of_the_week() {
        for (date, weekday) in [
            ("2026-01-01", Weekday::Thursday),
            ("2026-08-22", Weekday::Saturday),
            ("2027-05-01", Weekday::Saturday),
            ("2026-04-26", Weekday::Sunday),
            ("1969-12-29", Weekday::Monday),
        ] {
            assert_eq!(day(date).weekday(), weekday, "{date}");
        }
    }

    #[test]
    fn days_are_read_as_they_are_written() {
        assert_eq!(day("2026-02-12").to_string(), "2026-02-12");
        for bad in [
            "",
            "2026-2-12",
            "2026-02-30",
            "12/2/2026",
            "2026-02-12 ",
            "+026-02-01",
            "2026-02",
        ] {
            assert!(bad.parse::<Date>().is_err(), "{bad}");
        }
    }
}
