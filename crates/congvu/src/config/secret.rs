//! A value that must not be shown.

use std::fmt;

/// A password or key. It is printed as `***`; only [`Secret::reveal`] gives the words.
#[derive(Clone, PartialEq, Eq, Default)]
pub(crate) struct Secret(String);

impl Secret {
    /// Wraps the words.
    pub(crate) fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }

    /// The words themselves, for the one place that needs them.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether nothing is set.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}
