//! STLS (RFC 2595 §4).

use std::time::Duration;

use crate::input::End;
use crate::reply;
use crate::session::{Flow, Outcome, Session};

/// How long the handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(30);

/// What the peer sent before the handshake is forgotten: the name given with USER, and octets
/// pipelined after this command, which somebody on the way may have put there.
pub(crate) async fn run(session: &mut Session) -> Outcome {
    if session.conn.tls().is_some() {
        return Ok(session.fault("TLS is active already"));
    }
    if !session.conn.can_start_tls() {
        return Ok(session.fault("TLS is not offered here"));
    }
    reply::ok(&mut session.conn, "Begin TLS");
    let conn = session.conn.id();
    let discarded = tokio::select! {
        biased;
        () = session.shutdown.stopping() => return Err(End::Lost),
        result = session.conn.start_tls(HANDSHAKE) => result?,
    };
    if discarded > 0 {
        tracing::info!(conn, discarded, "plain octets after STLS thrown away");
    }
    Ok(Flow::Continue)
}
