//! A value and where it comes from.

use crate::ClauseId;

/// Where a value of a profile comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A clause of the regulation, with the words that set the value.
    Clause {
        /// The clause.
        id: ClauseId,
        /// A short quotation, in Vietnamese, as printed.
        quote: String,
    },
    /// The regulation leaves it open: our default, which the operating centre may change.
    Local,
}

impl Source {
    /// The clause, where there is one.
    #[must_use]
    pub fn clause(&self) -> Option<&ClauseId> {
        match self {
            Self::Clause { id, .. } => Some(id),
            Self::Local => None,
        }
    }
}

/// A value with its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cited<T> {
    /// The value.
    pub value: T,
    /// The clause that sets it, or the mark of a local setting.
    pub source: Source,
}

impl<T> Cited<T> {
    /// The clause, where there is one.
    #[must_use]
    pub fn clause(&self) -> Option<&ClauseId> {
        self.source.clause()
    }
}
