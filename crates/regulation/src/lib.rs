//! Regulations as data: profiles of the state bodies' rules (pure).
//!
//! A profile is one file of `regulations/`: every value stands beside the clause that sets it and a short quotation of
//! it, or is marked as a local setting where the text leaves it open. The files are compiled in; a further province
//! writes a file, which an installation adds to its [`Catalogue`].
//!
//! Sizes are in bytes; 1 MB is 1,048,576 bytes (the texts write "MB" and "Megabyte" and mean what mail programs show).

pub mod acceptable_use;
pub mod access;
pub mod calendar;
mod catalogue;
pub mod checks;
mod cited;
mod clause;
pub mod clauses;
mod compare;
pub mod content;
mod date;
pub mod forms;
pub mod forwarding;
#[doc(hidden)]
pub mod fuzzing;
pub mod guidance;
pub mod head;
pub mod lifecycle;
mod moment;
pub mod naming;
mod origin;
mod overlay;
pub mod password;
mod profile;
pub mod quota;
mod read;
mod refusal;
pub mod reports;
pub mod requests;
pub mod schema;
mod show;
mod size;
pub mod stops;
mod tree;
pub mod violations;

pub use catalogue::{Catalogue, Twice, profile, profiles};
pub use cited::{Cited, Source};
pub use clause::{BadClause, ClauseId};
pub use compare::{Pair, compare};
pub use date::{BadDate, Date, Weekday};
pub use moment::{BadMoment, Moment};
pub use origin::{Origin, Value};
pub use overlay::{Networks, Overlay, SecondFactor};
pub use profile::{InForce, LockMode, MailboxKind, Profile, on_the_wire};
pub use read::Fault;
pub use refusal::Refusal;
pub use show::{Row, Section};
pub use size::{parse_size, shown as shown_size};
pub use tree::in_force;

/// One megabyte as this project counts it, in bytes.
pub const MB: u64 = 1024 * 1024;
