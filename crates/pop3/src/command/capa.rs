//! CAPA (RFC 2449 §5).

use congvu_access::sasl::Mechanism;

use crate::reply;
use crate::session::{Flow, Session};

/// What can be used on this connection as it is now.
pub(crate) fn run(session: &mut Session) -> Flow {
    let may_sign_in = session.may_sign_in();
    let conn = &mut session.conn;
    reply::ok(conn, "Capabilities follow");
    reply::put(
        conn,
        "TOP\r\nUIDL\r\nPIPELINING\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\n",
    );
    if may_sign_in {
        let announced = session.shared.access.announced();
        let names = announced.map(Mechanism::name).collect::<Vec<_>>().join(" ");
        reply::put(conn, format_args!("USER\r\nSASL {names}\r\n"));
    }
    if conn.can_start_tls() {
        reply::put(conn, "STLS\r\n");
    }
    reply::put(conn, ".\r\n");
    Flow::Continue
}
