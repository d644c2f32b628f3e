//! What a rule refuses, and by which clause.

use std::fmt;

use crate::{Origin, Profile, Source};

/// Something that a rule refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// A sentence in Vietnamese.
    pub text: String,
    /// What refuses it.
    pub origin: Origin,
}

/// The sentence and, in brackets, the clause or the mark of a local setting.
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.text, self.origin)
    }
}

impl Profile {
    /// A refusal by a value of this profile.
    pub(crate) fn refusal(&self, text: String, source: &Source) -> Refusal {
        Refusal {
            text,
            origin: Origin::Profile {
                code: self.code.clone(),
                source: source.clone(),
            },
        }
    }
}
