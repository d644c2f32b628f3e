//! Where a command ends, found while its bytes arrive.

use super::chars::is_astring_char;
use super::cursor::{Cursor, LiteralHeader};
use super::{ParseOptions, peek_tag};
use crate::types::Tag;

/// How much of a command is held in memory, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// One line, with its CRLF, without literals.
    pub line: usize,
    /// The whole command with its literals. A message that APPEND brings does
    /// not count: it is never held.
    pub total: usize,
}

impl Limits {
    /// Before sign-in.
    pub const BEFORE_SIGN_IN: Self = Self {
        line: 8 << 10,
        total: 8 << 10,
    };
    /// After sign-in.
    pub const AFTER_SIGN_IN: Self = Self {
        line: 64 << 10,
        total: 1 << 20,
    };
}

/// What has to happen before the command can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Read more.
    More,
    /// Send `+`, then read more: the client waits to send a literal
    /// (RFC 9051 §4.3). Said once for each literal.
    Continuation {
        /// Bytes of the literal.
        literal: usize,
    },
    /// Read more; send nothing: a literal is under way, either one that the
    /// client does not wait with (RFC 7888) or one it was told to send.
    NonSync {
        /// Bytes of it that are not here yet.
        missing: usize,
    },
    /// The command is the first so many bytes of the buffer.
    Complete(usize),
    /// The buffer begins with an APPEND up to the announcement of its
    /// message. `command::parse` reads the first `consumed` bytes; the
    /// message follows them, then a line that must be empty
    /// ([`frame_line`]).
    AppendLiteral {
        /// Bytes up to the message.
        consumed: usize,
        /// Bytes of the message.
        size: u64,
        /// Whether the client waits for `+`.
        sync: bool,
    },
    /// More than is held.
    TooLong {
        /// When the client waits for `+`: bytes to drop, after which a tagged
        /// refusal is enough and the session goes on. Otherwise what follows
        /// cannot be told apart and the connection must end.
        skip: Option<usize>,
    },
}

/// Finds the end of one command after another without looking at any byte
/// twice. After [`Need::Complete`], [`Need::AppendLiteral`] and
/// [`Need::TooLong`] it stands at the beginning again, and the caller drops
/// from its buffer what that command took.
#[derive(Debug, Clone)]
pub struct Framer {
    limits: Limits,
    line_start: usize,
    scanned: usize,
    literals: usize,
}

impl Framer {
    /// A framer at the beginning of a command.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            line_start: 0,
            scanned: 0,
            literals: 0,
        }
    }

    /// Changes the limits, as at sign-in; between commands.
    pub fn set_limits(&mut self, limits: Limits) {
        self.limits = limits;
    }

    /// Forgets the command under way.
    pub fn reset(&mut self) {
        *self = Self::new(self.limits);
    }

    /// Says what is needed next. `buf` begins where the command begins and
    /// holds all of it that has arrived; it only ever grows between calls,
    /// until the command is done.
    pub fn next(&mut self, buf: &[u8]) -> Need {
        loop {
            let need = self.line(buf);
            match need {
                Some(Need::Complete(_) | Need::AppendLiteral { .. } | Need::TooLong { .. }) => {
                    self.reset();
                }
                Some(_) => {}
                None => continue,
            }
            return need.unwrap_or(Need::More);
        }
    }

    /// Looks at one line; `None` when a literal that needs no word follows.
    fn line(&mut self, buf: &[u8]) -> Option<Need> {
        let Some(fresh) = buf.get(self.scanned..) else {
            return Some(Need::NonSync {
                missing: self.scanned - buf.len(),
            });
        };
        let Some(newline) = fresh.iter().position(|&b| b == b'\n') else {
            self.scanned = buf.len();
            let over = self.scanned - self.line_start >= self.limits.line
                || self.scanned >= self.limits.total;
            return Some(if over {
                Need::TooLong { skip: None }
            } else {
                Need::More
            });
        };
        let end = self.scanned + newline + 1;
        if end - self.line_start > self.limits.line || end > self.limits.total {
            return Some(Need::TooLong { skip: None });
        }
        let Some(header) = announced(&buf[self.line_start..end]) else {
            return Some(Need::Complete(end));
        };
        // One literal can be the mailbox; looking again after more of them
        // would make hostile commands take quadratic time.
        if self.literals <= 1 && is_append(&buf[..end]) {
            return Some(Need::AppendLiteral {
                consumed: end,
                size: header.size,
                sync: header.sync,
            });
        }
        let fits = usize::try_from(header.size)
            .ok()
            .and_then(|size| Some((size, end.checked_add(size)?)))
            .filter(|&(_, after)| after <= self.limits.total);
        let Some((size, after)) = fits else {
            return Some(Need::TooLong {
                skip: header.sync.then_some(end),
            });
        };
        self.literals += 1;
        self.line_start = after;
        self.scanned = after;
        header.sync.then_some(Need::Continuation { literal: size })
    }

    /// The tag of the command under way, for a refusal after
    /// [`Need::TooLong`].
    #[must_use]
    pub fn tag(buf: &[u8]) -> Option<Tag> {
        peek_tag(buf)
    }
}

/// Finds the end of a line that is no command: `DONE`, an answer in
/// AUTHENTICATE, or the rest after an APPEND's message.
#[must_use]
pub fn frame_line(buf: &[u8], max: usize) -> Need {
    match buf.iter().take(max).position(|&b| b == b'\n') {
        Some(at) => Need::Complete(at + 1),
        None if buf.len() >= max => Need::TooLong { skip: None },
        None => Need::More,
    }
}

/// The literal that a line announces at its end.
fn announced(line: &[u8]) -> Option<LiteralHeader> {
    if !line.ends_with(b"}\r\n") {
        return None;
    }
    let open = line.iter().rposition(|&b| b == b'{')?;
    Cursor::new(&line[open..], ParseOptions::default())
        .literal_header()
        .ok()
}

/// Whether a buffer that ends in the announcement of a literal is an APPEND
/// up to its message: `tag APPEND mailbox [(flags)] ["date"] [UTF8 (]{n}`. Looks at
/// the outline alone, so that a message is streamed even when the command
/// turns out to be wrong in its details.
fn is_append(buf: &[u8]) -> bool {
    let mut c = Cursor::new(buf, ParseOptions::default());
    let head = c.tag().is_ok() && c.take(b' ') && c.take_word("APPEND ");
    if !head || c.astring().is_err() || !c.take(b' ') {
        return false;
    }
    if c.peek() == Some(b'(') {
        let list = c.list(|c| {
            c.take(b'\\');
            let outline = c.peek().is_some_and(is_astring_char);
            while c.peek().is_some_and(is_astring_char) {
                c.skip();
            }
            if outline {
                Ok(())
            } else {
                Err(super::Fault::bad("no flag"))
            }
        });
        if list.is_err() || !c.take(b' ') {
            return false;
        }
    }
    if c.peek() == Some(b'"') && (c.string().is_err() || !c.take(b' ')) {
        return false;
    }
    c.take_word("UTF8 (");
    c.literal_header().is_ok() && c.rest().is_empty()
}

#[cfg(test)]
#[path = "incremental_tests.rs"]
mod tests;
