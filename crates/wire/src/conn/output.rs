//! Sending: bytes gather in a buffer until they are flushed.

use super::Conn;
use crate::WireError;
use std::future::poll_fn;
use std::io::{self, ErrorKind};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::timeout;

/// An output buffer larger than this, in octets, is not kept after it was sent.
const KEEP: usize = 16 * 1024;

impl Conn {
    /// Appends `bytes` to what is to be sent. Sends nothing; how much gathers is up to the caller,
    /// see [`Conn::flush_if_over`].
    pub fn put(&mut self, bytes: &[u8]) {
        self.output.extend_from_slice(bytes);
    }

    /// What is to be sent, to append to it. Sends nothing.
    pub fn out(&mut self) -> &mut Vec<u8> {
        let sent = std::mem::take(&mut self.sent);
        self.output.drain(..sent);
        &mut self.output
    }

    /// Sends all that was put, in as few writes as the system allows. `wait` bounds the time for
    /// all of it. Cancel-safe: another flush goes on where this one was dropped.
    ///
    /// # Errors
    /// [`WireError::TimedOut`] if the peer does not take it in time, [`WireError::Closed`] if the
    /// connection ended.
    pub async fn flush(&mut self, wait: Duration) -> Result<(), WireError> {
        Ok(timeout(wait, poll_fn(|cx| self.poll_send(cx))).await??)
    }

    /// Flushes if more than `bytes` octets wait to be sent, so that large answers need little
    /// memory.
    ///
    /// # Errors
    /// As [`Conn::flush`].
    pub async fn flush_if_over(&mut self, bytes: usize, wait: Duration) -> Result<(), WireError> {
        if self.output.len() - self.sent > bytes {
            self.flush(wait).await?;
        }
        Ok(())
    }

    pub(super) fn poll_send(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.sent < self.output.len() {
            let count = ready!(self.stream.poll_write(cx, &self.output[self.sent..]))?;
            if count == 0 {
                return Poll::Ready(Err(ErrorKind::WriteZero.into()));
            }
            self.sent += count;
        }
        self.sent = 0;
        self.output.clear();
        if self.output.capacity() > KEEP {
            self.output = Vec::new();
        }
        self.stream.poll_flush(cx)
    }
}
