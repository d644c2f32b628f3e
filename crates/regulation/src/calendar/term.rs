//! Terms: how long, and what is done with an end on a day off.

use std::fmt;
use std::str::FromStr;

/// How long a clause gives. The day of the event is never counted (Bộ luật Dân sự 2015, Điều 147.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Term {
    /// Ngày làm việc.
    WorkingDays(u16),
    /// Ngày: days of the calendar.
    Days(u16),
    /// Tháng: calendar months.
    Months(u16),
    /// Năm.
    Years(u16),
}

/// What becomes of a term that ends on a day off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum DayOff {
    /// It ends there: a lock that the system carries out by itself needs no office to be open.
    #[default]
    Stays,
    /// It ends on the next working day (Bộ luật Dân sự 2015, Điều 148.5).
    NextWorkingDay,
}

/// What was given is not a term.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{0}” không phải là thời hạn (dạng \"3 working days\", \"30 days\", \"6 months\", \"1 year\")"
)]
pub struct BadTerm(pub String);

/// The longest term that is read, in its own unit.
const LONGEST: u16 = 3660;

/// Reads `3 working days`, `30 days`, `6 months`, `1 year`: 1 to 3660 of them.
impl FromStr for Term {
    type Err = BadTerm;

    fn from_str(text: &str) -> Result<Self, BadTerm> {
        let bad = || BadTerm(text.to_owned());
        let (number, unit) = text.trim().split_once(' ').ok_or_else(bad)?;
        let number = Some(number)
            .filter(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|number| number.parse().ok())
            .filter(|number| (1..=LONGEST).contains(number))
            .ok_or_else(bad)?;
        match unit.trim_start() {
            "working day" | "working days" => Ok(Self::WorkingDays(number)),
            "day" | "days" => Ok(Self::Days(number)),
            "month" | "months" => Ok(Self::Months(number)),
            "year" | "years" => Ok(Self::Years(number)),
            _ => Err(bad()),
        }
    }
}

/// As the texts write it: `03 ngày làm việc`.
impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WorkingDays(number) => write!(f, "{number:02} ngày làm việc"),
            Self::Days(number) => write!(f, "{number:02} ngày"),
            Self::Months(number) => write!(f, "{number:02} tháng"),
            Self::Years(number) => write!(f, "{number:02} năm"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_read_and_shown() {
        for (text, term, shown) in [
            ("3 working days", Term::WorkingDays(3), "03 ngày làm việc"),
            ("1 working day", Term::WorkingDays(1), "01 ngày làm việc"),
            ("30 days", Term::Days(30), "30 ngày"),
            ("6 months", Term::Months(6), "06 tháng"),
            ("1 year", Term::Years(1), "01 năm"),
        ] {
            assert_eq!(text.parse(), Ok(term));
            assert_eq!(term.to_string(), shown);
        }
        for bad in [
            "",
            "3",
            "days",
            "0 days",
            "-1 days",
            "+1 days",
            "4000 days",
            "3 weeks",
            "3days",
            "99999999999 days",
        ] {
            assert!(bad.parse::<Term>().is_err(), "{bad}");
        }
    }
}
