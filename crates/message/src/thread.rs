//! What sorting and threading compare (RFC 5256): base subjects, collation keys, Message-IDs.

mod collation;
mod message_id;
mod subject;

pub use collation::collation_key;
pub use message_id::normalized;
pub use subject::{BaseSubject, base_subject};
