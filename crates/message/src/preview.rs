//! The beginning of a message's text, for lists (RFC 8970 §3.3): gathered while the message passes, from a few
//! thousand bytes of its first texts.

mod html;

use crate::encoding::Decoder;
use crate::{Part, charset};

/// Characters of a preview (RFC 8970 §3.3).
pub(crate) const CHARACTERS: usize = 200;
/// Bytes looked at of a text, as they are encoded; an HTML text begins with its styles.
const PLAIN: usize = 4 << 10;
const HTML: usize = 32 << 10;
/// So many texts are looked at: where the first says nothing, the next may.
const TEXTS: usize = 3;

/// The beginnings of the first texts.
#[derive(Debug, Default)]
pub(crate) struct Excerpts {
    found: Vec<Excerpt>,
    /// Bytes still wanted of the last one.
    wanted: usize,
}

#[derive(Debug)]
struct Excerpt {
    start: u64,
    bytes: Vec<u8>,
}

impl Excerpts {
    /// The body of `part` begins.
    pub(crate) fn begin(&mut self, part: &Part) {
        self.wanted = 0;
        let attached = part
            .disposition
            .as_ref()
            .is_some_and(|(kind, _)| kind.eq_ignore_ascii_case("attachment"));
        if !part.is_type("text") || attached || self.found.len() >= TEXTS {
            return;
        }
        self.wanted = if part.is_subtype("plain") {
            PLAIN
        } else if part.is_subtype("html") {
            HTML
        } else {
            // Calendars, cards and the like are for programs.
            return;
        };
        self.found.push(Excerpt {
            start: part.body_start,
            bytes: Vec::new(),
        });
    }

    /// Whatever comes next is of no text.
    pub(crate) fn end(&mut self) {
        self.wanted = 0;
    }

    /// Bytes of a body, and perhaps of the boundary after it.
    #[inline]
    pub(crate) fn take(&mut self, bytes: &[u8]) {
        if self.wanted == 0 {
            return;
        }
        let some = &bytes[..bytes.len().min(self.wanted)];
        if let Some(last) = self.found.last_mut() {
            last.bytes.extend_from_slice(some);
        }
        self.wanted -= some.len();
    }

    /// The preview; empty where no text says anything.
    pub(crate) fn preview(&self, top: &Part) -> String {
        for excerpt in &self.found {
            let mut leaves = top.leaves();
            let Some(part) = leaves.find(|leaf| leaf.body_start == excerpt.start) else {
                continue;
            };
            let len = usize::try_from(part.body_len()).unwrap_or(usize::MAX);
            let cut = len > excerpt.bytes.len();
            let text = text(part, &excerpt.bytes[..len.min(excerpt.bytes.len())], cut);
            let folded = folded(&text);
            if !folded.is_empty() {
                return folded;
            }
        }
        String::new()
    }
}

fn text(part: &Part, bytes: &[u8], cut: bool) -> String {
    let mut decoded = Vec::new();
    let mut decoder = Decoder::new(&part.encoding);
    decoder.push(bytes, &mut decoded);
    decoder.finish(&mut decoded);
    if cut {
        // A character that was cut in two would make the whole no UTF-8; of a text so long the last one does not count.
        let tail = decoded.len().saturating_sub(3);
        if let Some(at) = decoded[tail..].iter().rposition(|byte| *byte >= 0xc0) {
            decoded.truncate(tail + at);
        }
    }
    let text = charset::to_utf8(part.charset(), &decoded);
    if part.is_subtype("html") {
        html::to_text(&text)
    } else {
        text
    }
}

/// One line: white space as single spaces, no control or invisible characters.
fn folded(text: &str) -> String {
    let mut out = String::new();
    let mut left = CHARACTERS;
    let mut space = false;
    for c in text.chars() {
        if c.is_whitespace() || matches!(c, '\u{200b}' | '\u{2800}' | '\u{3164}') {
            space = !out.is_empty();
            continue;
        }
        if c.is_control() || is_invisible(c) {
            continue;
        }
        // The space only goes with what follows it.
        let needed = 1 + usize::from(space);
        if left < needed {
            break;
        }
        left -= needed;
        if space {
            out.push(' ');
            space = false;
        }
        out.push(c);
    }
    out
}

/// What senders of newsletters fill the beginning with, and what turns the direction of other texts in the list.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
        | '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}')
}
