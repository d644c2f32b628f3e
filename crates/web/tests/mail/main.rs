//! Pages of the mail on a real store, asked for as a browser does.

#![allow(clippy::unwrap_used)]

mod finding;
mod ground;
mod later;
mod recall;
mod redirect;
