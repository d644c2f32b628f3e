//! Naming: from what a thing or a person is called to the address it gets.
//!
//! A pattern is data: the `[naming.…]` tables of a profile hold, for each kind, the steps that write an address
//! (`write`), a `limit`, and the ways out of a clash (`clash`), each beside its clause. The steps and ways themselves are
//! one file each in `write/` and `clash/`; no file here knows a province. See `regulations/README.md` for the keys.

mod clash;
mod draft;
mod fold;
mod local_part;
mod offer;
mod pattern;
mod proposal;
mod propose;
mod read;
mod reissue;
mod request;
mod reserved;
mod sense;
mod show;
mod taken;
mod write;

pub use fold::fold;
pub use local_part::{LONGEST, is_local_part};
pub use pattern::Naming;
pub use proposal::{Proposal, Step};
pub(crate) use read::naming;
pub use request::{Context, Kind, Name, NamingError, Part, PersonName, Request};
pub use reserved::{RESERVED, is_reserved};
pub(crate) use sense::Sense;
pub use taken::{BadTaken, Holder, Taken, TakenList, parse_taken, parse_taken_in};
