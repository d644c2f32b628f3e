//! Pages of the mail on a real store, asked for as a browser does.

#![allow(clippy::unwrap_used)]

mod contacts;
mod door;
mod finding;
mod granted;
mod ground;
mod labels;
mod later;
mod lists;
mod logs;
mod places;
mod public;
mod recall;
mod recipients;
mod redirect;
mod requests;
mod rules;
mod setup;
mod smime;
mod taking_out;
