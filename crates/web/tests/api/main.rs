//! The REST API on a real store.

#![allow(clippy::unwrap_used)]

mod access;
mod described;
mod hostile;
mod own;
mod pages;
mod papers;
mod requests;
mod scim;
mod socket;
mod support;
mod tokens;
mod units;
