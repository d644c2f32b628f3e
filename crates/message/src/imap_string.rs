//! Strings as IMAP writes them (RFC 9051 §4.3).

use std::io::Write;

/// Appends `value` unfolded and without outer white space, or `NIL`.
pub(crate) fn nstring(out: &mut Vec<u8>, value: Option<&[u8]>) {
    match value {
        Some(value) => string(out, value),
        None => out.extend_from_slice(b"NIL"),
    }
}

/// Appends `value` unfolded and without outer white space: quoted where it is plain ASCII, else a literal, which
/// every client understands without UTF-8 enabled. NUL, which neither may hold, goes.
pub(crate) fn string(out: &mut Vec<u8>, value: &[u8]) {
    let value = value.trim_ascii();
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

/// The bytes an IMAP string may hold, folding undone, tabs as spaces.
fn kept(value: &[u8]) -> impl Iterator<Item = u8> {
    value
        .iter()
        .filter(|byte| !matches!(byte, b'\r' | b'\n' | 0))
        .map(|byte| if *byte == b'\t' { b' ' } else { *byte })
}

/// Appends a decimal number.
pub(crate) fn number(out: &mut Vec<u8>, value: u64) {
    write!(out, "{value}").expect("a Vec takes every write");
}
