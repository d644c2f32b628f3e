//! IMAP server: IMAP4rev1 (RFC 3501), made so that IMAP4rev2 (RFC 9051) can
//! follow.
//!
//! * [`types`]: the values commands and responses are made of.
//! * [`parse`]: where a command ends and what its words are.
//! * [`command`]: the commands, one a file.
//! * [`response`]: how answers are written.
//! * [`view`]: message numbers as one session knows them.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod command;
#[doc(hidden)]
pub mod fuzzing;
pub mod parse;
pub mod response;
pub mod types;
pub mod view;
