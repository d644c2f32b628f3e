//! The section `[[acceptable_use]]`: what a user is shown at the first sign-in and accepts.

use std::fmt;

use crate::read::{Reader, Table};
use crate::show::Rows;
use crate::{Cited, Profile, Source};

/// What a user accepts: sentences, each with its clause and quotation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptableUse {
    sentences: Vec<Cited<String>>,
    version: Version,
}

/// Which text was shown: another for every other text, the same for the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Version(String);

impl Version {
    /// The version as letters, to keep with an acceptance: 32 of 0–9, a–f.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AcceptableUse {
    /// What is shown, in order.
    #[must_use]
    pub fn sentences(&self) -> &[Cited<String>] {
        &self.sentences
    }

    /// Which text this is. An acceptance of another version is none of this one.
    #[must_use]
    pub fn version(&self) -> &Version {
        &self.version
    }

    /// Whether an acceptance of the version with these letters is one of this text.
    #[must_use]
    pub fn is_accepted_by(&self, version: &str) -> bool {
        self.version.0 == version
    }

    fn new(id: &str, sentences: Vec<Cited<String>>) -> Self {
        let mut hasher = blake3::Hasher::new();
        // Each part with its length before it, so that no two texts are written alike.
        let mut part = |text: &str| {
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        };
        part(id);
        for sentence in &sentences {
            part(&sentence.value);
            if let Source::Clause { id, quote } = &sentence.source {
                part(id.as_str());
                part(quote);
            }
        }
        let hash = hasher.finalize().to_hex();
        let version = Version(hash.chars().take(32).collect());
        Self { sentences, version }
    }

    pub(crate) fn rows(&self, rows: &mut Rows<'_>) {
        for (at, sentence) in self.sentences.iter().enumerate() {
            let number = at + 1;
            let label = format!("Điều {number} người dùng chấp thuận");
            rows.add(
                format!("acceptable_use.{number}"),
                label,
                &sentence.value,
                &sentence.source,
            );
        }
    }
}

impl Profile {
    /// What a user is shown at the first sign-in and accepts.
    #[must_use]
    pub fn acceptable_use(&self) -> &AcceptableUse {
        &self.acceptable_use
    }
}

/// Reads `[[acceptable_use]]`; `id` is the profile's.
pub(crate) fn acceptable_use<'t>(
    reader: &mut Reader<'t>,
    top: &mut Table<'t>,
    id: Option<&str>,
) -> Option<AcceptableUse> {
    let sentences = reader.each_of_some(top, "acceptable_use", None, Reader::saying)?;
    id.map(|id| AcceptableUse::new(id, sentences))
}
