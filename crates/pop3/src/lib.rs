//! POP3 server: RFC 1939 with CAPA and response codes (RFC 2449, RFC 3206), STLS (RFC 2595) and
//! SASL (RFC 5034).
//!
//! The maildrop is the INBOX as it was at sign-in, held by one session at a time.
//!
//! * [`Pop3Server`] handles connections; `session` is the life of one, `input` how it waits.
//! * `command` holds the commands, one a file.
//! * `maildrop`, `lock` and `content` are what the commands work on; `stuffing` and `top` are the
//!   pure rules of what goes over the wire.

mod command;
mod config;
mod content;
#[doc(hidden)]
pub mod fuzzing;
mod input;
mod lock;
mod maildrop;
mod reply;
mod server;
mod session;
mod sign_in;
mod stuffing;
mod top;

pub use config::Pop3Config;
pub use server::{BUSY, Pop3Server};
