//! Compression below a connection's buffers and above TLS (RFC 1951, RFC 4978).
//!
//! A connection that compresses has the window of what it receives (some 44 kB) and, while it has something to
//! say, the tables of what it sends (some 330 kB). Every flush ends on a byte and needs nothing that was before
//! it, so the tables can be given back at any flush: what follows merely finds no repetitions of what was before.

mod inflate;

use crate::stream::Stream;
use bytes::BytesMut;
use flate2::{Compress, Compression, FlushCompress};
use std::io;
use std::task::{Context, Poll, ready};

pub(crate) use inflate::Inflater;

/// How much is taken from below at once, and compressed at once, in octets.
const CHUNK: usize = 16 * 1024;

/// A stream whose bytes are compressed in both directions.
pub(crate) struct Deflated {
    below: Stream,
    input: Inflater,
    /// There while something was sent lately.
    deflate: Option<Compress>,
    /// Compressed, not yet taken by `below` but for the first `sent`.
    out: Vec<u8>,
    sent: usize,
    /// Something was compressed after the last flush.
    dirty: bool,
}

impl Deflated {
    /// Compresses what goes over `below` from here on. `received` came already, compressed.
    pub(crate) fn new(below: Stream, received: BytesMut) -> Self {
        let mut input = Inflater::new();
        *input.raw() = received;
        Self {
            below,
            input,
            deflate: None,
            out: Vec::new(),
            sent: 0,
            dirty: false,
        }
    }

    /// The stream below, and what came over it and was not inflated. What was written must be flushed.
    pub(crate) fn into_below(self) -> (Stream, BytesMut) {
        (self.below, self.input.into_rest())
    }

    pub(crate) fn below(&self) -> &Stream {
        &self.below
    }

    /// Gives the tables back if all that was written is flushed.
    pub(crate) fn rest(&mut self) {
        if !self.dirty && self.out.is_empty() {
            self.deflate = None;
            self.out = Vec::new();
        }
    }

    pub(crate) fn poll_fill(
        &mut self,
        cx: &mut Context<'_>,
        input: &mut BytesMut,
        want: usize,
    ) -> Poll<io::Result<usize>> {
        loop {
            let count = self.input.pull(input, want)?;
            if count > 0 || self.input.ended() {
                return Poll::Ready(Ok(count));
            }
            let filled = self.below.poll_fill(cx, self.input.raw(), CHUNK);
            if filled.is_pending() {
                self.input.give_back();
            }
            if ready!(filled)? == 0 {
                return Poll::Ready(Ok(0));
            }
        }
    }

    /// Takes the rest of the flush with which the peer ends its compression; what it gives is appended to
    /// `input`.
    pub(crate) fn poll_finish(
        &mut self,
        cx: &mut Context<'_>,
        input: &mut BytesMut,
    ) -> Poll<io::Result<()>> {
        while !self.input.reach_flush(input, CHUNK)? {
            if ready!(self.below.poll_fill(cx, self.input.raw(), CHUNK))? == 0 {
                break;
            }
        }
        Poll::Ready(Ok(()))
    }

    pub(crate) fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        // What waits already is handed on first, so that no more than one piece ever waits.
        ready!(self.poll_drain(cx))?;
        let piece = &bytes[..bytes.len().min(CHUNK)];
        self.compress(piece, FlushCompress::None)?;
        self.dirty = true;
        Poll::Ready(Ok(piece.len()))
    }

    /// All that was written can be read by the peer after this.
    pub(crate) fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.dirty {
            ready!(self.poll_drain(cx))?;
            self.compress(&[], FlushCompress::Sync)?;
            self.dirty = false;
        }
        ready!(self.poll_drain(cx))?;
        self.below.poll_flush(cx)
    }

    pub(crate) fn poll_shutdown(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.below.poll_shutdown(cx)
    }

    fn poll_drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.sent < self.out.len() {
            let count = ready!(self.below.poll_write(cx, &self.out[self.sent..]))?;
            if count == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.sent += count;
        }
        self.sent = 0;
        self.out.clear();
        Poll::Ready(Ok(()))
    }

    fn compress(&mut self, mut bytes: &[u8], flush: FlushCompress) -> io::Result<()> {
        let deflate = self
            .deflate
            .get_or_insert_with(|| Compress::new(Compression::fast(), false));
        loop {
            self.out.reserve(bytes.len() / 2 + 1024);
            let before = deflate.total_in();
            deflate
                .compress_vec(bytes, &mut self.out, flush)
                .map_err(io::Error::other)?;
            // At most the length of a slice.
            bytes = &bytes[(deflate.total_in() - before) as usize..];
            if bytes.is_empty() && self.out.len() < self.out.capacity() {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::stream::{Raw, Stream};

    /// What a stream would be if nothing could be compressed.
    #[expect(dead_code, reason = "only its size is looked at")]
    enum Without {
        Plain(Raw),
        Tls(Box<u8>),
        Gone,
    }

    #[test]
    fn who_does_not_compress_pays_nothing() {
        assert_eq!(size_of::<Stream>(), size_of::<Without>());
    }
}
