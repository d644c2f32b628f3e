//! Receiving: bytes and lines.

use super::Conn;
use crate::WireError;
use bytes::{Buf, BytesMut};
use std::future::poll_fn;
use std::time::Duration;
use tokio::time::timeout;

/// How much is read at once, in octets, from a peer that sends little.
pub(super) const CHUNK_MIN: usize = 4 * 1024;
/// How much is read at once from a peer that sends much.
const CHUNK_MAX: usize = 64 * 1024;

/// How a line ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// CR LF, as the protocols want it (RFC 5321 §2.3.8, RFC 9051 §2.2).
    CrLf,
    /// LF alone.
    Lf,
}

/// One line received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The line without its ending. A CR that is not part of the ending stays in it.
    pub bytes: Vec<u8>,
    /// The ending.
    pub ending: Ending,
}

impl Line {
    fn split(mut bytes: Vec<u8>) -> Self {
        bytes.pop_if(|last| *last == b'\n');
        let ending = match bytes.pop_if(|last| *last == b'\r') {
            Some(_) => Ending::CrLf,
            None => Ending::Lf,
        };
        Self { bytes, ending }
    }
}

impl Conn {
    /// What was received and not consumed.
    pub fn buffered(&self) -> &[u8] {
        &self.input
    }

    /// Drops the first `n` octets of [`Conn::buffered`], or all if there are fewer.
    pub fn consume(&mut self, n: usize) {
        self.input.advance(n.min(self.input.len()));
        if self.input.is_empty() && self.input.capacity() > CHUNK_MAX {
            self.input = BytesMut::new();
        }
    }

    /// Waits for more octets and appends them to [`Conn::buffered`], which never grows past `max`;
    /// says how many came, never 0. Cancel-safe.
    ///
    /// # Errors
    /// [`WireError::TooLong`] if `max` octets are buffered already, [`WireError::Closed`] at the
    /// end, [`WireError::TimedOut`] if nothing came within `wait`.
    pub async fn fill(&mut self, max: usize, wait: Duration) -> Result<usize, WireError> {
        timeout(wait, self.receive(max)).await?
    }

    /// Takes the next line. `max` bounds it in octets, its ending included; `wait` bounds the time
    /// for all of it. Cancel-safe: what came of a line stays buffered.
    ///
    /// # Errors
    /// [`WireError::TooLong`] if the line is longer; it is then still there, and
    /// [`Conn::discard_line`] skips it. Others as [`Conn::fill`].
    pub async fn read_line(&mut self, max: usize, wait: Duration) -> Result<Line, WireError> {
        // The common case, a line that is there already, needs no timer.
        if let Some(length) = line_feed(&self.input, 0) {
            return self.take_line(length, max);
        }
        timeout(wait, async {
            loop {
                let scanned = self.input.len();
                self.receive(max).await?;
                if let Some(length) = line_feed(&self.input, scanned) {
                    return self.take_line(length, max);
                }
            }
        })
        .await?
    }

    fn take_line(&mut self, length: usize, max: usize) -> Result<Line, WireError> {
        if length > max {
            return Err(WireError::TooLong);
        }
        let bytes = self.input[..length].to_vec();
        self.consume(length);
        Ok(Line::split(bytes))
    }

    /// Skips octets up to and including the next LF. `wait` bounds the time for all of it, and the
    /// line takes no memory. Cancel-safe: what is skipped stays skipped.
    ///
    /// # Errors
    /// As [`Conn::fill`], without [`WireError::TooLong`].
    pub async fn discard_line(&mut self, wait: Duration) -> Result<(), WireError> {
        timeout(wait, async {
            loop {
                if let Some(length) = line_feed(&self.input, 0) {
                    self.consume(length);
                    return Ok(());
                }
                self.input.clear();
                self.receive(CHUNK_MAX).await?;
            }
        })
        .await?
    }

    /// Waits until at least one octet is buffered; without `wait`, as long as it takes.
    /// Cancel-safe, so it may stand in a `select!`.
    ///
    /// # Errors
    /// As [`Conn::fill`], without [`WireError::TooLong`].
    pub async fn readable(&mut self, wait: Option<Duration>) -> Result<(), WireError> {
        if !self.input.is_empty() {
            return Ok(());
        }
        match wait {
            Some(wait) => timeout(wait, self.receive(CHUNK_MIN)).await??,
            None => self.receive(CHUNK_MIN).await?,
        };
        Ok(())
    }

    /// [`Conn::fill`] without a time-out.
    pub(super) async fn receive(&mut self, max: usize) -> Result<usize, WireError> {
        let room = max.saturating_sub(self.input.len());
        if room == 0 {
            return Err(WireError::TooLong);
        }
        let want = room.min(self.chunk);
        let count = poll_fn(|cx| {
            let filled = self.stream.poll_fill(cx, &mut self.input, want);
            if filled.is_pending() {
                self.give_back();
            }
            filled
        })
        .await?;
        if count == 0 {
            return Err(WireError::Closed);
        }
        if count == self.chunk {
            self.chunk = (self.chunk * 2).min(CHUNK_MAX);
        } else if count < self.chunk / 4 {
            self.chunk = (self.chunk / 2).max(CHUNK_MIN);
        }
        Ok(count)
    }
}

/// The length of the first line in `bytes`, its LF included; `from` octets are known to hold none.
fn line_feed(bytes: &[u8], from: usize) -> Option<usize> {
    let at = bytes[from..].iter().position(|byte| *byte == b'\n')?;
    Some(from + at + 1)
}
