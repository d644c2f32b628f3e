//! Reading the words of one complete command (RFC 9051 §9).

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::chars::{is_astring_char, is_atom_char, is_list_char};
use super::{Denormalized, Fault, ParseOptions};
use crate::types::{INBOX, MailboxName, Tag};

/// What a parsing step gives.
pub type Parsed<T> = Result<T, Fault>;

/// A place in a command's bytes: the lines with their literals, up to and
/// including the last CRLF.
#[derive(Debug, Clone)]
pub struct Cursor<'a> {
    buf: &'a [u8],
    pos: usize,
    options: ParseOptions,
    denormalized: Vec<Denormalized>,
}

impl<'a> Cursor<'a> {
    /// A cursor at the head of `buf`.
    #[must_use]
    pub fn new(buf: &'a [u8], options: ParseOptions) -> Self {
        Self {
            buf,
            pos: 0,
            options,
            denormalized: Vec::new(),
        }
    }

    /// What the session has agreed on.
    #[must_use]
    pub fn options(&self) -> ParseOptions {
        self.options
    }

    /// The mailbox name of these bytes, which were read.
    ///
    /// # Errors
    /// [`Fault::Name`] for the rule it breaks.
    pub fn name_of(&mut self, wire: &[u8]) -> Parsed<MailboxName> {
        let name = MailboxName::from_wire(wire, self.options.utf8)?;
        if self.options.utf8
            && let Ok(given) = std::str::from_utf8(wire)
            && given != name.as_str()
        {
            // INBOX in small letters is no other form of the name.
            let rest = |text: &str| text.get(INBOX.len()..).map(str::to_owned);
            let only_case =
                name.levels().next() == Some(INBOX) && rest(given) == rest(name.as_str());
            if !only_case {
                self.denormalized.push(Denormalized {
                    given: given.to_owned(),
                    name: name.clone(),
                });
            }
        }
        Ok(name)
    }

    /// The names that came in another form than their own.
    pub fn take_denormalized(&mut self) -> Vec<Denormalized> {
        std::mem::take(&mut self.denormalized)
    }

