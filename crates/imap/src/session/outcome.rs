//! How a command ends, and how a session does.

use std::borrow::Cow;

use congvu_store::StoreError;
use congvu_wire::WireError;

use crate::response::{Code, Status};
use crate::view::BadSequence;

/// A command was done.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: Option<Vec<u8>>,
    pub(crate) text: &'static str,
    /// The code is to be the HIGHESTMODSEQ after what follows from the command was told.
    pub(crate) highest: bool,
}

impl Done {
    /// With nothing to add.
    pub(crate) fn plain(text: &'static str) -> Self {
        Self {
            code: None,
            text,
            highest: false,
        }
    }

    /// With a response code.
    pub(crate) fn with(code: &Code<'_>, text: &'static str) -> Self {
        let mut rendered = Vec::new();
        code.write(&mut rendered);
        Self {
            code: Some(rendered),
            text,
            highest: false,
        }
    }
}

/// Why a session ends.
#[derive(Debug)]
pub(crate) enum End {
    /// The client is told with BYE.
    Bye(Option<Code<'static>>, &'static str),
    /// Everything was said, or nothing can be.
    Silent,
}

/// What ends a command that was not done.
pub(crate) type Answer = (Status, Option<Code<'static>>, Cow<'static, str>);

/// Why a command was not done.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Refused: tagged NO.
    No(Option<Code<'static>>, &'static str),
    /// Refused by a rule, with its words: tagged NO.
    Refused(Code<'static>, String),
    /// Not a proper command: tagged BAD.
    Bad(&'static str),
    /// The store failed.
    Store(StoreError),
    /// The answer was written already.
    Answered,
    /// The session ends.
    End(End),
}

impl Failure {
    /// A refusal with its code.
    pub(crate) fn no(code: Code<'static>, text: &'static str) -> Self {
        Self::No(Some(code), text)
    }

    /// What the client is told; internal texts stay inside. `Err` ends the
    /// session.
    pub(crate) fn answer(self) -> Result<Option<Answer>, End> {
        Ok(Some(match self {
            Self::No(code, text) => (Status::No, code, text.into()),
            Self::Refused(code, text) => (Status::No, Some(code), text.into()),
            Self::Bad(text) => (Status::Bad, None, text.into()),
            Self::Store(error) => {
                let (code, text) = of_store(&error);
                (Status::No, Some(code), text.into())
            }
            Self::Answered => return Ok(None),
            Self::End(end) => return Err(end),
        }))
    }
}

/// The answer to a store's failure, which is logged where it is ours.
pub(crate) fn of_store(error: &StoreError) -> (Code<'static>, &'static str) {
    match error {
        StoreError::NotFound(_) => (Code::NonExistent, "No such mailbox"),
        StoreError::Conflict(_) => (Code::AlreadyExists, "Mailbox already exists"),
        StoreError::DiskFull | StoreError::Unavailable(_) | StoreError::Blob(_) => {
            tracing::warn!(%error, "IMAP command: the store cannot answer");
            (
                Code::Unavailable,
                "Temporarily unavailable, try again later",
            )
        }
        StoreError::Corrupt(_) => {
            tracing::error!(%error, "IMAP command: what is stored is damaged");
            (
                Code::Corruption,
                "Stored data is damaged, it has been recorded",
            )
        }
        StoreError::Schema(_) | StoreError::Database(_) | StoreError::Panicked => {
            tracing::error!(%error, "IMAP command failed");
            (Code::ServerBug, "Internal error, it has been recorded")
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<End> for Failure {
    fn from(end: End) -> Self {
        Self::End(end)
    }
}

impl From<WireError> for Failure {
    fn from(error: WireError) -> Self {
        Self::End(error.into())
    }
}

impl From<WireError> for End {
    fn from(error: WireError) -> Self {
        match error {
            WireError::TooLong => Self::Bye(None, "Too much input"),
            WireError::Closed | WireError::TimedOut | WireError::Io(_) | WireError::Tls(_) => {
                Self::Silent
            }
        }
    }
}

impl From<BadSequence> for Failure {
    fn from(_: BadSequence) -> Self {
        Self::Bad("No such message number")
    }
}
