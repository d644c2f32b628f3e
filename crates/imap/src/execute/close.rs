//! CLOSE and UNSELECT (RFC 9051 §6.4.1, §6.4.2).

use congvu_store::entry;

use crate::session::{Done, Failure, Session};

impl Session {
    pub(super) async fn close(&mut self, expunge: bool) -> Result<Done, Failure> {
        if expunge
            && let Some(selected) = &self.selected
            && !selected.read_only
        {
            let (folder, last) = (selected.folder, selected.uid_next.saturating_sub(1));
            self.expunge_in(folder, vec![(1, last)]).await?;
        }
        self.deselect().await;
        Ok(Done::plain(if expunge {
            "CLOSE completed"
        } else {
            "UNSELECT completed"
        }))
    }

    /// Removes what is marked \Deleted, if anything is.
    pub(super) async fn expunge_in(
        &mut self,
        folder: congvu_store::FolderId,
        ranges: Vec<(u32, u32)>,
    ) -> Result<(), Failure> {
        let store = &self.server.store;
        let look = ranges.clone();
        let any = store.read(move |tx| {
            for (first, last) in look {
                if !entry::deleted(tx, folder, first, last)?.is_empty() {
                    return Ok(true);
                }
            }
            Ok::<_, Failure>(false)
        });
        if any.await? {
            let write =
                store.write(move |tx| Ok::<_, Failure>(entry::expunge(tx, folder, &ranges)?));
            write.await?;
        }
        Ok(())
    }
}
