//! SMTP server: MX and submission (RFC 5321, RFC 6409); and the client, in [`client`].
//!
//! One [`SmtpServer`] serves one role; [`SmtpServer::handle`] is the life of one connection. The
//! commands are in `command`, one a file; the end of the data is found by `data`.
//!
//! * The end of a message is CR LF . CR LF and nothing else. A message with a bare CR or LF is read
//!   to its true end and refused, so that no two servers can disagree about where it ends.
//! * `250` for a message leaves only after it is committed and synced.
//! * What a peer may use of memory and time is bounded by [`SmtpConfig`].

pub mod client;
mod command;
mod config;
mod data;
pub mod fuzzing;
mod input;
mod message;
mod reply;
mod server;
mod session;
mod slots;
mod transaction;

pub use config::{Role, SmtpConfig};
pub use server::SmtpServer;

/// What a peer is told that is not let in, see `congvu_wire::serve`.
pub const BUSY: &[u8] = b"421 4.7.0 Too many connections, try again later\r\n";
