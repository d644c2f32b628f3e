//! What becomes of a unit mailbox's messages (TQ.11.4, HCM.12.4): taken, assigned, answered, done.

use congvu_regulation::Profile;
use congvu_store::assignment::{self, Assignment, By};
use congvu_store::delegation::{self, Rights, Subject};
use congvu_store::{AccountId, MailboxId, StoreResult, Tx, desk, mailbox};
use serde_json::{Value, json};

use super::{Refused, Unit, may_manage};
use crate::{Act, Action, Actor, Law, record};

/// What handling a unit's mail needs.
const NEEDED: Rights = Rights::READ.with(Rights::ORGANISE);
/// The longest note, in letters.
pub const LONGEST_NOTE: usize = 2_000;

/// A message in hand: the mailbox, what became of it so far, and who acts.
struct Step {
    unit: Unit,
    clause: Option<&'static str>,
    state: Assignment,
}

impl Step {
    fn begin(
        tx: &mut Tx<'_>,
        law: Law,
        actor: &Actor,
        (mailbox, object): (MailboxId, i64),
    ) -> Result<Self, Refused> {
        mailbox::hold(tx, mailbox)?;
        let unit = Unit::reached(tx, actor, mailbox)?;
        if !assignment::is_there(tx, mailbox, object)? {
            return Err(Refused::NoMessage);
        }
        let clause = match unit.profile(tx, law)?.map(Profile::code) {
            Some("TQ") => Some("TQ.11.4"),
            Some("HCM") => Some("HCM.12.4"),
            _ => None,
        };
        let state = assignment::get(tx, mailbox, object)?.unwrap_or(Assignment {
            object,
            ..Assignment::default()
        });
        Ok(Self {
            unit,
            clause,
            state,
        })
    }

    /// The account handles the unit's mail.
    fn handler(&self, tx: &mut Tx<'_>, account: AccountId) -> Result<(), Refused> {
        if handles(tx, &self.unit.subject, account)? {
            return Ok(());
        }
        Err(Refused::NotAKeeper(login(tx, account)?))
    }

