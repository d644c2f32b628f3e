//! Strings as IMAP writes them (RFC 9051 §4.3).

use std::io::Write;

/// Appends `value` unfolded, or `NIL`.
pub(crate) fn nstring(out: &mut Vec<u8>, value: Option<&[u8]>) {
    match value {
        Some(value) => string(out, value),
        None => out.extend_from_slice(b"NIL"),
    }
}

/// Appends a text for people, or `NIL`: without outer white space, and one space where there is any within, so that
/// neither folding nor padding shows.
pub(crate) fn spaced(out: &mut Vec<u8>, value: Option<&[u8]>) {
    let Some(value) = value else {
        return out.extend_from_slice(b"NIL");
    };
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
    let words: Vec<&[u8]> = value.split(blank).filter(|word| !word.is_empty()).collect();
    string(out, &words.join(&b' '));
}

/// Appends `value` unfolded: quoted where it is plain ASCII, else a literal, which every client understands without
/// UTF-8 enabled. For NUL, which neither may hold, stands U+FFFD.
pub(crate) fn string(out: &mut Vec<u8>, value: &[u8]) {
    if value
        .iter()
        .all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\'))
    {
        out.push(b'"');
        out.extend_from_slice(value);
        out.push(b'"');
    } else if value.is_ascii() && !value.contains(&0) {
        out.push(b'"');
        for byte in unfolded(value) {
            if matches!(byte, b'"' | b'\\') {
                out.push(b'\\');
            }
            out.push(byte);
        }
        out.push(b'"');
    } else {
        let mut octets = Vec::with_capacity(value.len() + 8);
        for byte in unfolded(value) {
            match byte {
                0 => octets.extend_from_slice("\u{fffd}".as_bytes()),
                byte => octets.push(byte),
            }
        }
        write!(out, "{{{}}}\r\n", octets.len()).expect("a Vec takes every write");
        out.append(&mut octets);
    }
}

/// The bytes without their line ends.
fn unfolded(value: &[u8]) -> impl Iterator<Item = u8> {
    value
        .iter()
        .copied()
        .filter(|byte| !matches!(byte, b'\r' | b'\n'))
}

/// Appends a decimal number.
pub(crate) fn number(out: &mut Vec<u8>, value: u64) {
    write!(out, "{value}").expect("a Vec takes every write");
}
