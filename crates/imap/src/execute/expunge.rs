//! EXPUNGE (RFC 9051 §6.4.3) and UID EXPUNGE (RFC 4315 §2.1). The numbers are
//! told when the session catches up, right after.

use crate::command::Expunge;
use crate::session::{Done, Failure, Session};

impl Session {
    pub(super) async fn expunge(&mut self, expunge: Expunge) -> Result<Done, Failure> {
        let selected = self.writable()?;
        let ranges = match &expunge.uids {
            Some(uids) => selected.view.resolve_uid(uids),
            None => vec![(1, selected.uid_next.saturating_sub(1))],
        };
        let folder = selected.folder;
        self.expunge_in(folder, ranges).await?;
        Ok(Done::plain("EXPUNGE completed"))
    }
}
