//! The IMAP server against transcripts: a real server on a real store, talked to over a pipe.
#![allow(missing_docs, clippy::unwrap_used)]

mod support;

mod append;
mod changes;
mod compress;
mod condstore;
mod esearch;
mod fetch;
mod flags;
mod folders;
mod indexed;
mod inprogress;
mod large;
mod measure;
mod objectid;
mod order_model;
mod partial;
mod preview;
mod protocol;
mod qresync;
mod rev2;
mod savedate;
mod search;
mod searchres;
mod sign_in;
mod sort;
mod stress;
mod thread;
mod unauthenticate;
mod utf8;
mod within;
