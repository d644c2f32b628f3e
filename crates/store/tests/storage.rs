//! The storage suite. Each case is written once and runs on SQLite and on PostgreSQL; cases about
//! blobs run on an S3 server too, which lives in the test's process.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "a test's failure is its message"
)]

mod suite;