    /// Who acts: somebody who handles the unit's mail.
    fn actor(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<AccountId, Refused> {
        let account = actor.account.ok_or(Refused::NotAPerson)?;
        self.handler(tx, account)?;
        Ok(account)
    }

    /// Writes what became of the message, and the record.
    fn end(
        self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        action: Action,
        to: Option<AccountId>,
    ) -> Result<(), Refused> {
        let mailbox = self.unit.subject.id;
        let before = assignment::get(tx, mailbox, self.state.object)?;
        assignment::put(tx, mailbox, &self.state)?;
        let act = self.unit.act(action);
        let detail = json!({
            "mailbox": mailbox.0, "emailid": self.state.object, "to": to.map(|to| to.0), "note": self.state.note,
            "state": { "before": told(&before.unwrap_or_default()), "after": told(&self.state) },
        });
        let act = Act {
            clause: self.clause.map(str::to_owned),
            ..act.with(detail)
        };
        Ok(record(tx, actor, &act)?)
    }
}

/// Who has a message in hand, as the record keeps it: accounts.
fn told(state: &Assignment) -> Value {
    let who = |by: Option<By>| by.map(|(account, _)| account.0);
    json!({
        "taken": who(state.taken), "assigned": who(state.assigned), "answered": who(state.answered), "done": who(state.done),
    })
}

/// Whether an account handles a unit's mail: it keeps the mailbox, or is the mailbox's own.
///
/// # Errors
/// What the store answers.
pub fn handles(tx: &mut Tx<'_>, unit: &Subject, account: AccountId) -> StoreResult<bool> {
    if unit.account == Some(account) {
        return Ok(true);
    }
    let kept = delegation::open(tx, account, unit.id)?;
    Ok(kept.is_some_and(|kept| kept.rights.has(NEEDED)))
}

/// Those who handle a unit's mail now under their own accounts, the oldest delegation first.
///
/// # Errors
/// What the store answers.
pub fn handlers(tx: &mut Tx<'_>, mailbox: MailboxId) -> StoreResult<Vec<AccountId>> {
    let now = tx.now();
    let given = delegation::of_mailbox(tx, mailbox, false)?.into_iter();
    Ok(given
        .filter(|one| one.is_live(now) && one.rights.has(NEEDED))
        .map(|one| one.account)
        .collect())
}

fn login(tx: &mut Tx<'_>, account: AccountId) -> Result<String, Refused> {
    let keeper = delegation::keeper(tx, account)?;
    Ok(keeper.map_or_else(String::new, |keeper| keeper.login))
}

/// What became of a unit mailbox's messages that is not done, after `after` (an object), at most `limit`; for those who handle its
/// mail, and for who says who keeps it.
///
/// # Errors
/// [`Refused`].
pub fn waiting(
    tx: &mut Tx<'_>,
    actor: &Actor,
    mailbox: MailboxId,
    (after, limit): (i64, i64),
) -> Result<Vec<Assignment>, Refused> {
    let unit = Unit::reached(tx, actor, mailbox)?;
    if may_manage(tx, actor, mailbox)?.is_none() {
        let account = actor.account.ok_or(Refused::NotAPerson)?;
        let reads = delegation::open(tx, account, mailbox)?
            .is_some_and(|kept| kept.rights.has(Rights::READ));
        if !reads && unit.subject.account != Some(account) {
            return Err(Refused::NotAKeeper(login(tx, account)?));
        }
    }
    Ok(assignment::waiting(tx, mailbox, after, limit)?)
}

/// The actor handles this message from now on. What somebody else has in hand, or was given, stays theirs until it is
/// assigned anew; what was done is opened again.
///
/// # Errors
/// [`Refused`].
pub fn take(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    mailbox: MailboxId,
    object: i64,
) -> Result<(), Refused> {
    let mut step = Step::begin(tx, law, actor, (mailbox, object))?;
    let account = step.actor(tx, actor)?;
    let state = &mut step.state;
    let others = [state.taken, state.assigned].into_iter().flatten();
    let mut others = others.filter(|(holder, _)| *holder != account);
    if let Some((holder, _)) = others.next().filter(|_| state.done.is_none()) {
        // Who keeps the mailbox no longer holds nothing in it.
        if step.handler(tx, holder).is_ok() {
            return Err(Refused::Taken(login(tx, holder)?));
        }
        step.state.assigned = None;
    }
    step.state.taken = Some((account, tx.now()));
    step.state.done = None;
    step.end(tx, actor, Action::UnitTake, None)
}

/// Gives a message to one of the keepers to handle; who says who keeps the mailbox does, or who handles its mail.
///
/// # Errors
/// [`Refused`].
pub fn assign(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    (mailbox, object): (MailboxId, i64),
    to: AccountId,
    note: &str,
) -> Result<(), Refused> {
    let mut step = Step::begin(tx, law, actor, (mailbox, object))?;
    if may_manage(tx, actor, mailbox)?.is_none() {
        step.actor(tx, actor)?;
    }
    step.handler(tx, to)?;
    let state = &mut step.state;
    state.assigned = Some((to, tx.now()));
    state.assigned_by.clone_from(&actor.name);
    state.taken = state.taken.filter(|(holder, _)| *holder == to);
    state.done = None;
    note.clone_into(&mut state.note);
    step.end(tx, actor, Action::UnitAssign, Some(to))
}

/// The actor has answered the message.
///
/// # Errors
/// [`Refused`].
pub fn answered(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    mailbox: MailboxId,
    object: i64,
) -> Result<(), Refused> {
    let mut step = Step::begin(tx, law, actor, (mailbox, object))?;
    let account = actor.account.ok_or(Refused::NotAPerson)?;
    // Who writes in its name answers, whoever files its mail.
    let writes = delegation::open(tx, account, mailbox)?
        .is_some_and(|kept| kept.rights.has(Rights::READ.with(Rights::SEND)));
    if !writes {
        step.handler(tx, account)?;
    }
    step.state.answered = Some((account, tx.now()));
    step.end(tx, actor, Action::UnitAnswer, None)
}

/// The actor answered the message, as their mail program or the webmail saw it. What was answered before and waits for nothing is
/// not recorded again; who may not say so, or a message that is no unit's, is passed over: it is a fact, not a wish.
///
/// # Errors
/// What the store answers.
pub fn was_answered(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    mailbox: MailboxId,
    object: i64,
) -> StoreResult<()> {
    let before = assignment::get(tx, mailbox, object)?;
    if before.is_some_and(|before| before.answered.is_some() && !before.waits()) {
        return Ok(());
    }
    match answered(tx, law, actor, mailbox, object) {
        Err(Refused::Store(error)) => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// The actor handles the message no longer; who says who keeps the mailbox takes it out of anybody's hands.
///
/// # Errors
/// [`Refused`].
pub fn give_back(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    mailbox: MailboxId,
    object: i64,
) -> Result<(), Refused> {
    let mut step = Step::begin(tx, law, actor, (mailbox, object))?;
    let (holder, _) = step.state.holder().ok_or(Refused::NotHeld)?;
    if actor.account != Some(holder) && may_manage(tx, actor, mailbox)?.is_none() {
        return Err(Refused::NotHeld);
    }
    step.state.taken = None;
    step.state.assigned = None;
    step.state.assigned_by.clear();
    step.end(tx, actor, Action::UnitReturn, Some(holder))
}

/// The actor says something about the message to the others who keep the mailbox. It is never sent; what it says stands with the
/// message alone, not in the record.
///
/// # Errors
/// [`Refused`].
pub fn note(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    (mailbox, object): (MailboxId, i64),
    words: &str,
) -> Result<(), Refused> {
    let words = words.trim();
    let letters = words.chars().count();
    if words.is_empty() || letters > LONGEST_NOTE {
        return Err(Refused::NoWords(LONGEST_NOTE));
    }
    let step = Step::begin(tx, law, actor, (mailbox, object))?;
    let account = step.actor(tx, actor)?;
    let id = desk::note(tx, mailbox, object, account, words)?;
    let act = step.unit.act(Action::UnitNote);
    let act = act
        .with(json!({ "mailbox": mailbox.0, "emailid": object, "note": id, "letters": letters }));
    let act = Act {
        clause: step.clause.map(str::to_owned),
        ..act
    };
    Ok(record(tx, actor, &act)?)
}

/// Nothing is left to do about the message.
///
/// # Errors
/// [`Refused`].
pub fn done(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    (mailbox, object): (MailboxId, i64),
    note: &str,
) -> Result<(), Refused> {
    let mut step = Step::begin(tx, law, actor, (mailbox, object))?;
    let account = step.actor(tx, actor)?;
    step.state.done = Some((account, tx.now()));
    note.clone_into(&mut step.state.note);
    step.end(tx, actor, Action::UnitDone, None)
}
