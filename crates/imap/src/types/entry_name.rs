//! Names of annotations (RFC 5464 §3.2).

/// The longest name taken, in bytes.
const MAX: usize = 255;

/// The name of an entry: below `/shared` or `/private`, lower case, for case does not count.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryName(Box<str>);

/// Why a name was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EntryNameError {
    /// Neither `/shared` nor `/private` is its first component (RFC 5464 §6).
    #[error("an entry's name begins with /shared or /private")]
    Scope,
    /// A component is empty.
    #[error("an entry's name has an empty component")]
    Empty,
    /// `*`, `%`, a control character, or one that is not in US-ASCII.
    #[error("an entry's name has a forbidden character")]
    Forbidden,
    /// Above 255 bytes.
    #[error("an entry's name is too long")]
    TooLong,
}

impl EntryName {
    /// The name in `text`.
    ///
    /// # Errors
    /// [`EntryNameError`] for the rule it breaks.
    pub fn new(text: &[u8]) -> Result<Self, EntryNameError> {
        let plain = |b: &u8| matches!(b, 0x20..=0x7e) && !matches!(b, b'*' | b'%');
        if !text.iter().all(plain) {
            return Err(EntryNameError::Forbidden);
        }
        if text.len() > MAX {
            return Err(EntryNameError::TooLong);
        }
        let name = String::from_utf8_lossy(text).to_ascii_lowercase();
        let mut components = name.strip_prefix('/').unwrap_or_default().split('/');
        if !matches!(components.next(), Some("shared" | "private")) {
            return Err(EntryNameError::Scope);
        }
        if components.any(str::is_empty) {
            return Err(EntryNameError::Empty);
        }
        Ok(Self(name.into()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is anything after the scope: only then it can have a value.
    #[must_use]
    pub fn can_be_set(&self) -> bool {
        self.0.matches('/').count() > 1
    }

    /// Whether all users of the server or the mailbox see it.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.0.starts_with("/shared")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules() {
        let name = |text: &str| EntryName::new(text.as_bytes());
        assert_eq!(name("/Shared/Comment").unwrap().as_str(), "/shared/comment");
        assert!(name("/shared").unwrap().is_shared());
        assert!(!name("/shared").unwrap().can_be_set());
        let filter = name("/private/filters/values/boss").unwrap();
        assert!(filter.can_be_set() && !filter.is_shared());
        for (text, why) in [
            ("", EntryNameError::Scope),
            ("/", EntryNameError::Scope),
            ("shared/comment", EntryNameError::Scope),
            ("/sharedx/comment", EntryNameError::Scope),
            ("/comment", EntryNameError::Scope),
            ("/shared/", EntryNameError::Empty),
            ("/shared//a", EntryNameError::Empty),
            ("/shared/a*", EntryNameError::Forbidden),
            ("/shared/%", EntryNameError::Forbidden),
            ("/shared/a\n", EntryNameError::Forbidden),
            ("/shared/đ", EntryNameError::Forbidden),
            (
                &format!("/shared/{}", "a".repeat(255)),
                EntryNameError::TooLong,
            ),
        ] {
            assert_eq!(name(text), Err(why), "{text}");
        }
    }
}
