//! Unstructured text of a field as people read it.

use memchr::memmem;

use super::unfold;
use crate::charset;
use crate::encoding::Decoder;

/// Decodes encoded words (RFC 2047) and raw 8-bit text: UTF-8 where it is that, else windows-1258. Folding is
/// undone, control characters and outer white space go.
pub fn decode_text(value: &[u8]) -> String {
    let value = unfold(value);
    let mut out = match memmem::find(&value, b"=?") {
        None => charset::text(value.trim_ascii()),
        Some(_) => decode_words(value.trim_ascii()),
    };
    if out
        .bytes()
        .any(|byte| byte < b' ' || byte == 0x7f || byte == 0xc2)
    {
        out = out
            .chars()
            .map(|c| if c == '\t' { ' ' } else { c })
            .filter(|c| !c.is_control())
            .collect();
    }
    out
}

/// Bytes of adjacent encoded words of one charset: senders cut words in the middle of a character.
#[derive(Default)]
struct Run<'a> {
    charset: &'a [u8],
    bytes: Vec<u8>,
}

impl Run<'_> {
    fn flush(&mut self, out: &mut String) {
        if !self.bytes.is_empty() {
            let label = std::str::from_utf8(self.charset).ok();
            out.push_str(&charset::to_utf8(label, &self.bytes));
            self.bytes.clear();
        }
    }
}

fn decode_words(value: &[u8]) -> String {
    let mut out = String::with_capacity(value.len());
    let mut run = Run::default();
    let mut rest = value;
    let mut plain = 0; // bytes of `rest` known to be no encoded word
    let mut after_word = false;
    while let Some(found) = memmem::find(&rest[plain..], b"=?") {
        let start = plain + found;
        let Some(word) = Word::read(&rest[start..]) else {
            plain = start + 2;
            continue;
        };
        let between = &rest[..start];
        // RFC 2047 §6.2: white space between adjacent encoded words is not shown.
        if !(after_word && between.iter().all(u8::is_ascii_whitespace)) {
            run.flush(&mut out);
            out.push_str(&charset::text(between));
        }
        if !run.charset.eq_ignore_ascii_case(word.charset) {
            run.flush(&mut out);
            run.charset = word.charset;
        }
        word.decode(&mut run.bytes);
        rest = &rest[start + word.len..];
        plain = 0;
        after_word = true;
    }
    run.flush(&mut out);
    out.push_str(&charset::text(rest));
    out
}

/// `=?charset*language?encoding?text?=` (RFC 2047 §2, RFC 2231 §5).
struct Word<'a> {
    charset: &'a [u8],
    base64: bool,
    text: &'a [u8],
    len: usize,
}

impl<'a> Word<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let head = &bytes[2..];
        let mark = head
            .iter()
            .take(64)
            .position(|byte| *byte == b'?' || byte.is_ascii_whitespace())?;
        let [b'?', encoding, b'?', tail @ ..] = &head[mark..] else {
            return None;
        };
        let base64 = match encoding {
            b'B' | b'b' => true,
            b'Q' | b'q' => false,
            _ => return None,
        };
        let text_len = memmem::find(tail, b"?=")?;
        let charset = head[..mark]
            .split(|byte| *byte == b'*')
            .next()
            .unwrap_or_default();
        Some(Self {
            charset,
            base64,
            text: &tail[..text_len],
            len: 2 + mark + 3 + text_len + 2,
        })
    }

    fn decode(&self, out: &mut Vec<u8>) {
        if self.base64 {
            let mut decoder = Decoder::new("base64");
            decoder.push(self.text, out);
            decoder.finish(out);
            return;
        }
        let mut rest = self.text;
        while let [first, tail @ ..] = rest {
            rest = tail;
            match (first, tail) {
                (b'_', _) => out.push(b' '),
                (b'=', [high, low, after @ ..]) => {
                    if let Some(byte) = crate::encoding::hex(*high, *low) {
                        out.push(byte);
                        rest = after;
                    } else {
                        out.push(b'=');
                    }
                }
                _ => out.push(*first),
            }
        }
    }
}
