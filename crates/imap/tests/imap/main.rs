//! The IMAP server against transcripts: a real server on a real store, talked to over a pipe.
#![allow(missing_docs, clippy::unwrap_used)]

mod support;

mod append;
mod binary;
mod changes;
mod condstore;
mod fetch;
mod flags;
mod folders;
mod indexed;
mod large;
mod list_extended;
mod measure;
mod metadata;
mod multiappend;
mod notify;
mod protocol;
mod replace;
mod search;
mod sign_in;
mod stress;
