//! From plain bytes to compressed ones and back.

use super::Conn;
use crate::WireError;
use crate::deflate::Deflated;
use crate::stream::Stream;
use bytes::BytesMut;
use std::future::poll_fn;
use std::time::Duration;
use tokio::time::timeout;

/// For the end of the peer's last flush.
const FINISH: Duration = Duration::from_secs(2);

impl Conn {
    /// Whether what goes over the connection is compressed.
    pub fn is_deflated(&self) -> bool {
        matches!(self.stream, Stream::Deflated(_))
    }

    /// Compresses with raw DEFLATE (RFC 1951) in both directions from here on, below the buffers and above
    /// TLS. What was put is sent before, as it is; what was received and not consumed is taken for compressed.
    /// All bounds in octets concern what was inflated. `wait` bounds the sending. Nothing happens where
    /// compression is active already.
    ///
    /// # Errors
    /// As [`Conn::flush`].
    pub async fn start_deflate(&mut self, wait: Duration) -> Result<(), WireError> {
        self.flush(wait).await?;
        if !self.is_deflated() {
            let below = std::mem::replace(&mut self.stream, Stream::Gone);
            let received = std::mem::take(&mut self.input);
            self.stream = Stream::Deflated(Box::new(Deflated::new(below, received)));
        }
        Ok(())
    }

    /// Ends the compression in both directions (RFC 8437 §4.1). What was put is sent before, compressed;
    /// what was received behind the last flush is taken as it is. `wait` bounds the sending.
    ///
    /// # Errors
    /// As [`Conn::flush`].
    pub async fn stop_deflate(&mut self, wait: Duration) -> Result<(), WireError> {
        self.flush(wait).await?;
        if let Stream::Deflated(deflated) = &mut self.stream {
            // The flush that brought the last command may not have come whole. One that has no mark at its
            // end never does.
            let finish = poll_fn(|cx| deflated.poll_finish(cx, &mut self.input));
            if let Ok(finished) = timeout(FINISH.min(wait), finish).await {
                finished?;
            }
        }
        match std::mem::replace(&mut self.stream, Stream::Gone) {
            Stream::Deflated(deflated) => {
                let (below, rest): (Stream, BytesMut) = deflated.into_below();
                self.stream = below;
                self.input.extend_from_slice(&rest);
            }
            other => self.stream = other,
        }
        Ok(())
    }
}
