//! The answer: an address, or what people may agree on, and why.

use std::fmt;

use crate::{ClauseId, Source};

/// One step on the way to an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What was done, as a Vietnamese sentence.
    pub what: String,
    /// The clause with its words, or the mark of a local setting; nothing for rules of Internet mail.
    pub source: Option<Source>,
}

impl Step {
    /// The clause, where one sets the step.
    #[must_use]
    pub fn clause(&self) -> Option<&ClauseId> {
        self.source.as_ref().and_then(Source::clause)
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        match (self.clause(), &self.source) {
            (Some(clause), _) => write!(f, " ({clause})"),
            (None, Some(_)) => f.write_str(" (thiết lập của đơn vị vận hành)"),
            (None, None) => Ok(()),
        }
    }
}

/// What the engine proposes. Displayed, it is a short text for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The address before the @; nothing where people must agree.
    pub local_part: Option<String>,
    /// People must agree on the address, or decide on what is proposed, before it is given.
    pub agree: bool,
    /// The text leaves the name open: what is proposed waits for a person's decision.
    pub decide: bool,
    /// Addresses that may be given: at least three where people must agree, others to choose from where a person
    /// decides, else none.
    pub candidates: Vec<String>,
    /// The retired address of somebody of the same name: it may be given again if that is the same person, which only
    /// people know ([`super::Context::former`]).
    pub former: Option<String>,
    /// The way there.
    pub why: Vec<Step>,
}

impl fmt::Display for Proposal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.local_part {
            Some(local_part) if self.decide => {
                writeln!(f, "{local_part} (đề nghị, chờ quyết định)")
            }
            Some(local_part) => writeln!(f, "{local_part}"),
            None => writeln!(f, "Cần thỏa thuận."),
        }?;
        if !self.candidates.is_empty() {
            writeln!(f, "Có thể chọn: {}", self.candidates.join(", "))?;
        }
        if let Some(former) = &self.former {
            writeln!(
                f,
                "Nếu chính người này từng dùng: {former} (--former {former})"
            )?;
        }
        for step in &self.why {
            writeln!(f, "- {step}")?;
        }
        Ok(())
    }
}
