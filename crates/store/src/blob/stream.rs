//! An object's bytes as they come from the object store.

use std::io::{Read, Seek, SeekFrom};
use std::sync::Arc;

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use object_store::path::Path;
use object_store::{
    GetOptions, GetRange, GetResult, GetResultPayload, ObjectStore, ObjectStoreExt,
};

use super::s3::is_unavailable;
use crate::{StoreError, StoreResult};

/// So many bytes of a file are read at once. `object_store` would take 8 KiB, and each piece costs
/// two switches between threads.
const CHUNK: u64 = 256 << 10;

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
            body: body(found),
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
                    self.body = body(self.objects.get_opts(&self.name, rest).await?);
                }
                Some(Err(error)) => return Err(error.into()),
            }
        }
    }
}

/// The bytes of what was found, in pieces.
fn body(found: GetResult) -> BoxStream<'static, object_store::Result<Bytes>> {
    let (file, start) = match found.payload {
        GetResultPayload::Stream(stream) => return stream,
        GetResultPayload::File(file, _) => (file, found.range.start),
    };
    let mut left = found.range.end - start;
    stream::try_unfold(file, move |mut file| {
        let wanted = left.min(CHUNK);
        let at = found.range.end - left;
        left -= wanted;
        async move {
            if wanted == 0 {
                return Ok(None);
            }
            let read = tokio::task::spawn_blocking(move || {
                let mut bytes = Vec::with_capacity(wanted as usize);
                file.seek(SeekFrom::Start(at))?;
                (&mut file).take(wanted).read_to_end(&mut bytes)?;
                Ok((bytes.into(), file))
            });
            match read.await {
                Ok(read) => read.map(Some).map_err(unreadable),
                Err(error) => Err(error.into()),
            }
        }
    })
    .boxed()
}

fn unreadable(error: std::io::Error) -> object_store::Error {
    object_store::Error::Generic {
        store: "folder",
        source: Box::new(error),
    }
}
