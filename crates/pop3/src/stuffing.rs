//! Byte-stuffing of multi-line answers (RFC 1939 §3).

/// Writes a message as lines that end in CR LF, a dot doubled where it begins a line.
///
/// An LF alone, which an old import may have left in a message, becomes CR LF: some programs
/// take it for a line's end, and a dot after it for the answer's. A CR alone is data.
#[derive(Debug)]
pub(crate) struct Stuffing {
    line_start: bool,
    after_cr: bool,
}

impl Stuffing {
    pub(crate) fn new() -> Self {
        Self {
            line_start: true,
            after_cr: false,
        }
    }

    /// Appends the next octets of the message to `out`: twice as many at most.
    pub(crate) fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            if self.line_start && piece[0] == b'.' {
                out.push(b'.');
            }
            if let Some(line) = piece.strip_suffix(b"\n") {
                out.extend_from_slice(line);
                let has_cr = line.last().map_or(self.after_cr, |last| *last == b'\r');
                out.extend_from_slice(if has_cr { b"\n" } else { b"\r\n" });
                (self.line_start, self.after_cr) = (true, false);
            } else {
                out.extend_from_slice(piece);
                (self.line_start, self.after_cr) = (false, piece.ends_with(b"\r"));
            }
        }
    }

    /// Ends the last line where the message does not, and the answer.
    pub(crate) fn finish(mut self, out: &mut Vec<u8>) {
        if !self.line_start {
            self.push(b"\n", out);
        }
        out.extend_from_slice(b".\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(message: &str, sent: &str) {
        for piece in 1..=message.len().max(1) {
            let (mut stuffing, mut out) = (Stuffing::new(), Vec::new());
            for bytes in message.as_bytes().chunks(piece) {
                stuffing.push(bytes, &mut out);
            }
            stuffing.finish(&mut out);
            let out = String::from_utf8_lossy(&out).into_owned();
            assert_eq!(out, sent, "{message:?} in pieces of {piece}");
        }
    }

    #[test]
    fn dots_that_begin_a_line_are_doubled() {
        check(
            "a\r\n.\r\n..b\r\nc.d\r\n",
            "a\r\n..\r\n...b\r\nc.d\r\n.\r\n",
        );
        check(".a\r\n", "..a\r\n.\r\n");
    }

    #[test]
    fn the_last_line_is_ended() {
        check("", ".\r\n");
        check("a", "a\r\n.\r\n");
        check("a\r", "a\r\n.\r\n");
        check(".", "..\r\n.\r\n");
        check("a\r\n\r\n", "a\r\n\r\n.\r\n");
    }

    #[test]
    fn lines_end_in_cr_lf_whatever_they_ended_in() {
        check("a\n.\nb\r\n", "a\r\n..\r\nb\r\n.\r\n");
        check("a\r.b\r\r\n\n", "a\r.b\r\r\n\r\n.\r\n");
    }
}
