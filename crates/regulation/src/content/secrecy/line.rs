//! A line of text as words, marks and signs.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::Mark;
use crate::content::file_name::is_unseen;

/// How a word is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    /// MẬT.
    Capitals,
    /// Mật.
    Title,
    /// mật, mẬt.
    Other,
}

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Item {
    /// One of the three, by its letters alone.
    Mark {
        mark: Mark,
        case: Case,
        /// Whether it is written with its accents; `MAT` is not.
        accented: bool,
        /// Whether no space stands before it.
        glued: bool,
    },
    /// Any other word or number: its letters in small, without accents but đ, and the accents.
    Word {
        letters: String,
        accents: Vec<char>,
        glued: bool,
    },
    /// A sign that is no letter.
    Sign { sign: char, glued: bool },
}

impl Item {
    /// Whether no space stands before it.
    pub(super) fn is_glued(&self) -> bool {
        match self {
            Self::Mark { glued, .. } | Self::Word { glued, .. } | Self::Sign { glued, .. } => {
                *glued
            }
        }
    }

    /// Whether it is this sign.
    pub(super) fn is_sign(&self, one_of: &[char]) -> bool {
        matches!(self, Self::Sign { sign, .. } if one_of.contains(sign))
    }

    /// Its letters, where it is a word that is no mark.
    pub(super) fn word(&self) -> Option<&str> {
        match self {
            Self::Word { letters, .. } => Some(letters),
            Self::Mark { .. } | Self::Sign { .. } => None,
        }
    }
}

/// The accents of "mật" and "tuyệt", and of "tối", in order.
const HAT_DOT: [char; 2] = ['\u{302}', '\u{323}'];
const ACUTE_HAT: [char; 2] = ['\u{301}', '\u{302}'];

#[derive(Debug, Clone, Default)]
struct Growing {
    letters: String,
    accents: Vec<char>,
    count: usize,
    capitals: usize,
    begins_capital: bool,
    glued: bool,
}

impl Growing {
    fn push(&mut self, c: char) {
        if self.count == 0 {
            self.begins_capital = c.is_uppercase();
        }
        self.count += 1;
        self.capitals += usize::from(c.is_uppercase());
        self.letters.extend(c.to_lowercase().map(plain));
    }

    fn case(&self) -> Case {
        if self.capitals == self.count {
            Case::Capitals
        } else if self.begins_capital && self.capitals == 1 {
            Case::Title
        } else {
            Case::Other
        }
    }

    /// It and the words behind it as one.
    fn with(&self, others: &[Token]) -> Self {
        let mut whole = self.clone();
        for other in others {
            if let Token::Word(other) = other {
                whole.letters.push_str(&other.letters);
                whole.accents.extend(&other.accents);
                whole.count += other.count;
                whole.capitals += other.capitals;
            }
        }
        whole
    }
}

enum Token {
    Word(Growing),
    Sign { sign: char, glued: bool },
}

/// The line as items; letters that are spaced out are joined where they make a mark.
pub(super) fn items(line: &str) -> Vec<Item> {
    let tokens = tokens(line);
    let mut items = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let rest = tokens.get(at + 1..).unwrap_or_default();
        let (item, taken) = match token {
            Token::Sign { sign, glued } => (
                Item::Sign {
                    sign: *sign,
                    glued: *glued,
                },
                0,
            ),
            Token::Word(word) => mark(word, rest).unwrap_or_else(|| (ordinary(word), 0)),
        };
        items.push(item);
        at += 1 + taken;
    }
    items
}

fn ordinary(word: &Growing) -> Item {
    let mut accents = word.accents.clone();
    accents.sort_unstable();
    Item::Word {
        letters: word.letters.clone(),
        accents,
        glued: word.glued,
    }
}

