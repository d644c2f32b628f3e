//! RSET (RFC 5321 §4.1.1.5).

use crate::reply::Reply;
use crate::session::Session;

impl Session {
    pub(crate) fn rset(&mut self) -> Reply {
        self.reset();
        Reply::new(250, "2.0.0", "Reset")
    }
}
