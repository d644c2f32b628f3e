//! Folding: from Vietnamese words to the letters a–z and digits of an address.
//!
//! NFC first; then each letter is taken apart (NFKD, so that full-width letters are letters), and its marks are dropped;
//! đ, Đ and their look-alikes become d, other letters with a stroke and ligatures what they stand for; apostrophes are
//! deleted (`H'Hen` → `hhen`); a hyphen, like any other sign, parts words; small letters. So `Hòa` and `Hoà`, `Thúy` and
//! `Thuý` are one. A letter of another script has no fold: who asks for an address is told so ([`unfoldable`]).

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// One word of a name, as shown and folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    /// The word as written, in NFC.
    pub(crate) shown: String,
    /// Its letters a–z and digits; never empty.
    pub(crate) folded: String,
    /// Its marks, sorted: what a comparison with marks needs, wherever the tone is placed (`Ủy` = `Uỷ`).
    pub(crate) marks: String,
}

impl Word {
    /// Begins with a capital letter.
    pub(crate) fn is_capitalised(&self) -> bool {
        self.shown.chars().next().is_some_and(char::is_uppercase)
    }

    /// Has a small letter.
    pub(crate) fn has_small(&self) -> bool {
        self.shown.chars().any(char::is_lowercase)
    }

    /// Written as an abbreviation is: two to six capitals without marks (`UBND`, `HĐND`, `CNTT`).
    pub(crate) fn looks_abbreviated(&self) -> bool {
        let is_plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == 'Đ';
        (2..=6).contains(&self.folded.len())
            && self.shown.chars().all(is_plain)
            && self.shown.chars().any(char::is_uppercase)
    }

    /// Digits alone.
    pub(crate) fn is_number(&self) -> bool {
        self.folded.bytes().all(|byte| byte.is_ascii_digit())
    }
}

/// The words of a text that have anything to fold to.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let mut found = Vec::new();
    let mut word = Growing::default();
    for c in text.nfc() {
        match class(c) {
            Class::Deleted => {}
            Class::Mark => word.mark(c),
            Class::Letter => word.letter(c),
            Class::Between => word.end(&mut found),
        }
    }
    word.end(&mut found);
    found
}

/// The folded words of a text, with one space between.
///
/// `fold("Phạm Văn Đức")` is `pham van duc`.
#[must_use]
pub fn fold(text: &str) -> String {
    let folded: Vec<String> = words(text).into_iter().map(|word| word.folded).collect();
    folded.join(" ")
}

/// The first letter or digit of a text that stands for none of a–z and 0–9: of another script, or without a fold.
pub(super) fn unfoldable(text: &str) -> Option<char> {
    text.nfc().find(|&c| {
        let is_plain = |part: char| {
            is_combining_mark(part) || part.is_ascii_alphanumeric() || stroked(part).is_some()
        };
        matches!(class(c), Class::Letter) && !c.nfkd().any(is_plain)
    })
}

/// Letters of Latin scripts that no decomposition takes apart: a small letter as their mark, and what they are written
/// without it. `ƀ` is Ê Đê and Gia Rai.
fn stroked(letter: char) -> Option<(char, &'static str)> {
    Some(match letter {
        'đ' | 'Đ' | 'ð' | 'Ð' | 'ɖ' | 'Ɖ' => ('đ', "d"),
        'ƀ' | 'Ƀ' | 'ɓ' | 'Ɓ' => ('ƀ', "b"),
        'ɗ' | 'Ɗ' => ('ɗ', "d"),
        'ø' | 'Ø' => ('ø', "o"),
        'ł' | 'Ł' => ('ł', "l"),
        'ħ' | 'Ħ' => ('ħ', "h"),
        'ŧ' | 'Ŧ' => ('ŧ', "t"),
        'ɨ' | 'Ɨ' => ('ɨ', "i"),
        'ı' => ('ı', "i"),
        'ʉ' | 'Ʉ' => ('ʉ', "u"),
        'ŋ' | 'Ŋ' => ('ŋ', "ng"),
        'æ' | 'Æ' => ('æ', "ae"),
        'œ' | 'Œ' => ('œ', "oe"),
        'ß' | 'ẞ' => ('ß', "ss"),
        'þ' | 'Þ' => ('þ', "th"),
        _ => return None,
    })
}

