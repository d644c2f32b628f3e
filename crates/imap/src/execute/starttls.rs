//! STARTTLS (RFC 9051 §6.2.1).

use std::time::Duration;

use crate::response::{Status, tagged};
use crate::session::{Done, End, Failure, Session};
use crate::types::Tag;

/// For the handshake.
const HANDSHAKE: Duration = Duration::from_secs(20);

impl Session {
    pub(super) async fn start_tls(&mut self, tag: &Tag) -> Result<Done, Failure> {
        if !self.conn.can_start_tls() {
            return Err(Failure::Bad("TLS is not available here"));
        }
        let text = "Begin TLS now";
        tagged(self.conn.out(), Some(tag), Status::Ok, None, text);
        let wait = HANDSHAKE.min(self.patience());
        if self.conn.start_tls(wait).await.is_err() {
            return Err(End::Silent.into());
        }
        self.restart_framer();
        // The answer left before the handshake.
        Err(Failure::Answered)
    }
}
