//! NOOP (RFC 1939 §5).

use congvu_wire::Conn;

use crate::reply;
use crate::session::Flow;

/// Does nothing.
pub(crate) fn run(conn: &mut Conn) -> Flow {
    reply::ok(conn, "Nothing done");
    Flow::Continue
}
