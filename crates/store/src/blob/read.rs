//! Reading: inflated chunk by chunk, verified against the hash when read whole.

use std::cell::RefCell;

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use object_store::ObjectStoreExt;
use zstd::stream::raw::{Decoder, InBuffer, Operation, OutBuffer};

use super::{BlobRef, Blobs, Codec, Place};
use crate::{StoreError, StoreResult};

/// Inflated bytes a chunk holds at most.
const CHUNK: usize = 64 << 10;
/// More than any inline blob ever held, inflated.
const INLINE_MOST: usize = 64 << 20;

thread_local! {
    static DECOMPRESSOR: RefCell<Option<zstd::bulk::Decompressor<'static>>> = const { RefCell::new(None) };
}

/// Inflates an inline blob.
pub fn inflate(codec: Codec, stored: &[u8], size: u64) -> StoreResult<Vec<u8>> {
    match codec {
        Codec::Plain => Ok(stored.to_vec()),
        Codec::Zstd => DECOMPRESSOR.with_borrow_mut(|slot| {
            if slot.is_none() {
                *slot = Some(zstd::bulk::Decompressor::new().map_err(|e| broken(&e))?);
            }
            let inflater = slot
                .as_mut()
                .ok_or_else(|| StoreError::Blob("zstd".into()))?;
            // A size no inline blob has must not become an allocation.
            let size = usize::try_from(size)
                .ok()
                .filter(|size| *size <= INLINE_MOST)
                .ok_or_else(|| StoreError::Corrupt("a blob's size cannot be".into()))?;
            let bytes = inflater.decompress(stored, size).map_err(|e| broken(&e))?;
            if bytes.len() != size {
                return Err(StoreError::Corrupt("a blob ends early".into()));
            }
            Ok(bytes)
        }),
    }
}

fn broken(error: &std::io::Error) -> StoreError {
    StoreError::Corrupt(format!("blob: {error}"))
}

/// Gives a blob's bytes in order.
pub struct BlobReader {
    source: Source,
    left: u64,
    check: Option<(blake3::Hasher, [u8; 32])>,
}

enum Source {
    /// All at once.
    Whole(Bytes),
    Plain(BoxStream<'static, object_store::Result<Bytes>>),
    Zstd {
        stream: BoxStream<'static, object_store::Result<Bytes>>,
        decoder: Box<Decoder<'static>>,
        pending: Bytes,
    },
}

impl std::fmt::Debug for BlobReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BlobReader")
            .field("left", &self.left)
            .finish()
    }
}

impl Blobs {
    /// Opens a blob for reading.
    pub async fn open_blob(&self, blob: &BlobRef) -> StoreResult<BlobReader> {
        let source = match &blob.place {
            Place::Inline(stored) => Source::Whole(inflate(blob.codec, stored, blob.size)?.into()),
            Place::Object(name) => {
                let stream = self
                    .0
                    .objects
                    .get(&name.as_str().into())
                    .await?
                    .into_stream();
                match blob.codec {
                    Codec::Plain => Source::Plain(stream),
                    Codec::Zstd => Source::Zstd {
                        stream,
                        decoder: Box::new(Decoder::new().map_err(|e| broken(&e))?),
                        pending: Bytes::new(),
                    },
                }
            }
        };
        Ok(BlobReader {
            source,
            left: blob.size,
            check: Some((blake3::Hasher::new_keyed(&self.0.key), blob.hash)),
        })
    }

    /// The keyed hash of `bytes`.
    #[must_use]
    pub fn hash(&self, bytes: &[u8]) -> [u8; 32] {
        *blake3::keyed_hash(&self.0.key, bytes).as_bytes()
    }
}

impl BlobReader {
    /// The next bytes; `None` at the end, once length and hash were found right.
    pub async fn next(&mut self) -> StoreResult<Option<Bytes>> {
        let chunk = self.source.next().await?;
        let Some(chunk) = chunk else {
            if self.left > 0 {
                return Err(StoreError::Corrupt("a blob ends early".into()));
            }
            if let Some((hasher, hash)) = self.check.take()
                && *hasher.finalize().as_bytes() != hash
            {
                return Err(StoreError::Corrupt(
                    "a blob's bytes do not match its hash".into(),
                ));
            }
            return Ok(None);
        };
        if let Some((hasher, _)) = &mut self.check {
            hasher.update(&chunk);
        }
        self.left = self
            .left
            .checked_sub(chunk.len() as u64)
            .ok_or_else(|| StoreError::Corrupt("a blob is longer than it says".into()))?;
        Ok(Some(chunk))
    }

    /// All of it. For blobs known to be small.
    pub async fn to_vec(mut self) -> StoreResult<Vec<u8>> {
        let mut all = Vec::with_capacity(usize::try_from(self.left).unwrap_or(0).min(1 << 20));
        while let Some(chunk) = self.next().await? {
            all.extend_from_slice(&chunk);
        }
        Ok(all)
    }
}

impl Source {
    async fn next(&mut self) -> StoreResult<Option<Bytes>> {
        match self {
            Self::Whole(bytes) if bytes.is_empty() => Ok(None),
            Self::Whole(bytes) => Ok(Some(bytes.split_to(bytes.len().min(CHUNK)))),
            Self::Plain(stream) => Ok(stream.next().await.transpose()?),
            Self::Zstd {
                stream,
                decoder,
                pending,
            } => loop {
                let mut out = vec![0; CHUNK];
                let mut input = InBuffer::around(pending);
                let mut output = OutBuffer::around(&mut out[..]);
                decoder
                    .run(&mut input, &mut output)
                    .map_err(|e| broken(&e))?;
                let (read, written) = (input.pos(), output.pos());
                drop(pending.split_to(read));
                if written > 0 {
                    out.truncate(written);
                    return Ok(Some(out.into()));
                }
                if pending.is_empty() {
                    match stream.next().await.transpose()? {
                        Some(bytes) => *pending = bytes,
                        None => return Ok(None),
                    }
                }
            },
        }
    }
}
