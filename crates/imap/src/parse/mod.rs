//! From bytes to commands: where a command ends ([`incremental`]), what its
//! words are ([`cursor`]), and what is wrong with it ([`Fault`]).

pub mod chars;
pub mod cursor;
mod fault;
pub mod incremental;
mod values;

pub use cursor::Cursor;
pub use fault::{Fault, ParseError};
pub use incremental::{Framer, Limits, Need, frame_line};

/// What the session has agreed on that changes the grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ParseOptions {
    /// Whether the client has enabled UTF-8 (RFC 6855 §3): mailbox names are
    /// then UTF-8 instead of modified UTF-7.
    pub utf8: bool,
    /// Whether SEARCH may name no character set: the client has enabled
    /// `UTF8=ACCEPT` (RFC 6855 §3).
    pub no_charset: bool,
}

/// A mailbox name that the client gave in another form than the one it has
/// (RFC 9051 §5.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denormalized {
    /// As it was given.
    pub given: String,
    /// As it is.
    pub name: crate::types::MailboxName,
}

/// The tag at the head of a buffer, if a whole one is there: for answers to
/// commands that cannot be read further.
#[must_use]
pub fn peek_tag(buf: &[u8]) -> Option<crate::types::Tag> {
    let head = &buf[..buf.len().min(crate::types::Tag::MAX + 1)];
    let end = head
        .iter()
        .position(|b| matches!(b, b' ' | b'\r' | b'\n'))?;
    crate::types::Tag::new(&head[..end])
}
