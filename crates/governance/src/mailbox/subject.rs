//! A mailbox that something is done to: what is known of it, and the rules at its place.

use congvu_regulation::lifecycle::Facts;
use congvu_regulation::{MailboxKind, Profile};
use congvu_store::life::{self, Life};
use congvu_store::organisation::{self, Organisation};
use congvu_store::{MailboxId, Tx};

use crate::life::{facts, kind};
use crate::{Act, Action, Actor, Law, Refused, Role, rights};

/// A mailbox with its place and the rules there.
#[derive(Debug)]
pub struct Subject {
    /// What is known of it.
    pub life: Life,
    /// Where it belongs.
    pub organisation: Organisation,
    /// The profile in force there.
    pub profile: &'static Profile,
}

impl Subject {
    /// Reads it.
    ///
    /// # Errors
    /// There is none, or no profile at its place.
    pub fn load(tx: &mut Tx<'_>, law: Law, mailbox: MailboxId) -> Result<Self, Refused> {
        let life =
            life::get(tx, mailbox)?.ok_or_else(|| Refused::missing("Không có hộp thư này."))?;
        let organisation = organisation::get(tx, life.organisation)?
            .ok_or_else(|| Refused::missing("Không có cơ quan của hộp thư này."))?;
        let profile = law.at(tx, organisation.id)?;
        Ok(Self {
            life,
            organisation,
            profile,
        })
    }

    /// Its row.
    #[must_use]
    pub fn id(&self) -> MailboxId {
        self.life.mailbox
    }

    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> MailboxKind {
        kind(&self.life.kind)
    }

    /// What the rules read.
    #[must_use]
    pub fn facts(&self) -> Facts {
        facts(&self.life)
    }

    /// Who manages or operates the system at its place, or nobody.
    ///
    /// # Errors
    /// Who may do it instead.
    pub fn need(&self, tx: &mut Tx<'_>, actor: &Actor, roles: &[Role]) -> Result<(), Refused> {
        rights::need(tx, actor, roles, self.organisation.id)
    }

    /// An act on it.
    #[must_use]
    pub fn act(&self, action: Action) -> Act {
        Act::new(
            action,
            format!("mailbox/{}", self.life.mailbox),
            &self.life.address,
        )
        .at(self.organisation.id)
    }

    /// What fills notices about it.
    #[must_use]
    pub fn values(&self) -> Vec<(&'static str, String)> {
        vec![
            ("address", self.life.address.clone()),
            ("name", self.life.name.clone()),
            ("organisation", self.organisation.name.clone()),
        ]
    }

    /// It is not destroyed.
    pub(crate) fn must_exist(&self) -> Result<(), Refused> {
        match self.life.deleted_at {
            None => Ok(()),
            Some(_) => Err(Refused::state(format!(
                "Hộp thư {} đã xóa vĩnh viễn.",
                self.life.address
            ))),
        }
    }
}
