//! Dates of the protocol (RFC 9051 §9, `date`, `date-time`).

use time::{Month, OffsetDateTime, Time, UtcOffset};

/// A day, without time or zone.
pub type Date = time::Date;
/// A moment with the zone it was written in.
pub type DateTime = OffsetDateTime;

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// The three letters of a month.
#[must_use]
pub fn month_name(month: Month) -> &'static str {
    MONTHS[usize::from(u8::from(month) - 1)]
}

/// Reads `1-Feb-1994` (`date-text`, without quotes).
#[must_use]
pub fn parse_date(text: &[u8]) -> Option<Date> {
    let mut parts = text.splitn(3, |&b| b == b'-');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    if !matches!(day.len(), 1 | 2) || year.len() != 4 {
        return None;
    }
    let day = u8::try_from(number(day)?).ok()?;
    Date::from_calendar_date(i32::try_from(number(year)?).ok()?, parse_month(month)?, day).ok()
}

/// Reads `17-Jul-1996 02:44:25 -0700` (`date-time`, without quotes); the day
/// has two places, the first of which may be a space.
#[must_use]
pub fn parse_date_time(text: &[u8]) -> Option<DateTime> {
    // The grammar demands that space, but iOS Mail, Outlook for Android and imapflow were seen to
    // leave it out: nothing they had sent on the first nine days of a month came into “Sent”.
    let text = text.strip_prefix(b" ").unwrap_or(text);
    let (date, rest) = text.split_at(text.iter().position(|&b| b == b' ')?);
    let date = parse_date(date)?;
    let [
        b' ',
        h1,
        h2,
        b':',
        m1,
        m2,
        b':',
        s1,
        s2,
        b' ',
        sign,
        z1,
        z2,
        z3,
        z4,
    ] = rest
    else {
        return None;
    };
    let two = |a: &u8, b: &u8| number(&[*a, *b]).and_then(|n| u8::try_from(n).ok());
    // A leap second has no place in our clock; it becomes the second before.
    let second = match two(s1, s2)? {
        60 => 59,
        second => second,
    };
    let time = Time::from_hms(two(h1, h2)?, two(m1, m2)?, second).ok()?;
    let (hours, minutes) = (two(z1, z2)?, two(z3, z4)?);
    if minutes > 59 {
        return None;
    }
    let minutes = i32::from(hours) * 60 + i32::from(minutes);
    let seconds = match sign {
        b'+' => minutes * 60,
        b'-' => -minutes * 60,
        _ => return None,
    };
    let offset = UtcOffset::from_whole_seconds(seconds).ok()?;
    // Moments that leave the calendar when turned to UTC are refused here,
    // because turning them later would panic.
    let moment = date.with_time(time).assume_offset(offset);
    moment.checked_to_offset(UtcOffset::UTC).map(|_| moment)
}

fn parse_month(text: &[u8]) -> Option<Month> {
    let at = MONTHS
        .iter()
        .position(|m| m.as_bytes().eq_ignore_ascii_case(text))?;
    Month::try_from(u8::try_from(at + 1).ok()?).ok()
}

fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0u32, |n, &d| {
        d.is_ascii_digit().then(|| n * 10 + u32::from(d - b'0'))
    })
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};

    use super::*;

    #[test]
    fn dates() {
        assert_eq!(parse_date(b"1-Feb-1994"), Some(date!(1994 - 02 - 01)));
        assert_eq!(parse_date(b"29-FEB-2024"), Some(date!(2024 - 02 - 29)));
        for bad in [
            "",
            "1-Feb-94",
            "29-Feb-2023",
            "0-Feb-2023",
            "1-Foo-2023",
            "001-Jan-2023",
            "1-Jan-+202",
            "1 Jan 2023",
        ] {
            assert_eq!(parse_date(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn moments() {
        assert_eq!(
            parse_date_time(b"17-Jul-1996 02:44:25 -0700"),
            Some(datetime!(1996-07-17 02:44:25 -7))
        );
        assert_eq!(
            parse_date_time(b" 7-Feb-1994 21:52:25 +0730"),
            Some(datetime!(1994-02-07 21:52:25 +7:30))
        );
        assert_eq!(
            parse_date_time(b"7-Feb-1994 21:52:25 -0800"),
            Some(datetime!(1994-02-07 21:52:25 -8))
        );
        assert!(parse_date_time(b"31-Dec-2016 23:59:60 +0000").is_some());
        for bad in [
            "",
            "7-Feb-1994",
            "  7-Feb-1994 21:52:25 -0800",
            "007-Feb-1994 21:52:25 -0800",
            "07-Feb-1994 24:52:25 -0800",
            "07-Feb-1994 21:60:25 -0800",
            "07-Feb-1994 21:52:61 -0800",
            "07-Feb-1994 21:52:25 0800 ",
            "07-Feb-1994 21:52:25 +9900",
            "07-Feb-1994 21:52:25 +0060",
            "07-Feb-1994T21:52:25 +0000",
            "  -Feb-1994 21:52:25 +0000",
            "07-Feb-1994 21:52:25 -0800 ",
        ] {
            assert_eq!(parse_date_time(bad.as_bytes()), None, "{bad}");
        }
        // The calendar's edge does not panic.
        assert!(parse_date_time(b"31-Dec-9999 23:59:59 -2300").is_none());
    }
}
