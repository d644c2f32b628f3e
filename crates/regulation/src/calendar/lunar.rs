//! The Vietnamese lunar calendar, computed at UTC+7.
//!
//! A month begins on the day of the new moon. The eleventh month holds the winter solstice. Where thirteen months lie
//! from one eleventh month to the next, the first of them in which the sun enters no new twelfth of its way is the leap
//! month and repeats the number before it. (The Chinese calendar has the same rules at UTC+8, and so another Tết in
//! years such as 1985, 2007 and 2030.)

use super::astro::{moon_near, new_moon_day, sun_twelfth};
use crate::Date;

/// The day of the sun's calendar on which a day of the lunar year falls; of two months with one number, in the first.
/// `year` is the year in which that lunar year begins; `month` 1 to 12 and `day` from 1.
pub(super) fn date(year: u16, month: u8, day: u8) -> Date {
    let (cycle, position) = match i32::from(month) {
        month @ 11.. => (i64::from(year) + 1, month - 11),
        month => (i64::from(year), month + 1),
    };
    let first = eleventh_month(cycle - 1);
    let leap = leap_month(first, eleventh_month(cycle));
    let position = position + i32::from(leap.is_some_and(|leap| leap <= position));
    let start = new_moon_day(first + position);
    Date::from_epoch_day(start + i64::from(day) - 1)
}

/// The number of the new moon that begins the eleventh month, which holds the winter solstice of this year.
fn eleventh_month(year: i64) -> i32 {
    let year = u16::try_from(year.max(0)).unwrap_or(u16::MAX);
    let from = Date::new(year, 12, 17).map_or(0, Date::epoch_day);
    let solstice = (from..from + 10)
        .find(|day| sun_twelfth(day + 1) == 9)
        .unwrap_or(from + 4);
    let near = moon_near(solstice) + 1;
    (near - 2..=near)
        .rev()
        .find(|&moon| new_moon_day(moon) <= solstice)
        .unwrap_or(near - 2)
}

/// How many months after the eleventh month the leap month comes, where the year has one.
fn leap_month(first: i32, next: i32) -> Option<i32> {
    if next - first < 13 {
        return None;
    }
    let twelfth = |moon: i32| sun_twelfth(new_moon_day(moon));
    (1..13).find(|position| twelfth(first + position) == twelfth(first + position + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FACTS, "Working days": the years that another calendar gets wrong, and those of the table.
    #[test]
    fn tet() {
        for day in [
            "1985-01-21",
            "1991-02-15",
            "2007-02-17",
            "2025-01-29",
            "2026-02-17",
            "2027-02-06",
            "2028-01-26",
            "2029-02-13",
            "2030-02-02",
            // Remembered by many.
            "1968-01-29",
            "1975-02-11",
            "1984-02-02",
            "1986-02-09",
            "2000-02-05",
            "2004-01-22",
            "2012-01-23",
            "2015-02-19",
            "2020-01-25",
            "2021-02-12",
            "2022-02-01",
            "2023-01-22",
            "2024-02-10",
        ] {
            let tet: Date = day.parse().expect(day);
            assert_eq!(date(tet.year(), 1, 1), tet);
        }
    }

    #[test]
    fn gio_to() {
        for day in [
            "2020-04-02",
            "2021-04-21",
            "2022-04-10",
            "2023-04-29",
            "2024-04-18",
            "2025-04-07",
            "2026-04-26",
            "2027-04-16",
        ] {
            let found: Date = day.parse().expect(day);
            assert_eq!(date(found.year(), 3, 10), found);
        }
    }

    /// The mid-autumn festival comes after the leap months of 2020 (4th), 2023 (2nd) and 2025 (6th).
    #[test]
    fn months_after_a_leap_month() {
        for day in [
            "2020-10-01",
            "2021-09-21",
            "2023-09-29",
            "2024-09-17",
            "2025-10-06",
            "2026-09-25",
        ] {
            let found: Date = day.parse().expect(day);
            assert_eq!(date(found.year(), 8, 15), found);
        }
        assert_eq!(date(2025, 12, 23).to_string(), "2026-02-10");
    }

    #[test]
    fn a_year_has_twelve_or_thirteen_months_of_29_or_30_days() {
        for year in 1900..2200 {
            let days = date(year + 1, 1, 1).epoch_day() - date(year, 1, 1).epoch_day();
            assert!(
                (353..=355).contains(&days) || (383..=385).contains(&days),
                "{year}: {days}"
            );
            assert!((1..=2).contains(&date(year, 1, 1).month()), "{year}");
        }
    }
}
