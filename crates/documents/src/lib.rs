//! Forms and reports out, lists in.
//!
//! Pure: bytes and values in, bytes and values out; no store, no network, no clock, no file is opened. Every date is given, so the same
//! input makes the same bytes. PDF is set by typst in the layout of administrative documents (Nghị định 30/2020/NĐ-CP, Phụ lục I) from sources and
//! fonts that lie in the program; what people typed reaches typst as data, never as markup.
//!
//! All of it blocks: a form takes some 10 ms, a report of 5,000 rows some seconds of a core and half a GB while it is set (large ones wait for one another). May be called
//! from any number of threads; not from the runtime's own.
//!
//! * [`sheet`]: lists that people fill in ([`sheet::open`], [`sheet::read`]) and tables out as XLSX and CSV ([`sheet::write`]).
//! * [`form`]: the printed forms of a regulation (QN Mẫu 01–04): data ↔ PDF, data ↔ XLSX, and what is wrong with the data.
//! * [`report`]: reports and records of hand-over, as PDF, XLSX and CSV.

mod day;
mod error;
mod fold;
pub mod form;
pub mod fuzzing;
mod layout;
pub mod letter;
pub mod report;
pub mod sheet;

pub use error::{DocumentError, Fault};
