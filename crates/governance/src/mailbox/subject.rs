//! A mailbox that something is done to: what is known of it, and the rules at its place.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use congvu_regulation::lifecycle::Facts;
use congvu_regulation::{MailboxKind, Profile};
use congvu_store::life::{self, Life};
use congvu_store::organisation::{self, Organisation};
use congvu_store::{MailboxId, OrganisationId, StoreError, Tx, mailbox};

use crate::life::{facts, kind};
use crate::{Act, Action, Actor, Law, Refused, Role, rights};

/// A place and the rules there, or why there are none.
type Place = Result<(Organisation, &'static Profile), String>;

/// A mailbox, or why no rules are known for it.
pub type Loaded = (MailboxId, Result<Subject, String>);

fn place_of(tx: &mut Tx<'_>, law: Law, id: OrganisationId) -> Result<Place, Refused> {
    let found = organisation::get(tx, id)?;
    let found = found.ok_or(StoreError::NotFound("organisation"))?;
    match law.at(tx, id) {
        Ok(profile) => Ok(Ok((found, profile))),
        Err(Refused::Store(error)) => Err(error.into()),
        Err(refused) => Ok(Err(refused.to_string())),
    }
}

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

    /// Reads it for an act on it: nobody else changes it until the transaction ends.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn hold(tx: &mut Tx<'_>, law: Law, mailbox: MailboxId) -> Result<Self, Refused> {
        mailbox::hold(tx, mailbox)?;
        Self::load(tx, law, mailbox)
    }

    /// Those of a place and below it after `after`, destroyed ones too, in the order of their rows, at most `limit`; what each
    /// place says is read once. What was done to them is not read. Where no regulation is known at a mailbox's place, that.
    ///
    /// # Errors
    /// What the store answers.
    pub fn load_below(
        tx: &mut Tx<'_>,
        law: Law,
        top: OrganisationId,
        after: MailboxId,
        limit: i64,
    ) -> Result<Vec<Loaded>, Refused> {
        let mut places = HashMap::new();
        let mut all = Vec::new();
        for life in life::below(tx, top, after, limit)? {
            let place = match places.entry(life.organisation) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => new.insert(place_of(tx, law, life.organisation)?),
            };
            let of = place.clone().map(|(organisation, profile)| Self {
                life: life.clone(),
                organisation,
                profile,
            });
            all.push((life.mailbox, of));
        }
        Ok(all)
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
