//! An object's bytes as they come from the object store.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt};

use super::s3::is_unavailable;
use crate::{StoreError, StoreResult};

/// Reads an object from its beginning. Where a connection breaks (a server drops one whose reader
/// is slow), it goes on from there: an object never changes once it is written.
pub(super) struct Stream {
    objects: Arc<dyn ObjectStore>,
    name: Path,
    size: u64,
    at: u64,
    /// Where it broke last.
    broke_at: Option<u64>,
    body: BoxStream<'static, object_store::Result<Bytes>>,
}

impl Stream {
    /// Opens an object of `size` bytes.
    pub(super) async fn open(
        objects: Arc<dyn ObjectStore>,
        name: &str,
        size: u64,
    ) -> StoreResult<Self> {
        let name = Path::from(name);
        let found = objects.get(&name).await.map_err(|error| match error {
            object_store::Error::NotFound { .. } => {
                StoreError::Corrupt(format!("object {name} is missing"))
            }
            error => error.into(),
        })?;
        let has = found.meta.size;
        if has != size {
            return Err(StoreError::Corrupt(format!(
                "object {name} has {has} bytes, not {size}"
            )));
        }
        Ok(Self {
            objects,
            name,
            size,
            at: 0,
            broke_at: None,
            body: found.into_stream(),
        })
    }

    /// The next bytes; `None` at the end.
    pub(super) async fn next(&mut self) -> StoreResult<Option<Bytes>> {
        loop {
            match self.body.next().await {
                None => return Ok(None),
                Some(Ok(bytes)) => {
                    self.at += bytes.len() as u64;
                    return Ok(Some(bytes));
                }
                // Once more from here, but not again where that brought nothing.
                Some(Err(error))
                    if is_unavailable(&error)
                        && self.at < self.size
                        && self.broke_at != Some(self.at) =>
                {
                    tracing::debug!(%error, at = self.at, "an object is read on after a break");
                    self.broke_at = Some(self.at);
                    let rest = GetOptions::new().with_range(Some(GetRange::Offset(self.at)));
                    self.body = self.objects.get_opts(&self.name, rest).await?.into_stream();
                }
                Some(Err(error)) => return Err(error.into()),
            }
        }
    }
}
