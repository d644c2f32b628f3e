//! The mark a client puts before each command (RFC 9051 §2.2.1).

use std::fmt;

use crate::parse::chars::is_astring_char;

/// A command's tag: 1 to 64 characters of `ASTRING-CHAR` other than `+`
/// (RFC 9051 §9, `tag`). The grammar sets no upper bound; 64 is ours.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Tag(Box<str>);

impl Tag {
    /// The longest tag taken, in bytes.
    pub const MAX: usize = 64;

    /// The tag in `bytes`, if they make one.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Option<Self> {
        let fits = !bytes.is_empty() && bytes.len() <= Self::MAX;
        if !fits || !bytes.iter().all(|&b| is_astring_char(b) && b != b'+') {
            return None;
        }
        std::str::from_utf8(bytes).ok().map(|s| Self(s.into()))
    }

    /// The tag's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tag({})", self.0)
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_what_the_grammar_allows() {
        for good in ["a", "A001", "1.2]", "$x"] {
            assert_eq!(Tag::new(good.as_bytes()).unwrap().as_str(), good);
        }
        for bad in ["", "+", "a+", "a b", "a\"", "{1}", "é", "*", "a\r"] {
            assert_eq!(Tag::new(bad.as_bytes()), None, "{bad}");
        }
        assert!(Tag::new(&[b'a'; 64]).is_some());
        assert!(Tag::new(&[b'a'; 65]).is_none());
    }
}
