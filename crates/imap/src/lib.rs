//! IMAP server: IMAP4rev1 (RFC 3501), made so that IMAP4rev2 (RFC 9051) can
//! follow.
//!
//! * [`types`]: the values commands and responses are made of.
//! * [`parse`]: where a command ends and what its words are.
//! * [`command`]: the commands, one a file.
//! * [`response`]: how answers are written.
//! * [`view`]: message numbers as one session knows them.
//! * `session`: one connection, its waiting and its telling of changes.
//! * `execute`: what each command does, one a file.
//! * `fetch`, `search`, `order`: rendering messages, finding and sorting them.
//! * [`ImapServer`]: where it all begins.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod command;
mod execute;
mod fetch;
#[doc(hidden)]
pub mod fuzzing;
mod keepers;
mod order;
mod others;
pub mod parse;
pub mod response;
mod search;
mod server;
mod session;
pub mod types;
pub mod view;

pub use keepers::{Keeper, Keepers, NotDone};
pub use server::{BUSY, ImapConfig, ImapServer};
