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
    let value = value.trim_ascii();
    let blank = |byte: &u8| byte.is_ascii_whitespace();
    let plain = value
        .windows(2)
        .all(|pair| !blank(&pair[1]) || (pair[1] == b' ' && !blank(&pair[0])));
    if plain {
        return string(out, value);
    }
    let words: Vec<&[u8]> = value.split(blank).filter(|word| !word.is_empty()).collect();
    string(out, &words.join(&b' '));
}

/// Appends `value` unfolded: quoted where it is plain ASCII, else a literal, which every client understands without
/// UTF-8 enabled. NUL, which neither may hold, goes.
pub(crate) fn string(out: &mut Vec<u8>, value: &[u8]) {
    if value
        .iter()
        .all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\'))
    {
        out.push(b'"');
        out.extend_from_slice(value);
        out.push(b'"');
    } else if value.is_ascii() {
        out.push(b'"');
        for byte in kept(value) {
            if matches!(byte, b'"' | b'\\') {
                out.push(b'\\');
            }
            out.push(byte);
        }
        out.push(b'"');
    } else {
        write!(out, "{{{}}}\r\n", kept(value).count()).expect("a Vec takes every write");
        out.extend(kept(value));
    }
}

/// The bytes an IMAP string may hold, folding undone.
fn kept(value: &[u8]) -> impl Iterator<Item = u8> {
    value
        .iter()
        .copied()
        .filter(|byte| !matches!(byte, b'\r' | b'\n' | 0))
}

/// Appends a decimal number.
pub(crate) fn number(out: &mut Vec<u8>, value: u64) {
    write!(out, "{value}").expect("a Vec takes every write");
}
