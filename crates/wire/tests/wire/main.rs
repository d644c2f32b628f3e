//! The crate as its users see it: real sockets, a real TLS client.

mod deflate;
mod lines;
mod output;
mod serving;
mod starttls;
mod stopping;
mod support;
