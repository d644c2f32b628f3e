//! Mailbox names (RFC 9051 §5.1).

use std::borrow::Cow;
use std::fmt;

use unicode_normalization::UnicodeNormalization as _;

use super::utf7;

/// The hierarchy separator.
pub const SEPARATOR: char = '/';
/// The one name whose case does not count (RFC 9051 §5.1).
pub const INBOX: &str = "INBOX";
/// The most levels a name may have.
pub const MAX_LEVELS: usize = 20;
/// The most bytes of UTF-8 one level may have.
pub const MAX_LEVEL_BYTES: usize = 255;
/// The most bytes of UTF-8 a whole name may have.
pub const MAX_BYTES: usize = 1_000;

/// Why a mailbox name was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MailboxNameError {
    /// Not modified UTF-7 in its one allowed form.
    #[error("mailbox name is not valid modified UTF-7")]
    Utf7,
    /// Not UTF-8.
    #[error("mailbox name is not valid UTF-8")]
    Utf8,
    /// Nothing between separators, or nothing at all.
    #[error("mailbox name has an empty level")]
    EmptyLevel,
    /// More than [`MAX_LEVELS`].
    #[error("mailbox name has too many levels")]
    TooDeep,
    /// A level above [`MAX_LEVEL_BYTES`], or a name above [`MAX_BYTES`].
    #[error("mailbox name is too long")]
    TooLong,
    /// A control character, a line or paragraph separator, or a
    /// noncharacter (RFC 5198 §2, RFC 6855 §3).
    #[error("mailbox name has a forbidden character")]
    Forbidden,
}

/// A mailbox name in its one internal form: UTF-8, NFC, levels separated by
/// `/`, the first level `INBOX` in capitals whatever case it came in.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MailboxName(Box<str>);

impl MailboxName {
    /// The name in `text`, which is brought to NFC.
    ///
    /// # Errors
    /// [`MailboxNameError`] for the rule it breaks.
    pub fn new(text: &str) -> Result<Self, MailboxNameError> {
        if text.chars().any(is_forbidden) {
            return Err(MailboxNameError::Forbidden);
        }
        let mut name: String = text.nfc().collect();
        if name.split(SEPARATOR).any(str::is_empty) {
            return Err(MailboxNameError::EmptyLevel);
        }
        let levels = name.split(SEPARATOR);
        if name.len() > MAX_BYTES || levels.clone().any(|level| level.len() > MAX_LEVEL_BYTES) {
            return Err(MailboxNameError::TooLong);
        }
        if levels.count() > MAX_LEVELS {
            return Err(MailboxNameError::TooDeep);
        }
        if begins_with_inbox(&name) {
            name.replace_range(..INBOX.len(), INBOX);
        }
        Ok(Self(name.into()))
    }

    /// The name in its wire form: modified UTF-7, or UTF-8 once the client
    /// has enabled that (RFC 6855 §3).
    ///
    /// # Errors
    /// [`MailboxNameError`] for the rule it breaks.
    pub fn from_wire(wire: &[u8], utf8: bool) -> Result<Self, MailboxNameError> {
        Self::new(&text_from_wire(wire, utf8)?)
    }

    /// The inbox.
    #[must_use]
    pub fn inbox() -> Self {
        Self(INBOX.into())
    }

    /// The name in its wire form.
    #[must_use]
    pub fn to_wire(&self, utf8: bool) -> Cow<'_, str> {
        if utf8 {
            Cow::Borrowed(&self.0)
        } else {
            utf7::encode(&self.0)
        }
    }

    /// The internal form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the inbox itself.
    #[must_use]
    pub fn is_inbox(&self) -> bool {
        &*self.0 == INBOX
    }

    /// The levels from the top.
    pub fn levels(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split(SEPARATOR)
    }

    /// The last level.
    #[must_use]
    pub fn leaf(&self) -> &str {
        self.0
            .rsplit_once(SEPARATOR)
            .map_or(&*self.0, |(_, leaf)| leaf)
    }

    /// The name one level up.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        self.0
            .rsplit_once(SEPARATOR)
            .map(|(above, _)| Self(above.into()))
    }

    /// Whether `other` lies below this name.
    #[must_use]
    pub fn is_above(&self, other: &Self) -> bool {
        other
            .0
            .strip_prefix(&*self.0)
            .is_some_and(|below| below.starts_with(SEPARATOR))
    }
}

