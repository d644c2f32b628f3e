//! Writing responses (RFC 9051 §7) into a buffer. Nothing here fails and
//! nothing waits; who calls sends the buffer.

mod code;
mod data;
mod esearch;
mod number;
mod object;
mod status;
mod string;

pub use code::Code;
pub use data::{capabilities, flag_list, internal_date, mailbox, uid_set, word_list};
pub use esearch::ESearch;
pub use number::number;
pub use object::{Conversation, email_id, mailbox_id, parse_email_id, parse_thread_id, thread_id};
pub use status::{
    Condition, Status, continuation, tagged, tagged_rendered, untagged, untagged_number,
    untagged_status,
};
pub use string::{
    astring, literal_header, literal8_header, nstring, quoted, string, string_utf8, string8,
    unquote,
};
