//! The machine behind the analyzer: lines, whatever the chunks.

use memchr::{memchr, memchr_iter, memmem};

use super::limits;
use super::tree::{Line, Place, Tree};
use crate::Facts;
use crate::preview::Excerpts;

/// Bytes of a line that tell whether it is a boundary: `--`, boundary, `--`, and some white space.
const LINE: usize = limits::BOUNDARY + 16;

#[derive(Debug)]
pub(super) struct State {
    pub(super) tree: Tree,
    pub(super) facts: Facts,
    /// Bytes of the top header, once known.
    pub(super) header_len: Option<u64>,
    pub(super) envelope: Vec<u8>,
    pub(super) excerpts: Excerpts,
    /// Everything consumed so far.
    pub(super) here: Place,
    last: u8,
    /// Where the current line begins, and the length of the line end before it.
    line_start: Place,
    line_end_before: u64,
    /// The start of the current line, at most [`LINE`] bytes, unless `mid_line`.
    line: Vec<u8>,
    /// The current line is known to be no boundary.
    mid_line: bool,
    in_header: bool,
    /// The header block being read, at most [`limits::HEADER`] bytes.
    block: Vec<u8>,
    block_cut: bool,
    finder: memmem::Finder<'static>,
}

impl State {
    pub(super) fn new() -> Self {
        Self {
            tree: Tree::new(),
            facts: Facts::default(),
            header_len: None,
            envelope: Vec::new(),
            excerpts: Excerpts::default(),
            here: Place::default(),
            last: 0,
            line_start: Place::default(),
            line_end_before: 0,
            line: Vec::new(),
            mid_line: false,
            in_header: true,
            block: Vec::new(),
            block_cut: false,
            finder: memmem::Finder::new(b"\n--"),
        }
    }

    pub(super) fn feed(&mut self, chunk: &[u8]) {
        self.facts.has_nul = self.facts.has_nul || memchr(0, chunk).is_some();
        self.facts.has_8bit = self.facts.has_8bit || !chunk.is_ascii();
        let mut rest = chunk;
        while !rest.is_empty() {
            let used = if self.in_header {
                self.header(rest)
            } else if !self.tree.awaits_boundary() {
                self.consume(rest, memchr_iter(b'\n', rest).count());
                rest.len()
            } else if self.mid_line {
                self.inside_line(rest)
            } else {
                self.line_begins(rest)
            };
            rest = &rest[used..];
        }
    }

    fn consume(&mut self, bytes: &[u8], line_feeds: usize) {
        self.excerpts.take(bytes);
        self.here.at += bytes.len() as u64;
        self.here.lines += line_feeds as u64;
        if let Some(last) = bytes.last() {
            self.last = *last;
        }
    }

    /// The line feed just consumed, `before` it, ended a body line; another begins here.
    fn new_body_line(&mut self, before: u8) {
        self.new_line();
        self.line_end_before = if before == b'\r' { 2 } else { 1 };
    }

    /// A header line or a boundary has ended, and its line end is its own; another line begins here.
    fn new_line(&mut self) {
        self.line_start = self.here;
        self.line_end_before = 0;
        self.line.clear();
        self.mid_line = false;
    }

    /// Where a body ends that the current line, a boundary, follows.
    fn end_before_line(&self) -> Place {
        Place {
            at: self.line_start.at.saturating_sub(self.line_end_before),
            lines: self.line_start.lines - u64::from(self.line_end_before > 0),
        }
    }

    /// Takes a header line or a piece of one.
    fn header(&mut self, rest: &[u8]) -> usize {
        let found = memchr(b'\n', rest);
        let piece = &rest[..found.map_or(rest.len(), |lf| lf + 1)];
        let room = limits::HEADER - self.block.len();
        self.block_cut |= piece.len() > room;
        self.block
            .extend_from_slice(&piece[..piece.len().min(room)]);
        self.consume(piece, usize::from(found.is_some()));
        if found.is_none() {
            self.remember(piece);
            return piece.len();
        }
        let mut line = std::mem::take(&mut self.line);
        let whole = if line.is_empty() {
            &piece[..piece.len().min(LINE)]
        } else {
            line.extend_from_slice(&piece[..piece.len().min(LINE.saturating_sub(line.len()))]);
            line.as_slice()
        };
        let verdict = if whole.starts_with(b"--") && self.tree.awaits_boundary() {
            self.tree.judge(whole)
        } else {
            Line::Plain
        };
        if verdict != Line::Plain {
            // The header of a part that has no body, not even the empty line.
            self.end_header(self.end_before_line());
            self.boundary(verdict, true);
        } else if matches!(whole, b"\n" | b"\r\n") {
            self.end_header(self.here);
        }
        line.clear();
        self.line = line;
        self.new_line();
        piece.len()
    }

