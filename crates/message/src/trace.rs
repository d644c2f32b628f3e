//! What servers wrote on a message on its way: which way it came, and what they found of who sent it.
//!
//! Anybody can write such lines. Which of them to believe is for those to decide who know what they wrote themselves.

mod received;
mod results;
mod words;

pub use received::{Hop, hops};
pub use results::{Finding, Results, results};