enum Class {
    Deleted,
    Mark,
    Letter,
    Between,
}

fn class(c: char) -> Class {
    match c {
        // Apostrophes in all their shapes, and what no eye sees.
        '\''
        | '’'
        | '‘'
        | 'ʼ'
        | 'ʻ'
        | '`'
        | '´'
        | '′'
        | '\u{ad}'
        | '\u{200b}'..='\u{200d}'
        | '\u{feff}' => Class::Deleted,
        c if is_combining_mark(c) => Class::Mark,
        c if c.is_alphanumeric() => Class::Letter,
        _ => Class::Between,
    }
}

#[derive(Default)]
struct Growing {
    shown: String,
    folded: String,
    marks: Vec<char>,
}

impl Growing {
    /// A mark that NFC left alone.
    fn mark(&mut self, c: char) {
        if !self.shown.is_empty() {
            self.shown.push(c);
            self.marks.push(c);
        }
    }

    fn letter(&mut self, c: char) {
        self.shown.push(c);
        for part in c.nfkd() {
            if is_combining_mark(part) {
                self.marks.push(part);
            } else if let Some((mark, letters)) = stroked(part) {
                self.folded.push_str(letters);
                self.marks.push(mark);
            } else {
                self.folded
                    .extend(part.to_lowercase().filter(char::is_ascii_alphanumeric));
            }
        }
    }

    fn end(&mut self, found: &mut Vec<Word>) {
        let mut done = std::mem::take(self);
        if !done.folded.is_empty() {
            done.marks.sort_unstable();
            found.push(Word {
                shown: done.shown,
                folded: done.folded,
                marks: done.marks.into_iter().collect(),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_marks_and_signs() {
        for (text, folded) in [
            ("Phạm Văn Đức", "pham van duc"),
            ("Hòa", "hoa"),
            ("Hoà", "hoa"),
            ("Thúy", "thuy"),
            ("Thuý", "thuy"),
            ("Ðặng ðức", "dang duc"),
            ("H'Hen H’Hen HʼHen", "hhen hhen hhen"),
            ("Văn hóa - Xã hội", "van hoa xa hoi"),
            ("Bà Rịa-Vũng Tàu", "ba ria vung tau"),
            ("HĐND&UBND", "hdnd ubnd"),
            ("  Ủy\u{a0}ban\tnhân dân. ", "uy ban nhan dan"),
            ("ƯỜNG ươ ĂÂÊÔƠƯ", "uong uo aaeoou"),
            ("Trường số 1", "truong so 1"),
            ("漢字 — …", ""),
            ("Ｌê Văn Được ２", "le van duoc 2"),
            (
                "Søren ŁUKASZ Æsir Œuvre Straße Þór",
                "soren lukasz aesir oeuvre strasse thor",
            ),
            ("Ƀăm ƀuôn Ŋuyễn ﬁ", "bam buon nguyen fi"),
            ("", ""),
        ] {
            assert_eq!(fold(text), folded, "{text}");
            assert_eq!(fold(&text.nfd().collect::<String>()), folded, "NFD {text}");
        }
    }

    #[test]
    fn the_same_word_with_its_tone_in_either_place() {
        let key = |text: &str| words(text).remove(0).marks;
        assert_eq!(key("Ủy"), key("Uỷ"));
        assert_eq!(key("Hòa"), key("HOÀ"));
        assert_ne!(key("Sở"), key("Số"));
        assert_ne!(key("Đa"), key("Da"));
    }

    #[test]
    fn a_letter_without_a_fold_is_found() {
        for (text, letter) in [
            ("Hòа", Some('а')),
            ("Ｌê Søren H'Hen Ƀăm №1 — 😀", None),
            ("漢 A", Some('漢')),
            ("Ωa", Some('Ω')),
        ] {
            assert_eq!(unfoldable(text), letter, "{text}");
        }
    }

    #[test]
    fn abbreviations_are_seen() {
        for (text, is) in [
            ("UBND", true),
            ("HĐND", true),
            ("CNTT", true),
            ("Sở", false),
            ("KẾ", false),
            ("A", false),
            ("12", false),
        ] {
            assert_eq!(words(text).remove(0).looks_abbreviated(), is, "{text}");
        }
    }
}
