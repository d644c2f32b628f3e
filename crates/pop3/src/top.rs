//! Where the answer to TOP ends (RFC 1939 §7).

/// How much of the present line was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seen {
    Nothing,
    Cr,
    Text,
}

/// Finds the end of the header, the empty line and `n` lines of the body.
#[derive(Debug)]
pub(crate) struct Top {
    lines: u32,
    in_body: bool,
    seen: Seen,
}

impl Top {
    pub(crate) fn new(lines: u32) -> Self {
        Self {
            lines,
            in_body: false,
            seen: Seen::Nothing,
        }
    }

    /// How many of the message's next octets belong to the answer where it ends within them,
    /// `None` where it does not.
    pub(crate) fn end(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            at += piece.len();
            let ended = piece.ends_with(b"\n");
            let line = piece.strip_suffix(b"\n").unwrap_or(piece);
            self.seen = match (self.seen, line) {
                (seen, b"") => seen,
                (Seen::Nothing, b"\r") => Seen::Cr,
                _ => Seen::Text,
            };
            if !ended {
                return None;
            }
            let empty = std::mem::replace(&mut self.seen, Seen::Nothing) != Seen::Text;
            if self.in_body {
                self.lines -= 1;
            } else {
                self.in_body = empty;
            }
            if self.in_body && self.lines == 0 {
                return Some(at);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(message: &str, lines: u32, expected: &str) {
        for piece in 1..=message.len() {
            let (mut top, mut taken) = (Top::new(lines), Vec::new());
            for bytes in message.as_bytes().chunks(piece) {
                let end = top.end(bytes);
                taken.extend_from_slice(&bytes[..end.unwrap_or(bytes.len())]);
                if end.is_some() {
                    break;
                }
            }
            let taken = String::from_utf8_lossy(&taken).into_owned();
            assert_eq!(taken, expected, "{lines} lines, in pieces of {piece}");
        }
    }

    #[test]
    fn header_empty_line_and_some_lines() {
        let message = "A: 1\r\nB: 2\r\n\r\none\r\n\r\nthree\r\n";
        check(message, 0, "A: 1\r\nB: 2\r\n\r\n");
        check(message, 1, "A: 1\r\nB: 2\r\n\r\none\r\n");
        check(message, 2, "A: 1\r\nB: 2\r\n\r\none\r\n\r\n");
        check(message, 3, message);
        check(message, u32::MAX, message);
    }

    #[test]
    fn odd_messages() {
        check("A: 1\r\n", 0, "A: 1\r\n");
        check("\r\nbody\r\n", 0, "\r\n");
        check("A: 1\n\none\ntwo\n", 1, "A: 1\n\none\n");
        check("A\r\r\n\r\r\n\r\nb\r\n", 0, "A\r\r\n\r\r\n\r\n");
    }
}
