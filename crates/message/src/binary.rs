//! Parts with `Content-Transfer-Encoding: binary` (RFC 2045 §6.2) become base64, streaming: what
//! is kept can then be read by programs that take no NUL (RFC 3516 §6). Nothing else is changed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use memchr::{memchr, memrchr};

use crate::analyzer::limits;
use crate::header;
use crate::part::Part;
use crate::part::fields::Reader;

/// Octets that make a line of base64 (RFC 2045 §6.8: at most 76 characters).
const LINE: usize = 57;

/// NUL stands where no encoding can take it away: in a header, or in a part that is not marked as
/// binary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("NUL outside a part that is marked as binary")]
pub struct StrayNul;

/// Rewrites one message in any chunking; the result does not depend on the chunking. Memory is
/// bounded by [`limits`].
#[derive(Debug, Default)]
pub struct BinaryToBase64 {
    in_body: bool,
    /// A header, or the beginning of a line that may be a boundary.
    held: Vec<u8>,
    /// Where its last line begins.
    line: usize,
    /// The bytes before stand in the middle of a line.
    mid_line: bool,
    delimiters: Vec<Vec<u8>>,
    encode: Option<Encode>,
}

/// A part that is being encoded.
#[derive(Debug, Default)]
struct Encode {
    octets: Vec<u8>,
    /// A line end that is the next boundary's, if one follows (RFC 2046 §5.1.1).
    line_end: Vec<u8>,
}

impl BinaryToBase64 {
    /// At the first byte of a message.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes and appends what they become.
    ///
    /// # Errors
    /// [`StrayNul`]
    pub fn push(&mut self, mut input: &[u8], out: &mut Vec<u8>) -> Result<(), StrayNul> {
        while !input.is_empty() {
            let end = memchr(b'\n', input).map_or(input.len(), |lf| lf + 1);
            let (piece, rest) = input.split_at(end);
            input = rest;
            if self.in_body {
                self.body(piece, out)?;
            } else {
                self.header(piece, out)?;
            }
        }
        Ok(())
    }

    /// The message has ended.
    ///
    /// # Errors
    /// [`StrayNul`]
    pub fn finish(mut self, out: &mut Vec<u8>) -> Result<(), StrayNul> {
        let held = std::mem::take(&mut self.held);
        if !self.in_body {
            return plain(&held, out);
        }
        if self.boundary(&held, out)? {
            return Ok(());
        }
        self.content(&held, out)?;
        if let Some(mut encode) = self.encode.take() {
            let line_end = std::mem::take(&mut encode.line_end);
            encode.octets.extend(line_end);
            encode.finish(out);
        }
        Ok(())
    }

    fn header(&mut self, piece: &[u8], out: &mut Vec<u8>) -> Result<(), StrayNul> {
        self.held.extend_from_slice(piece);
        if self.held.len() > limits::HEADER {
            // Nobody reads on in such a header.
            self.in_body = true;
            self.mid_line = !piece.ends_with(b"\n");
            return plain(&std::mem::take(&mut self.held), out);
        }
        if !piece.ends_with(b"\n") {
            return Ok(());
        }
        let line = self.held[self.line..].to_vec();
        if line == b"\n" || line == b"\r\n" {
            self.line = 0;
            let block = std::mem::take(&mut self.held);
            return self.header_ended(&block, out);
        }
        if self.judge(&line).is_some() {
            // A header that ends without its empty line.
            let block = std::mem::take(&mut self.held);
            plain(&block[..self.line], out)?;
            self.line = 0;
            self.boundary(&line, out)?;
            return Ok(());
        }
        self.line = self.held.len();
        Ok(())
    }

    fn header_ended(&mut self, block: &[u8], out: &mut Vec<u8>) -> Result<(), StrayNul> {
        let mut reader = Reader::default();
        for field in header::fields(block) {
            reader.take(&field);
        }
        let part = reader.part;
        if part.names_message() {
            // The header of the message within follows.
            return plain(block, out);
        }
        self.in_body = true;
        self.mid_line = false;
        if part.is_type("multipart") {
            if let Some(delimiter) = delimiter(&part)
                && self.delimiters.len() < limits::DEPTH
            {
                self.delimiters.push(delimiter);
            }
        } else if part.encoding.eq_ignore_ascii_case("binary") {
            self.encode = Some(Encode::default());
            return relabelled(block, out);
        }
        plain(block, out)
    }

