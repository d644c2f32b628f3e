//! EXPUNGE (RFC 9051 §6.4.3) and UID EXPUNGE (RFC 4315 §2.1), in chunks, so
//! that no mail waits for many messages. The numbers of each are told when the
//! session catches up, right after; where one fails, that is what was done.

use congvu_store::{FolderId, entry};

use crate::command::Expunge;
use crate::session::{Done, Failure, Session, Telling};

/// So many messages are removed in one transaction.
const CHUNK: usize = 1_000;
/// So many bytes of responses gather before they are sent.
const GATHER: usize = 32 << 10;

impl Session {
    pub(super) async fn expunge(&mut self, expunge: Expunge) -> Result<Done, Failure> {
        let selected = self.writable()?;
        let ranges = match &expunge.uids {
            Some(uids) => selected.resolve(uids)?,
            None => vec![(1, selected.uid_next.saturating_sub(1))],
        };
        let folder = selected.folder;
        let telling = Telling {
            expunge: true,
            uid: expunge.uids.is_some(),
            heard: false,
        };
        let removed = self.expunge_in(folder, ranges, Some(telling)).await?;
        Ok(Done {
            // RFC 7162 §3.2.7, §3.2.9
            highest: removed,
            ..Done::plain("EXPUNGE completed")
        })
    }

    /// Removes what is marked \Deleted, and says whether anything was.
    pub(super) async fn expunge_in(
        &mut self,
        folder: FolderId,
        ranges: Vec<(u32, u32)>,
        telling: Option<Telling>,
    ) -> Result<bool, Failure> {
        let look = self.server.store.read(move |tx| {
            let mut uids = Vec::new();
            for (first, last) in ranges {
                uids.extend(entry::deleted(tx, folder, first, last)?);
            }
            Ok::<_, Failure>(uids)
        });
        let uids = look.await?;
        let many = uids.len() > CHUNK;
        let any = !uids.is_empty();
        let witness = self.witness_here();
        for chunk in uids.chunks(CHUNK) {
            self.check_alive()?;
            let ranges = entry::ranges(chunk);
            let gone = ranges.clone();
            let witness = witness.clone();
            let work = move |tx: &mut congvu_store::Tx<'_>| {
                let gone = entry::expunge(tx, folder, &ranges)?;
                if let Some(witness) = &witness {
                    witness.removed(tx, folder, gone.len() as u64)?;
                }
                Ok::<_, Failure>(gone)
            };
            if many {
                self.server.store.write_bulk(work).await?;
            } else {
                self.server.store.write(work).await?;
            }
            self.removed(&gone);
            if let Some(telling) = telling
                && many
            {
                self.sync(telling).await?;
                self.flush_if_over(GATHER).await?;
            }
        }
        Ok(any)
    }
}
