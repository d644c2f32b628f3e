//! Strings: quoted where that is safe, literals elsewhere (RFC 9051 §4.3).

use super::number;
use crate::parse::chars::is_astring_char;

/// Longer strings become literals: many clients have small line buffers.
const MAX_QUOTED: usize = 1024;

/// Writes a string, quoted if it is short 7-bit text, else as a literal. NUL,
/// which no literal may hold (RFC 9051 §4.3), becomes 0x80.
pub fn string(out: &mut Vec<u8>, bytes: &[u8]) {
    if bytes.is_ascii() && quotable(bytes) {
        quoted(out, bytes);
    } else {
        literal(out, bytes);
    }
}

/// As [`string`], but UTF-8 may stand in quotes: for clients that have
/// enabled it (RFC 6855 §3).
pub fn string_utf8(out: &mut Vec<u8>, text: &str) {
    let bytes = text.as_bytes();
    if quotable(bytes) {
        quoted(out, bytes);
    } else {
        literal(out, bytes);
    }
}

fn quotable(bytes: &[u8]) -> bool {
    bytes.len() <= MAX_QUOTED && !bytes.iter().any(|b| matches!(b, 0 | b'\r' | b'\n'))
}

/// Writes a quoted string. Bytes that cannot stand in one (NUL, CR, LF)
/// become spaces, so that no text breaks out of its line.
pub fn quoted(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(b'"');
    for &b in bytes {
        match b {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', b]),
            0 | b'\r' | b'\n' => out.push(b' '),
            _ => out.push(b),
        }
    }
    out.push(b'"');
}

/// Turns the literals in `out` from `start` on into quoted strings where they
/// are UTF-8 that fits there: what was rendered for any client is made easier
/// for one that has enabled UTF-8. What is there must be strings, numbers,
/// atoms and parentheses.
pub fn unquote(out: &mut Vec<u8>, start: usize) {
    if out[start..].is_ascii() {
        return;
    }
    let rendered = out.split_off(start);
    let mut rest = &rendered[..];
    while let Some(at) = rest.iter().position(|b| matches!(b, b'"' | b'{')) {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        let text = if rest[0] == b'"' {
            None
        } else {
            literal_text(rest)
        };
        let taken = match text {
            Some((text, taken)) => {
                string_utf8(out, text);
                taken
            }
            None => {
                let taken = string_len(rest);
                out.extend_from_slice(&rest[..taken]);
                taken
            }
        };
        rest = &rest[taken..];
    }
    out.extend_from_slice(rest);
}

/// A literal at the head of `bytes`: what it holds, if that is UTF-8, and the
/// bytes it takes.
fn literal_text(bytes: &[u8]) -> Option<(&str, usize)> {
    let (begin, end) = literal_place(bytes)?;
    let text = std::str::from_utf8(bytes.get(begin..end)?).ok()?;
    Some((text, end))
}

/// Where the bytes of a literal at the head of `bytes` begin and end.
fn literal_place(bytes: &[u8]) -> Option<(usize, usize)> {
    let close = bytes.iter().position(|&b| b == b'}')?;
    let size: usize = std::str::from_utf8(&bytes[1..close]).ok()?.parse().ok()?;
    let begin = close + b"}\r\n".len();
    Some((begin, begin.checked_add(size)?))
}

/// How long the string at the head of `bytes` is.
fn string_len(bytes: &[u8]) -> usize {
    if bytes[0] == b'{' {
        return literal_place(bytes).map_or(bytes.len(), |(_, end)| end.min(bytes.len()));
    }
    let mut at = 1;
    while let Some(&b) = bytes.get(at) {
        at += if b == b'\\' { 2 } else { 1 };
        if b == b'"' {
            break;
        }
    }
    at.min(bytes.len())
}

/// Writes `{n}` and CRLF; exactly `size` bytes must follow. Nothing at all is `""`, as Cyrus writes
/// it: at `{0}` iOS Mail was seen to wait until it gave up, and imapflow to give each literal behind
/// it to the wrong part.
pub fn literal_header(out: &mut Vec<u8>, size: u64) {
    if size == 0 {
        out.extend_from_slice(b"\"\"");
        return;
    }
    out.push(b'{');
    number(out, size);
    out.extend_from_slice(b"}\r\n");
}

/// Writes `~{n}` and CRLF; exactly `size` bytes must follow, NUL among them
/// (RFC 9051 §4.3, `literal8`).
pub fn literal8_header(out: &mut Vec<u8>, size: u64) {
    if size > 0 {
        out.push(b'~');
    }
    literal_header(out, size);
}

