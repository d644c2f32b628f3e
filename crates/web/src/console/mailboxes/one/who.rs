//! A mailbox, and what whoever looks at it may do about it.

use congvu_governance::mailbox::Subject;
use congvu_governance::unit::may_manage;
use congvu_governance::{Law, Refused, Role, rights};
use congvu_store::proposal::{self, Proposal};
use congvu_store::{MailboxId, Tx, account};

use crate::console::Officer;
use crate::site::Oops;

/// A mailbox as an officer may see it.
pub(super) struct Seen {
    pub(super) subject: Subject,
    /// They decide there.
    pub(super) decides: bool,
    /// They decide or operate there.
    pub(super) acts: bool,
    /// They ask for it, as its agency.
    pub(super) asks: bool,
    /// They read what is recorded there.
    pub(super) reads: bool,
    /// They say who keeps it: it is a unit's.
    pub(super) manages: bool,
    /// Its account is guarded by a second factor.
    pub(super) has_factor: bool,
    /// What is proposed and waits.
    pub(super) proposal: Option<Proposal>,
}

impl Seen {
    /// Reads it.
    ///
    /// # Errors
    /// There is none, or not for this officer.
    pub(super) fn read(
        tx: &mut Tx<'_>,
        law: Law,
        officer: &Officer,
        id: i64,
    ) -> Result<Self, Oops> {
        let missing = || Oops::missing("Không có hộp thư này.");
        let id = MailboxId(id);
        let subject = match Subject::load(tx, law, id) {
            Err(Refused::Missing(_)) => return Err(missing()),
            other => other?,
        };
        let (actor, place) = (officer.actor(), subject.organisation.id);
        if !rights::has(tx, &actor, &Role::ALL, place)? {
            return Err(missing());
        }
        let mut has = |roles: &[Role]| rights::has(tx, &actor, roles, place);
        let decides = has(&[Role::Decide])?;
        let acts = decides || has(&[Role::Operate])?;
        let reads = acts || has(&[Role::Audit])?;
        let asks = has(&[Role::Ask])?;
        let has_factor = match &subject.life.opener {
            Some(opener) => {
                account::get(tx, opener.account)?.is_some_and(|account| account.second_factor)
            }
            None => false,
        };
        let waits = subject.life.proposed.iter();
        let waits = waits
            .filter(|one| one.until_day.is_none())
            .map(|one| one.id)
            .next_back();
        let proposal = match waits {
            Some(row) => proposal::get(tx, row)?.filter(|one| one.decided_at.is_none()),
            None => None,
        };
        Ok(Self {
            manages: subject.life.kind == "unit" && may_manage(tx, &actor, id)?.is_some(),
            subject,
            decides,
            acts,
            asks,
            reads,
            has_factor,
            proposal,
        })
    }

    /// It is there no more.
    pub(super) fn is_destroyed(&self) -> bool {
        self.subject.life.deleted_at.is_some()
    }

    /// It is in use: neither taken back nor destroyed.
    pub(super) fn is_in_use(&self) -> bool {
        !self.is_destroyed() && self.subject.life.revoked_at.is_none()
    }
}
