//! Sending a page; what lies in the object store goes through in pieces.

use congvu_message::header;
use congvu_store::StoreError;
use congvu_store::blob::BlobReader;

use super::page::{Gap, Large, Page, octets, selected_fields};
use crate::session::{End, Failure, Session};

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
        let Some((names, not, partial)) = &gap.fields else {
            return self.each(large, (gap.start, gap.end), reader, None).await;
        };
        let mut bytes = Vec::new();
        let end = gap.end.min(gap.start.saturating_add(HEADER));
        self.each(large, (gap.start, end), reader, Some(&mut bytes))
            .await?;
        let fields = header::select(&bytes, names, *not);
        selected_fields(self.conn.out(), &fields, *partial);
        Ok(())
    }

    /// Sends the bytes `start..end` of the message, or gathers them.
    async fn each(
        &mut self,
        large: &Large,
        (start, end): (u64, u64),
        mut reader: BlobReader,
        mut gathered: Option<&mut Vec<u8>>,
    ) -> Result<(), Failure> {
        let own = large.prefix.len() as u64;
        if start < own {
            // Both are at most the length of a slice.
            let bytes = &large.prefix[start as usize..end.min(own) as usize];
            match &mut gathered {
                Some(gathered) => gathered.extend_from_slice(bytes),
                None => octets(self.conn.out(), bytes),
            }
        }
        if end <= own {
            return Ok(());
        }
        let mut at = own;
        while let Some(chunk) = reader.next().await? {
            let (first, last) = (at.max(start), (at + chunk.len() as u64).min(end));
            if first < last {
                let bytes = &chunk[(first - at) as usize..(last - at) as usize];
                match &mut gathered {
                    Some(gathered) => gathered.extend_from_slice(bytes),
                    None => {
                        octets(self.conn.out(), bytes);
                        self.flush_if_over(GATHER).await?;
                    }
                }
            }
            at += chunk.len() as u64;
            // At the very end the reader is asked once more: it then looks
            // whether the bytes are those that were stored.
            if at >= end && at < own + large.blob.size {
                return Ok(());
            }
        }
        if at < end {
            return Err(StoreError::Corrupt("a blob ends early".into()).into());
        }
        Ok(())
    }
}
