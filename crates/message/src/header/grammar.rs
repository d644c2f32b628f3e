//! A cursor over structured field values that keeps to the grammar (RFC 5322 §3.2 and §4, RFC 2045 §5.1) and says
//! where a value leaves it. [`super::scan`] reads on, whatever comes; this one is for what IMAP shows.

/// What follows what was read and the white space and comments behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Then {
    /// More bytes.
    More,
    /// Nothing.
    End,
}

/// Something begun that has no end, or something else than what must come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Broken;

pub(crate) type Read = Result<Then, Broken>;

/// More follows.
pub(crate) const MORE: Read = Ok(Then::More);

#[derive(Debug)]
pub(crate) struct Grammar<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Text of the last whole comment.
    pub(crate) comment: Vec<u8>,
}

/// `atext` (RFC 5322 §3.2.3), bytes above ASCII too (RFC 6532 §3.2).
pub(crate) fn is_atext(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80 || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

/// Bytes of a `token` (RFC 2045 §5.1), bytes above ASCII too.
fn is_token(byte: u8) -> bool {
    byte == b'.' || is_atext(byte) && !matches!(byte, b'/' | b'=' | b'?')
}

impl<'a> Grammar<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            comment: Vec::new(),
        }
    }

    pub(crate) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    pub(crate) fn is(&self, byte: u8) -> bool {
        self.peek() == Some(byte)
    }

    pub(crate) fn step(&mut self) {
        self.at += 1;
    }

    /// Passes this byte where it is next.
    pub(crate) fn pass(&mut self, byte: u8) -> bool {
        let is = self.is(byte);
        self.at += usize::from(is);
        is
    }

    pub(crate) fn place(&self) -> usize {
        self.at
    }

    pub(crate) fn back_to(&mut self, place: usize) {
        self.at = place;
    }

    fn then(&self) -> Read {
        Ok(if self.at < self.bytes.len() {
            Then::More
        } else {
            Then::End
        })
    }

    /// Passes white space and comments.
    pub(crate) fn space(&mut self) -> Read {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\r' | b'\n') => self.step(),
                Some(b'(') => {
                    self.a_comment()?;
                }
                _ => return self.then(),
            }
        }
    }

    /// Its opening bracket is next. Of one that has no end, what is before its last escape or fold is kept.
    fn a_comment(&mut self) -> Result<(), Broken> {
        self.comment.clear();
        self.step();
        let (mut depth, mut piece) = (1_usize, self.at);
        while let Some(byte) = self.peek() {
            match byte {
                b'(' => depth += 1,
                b')' => depth -= 1,
                b'\r' | b'\n' => {
                    self.comment.extend_from_slice(&self.bytes[piece..self.at]);
                    piece = self.at + 1;
                }
                b'\\' => match self.bytes.get(self.at + 1) {
                    None => break,
                    Some(b'\r' | b'\n') => {}
                    Some(_) => {
                        self.comment.extend_from_slice(&self.bytes[piece..self.at]);
                        self.step();
                        piece = self.at;
                    }
                },
                _ => {}
            }
            if depth == 0 {
                self.comment.extend_from_slice(&self.bytes[piece..self.at]);
                self.step();
                return Ok(());
            }
            self.step();
        }
        self.at = self.bytes.len();
        Err(Broken)
    }

    /// Appends the bytes that belong together, however few, and passes the space behind them.
    fn run(&mut self, out: &mut Vec<u8>, belongs: impl Fn(u8) -> bool) -> Read {
        let rest = &self.bytes[self.at..];
        let len = rest
            .iter()
            .position(|byte| !belongs(*byte))
            .unwrap_or(rest.len());
        out.extend_from_slice(&rest[..len]);
        self.at += len;
        self.space()
    }

    /// `atom`
    pub(crate) fn atom(&mut self, out: &mut Vec<u8>) -> Read {
        match self.peek() {
            Some(byte) if is_atext(byte) => self.run(out, is_atext),
            _ => Err(Broken),
        }
    }

    /// A MIME `token`, possibly empty.
    pub(crate) fn token(&mut self, out: &mut Vec<u8>) -> Read {
        self.run(out, is_token)
    }

    /// `quoted-string`, its inside unescaped and unfolded; its opening quote is next.
    pub(crate) fn quoted(&mut self, out: &mut Vec<u8>) -> Read {
        self.step();
        // Of one that has no end, only what is before its last escape or fold is taken.
        let mut piece = self.at;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => {
                    out.extend_from_slice(&self.bytes[piece..self.at]);
                    self.step();
                    return self.space();
                }
                b'\r' | b'\n' => {
                    out.extend_from_slice(&self.bytes[piece..self.at]);
                    piece = self.at + 1;
                }
                b'\\' if self.at + 1 < self.bytes.len() => {
                    out.extend_from_slice(&self.bytes[piece..self.at]);
                    self.step();
                    piece = self.at;
                }
                _ => {}
            }
            self.step();
        }
        Err(Broken)
    }

    /// `phrase`, with the dots of `obs-phrase`; its words are joined by one space. It may be empty.
    pub(crate) fn phrase(&mut self, out: &mut Vec<u8>) -> Read {
        match self.peek() {
            None => return Ok(Then::End),
            Some(b'.') => return Err(Broken),
            Some(_) => {}
        }
        loop {
            let read = match self.peek() {
                Some(b'"') => self.quoted(out),
                _ => self.run(out, |byte| byte == b'.' || is_atext(byte)),
            };
            if read != MORE {
                return read;
            }
            match self.peek() {
                Some(b'"' | b'.') => {}
                Some(byte) if is_atext(byte) => {}
                _ => return self.space(),
            }
            out.push(b' ');
        }
    }

    /// What stands before the `@`: quoted, or atoms and dots, even where dots stand together or at an end.
    pub(crate) fn local_part(&mut self, out: &mut Vec<u8>) -> Read {
        if self.is(b'"') {
            return self.quoted(out);
        }
        let mut read = Err(Broken);
        loop {
            while self.pass(b'.') {
                out.push(b'.');
                if self.peek().is_none() {
                    return Ok(Then::End);
                }
                read = MORE;
            }
            if self.is(b'@') {
                return read;
            }
            read = self.atom(out);
            if read != MORE || !self.is(b'.') {
                return read;
            }
        }
    }

    /// `domain` with white space around its dots, or a domain literal; its `@` is next. Nothing is appended of one
    /// that is broken.
    pub(crate) fn domain(&mut self, out: &mut Vec<u8>) -> Read {
        self.step();
        if self.space()? == Then::End {
            return Err(Broken);
        }
        let mut domain = Vec::new();
        let read = if self.is(b'[') {
            self.literal(&mut domain)
        } else {
            self.dot_atom(&mut domain)
        };
        if read.is_ok() {
            out.append(&mut domain);
        }
        read
    }

    fn dot_atom(&mut self, out: &mut Vec<u8>) -> Read {
        loop {
            let read = self.atom(out);
            if read != MORE || !self.pass(b'.') {
                return read;
            }
            out.push(b'.');
            if self.space()? == Then::End {
                return Err(Broken);
            }
        }
    }

    fn literal(&mut self, out: &mut Vec<u8>) -> Read {
        out.push(b'[');
        self.step();
        while let Some(byte) = self.peek() {
            self.step();
            match byte {
                b'[' => return Err(Broken),
                b']' => {
                    out.push(byte);
                    return self.space();
                }
                b'\r' | b'\n' => {}
                b'\\' => {
                    out.push(byte);
                    out.extend(self.peek());
                    self.step();
                }
                _ => out.push(byte),
            }
        }
        Err(Broken)
    }

    /// The bytes up to white space or a semicolon.
    pub(crate) fn until_blank_or_semicolon(&mut self, out: &mut Vec<u8>) {
        while let Some(byte) = self.peek() {
            if matches!(byte, b';' | b' ' | b'\t' | b'\r' | b'\n') {
                return;
            }
            out.push(byte);
            self.step();
        }
    }
}
