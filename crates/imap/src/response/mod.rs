//! Writing responses (RFC 9051 §7) into a buffer. Nothing here fails and
//! nothing waits; who calls sends the buffer.

mod code;
mod data;
mod number;
mod status;
mod string;

pub use code::Code;
pub use data::{
    capabilities, flag_list, internal_date, mailbox, search_return, uid_set, word_list,
};
pub use number::number;
pub use status::{
    Condition, Status, continuation, tagged, tagged_rendered, untagged, untagged_number,
    untagged_status,
};
pub use string::{astring, literal_header, nstring, quoted, string, string_utf8, unquote};
