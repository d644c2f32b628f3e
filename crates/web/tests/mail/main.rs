//! Pages of the mail on a real store, asked for as a browser does.

#![allow(clippy::unwrap_used)]

mod door;
mod contacts;
mod finding;
mod granted;
mod ground;
mod public;
mod setup;
mod labels;
mod lists;
mod taking_out;
mod later;
mod recall;
mod redirect;
