//! USER (RFC 1939 §7).

use crate::reply;
use crate::session::{Flow, Session};

/// Every name is taken alike: who exists is not told.
pub(crate) fn run(session: &mut Session, name: String) -> Flow {
    if !session.may_sign_in() {
        return session.fault("Use STLS first");
    }
    session.user = Some(name);
    reply::ok(&mut session.conn, "Send PASS");
    Flow::Continue
}
