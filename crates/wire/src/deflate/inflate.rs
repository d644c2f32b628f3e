//! The peer's bytes, inflated no further than somebody asks for them.

use bytes::{Buf, BytesMut};
use flate2::{Decompress, FlushDecompress, Status};
use std::io::{self, ErrorKind};

/// Inflates a raw DEFLATE stream (RFC 1951). It takes the window's 32 kB and little more, whatever
/// comes: what is not asked for stays compressed.
pub(crate) struct Inflater {
    inflate: Decompress,
    /// Received, not inflated yet.
    raw: BytesMut,
    /// How much of `raw` goes to the inflater before somebody has looked at what it gave: up to the end of a
    /// flush, for behind one the peer may have ended its compression (RFC 8437 §4.1).
    segment: usize,
    mark: Mark,
    /// The end of `segment` is that of a flush.
    flushed: bool,
    /// The inflater may hold more than it gave.
    full: bool,
    ended: bool,
}

/// How much of `00 00 FF FF`, which ends a flush, was just seen.
#[derive(Clone, Copy, Default)]
struct Mark(u8);

impl Mark {
    /// Whether `byte` completes it.
    fn step(&mut self, byte: u8) -> bool {
        self.0 = match (self.0, byte) {
            (0 | 3, 0) => 1,
            (1 | 2, 0) => 2,
            (2, 0xff) => 3,
            (3, 0xff) => {
                self.0 = 0;
                return true;
            }
            _ => 0,
        };
        false
    }
}

impl Inflater {
    pub(crate) fn new() -> Self {
        Self {
            inflate: Decompress::new(false),
            raw: BytesMut::new(),
            segment: 0,
            mark: Mark::default(),
            // The beginning is as good as the end of a flush.
            flushed: true,
            full: false,
            ended: false,
        }
    }

    /// Where compressed bytes are to be put, once [`Inflater::pull`] gives none.
    pub(crate) fn raw(&mut self) -> &mut BytesMut {
        &mut self.raw
    }

    /// Gives back the room for compressed bytes, if none are there.
    pub(crate) fn give_back(&mut self) {
        if self.raw.is_empty() && self.raw.capacity() != 0 {
            self.raw = BytesMut::new();
        }
    }

    /// Whether the peer's stream has come to its own end.
    pub(crate) fn ended(&self) -> bool {
        self.ended
    }

    /// The bytes that came and were not inflated.
    pub(crate) fn into_rest(self) -> BytesMut {
        self.raw
    }

    /// Appends at most `want` (not 0) bytes to `out`; says how many. 0 means that more must come first.
    pub(crate) fn pull(&mut self, out: &mut BytesMut, want: usize) -> io::Result<usize> {
        while !self.ended && self.has_more() {
            let made = self.step(out, want)?;
            if made > 0 {
                return Ok(made);
            }
        }
        Ok(0)
    }

    /// Goes on to the end of the flush that was begun, appending what that gives to `out`, at most `most`
    /// bytes. Says false if more must come first.
    pub(crate) fn reach_flush(&mut self, out: &mut BytesMut, most: usize) -> io::Result<bool> {
        let mut left = most;
        while !self.ended {
            if self.segment == 0 && !self.full {
                if self.flushed {
                    break;
                }
                self.next_segment();
                if self.segment == 0 {
                    return Ok(false);
                }
            }
            if left == 0 {
                return Err(ErrorKind::InvalidData.into());
            }
            left -= self.step(out, left)?;
        }
        Ok(true)
    }

    fn has_more(&mut self) -> bool {
        if self.segment == 0 {
            self.next_segment();
        }
        self.segment > 0 || self.full
    }

    /// Inflates some of the segment; says how many bytes that gave.
    fn step(&mut self, out: &mut BytesMut, want: usize) -> io::Result<usize> {
        let start = out.len();
        out.resize(start + want, 0);
        let (read, written) = (self.inflate.total_in(), self.inflate.total_out());
        let status = self.inflate.decompress(
            &self.raw[..self.segment],
            &mut out[start..],
            FlushDecompress::None,
        );
        // Both are at most the length of a slice.
        let used = (self.inflate.total_in() - read) as usize;
        let made = (self.inflate.total_out() - written) as usize;
        out.truncate(start + made);
        self.raw.advance(used);
        self.segment -= used;
        let stuck = used == 0 && made == 0 && !self.full;
        // It gives no more than its window at once, however much room there is.
        self.full = made > 0;
        match status {
            Ok(Status::StreamEnd) => self.ended = true,
            Ok(Status::Ok | Status::BufError) if !stuck => {}
            Ok(_) | Err(_) => return Err(ErrorKind::InvalidData.into()),
        }
        Ok(made)
    }

    fn next_segment(&mut self) {
        if self.raw.is_empty() {
            return;
        }
        let mut mark = self.mark;
        let end = self.raw.iter().position(|byte| mark.step(*byte));
        self.mark = mark;
        self.flushed = end.is_some();
        self.segment = end.map_or(self.raw.len(), |at| at + 1);
    }
}
