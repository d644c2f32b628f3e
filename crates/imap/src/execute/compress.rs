//! COMPRESS (RFC 4978 §3). Only who is signed in may: no password is ever compressed with something that
//! somebody else has chosen.

use crate::response::{Code, Status, tagged};
use crate::session::{Done, Failure, Session};
use crate::types::Tag;

impl Session {
    pub(super) async fn compress(&mut self, tag: &Tag) -> Result<Done, Failure> {
        if self.conn.is_deflated() {
            // RFC 4978 §3: BAD, for no other layer compresses here.
            let code = Some(Code::CompressionActive);
            let text = "DEFLATE is active already";
            tagged(self.conn.out(), Some(tag), Status::Bad, code.as_ref(), text);
            return Err(Failure::Answered);
        }
        tagged(
            self.conn.out(),
            Some(tag),
            Status::Ok,
            None,
            "DEFLATE active",
        );
        let wait = self.server.config.write_timeout;
        self.conn.start_deflate(wait).await?;
        // The answer left as it is; whatever follows is compressed.
        Err(Failure::Answered)
    }
}
