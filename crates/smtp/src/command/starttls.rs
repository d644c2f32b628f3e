//! STARTTLS (RFC 3207).

use std::time::Duration;

use congvu_wire::WireError;

use crate::reply::Reply;
use crate::session::Session;

/// How long the handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(30);

const READY: Reply = Reply::new(220, "2.0.0", "Ready to start TLS");
const NOT_HERE: Reply = Reply::new(502, "5.5.1", "TLS is not available");
const ACTIVE: Reply = Reply::new(503, "5.5.1", "TLS is active already");

impl Session {
    /// `None`: the reply went out before the handshake.
    pub(crate) async fn start_tls(&mut self) -> Result<Option<Reply>, WireError> {
        if self.conn.tls().is_some() {
            return Ok(Some(ACTIVE));
        }
        if !self.conn.can_start_tls() {
            return Ok(Some(NOT_HERE));
        }
        // RFC 3207 §4.2: all that was said before is forgotten.
        self.reset();
        self.hello = None;
        self.signed_in = None;
        self.put(&READY);
        let dropped = tokio::select! {
            biased;
            () = self.shutdown.stopping() => return Err(WireError::Closed),
            dropped = self.conn.start_tls(HANDSHAKE) => dropped?,
        };
        if dropped > 0 {
            tracing::info!(
                conn = self.conn.id(),
                octets = dropped,
                "dropped what was sent before the TLS handshake"
            );
        }
        Ok(None)
    }
}
