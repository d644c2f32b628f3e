//! HTTP. Today the REST API and the operations endpoints; webmail, console and directory come here.

pub mod api;
pub mod operations;
mod status;