/// The text of a name or a pattern in its wire form, not yet in NFC.
pub(crate) fn text_from_wire(wire: &[u8], utf8: bool) -> Result<String, MailboxNameError> {
    if utf8 {
        let text = std::str::from_utf8(wire).map_err(|_| MailboxNameError::Utf8)?;
        return Ok(text.to_owned());
    }
    utf7::decode(wire).map_err(|_| MailboxNameError::Utf7)
}

/// Whether the first level is `INBOX` in any case.
pub(crate) fn begins_with_inbox(name: &str) -> bool {
    name.split(SEPARATOR)
        .next()
        .is_some_and(|first| first.eq_ignore_ascii_case(INBOX))
}

fn is_forbidden(c: char) -> bool {
    let noncharacter = u32::from(c) & 0xfffe == 0xfffe || ('\u{fdd0}'..='\u{fdef}').contains(&c);
    c.is_control() || noncharacter || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')
}

impl fmt::Debug for MailboxName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> MailboxName {
        MailboxName::new(text).unwrap()
    }

    #[test]
    fn inbox_has_no_case() {
        assert!(name("inBox").is_inbox());
        assert_eq!(name("inbox/Con"), name("INBOX/Con"));
        assert_ne!(name("Inboxes").as_str(), "INBOXes");
        assert_ne!(name("a/inbox"), name("a/INBOX"));
    }

    #[test]
    fn both_wire_forms_and_both_normal_forms_are_one_name() {
        let nfc = name("Đến");
        assert_eq!(MailboxName::from_wire(b"&ARAevw-n", false), Ok(nfc.clone()));
        assert_eq!(
            MailboxName::from_wire("Đê\u{301}n".as_bytes(), true),
            Ok(nfc.clone())
        );
        assert_eq!(nfc.to_wire(false), "&ARAevw-n");
        assert_eq!(nfc.to_wire(true), "Đến");
        // With UTF-8 enabled `&` means itself (RFC 6855 §3).
        assert_eq!(
            MailboxName::from_wire(b"&ARAevw-n", true),
            Ok(name("&ARAevw-n"))
        );
        use MailboxNameError::*;
        assert_eq!(MailboxName::from_wire("Đến".as_bytes(), false), Err(Utf7));
        assert_eq!(MailboxName::from_wire(b"\xff", true), Err(Utf8));
    }

    #[test]
    fn rules() {
        use MailboxNameError::*;
        let deep = |n: usize| vec!["a"; n].join("/");
        for (text, why) in [
            ("", EmptyLevel),
            ("/", EmptyLevel),
            ("/a", EmptyLevel),
            ("a/", EmptyLevel),
            ("a//b", EmptyLevel),
            ("a\0", Forbidden),
            ("a\u{85}", Forbidden),
            ("a\u{2028}", Forbidden),
            ("a\u{fffe}", Forbidden),
            ("a\u{1ffff}", Forbidden),
            (&deep(21), TooDeep),
            (&"x".repeat(256), TooLong),
            (&"ế".repeat(86), TooLong),
            (&vec!["x".repeat(250); 4].join("/"), TooLong),
        ] {
            assert_eq!(MailboxName::new(text), Err(why), "{text:?}");
        }
        assert!(MailboxName::new(&deep(20)).is_ok());
        assert!(MailboxName::new(&"ế".repeat(85)).is_ok());
    }

    #[test]
    fn hierarchy() {
        let deep = name("a/b/c");
        assert_eq!(deep.levels().collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!((deep.leaf(), name("a").leaf()), ("c", "a"));
        assert_eq!(deep.parent(), Some(name("a/b")));
        assert_eq!(name("a").parent(), None);
        assert!(name("a").is_above(&deep));
        assert!(!name("a").is_above(&name("ab/c")));
        assert!(!deep.is_above(&deep));
    }
}
