//! The POP3 server in one process with its peers, over a SQLite store in a temporary folder.

#![allow(clippy::unwrap_used)]

mod deletion;
mod ending;
mod lock;
mod messages;
mod pipelining;
mod poplib;
mod sign_in;
mod stls;
mod support;
mod transcripts;
