//! HELP (RFC 5321 §4.1.1.8).

use crate::reply::Reply;

pub(crate) fn reply() -> Reply {
    Reply::new(
        214,
        "2.0.0",
        "Commands: EHLO HELO MAIL RCPT DATA BDAT RSET NOOP QUIT VRFY HELP STARTTLS AUTH",
    )
}
