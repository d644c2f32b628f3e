//! Carrying out one thing that fell due for one mailbox: looked at once more in its own transaction, done once.

use congvu_regulation::Moment;
use congvu_regulation::lifecycle::{Act, Clock, Due, What};
use congvu_store::account::{self, MustChange};
use congvu_store::life::{Life, Proposed, mark_done};
use congvu_store::notice::Audience;
use congvu_store::proposal::{self, NewProposal};
use congvu_store::{MailboxId, Tx};
use serde_json::json;

use crate::mailbox::{self, Because, Subject};
use crate::notice::{self, Notice};
use crate::{Action, Actor, Law, Refused, record};

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// An act was carried out.
    Done,
    /// It was proposed to the department.
    Proposed,
    /// People were told.
    Told,
    /// It is not due any more, or was done meanwhile.
    Nothing,
}

/// Whether the program carries it out, and people feel it.
#[must_use]
pub fn is_felt(due: &Due) -> bool {
    matches!(due.what, What::Do(_) | What::ExpirePassword)
}

/// Whether what has this key was carried out or told, waits for the department's word, or is put off by it at `as_of`.
pub(super) fn is_done(life: &Life, key: &str, as_of: Moment) -> bool {
    let today = as_of.date().epoch_day();
    let stands = |proposed: &Proposed| proposed.until_day.is_none_or(|until| until >= today);
    let mut proposed = life.proposed.iter();
    proposed.any(|proposed| proposed.key == key && stands(proposed))
        || life.done.iter().any(|done| done == key)
}

/// Carries out what has this key, if it is still due at `as_of`.
///
/// # Errors
/// What the store answers, or a rule that refuses what another rule asks.
pub fn carry_out(
    tx: &mut Tx<'_>,
    law: Law,
    mailbox: MailboxId,
    key: &str,
    as_of: Moment,
) -> Result<Outcome, Refused> {
    let subject = Subject::hold(tx, law, mailbox)?;
    if is_done(&subject.life, key, as_of) {
        return Ok(Outcome::Nothing);
    }
    let rules = subject.profile.lifecycle();
    let due = rules.due(&subject.facts(), law.calendar(), as_of);
    let Some(due) = due.into_iter().find(|due| due.key() == key) else {
        return Ok(Outcome::Nothing);
    };
    // What is proposed stands among the proposals: it may lapse, and fall due again.
    if !matches!(due.what, What::Propose(_)) && !mark_done(tx, mailbox, key)? {
        return Ok(Outcome::Nothing);
    }
    let actor = Actor::system();
    match due.what {
        What::Do(act) => {
            match act {
                Act::Lock => mailbox::lock(tx, law, &actor, mailbox, Because::Due(&due))?,
                Act::DisableSignIn => mailbox::disable(tx, law, &actor, mailbox, &due)?,
                Act::Revoke | Act::Delete => {
                    mailbox::delete(tx, law, &actor, mailbox, &due, None)?;
                }
            }
            Ok(Outcome::Done)
        }
        What::Propose(act) => propose(tx, &subject, act, &due),
        What::ExpirePassword => {
            expire(tx, &actor, &subject, &due)?;
            Ok(Outcome::Done)
        }
        What::Remind { act, on } => {
            let agency = notice::agency(tx, subject.organisation.id)?;
            let kind = match act {
                Act::Revoke | Act::Delete => Notice::EndSoon,
                // Who has not changed the password handed over reads nothing in the mailbox (TQ.6.1, SL.6.1).
                _ if waits_for_password(&subject, &due) => Notice::LockSoonPassword,
                Act::Lock | Act::DisableSignIn => {
                    let holder = Audience::Mailbox(mailbox);
                    tell(tx, &subject, Notice::LockSoon, holder, on, &due)?;
                    Notice::LockSoonAgency
                }
            };
            tell(tx, &subject, kind, agency, on, &due)
        }
        What::RemindPassword { on } => {
            let to = Audience::Mailbox(mailbox);
            tell(tx, &subject, Notice::PasswordSoon, to, on, &due)
        }
        What::AskReceipt | What::HandleRestore | What::AnswerRestore => {
            let kind = match due.what {
                What::AskReceipt => Notice::AskReceipt,
                What::HandleRestore => Notice::HandleRestore,
                _ => Notice::AnswerDue,
            };
            let to = notice::deciders(tx, subject.organisation.id)?;
            tell(tx, &subject, kind, to, due.at, &due)
        }
    }
}

