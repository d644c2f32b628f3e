//! The index of clauses: what each regulation asks of the software, and how far the software does it.
//!
//! `regulations/clauses/` is its one source, a file a regulation; `congvu clauses`, `docs/CONFORMANCE.md` and the checks of
//! `cargo xtask tidy` come from here.

mod entry;
mod index;
mod read;

pub use entry::{Clause, Kind, State};
pub use index::{Regulation, clauses, faults, find, known, of, regulations};
