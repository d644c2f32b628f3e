//! MIME: structure, envelope, decoding and folding of text (pure).
//!
//! [`Analyzer`] reads one message in any chunking, with bounded memory, and gives an [`Analysis`]: the MIME tree
//! ([`Part`]) with absolute offsets, the rendered IMAP `ENVELOPE` and the [`Facts`] that delivery and search need.
//! The other modules are the tools it is made of, useful alone: header fields, dates, addresses, transfer
//! encodings, charsets and folding for search.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod address;
mod analyzer;
pub mod automatic;
pub mod binary;
pub mod charset;
pub mod date;
pub mod digest;
pub mod encoding;
mod envelope;
mod facts;
pub mod filter;
pub mod fold;
pub mod footer;
#[doc(hidden)]
pub mod fuzzing;
pub mod header;
mod imap_string;
pub mod invitation;
mod parameters;
mod part;
mod preview;
pub mod receipt;
pub mod safe_html;
pub mod search;
mod shown;
pub mod smime;
pub mod thread;
pub mod trace;
pub mod vcard;
pub mod written;

pub use analyzer::{Analysis, Analyzer, limits};
pub use facts::{AddressSpec, Facts};
pub use part::{DecodeError, Kind, Part};
pub use shown::{Located, Shown};
