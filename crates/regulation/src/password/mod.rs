//! Passwords: the rule of a profile, the check of a candidate, one-time passwords.
//!
//! Each value of a rule keeps what set it, so that a refusal names its clause; a stricter rule can be laid on.

mod check;
mod common;
mod fold;
mod generate;
mod looser;
mod names;
mod read;
mod rule;
mod show;
mod walk;

pub use check::{Fault, LONGEST, check};
pub use generate::generate;
pub use names::{NameOf, Names};
pub(crate) use read::{overlay_rules, rule};
pub use rule::{Class, Rule};
