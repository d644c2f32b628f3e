//! Sizes as people write them: `1000 MB`, `2 GB`.

use crate::MB;

/// Reads a size: a whole number and `B`, `KB`, `MB`, `GB` or `TB` (each 1,024 times the one before), with or without a
/// space between. In bytes; `None` where it is not a size or does not fit.
#[must_use]
pub fn parse_size(text: &str) -> Option<u64> {
    let text = text.trim();
    let unit_at = text.find(|letter: char| !letter.is_ascii_digit())?;
    let (number, unit) = text.split_at(unit_at);
    let unit = match unit.trim_start() {
        "B" => 1,
        "KB" => 1024,
        "MB" => MB,
        "GB" => 1024 * MB,
        "TB" => 1024 * 1024 * MB,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(unit)
}

/// A size as people read it: `1000 MB`, `2 GB`; in bytes where it is no whole number of megabytes.
pub fn shown(bytes: u64) -> String {
    const GB: u64 = 1024 * MB;
    match bytes {
        0 => "0 MB".to_owned(),
        bytes if bytes.is_multiple_of(GB) => format!("{} GB", bytes / GB),
        bytes if bytes.is_multiple_of(MB) => format!("{} MB", bytes / MB),
        bytes => format!("{bytes} byte"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_in_steps_of_1024() {
        for (text, bytes) in [
            ("1000 MB", Some(1_048_576_000)),
            ("20MB", Some(20_971_520)),
            ("2 GB", Some(2_147_483_648)),
            ("64 KB", Some(65_536)),
            ("0 B", Some(0)),
            ("1000", None),
            ("MB", None),
            ("1.5 MB", None),
            ("-1 MB", None),
            ("1 mb", None),
            ("99999999999 TB", None),
            ("", None),
        ] {
            assert_eq!(parse_size(text), bytes, "{text}");
        }
    }
}