    fn body(&mut self, piece: &[u8], out: &mut Vec<u8>) -> Result<(), StrayNul> {
        if self.mid_line || self.delimiters.is_empty() {
            return self.content(piece, out);
        }
        self.held.extend_from_slice(piece);
        let line = self.held.as_slice();
        let may_be = line.starts_with(b"--") || line == b"-";
        if may_be && !line.ends_with(b"\n") && line.len() <= limits::BOUNDARY + 2 {
            return Ok(());
        }
        let line = std::mem::take(&mut self.held);
        if !may_be || !self.boundary(&line, out)? {
            self.content(&line, out)?;
        }
        Ok(())
    }

    fn content(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), StrayNul> {
        if !bytes.is_empty() {
            self.mid_line = !bytes.ends_with(b"\n");
        }
        match &mut self.encode {
            Some(encode) => {
                encode.push(bytes, out);
                Ok(())
            }
            None => plain(bytes, out),
        }
    }

    /// Which multipart's boundary a line is: the longest that it begins with, as the analysis has
    /// it (RFC 2046 §5.1.1).
    fn judge(&self, line: &[u8]) -> Option<usize> {
        let known = self.delimiters.iter().enumerate();
        let found = known.filter(|(_, delimiter)| line.starts_with(delimiter));
        found
            .max_by_key(|(depth, delimiter)| (delimiter.len(), *depth))
            .map(|(depth, _)| depth)
    }

    /// Takes a line if it is a boundary.
    fn boundary(&mut self, line: &[u8], out: &mut Vec<u8>) -> Result<bool, StrayNul> {
        let Some(depth) = self.judge(line) else {
            return Ok(false);
        };
        if let Some(mut encode) = self.encode.take() {
            let line_end = std::mem::take(&mut encode.line_end);
            encode.finish(out);
            out.extend(line_end);
        }
        plain(line, out)?;
        let closes = line[self.delimiters[depth].len()..].starts_with(b"--");
        self.delimiters
            .truncate(if closes { depth } else { depth + 1 });
        self.in_body = closes;
        self.mid_line = !line.ends_with(b"\n");
        Ok(true)
    }
}

impl Encode {
    fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        self.octets.append(&mut self.line_end);
        self.octets.extend_from_slice(bytes);
        // The LF of a CR LF may come alone.
        let line_end = match memrchr(b'\n', &self.octets) {
            Some(at) if at + 1 == self.octets.len() => {
                at - usize::from(at > 0 && self.octets[at - 1] == b'\r')
            }
            _ => self.octets.len() - usize::from(self.octets.ends_with(b"\r")),
        };
        self.line_end = self.octets.split_off(line_end);
        let whole = self.octets.len() / LINE * LINE;
        for line in self.octets[..whole].chunks(LINE) {
            write_line(line, out);
            out.extend_from_slice(b"\r\n");
        }
        self.octets.drain(..whole);
    }

    fn finish(self, out: &mut Vec<u8>) {
        let mut lines = self.octets.chunks(LINE).peekable();
        while let Some(line) = lines.next() {
            write_line(line, out);
            if lines.peek().is_some() {
                out.extend_from_slice(b"\r\n");
            }
        }
    }
}

fn write_line(octets: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(STANDARD.encode(octets).as_bytes());
}

fn plain(bytes: &[u8], out: &mut Vec<u8>) -> Result<(), StrayNul> {
    if memchr(0, bytes).is_some() {
        return Err(StrayNul);
    }
    out.extend_from_slice(bytes);
    Ok(())
}

/// Writes a header whose part is base64 now.
fn relabelled(block: &[u8], out: &mut Vec<u8>) -> Result<(), StrayNul> {
    let mut end = 0;
    for field in header::fields(block) {
        if field.is("Content-Transfer-Encoding") {
            out.extend_from_slice(b"Content-Transfer-Encoding: base64\r\n");
        } else {
            plain(field.raw, out)?;
        }
        end = field.end;
    }
    plain(&block[end..], out)
}

/// `--` and the boundary, as the analysis reads it.
fn delimiter(part: &Part) -> Option<Vec<u8>> {
    let plain = part.param("boundary").map(str::to_owned);
    let boundary = plain.or_else(|| crate::parameters::decoded(&part.params, "boundary"))?;
    let boundary = boundary.trim_end().as_bytes();
    let boundary = &boundary[..boundary.len().min(limits::BOUNDARY)];
    (!boundary.is_empty()).then(|| [b"--", boundary].concat())
}
