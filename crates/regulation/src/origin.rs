//! A value and what set it, where a profile need not be alone.

use std::fmt;

use crate::{ClauseId, Source};

/// What set a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A regulation, or its operating centre where the text leaves the value open.
    Profile {
        /// The code of the regulation: `QN`.
        code: String,
        /// The clause, or the mark of a local setting.
        source: Source,
    },
    /// The regulation as a document, by its code: its title, its number.
    Document(String),
    /// A stricter rule laid on the regulation: its name.
    Overlay(String),
    /// A limit of the system itself.
    System,
}

impl Origin {
    /// The clause, where there is one.
    #[must_use]
    pub fn clause(&self) -> Option<&ClauseId> {
        match self {
            Self::Profile { source, .. } => source.clause(),
            Self::Document(_) | Self::Overlay(_) | Self::System => None,
        }
    }

    /// Whether one regulation, or one rule laid on it, set both.
    pub(crate) fn is_of_one_with(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Profile { code: one, .. }, Self::Profile { code: other, .. }) => one == other,
            (one, other) => one == other,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Profile { code, source } => match source.clause() {
                Some(clause) => write!(f, "{clause}"),
                None => write!(f, "thiết lập tại chỗ, {code} không quy định"),
            },
            Self::Document(code) => write!(f, "{code}, phần mở đầu văn bản"),
            Self::Overlay(name) => f.write_str(name),
            Self::System => f.write_str("giới hạn của hệ thống"),
        }
    }
}

/// A value and what set it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value<T> {
    /// The value.
    pub value: T,
    /// What set it.
    pub origin: Origin,
}
