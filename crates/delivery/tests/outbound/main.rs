//! Mail to other servers, with a network that lies in memory: every case on both engines.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "a test's failure is its message"
)]

#[macro_use]
mod net;
mod world;

mod away;
mod crash;
mod filters;
mod forms;
mod groups;
mod held;
mod homes;
mod notices;
mod sending;
mod takedown;
mod trouble;
