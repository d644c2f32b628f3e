//! Unit mailboxes: who keeps them (QN.2.3, TQ.11.1, HCM.12.1, SL.9.2), what becomes of their messages (TQ.11.4),
//! hand-over to a new head (TQ.11.3, HCM.12.2), and how often they are looked into (HCM.8.2.a).
//!
//! Each use case is one transaction with its record, under the name of the person who carries it out.

mod assign;
mod checks;
mod delegate;
mod hand_over;
mod refused;
mod remind;
mod signature;

use congvu_regulation::Profile;
use congvu_store::delegation::{self, Rights, Subject};
use congvu_store::{MailboxId, OrganisationId, StoreResult, Tx, address, mailbox, organisation};

pub use assign::{
    LONGEST_NOTE, answered, assign, done, give_back, handlers, handles, note, take, waiting,
    was_answered,
};
pub use checks::{CheckedDay, Checks, checks};
pub use delegate::{NewKeeper, Terms, change, delegate, end};
pub use hand_over::{HandedOver, NewHandOver, hand_over};
pub use refused::Refused;
pub use remind::remind;
pub use signature::{NewSignature, sign};

use crate::{Act, Action, Actor, Law};

/// Who says who keeps a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manager {
    /// The head or the contact person of its organisation, or who operates the system.
    Office,
    /// A keeper who was given that right.
    Keeper,
}

/// Whether the actor says who keeps the mailbox, and as what; who has the machine may. Roles give no right to it: the
/// mailbox is the head's (TQ.11.1).
///
/// # Errors
/// What the store answers.
pub fn may_manage(
    tx: &mut Tx<'_>,
    actor: &Actor,
    mailbox: MailboxId,
) -> StoreResult<Option<Manager>> {
    if actor.is_console() {
        return Ok(Some(Manager::Office));
    }
    let Some(account) = actor.account else {
        return Ok(None);
    };
    let office = delegation::office(tx, account, mailbox)?;
    if office.head || office.contact {
        return Ok(Some(Manager::Office));
    }
    let kept = delegation::open(tx, account, mailbox)?;
    Ok(kept
        .filter(|kept| kept.rights.has(Rights::MANAGE))
        .map(|_| Manager::Keeper))
}

/// A unit mailbox with its address.
#[derive(Debug)]
struct Unit {
    subject: Subject,
    address: String,
}

impl Unit {
    /// The mailbox, which must be a unit's and still be there: a person's is opened by nobody else (BS.III.9).
    fn load(tx: &mut Tx<'_>, mailbox: MailboxId) -> Result<Self, Refused> {
        let subject = delegation::subject(tx, mailbox)?.ok_or(Refused::NotAUnit)?;
        if subject.kind != "unit" || subject.gone {
            return Err(Refused::NotAUnit);
        }
        let address = address::primary(tx, mailbox)?.unwrap_or_else(|| subject.name.clone());
        Ok(Self { subject, address })
    }

    /// As [`Self::load`], where it lies within what the actor reaches: a token may be bound to a place.
    fn reached(tx: &mut Tx<'_>, actor: &Actor, mailbox: MailboxId) -> Result<Self, Refused> {
        let unit = Self::load(tx, mailbox)?;
        if let Some(top) = actor.within()
            && !is_within(tx, unit.subject.organisation, top)?
        {
            return Err(Refused::NotYours);
        }
        Ok(unit)
    }

    /// As [`Self::load`], for who says who keeps it.
    fn managed(
        tx: &mut Tx<'_>,
        actor: &Actor,
        mailbox: MailboxId,
    ) -> Result<(Self, Manager), Refused> {
        // Two at once see each other's keepers.
        mailbox::hold(tx, mailbox)?;
        let unit = Self::reached(tx, actor, mailbox)?;
        let manager = may_manage(tx, actor, mailbox)?.ok_or(Refused::NotYours)?;
        Ok((unit, manager))
    }

    /// An act on it.
    fn act(&self, action: Action) -> Act {
        let subject = format!("mailbox/{}", self.subject.id);
        Act::new(action, subject, &self.address).at(self.subject.organisation)
    }

    /// The regulation in force where it belongs.
    fn profile(&self, tx: &mut Tx<'_>, law: Law) -> StoreResult<Option<&'static Profile>> {
        let id = organisation::profile(tx, self.subject.organisation)?;
        Ok(id.and_then(|id| law.profile(&id)))
    }
}

/// Whether a place is `top` or lies below it.
fn is_within(tx: &mut Tx<'_>, place: OrganisationId, top: OrganisationId) -> StoreResult<bool> {
    let mut at = Some(place);
    while let Some(id) = at {
        if id == top {
            return Ok(true);
        }
        at = organisation::get(tx, id)?.and_then(|place| place.parent);
    }
    Ok(false)
}
