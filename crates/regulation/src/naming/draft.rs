//! An address in the making: the words of a name, and what has been decided about each.

use std::ops::Range;

use super::Name;
use super::fold::{Word, words};
use super::pattern::Mark;

/// What is written of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Take {
    /// Not decided yet.
    Open,
    Dropped,
    Whole,
    /// So many letters from its beginning.
    Letters(usize),
}

/// A word with its decision.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) word: Word,
    pub(super) take: Take,
    /// Its initials are all its letters: an abbreviation, a number.
    compact: bool,
}

impl Piece {
    pub(super) fn decide(&mut self, mark: Mark) {
        self.take = match mark {
            Mark::Whole => Take::Whole,
            Mark::Initials if self.compact => Take::Whole,
            Mark::Initials => Take::Letters(1),
            Mark::Dropped => Take::Dropped,
        };
    }

    pub(super) fn text(&self) -> &str {
        match self.take {
            Take::Open | Take::Dropped => "",
            Take::Whole => &self.word.folded,
            Take::Letters(count) => self.word.folded.get(..count).unwrap_or(&self.word.folded),
        }
    }

    /// Writes one letter more of an abbreviated word; false where there is none.
    pub(super) fn extend(&mut self) -> bool {
        match self.take {
            Take::Letters(count) if count < self.word.folded.len() => {
                self.take = Take::Letters(count + 1);
                true
            }
            _ => false,
        }
    }
}

/// An address in the making.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) pieces: Vec<Piece>,
    /// Digits after the words.
    pub(super) digits: String,
    /// What stands after dots.
    pub(super) dots: Vec<String>,
    /// A dot's ending that was left out, as the name itself is the ending.
    pub(super) own: Option<String>,
    /// The name was typed without any marks.
    pub(super) bare: bool,
    /// Capitals tell names apart: some words behind the first have one, others have none.
    pub(super) capitals_tell: bool,
}

impl Draft {
    /// Words take their places at once; the parts of a person's name come with the steps that write them.
    pub(super) fn new(name: &Name) -> Self {
        let found = match name {
            // The sign stands for the word: "Sở Thông tin & Truyền thông".
            Name::Words(text) => words(&text.replace('&', " và ")),
            Name::Person(_) => Vec::new(),
        };
        let small = found.iter().any(Word::has_small);
        let single = found.len() == 1;
        Self {
            bare: found.iter().all(|word| word.marks.is_empty()),
            capitals_tell: found.iter().skip(1).any(Word::is_capitalised)
                && !found.iter().all(Word::is_capitalised),
            pieces: found
                .into_iter()
                .map(|word| Piece {
                    compact: word.is_number() || (word.looks_abbreviated() && (small || single)),
                    word,
                    take: Take::Open,
                })
                .collect(),
            digits: String::new(),
            dots: Vec::new(),
            own: None,
        }
    }

    /// Adds a part of a person's name behind what is there.
    pub(super) fn push_words(&mut self, text: &str, mark: Mark) {
        for word in words(text) {
            let mut piece = Piece {
                compact: false,
                word,
                take: Take::Open,
            };
            piece.decide(mark);
            self.pieces.push(piece);
        }
    }

    /// What stands before the first dot.
    pub(super) fn base(&self) -> String {
        let mut base: String = self.pieces.iter().map(Piece::text).collect();
        base.push_str(&self.digits);
        base
    }

    /// The whole local part.
    pub(super) fn text(&self) -> String {
        self.with_base(&self.base())
    }

    /// Another base before the same dots.
    pub(super) fn with_base(&self, base: &str) -> String {
        let mut text = base.to_owned();
        for dot in &self.dots {
            text.push('.');
            text.push_str(dot);
        }
        text
    }

    /// Decides the words in this range that are still open; tells which words those were and what they became.
    pub(super) fn decide(&mut self, range: Range<usize>, mark: Mark) -> Option<String> {
        let mut shown: Vec<&str> = Vec::new();
        let mut text = String::new();
        for piece in self.pieces.get_mut(range)? {
            if piece.take == Take::Open {
                piece.decide(mark);
                text.push_str(piece.text());
                shown.push(&piece.word.shown);
            }
        }
        (!shown.is_empty()).then(|| told(&shown.join(" "), mark, &text))
    }

    /// The words that a phrase may still be looked for in.
    pub(super) fn words_from(&self, at: usize) -> impl Iterator<Item = &Word> {
        self.pieces.iter().skip(at).map(|piece| &piece.word)
    }
}

/// What became of words, for a person.
pub(super) fn told(shown: &str, mark: Mark, text: &str) -> String {
    match mark {
        Mark::Whole => format!("“{shown}” viết đầy đủ, liền, không dấu: {text}"),
        Mark::Initials => format!("“{shown}” viết tắt bằng chữ cái đầu: {text}"),
        Mark::Dropped => format!("“{shown}” không viết"),
    }
}

/// A sentence: a capital letter first and a full stop at the end.
pub(super) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let mut sentence: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    sentence.push_str(letters.as_str());
    sentence.push('.');
    sentence
}
