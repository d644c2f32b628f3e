//! Content: what messages may carry, decided over a description of the message.
//!
//! Each effect stands in the profile with its clause; [`Rule::decide`] gives the strictest effect and all findings at
//! once. Nothing here reads a message: whoever has read it fills in a [`Description`].

mod concern;
mod decide;
mod description;
mod effect;
mod file_name;
mod looser;
mod overlay;
mod pattern;
mod read;
mod real_type;
mod rule;
pub mod secrecy;
mod show;
mod verdict;
mod words;

pub use concern::Concern;
pub use description::{Description, File, FileId, Lock, Look, Reach, Unseen};
pub use effect::{Direction, Effect, Effects};
pub(crate) use overlay::overlay_rule;
pub use pattern::Pattern;
pub(crate) use read::{TABLES, rule};
pub use real_type::RealType;
pub use rule::Rule;
pub use verdict::{Finding, TOLD, Verdict};
