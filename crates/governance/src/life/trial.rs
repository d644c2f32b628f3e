//! What would fall due under another regulation, before it is bound to a place. Mailboxes are looked at in pieces, each a short
//! read; nothing is changed.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use congvu_regulation::lifecycle::{Act, Due, What};
use congvu_regulation::{Moment, Profile};
use congvu_store::life::{self, Life};
use congvu_store::{MailboxId, OrganisationId, Store, Tx, organisation};

use super::due::is_done;
use super::facts;
use crate::{Actor, Law, Refused, Role, now, rights};

/// Mailboxes looked at in one read.
const PAGE: i64 = 500;

/// How many mailboxes something falls due for, by what it is.
pub type Counts = BTreeMap<&'static str, u32>;

/// Something that would fall due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// For which mailbox.
    pub mailbox: MailboxId,
    /// Its address.
    pub address: String,
    /// Where it belongs.
    pub organisation: OrganisationId,
    /// What, when, by which clause.
    pub due: Due,
}

/// What a trial found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trial {
    /// Mailboxes that were looked at.
    pub mailboxes: u32,
    /// What falls due under the regulation in force.
    pub now: Counts,
    /// What would under the other.
    pub then: Counts,
    /// The first of what people would feel, or the department be asked to confirm, under the other.
    pub items: Vec<Tried>,
    /// Not all were looked at: the last that was.
    pub after: Option<MailboxId>,
}

/// What counts of a trial are called by.
fn name(what: &What) -> &'static str {
    match what {
        What::Do(Act::Lock) => "lock",
        What::Do(Act::DisableSignIn) => "disable",
        What::Do(Act::Revoke) => "revoke",
        What::Do(Act::Delete) => "delete",
        What::Propose(Act::Delete) => "propose-delete",
        What::Propose(_) => "propose-revoke",
        What::ExpirePassword => "expire-password",
        _ => "remind",
    }
}

/// The places that a regulation bound to `top` would govern: it and those below, but for what has one of its own.
fn governed(tx: &mut Tx<'_>, top: OrganisationId) -> Result<HashSet<OrganisationId>, Refused> {
    let places: HashMap<_, _> = organisation::subtree(tx, top)?
        .into_iter()
        .map(|place| (place.id, (place.parent, place.profile.is_some())))
        .collect();
    let is_governed = |place: &OrganisationId| {
        let mut at = *place;
        for _ in 0..64 {
            if at == top {
                return true;
            }
            match places.get(&at) {
                Some((Some(parent), false)) => at = *parent,
                _ => return false,
            }
        }
        false
    };
    Ok(places.keys().copied().filter(is_governed).collect())
}

/// Tries a regulation on the mailboxes that it would govern, bound to a place: what would be due by `as_of`, if nobody used a
/// mailbox until then. `first` is the last mailbox that an earlier trial looked at; at most `most` are looked at, and `shown` told.
///
/// # Errors
/// Whoever asks neither decides, operates nor audits there; the day is over; this installation does not know the regulation.
pub async fn trial(
    store: &Store,
    law: Law,
    actor: &Actor,
    (top, profile, as_of): (OrganisationId, &str, Moment),
    first: MailboxId,
    (most, shown): (u32, usize),
) -> Result<Trial, Refused> {
    let other = law
        .profile(profile)
        .ok_or_else(|| Refused::no_profile(Some(profile)))?;
    let actor = actor.clone();
    let (places, present) = store
        .read(move |tx| {
            let roles = [Role::Decide, Role::Operate, Role::Audit];
            rights::need(tx, &actor, &roles, top)?;
            if as_of.date() < now(tx).date() {
                return Err(Refused::bad(
                    "Chỉ thử được cho hôm nay hoặc một ngày sau đó.",
                ));
            }
            Ok::<_, Refused>((governed(tx, top)?, law.at(tx, top)?))
        })
        .await?;
    let places = Arc::new(places);
    let mut trial = Trial::default();
    let (mut after, mut looked) = (first, 0);
    loop {
        let lives = store.read(move |tx| life::page(tx, after, PAGE)).await;
        let lives: Vec<Life> = lives.map_err(|error: congvu_store::StoreError| error)?;
        let Some(last) = lives.last() else {
            return Ok(trial);
        };
        after = last.mailbox;
        let is_last = i64::try_from(lives.len()) != Ok(PAGE);
        looked += u32::try_from(lives.len()).unwrap_or(u32::MAX);
        for life in lives {
            if places.contains(&life.organisation) {
                trial.add(law, (present, other), &life, as_of, shown);
            }
        }
        if is_last {
            return Ok(trial);
        }
        if looked >= most {
            trial.after = Some(after);
            return Ok(trial);
        }
    }
}

impl Trial {
    fn add(
        &mut self,
        law: Law,
        (present, other): (&Profile, &Profile),
        life: &Life,
        as_of: Moment,
        shown: usize,
    ) {
        self.mailboxes += 1;
        let facts = facts(life);
        let due = |profile: &Profile| {
            let mut due = profile.lifecycle().due(&facts, law.calendar(), as_of);
            due.retain(|due| !is_done(life, &due.key(), as_of));
            due
        };
        for due in due(present) {
            *self.now.entry(name(&due.what)).or_default() += 1;
        }
        for due in due(other) {
            let name = name(&due.what);
            *self.then.entry(name).or_default() += 1;
            if name != "remind" && self.items.len() < shown {
                self.items.push(Tried {
                    mailbox: life.mailbox,
                    address: life.address.clone(),
                    organisation: life.organisation,
                    due,
                });
            }
        }
    }
}
