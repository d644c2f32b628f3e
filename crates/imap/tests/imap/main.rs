//! The IMAP server against transcripts: a real server on a real store, talked to over a pipe.
#![allow(missing_docs, clippy::unwrap_used)]

mod support;

mod append;
mod changes;
mod compress;
mod condstore;
mod fetch;
mod flags;
mod folders;
mod indexed;
mod large;
mod measure;
mod protocol;
mod qresync;
mod rev2;
mod search;
mod sign_in;
mod stress;
mod unauthenticate;
mod utf8;
