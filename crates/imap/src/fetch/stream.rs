//! Sending a page; what lies in the object store goes through in pieces.

use bytes::Bytes;
use congvu_message::header;
use congvu_store::blob::BlobReader;
use congvu_store::{StoreError, StoreResult};

use super::binary::{Encoding, Measure, announce, window};
use super::page::{Gap, Large, Page, Shown, octets, selected_fields};
use super::section::cut;
use crate::response::number;
use crate::session::{End, Failure, Session};
use crate::types::Partial;

/// So many bytes wait at most before they are sent.
const GATHER: usize = 64 << 10;
/// Header fields are looked for in so many bytes of a large header: more than
/// is ever analysed.
const HEADER: u64 = 1 << 20;

impl Session {
    /// Opens a page's large message, before anything of it is told or it becomes \Seen. One that
    /// cannot be read is left out of the page; the error is given where no other could be read.
    pub(super) async fn open_large(
        &self,
        page: &mut Page,
    ) -> (Option<BlobReader>, Option<StoreError>) {
        let Some(large) = &page.large else {
            return (None, None);
        };
        let error = match self.server.store.blobs().open_blob(&large.blob).await {
            Ok(reader) => return (Some(reader), None),
            Err(error) => error,
        };
        page.out.truncate(large.start);
        page.newly_seen.retain(|uid| *uid != large.uid);
        if let StoreError::Unavailable(_) = error {
            page.large = None;
            return (None, Some(error));
        }
        tracing::error!(%error, blob = large.blob.id.0, "a message cannot be read");
        page.unreadable = true;
        page.large = None;
        (None, None)
    }

    /// Sends a page whose large message was opened.
    pub(super) async fn send_page(
        &mut self,
        page: Page,
        mut reader: Option<BlobReader>,
    ) -> Result<(), Failure> {
        let Page { out, large, .. } = page;
        let mut from = 0;
        if let Some(large) = large {
            for gap in &large.gaps {
                self.conn.put(&out[from..gap.at]);
                from = gap.at;
                let sent = Box::pin(self.send_gap(&large, gap, reader.take()));
                if let Err(failure) = sent.await {
                    // The client waits for bytes that will not come.
                    if let Failure::Store(error) = &failure {
                        tracing::error!(%error, blob = large.blob.id.0, "a message broke off");
                    }
                    return Err(End::Silent.into());
                }
            }
        }
        self.conn.put(&out[from..]);
        Ok(self.flush_if_over(GATHER).await?)
    }

    async fn send_gap(
        &mut self,
        large: &Large,
        gap: &Gap,
        reader: Option<BlobReader>,
    ) -> Result<(), Failure> {
        let reader = match reader {
            Some(reader) => reader,
            None => self.server.store.blobs().open_blob(&large.blob).await?,
        };
        match &gap.shown {
            Shown::Octets => {
                let mut span = Span::new(large, (gap.start, gap.end), reader);
                while let Some(bytes) = span.next().await? {
                    octets(self.conn.out(), &bytes);
                    self.flush_if_over(GATHER).await?;
                }
            }
            Shown::Fields(names, not, partial) => {
                let end = gap.end.min(gap.start.saturating_add(HEADER));
                let mut span = Span::new(large, (gap.start, end), reader);
                let mut header = Vec::new();
                while let Some(bytes) = span.next().await? {
                    header.extend_from_slice(&bytes);
                }
                let fields = header::select(&header, names, *not);
                selected_fields(self.conn.out(), &fields, *partial);
            }
            Shown::DecodedSize(encoding) => {
                let measure = measure(large, gap, reader, *encoding, None).await?;
                number(self.conn.out(), measure.size);
            }
            Shown::Decoded(encoding, partial) => {
                // A literal begins with its size, and with whether NUL occurs:
                // the part is read once for these and once more to be sent.
                let measure = measure(large, gap, reader, *encoding, *partial).await?;
                let (start, end) = cut(*partial, 0, measure.size);
                announce(self.conn.out(), end - start, measure.nul);
                if start < end {
                    self.send_decoded(large, gap, *encoding, *partial).await?;
                }
            }
        }
        Ok(())
    }

    async fn send_decoded(
        &mut self,
        large: &Large,
        gap: &Gap,
        encoding: Encoding,
        partial: Option<Partial>,
    ) -> Result<(), Failure> {
        let reader = self.server.store.blobs().open_blob(&large.blob).await?;
        let mut span = Span::new(large, (gap.start, gap.end), reader);
        let mut decoder = encoding.decoder();
        let mut decoded = Vec::new();
        let mut at = 0;
        while let Some(bytes) = span.next().await? {
            decoded.clear();
            decoder.push(&bytes, &mut decoded);
            at = self.send_window(&decoded, at, partial).await?;
        }
        decoded.clear();
        decoder.finish(&mut decoded);
        self.send_window(&decoded, at, partial).await?;
        Ok(())
    }

    /// Sends what is wanted of decoded bytes that begin at `at`; gives where
    /// they end.
    async fn send_window(
        &mut self,
        decoded: &[u8],
        at: u64,
        partial: Option<Partial>,
    ) -> Result<u64, End> {
        let end = at + decoded.len() as u64;
        let (from, to) = window(partial, at, end);
        self.conn.put(&decoded[from..to]);
        self.flush_if_over(GATHER).await?;
        Ok(end)
    }
}

/// Reads a part to its end.
async fn measure(
    large: &Large,
    gap: &Gap,
    reader: BlobReader,
    encoding: Encoding,
    partial: Option<Partial>,
) -> StoreResult<Measure> {
    let mut span = Span::new(large, (gap.start, gap.end), reader);
    let mut measure = Measure::default();
    let mut decoder = encoding.decoder();
    let mut decoded = Vec::new();
    while let Some(bytes) = span.next().await? {
        decoded.clear();
        decoder.push(&bytes, &mut decoded);
        measure.feed(&decoded, partial);
    }
    decoded.clear();
    decoder.finish(&mut decoded);
    measure.feed(&decoded, partial);
    Ok(measure)
}

/// The bytes `start..end` of a large message, piece by piece.
struct Span<'a> {
    large: &'a Large,
    reader: BlobReader,
    start: u64,
    end: u64,
    /// Where the next piece begins; 0 before this recipient's own lines.
    at: u64,
}

impl<'a> Span<'a> {
    fn new(large: &'a Large, (start, end): (u64, u64), reader: BlobReader) -> Self {
        Self {
            large,
            reader,
            start,
            end,
            at: 0,
        }
    }

    async fn next(&mut self) -> StoreResult<Option<Bytes>> {
        let own = self.large.prefix.len() as u64;
        if self.at < own {
            self.at = own;
            if self.start < own {
                // Both are at most the length of a slice.
                let own = self.start as usize..self.end.min(own) as usize;
                return Ok(Some(Bytes::copy_from_slice(&self.large.prefix[own])));
            }
        }
        loop {
            // At the very end the reader is asked once more: it then looks
            // whether the bytes are those that were stored.
            if self.at >= self.end && self.at < own + self.large.blob.size {
                return Ok(None);
            }
            let Some(chunk) = self.reader.next().await? else {
                if self.at < self.end {
                    return Err(StoreError::Corrupt("a blob ends early".into()));
                }
                return Ok(None);
            };
            let from = self.at;
            self.at += chunk.len() as u64;
            let (first, last) = (from.max(self.start), self.at.min(self.end));
            if first < last {
                return Ok(Some(
                    chunk.slice((first - from) as usize..(last - from) as usize),
                ));
            }
        }
    }
}
