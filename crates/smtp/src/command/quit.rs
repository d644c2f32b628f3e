//! QUIT (RFC 5321 §4.1.1.10).

use crate::reply::Reply;

pub(crate) fn reply() -> Reply {
    Reply::new(221, "2.0.0", "Goodbye")
}