    fn remember(&mut self, piece: &[u8]) {
        let room = LINE.saturating_sub(self.line.len());
        self.line.extend_from_slice(&piece[..piece.len().min(room)]);
    }

    /// The block is whole: reads it, then goes on with the body or with a nested message's header.
    fn end_header(&mut self, body: Place) {
        let mut block = std::mem::take(&mut self.block);
        if self.block_cut {
            // Half a field would be another field.
            block.truncate(memchr::memrchr(b'\n', &block).map_or(0, |lf| lf + 1));
        }
        let top = self.header_len.is_none();
        self.facts.long_header |= top && self.block_cut;
        let facts = if top { Some(&mut self.facts) } else { None };
        let (nested, envelope) = self.tree.header_ended(&block, body, facts);
        if top {
            self.header_len = Some(body.at);
            self.envelope = envelope;
        }
        block.clear();
        self.block = block;
        self.block_cut = false;
        self.in_header = nested;
        match self.tree.own_text() {
            // Nothing of the body has passed yet.
            Some(part) if !nested && part.body_start == self.here.at => self.excerpts.begin(part),
            _ => self.excerpts.end(),
        }
    }

    /// Acts on a boundary line that has just been consumed; `ended` tells that its line feed was there too.
    fn boundary(&mut self, verdict: Line, ended: bool) {
        if self.in_header {
            // A nested message of which there is nothing.
            let end = self.end_before_line();
            self.block.clear();
            self.end_header(end);
            if self.in_header {
                return self.boundary(verdict, ended);
            }
        }
        let end = self.end_before_line();
        if verdict != Line::Plain {
            self.excerpts.end();
        }
        match verdict {
            Line::Plain => {}
            Line::Closes(depth) => {
                self.tree.close_within(depth, end);
                self.tree.no_more_parts();
            }
            Line::Opens(depth) => {
                self.tree.close_within(depth, end);
                if ended {
                    self.tree.next_part(self.here);
                    self.in_header = true;
                    self.block.clear();
                    self.block_cut = false;
                }
            }
        }
    }

    /// At the start of a body line, or a few bytes after it: collects it while it may be a boundary.
    fn line_begins(&mut self, rest: &[u8]) -> usize {
        if self.line.len() < 2 && rest[0] != b'-' {
            self.mid_line = true;
            return 0;
        }
        if self.line.len() < 2 {
            self.line.push(b'-');
            self.consume(&rest[..1], 0);
            return 1;
        }
        let found = memchr(b'\n', rest);
        let piece = &rest[..found.map_or(rest.len(), |lf| lf + 1)];
        let before = if piece.len() > 1 {
            piece[piece.len() - 2]
        } else {
            self.last
        };
        self.remember(piece);
        self.consume(piece, usize::from(found.is_some()));
        if found.is_some() {
            match self.tree.judge(&self.line) {
                Line::Plain => self.new_body_line(before),
                verdict => {
                    self.boundary(verdict, true);
                    self.new_line();
                }
            }
        }
        piece.len()
    }

    /// Inside a body line: passes everything up to the next line that begins with `--`.
    fn inside_line(&mut self, rest: &[u8]) -> usize {
        let (used, starts_line) = match self.finder.find(rest) {
            Some(lf) => (lf + 1, true),
            None if rest.ends_with(b"\n-") => (rest.len() - 1, true),
            None => (rest.len(), rest.ends_with(b"\n")),
        };
        let piece = &rest[..used];
        let before = if used > 1 { piece[used - 2] } else { self.last };
        self.consume(piece, memchr_iter(b'\n', piece).count());
        if starts_line {
            self.new_body_line(before);
        }
        used
    }

    /// The message has ended: what is still being read is whole now.
    pub(super) fn finish(&mut self) {
        if !self.in_header {
            if self.line.len() >= 2 && !self.mid_line && self.tree.awaits_boundary() {
                let verdict = self.tree.judge(&self.line);
                self.boundary(verdict, false);
            }
            return;
        }
        let line = std::mem::take(&mut self.line);
        if line.starts_with(b"--") && self.tree.awaits_boundary() {
            let verdict = self.tree.judge(&line);
            if verdict != Line::Plain {
                self.end_header(self.end_before_line());
                self.boundary(verdict, false);
            }
        }
        while self.in_header {
            self.end_header(self.here);
        }
    }
}
