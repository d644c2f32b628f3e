//! A message's octets, piece by piece.

use bytes::Bytes;
use congvu_store::blob::BlobReader;
use congvu_store::{FolderId, Store, StoreResult, entry};

/// A message being read: its recipient's own header lines, then the blob. Holds one piece of
/// the blob at a time.
#[derive(Debug)]
pub(crate) struct Content {
    prefix: Bytes,
    first: Bytes,
    reader: BlobReader,
}

impl Content {
    /// Opens a message and reads its first piece, so that a store that fails shows before anything
    /// is sent. `None` where the message is gone: another program removed it meanwhile.
    pub(crate) async fn open(
        store: &Store,
        folder: FolderId,
        uid: u32,
    ) -> StoreResult<Option<Self>> {
        let found = store
            .read(move |tx| {
                let mut found = None;
                entry::scan(tx, folder, (uid, uid), entry::Want::Blob, |entry| {
                    found = Some((Bytes::copy_from_slice(entry.prefix()?), entry.blob()?));
                    Ok(false)
                })?;
                Ok::<_, congvu_store::StoreError>(found)
            })
            .await?;
        let Some((prefix, blob)) = found else {
            return Ok(None);
        };
        let mut reader = store.blobs().open_blob(&blob).await?;
        let first = reader.next().await?.unwrap_or_default();
        Ok(Some(Self {
            prefix,
            first,
            reader,
        }))
    }

    /// The next piece; `None` at the end.
    pub(crate) async fn next(&mut self) -> StoreResult<Option<Bytes>> {
        for ready in [&mut self.prefix, &mut self.first] {
            if !ready.is_empty() {
                return Ok(Some(std::mem::take(ready)));
            }
        }
        self.reader.next().await
    }
}