/// The mark that begins with this word, and how many further tokens it takes.
fn mark(word: &Growing, rest: &[Token]) -> Option<(Item, usize)> {
    if word.count == 1 && matches!(word.letters.as_str(), "m" | "t") {
        return spaced(word, rest);
    }
    match word.letters.as_str() {
        "mat" => {
            let accented = has(&word.accents, &HAT_DOT);
            // "mắt", "mặt", "mất" are other words.
            (accented || word.accents.is_empty())
                .then(|| (item(Mark::Secret, word, word.case(), accented), 0))
        }
        "toi" | "tuyet" => {
            let (mark, first) = if word.letters == "toi" {
                (Mark::HighlySecret, &ACUTE_HAT)
            } else {
                (Mark::TopSecret, &HAT_DOT)
            };
            let (second, taken) = next_word(rest)?;
            if second.letters != "mat" {
                return None;
            }
            let bare = word.accents.is_empty() && second.accents.is_empty();
            let accented = has(&word.accents, first) && has(&second.accents, &HAT_DOT);
            let case = match (word.case(), second.case()) {
                (Case::Capitals, Case::Capitals) => Case::Capitals,
                (Case::Title, Case::Title | Case::Other) => Case::Title,
                _ => Case::Other,
            };
            (accented || bare).then(|| (item(mark, word, case, accented), taken))
        }
        "toimat" | "tuyetmat" => whole(word).map(|item| (item, 0)),
        _ => None,
    }
}

fn item(mark: Mark, word: &Growing, case: Case, accented: bool) -> Item {
    Item::Mark {
        mark,
        case,
        accented,
        glued: word.glued,
    }
}

/// Letters one by one: "M Ậ T", "T.Ố.I M.Ậ.T".
fn spaced(first: &Growing, rest: &[Token]) -> Option<(Item, usize)> {
    let is_one = |token: &&Token| match token {
        Token::Word(word) => word.count == 1,
        Token::Sign { sign, .. } => is_joint(*sign),
    };
    let run = rest.iter().take(24).take_while(is_one).count();
    // The run may go on with other single letters: the longest mark in it counts.
    (2..=run)
        .rev()
        .filter(|&taken| matches!(rest.get(taken - 1), Some(Token::Word(_))))
        .find_map(|taken| {
            let joined = first.with(rest.get(..taken)?);
            (joined.case() == Case::Capitals || joined.case() == Case::Title)
                .then(|| whole(&joined))?
                .map(|item| (item, taken))
        })
}

/// A mark that is written as one word.
fn whole(word: &Growing) -> Option<Item> {
    let (mark, accents): (_, &[char]) = match word.letters.as_str() {
        "mat" => (Mark::Secret, &HAT_DOT),
        "toimat" => (
            Mark::HighlySecret,
            &['\u{301}', '\u{302}', '\u{302}', '\u{323}'],
        ),
        "tuyetmat" => (
            Mark::TopSecret,
            &['\u{302}', '\u{302}', '\u{323}', '\u{323}'],
        ),
        _ => return None,
    };
    let accented = has(&word.accents, accents);
    (accented || (word.accents.is_empty() && mark != Mark::Secret))
        .then(|| item(mark, word, word.case(), accented))
}

/// The next word, with at most one joint before it.
fn next_word(rest: &[Token]) -> Option<(&Growing, usize)> {
    match rest {
        [Token::Word(word), ..] => Some((word, 1)),
        [Token::Sign { sign, .. }, Token::Word(word), ..] if is_joint(*sign) => Some((word, 2)),
        _ => None,
    }
}

fn is_joint(sign: char) -> bool {
    matches!(sign, '-' | '_' | '.' | '\u{2010}' | '\u{2011}' | '·')
}

fn has(accents: &[char], wanted: &[char]) -> bool {
    let mut sorted = accents.to_vec();
    sorted.sort_unstable();
    sorted == wanted
}

fn tokens(line: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut word = Growing::default();
    let mut glued = false;
    for c in line.nfkd().filter(|&c| !is_unseen(c)) {
        if is_combining_mark(c) {
            if word.count > 0 {
                word.accents.push(c);
            }
        } else if c.is_alphanumeric() {
            if word.count == 0 {
                word.glued = glued;
            }
            word.push(c);
            glued = true;
        } else {
            if word.count > 0 {
                tokens.push(Token::Word(std::mem::take(&mut word)));
            }
            let is_space = c.is_whitespace() || c.is_control();
            if !is_space {
                tokens.push(Token::Sign { sign: c, glued });
            }
            glued = !is_space;
        }
    }
    if word.count > 0 {
        tokens.push(Token::Word(word));
    }
    tokens
}

/// Letters of other alphabets that look like those of the marks, as those.
fn plain(c: char) -> char {
    match c {
        'м' | 'μ' => 'm',
        'а' | 'α' => 'a',
        'т' | 'τ' => 't',
        'о' | 'ο' => 'o',
        'і' | 'ι' | 'ı' => 'i',
        'у' | 'υ' => 'u',
        'е' | 'ε' => 'e',
        'ð' | 'ɖ' => 'đ',
        c => c,
    }
}
