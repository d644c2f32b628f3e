//! Between use cases and documents: lists become rows of values, requests become forms and come back from them, reports become files.
//!
//! Pure: values and bytes in, values and bytes out; no store, no clock. All of it blocks as `congvu-documents` does, and so never runs in a
//! transaction nor on the runtime's own threads.

pub mod lists;
pub mod reports;
pub mod requests;

pub use congvu_documents::DocumentError;

/// Media type of XLSX.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// Media type of PDF.
pub const PDF: &str = "application/pdf";
/// Media type of CSV.
pub const CSV: &str = "text/csv; charset=utf-8";
