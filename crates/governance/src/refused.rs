//! Why an act was not carried out.

use congvu_regulation::{Origin, Refusal};
use congvu_store::StoreError;

/// Why an act was not carried out; nothing was changed. The texts are for people.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// A rule refuses it: the sentence names the clause.
    #[error("{0}")]
    Rule(Box<Refusal>),
    /// Several rules do.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))]
    Rules(Vec<Refusal>),
    /// Whoever asks may not do this.
    #[error("{0}")]
    Forbidden(String),
    /// What was asked for makes no sense, or lacks something.
    #[error("{0}")]
    Bad(String),
    /// Lines or rows of a list are wrong: all of them are told.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Lines(Vec<crate::lists::Fault>),
    /// The naming rules were asked what they cannot answer.
    #[error("{0}.")]
    Naming(#[from] congvu_regulation::naming::NamingError),
    /// What it is about does not exist.
    #[error("{0}")]
    Missing(String),
    /// It is not in a state in which this can be done.
    #[error("{0}")]
    State(String),
    /// The store cannot do it now.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refused {
    /// Nobody may do this but …
    #[must_use]
    pub fn forbidden(text: impl Into<String>) -> Self {
        Self::Forbidden(text.into())
    }

    /// Something is wrong with what was asked.
    #[must_use]
    pub fn bad(text: impl Into<String>) -> Self {
        Self::Bad(text.into())
    }

    /// It does not exist.
    #[must_use]
    pub fn missing(text: impl Into<String>) -> Self {
        Self::Missing(text.into())
    }

    /// Its state does not allow it.
    #[must_use]
    pub fn state(text: impl Into<String>) -> Self {
        Self::State(text.into())
    }

    /// A rule refuses it.
    #[must_use]
    pub fn rule(text: impl Into<String>, origin: Origin) -> Self {
        Self::Rule(Box::new(Refusal {
            text: text.into(),
            origin,
        }))
    }

    pub(crate) fn no_profile(id: Option<&str>) -> Self {
        Self::State(match id {
            Some(id) => format!("Hệ thống này không có quy chế “{id}” đang gắn với cơ quan."),
            None => "Cơ quan chưa gắn với quy chế nào.".to_owned(),
        })
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self::Rule(Box::new(refusal))
    }
}
