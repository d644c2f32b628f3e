//! Reading: inflated chunk by chunk, verified against the hash when read whole.

use std::cell::RefCell;
use std::collections::HashSet;
use std::sync::Arc;

use bytes::Bytes;
use object_store::path::Path;
use parking_lot::Mutex;
use zstd::stream::raw::{Decoder, InBuffer, Operation, OutBuffer};

use super::stream::{self, Stream};
use super::{BlobRef, Blobs, Codec, Place};
use crate::{BlobId, StoreError, StoreResult};

/// Inflated bytes a chunk holds at most.
const CHUNK: usize = 64 << 10;
/// A file up to so many bytes, stored and inflated, is read and inflated at once: common attachments then cost
/// one read and no state of a decoder.
const AT_ONCE: u64 = 1 << 20;
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
    /// Read when it was opened.
    first: Option<Bytes>,
    left: u64,
    check: Option<(blake3::Hasher, [u8; 32])>,
    id: BlobId,
    blobs: Blobs,
}

enum Source {
    /// All at once.
    Whole(Bytes),
    Plain(Stream),
    Zstd {
        stream: Stream,
        decoder: Box<Decoder<'static>>,
        pending: Bytes,
    },
}

/// The blobs that were found damaged only after some of their bytes had been given out. A mail
/// program that is cut off in the middle of one asks for it again, and for ever: next time it is
/// told before anything is sent.
#[derive(Debug, Default)]
pub(super) struct Damaged(Mutex<HashSet<BlobId>>);

/// So many are remembered.
const DAMAGED_MOST: usize = 10_000;

impl Damaged {
    fn note(&self, id: BlobId) {
        let mut ids = self.0.lock();
        if ids.len() < DAMAGED_MOST {
            ids.insert(id);
        }
    }
}

impl std::fmt::Debug for BlobReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BlobReader")
            .field("left", &self.left)
            .finish()
    }
}

impl Blobs {
    /// Opens a blob for reading. Its first bytes are read here: what is missing, cut short or not
    /// to be had shows before anything of it is given out.
    pub async fn open_blob(&self, blob: &BlobRef) -> StoreResult<BlobReader> {
        if self.0.damaged.0.lock().contains(&blob.id) {
            // It may have been put right since.
            let mut reader = self.open_unchecked(blob).await?;
            while reader.next().await?.is_some() {}
            self.0.damaged.0.lock().remove(&blob.id);
        }
        self.open_unchecked(blob).await
    }

    async fn open_unchecked(&self, blob: &BlobRef) -> StoreResult<BlobReader> {
        let source = match &blob.place {
            Place::Inline(stored) => Source::Whole(inflate(blob.codec, stored, blob.size)?.into()),
            Place::Object(name) => self.source(blob, Path::from(name.as_str())).await?,
        };
        let mut reader = BlobReader {
            source,
            first: None,
            left: blob.size,
            check: Some((blake3::Hasher::new_keyed(&self.0.key), blob.hash)),
            id: blob.id,
            blobs: self.clone(),
        };
        reader.first = reader.advance().await?;
        Ok(reader)
    }

    async fn source(&self, blob: &BlobRef, name: Path) -> StoreResult<Source> {
        let stream = match &self.0.folder {
            Some(folder) if blob.size.max(blob.stored) <= AT_ONCE => {
                let (codec, size) = (blob.codec, blob.size);
                let inflated = stream::whole(folder, &name, blob.stored, move |stored| {
                    inflate(codec, &stored, size)
                });
                return Ok(Source::Whole(inflated.await?.into()));
            }
            Some(folder) => Stream::of_file(folder, &name, blob.stored).await?,
            None => Stream::of_object(Arc::clone(&self.0.objects), name, blob.stored).await?,
        };
        Ok(match blob.codec {
            Codec::Plain => Source::Plain(stream),
            Codec::Zstd => Source::Zstd {
                stream,
                decoder: Box::new(Decoder::new().map_err(|e| broken(&e))?),
                pending: Bytes::new(),
            },
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
        if let Some(first) = self.first.take() {
            return Ok(Some(first));
        }
        let next = self.advance().await;
        if let Err(StoreError::Corrupt(_)) = next {
            self.blobs.0.damaged.note(self.id);
        }
        next
    }

    async fn advance(&mut self) -> StoreResult<Option<Bytes>> {
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
            Self::Plain(stream) => stream.next().await,
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
                    match stream.next().await? {
                        Some(bytes) => *pending = bytes,
                        None => return Ok(None),
                    }
                }
            },
        }
    }
}
