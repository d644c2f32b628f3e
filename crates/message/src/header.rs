//! Header blocks (RFC 5322 §2.2): fields, unfolding, decoding, selecting, address lists.

mod decode;
mod fields;
pub(crate) mod grammar;
mod list;
mod mailboxes;
pub(crate) mod scan;

pub use decode::decode_text;
pub use fields::{Field, Fields, fields, select, unfold};
pub use list::addresses;
pub(crate) use list::{Item, items};
pub(crate) use mailboxes::{Mailbox, mailboxes};
