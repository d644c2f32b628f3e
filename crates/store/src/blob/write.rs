//! Writing: hash and compress as bytes come, in bounded memory.

use std::cell::RefCell;
use std::io::Write;

use object_store::{ObjectStoreExt, WriteMultipart};
use parking_lot::Mutex;

use super::{Blobs, Codec, Place};
use crate::store::random;
use crate::{StoreError, StoreResult};

/// Mail text shrinks well at the fastest level; higher ones cost more time than disks cost money.
const LEVEL: i32 = 1;
/// Up to so many bytes wait in memory and are compressed at once.
const SMALL: usize = 128 << 10;
/// Parts on their way at a time.
const IN_FLIGHT: usize = 1;

thread_local! {
    static COMPRESSOR: RefCell<Option<zstd::bulk::Compressor<'static>>> = const { RefCell::new(None) };
}

/// Bytes that are stored, but that nothing refers to yet.
#[derive(Debug)]
pub struct StagedBlob {
    pub(crate) hash: [u8; 32],
    pub(crate) size: u64,
    pub(crate) stored: u64,
    pub(crate) codec: Codec,
    pub(crate) place: Place,
}

impl StagedBlob {
    /// Bytes once inflated.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The keyed hash of its bytes.
    #[must_use]
    pub fn hash(&self) -> &[u8; 32] {
        &self.hash
    }

    /// As a blob to be read, before anything refers to it.
    #[must_use]
    pub fn as_blob(&self) -> super::BlobRef {
        super::BlobRef {
            id: crate::BlobId(0),
            size: self.size,
            codec: self.codec,
            place: self.place.clone(),
            hash: self.hash,
            stored: self.stored,
        }
    }

    /// Bytes of it that lie in memory until it is put into the database.
    #[must_use]
    pub fn held(&self) -> usize {
        match &self.place {
            Place::Inline(bytes) => bytes.len(),
            Place::Object(_) => 0,
        }
    }
}

/// Takes a blob's bytes as they come.
pub struct BlobWriter {
    blobs: Blobs,
    hasher: Box<blake3::Hasher>,
    size: u64,
    mode: Mode,
}

enum Mode {
    Small(Vec<u8>),
    Large(Box<Upload>),
}

struct Upload {
    name: String,
    encoder: zstd::stream::write::Encoder<'static, Vec<u8>>,
    /// Never locked: the mutex makes it `Sync`, so that what holds a writer may be shared. Taken
    /// by the end.
    parts: Option<Mutex<WriteMultipart>>,
    stored: u64,
}

/// A bucket keeps the parts of an upload that was never ended, where nobody sees them.
impl Drop for Upload {
    fn drop(&mut self) {
        if let Some(parts) = self.parts.take()
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(async move {
                if let Err(error) = parts.into_inner().abort().await {
                    tracing::warn!(%error, "cannot remove a half upload");
                }
            });
        }
    }
}

impl std::fmt::Debug for BlobWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BlobWriter")
            .field("size", &self.size)
            .finish()
    }
}

impl Blobs {
    /// A new blob. A writer that is dropped unfinished leaves no object behind, or one that the
    /// sweeper collects.
    #[must_use]
    pub fn writer(&self) -> BlobWriter {
        BlobWriter {
            blobs: self.clone(),
            hasher: Box::new(blake3::Hasher::new_keyed(&self.0.key)),
            size: 0,
            mode: Mode::Small(Vec::new()),
        }
    }

    /// Stages bytes that lie in memory.
    pub async fn stage(&self, bytes: &[u8]) -> StoreResult<StagedBlob> {
        let mut writer = self.writer();
        writer.write(bytes).await?;
        writer.finish().await
    }
}

impl BlobWriter {
    /// Bytes taken so far.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Takes the next bytes.
    pub async fn write(&mut self, chunk: &[u8]) -> StoreResult<()> {
        self.hasher.update(chunk);
        self.size += chunk.len() as u64;
        match &mut self.mode {
            Mode::Small(buffer) if buffer.len() + chunk.len() <= SMALL => {
                buffer.extend_from_slice(chunk);
                Ok(())
            }
            Mode::Small(buffer) => {
                let buffered = std::mem::take(buffer);
                let mut upload = Upload::start(&self.blobs).await?;
                upload.push(&buffered).await?;
                upload.push(chunk).await?;
                self.mode = Mode::Large(Box::new(upload));
                Ok(())
            }
            Mode::Large(upload) => upload.push(chunk).await,
        }
    }

