//! Replies of a server (RFC 5321 §4.2), read from octets that come in pieces.

use std::fmt;

use congvu_delivery::outbound::Reply;

/// Octets of one line, its end included. RFC 5321 §4.5.3.1.5 allows 512; some servers send more.
const LINE: usize = 4 * 1024;
/// Octets of one reply, all its lines.
const REPLY: usize = 64 * 1024;
/// Characters of a reply that are kept for logs and notices.
const TEXT: usize = 1000;

/// A reply as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ServerReply {
    /// From 200 to 599.
    pub(crate) code: u16,
    /// Lines without code and end; at least one.
    pub(crate) lines: Vec<Vec<u8>>,
}

/// What came is no reply. Nothing that comes after it can be trusted to answer what was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReplyError {
    /// A line or the whole is longer than anybody needs.
    TooLong,
    /// A line does not begin with a code, or with another than the line before it.
    Malformed,
}

impl fmt::Display for ReplyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "a reply longer than is read",
            Self::Malformed => "something that is no SMTP reply",
        })
    }
}

/// Puts one reply together. It takes whole lines only, so that what it has seen never depends on
/// how the octets were cut.
#[derive(Debug, Default)]
pub(crate) struct ReplyReader {
    code: Option<u16>,
    lines: Vec<Vec<u8>>,
    total: usize,
}

/// What is known of the front of some input.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// No whole reply; these octets are done with.
    Part(usize),
    /// A reply and the octets that are done with; what follows is not part of it.
    Whole(ServerReply, usize),
}

impl ReplyReader {
    /// Reads on in `input`, which begins where the last call was done.
    pub(crate) fn read(&mut self, input: &[u8]) -> Result<Found, ReplyError> {
        let mut used = 0;
        while let Some(at) = memchr::memchr(b'\n', &input[used..]) {
            let line = &input[used..=used + at];
            used += line.len();
            self.total += line.len();
            if line.len() > LINE || self.total > REPLY {
                return Err(ReplyError::TooLong);
            }
            if self.line(line)? {
                let whole = std::mem::take(self);
                let code = whole.code.ok_or(ReplyError::Malformed)?;
                let lines = whole.lines;
                return Ok(Found::Whole(ServerReply { code, lines }, used));
            }
        }
        if input.len() - used >= LINE {
            return Err(ReplyError::TooLong);
        }
        Ok(Found::Part(used))
    }

    /// Takes a line; says whether it is the last. A lone LF ends a line as well, as it does for every
    /// other client: no server could be meant to say something else by it.
    fn line(&mut self, line: &[u8]) -> Result<bool, ReplyError> {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let (digits, rest) = line.split_at_checked(3).ok_or(ReplyError::Malformed)?;
        if !digits.iter().all(u8::is_ascii_digit) || !(b'2'..=b'5').contains(&digits[0]) {
            return Err(ReplyError::Malformed);
        }
        let code = digits
            .iter()
            .fold(0, |code, digit| code * 10 + u16::from(digit - b'0'));
        // RFC 5321 §4.2.1: the same code on every line. Where it is not, no one line is more right
        // than another.
        if *self.code.get_or_insert(code) != code {
            return Err(ReplyError::Malformed);
        }
        let (text, last) = match rest {
            [] => (rest, true),
            [b' ', text @ ..] => (text, true),
            [b'-', text @ ..] => (text, false),
            _ => return Err(ReplyError::Malformed),
        };
        self.lines.push(text.to_vec());
        Ok(last)
    }
}

impl ServerReply {
    /// The first digit: 2 to 5.
    pub(crate) fn class(&self) -> u16 {
        self.code / 100
    }

    /// For the queue: the enhanced code apart (RFC 2034), the lines joined, bounded, in one line.
    pub(crate) fn told(&self) -> Reply {
        let mut status = None;
        let mut text = String::new();
        for line in &self.lines {
            let line = String::from_utf8_lossy(line);
            let mut line = line.trim();
            // Where the class differs from the code's, it is no status (RFC 2034 §4).
            if let Some((found, rest)) = enhanced(line)
                && u16::from(found.as_bytes()[0] - b'0') == self.class()
            {
                status.get_or_insert_with(|| found.to_owned());
                line = rest;
            }
            if !text.is_empty() && !line.is_empty() {
                text.push(' ');
            }
            text.push_str(line);
        }
        Reply {
            code: self.code,
            status: status.unwrap_or_else(|| format!("{}.0.0", self.class())),
            text: plain(&text),
        }
    }
}

/// `5.1.1 rest` (RFC 3463 §2).
fn enhanced(line: &str) -> Option<(&str, &str)> {
    let (status, rest) = line.split_once(' ').unwrap_or((line, ""));
    let mut parts = status.split('.');
    let digits = |part: Option<&str>, most: usize| {
        part.is_some_and(|part| {
            (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    let is_one = digits(parts.next(), 1)
        && digits(parts.next(), 3)
        && digits(parts.next(), 3)
        && parts.next().is_none();
    is_one.then_some((status, rest.trim_start()))
}

/// One line of bounded length without anything that steers a terminal or turns text around.
pub(super) fn plain(text: &str) -> String {
    let steers = |letter: char| {
        letter.is_control()
            || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars()
        .map(|letter| if steers(letter) { ' ' } else { letter })
        .take(TEXT)
        .collect()
}

#[cfg(test)]
#[path = "reply_tests.rs"]
mod tests;
