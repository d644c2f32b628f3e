//! UNAUTHENTICATE (RFC 8437 §3): the connection is as new, but for TLS.

use crate::response::{Status, tagged_rendered};
use crate::session::{Done, Failure, Session};
use crate::types::Tag;

impl Session {
    pub(super) async fn unauthenticate(&mut self, tag: &Tag) -> Result<Done, Failure> {
        self.deselect().await;
        self.reset();
        let code = self.capability_code();
        let text = "Signed out";
        tagged_rendered(
            self.conn.out(),
            tag,
            Status::Ok,
            Some(code.as_bytes()),
            text,
        );
        if self.conn.is_deflated() {
            // RFC 8437 §4.1: behind this answer in our direction, behind the command in the client's.
            let wait = self.server.config.write_timeout;
            self.conn.stop_deflate(wait).await?;
        }
        Err(Failure::Answered)
    }
}
