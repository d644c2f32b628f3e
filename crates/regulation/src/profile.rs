//! A profile: what one regulation sets.

use crate::naming::Naming;
use crate::{Cited, Date, MB, Refusal};

/// The two kinds of mailboxes that every text knows (QN.2.3, QN.2.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailboxKind {
    /// Hộp thư cá nhân.
    Personal,
    /// Hộp thư cơ quan, đơn vị.
    Unit,
}

/// What becomes of mail that arrives at a locked mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LockMode {
    /// It is delivered; only the user is kept out (SL.8.1).
    Receives,
    /// It is refused; the sender is told (TQ.8.1).
    Closed,
}

/// Since when a regulation is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InForce {
    /// From this day on.
    From(Date),
    /// The text has no day: a draft.
    Undated,
}

/// One regulation as data. Made by [`Profile::parse`]; every value carries its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    pub(crate) id: String,
    pub(crate) code: String,
    pub(crate) title: String,
    pub(crate) decision: String,
    pub(crate) in_force: Cited<InForce>,
    pub(crate) domain: Cited<String>,
    pub(crate) address_suffix: Option<Cited<String>>,
    pub(crate) managing: Cited<String>,
    pub(crate) operating: Cited<String>,
    pub(crate) head: crate::head::Head,
    pub(crate) quotas: crate::quota::Quotas,
    pub(crate) log_retention_months: Cited<u32>,
    pub(crate) lock_mode: Cited<LockMode>,
    pub(crate) lifecycle: crate::lifecycle::Rules,
    pub(crate) naming: Naming,
    pub(crate) requests: Vec<crate::requests::RequestRule>,
    pub(crate) forms: Vec<crate::forms::Form>,
    pub(crate) reports: Vec<crate::reports::Report>,
    pub(crate) violations: Vec<crate::violations::Violation>,
    pub(crate) acceptable_use: crate::acceptable_use::AcceptableUse,
    pub(crate) checks: crate::checks::Checks,
    pub(crate) planned_stop: crate::stops::PlannedStop,
    pub(crate) access: crate::access::Access,
    pub(crate) guidance: Vec<crate::guidance::Guidance>,
    pub(crate) content: crate::content::Rule,
    pub(crate) forwarding: crate::forwarding::Rule,
}

impl Profile {
    /// The name of the profile and of its file: `son-la`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The code that its clauses begin with: `SL`.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The title of the regulation, in Vietnamese.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The decision that issues it: number, day, body.
    #[must_use]
    pub fn decision(&self) -> &str {
        &self.decision
    }

    /// Since when it is in force.
    #[must_use]
    pub fn in_force(&self) -> &Cited<InForce> {
        &self.in_force
    }

    /// The mail domain, in small letters: `sonla.gov.vn`.
    #[must_use]
    pub fn domain(&self) -> &Cited<String> {
        &self.domain
    }

    /// What every local part ends with after a dot, where the regulation governs only a part of the domain: `bimson`.
    #[must_use]
    pub fn address_suffix(&self) -> Option<&Cited<String>> {
        self.address_suffix.as_ref()
    }

    /// The managing department as the text names it (it may have a successor since).
    #[must_use]
    pub fn managing(&self) -> &Cited<String> {
        &self.managing
    }

    /// The operating centre as the text names it.
    #[must_use]
    pub fn operating(&self) -> &Cited<String> {
        &self.operating
    }

    /// The largest message on the wire, in bytes, as the SMTP extension SIZE announces it (RFC 1870): 1.4 times the
    /// attachment limit, as base64 and its line ends grow by 37 %, and 1 MB for text and header.
    #[must_use]
    pub fn message_limit(&self, kind: MailboxKind) -> u64 {
        on_the_wire(self.attachment_limit(kind).value)
    }

    /// The least time for which the mail log is kept, in calendar months.
    #[must_use]
    pub fn log_retention_months(&self) -> &Cited<u32> {
        &self.log_retention_months
    }

    /// Whether the mail log may be kept for so many months: never shorter than the text says (TQ.9.1, SL.11.1).
    ///
    /// # Errors
    /// The least number of months, with its clause.
    pub fn check_log_retention(&self, months: u32) -> Result<(), Refusal> {
        let least = &self.log_retention_months;
        if months >= least.value {
            return Ok(());
        }
        let text = format!(
            "Nhật ký hệ thống được lưu tối thiểu {:02} tháng.",
            least.value
        );
        Err(self.refusal(text, &least.source))
    }

    /// What passwords must be like.
    #[must_use]
    pub fn password(&self) -> &crate::password::Rule {
        self.lifecycle.password()
    }

    /// What becomes of mail that arrives at a locked mailbox.
    #[must_use]
    pub fn lock_mode(&self) -> &Cited<LockMode> {
        &self.lock_mode
    }

    /// What the regulation says about the life of a mailbox: locks, restoring, revoking, deleting.
    #[must_use]
    pub fn lifecycle(&self) -> &crate::lifecycle::Rules {
        &self.lifecycle
    }

    /// How addresses are named; [`Profile::propose`] follows it.
    #[must_use]
    pub fn naming(&self) -> &Naming {
        &self.naming
    }

    /// What messages may carry.
    #[must_use]
    pub fn content(&self) -> &crate::content::Rule {
        &self.content
    }

    /// Where mail may go on to, and be fetched from, by itself.
    #[must_use]
    pub fn forwarding(&self) -> &crate::forwarding::Rule {
        &self.forwarding
    }
}

/// Bytes that a message has on the wire at most, where its files have so many together: 1.4 times as many, as base64 and its line
/// ends grow by 37 %, and 1 MB for text and header.
#[must_use]
pub fn on_the_wire(attached: u64) -> u64 {
    (attached / 5).saturating_mul(7).saturating_add(MB)
}
