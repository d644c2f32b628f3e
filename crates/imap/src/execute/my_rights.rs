//! MYRIGHTS (RFC 4314 §3.5): what one may do with one's own mailboxes. Rights for
//! others come with delegation; who signs in to a unit mailbox has them all.

use congvu_store::Tx;

use super::names;
use crate::response::mailbox;
use crate::session::{Done, Failure, Session};
use crate::types::MailboxName;

impl Session {
    pub(super) async fn my_rights(&mut self, name: MailboxName) -> Result<Done, Failure> {
        let id = self.mailbox()?;
        let utf8 = self.enabled.unicode();
        let work = move |tx: &mut Tx<'_>| {
            let mut out = Vec::new();
            names::find(tx, id, &name)?;
            render(&mut out, &name, utf8);
            Ok::<_, Failure>(out)
        };
        let out = self.server.store.read(work).await?;
        self.conn.put(&out);
        Ok(Done::plain("MYRIGHTS completed"))
    }
}

/// Writes a MYRIGHTS response. There is no `a`, for nothing is administered here
/// yet, and INBOX has no `x`, for it cannot be deleted; `c` and `d` are the old
/// words for `k`, `x` and `t`, `e`, `x` (RFC 4314 §2.1.1).
pub(super) fn render(out: &mut Vec<u8>, name: &MailboxName, utf8: bool) {
    out.extend_from_slice(b"* MYRIGHTS ");
    mailbox(out, name, utf8);
    out.extend_from_slice(if name.is_inbox() {
        b" lrswipktecd\r\n"
    } else {
        b" lrswipkxtecd\r\n"
    });
}
