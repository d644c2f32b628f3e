//! Message flags (RFC 9051 §2.3.2).

use std::fmt;
use std::hash::{Hash, Hasher};

use crate::parse::chars::is_atom_char;

/// The longest keyword taken, in bytes.
pub const MAX_KEYWORD: usize = 100;
/// The most flags one command may name.
pub const MAX_FLAGS: usize = 100;

/// A keyword: an atom such as `$Forwarded`. The letters keep the case they
/// came in, and compare without it (RFC 9051 §2.3.2).
#[derive(Debug, Clone)]
pub struct Keyword(Box<str>);

impl Keyword {
    /// The keyword in `text`.
    ///
    /// # Errors
    /// [`FlagError`] when it is no atom or too long.
    pub fn new(text: &str) -> Result<Self, FlagError> {
        if text.is_empty() || !text.bytes().all(|b| is_atom_char(b) || b == b']') {
            return Err(FlagError::Syntax);
        }
        if text.len() > MAX_KEYWORD {
            return Err(FlagError::TooLong);
        }
        Ok(Self(text.into()))
    }

    /// The keyword's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PartialEq for Keyword {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for Keyword {}

impl Hash for Keyword {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for b in self.0.bytes() {
            state.write_u8(b.to_ascii_lowercase());
        }
        state.write_u8(0xff);
    }
}

/// A flag that a message can carry. `\Recent` is not among them: it belongs
/// to the session and no command sets it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Flag {
    /// `\Answered`
    Answered,
    /// `\Flagged`
    Flagged,
    /// `\Deleted`
    Deleted,
    /// `\Seen`
    Seen,
    /// `\Draft`
    Draft,
    /// Any keyword.
    Keyword(Keyword),
}

/// Why a flag was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FlagError {
    /// Not the syntax of a flag.
    #[error("invalid flag")]
    Syntax,
    /// A keyword longer than [`MAX_KEYWORD`].
    #[error("flag too long")]
    TooLong,
    /// A `\Name` that is no flag of RFC 9051 §2.3.2.
    #[error("unknown system flag")]
    UnknownSystem,
    /// `\Recent`, which clients cannot set (RFC 3501 §2.3.2).
    #[error("\\Recent cannot be set")]
    Recent,
    /// More than [`MAX_FLAGS`].
    #[error("too many flags")]
    TooMany,
}

impl Flag {
    /// The system flags, in the order they are written.
    pub const SYSTEM: [Self; 5] = [
        Self::Answered,
        Self::Flagged,
        Self::Deleted,
        Self::Seen,
        Self::Draft,
    ];

    /// The flag in `text`.
    ///
    /// # Errors
    /// [`FlagError`] when it is no flag that can be set.
    pub fn parse(text: &str) -> Result<Self, FlagError> {
        let Some(name) = text.strip_prefix('\\') else {
            return Keyword::new(text).map(Self::Keyword);
        };
        let same = |flag: &Self| flag.as_str()[1..].eq_ignore_ascii_case(name);
        if let Some(flag) = Self::SYSTEM.into_iter().find(same) {
            Ok(flag)
        } else if name.eq_ignore_ascii_case("Recent") {
            Err(FlagError::Recent)
        } else if !name.is_empty() && name.bytes().all(is_atom_char) {
            Err(FlagError::UnknownSystem)
        } else {
            Err(FlagError::Syntax)
        }
    }

    /// The flag as it is written on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Answered => "\\Answered",
            Self::Flagged => "\\Flagged",
            Self::Deleted => "\\Deleted",
            Self::Seen => "\\Seen",
            Self::Draft => "\\Draft",
            Self::Keyword(keyword) => keyword.as_str(),
        }
    }
}

impl fmt::Display for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Distinct flags in the order given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FlagList(Vec<Flag>);

impl FlagList {
    /// Collects flags, leaving out repetitions.
    ///
    /// # Errors
    /// [`FlagError::TooMany`] beyond [`MAX_FLAGS`].
    pub fn new(flags: impl IntoIterator<Item = Flag>) -> Result<Self, FlagError> {
        let mut list = Self::default();
        for flag in flags {
            list.push(flag)?;
        }
        Ok(list)
    }

    /// Adds a flag unless it is there already.
    ///
    /// # Errors
    /// [`FlagError::TooMany`] beyond [`MAX_FLAGS`].
    pub fn push(&mut self, flag: Flag) -> Result<(), FlagError> {
        if self.contains(&flag) {
            return Ok(());
        }
        if self.0.len() >= MAX_FLAGS {
            return Err(FlagError::TooMany);
        }
        self.0.push(flag);
        Ok(())
    }

    /// Whether the list holds a flag.
    #[must_use]
    pub fn contains(&self, flag: &Flag) -> bool {
        self.0.contains(flag)
    }

    /// The flags.
    #[must_use]
    pub fn as_slice(&self) -> &[Flag] {
        &self.0
    }

    /// The flags one by one.
    pub fn iter(&self) -> std::slice::Iter<'_, Flag> {
        self.0.iter()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'a> IntoIterator for &'a FlagList {
    type Item = &'a Flag;
    type IntoIter = std::slice::Iter<'a, Flag>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn system_flags_have_no_case() {
        assert_eq!(Flag::parse("\\sEEN"), Ok(Flag::Seen));
        assert_eq!(Flag::parse("\\Deleted").unwrap().to_string(), "\\Deleted");
        assert_eq!(Flag::parse("\\recent"), Err(FlagError::Recent));
        assert_eq!(Flag::parse("\\Junk"), Err(FlagError::UnknownSystem));
        assert_eq!(Flag::parse("\\"), Err(FlagError::Syntax));
        assert_eq!(Flag::parse("\\*"), Err(FlagError::Syntax));
    }

    #[test]
    fn keywords_compare_without_case_and_keep_theirs() {
        let (a, b) = (
            Flag::parse("$Forwarded").unwrap(),
            Flag::parse("$FORWARDED").unwrap(),
        );
        assert_eq!(a, b);
        assert_eq!(b.as_str(), "$FORWARDED");
        assert_eq!(HashSet::from([a, b]).len(), 1);
        for bad in ["", "a b", "(", "é", "a\"", "%"] {
            assert_eq!(Flag::parse(bad), Err(FlagError::Syntax), "{bad}");
        }
        assert_eq!(Flag::parse(&"k".repeat(101)), Err(FlagError::TooLong));
    }

    #[test]
    fn lists_are_bounded_and_without_repetition() {
        let list = FlagList::new([Flag::Seen, Flag::Draft, Flag::Seen]).unwrap();
        assert_eq!(list.as_slice(), [Flag::Seen, Flag::Draft]);
        let many = (0..101).map(|i| Flag::parse(&format!("k{i}")).unwrap());
        assert_eq!(FlagList::new(many), Err(FlagError::TooMany));
    }

    proptest! {
        #[test]
        fn text_round_trips(text in "\\PC{0,12}|[\\\\$A-Za-z]{1,9}") {
            if let Ok(flag) = Flag::parse(&text) {
                prop_assert!(flag.as_str().eq_ignore_ascii_case(&text));
                prop_assert_eq!(Flag::parse(flag.as_str()), Ok(flag));
            }
        }
    }
}
