//! The sections `[quota]` and `[attachment]`: how much a mailbox holds, when its user is warned, what a message carries.

mod read;
mod show;

pub(crate) use read::quotas;

use crate::size::shown;
use crate::{Cited, MailboxKind, Profile, Refusal};

/// The bounds of a quota, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounds {
    /// The least that every mailbox gets, where the text sets one (QN.8.1).
    pub minimum: Option<Cited<u64>>,
    /// The most that a mailbox gets without an approved exception.
    pub maximum: Cited<u64>,
    /// What a new mailbox gets.
    pub default: Cited<u64>,
}

/// Whether a mailbox may get more than the maximum, or attach more than the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Exception {
    /// On a request that is approved (QN.8.1, BS.6).
    OnRequest,
    /// The text knows none.
    None,
}

/// How much mailboxes hold and messages carry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quotas {
    personal: Bounds,
    unit: Bounds,
    warnings: Warnings,
    exception: Cited<Exception>,
    pub(crate) attachment_personal: Cited<u64>,
    pub(crate) attachment_unit: Cited<u64>,
    attachment_exception: Cited<Exception>,
}

/// When the user of a mailbox that fills up is warned (TQ.9.2.d, SL.11.2.d set that there is a warning; at how many
/// percent is a local setting).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warnings {
    /// The percents in rising order: 80, 90, 95.
    pub percents: Cited<Vec<u8>>,
}

/// What a look at a mailbox's use gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Warned {
    /// To warn of now: the highest percent reached that was not yet warned of.
    pub warn: Option<u8>,
    /// To keep until the next look: the highest percent reached, 0 for none.
    pub level: u8,
}

impl Warnings {
    /// Looks at a mailbox. `level` is what the last look gave (0 at first). Each percent is warned of once; it is warned
    /// of again only after the use fell below it. A quota of 0 bytes is never near full.
    #[must_use]
    pub fn look(&self, level: u8, used: u64, quota: u64) -> Warned {
        let reached = |percent: u8| {
            quota > 0 && u128::from(used) * 100 >= u128::from(quota) * u128::from(percent)
        };
        let now = self
            .percents
            .value
            .iter()
            .copied()
            .filter(|percent| reached(*percent))
            .max();
        Warned {
            warn: now.filter(|now| *now > level),
            level: now.unwrap_or(0),
        }
    }
}

impl Profile {
    /// How much a mailbox of this kind gets: least, most, and a new one.
    #[must_use]
    pub fn quota_bounds(&self, kind: MailboxKind) -> &Bounds {
        match kind {
            MailboxKind::Personal => &self.quotas.personal,
            MailboxKind::Unit => &self.quotas.unit,
        }
    }

    /// The largest quota a mailbox of this kind gets without an approved exception, in bytes.
    #[must_use]
    pub fn quota(&self, kind: MailboxKind) -> &Cited<u64> {
        &self.quota_bounds(kind).maximum
    }

    /// When users are warned that their mailbox is nearly full.
    #[must_use]
    pub fn quota_warnings(&self) -> &Warnings {
        &self.quotas.warnings
    }

    /// Whether a mailbox may get more than the maximum.
    #[must_use]
    pub fn quota_exception(&self) -> &Cited<Exception> {
        &self.quotas.exception
    }

    /// Whether a mailbox of this kind may get so many bytes. `approved` says that a request for an exception was
    /// approved; it opens the maximum, never the minimum.
    ///
    /// # Errors
    /// Which bound refuses it, with its clause.
    pub fn check_quota(
        &self,
        kind: MailboxKind,
        bytes: u64,
        approved: bool,
    ) -> Result<(), Refusal> {
        let bounds = self.quota_bounds(kind);
        if let Some(minimum) = &bounds.minimum
            && bytes < minimum.value
        {
            let text = format!("Dung lượng hộp thư tối thiểu là {}.", shown(minimum.value));
            return Err(self.refusal(text, &minimum.source));
        }
        let excepted = approved && self.quotas.exception.value == Exception::OnRequest;
        if bytes > bounds.maximum.value && !excepted {
            let text = format!(
                "Dung lượng hộp thư tối đa là {}.",
                shown(bounds.maximum.value)
            );
            return Err(self.refusal(text, &bounds.maximum.source));
        }
        Ok(())
    }

    /// How much a message may carry that is sent from a mailbox of this kind: the sum of its decoded attachments, in
    /// bytes.
    #[must_use]
    pub fn attachment_limit(&self, kind: MailboxKind) -> &Cited<u64> {
        match kind {
            MailboxKind::Personal => &self.quotas.attachment_personal,
            MailboxKind::Unit => &self.quotas.attachment_unit,
        }
    }

    /// Whether a mailbox may be allowed to attach more than the limit.
    #[must_use]
    pub fn attachment_exception(&self) -> &Cited<Exception> {
        &self.quotas.attachment_exception
    }

    /// Whether a mailbox of this kind may be allowed to attach so many bytes to a message. `approved` says that a document
    /// approves more than the limit.
    ///
    /// # Errors
    /// What refuses it, with its clause.
    pub fn check_attachment(
        &self,
        kind: MailboxKind,
        bytes: u64,
        approved: bool,
    ) -> Result<(), Refusal> {
        let limit = self.attachment_limit(kind);
        let excepted = approved && self.quotas.attachment_exception.value == Exception::OnRequest;
        if bytes > limit.value && !excepted {
            let text = format!("Tệp đính kèm tối đa mỗi thư là {}.", shown(limit.value));
            return Err(self.refusal(text, &limit.source));
        }
        if bytes == 0 {
            let text = "Tệp đính kèm mỗi thư phải được ít nhất 1 byte.".to_owned();
            return Err(self.refusal(text, &limit.source));
        }
        Ok(())
    }
}
