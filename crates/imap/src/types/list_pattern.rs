//! Patterns of LIST and LSUB (RFC 9051 §6.3.9).

use unicode_normalization::UnicodeNormalization as _;

use super::mailbox::{INBOX, MailboxNameError, SEPARATOR, begins_with_inbox, text_from_wire};

/// The longest pattern taken, in characters.
const MAX_CHARS: usize = 1024;

/// A pattern: `*` stands for any characters, `%` for any but the separator.
/// Matching takes time in the order of name length times pattern length at
/// worst, whatever the wildcards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListPattern(Vec<char>);

impl ListPattern {
    /// The pattern that a reference name and a mailbox argument make together,
    /// one after the other (RFC 9051 §6.3.9), both in wire form.
    ///
    /// # Errors
    /// [`MailboxNameError`] when the text is not in the wire form or too long.
    pub fn from_wire(
        reference: &[u8],
        pattern: &[u8],
        utf8: bool,
    ) -> Result<Self, MailboxNameError> {
        let mut text = text_from_wire(reference, utf8)?;
        text.push_str(&text_from_wire(pattern, utf8)?);
        Self::new(&text)
    }

    /// The pattern in `text`.
    ///
    /// # Errors
    /// [`MailboxNameError::TooLong`].
    pub fn new(text: &str) -> Result<Self, MailboxNameError> {
        let mut chars: Vec<char> = Vec::new();
        for c in text.nfc() {
            match (chars.last(), c) {
                // A run of wildcards is as good as its widest one.
                (Some('*'), '*' | '%') | (Some('%'), '%') => {}
                (Some('%'), '*') => {
                    chars.pop();
                    chars.push('*');
                }
                _ => chars.push(c),
            }
        }
        // `%*` folding can leave two stars side by side.
        chars.dedup_by(|b, a| *a == '*' && *b == '*');
        if chars.len() > MAX_CHARS {
            return Err(MailboxNameError::TooLong);
        }
        Ok(Self(chars))
    }

    /// Whether there is nothing in the pattern.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `name`, in internal form, matches. The letters of a leading
    /// `INBOX` level match in any case.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        let folded = if begins_with_inbox(name) {
            INBOX.len()
        } else {
            0
        };
        let name: Vec<char> = name.chars().collect();
        let same =
            |p: char, at: usize| p == name[at] || at < folded && p.eq_ignore_ascii_case(&name[at]);
        let pattern = &self.0;
        // Only the latest wildcard of each kind need ever be tried again: an
        // earlier one could but skip further to the same place.
        let mut star: Option<(usize, usize)> = None;
        let mut percent: Option<(usize, usize)> = None;
        let (mut p, mut n) = (0, 0);
        loop {
            match pattern.get(p) {
                Some('*') => {
                    star = Some((p + 1, n));
                    percent = None;
                    p += 1;
                    continue;
                }
                Some('%') => {
                    percent = Some((p + 1, n));
                    p += 1;
                    continue;
                }
                Some(&c) if n < name.len() && same(c, n) => {
                    (p, n) = (p + 1, n + 1);
                    continue;
                }
                None if n == name.len() => return true,
                _ => {}
            }
            match (&mut percent, &mut star) {
                (Some((after, at)), _) if *at < name.len() && name[*at] != SEPARATOR => {
                    *at += 1;
                    (p, n) = (*after, *at);
                }
                (_, Some((after, at))) if *at < name.len() => {
                    *at += 1;
                    (p, n) = (*after, *at);
                    percent = None;
                }
                _ => return false,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use proptest::prelude::*;

    use super::*;

    fn check(pattern: &str, name: &str, expected: bool) {
        let got = ListPattern::new(pattern).unwrap().matches(name);
        assert_eq!(got, expected, "{pattern} against {name}");
    }

    #[test]
    fn wildcards() {
        check("*", "a/b/c", true);
        check("%", "a", true);
        check("%", "a/b", false);
        check("%/%", "a/b", true);
        check("a*", "a/b", true);
        check("a/%", "a", false);
        check("a/%", "a/b/c", false);
        check("*/c", "a/b/c", true);
        check("%b%*d", "abc/d", true);
        check("*%", "a/b", true);
        check("%*%", "a/b", true);
        check("", "a", false);
        check("Công văn/%", "Công văn/Đến", true);
        check("%a/%", "a/a/b", false);
    }

    #[test]
    fn inbox_matches_in_any_case() {
        check("inbox", "INBOX", true);
        check("iNb%", "INBOX", true);
        check("inbox/*", "INBOX/a", true);
        check("INBOX/A", "INBOX/a", false);
        check("inboxes", "INBOXES", false);
    }

    #[test]
    fn wire_forms() {
        let p = ListPattern::from_wire(b"C&APQ-ng/", b"v&AQM-n%", false).unwrap();
        assert!(p.matches("Công/văn đến"));
        let p = ListPattern::from_wire(b"", "Cô*".as_bytes(), true).unwrap();
        assert!(p.matches("Công/văn đến"));
        assert!(ListPattern::from_wire(b"", b"&*", false).is_err());
        assert!(ListPattern::new(&"a%".repeat(600)).is_err());
    }

    #[test]
    fn hostile_patterns_stay_fast() {
        let name = "a".repeat(255);
        let name = vec![name.as_str(); 20].join("/");
        let begun = Instant::now();
        for unit in ["*a", "%a", "*a%a", "%a*"] {
            let text: String = unit.repeat(250) + "b";
            check(&text, &name, false);
        }
        assert!(begun.elapsed().as_secs() < 5);
    }

    fn naive(p: &[char], n: &[char]) -> bool {
        match p.split_first() {
            None => n.is_empty(),
            Some((&w @ ('*' | '%'), rest)) => {
                naive(rest, n)
                    || n.first().is_some_and(|&c| w == '*' || c != '/') && naive(p, &n[1..])
            }
            Some((c, rest)) => n.first() == Some(c) && naive(rest, &n[1..]),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]
        #[test]
        fn agrees_with_the_plain_definition(pattern in "[ab/*%]{0,8}", name in "[ab/]{0,9}") {
            let chars = |s: &str| s.chars().collect::<Vec<_>>();
            prop_assert_eq!(
                ListPattern::new(&pattern).unwrap().matches(&name),
                naive(&chars(&pattern), &chars(&name))
            );
        }
    }
}
