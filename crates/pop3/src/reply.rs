//! Writing replies.

use std::fmt::Display;
use std::io::Write;

use congvu_store::StoreError;
use congvu_wire::Conn;

/// Extended response codes (RFC 2449 §8, RFC 3206).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    /// The maildrop is held by another session (RFC 2449 §8.1.2).
    InUse,
    /// Something about the credentials (RFC 3206 §4).
    Auth,
    /// Trying again later may help (RFC 3206 §5).
    SysTemp,
    /// A person must do something first (RFC 3206 §5).
    SysPerm,
}

impl Code {
    fn text(self) -> &'static str {
        match self {
            Self::InUse => "[IN-USE] ",
            Self::Auth => "[AUTH] ",
            Self::SysTemp => "[SYS/TEMP] ",
            Self::SysPerm => "[SYS/PERM] ",
        }
    }
}

impl From<&StoreError> for Code {
    fn from(error: &StoreError) -> Self {
        match error {
            StoreError::Corrupt(_) | StoreError::Schema(_) => Self::SysPerm,
            _ => Self::SysTemp,
        }
    }
}

/// Appends formatted text to what is to be sent.
pub(crate) fn put(conn: &mut Conn, text: impl Display) {
    write!(conn.out(), "{text}").expect("writing to memory cannot fail");
}

/// `+OK text`
pub(crate) fn ok(conn: &mut Conn, text: impl Display) {
    put(conn, format_args!("+OK {text}\r\n"));
}

/// `-ERR text`
pub(crate) fn err(conn: &mut Conn, text: impl Display) {
    put(conn, format_args!("-ERR {text}\r\n"));
}

/// `-ERR [code] text`
pub(crate) fn err_code(conn: &mut Conn, code: Code, text: impl Display) {
    put(conn, format_args!("-ERR {}{text}\r\n", code.text()));
}

/// The store failed; what exactly is for the log, not for the peer.
pub(crate) fn trouble(conn: &mut Conn, error: &StoreError) {
    tracing::warn!(conn = conn.id(), %error, "POP3: the store failed");
    err_code(conn, error.into(), "The mail store failed, try again later");
}
