//! DELE (RFC 1939 §5).

use congvu_wire::Conn;

use crate::reply;
use crate::session::{Flow, Transaction};

/// Marks; QUIT removes.
pub(crate) fn run(conn: &mut Conn, open: &mut Transaction, number: u32) -> Flow {
    match open.maildrop.mark(number) {
        Ok(()) => reply::ok(conn, "Marked deleted"),
        Err(absent) => reply::err(conn, absent),
    }
    Flow::Continue
}
