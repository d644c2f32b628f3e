//! Regulations as data: profiles of the state bodies' rules (pure).
//!
//! A profile is one file of `regulations/`: every value stands beside the clause that sets it and a short quotation of
//! it, or is marked as a local setting where the text leaves it open. The files are compiled in; a further province
//! writes a file and one line in the catalogue.
//!
//! Sizes are in bytes; 1 MB is 1,048,576 bytes (the texts write "MB" and "Megabyte" and mean what mail programs show).

pub mod calendar;
mod catalogue;
mod cited;
mod clause;
pub mod clauses;
mod date;
pub mod naming;
mod origin;
pub mod password;
mod profile;
mod read;
mod show;
mod size;

pub use catalogue::{profile, profiles};
pub use cited::{Cited, Source};
pub use clause::{BadClause, ClauseId};
pub use date::{BadDate, Date, Weekday};
pub use origin::{Origin, Value};
pub use profile::{InForce, LockMode, MailboxKind, Profile};
pub use read::Fault;
pub use show::{Row, Section};
pub use size::parse_size;

/// One megabyte as this project counts it, in bytes.
pub const MB: u64 = 1024 * 1024;
