//! The record of what was done: chains of sealed segments, with signed checkpoints kept elsewhere.
//!
//! A record is written in the transaction of its act ([`congvu_store::audit`]). Each minute what was
//! committed is put into segments, each with the hash of the one before ([`seal`]), and writes a signed
//! line about each ([`Checkpoint`]) into a file that is to be copied away. Whoever changes, removes or adds
//! a sealed record later breaks a hash ([`verify`]); whoever makes all the hashes anew, or cuts off the end,
//! breaks with the copies. The chain of sign-ins is kept for a time only: its oldest segments go as a whole ([`prune`]), and
//! the chain of acts, which is never shortened, says up to where. What is not sealed yet, at most a minute's records, is told as such.

mod checkpoint;
mod hash;
mod prune;
mod seal;
mod verify;

pub use checkpoint::{Checkpoint, Checkpoints, Key, KeyError, is_signed, parse, public_key};
pub use prune::{Pruned, prune};
pub use seal::{EVERY, run, seal};
pub use verify::{Finding, Report, verify};
