//! What comes out of a decision.

use std::fmt;

use super::concern::Concern;
use super::effect::Effect;
use crate::Origin;

/// How many findings are told; of the rest only the number.
pub const TOLD: usize = 20;

/// Something that a rule found in a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it is about.
    pub concern: Concern,
    /// What the rule does for it.
    pub effect: Effect,
    /// The number of the attachment, from 1, where it is about one.
    pub attachment: Option<usize>,
    /// The file, with its path in archives (`tong-hop.zip → baocao/setup.exe`), fit to be shown. Of a name with a mark of
    /// secrecy only the number of the attachment is told.
    pub file: Option<String>,
    /// Sentences in Vietnamese for the sender (or, of a warning about a message that arrived, for the reader): what is
    /// wrong, what becomes of the message, what to do.
    pub text: String,
    /// What sets the effect.
    pub origin: Origin,
    /// What says that the file is of this kind, where that is set apart from the effect: QN.15.6 refuses what QN.2.7
    /// names.
    pub reading: Option<Origin>,
}

/// The sentences and, in brackets, what set them.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}", self.text, self.origin)?;
        match &self.reading {
            Some(reading) if *reading != self.origin => write!(f, "; {reading})"),
            _ => f.write_str(")"),
        }
    }
}

/// What becomes of a message, and all that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    pub(super) effect: Effect,
    pub(super) findings: Vec<Finding>,
    pub(super) untold: usize,
}

impl Verdict {
    /// The strictest effect of all that was found; [`Effect::Pass`] where there is nothing.
    #[must_use]
    pub fn effect(&self) -> Effect {
        self.effect
    }

    /// The findings, the strictest first and otherwise in the order of the message; at most [`TOLD`].
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// How many more there are.
    #[must_use]
    pub fn untold(&self) -> usize {
        self.untold
    }
}

/// Collects findings: of each effect no more than are told, however many there are.
pub(super) struct Findings {
    kept: [Vec<Finding>; Effect::ALL.len()],
    count: usize,
    effect: Effect,
}

impl Findings {
    pub(super) fn new() -> Self {
        Self {
            kept: [const { Vec::new() }; Effect::ALL.len()],
            count: 0,
            effect: Effect::Pass,
        }
    }

    /// Adds a finding; it is made only where it may be told.
    pub(super) fn add(&mut self, effect: Effect, make: impl FnOnce() -> Finding) {
        if effect == Effect::Pass {
            return;
        }
        self.count += 1;
        self.effect = self.effect.max(effect);
        let slot = Effect::ALL.iter().position(|known| *known == effect);
        if let Some(kept) = slot.and_then(|slot| self.kept.get_mut(slot))
            && kept.len() < TOLD
        {
            kept.push(make());
        }
    }

    pub(super) fn verdict(self) -> Verdict {
        let mut findings: Vec<Finding> = self.kept.into_iter().rev().flatten().collect();
        findings.truncate(TOLD);
        Verdict {
            effect: self.effect,
            untold: self.count - findings.len(),
            findings,
        }
    }
}
