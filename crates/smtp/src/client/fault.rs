//! What goes wrong with a connection, and how the queue is told.

use std::fmt;
use std::io;

use congvu_delivery::outbound::{Reply, TransportError};

use super::reply::{ReplyError, plain};

/// What went wrong with a connection.
#[derive(Debug)]
pub(super) enum Fault {
    /// The server closed it.
    Closed,
    /// The server did not answer, or took nothing, in time.
    TimedOut,
    /// What it said is no reply.
    Reply(ReplyError),
    /// It said something else than it may.
    Unexpected(u16),
    /// The net failed.
    Io(io::Error),
    /// The TLS handshake failed.
    Tls(io::Error),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed => f.write_str("the server closed the connection"),
            Self::TimedOut => f.write_str("the server did not answer in time"),
            Self::Reply(error) => write!(f, "the server sent {error}"),
            Self::Unexpected(code) => write!(f, "the server answered {code} out of place"),
            Self::Io(error) => write!(f, "the connection failed: {error}"),
            Self::Tls(error) => write!(f, "TLS failed: {error}"),
        }
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::NotConnected
            | io::ErrorKind::WriteZero => Self::Closed,
            io::ErrorKind::TimedOut => Self::TimedOut,
            _ => Self::Io(error),
        }
    }
}

impl Fault {
    /// In place of a reply to `step` (RFC 3463 §3.5): tried again.
    pub(super) fn told(&self, step: &str) -> Reply {
        let status = match self {
            Self::Closed | Self::TimedOut | Self::Io(_) => "4.4.2",
            Self::Reply(_) | Self::Unexpected(_) => "4.5.0",
            Self::Tls(_) => "4.7.5",
        };
        own(421, status, &format!("{self} ({step})"))
    }

    /// Before any message.
    pub(super) fn ends(&self, step: &str) -> TransportError {
        temporary(self.told(step))
    }
}

/// A reply of our own, where nothing was asked or answered.
pub(super) fn own(code: u16, status: &str, text: &str) -> Reply {
    Reply {
        code,
        status: status.into(),
        text: plain(text),
    }
}

/// The server cannot be spoken to now.
pub(super) fn temporary(reply: Reply) -> TransportError {
    TransportError {
        reply,
        permanent: false,
    }
}
