//! NOOP (RFC 5321 §4.1.1.9).

use crate::reply::Reply;

pub(crate) fn reply() -> Reply {
    Reply::new(250, "2.0.0", "OK")
}
