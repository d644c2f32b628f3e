//! The server talked to as a client would, over a store in a temporary folder.

mod auth;
mod chunking;
mod client;
mod commands;
mod limits;
mod listening;
mod load;
mod log;
mod messages;
mod recipients;
mod senders;
mod smuggling;
mod support;
mod tls;