    /// Ends the blob: what is large is synced when this returns.
    pub async fn finish(self) -> StoreResult<StagedBlob> {
        let hash = *self.hasher.finalize().as_bytes();
        let size = self.size;
        match self.mode {
            Mode::Small(buffer) => {
                let (codec, bytes) = compress(buffer)?;
                let stored = bytes.len() as u64;
                let place = if bytes.len() <= self.blobs.0.inline_max {
                    Place::Inline(bytes)
                } else {
                    let name = object_name();
                    self.blobs
                        .0
                        .objects
                        .put(&name.as_str().into(), bytes.into())
                        .await?;
                    Place::Object(name)
                };
                Ok(StagedBlob {
                    hash,
                    size,
                    stored,
                    codec,
                    place,
                })
            }
            Mode::Large(upload) => {
                let (name, stored) = upload.finish().await?;
                Ok(StagedBlob {
                    hash,
                    size,
                    stored,
                    codec: Codec::Zstd,
                    place: Place::Object(name),
                })
            }
        }
    }
}

impl Upload {
    async fn start(blobs: &Blobs) -> StoreResult<Self> {
        let name = object_name();
        let upload = blobs.0.objects.put_multipart(&name.as_str().into()).await?;
        let parts = WriteMultipart::new_with_chunk_size(upload, blobs.0.part);
        Ok(Self {
            name,
            encoder: zstd::stream::write::Encoder::new(Vec::new(), LEVEL).map_err(code)?,
            parts: Some(Mutex::new(parts)),
            stored: 0,
        })
    }

    async fn push(&mut self, chunk: &[u8]) -> StoreResult<()> {
        self.encoder.write_all(chunk).map_err(code)?;
        self.drain().await
    }

    async fn drain(&mut self) -> StoreResult<()> {
        let coded = self.encoder.get_mut();
        if !coded.is_empty()
            && let Some(parts) = &mut self.parts
        {
            self.stored += coded.len() as u64;
            let parts = parts.get_mut();
            parts.wait_for_capacity(IN_FLIGHT).await?;
            parts.write(coded);
            coded.clear();
        }
        Ok(())
    }

    async fn finish(mut self) -> StoreResult<(String, u64)> {
        self.encoder.do_finish().map_err(code)?;
        self.drain().await?;
        if let Some(parts) = self.parts.take() {
            parts.into_inner().finish().await?;
        }
        Ok((std::mem::take(&mut self.name), self.stored))
    }
}

/// Compresses what lies in memory, unless that makes it no smaller.
fn compress(bytes: Vec<u8>) -> StoreResult<(Codec, Vec<u8>)> {
    let coded = COMPRESSOR.with_borrow_mut(|slot| {
        if slot.is_none() {
            *slot = Some(zstd::bulk::Compressor::new(LEVEL).map_err(code)?);
        }
        let compressor = slot
            .as_mut()
            .ok_or_else(|| StoreError::Blob("zstd".into()))?;
        compressor.compress(&bytes).map_err(code)
    })?;
    Ok(if coded.len() < bytes.len() {
        (Codec::Zstd, coded)
    } else {
        (Codec::Plain, bytes)
    })
}

#[expect(clippy::needless_pass_by_value, reason = "used in map_err")]
fn code(error: std::io::Error) -> StoreError {
    StoreError::Blob(format!("zstd: {error}"))
}

/// A name nobody can guess, in one of 256 folders.
pub(super) fn object_name() -> String {
    use std::fmt::Write as _;
    let bytes = random::<16>();
    let mut name = String::with_capacity(40);
    for (n, byte) in bytes.iter().enumerate() {
        if n == 1 {
            name.push('/');
        }
        // Writing into a String cannot fail.
        let _ = write!(name, "{byte:02x}");
    }
    name
}
