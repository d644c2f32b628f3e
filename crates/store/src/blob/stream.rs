//! An object's bytes as they come from the folder or from the object store.

use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt};

use super::s3::is_unavailable;
use crate::engine::blocking;
use crate::{StoreError, StoreResult};

/// So many bytes of a file are read at once.
const CHUNK: u64 = 256 << 10;

/// Reads an object from its beginning.
pub(super) enum Stream {
    File(Local),
    Object(Remote),
}

/// A file of the folder. `object_store` would read it in pieces of 8 KiB, each with two switches between
/// threads.
pub(super) struct Local {
    /// None where reading failed.
    file: Option<File>,
    /// So many bytes are still to be read.
    left: u64,
    /// What was read while it was opened.
    ready: Option<Bytes>,
}

/// An object. Where a connection breaks (a server drops one whose reader is slow), it goes on from there: an
/// object never changes once it is written.
pub(super) struct Remote {
    objects: Arc<dyn ObjectStore>,
    name: Path,
    size: u64,
    at: u64,
    /// Where it broke last.
    broke_at: Option<u64>,
    body: BoxStream<'static, object_store::Result<Bytes>>,
}

impl Stream {
    /// Opens an object of `size` bytes in a folder.
    pub(super) async fn of_file(
        folder: &LocalFileSystem,
        name: &Path,
        size: u64,
    ) -> StoreResult<Self> {
        let path = folder.path_to_filesystem(name)?;
        let opened = blocking(move || {
            let mut file = File::open(path)?;
            let has = file.metadata()?.len();
            let first = piece(&mut file, has.min(CHUNK))?;
            Ok((file, has, first))
        });
        let (file, has, first) = opened
            .await?
            .map_err(|error: io::Error| unopened(name, &error))?;
        right_size(name, has, size)?;
        Ok(Self::File(Local {
            file: Some(file),
            left: size.saturating_sub(first.len() as u64),
            ready: Some(first),
        }))
    }

    /// Opens an object of `size` bytes.
    pub(super) async fn of_object(
        objects: Arc<dyn ObjectStore>,
        name: Path,
        size: u64,
    ) -> StoreResult<Self> {
        let found = objects.get(&name).await.map_err(|error| match error {
            object_store::Error::NotFound { .. } => {
                StoreError::Corrupt(format!("object {name} is missing"))
            }
            error => error.into(),
        })?;
        right_size(&name, found.meta.size, size)?;
        Ok(Self::Object(Remote {
            objects,
            name,
            size,
            at: 0,
            broke_at: None,
            body: found.into_stream(),
        }))
    }

    /// The next bytes; `None` at the end.
    pub(super) async fn next(&mut self) -> StoreResult<Option<Bytes>> {
        match self {
            Self::File(local) => local.next().await,
            Self::Object(remote) => remote.next().await,
        }
    }
}

/// What `work` makes of a whole object of `size` bytes in a folder.
pub(super) async fn whole<T: Send + 'static>(
    folder: &LocalFileSystem,
    name: &Path,
    size: u64,
    work: impl FnOnce(Bytes) -> StoreResult<T> + Send + 'static,
) -> StoreResult<T> {
    let path = folder.path_to_filesystem(name)?;
    let name = name.clone();
    let done = blocking(move || {
        let read = File::open(path).and_then(|mut file| {
            let has = file.metadata()?.len();
            Ok((has, piece(&mut file, size)?))
        });
        let (has, stored) = read.map_err(|error| unopened(&name, &error))?;
        right_size(&name, has, size)?;
        work(stored)
    });
    done.await?
}

/// Why a file cannot be read.
fn unopened(name: &Path, error: &io::Error) -> StoreError {
    if error.kind() == io::ErrorKind::NotFound {
        StoreError::Corrupt(format!("object {name} is missing"))
    } else {
        unreadable(error)
    }
}

fn right_size(name: &Path, has: u64, size: u64) -> StoreResult<()> {
    if has == size {
        return Ok(());
    }
    Err(StoreError::Corrupt(format!(
        "object {name} has {has} bytes, not {size}"
    )))
}

fn unreadable(error: &io::Error) -> StoreError {
    StoreError::Blob(error.to_string())
}

/// The next `wanted` bytes of a file, or fewer at its end.
fn piece(file: &mut File, wanted: u64) -> io::Result<Bytes> {
    let mut bytes = Vec::with_capacity(wanted as usize);
    file.take(wanted).read_to_end(&mut bytes)?;
    Ok(bytes.into())
}

impl Local {
    async fn next(&mut self) -> StoreResult<Option<Bytes>> {
        let bytes = match (self.ready.take(), self.file.take()) {
            (Some(first), file) => {
                self.file = file;
                first
            }
            (None, Some(mut file)) if self.left > 0 => {
                let left = self.left;
                let read = blocking(move || Ok((piece(&mut file, left.min(CHUNK))?, file)));
                let (bytes, file) = read.await?.map_err(|error| unreadable(&error))?;
                self.left = left.saturating_sub(bytes.len() as u64);
                self.file = Some(file);
                bytes
            }
            (None, _) => return Ok(None),
        };
        Ok((!bytes.is_empty()).then_some(bytes))
    }
}

impl Remote {
    async fn next(&mut self) -> StoreResult<Option<Bytes>> {
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
                    let rest = self.objects.get_opts(&self.name, rest).await?;
                    self.body = rest.into_stream();
                }
                Some(Err(error)) => return Err(error.into()),
            }
        }
    }
}
