//! A password as letters to compare: without marks, in small letters.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// One character of a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unit {
    /// Without marks, in small letters: `Ế` is `e`, `Đ` is `d`.
    pub(super) base: char,
    /// Whether it was a capital letter.
    pub(super) upper: bool,
}

impl Unit {
    /// Whether it can stand for this letter: itself, or written in its place (`0` for o, `@` for a).
    pub(super) fn can_be(self, letter: char) -> bool {
        self.base == letter || substitutes(self.base).contains(&letter)
    }

    pub(super) fn is_mark(self) -> bool {
        !self.base.is_alphanumeric()
    }
}

/// The letters for which a digit or a mark is written.
pub(super) fn substitutes(written: char) -> &'static [char] {
    match written {
        '0' => &['o'],
        '1' => &['i', 'l'],
        '3' => &['e'],
        '4' | '@' => &['a'],
        '5' | '$' => &['s'],
        '7' => &['t'],
        _ => &[],
    }
}

/// The characters of a text; marks that stand apart from their letter belong to it, so that NFC and NFD are one.
pub(super) fn units(text: &str) -> Vec<Unit> {
    text.nfd()
        .filter(|letter| !is_combining_mark(*letter))
        .flat_map(|letter| {
            let upper = letter.is_uppercase();
            letter.to_lowercase().map(move |base| Unit {
                base: match base {
                    'đ' | 'ð' => 'd',
                    base => base,
                },
                upper,
            })
        })
        .filter(|unit| !is_combining_mark(unit.base))
        .collect()
}

/// A text without marks, in small letters.
pub(super) fn folded(text: &str) -> String {
    units(text).into_iter().map(|unit| unit.base).collect()
}

/// The words of a name, without marks, in small letters; apostrophes belong to their word, all else parts words.
pub(super) fn words(name: &str) -> Vec<String> {
    folded(name)
        .split(|letter: char| !letter.is_alphanumeric() && !matches!(letter, '\'' | '’' | 'ʼ'))
        .map(|word| {
            word.chars()
                .filter(|letter| letter.is_alphanumeric())
                .collect()
        })
        .filter(|word: &String| !word.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fold_alike_in_both_forms() {
        assert_eq!(folded("Thúy Đặng HOÀ ðỗ"), "thuy dang hoa do");
        assert_eq!(folded("Hòa"), folded("Ho\u{300}a"));
        assert_eq!(folded("Hòa"), folded("Hoà"));
        assert_eq!(
            words("M'Nông-Y Bhiô (Phòng 2)"),
            ["mnong", "y", "bhio", "phong", "2"]
        );
    }
}
