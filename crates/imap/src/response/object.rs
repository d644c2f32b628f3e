//! Object identifiers (RFC 8474). Each kind has a letter of its own, so that
//! none is ever taken for another.

use super::number;

/// Writes the identifier of a mailbox in parentheses: a folder's row, which
/// no other folder ever gets and which a new name does not change.
pub fn mailbox_id(out: &mut Vec<u8>, folder: i64) {
    out.extend_from_slice(b"(F");
    number(out, folder.unsigned_abs());
    out.push(b')');
}

/// Writes the identifier of a message's content in parentheses.
pub fn email_id(out: &mut Vec<u8>, object: i64) {
    out.extend_from_slice(b"(M");
    number(out, object.unsigned_abs());
    out.push(b')');
}

/// The content that an identifier names, if it can be one of ours.
#[must_use]
pub fn parse_email_id(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('M')?;
    let own = !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit());
    digits.parse().ok().filter(|_| own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_read_as_they_are_written() {
        for object in [1, 4_294_967_297, i64::MAX] {
            let mut out = Vec::new();
            email_id(&mut out, object);
            let text = std::str::from_utf8(&out).unwrap();
            let text = text.trim_matches(['(', ')']);
            assert_eq!(parse_email_id(text), Some(object));
        }
        for text in [
            "",
            "M",
            "m1",
            "M01",
            "M+1",
            "M-1",
            "M1x",
            "F1",
            "M9223372036854775808",
        ] {
            assert_eq!(parse_email_id(text), None, "{text}");
        }
    }
}
