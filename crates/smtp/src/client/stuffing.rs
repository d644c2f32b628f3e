//! A message as DATA carries it (RFC 5321 §4.5.2): dots doubled, lines ended by CR LF and by nothing
//! else.
//!
//! A message comes with CR LF line ends. Should one nevertheless hold a lone CR or LF (put into a
//! mailbox by other ways than SMTP), it never leaves as it is: to a server that takes `\n.\n` for the
//! end, a message inside the message would be one with an envelope of the writer's choice ("SMTP
//! smuggling"). A lone LF becomes CR LF, as what it is meant for nearly always; a lone CR becomes a
//! space, so that neither `\r.\r` nor `\r\r\n` makes lines that nobody wrote. Postfix does the same
//! (`cleanup_replace_stray_cr_lf`).

use memchr::memchr2;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    LineStart,
    Line,
    /// After a CR that is not written yet.
    Cr,
}

/// Writes a message that comes in pieces as DATA carries it.
#[derive(Debug)]
pub(crate) struct Stuffing {
    state: State,
}

impl Stuffing {
    /// At the first octet of a message.
    pub(crate) fn new() -> Self {
        Self {
            state: State::LineStart,
        }
    }

    /// Appends the next octets of the message to `out`: at most twice as many and one.
    pub(crate) fn feed(&mut self, mut input: &[u8], out: &mut Vec<u8>) {
        while let Some(&byte) = input.first() {
            match (self.state, byte) {
                (State::Cr, b'\n') => {
                    out.extend_from_slice(b"\r\n");
                    self.state = State::LineStart;
                    input = &input[1..];
                }
                (State::Cr, _) => {
                    out.push(b' ');
                    self.state = State::Line;
                }
                (State::LineStart, b'.') => {
                    out.extend_from_slice(b"..");
                    self.state = State::Line;
                    input = &input[1..];
                }
                (State::LineStart | State::Line, _) => {
                    let length = memchr2(b'\r', b'\n', input).unwrap_or(input.len());
                    let (text, rest) = input.split_at(length);
                    out.extend_from_slice(text);
                    if length > 0 {
                        self.state = State::Line;
                    }
                    input = rest.get(1..).unwrap_or_default();
                    match rest.first() {
                        Some(b'\r') => self.state = State::Cr,
                        Some(_) => {
                            out.extend_from_slice(b"\r\n");
                            self.state = State::LineStart;
                        }
                        None => {}
                    }
                }
            }
        }
    }

    /// Appends the end: what the last line lacks, then the dot.
    pub(crate) fn finish(self, out: &mut Vec<u8>) {
        match self.state {
            State::LineStart => {}
            State::Line => out.extend_from_slice(b"\r\n"),
            State::Cr => out.extend_from_slice(b" \r\n"),
        }
        out.extend_from_slice(b".\r\n");
    }
}

#[cfg(test)]
#[path = "stuffing_tests.rs"]
mod tests;
