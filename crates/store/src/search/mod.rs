//! The search index: terms of a folder's messages, and the UIDs that have them.
//!
//! A folder's index is a row of *segments*, each of the terms of a range of UIDs. A segment is never
//! changed: what is delivered becomes new small ones behind ([`Growth`]), eight of a level are merged
//! into one of the next ([`Merger`]), and the UIDs that were expunged meanwhile drop out. A segment is
//! written in bounded transactions and flips to live in the last one; what a crash leaves unfinished
//! is removed ([`sweep`]) and made again. UIDs are handed out in the order of commits, so one number
//! a folder (`indexed_uid`) says up to where all is indexed; what lies above must be looked at.
//!
//! The store knows terms as bytes. What a term means and which of them a search asks for is
//! `congvu-message`'s.

mod check;
mod coding;
mod lookup;
mod merge;
mod segment;
mod uids;

pub(crate) use check::check;
pub use check::{Extent, extent};
pub use coding::{Block, Writer, fuzzing};
#[cfg(test)]
pub(crate) use lookup::{BEFORE, BLOCKS, LISTS};
pub use lookup::{Budget, Index, between, find, index};
pub use merge::Merger;
pub use segment::{
    Growth, LEAST, Plan, Segment, begin, due, finish_growth, finish_merge, note_due, plan,
    put_blocks, reset, settle, sweep, unindexed,
};
pub(crate) use segment::{forget, noticed, purge};
pub use uids::Uids;
