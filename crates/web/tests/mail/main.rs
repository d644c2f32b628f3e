//! Pages of the mail on a real store, asked for as a browser does.

#![allow(clippy::unwrap_used)]

mod contacts;
mod finding;
mod ground;
mod labels;
mod lists;
mod taking_out;