/// Writes any bytes: as [`string`], but as a `literal8` where NUL occurs.
pub fn string8(out: &mut Vec<u8>, bytes: &[u8]) {
    if bytes.contains(&0) {
        literal8_header(out, bytes.len() as u64);
        out.extend_from_slice(bytes);
    } else {
        string(out, bytes);
    }
}

fn literal(out: &mut Vec<u8>, bytes: &[u8]) {
    literal_header(out, bytes.len() as u64);
    out.extend(bytes.iter().map(|&b| if b == 0 { 0x80 } else { b }));
}

/// Writes a string, or `NIL` for none.
pub fn nstring(out: &mut Vec<u8>, bytes: Option<&[u8]>) {
    match bytes {
        Some(bytes) => string(out, bytes),
        None => out.extend_from_slice(b"NIL"),
    }
}

/// Writes an atom if it can be one, else a string.
pub fn astring(out: &mut Vec<u8>, bytes: &[u8]) {
    let atom = !bytes.is_empty()
        && bytes.len() <= MAX_QUOTED
        && bytes.iter().all(|&b| is_astring_char(b))
        && !bytes.eq_ignore_ascii_case(b"NIL");
    if atom {
        out.extend_from_slice(bytes);
    } else {
        string(out, bytes);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::parse::{Cursor, ParseOptions};

    fn written(f: impl Fn(&mut Vec<u8>)) -> Vec<u8> {
        let mut out = Vec::new();
        f(&mut out);
        out
    }

    #[test]
    fn forms() {
        for (bytes, expected) in [
            (&b""[..], &b"\"\""[..]),
            (b"a b", b"\"a b\""),
            (br#"a"\"#, br#""a\"\\""#),
            (b"a\r\nb", b"{4}\r\na\r\nb"),
            (b"\xc4\x91", b"{2}\r\n\xc4\x91"),
            (b"a\0", b"{2}\r\na\x80"),
        ] {
            assert_eq!(written(|o| string(o, bytes)), expected);
        }
        assert_eq!(written(|o| string8(o, b"a\0")), b"~{2}\r\na\0");
        assert_eq!(written(|o| string8(o, b"a")), b"\"a\"");
        assert_eq!(written(|o| literal_header(o, 0)), b"\"\"");
        assert_eq!(written(|o| literal8_header(o, 0)), b"\"\"");
        assert_eq!(written(|o| string_utf8(o, "đ")), "\"đ\"".as_bytes());
        assert_eq!(written(|o| nstring(o, None)), b"NIL");
        assert_eq!(written(|o| nstring(o, Some(b"NIL"))), b"\"NIL\"");
        assert_eq!(written(|o| astring(o, b"Date")), b"Date");
        assert_eq!(written(|o| astring(o, b"nil")), b"\"nil\"");
        assert_eq!(written(|o| quoted(o, b"a\r\n* BYE")), b"\"a  * BYE\"");
        assert!(written(|o| string(o, &[b'a'; 1025])).starts_with(b"{1025}\r\n"));
    }

    #[test]
    fn literals_become_quoted() {
        let turned = |text: &[u8]| {
            let mut out = b"x {2}\r\n\xc4\x91 ".to_vec();
            let start = out.len();
            out.extend_from_slice(text);
            unquote(&mut out, start);
            out.split_off(start)
        };
        for (before, after) in [
            ("(\"a{2}\" {2}\r\nđ NIL)", "(\"a{2}\" \"đ\" NIL)"),
            ("(\"\\\"{2}\" {3}\r\nđ\" 7)", "(\"\\\"{2}\" \"đ\\\"\" 7)"),
            ("({1}\r\na)", "({1}\r\na)"),
            ("({1}\r\na {2}\r\nđ)", "(\"a\" \"đ\")"),
            ("({4}\r\nđ\r\n)", "({4}\r\nđ\r\n)"),
            ("({99}\r\nđ", "({99}\r\nđ"),
            ("\"đ", "\"đ"),
        ] {
            assert_eq!(turned(before.as_bytes()), after.as_bytes(), "{before}");
        }
        assert_eq!(turned(b"({1}\r\n\xff)"), b"({1}\r\n\xff)");
    }

    proptest! {
        #[test]
        fn any_bytes_can_be_looked_through(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let mut out = bytes.clone();
            unquote(&mut out, 0);
            if bytes.is_ascii() {
                prop_assert_eq!(out, bytes);
            }
        }

        #[test]
        fn read_as_written(bytes in prop::collection::vec(1u8.., 0..40)) {
            for write in [string, astring] {
                let out = written(|o| write(o, &bytes));
                let mut c = Cursor::new(&out, ParseOptions::default());
                prop_assert_eq!(&*c.astring().unwrap(), &bytes[..]);
                prop_assert!(c.rest().is_empty());
            }
        }
    }
}
