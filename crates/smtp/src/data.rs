//! Where a message ends (RFC 5321 §4.1.1.4), and whether its lines do.
//!
//! Servers that take other forms than CR LF . CR LF for the end, or that pass a bare CR or LF on
//! to servers that do, let a sender hide a second message with a forged envelope inside the first
//! ("SMTP smuggling"). RFC 5321 §2.3.8: CR and LF never stand alone. A message in which one does is
//! read to its true end and refused.

use std::ops::Range;

use memchr::memchr2;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// After CR LF, or at the very beginning (the CR LF of the DATA command counts).
    LineStart,
    Line,
    /// After a CR in a line.
    Cr,
    /// After a dot that began a line; it is no data (RFC 5321 §4.5.2).
    Dot,
    /// After a CR behind such a dot.
    DotCr,
    Ended,
}

/// Finds the end of a message that comes in pieces, and takes the dots out that were put in.
#[derive(Debug)]
pub(crate) struct EndOfData {
    state: State,
    bare: bool,
}

/// What is known of the front of some input.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Octets of the message. After [`EndOfData::is_bare`] they are of no use.
    pub(crate) data: Range<usize>,
    /// Octets of the input that are done with; never 0 unless the input is empty.
    pub(crate) consumed: usize,
    /// The message ends here; what follows is commands.
    pub(crate) end: bool,
}

impl EndOfData {
    /// At the octet behind the DATA command.
    pub(crate) fn new() -> Self {
        Self {
            state: State::LineStart,
            bare: false,
        }
    }

    /// Whether a CR or LF stood alone so far.
    pub(crate) fn is_bare(&self) -> bool {
        self.bare
    }

    /// The next piece of the message in `input`: as much as lies together.
    pub(crate) fn next(&mut self, input: &[u8]) -> Piece {
        let (mut start, mut at) = (0, 0);
        while let Some(&byte) = input.get(at) {
            match (self.state, byte) {
                (State::Line, _) => match memchr2(b'\r', b'\n', &input[at..]) {
                    None => at = input.len(),
                    Some(found) => {
                        at += found + 1;
                        if input[at - 1] == b'\r' {
                            self.state = State::Cr;
                        } else {
                            self.bare = true;
                        }
                    }
                },
                (State::LineStart, b'.') => {
                    self.state = State::Dot;
                    at += 1;
                    if start < at - 1 {
                        return Piece {
                            data: start..at - 1,
                            consumed: at,
                            end: false,
                        };
                    }
                    start = at;
                }
                (State::Cr, b'\n') => {
                    self.state = State::LineStart;
                    at += 1;
                }
                (State::Cr, b'\r') => {
                    self.bare = true;
                    at += 1;
                }
                (State::Cr, _) => {
                    self.bare = true;
                    self.state = State::Line;
                }
                (State::Dot, b'\r') => {
                    self.state = State::DotCr;
                    at += 1;
                    start = at;
                }
                (State::LineStart | State::Dot, _) => self.state = State::Line,
                (State::DotCr, b'\n') => {
                    self.state = State::Ended;
                    return Piece {
                        data: at..at,
                        consumed: at + 1,
                        end: true,
                    };
                }
                // The CR stands alone, and this octet is looked at as what follows one.
                (State::DotCr, _) => {
                    self.bare = true;
                    self.state = State::Cr;
                }
                (State::Ended, _) => break,
            }
        }
        Piece {
            data: start..at,
            consumed: at,
            end: self.state == State::Ended,
        }
    }
}

/// Looks for a bare CR or LF in octets that come in pieces: BDAT (RFC 3030) would carry them, but
/// whoever passes the message on by DATA could not.
#[derive(Debug, Default)]
pub(crate) struct LineEnds {
    after_cr: bool,
    bare: bool,
}

impl LineEnds {
    pub(crate) fn feed(&mut self, mut input: &[u8]) {
        if self.bare || input.is_empty() {
            return;
        }
        if std::mem::take(&mut self.after_cr) {
            match input {
                [b'\n', rest @ ..] => input = rest,
                _ => self.bare = true,
            }
        }
        while let Some(at) = memchr2(b'\r', b'\n', input) {
            match &input[at..] {
                [b'\r', b'\n', rest @ ..] => input = rest,
                [b'\r'] => {
                    self.after_cr = true;
                    return;
                }
                _ => {
                    self.bare = true;
                    return;
                }
            }
        }
    }

    /// Whether a CR or LF stood alone in all of it.
    pub(crate) fn is_bare_at_end(&self) -> bool {
        self.bare || self.after_cr
    }

    pub(crate) fn is_bare(&self) -> bool {
        self.bare
    }
}

#[cfg(test)]
#[path = "data_tests.rs"]
mod tests;
#[cfg(test)]
pub(crate) use tests::ODD_ENDS;
