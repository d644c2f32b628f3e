//! HTTP. Today the operations endpoints: health, readiness, metrics; webmail, console and
//! directory come here.

pub mod operations;
mod status;
