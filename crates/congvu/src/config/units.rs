//! Sizes and spans of time as people write them.

use std::time::Duration;

const SIZES: [(&str, u64); 5] = [
    ("TB", 1 << 40),
    ("GB", 1 << 30),
    ("MB", 1 << 20),
    ("KB", 1 << 10),
    ("B", 1),
];
const SPANS: [(&str, u64); 5] = [
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1000),
    ("ms", 1),
];

/// Reads a size: `25 MB`, `64KB`, or a plain number of bytes. 1 MB is 1,048,576 bytes.
pub(super) fn parse_bytes(text: &str) -> Option<u64> {
    let (number, unit) = split(text)?;
    if unit.is_empty() {
        return Some(number);
    }
    let (_, factor) = SIZES.iter().find(|(name, _)| *name == unit)?;
    number.checked_mul(*factor)
}

/// Reads a span of time: `500ms`, `30s`, `5m`, `2h`, `7d`. The unit must stand there.
pub(super) fn parse_duration(text: &str) -> Option<Duration> {
    let (number, unit) = split(text)?;
    let (_, factor) = SPANS.iter().find(|(name, _)| *name == unit)?;
    number.checked_mul(*factor).map(Duration::from_millis)
}

/// Writes a size so that [`parse_bytes`] reads it: the largest unit that divides it.
pub(super) fn show_bytes(bytes: u64) -> String {
    let unit = SIZES
        .iter()
        .find(|(_, factor)| bytes >= *factor && bytes.is_multiple_of(*factor));
    unit.map_or_else(
        || bytes.to_string(),
        |(name, factor)| format!("{} {name}", bytes / factor),
    )
}

/// Writes a span of time so that [`parse_duration`] reads it: the largest unit that divides it.
pub(super) fn show_duration(span: Duration) -> String {
    let whole = u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
    let unit = SPANS
        .iter()
        .find(|(_, factor)| whole >= *factor && whole.is_multiple_of(*factor));
    unit.map_or_else(
        || format!("{}s", whole / 1000),
        |(name, factor)| format!("{}{name}", whole / factor),
    )
}

fn split(text: &str) -> Option<(u64, &str)> {
    let text = text.trim();
    let at = text
        .find(|letter: char| !letter.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(at);
    Some((number.parse().ok()?, unit.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        for (text, bytes, shown) in [
            ("25 MB", Some(26_214_400), "25 MB"),
            ("64KB", Some(65_536), "64 KB"),
            ("1024 KB", Some(1_048_576), "1 MB"),
            ("1000", Some(1000), "1000 B"),
            ("0", Some(0), "0"),
            ("1,5 MB", None, ""),
            ("MB", None, ""),
            ("25 mb", None, ""),
            ("99999999999 TB", None, ""),
        ] {
            assert_eq!(parse_bytes(text), bytes, "{text}");
            if let Some(bytes) = bytes {
                assert_eq!(show_bytes(bytes), shown);
                assert_eq!(parse_bytes(shown), Some(bytes));
            }
        }
    }

    #[test]
    fn spans_of_time() {
        for (text, millis, shown) in [
            ("30s", Some(30_000), "30s"),
            ("60s", Some(60_000), "1m"),
            ("90 s", Some(90_000), "90s"),
            ("250ms", Some(250), "250ms"),
            ("2h", Some(7_200_000), "2h"),
            ("7d", Some(604_800_000), "7d"),
            ("0s", Some(0), "0s"),
            ("30", None, ""),
            ("5 phút", None, ""),
            ("-1s", None, ""),
        ] {
            let span = millis.map(Duration::from_millis);
            assert_eq!(parse_duration(text), span, "{text}");
            if let Some(span) = span {
                assert_eq!(show_duration(span), shown);
                assert_eq!(parse_duration(shown), Some(span));
            }
        }
    }
}