    /// What is not read yet.
    #[must_use]
    pub fn rest(&self) -> &'a [u8] {
        &self.buf[self.pos..]
    }

    /// The next byte, left where it is.
    #[must_use]
    pub fn peek(&self) -> Option<u8> {
        self.buf.get(self.pos).copied()
    }

    /// Steps over `byte` if it is next.
    pub fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.pos += usize::from(found);
        found
    }

    /// Steps over one byte, whatever it is.
    pub fn skip(&mut self) {
        self.pos = (self.pos + 1).min(self.buf.len());
    }

    /// Steps over `word`, in any case, if it is next.
    pub fn take_word(&mut self, word: &str) -> bool {
        let found = self.rest().get(..word.len());
        let found = found.is_some_and(|head| head.eq_ignore_ascii_case(word.as_bytes()));
        self.pos += if found { word.len() } else { 0 };
        found
    }

    /// Steps over `byte`, which must be next.
    ///
    /// # Errors
    /// `otherwise` when it is not.
    pub fn expect(&mut self, byte: u8, otherwise: &'static str) -> Parsed<()> {
        if self.take(byte) {
            Ok(())
        } else {
            Err(Fault::bad(otherwise))
        }
    }

    /// Steps over one space.
    ///
    /// # Errors
    /// [`Fault::Bad`] when it is missing.
    pub fn sp(&mut self) -> Parsed<()> {
        self.expect(b' ', "expected a space and another argument")
    }

    /// Steps over the CRLF that ends the command.
    ///
    /// # Errors
    /// [`Fault::Bad`] when something else is there.
    pub fn end(&mut self) -> Parsed<()> {
        match self.rest() {
            b"\r\n" => {
                self.pos += 2;
                Ok(())
            }
            b"\n" => Err(Fault::bad("lines must end in CRLF")),
            _ => Err(Fault::bad("unexpected text after the command")),
        }
    }

    /// Whether the command ends here.
    #[must_use]
    pub fn at_end(&self) -> bool {
        matches!(self.peek(), None | Some(b'\r' | b'\n'))
    }

    fn run(&mut self, belongs: impl Fn(u8) -> bool) -> &'a [u8] {
        let rest = self.rest();
        let end = rest.iter().position(|&b| !belongs(b)).unwrap_or(rest.len());
        self.pos += end;
        &rest[..end]
    }

    fn run_str(
        &mut self,
        belongs: impl Fn(u8) -> bool,
        otherwise: &'static str,
    ) -> Parsed<&'a str> {
        match std::str::from_utf8(self.run(belongs)) {
            Ok(text) if !text.is_empty() => Ok(text),
            _ => Err(Fault::bad(otherwise)),
        }
    }

    /// A tag.
    ///
    /// # Errors
    /// [`Fault::Bad`] when there is none.
    pub fn tag(&mut self) -> Parsed<Tag> {
        let text = self.run(|b| is_astring_char(b) && b != b'+');
        Tag::new(text).ok_or(Fault::bad("expected a tag"))
    }

    /// An atom.
    ///
    /// # Errors
    /// [`Fault::Bad`] when there is none.
    pub fn atom(&mut self) -> Parsed<&'a str> {
        self.run_str(is_atom_char, "expected an atom")
    }

    /// A word of ASCII letters, digits, `.` and `-`, for names of items that
    /// `[`, `(` or `<` may follow at once.
    ///
    /// # Errors
    /// [`Fault::Bad`] when there is none.
    pub fn word(&mut self) -> Parsed<&'a str> {
        self.run_str(
            |b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'),
            "expected a name",
        )
    }

    /// The characters of a sequence set; see [`Self::sequence_set`].
    pub(super) fn set_text(&mut self) -> &'a [u8] {
        self.run(|b| b.is_ascii_digit() || matches!(b, b',' | b':' | b'*' | b'$'))
    }

    /// A flag's text: an atom, with `\` before it for system flags.
    ///
    /// # Errors
    /// [`Fault::Bad`] when there is none.
    pub fn flag_text(&mut self) -> Parsed<&'a str> {
        let start = self.pos;
        self.take(b'\\');
        self.run(is_astring_char);
        match std::str::from_utf8(&self.buf[start..self.pos]) {
            Ok(text) if !text.is_empty() => Ok(text),
            _ => Err(Fault::bad("expected a flag")),
        }
    }

    /// A string: quoted or literal.
    ///
    /// # Errors
    /// [`Fault::Bad`] when there is none.
    pub fn string(&mut self) -> Parsed<Cow<'a, [u8]>> {
        match self.peek() {
            Some(b'"') => self.quoted(),
            Some(b'{') => self.literal().map(Cow::Borrowed),
            _ => Err(Fault::bad("expected a string")),
        }
    }

    /// A string or an atom that may hold `]`.
    ///
    /// # Errors
    /// [`Fault::Bad`] when there is none.
    pub fn astring(&mut self) -> Parsed<Cow<'a, [u8]>> {
        self.string_or(is_astring_char)
    }

    /// A string or an atom that may hold `]`, `%` and `*`.
    ///
    /// # Errors
    /// [`Fault::Bad`] when there is none.
    pub fn list_mailbox(&mut self) -> Parsed<Cow<'a, [u8]>> {
        self.string_or(is_list_char)
    }

    fn string_or(&mut self, belongs: fn(u8) -> bool) -> Parsed<Cow<'a, [u8]>> {
        if matches!(self.peek(), Some(b'"' | b'{')) {
            return self.string();
        }
        let text = self.run_str(belongs, "expected a string")?;
        Ok(Cow::Borrowed(text.as_bytes()))
    }

    /// A string, or `NIL` for none.
    ///
    /// # Errors
    /// [`Fault::Bad`] when there is neither.
    pub fn nstring(&mut self) -> Parsed<Option<Cow<'a, [u8]>>> {
        if self.take_word("NIL") {
            Ok(None)
        } else {
            self.string().map(Some)
        }
    }

    /// A quoted string. 8-bit bytes pass; who reads the text checks that it
    /// is UTF-8.
    fn quoted(&mut self) -> Parsed<Cow<'a, [u8]>> {
        let start = self.pos + 1;
        let mut owned: Option<Vec<u8>> = None;
        let mut at = start;
        loop {
            match self.buf.get(at) {
                Some(b'"') => break,
                Some(b'\\') => {
                    let Some(&escaped @ (b'"' | b'\\')) = self.buf.get(at + 1) else {
                        return Err(Fault::bad("invalid escape in quoted string"));
                    };
                    owned
                        .get_or_insert_with(|| self.buf[start..at].to_vec())
                        .push(escaped);
                    at += 2;
                }
                None | Some(b'\r' | b'\n' | 0) => {
                    return Err(Fault::bad("quoted string is not closed"));
                }
                Some(&plain) => {
                    if let Some(owned) = &mut owned {
                        owned.push(plain);
                    }
                    at += 1;
                }
            }
        }
        // RFC 6855 §3: what is no UTF-8 is BAD, wherever it stands.
        if self.options.utf8 && std::str::from_utf8(&self.buf[start..at]).is_err() {
            return Err(Fault::bad("quoted string is not valid UTF-8"));
        }
        self.pos = at + 1;
        Ok(owned.map_or(Cow::Borrowed(&self.buf[start..at]), Cow::Owned))
    }

    fn literal(&mut self) -> Parsed<&'a [u8]> {
        let header = self.literal_header()?;
        let size = usize::try_from(header.size).map_err(|_| Fault::bad("literal is too large"))?;
        let Some(bytes) = self.rest().get(..size) else {
            return Err(Fault::bad("literal is cut short"));
        };
        // RFC 9051 §4.3: a literal holds any byte but NUL.
        if bytes.contains(&0) {
            return Err(Fault::bad("literal holds a NUL"));
        }
        self.pos += size;
        Ok(bytes)
    }

    /// The announcement of a literal with its CRLF: `{12}`, `{12+}`, `~{12}`.
    /// The literal's bytes are next.
    ///
    /// # Errors
    /// [`Fault::Bad`] when there is none.
    pub fn literal_header(&mut self) -> Parsed<LiteralHeader> {
        let binary = self.take(b'~');
        self.expect(b'{', "expected a literal")?;
        let size = self.number64()?;
        let sync = !self.take(b'+');
        if self.take(b'}') && self.take(b'\r') && self.take(b'\n') {
            Ok(LiteralHeader { size, sync, binary })
        } else {
            Err(Fault::bad("invalid literal"))
        }
    }

    /// A number that fits in 32 bits.
    ///
    /// # Errors
    /// [`Fault::Bad`] when there is none or it is too large.
    pub fn number(&mut self) -> Parsed<u32> {
        let n = self.number64()?;
        u32::try_from(n).map_err(|_| Fault::bad("number is too large"))
    }

    /// A number that fits in 63 bits (RFC 9051 §9, `number64`).
    ///
    /// # Errors
    /// [`Fault::Bad`] when there is none or it is too large.
    pub fn number64(&mut self) -> Parsed<u64> {
        let digits = self.run_str(|b| b.is_ascii_digit(), "expected a number")?;
        let n: i64 = digits
            .parse()
            .map_err(|_| Fault::bad("number is too large"))?;
        Ok(n.unsigned_abs())
    }

    /// A number above zero that fits in 32 bits.
    ///
    /// # Errors
    /// [`Fault::Bad`] when there is none, or it is zero or too large.
    pub fn nz_number(&mut self) -> Parsed<std::num::NonZeroU32> {
        let n = self.number()?;
        std::num::NonZeroU32::new(n).ok_or(Fault::bad("number must not be zero"))
    }

    /// What is left of the word, as base64 (RFC 4648 §4, padded).
    ///
    /// # Errors
    /// [`Fault::Bad`] when it is not base64.
    pub fn base64(&mut self) -> Parsed<Vec<u8>> {
        let text = self.run(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='));
        STANDARD
            .decode(text)
            .map_err(|_| Fault::bad("invalid base64"))
    }

    /// A list in parentheses, its items separated by single spaces; `()` is
    /// empty.
    ///
    /// # Errors
    /// [`Fault::Bad`] from the items or when the list is not well formed.
    pub fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        self.expect(b'(', "expected a list in parentheses")?;
        let mut items = Vec::new();
        if self.take(b')') {
            return Ok(items);
        }
        loop {
            items.push(item(self)?);
            if self.take(b')') {
                return Ok(items);
            }
            self.expect(b' ', "expected a space or a closing parenthesis")?;
        }
    }
}

/// What announces a literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LiteralHeader {
    /// Bytes that follow.
    pub size: u64,
    /// Whether the client waits for `+` first (RFC 7888).
    pub sync: bool,
    /// Whether NUL may occur: `~{…}` (RFC 3516).
    pub binary: bool,
}

#[cfg(test)]
#[path = "cursor_tests.rs"]
mod tests;
