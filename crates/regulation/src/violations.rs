//! The section `[[violation]]`: what the text forbids, and whether a mailbox may be locked for it.
//!
//! No violation locks by itself: a person records it, and locks where the text says that one may.

use toml::de::DeValue;

use crate::read::{Reader, Table, clause, name, words};
use crate::show::Rows;
use crate::{ClauseId, Profile, Source};

/// What may follow from a violation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// The mailbox may be locked, by this clause (QN.7.1, TQ.8.2.c, SL.8.2.c).
    MayLock(ClauseId),
    /// The user is warned and it is recorded; the text has no lock for it (SL.4.3).
    Record,
}

/// Whether somebody did what is forbidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Act {
    /// It happened.
    Done,
    /// The system refused it: an executable that was not sent.
    Refused,
}

/// Something that the text forbids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    id: String,
    label: String,
    effect: Effect,
    source: Source,
    note: Option<String>,
}

impl Violation {
    /// Its name in the profile: `spam`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What it is called in short, in Vietnamese.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The words that forbid it, as printed.
    #[must_use]
    pub fn words(&self) -> &str {
        match &self.source {
            Source::Clause { quote, .. } => quote,
            Source::Local => &self.label,
        }
    }

    /// The clause that forbids it.
    #[must_use]
    pub fn clause(&self) -> Option<&ClauseId> {
        self.source.clause()
    }

    /// What may follow from it.
    #[must_use]
    pub fn effect(&self) -> &Effect {
        &self.effect
    }

    /// How we read the text, where it can be read otherwise.
    #[must_use]
    pub fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// Whether it may be recorded for an act: an attempt that was refused is none.
    #[must_use]
    pub fn is_met_by(&self, act: Act) -> bool {
        act == Act::Done
    }

    pub(crate) fn rows(&self, rows: &mut Rows<'_>) {
        let effect = match &self.effect {
            Effect::MayLock(clause) => format!("có thể tạm khóa theo {clause}"),
            Effect::Record => "nhắc nhở và ghi nhận, không tạm khóa".to_owned(),
        };
        rows.add(
            format!("violation.{}", self.id),
            &self.label,
            effect,
            &self.source,
        );
    }
}

impl Profile {
    /// What the text forbids, in its order.
    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// The violation with this id.
    #[must_use]
    pub fn violation(&self, id: &str) -> Option<&Violation> {
        self.violations.iter().find(|violation| violation.id == id)
    }
}

/// Reads `[[violation]]`.
pub(crate) fn violations<'t>(
    reader: &mut Reader<'t>,
    top: &mut Table<'t>,
) -> Option<Vec<Violation>> {
    reader.each_of_some(top, "violation", Some("id"), |reader, table| {
        let id = reader.plain(table, "id", name);
        let label = reader.plain(table, "label", words);
        let line = reader.line_of(table, "lock");
        let effect = reader.plain(table, "lock", effect);
        let note = reader.optional(table, "note", words);
        let source = reader.source(table);
        let effect = effect?;
        if let Effect::MayLock(clause) = &effect {
            reader.own(line, table.name("lock"), clause)?;
        }
        Some(Violation {
            id: id?,
            label: label?,
            effect,
            source: source?,
            note: note?,
        })
    })
}

fn effect(value: &DeValue<'_>) -> Result<Effect, &'static str> {
    if value.as_str() == Some("never") {
        return Ok(Effect::Record);
    }
    clause(value)
        .map(Effect::MayLock)
        .map_err(|_| "mã điều khoản cho phép tạm khóa (\"QN.7.1\"), hoặc \"never\"")
}
