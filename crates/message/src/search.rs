//! Substring search.
//!
//! IMAP `SEARCH` matches substrings without regard to case (RFC 9051 §6.4.4). People here also type without marks:
//! a needle without marks finds every text that reads so without its marks. A needle with marks means them: `hợp đồng`
//! does not find `họp đóng`. The two ways to place a tone mark are one (`Hòa`, `Hoà`).
//!
//! Whatever the plain characters would find, in lower case and NFC, is always among the finds.
//!
//! [`Content`] is what is looked into, [`envelope`] reads the stored ENVELOPE, and [`terms`] is what a search index
//! knows of texts and needles.

mod content;
pub mod envelope;
pub mod terms;

use std::cell::OnceCell;

use memchr::memmem;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::decompose_canonical;

use crate::fold::fold;

pub use content::{Content, Gather, Needs};

/// A substring to look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needle {
    folded: String,
    /// Where its marks count.
    marked: Option<Marked>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Marked {
    plain: String,
    placed: String,
}

/// A text to look in more than once.
#[derive(Debug)]
pub struct Haystack {
    text: String,
    folded: OnceCell<String>,
    plain: OnceCell<String>,
    placed: OnceCell<String>,
}

impl Needle {
    /// Looks for `text`; an empty one is in every text.
    pub fn new(text: &str) -> Self {
        let (folded, plain) = (fold(text), plain(text));
        let marked = (folded != plain).then(|| Marked {
            placed: placed(&plain),
            plain,
        });
        Self { folded, marked }
    }

    /// The substring without case and marks: a text that holds the needle holds this when folded.
    pub fn folded(&self) -> &str {
        &self.folded
    }

    /// Whether `text` holds it.
    pub fn in_text(&self, text: &str) -> bool {
        let holds =
            |text: &str, what: &str| memmem::find(text.as_bytes(), what.as_bytes()).is_some();
        if !holds(&fold(text), &self.folded) {
            return false;
        }
        let Some(marked) = &self.marked else {
            return true;
        };
        let text = plain(text);
        holds(&text, &marked.plain) || holds(&placed(&text), &marked.placed)
    }
}

impl Haystack {
    /// To look in `text`.
    pub fn new(text: String) -> Self {
        Self {
            text,
            folded: OnceCell::new(),
            plain: OnceCell::new(),
            placed: OnceCell::new(),
        }
    }

    /// What is looked in.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it holds the needle.
    pub fn holds(&self, needle: &Needle) -> bool {
        let folded = self.folded.get_or_init(|| fold(&self.text));
        if memmem::find(folded.as_bytes(), needle.folded.as_bytes()).is_none() {
            return false;
        }
        let Some(marked) = &needle.marked else {
            return true;
        };
        let text = self.plain.get_or_init(|| plain(&self.text));
        memmem::find(text.as_bytes(), marked.plain.as_bytes()).is_some() || {
            let placed = self.placed.get_or_init(|| placed(text));
            memmem::find(placed.as_bytes(), marked.placed.as_bytes()).is_some()
        }
    }
}

/// Lower case in NFC.
fn plain(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let lower = text.chars().flat_map(char::to_lowercase);
    let same = |c| match c {
        'ς' => 'σ',
        // Mail programs write ð (Icelandic) and ɖ for đ.
        'ð' | 'ɖ' => 'đ',
        c => c,
    };
    lower.map(same).nfc().collect()
}

/// Plain text with the tone mark of each syllable behind its vowels, whichever of them had it.
fn placed(plain: &str) -> String {
    let mut out = String::with_capacity(plain.len() + 16);
    // Tones of the vowels that were just written.
    let mut tones: Vec<char> = Vec::new();
    for c in plain.chars() {
        let mut vowel = false;
        let mut first = true;
        let (start, before) = (out.len(), tones.len());
        decompose_canonical(c, |piece| {
            if std::mem::take(&mut first) {
                vowel = matches!(piece, 'a' | 'e' | 'i' | 'o' | 'u' | 'y');
            }
            if is_tone(piece) {
                tones.push(piece);
            } else {
                out.push(piece);
            }
        });
        let of_vowel = vowel || (is_tone(c) && before > 0);
        if !of_vowel {
            // What is no vowel ends the syllable's vowels: their tones come before it, its own behind.
            let own = tones.split_off(before);
            let rest = out.split_off(start);
            out.extend(tones.drain(..));
            out.push_str(&rest);
            out.extend(own);
        }
    }
    out.extend(tones);
    out
}

/// Grave, acute, tilde, hook above, dot below.
fn is_tone(c: char) -> bool {
    matches!(c, '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}')
}
