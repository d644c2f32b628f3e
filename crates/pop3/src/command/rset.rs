//! RSET (RFC 1939 §5).

use congvu_wire::Conn;

use crate::reply;
use crate::session::{Flow, Transaction};

/// Takes the marks of DELE back.
pub(crate) fn run(conn: &mut Conn, open: &mut Transaction) -> Flow {
    open.maildrop.unmark_all();
    let (count, octets) = (open.maildrop.count(), open.maildrop.octets());
    reply::ok(conn, format_args!("{count} messages ({octets} octets)"));
    Flow::Continue
}
