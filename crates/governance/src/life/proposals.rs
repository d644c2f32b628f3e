//! What the department confirms or puts off, one by one or in bulk.

use congvu_regulation::lifecycle::{Act, What};
use congvu_regulation::{Date, Moment};
use congvu_store::MailboxId;
use congvu_store::Tx;
use congvu_store::life::Proposed;
use congvu_store::proposal::{self, Decided, Proposal};
use serde_json::json;

use crate::mailbox::{self, Subject};
use crate::{Action, Actor, Law, Refused, Role, now, record};

/// Confirms what is proposed: it is carried out, if it is still due (an open request or a reason recorded meanwhile stops
/// it; then the proposal lapses, which is told).
///
/// # Errors
/// Whoever confirms may not decide there; there is no such proposal; it is not due any more.
pub fn confirm(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    id: i64,
    document: Option<&str>,
) -> Result<Confirmed, Refused> {
    let (proposal, subject) = waiting(tx, law, id)?;
    subject.need(tx, actor, &[Role::Decide])?;
    let rules = subject.profile.lifecycle();
    let due = rules.due(&subject.facts(), law.calendar(), now(tx));
    let Some(due) = due.into_iter().find(|due| due.key() == proposal.key) else {
        lapse_one(tx, actor, &subject, (id, &proposal.key))?;
        return Ok(Confirmed::Lapsed);
    };
    let confirmed = Decided {
        decision: "confirmed",
        by: &actor.name,
        document: document.unwrap_or_default(),
        ..Decided::default()
    };
    match due.what {
        What::Propose(Act::Delete) => {
            proposal::decide(tx, id, &confirmed)?;
            mailbox::delete(tx, law, actor, proposal.mailbox, &due, document)?;
        }
        What::Propose(Act::Revoke) => {
            proposal::decide(tx, id, &confirmed)?;
            mailbox::revoke(tx, law, actor, proposal.mailbox, Some(&due), document)?;
        }
        _ => {
            return Err(Refused::state(
                "Quy chế đang áp dụng không còn để cơ quan quản lý quyết định việc này.",
            ));
        }
    }
    Ok(Confirmed::CarriedOut)
}

/// Lapses what waits for a mailbox and is not due at `as_of`: how many there were. Should it fall due again, it is proposed
/// again.
///
/// # Errors
/// What the store answers, or the mailbox has no rules.
pub fn lapse(tx: &mut Tx<'_>, law: Law, mailbox: MailboxId, as_of: Moment) -> Result<u32, Refused> {
    let subject = Subject::hold(tx, law, mailbox)?;
    let rules = subject.profile.lifecycle();
    let due = rules.due(&subject.facts(), law.calendar(), as_of);
    let mut lapsed = 0;
    for waiting in waiting_of(&subject) {
        if !due.iter().any(|due| due.key() == waiting.key) {
            lapse_one(tx, &Actor::system(), &subject, (waiting.id, &waiting.key))?;
            lapsed += 1;
        }
    }
    Ok(lapsed)
}

/// Lapses all that waits for a mailbox which comes to its end otherwise.
pub(crate) fn lapse_all(tx: &mut Tx<'_>, actor: &Actor, subject: &Subject) -> Result<(), Refused> {
    for waiting in waiting_of(subject) {
        lapse_one(tx, actor, subject, (waiting.id, &waiting.key))?;
    }
    Ok(())
}

fn waiting_of(subject: &Subject) -> impl Iterator<Item = &Proposed> {
    let proposed = subject.life.proposed.iter();
    proposed.filter(|proposed| proposed.until_day.is_none())
}

fn lapse_one(
    tx: &mut Tx<'_>,
    actor: &Actor,
    subject: &Subject,
    (id, key): (i64, &str),
) -> Result<(), Refused> {
    let lapsed = Decided {
        decision: "lapsed",
        by: &actor.name,
        ..Decided::default()
    };
    let proposed = proposal::get(tx, id)?;
    proposal::decide(tx, id, &lapsed)?;
    let mut act = subject
        .act(Action::ProposalLapse)
        .with(json!({ "proposal": id, "due": key }));
    act.clause = proposed.map(|proposed| proposed.clause);
    Ok(record(tx, actor, &act)?)
}

/// What a confirmation came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmed {
    /// It was done.
    CarriedOut,
    /// It was not due any more; nothing was done.
    Lapsed,
}

/// Puts it off to the end of a day, for a reason, which counts like any recorded reason. What is still due after that day is
/// proposed again.
///
/// # Errors
/// As [`confirm`] and [`mailbox::exempt`].
pub fn put_off(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    id: i64,
    (reason, until): (&str, Date),
    document: Option<&str>,
) -> Result<(), Refused> {
    let (proposal, subject) = waiting(tx, law, id)?;
    subject.need(tx, actor, &[Role::Decide])?;
    mailbox::exempt(tx, law, actor, proposal.mailbox, (reason, until), document)?;
    let document = document.unwrap_or_default();
    let put_off = Decided {
        decision: "put-off",
        by: &actor.name,
        document,
        reason,
        until_day: Some(until.epoch_day()),
    };
    proposal::decide(tx, id, &put_off)?;
    let mut act = subject
        .act(Action::PutOff)
        .with(json!({ "act": proposal.act, "reason": reason, "until": until.to_string() }));
    act.clause = Some(proposal.clause).filter(|clause| !clause.is_empty());
    act.document = Some(document.to_owned()).filter(|document| !document.is_empty());
    Ok(record(tx, actor, &act)?)
}

/// A proposal that waits, with its mailbox, which nobody else changes meanwhile.
fn waiting(tx: &mut Tx<'_>, law: Law, id: i64) -> Result<(Proposal, Subject), Refused> {
    let missing = || Refused::missing("Không có đề xuất nào như vậy đang chờ.");
    let about = proposal::get(tx, id)?.ok_or_else(missing)?.mailbox;
    let subject = Subject::hold(tx, law, about)?;
    let proposal = proposal::get(tx, id)?.filter(|found| found.decided_at.is_none());
    Ok((proposal.ok_or_else(missing)?, subject))
}
