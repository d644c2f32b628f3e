//! CLOSE and UNSELECT (RFC 9051 §6.4.1, §6.4.2).

use crate::session::{Done, Failure, Session};

impl Session {
    pub(super) async fn close(&mut self, expunge: bool) -> Result<Done, Failure> {
        if expunge
            && let Some(selected) = &self.selected
            && !selected.read_only
        {
            let (folder, last) = (selected.folder, selected.uid_next.saturating_sub(1));
            self.expunge_in(folder, vec![(1, last)], None).await?;
        }
        self.deselect().await;
        Ok(Done::plain(if expunge {
            "CLOSE completed"
        } else {
            "UNSELECT completed"
        }))
    }
}
