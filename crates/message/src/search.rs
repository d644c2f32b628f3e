//! Substring search.

use crate::fold::fold;

/// A folded substring to look for.
///
/// IMAP `SEARCH` matches substrings without regard to case (RFC 9051 §6.4.4); people here also type without marks.
/// Both sides are folded, so `Hòa` finds `hòa`, `HOÀ` and `hoa`, and `hoa` finds them all too: whatever the exact
/// characters would find is always among the finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needle {
    folded: String,
}

impl Needle {
    /// Looks for `text`; an empty one is in every text.
    pub fn new(text: &str) -> Self {
        Self { folded: fold(text) }
    }

    /// The folded substring.
    pub fn folded(&self) -> &str {
        &self.folded
    }

    /// Whether `text` holds it.
    pub fn in_text(&self, text: &str) -> bool {
        self.in_folded(&fold(text))
    }

    /// Whether text that is already folded holds it.
    pub fn in_folded(&self, folded: &str) -> bool {
        memchr::memmem::find(folded.as_bytes(), self.folded.as_bytes()).is_some()
    }
}
