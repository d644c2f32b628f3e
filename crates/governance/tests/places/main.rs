//! Organisations, what becomes of them, bulk renames, lists, the directory.

#![allow(clippy::unwrap_used)]

mod directory;
mod fixture;
mod groups;
mod limits;
mod lists;
mod many;
mod organisations;
mod rename;
mod shown;
mod succession;
