//! A citation beside what it allows or demands: the clause as people cite it, its words, and the regulation.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use congvu_regulation::{ClauseId, Origin, Profile, Source};

/// What is known of the words of clauses: by profile and clause. Reading them from a profile writes out the whole of it.
static WORDS: LazyLock<Mutex<HashMap<(String, String), String>>> = LazyLock::new(Mutex::default);

/// A clause, as templates show it; empty where nothing cites one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cited {
    /// `Điều 7.1.đ`
    pub(crate) label: String,
    /// `QN.7.1.đ`
    pub(crate) id: String,
    /// Its words; empty where none are known.
    pub(crate) quote: String,
    /// The regulation, as people name it.
    pub(crate) regulation: String,
}

impl Cited {
    /// Nothing.
    pub(crate) fn none() -> Self {
        Self::default()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.label.is_empty()
    }

    /// The clause of this name, with the words that a profile rests on it.
    pub(crate) fn of(profile: &Profile, id: &str) -> Self {
        if id.is_empty() {
            return Self::none();
        }
        let Ok(clause) = id.parse::<ClauseId>() else {
            // What set it has a name of its own.
            return Self {
                label: id.to_owned(),
                ..Self::none()
            };
        };
        Self {
            label: label(&clause),
            id: id.to_owned(),
            quote: words(profile, &clause),
            regulation: profile.head().cited_as().to_owned(),
        }
    }

    /// The clause that sets a value; nothing where it is a local setting.
    pub(crate) fn from(profile: &Profile, source: &Source) -> Self {
        match source {
            Source::Clause { id, quote } => Self {
                label: label(id),
                id: id.to_string(),
                quote: quote.clone(),
                regulation: profile.head().cited_as().to_owned(),
            },
            Source::Local => Self::none(),
        }
    }

    /// What set a value.
    pub(crate) fn by(profile: &Profile, origin: &Origin) -> Self {
        match origin {
            Origin::Profile { source, .. } => Self::from(profile, source),
            Origin::Overlay(name) => Self {
                label: name.clone(),
                ..Self::none()
            },
            Origin::Document(_) | Origin::System => Self::none(),
        }
    }
}

fn words(profile: &Profile, clause: &ClauseId) -> String {
    let key = (profile.id().to_owned(), clause.to_string());
    let known = WORDS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(words) = known.get(&key) {
        return words.clone();
    }
    drop(known);
    let words = profile.words_of(clause).unwrap_or_default();
    let mut known = WORDS.lock().unwrap_or_else(PoisonError::into_inner);
    known.insert(key, words.clone());
    words
}

/// As people cite it: `Điều 7.1.đ`, `Mẫu 1`, `Điều 2.1 Quyết định`.
fn label(clause: &ClauseId) -> String {
    let name = clause.as_str();
    let rest = name.split_once('.').map_or(name, |(_, rest)| rest);
    if let Some(form) = rest.strip_prefix("Mẫu.") {
        format!("Mẫu {form}")
    } else if let Some(article) = rest.strip_prefix("QĐ.") {
        format!("Điều {article} Quyết định")
    } else {
        format!("Điều {rest}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_are_cited_as_people_do() {
        for (id, cited) in [
            ("QN.7.1.đ", "Điều 7.1.đ"),
            ("QN.Mẫu.1", "Mẫu 1"),
            ("TQ.QĐ.2.1", "Điều 2.1 Quyết định"),
            ("BS.III.9", "Điều III.9"),
        ] {
            assert_eq!(label(&id.parse().unwrap()), cited);
        }
    }

    #[test]
    fn a_clause_brings_its_words() {
        let profile = congvu_regulation::profile("quang-ninh").unwrap();
        let cited = Cited::of(profile, "QN.7.1");
        assert!(
            !cited.quote.is_empty() && cited.regulation.contains("40/2022"),
            "{cited:?}"
        );
        assert!(Cited::of(profile, "").is_empty());
    }
}