/// Whether the clock of a due thing is that of a password which nobody has changed.
fn waits_for_password(subject: &Subject, due: &Due) -> bool {
    let rules = subject.profile.lifecycle();
    let sweep = due.sweep.as_deref().and_then(|id| rules.sweep(id));
    sweep.is_some_and(|sweep| {
        matches!(
            sweep.clock(),
            Clock::DefaultPassword | Clock::FirstSession(_)
        )
    })
}

fn tell(
    tx: &mut Tx<'_>,
    subject: &Subject,
    kind: Notice,
    to: Audience,
    on: Moment,
    due: &Due,
) -> Result<Outcome, Refused> {
    let key = format!("mailbox/{} {}", subject.id(), due.key());
    tell_once(tx, subject, (kind, &key), to, on, due)
}

fn tell_once(
    tx: &mut Tx<'_>,
    subject: &Subject,
    (kind, key): (Notice, &str),
    to: Audience,
    on: Moment,
    due: &Due,
) -> Result<Outcome, Refused> {
    let mut values = subject.values();
    values.push(("on", notice::day(on.date())));
    values.push(("since", notice::day(due.since.date())));
    values.push(("reason", mailbox::why(subject.profile, due)));
    notice::send(tx, subject.profile, kind, key, to, &due.origin, &values)?;
    Ok(Outcome::Told)
}

fn expire(tx: &mut Tx<'_>, actor: &Actor, subject: &Subject, due: &Due) -> Result<(), Refused> {
    let Some(opener) = &subject.life.opener else {
        return Ok(());
    };
    account::require_change(tx, opener.account, MustChange::Expired)?;
    let mut act = subject
        .act(Action::PasswordExpire)
        .with(json!({ "since": due.since.to_string() }));
    act.clause = due.origin.clause().map(ToString::to_string);
    record(tx, actor, &act)?;
    let to = Audience::Mailbox(subject.id());
    tell(tx, subject, Notice::PasswordExpired, to, due.at, due)?;
    Ok(())
}

fn propose(tx: &mut Tx<'_>, subject: &Subject, act: Act, due: &Due) -> Result<Outcome, Refused> {
    let clause = due
        .origin
        .clause()
        .map(ToString::to_string)
        .unwrap_or_default();
    let name = name(act);
    let added = proposal::add(
        tx,
        &NewProposal {
            mailbox: subject.id(),
            organisation: subject.organisation.id,
            key: &due.key(),
            act: name,
            sweep: due.sweep.as_deref().unwrap_or_default(),
            clause: &clause,
            due_at: due.at.0,
            since_at: due.since.0,
            note: due.note.as_deref().unwrap_or_default(),
        },
    )?;
    let Some(added) = added else {
        return Ok(Outcome::Nothing);
    };
    let mut recorded = subject.act(Action::Propose).with(json!({
        "act": name, "sweep": due.sweep, "since": due.since.to_string(), "due": due.at.to_string(),
    }));
    recorded.clause = Some(clause).filter(|clause| !clause.is_empty());
    record(tx, &Actor::system(), &recorded)?;
    let to = notice::agency(tx, subject.organisation.id)?;
    let key = format!("proposal/{added}");
    tell_once(tx, subject, (Notice::EndDue, &key), to, due.at, due)?;
    Ok(Outcome::Proposed)
}

/// An act's name in the store.
pub(crate) fn name(act: Act) -> &'static str {
    match act {
        Act::Lock => "lock",
        Act::DisableSignIn => "disable",
        Act::Revoke => "revoke",
        Act::Delete => "delete",
    }
}
