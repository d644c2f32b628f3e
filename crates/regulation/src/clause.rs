//! Names of clauses: `QN.7.1.đ`, `BS.III.11.mk`, `HCM.8.3.b`.

use std::fmt;
use std::str::FromStr;

/// The name of a clause: the regulation's code, then article, paragraph and point (Điều, khoản, điểm), with dots.
///
/// * The code is 2 to 5 capital letters.
/// * Before the article may stand a chapter in Roman numerals, where articles are numbered twice (`BS.III.9`), or `QĐ`
///   for an article of the decision itself, as against the regulation it issues (`SL.QĐ.2`), or `Mẫu` for a printed
///   form (`QN.Mẫu.1`).
/// * After the article come at most three parts: numbers, or one to three small letters (`đ` among them) with or without
///   a number (`đ`, `mk`, `đ4`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClauseId(String);

/// What was given is not the name of a clause.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” không phải là mã điều khoản (dạng QN.7.1.đ)")]
pub struct BadClause(pub String);

impl ClauseId {
    /// The name as written: `QN.7.1.đ`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The code of the regulation: `QN`.
    #[must_use]
    pub fn regulation(&self) -> &str {
        self.0.split('.').next().unwrap_or_default()
    }

    /// The clause that this one is a part of: `QN.7.1` of `QN.7.1.đ`; none of an article.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let (above, _) = self.0.rsplit_once('.')?;
        above.parse().ok()
    }
}

impl fmt::Display for ClauseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ClauseId {
    type Err = BadClause;

    fn from_str(text: &str) -> Result<Self, BadClause> {
        if is_clause(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadClause(text.to_owned()))
        }
    }
}

fn is_clause(text: &str) -> bool {
    let mut parts = text.split('.').peekable();
    if !parts.next().is_some_and(is_code) {
        return false;
    }
    if parts
        .peek()
        .is_some_and(|part| is_roman(part) || matches!(*part, "QĐ" | "Mẫu"))
    {
        parts.next();
    }
    if !parts.next().is_some_and(is_number) {
        return false;
    }
    let rest: Vec<&str> = parts.collect();
    rest.len() <= 3 && rest.iter().all(|part| is_number(part) || is_point(part))
}

/// Whether this can be the code of a regulation: `QN`, `HCM`.
pub(crate) fn is_code(text: &str) -> bool {
    (2..=5).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn is_roman(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|byte| matches!(byte, b'I' | b'V' | b'X'))
}

fn is_number(part: &str) -> bool {
    (1..=3).contains(&part.len())
        && part.bytes().all(|byte| byte.is_ascii_digit())
        && !part.starts_with('0')
}

fn is_point(part: &str) -> bool {
    let is_letter = |letter: char| letter.is_ascii_lowercase() || letter == 'đ';
    let number = part.trim_start_matches(is_letter);
    let letters = part.chars().take_while(|&letter| is_letter(letter)).count();
    (1..=3).contains(&letters) && (number.is_empty() || is_number(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_clauses_that_the_texts_have() {
        for name in [
            "QN.7.1.đ",
            "BS.III.11.mk",
            "BS.7.đ4",
            "HCM.8.3.b",
            "BS.6",
            "BS.III.10.1",
            "SL.14.6.a",
            "QN.QĐ.2",
            "TQ.QĐ.2.1",
            "QN.Mẫu.1",
        ] {
            let clause: ClauseId = name.parse().expect(name);
            assert_eq!(clause.to_string(), name);
        }
        assert_eq!(
            "HCM.8.3.b"
                .parse::<ClauseId>()
                .map(|clause| clause.regulation().to_owned()),
            Ok("HCM".to_owned())
        );
    }

    #[test]
    fn points_are_parts_of_paragraphs_and_these_of_articles() {
        let parent = |name: &str| {
            let clause: ClauseId = name.parse().expect(name);
            clause.parent().map(|parent| parent.to_string())
        };
        assert_eq!(parent("QN.7.1.đ").as_deref(), Some("QN.7.1"));
        assert_eq!(parent("QN.7.1").as_deref(), Some("QN.7"));
        for article in ["QN.7", "BS.III.9", "SL.QĐ.2", "QN.Mẫu.1"] {
            assert_eq!(parent(article), None, "{article}");
        }
    }

    #[test]
    fn what_is_no_name_of_a_clause() {
        for name in [
            "",
            "QN",
            "QN.",
            "qn.7",
            "Q.7",
            "QN.7.",
            "QN..7",
            "QN.07",
            "QN.a",
            "QN.III",
            "QN.7.1.đ.2.1",
            "QN.7.Đ",
            "QN 7",
            "QN.7.abcd",
            "QN.1234",
            "QN.QĐ",
            "QN.Mẫu",
            "QN.7.a0",
            "QN.7.1 ",
        ] {
            assert!(name.parse::<ClauseId>().is_err(), "{name}");
        }
    }
}
