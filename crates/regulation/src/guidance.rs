//! The section `[[guidance]]`: advice for users, quoted from the text.

use crate::read::{Reader, Table, name};
use crate::show::Rows;
use crate::{Cited, Profile};

/// A piece of advice for users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guidance {
    /// What it is about: `safe-computer`.
    pub topic: String,
    /// What it says, with its clause.
    pub text: Cited<String>,
}

impl Guidance {
    pub(crate) fn rows(&self, rows: &mut Rows<'_>) {
        let key = format!("guidance.{}", self.topic);
        rows.add(
            key,
            "Hướng dẫn người dùng",
            &self.text.value,
            &self.text.source,
        );
    }
}

impl Profile {
    /// Advice for users, each with its clause.
    #[must_use]
    pub fn guidance(&self) -> &[Guidance] {
        &self.guidance
    }
}

/// Reads `[[guidance]]`.
pub(crate) fn guidance<'t>(reader: &mut Reader<'t>, top: &mut Table<'t>) -> Option<Vec<Guidance>> {
    reader.each(top, "guidance", Some("topic"), |reader, table| {
        let topic = reader.plain(table, "topic", name);
        let text = reader.saying(table);
        Some(Guidance {
            topic: topic?,
            text: text?,
        })
    })
}
