//! What people typed, made ready to be set: nothing of it is markup.

use std::borrow::Cow;

use serde::ser::{Serialize, SerializeSeq, Serializer};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::world;

/// A text for the template: a string where it can be set as it is; else lines of pieces between which a line may end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Text {
    lines: Vec<Vec<String>>,
}

/// What stands where a character cannot be set.
const NOT_SET: char = '□';
/// A part of a long word stays in one piece up to so many letters: a narrow column of long words holds them.
const UNCUT: usize = 16;
/// The letters of the pieces that a longer one is cut into.
const PIECE: usize = 10;
/// From so many letters on a word has pieces.
const LONG_WORD: usize = 14;

impl Text {
    /// With line ends, and places where long words may be broken: addresses behind `@ . - _ /`, others anywhere.
    pub(crate) fn new(text: &str) -> Self {
        let clean = clean(text);
        let lines = clean.trim_end().split('\n').map(pieces).collect();
        Self { lines }
    }

    /// On one line, unbroken: for the PDF's properties.
    pub(crate) fn plain(text: &str) -> Self {
        let clean = clean(text).replace('\n', " ");
        Self {
            lines: vec![vec![clean.trim().to_owned()]],
        }
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if let [line] = self.lines.as_slice()
            && let [piece] = line.as_slice()
        {
            return to.serialize_str(piece);
        }
        let mut lines = to.serialize_seq(Some(self.lines.len()))?;
        for line in &self.lines {
            lines.serialize_element(line)?;
        }
        lines.end()
    }
}

/// NFC; tabs are spaces; what steers a screen or the direction of writing, and what the font has no glyph for (PDF/A allows none such), is
/// shown as a box: the reader sees that something stood there. The data that lie in the PDF have it all.
fn clean(text: &str) -> String {
    let text: Cow<'_, str> = if text.contains('\r') {
        text.replace("\r\n", "\n").replace('\r', "\n").into()
    } else {
        text.into()
    };
    text.nfc()
        .map(|c| match c {
            '\n' => '\n',
            '\t' | '\u{2028}' | '\u{2029}' => ' ',
            _ if hidden(c) || !world::has_glyph(c) => NOT_SET,
            _ => c,
        })
        .collect()
}

/// Characters that are not seen and change how others are read.
fn hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff0}'..='\u{ffff}' | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{10ffff}')
}

fn pieces(line: &str) -> Vec<String> {
    if !line.split(' ').any(is_long) {
        return vec![line.to_owned()];
    }
    let mut pieces = vec![String::new()];
    for (at, word) in line.split(' ').enumerate() {
        if at > 0 {
            push(&mut pieces, ' ');
        }
        if !is_long(word) {
            word.chars().for_each(|c| push(&mut pieces, c));
            continue;
        }
        for (place, part) in parts(word).into_iter().enumerate() {
            if place > 0 {
                pieces.push(String::new());
            }
            part.chars().for_each(|c| push(&mut pieces, c));
        }
    }
    pieces
}

fn is_long(word: &str) -> bool {
    word.chars().count() >= LONG_WORD
}

/// A long word in parts: behind the signs of an address, none shorter than three letters; what is still long anywhere.
fn parts(word: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for part in word.split_inclusive(|c| "@.-_/\\,;:?&=".contains(c)) {
        match parts.last_mut() {
            Some(last) if last.len() < 3 || part.len() < 3 => last.push_str(part),
            _ => parts.push(part.to_owned()),
        }
    }
    parts.iter().flat_map(|part| cut(part)).collect()
}

fn cut(part: &str) -> Vec<String> {
    if part.chars().count() <= UNCUT {
        return vec![part.to_owned()];
    }
    let mut pieces = vec![String::new()];
    let mut letters = 0;
    for c in part.chars() {
        if letters >= PIECE && !is_combining_mark(c) {
            pieces.push(String::new());
            letters = 0;
        }
        push(&mut pieces, c);
        letters += 1;
    }
    pieces
}

fn push(pieces: &mut [String], c: char) {
    if let Some(last) = pieces.last_mut() {
        last.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> String {
        serde_json::to_string(&Text::new(text)).expect("texts are JSON")
    }

    #[test]
    fn what_cannot_be_set_is_a_box() {
        assert_eq!(json("Nguyễn Văn A"), r#""Nguyễn Văn A""#);
        assert_eq!(json("a\0b\u{202e}c\u{1f600}d"), r#""a□b□c□d""#);
        assert_eq!(json("e\u{302}\u{301}"), "\"ế\"");
        assert_eq!(json("□"), "\"□\"");
    }

    #[test]
    fn long_words_have_pieces_and_lines_are_kept() {
        assert_eq!(
            json("nguyenvana.sttvtt@quangninh.gov.vn"),
            r#"[["nguyenvana.","sttvtt@","quangninh.","gov.vn"]]"#
        );
        assert_eq!(json("a\r\nb"), r#"[["a"],["b"]]"#);
        let text = Text::new(&"x".repeat(1_000));
        assert_eq!(text.lines.concat().concat(), "x".repeat(1_000));
    }
}
