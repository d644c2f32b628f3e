//! A cursor over structured field values (RFC 5322 §3.2).

use memchr::memchr3;

/// Reads tokens; always moves on.
#[derive(Debug)]
pub(crate) struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// Bytes that end an atom here. Dots, brackets and 8-bit bytes are part of it.
fn ends_atom(byte: u8) -> bool {
    matches!(
        byte,
        b' ' | b'\t' | b'\r' | b'\n' | b'(' | b'"' | b'<' | b'>' | b'@' | b',' | b';' | b':'
    )
}

impl<'a> Scan<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub(crate) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    pub(crate) fn step(&mut self) {
        self.at += 1;
    }

    /// Passes white space and comments; `comment` takes the text of the last one. True where something was passed.
    pub(crate) fn skip_space(&mut self, comment: &mut Vec<u8>) -> bool {
        let start = self.at;
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' => self.step(),
                b'(' => {
                    self.step();
                    self.comment(comment);
                }
                _ => break,
            }
        }
        self.at > start
    }

    /// The inside of a comment, nested ones with their brackets; the opening one is read.
    fn comment(&mut self, text: &mut Vec<u8>) {
        text.clear();
        let mut depth = 1_usize;
        while let Some(byte) = self.peek() {
            self.step();
            match byte {
                b'(' => depth += 1,
                b')' => {
                    depth -= 1;
                    if depth == 0 {
                        return;
                    }
                }
                b'\\' => {
                    text.extend(self.peek());
                    self.step();
                    continue;
                }
                b'\r' | b'\n' => continue,
                _ => {}
            }
            text.push(byte);
        }
    }

    /// Appends the inside of a quoted string, unescaped and unfolded; the opening quote is read.
    pub(crate) fn quoted(&mut self, text: &mut Vec<u8>) {
        while let Some(rest) = self.bytes.get(self.at..).filter(|rest| !rest.is_empty()) {
            let plain = memchr3(b'"', b'\\', b'\n', rest).unwrap_or(rest.len());
            text.extend(rest[..plain].iter().filter(|byte| **byte != b'\r'));
            self.at += plain + 1;
            match rest.get(plain) {
                Some(b'"') => return,
                Some(b'\\') => {
                    text.extend(self.peek().filter(|byte| !matches!(byte, b'\r' | b'\n')));
                    self.step();
                }
                _ => {}
            }
        }
    }

    /// An atom with its dots; at least one byte where there is one.
    pub(crate) fn atom(&mut self) -> &'a [u8] {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let len = rest
            .iter()
            .position(|byte| ends_atom(*byte))
            .unwrap_or(rest.len())
            .max(1)
            .min(rest.len());
        self.at += len;
        &rest[..len]
    }

    /// The bytes up to one of `stops`.
    pub(crate) fn until(&mut self, stops: &[u8]) -> &'a [u8] {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let len = rest
            .iter()
            .position(|byte| stops.contains(byte))
            .unwrap_or(rest.len());
        self.at += len;
        &rest[..len]
    }

    /// Appends a domain, white space around its dots left out, or a domain literal (RFC 5322 §3.4.1).
    pub(crate) fn domain(&mut self, out: &mut Vec<u8>, comment: &mut Vec<u8>) {
        self.skip_space(comment);
        if self.peek() == Some(b'[') {
            let literal = self.until(b"]>,;");
            out.extend(literal.iter().filter(|byte| !byte.is_ascii_whitespace()));
            if self.peek() == Some(b']') {
                self.step();
                out.push(b']');
            }
            return;
        }
        loop {
            match self.peek() {
                Some(byte) if !ends_atom(byte) => out.extend_from_slice(self.atom()),
                _ => return,
            }
            let passed = self.skip_space(comment);
            if passed && self.peek() != Some(b'.') && out.last() != Some(&b'.') {
                return;
            }
        }
    }
}
