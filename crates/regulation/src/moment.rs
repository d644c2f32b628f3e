//! A point in time, as the rules see it: in Vietnam, UTC+7, where no clock is ever put forward.

use std::fmt;
use std::str::FromStr;

use crate::Date;

/// Vietnam's time zone, in milliseconds before UTC.
const ZONE: i64 = 7 * 3_600_000;
const DAY: i64 = 86_400_000;
const MINUTE: i64 = 60_000;

/// A point in time: milliseconds since 1970 UTC, as the store keeps them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(pub i64);

/// What was given is not a point in time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{0}” không phải là ngày (dạng 2026-12-31) hoặc giờ Việt Nam trong ngày (dạng 2026-12-31T08:30)"
)]
pub struct BadMoment(pub String);

impl Moment {
    /// The day it lies on in Vietnam.
    #[must_use]
    pub fn date(self) -> Date {
        Date::from_epoch_day(self.0.saturating_add(ZONE).div_euclid(DAY))
    }

    /// Minutes since the day began in Vietnam, 0 to 1439.
    #[must_use]
    pub fn minute_of_day(self) -> u16 {
        let minute = self.0.saturating_add(ZONE).rem_euclid(DAY) / MINUTE;
        u16::try_from(minute).unwrap_or(0)
    }

    /// So many hours later.
    #[must_use]
    pub fn plus_hours(self, hours: u16) -> Self {
        Self(self.0.saturating_add(i64::from(hours) * 60 * MINUTE))
    }
}

impl Date {
    /// When the day begins in Vietnam.
    #[must_use]
    pub fn start(self) -> Moment {
        Moment(self.epoch_day() * DAY - ZONE)
    }
}

/// Reads `2026-02-12`, which is the beginning of the day, or `2026-02-12T08:30`.
impl FromStr for Moment {
    type Err = BadMoment;

    fn from_str(text: &str) -> Result<Self, BadMoment> {
        let read = || {
            let Some((day, time)) = text.split_once('T') else {
                return Some(text.parse::<Date>().ok()?.start());
            };
            let (hour, minute) = time.split_once(':')?;
            let number = |part: &str, below: i64| {
                let digits = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
                let number = digits.then(|| part.parse::<i64>().ok()).flatten();
                number.filter(|number| *number < below)
            };
            let minutes = number(hour, 24)? * 60 + number(minute, 60)?;
            Some(Self(day.parse::<Date>().ok()?.start().0 + minutes * MINUTE))
        };
        read().ok_or_else(|| BadMoment(text.to_owned()))
    }
}

/// As it is read; the time is left out where the day begins.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minute = self.minute_of_day();
        write!(f, "{}", self.date())?;
        if minute > 0 {
            write!(f, "T{:02}:{:02}", minute / 60, minute % 60)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_vietnams() {
        let moment: Moment = "2026-02-12T08:30".parse().expect("a time");
        // 01:30 UTC.
        assert_eq!(moment.0, 1_770_859_800_000);
        assert_eq!(moment.minute_of_day(), 510);
        assert_eq!(moment.to_string(), "2026-02-12T08:30");
        let evening = moment.plus_hours(16);
        assert_eq!(evening.to_string(), "2026-02-13T00:30");
        assert_eq!(evening.date().start().to_string(), "2026-02-13");
        assert_eq!(Moment(-1).date().to_string(), "1970-01-01");
    }

    #[test]
    fn what_is_no_time() {
        for bad in [
            "",
            "2026-02-12T",
            "2026-02-12T8:30",
            "2026-02-12T24:00",
            "2026-02-12T08:60",
            "2026-02-12T08:30:00",
            "2026-02-12 08:30",
            "2026-02-30T08:30",
        ] {
            assert!(bad.parse::<Moment>().is_err(), "{bad}");
        }
    }
}
