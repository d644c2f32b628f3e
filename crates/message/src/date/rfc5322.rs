//! The `Date` field (RFC 5322 §3.3, obsolete forms of §4.3), read leniently.

use super::civil::Civil;
use super::{MONTHS, month, zone, zone_text};

const WEEKDAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/// Longest text looked at; a date with its comments is far shorter.
const LONGEST: usize = 512;

/// An RFC 5322 date, leniently, in unix seconds.
pub fn parse_rfc5322(text: &str) -> Option<i64> {
    parse_rfc5322_zoned(text).map(|(unix, _)| unix)
}

/// An RFC 5322 date, leniently: unix seconds and the writer's offset in minutes.
///
/// Words are known by their shape, so their order matters little, as long as the day comes before the year. A
/// missing or unknown zone is UTC (RFC 5322 §4.3).
pub fn parse_rfc5322_zoned(text: &str) -> Option<(i64, i16)> {
    let text = without_comments(text);
    let mut found = Found::default();
    for word in text.split(|c: char| c.is_whitespace() || c == ',') {
        found.take(word);
    }
    let (hour, minute, second) = found.time?;
    let civil = Civil {
        year: found.year?,
        month: found.month?,
        day: found.day?,
        hour,
        minute,
        second,
    };
    let offset = found.offset.unwrap_or(0);
    Some((civil.unix()? - i64::from(offset) * 60, offset))
}

/// `Mon, 7 Feb 1994 21:52:25 -0800`.
pub fn rfc5322(unix: i64, offset_minutes: i16) -> String {
    let (civil, weekday) = Civil::from_unix(unix.saturating_add(i64::from(offset_minutes) * 60));
    let Civil {
        year,
        month,
        day,
        hour,
        minute,
        second,
    } = civil;
    let weekday = WEEKDAYS[weekday];
    let month = MONTHS[usize::from(month) - 1];
    format!(
        "{weekday}, {day} {month} {year:04} {hour:02}:{minute:02}:{second:02} {}",
        zone_text(offset_minutes)
    )
}

#[derive(Default)]
struct Found {
    day: Option<u8>,
    month: Option<u8>,
    year: Option<i64>,
    time: Option<(u8, u8, u8)>,
    offset: Option<i16>,
}

impl Found {
    fn take(&mut self, word: &str) {
        let Some(first) = word.bytes().next() else {
            return;
        };
        if matches!(first, b'+' | b'-') {
            self.offset = self.offset.or_else(|| zone(word));
        } else if first.is_ascii_digit() && word.contains(':') {
            self.time = self.time.or_else(|| time(word));
        } else if first.is_ascii_digit() && word.contains('-') {
            // `7-Feb-1994`, as some programs write.
            word.split('-')
                .filter(|piece| !piece.contains('-'))
                .for_each(|piece| self.take(piece));
        } else if first.is_ascii_digit() {
            self.number(word);
        } else if self.month.is_none() && month(word).is_some() {
            self.month = month(word);
        } else if self.time.is_some() {
            self.offset = self.offset.or_else(|| named_zone(word));
        }
    }

    fn number(&mut self, word: &str) {
        let Ok(number) = word.parse::<u16>() else {
            return;
        };
        if self.day.is_none() && word.len() <= 2 {
            self.day = u8::try_from(number).ok();
        } else if self.year.is_none() {
            // RFC 5322 §4.3: two digits are 1950 to 2049, three count from 1900.
            let number = i64::from(number);
            self.year = Some(match word.len() {
                1 | 2 if number < 50 => 2000 + number,
                1..=3 => 1900 + number,
                _ => number,
            });
        }
    }
}

/// `hh:mm` or `hh:mm:ss`; fractions are cut off.
fn time(word: &str) -> Option<(u8, u8, u8)> {
    let mut pieces = word.splitn(3, ':');
    let hour = pieces.next()?.parse().ok()?;
    let minute = pieces.next()?.parse().ok()?;
    let second = match pieces.next() {
        Some(piece) => piece.split(['.', '+', '-']).next()?.parse().ok()?,
        None => 0,
    };
    Some((hour, minute, second))
}

/// Zones by name (RFC 5322 §4.3), also `GMT+7` and `UTC+0700`.
fn named_zone(word: &str) -> Option<i16> {
    let upper = word.to_ascii_uppercase();
    let hours = match upper.as_str() {
        "EDT" => -4,
        "EST" | "CDT" => -5,
        "CST" | "MDT" => -6,
        "MST" | "PDT" => -7,
        "PST" => -8,
        "ICT" => 7,
        _ => {
            let rest = upper
                .strip_prefix("GMT")
                .or_else(|| upper.strip_prefix("UTC"))?;
            return match rest.len() {
                0 => Some(0),
                2 | 3 => rest
                    .parse::<i16>()
                    .ok()
                    .filter(|hours| hours.abs() < 24)
                    .map(|hours| hours * 60),
                _ => zone(rest),
            };
        }
    };
    Some(hours * 60)
}

fn without_comments(text: &str) -> String {
    let mut depth = 0_u32;
    let outside = |c: &char| {
        match c {
            '(' => depth += 1,
            ')' if depth > 0 => {
                depth -= 1;
                return false;
            }
            _ => {}
        }
        depth == 0
    };
    text.chars().take(LONGEST).filter(outside).collect()
}
