//! Organisations, what becomes of them, bulk renames, lists, the directory.

#![allow(clippy::unwrap_used)]

mod directory;
mod fixture;
mod lists;
mod many;
mod organisations;
mod quota;
mod rename;
mod succession;
