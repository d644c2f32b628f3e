//! The REST API on a real store.

#![allow(clippy::unwrap_used)]

mod access;
mod described;
mod hostile;
mod logs;
mod own;
mod pages;
mod papers;
mod places;
mod requests;
mod scim;
mod socket;
mod support;
mod takedowns;
mod tokens;
mod units;
mod units_kept;
