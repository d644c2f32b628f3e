//! The IMAP server against transcripts: a real server on a real store, talked to over a pipe.
#![allow(missing_docs, clippy::unwrap_used)]

mod support;

mod access;
mod append;
mod binary;
mod changes;
mod compress;
mod condstore;
mod esearch;
mod fetch;
mod flags;
mod folders;
mod indexed;
mod inprogress;
/// The program's own adapter to governance.
#[path = "../../../congvu/src/keepers.rs"]
mod keepers;
mod large;
mod list_extended;
mod measure;
mod meeting;
mod metadata;
mod multiappend;
mod notify;
mod objectid;
mod order_model;
mod partial;
mod preview;
mod protocol;
mod qresync;
mod replace;
mod rev2;
mod savedate;
mod search;
mod searchres;
mod shared;
mod sign_in;
mod sort;
mod stress;
mod thread;
mod unauthenticate;
mod utf8;
mod within;
