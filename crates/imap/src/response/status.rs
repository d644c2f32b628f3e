//! Status responses (RFC 9051 §7.1) and the frame of all others.

use super::{Code, number};
use crate::types::Tag;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It was done.
    Ok,
    /// It was refused or failed.
    No,
    /// It was no proper command.
    Bad,
}

/// The states that only untagged responses tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// `OK`
    Ok,
    /// `NO`: a warning.
    No,
    /// `BAD`: a fault of no known command.
    Bad,
    /// `BYE`: the connection ends.
    Bye,
    /// `PREAUTH`: the greeting of a session already signed in.
    PreAuth,
}

impl From<Status> for Condition {
    fn from(status: Status) -> Self {
        match status {
            Status::Ok => Self::Ok,
            Status::No => Self::No,
            Status::Bad => Self::Bad,
        }
    }
}

impl Condition {
    fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::No => "NO",
            Self::Bad => "BAD",
            Self::Bye => "BYE",
            Self::PreAuth => "PREAUTH",
        }
    }
}

/// Writes the answer that ends a command; untagged when there is no tag, as
/// for a line that had none.
pub fn tagged(
    out: &mut Vec<u8>,
    tag: Option<&Tag>,
    status: Status,
    code: Option<&Code<'_>>,
    text: &str,
) {
    out.extend_from_slice(tag.map_or("*", Tag::as_str).as_bytes());
    rest(out, status.into(), code, text);
}

/// As [`tagged`], with a code that is written already.
pub fn tagged_rendered(
    out: &mut Vec<u8>,
    tag: &Tag,
    status: Status,
    code: Option<&[u8]>,
    text: &str,
) {
    out.extend_from_slice(tag.as_str().as_bytes());
    out.push(b' ');
    out.extend_from_slice(Condition::from(status).as_str().as_bytes());
    out.push(b' ');
    if let Some(code) = code {
        out.push(b'[');
        out.extend_from_slice(code);
        out.extend_from_slice(b"] ");
    }
    human(out, text);
    out.extend_from_slice(b"\r\n");
}

/// Writes an untagged status.
pub fn untagged_status(
    out: &mut Vec<u8>,
    condition: Condition,
    code: Option<&Code<'_>>,
    text: &str,
) {
    out.push(b'*');
    rest(out, condition, code, text);
}

fn rest(out: &mut Vec<u8>, condition: Condition, code: Option<&Code<'_>>, text: &str) {
    out.push(b' ');
    out.extend_from_slice(condition.as_str().as_bytes());
    out.push(b' ');
    if let Some(code) = code {
        out.push(b'[');
        code.write(out);
        out.extend_from_slice(b"] ");
    }
    human(out, text);
    out.extend_from_slice(b"\r\n");
}

/// Writes `*`, what `write` writes, and CRLF.
pub fn untagged(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    out.extend_from_slice(b"* ");
    write(out);
    out.extend_from_slice(b"\r\n");
}

/// Writes `* 23 EXISTS` and the like.
pub fn untagged_number(out: &mut Vec<u8>, n: u32, word: &str) {
    untagged(out, |out| {
        number(out, n.into());
        out.push(b' ');
        out.extend_from_slice(word.as_bytes());
    });
}

/// Writes `+` and a text: base64 in AUTHENTICATE, words elsewhere
/// (RFC 9051 §7.6).
pub fn continuation(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(b"+ ");
    human(out, text);
    out.extend_from_slice(b"\r\n");
}

/// Control characters become spaces, so that no text ends its line early.
fn human(out: &mut Vec<u8>, text: &str) {
    out.extend(
        text.bytes()
            .map(|b| if b.is_ascii_control() { b' ' } else { b }),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(f: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        f(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn lines() {
        let tag = Tag::new(b"a1");
        let ok = |o: &mut Vec<u8>| {
            tagged(
                o,
                tag.as_ref(),
                Status::Ok,
                Some(&Code::ReadWrite),
                "SELECT done",
            );
        };
        assert_eq!(written(ok), "a1 OK [READ-WRITE] SELECT done\r\n");
        let bye = |o: &mut Vec<u8>| untagged_status(o, Condition::Bye, None, "a\r\nb OK");
        assert_eq!(written(bye), "* BYE a  b OK\r\n");
        assert_eq!(
            written(|o| untagged_number(o, 23, "EXISTS")),
            "* 23 EXISTS\r\n"
        );
        assert_eq!(written(|o| continuation(o, "")), "+ \r\n");
        assert_eq!(
            written(|o| untagged(o, |o| o.extend_from_slice(b"SEARCH"))),
            "* SEARCH\r\n"
        );
    }
}
