//! The life of mailboxes under the five profiles, on the real store with a driven clock.

#![allow(clippy::unwrap_used)]

mod limits;
mod lists;
mod passwords;
mod profiles;
#[path = "../support/mod.rs"]
mod support;
mod sweeps;
mod trials;

/// 2026-01-05T08:00 in Vietnam.
const BEGIN: i64 = 1_767_574_800_000;
