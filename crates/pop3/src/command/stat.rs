//! STAT (RFC 1939 §5).

use congvu_wire::Conn;

use crate::reply;
use crate::session::{Flow, Transaction};

/// Messages marked deleted do not count.
pub(crate) fn run(conn: &mut Conn, open: &Transaction) -> Flow {
    let (count, octets) = (open.maildrop.count(), open.maildrop.octets());
    reply::ok(conn, format_args!("{count} {octets}"));
    Flow::Continue
}
