//! VRFY (RFC 5321 §4.1.1.6): who exists is told nobody (RFC 5321 §7.3).

use crate::reply::Reply;

/// Something must be asked for; what, does not matter.
pub(crate) fn parse(arguments: &str) -> Result<(), Reply> {
    if arguments.trim().is_empty() {
        return Err(Reply::new(501, "5.5.4", "Syntax: VRFY <address>"));
    }
    Ok(())
}

pub(crate) fn reply() -> Reply {
    Reply::new(252, "2.1.5", "Cannot verify, send the message and see")
}
