//! A queued message's octets: our own header lines, then the stored bytes.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use congvu_store::blob::BlobReader;
use congvu_store::queue::{self, Queued};
use congvu_store::{MessageId, Store, StoreError};
use futures_util::Stream;
use futures_util::future::BoxFuture;
use futures_util::stream;
use tokio::io::{AsyncRead, ReadBuf};

use super::{Body, Content};

/// Opens a queued message as often as it is tried.
pub(super) struct QueuedContent {
    store: Store,
    message: MessageId,
    prefix: Bytes,
    ended: Arc<AtomicBool>,
}

impl QueuedContent {
    /// `ended` becomes true where the server may have all of it.
    pub(super) fn new(store: &Store, queued: &Queued, ended: &Arc<AtomicBool>) -> Self {
        Self {
            store: store.clone(),
            message: queued.message,
            prefix: queued.prefix.clone().into(),
            ended: Arc::clone(ended),
        }
    }
}

impl Content for QueuedContent {
    fn open(&self) -> BoxFuture<'_, io::Result<Body>> {
        Box::pin(async move {
            let (reader, _) = open(&self.store, self.message).await.map_err(other)?;
            let body = Chunks {
                chunk: self.prefix.clone(),
                rest: Box::pin(stream::try_unfold(reader, |mut reader| async move {
                    let next = reader.next().await.map_err(other)?;
                    Ok(next.map(|chunk| (chunk, reader)))
                })),
            };
            Ok(Box::pin(body) as Body)
        })
    }

    fn ends(&self) {
        self.ended.store(true, Ordering::Relaxed);
    }
}

/// A stored message's bytes, and how long its header is.
pub(super) async fn open(
    store: &Store,
    message: MessageId,
) -> Result<(BlobReader, u64), StoreError> {
    let found = store.read(move |tx| queue::content(tx, message)).await?;
    let (blob, header) = found.ok_or(StoreError::NotFound("message"))?;
    Ok((store.blobs().open_blob(&blob).await?, header))
}

#[expect(clippy::needless_pass_by_value, reason = "used in map_err")]
fn other(error: StoreError) -> io::Error {
    io::Error::other(error.to_string())
}

type Rest = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

/// Chunks as one stream of octets. An error ends it as an error, never as an end: a message cut
/// short must not look whole.
struct Chunks {
    chunk: Bytes,
    rest: Rest,
}

impl AsyncRead for Chunks {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        while self.chunk.is_empty() {
            match ready!(self.rest.as_mut().poll_next(context)) {
                Some(chunk) => self.chunk = chunk?,
                None => return Poll::Ready(Ok(())),
            }
        }
        let fits = self.chunk.len().min(into.remaining());
        into.put_slice(&self.chunk[..fits]);
        self.chunk.advance(fits);
        Poll::Ready(Ok(()))
    }
}
