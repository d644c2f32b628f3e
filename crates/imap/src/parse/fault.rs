//! What is wrong with a command, and the answer it gets.

use std::borrow::Cow;

use crate::response::{Code, Status, tagged};
use crate::types::{EntryNameError, FlagError, MailboxNameError, SequenceSetError, Tag};

/// What is wrong with a command.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Not the protocol's grammar, or beyond a limit of ours on it. The text
    /// says what was expected.
    #[error("{0}")]
    Bad(Cow<'static, str>),
    /// Well formed, but asks for something not offered.
    #[error("{0} is not supported")]
    Unsupported(&'static str),
    /// A mailbox name no mailbox may have.
    #[error("{0}")]
    Name(#[from] MailboxNameError),
    /// A search in a character set not offered (RFC 9051 §6.4.4).
    #[error("charset not supported")]
    BadCharset {
        /// It was to be saved: its failure empties what is (RFC 5182 §2.1).
        save: bool,
    },
    /// CREATE for a use not offered (RFC 6154 §3).
    #[error("special use not supported")]
    UseAttr,
    /// NOTIFY for events that are not offered (RFC 5465 §3.1).
    #[error("event not supported")]
    BadEvent,
}

impl Fault {
    /// A fault in the grammar.
    #[must_use]
    pub const fn bad(what: &'static str) -> Self {
        Self::Bad(Cow::Borrowed(what))
    }

    /// The status and the code that the answer carries.
    #[must_use]
    pub fn answer(&self) -> (Status, Option<Code<'static>>) {
        match self {
            Self::Bad(_)
            | Self::Unsupported(_)
            | Self::Name(MailboxNameError::Utf7 | MailboxNameError::Utf8) => (Status::Bad, None),
            Self::Name(_) => (Status::No, Some(Code::Cannot)),
            Self::BadCharset { .. } => (Status::No, Some(Code::BadCharset(&["US-ASCII", "UTF-8"]))),
            Self::BadEvent => (Status::No, Some(Code::BadEvent)),
            Self::UseAttr => (Status::No, Some(Code::UseAttr)),
        }
    }
}

impl From<SequenceSetError> for Fault {
    fn from(e: SequenceSetError) -> Self {
        match e {
            SequenceSetError::Syntax => Self::bad("invalid sequence set"),
            SequenceSetError::Number => Self::bad("number out of range in sequence set"),
        }
    }
}

impl From<EntryNameError> for Fault {
    fn from(e: EntryNameError) -> Self {
        Self::Bad(Cow::Owned(e.to_string()))
    }
}

impl From<FlagError> for Fault {
    fn from(e: FlagError) -> Self {
        Self::Bad(Cow::Owned(e.to_string()))
    }
}

/// A command that could not be read, with its tag if it had one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{fault}")]
pub struct ParseError {
    /// The command's tag.
    pub tag: Option<Tag>,
    /// What is wrong.
    pub fault: Fault,
}

impl ParseError {
    /// Writes the answer: tagged where there is a tag (RFC 9051 §7.1.3).
    pub fn write(&self, out: &mut Vec<u8>) {
        let (status, code) = self.fault.answer();
        tagged(
            out,
            self.tag.as_ref(),
            status,
            code.as_ref(),
            &self.fault.to_string(),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers() {
        let answer = |tag: &str, fault: Fault| {
            let mut out = Vec::new();
            ParseError {
                tag: Tag::new(tag.as_bytes()),
                fault,
            }
            .write(&mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(
            answer("a", Fault::bad("expected SP")),
            "a BAD expected SP\r\n"
        );
        assert_eq!(answer("", Fault::bad("no tag")), "* BAD no tag\r\n");
        assert_eq!(
            answer("a", Fault::Unsupported("QRESYNC")),
            "a BAD QRESYNC is not supported\r\n"
        );
        assert_eq!(
            answer("a", Fault::BadCharset { save: false }),
            "a NO [BADCHARSET (US-ASCII UTF-8)] charset not supported\r\n"
        );
        assert_eq!(
            answer("a", Fault::Name(MailboxNameError::TooDeep)),
            "a NO [CANNOT] mailbox name has too many levels\r\n"
        );
    }
}
