//! Dates as IMAP writes them (RFC 9051 §9).

use super::civil::Civil;
use super::{MONTHS, month, zone, zone_text};

/// ` 7-Feb-1994 21:52:25 -0800` (`date-time` without its quotes).
pub fn imap(unix: i64, offset_minutes: i16) -> String {
    let (civil, _) = Civil::from_unix(unix.saturating_add(i64::from(offset_minutes) * 60));
    let Civil {
        year,
        month,
        day,
        hour,
        minute,
        second,
    } = civil;
    let month = MONTHS[usize::from(month) - 1];
    format!(
        "{day:2}-{month}-{year:04} {hour:02}:{minute:02}:{second:02} {}",
        zone_text(offset_minutes)
    )
}

/// `date-time` without its quotes: unix seconds and the offset in minutes.
pub fn parse_imap_date_time(text: &str) -> Option<(i64, i16)> {
    let mut words = text.split_ascii_whitespace();
    let date = words.next()?;
    let time = words.next()?;
    let offset = zone(words.next()?)?;
    if words.next().is_some() {
        return None;
    }
    let mut numbers = time.split(':').map(|number| digits(number, 2, 2));
    let civil = Civil {
        hour: u8::try_from(numbers.next()??).ok()?,
        minute: u8::try_from(numbers.next()??).ok()?,
        second: u8::try_from(numbers.next()??).ok()?,
        ..day(date)?
    };
    if numbers.next().is_some() {
        return None;
    }
    Some((civil.unix()? - i64::from(offset) * 60, offset))
}

/// `date` (`1-Feb-1994`), without quotes: unix seconds of its midnight, UTC.
pub fn parse_imap_date(text: &str) -> Option<i64> {
    day(text)?.unix()
}

/// Midnight of `d-Mon-yyyy`.
fn day(text: &str) -> Option<Civil> {
    let mut pieces = text.split('-');
    let day = u8::try_from(digits(pieces.next()?, 1, 2)?).ok()?;
    let month = pieces
        .next()
        .filter(|name| name.len() == 3)
        .and_then(month)?;
    let year = i64::from(digits(pieces.next()?, 4, 4)?);
    pieces.next().is_none().then_some(Civil {
        year,
        month,
        day,
        hour: 0,
        minute: 0,
        second: 0,
    })
}

fn digits(text: &str, least: usize, most: usize) -> Option<u16> {
    let plain =
        (least..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}
