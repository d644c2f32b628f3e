//! Dates of RFC 5322 and of IMAP. All times are unix seconds; offsets are minutes east of UTC.

pub(crate) mod civil;
mod imap;
mod rfc5322;

pub use imap::{imap, parse_imap_date, parse_imap_date_time};
pub use rfc5322::{parse_rfc5322, parse_rfc5322_zoned, rfc5322};

/// Names of the months as both formats write them.
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Number of the month, 1 to 12, that a name of at least three letters begins with.
fn month(name: &str) -> Option<u8> {
    let head = name.get(..3)?;
    MONTHS
        .iter()
        .zip(1..)
        .find(|(month, _)| month.eq_ignore_ascii_case(head))
        .map(|(_, number)| number)
}

/// `+hhmm` or `-hhmm`, perhaps with a colon, in minutes (RFC 5322 §3.3 `zone`).
fn zone(text: &str) -> Option<i16> {
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let digits: String = digits.chars().filter(|c| *c != ':').collect();
    if digits.len() != 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i16 = digits.parse().ok()?;
    let minutes = number / 100 * 60 + number % 100;
    (number % 100 < 60 && minutes < 24 * 60).then_some(sign * minutes)
}

/// `+hhmm` of an offset.
fn zone_text(offset_minutes: i16) -> String {
    let sign = if offset_minutes < 0 { '-' } else { '+' };
    let minutes = offset_minutes.unsigned_abs();
    format!("{sign}{:02}{:02}", minutes / 60 % 100, minutes % 60)
}
