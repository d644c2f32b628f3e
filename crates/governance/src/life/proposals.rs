//! What the department confirms or puts off, one by one or in bulk.

use congvu_regulation::Date;
use congvu_regulation::lifecycle::What;
use congvu_store::Tx;
use congvu_store::proposal::{self, Proposal};
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
    let proposal = waiting(tx, id)?;
    let subject = Subject::load(tx, law, proposal.mailbox)?;
    subject.need(tx, actor, &[Role::Decide])?;
    let rules = subject.profile.lifecycle();
    let due = rules.due(&subject.facts(), law.calendar(), now(tx));
    let Some(due) = due.into_iter().find(|due| due.key() == proposal.key) else {
        proposal::decide(tx, id, ("lapsed", &actor.name), "", "")?;
        return Ok(Confirmed::Lapsed);
    };
    proposal::decide(
        tx,
        id,
        ("confirmed", &actor.name),
        document.unwrap_or_default(),
        "",
    )?;
    match due.what {
        What::Propose(congvu_regulation::lifecycle::Act::Delete) => {
            mailbox::delete(tx, law, actor, proposal.mailbox, &due, document)?;
        }
        _ => mailbox::revoke(tx, law, actor, proposal.mailbox, Some(&due), document)?,
    }
    Ok(Confirmed::CarriedOut)
}

/// What a confirmation came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmed {
    /// It was done.
    CarriedOut,
    /// It was not due any more; nothing was done.
    Lapsed,
}

/// Puts it off to the end of a day, for a reason, which counts like any recorded reason.
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
    let proposal = waiting(tx, id)?;
    let subject = Subject::load(tx, law, proposal.mailbox)?;
    subject.need(tx, actor, &[Role::Decide])?;
    mailbox::exempt(tx, law, actor, proposal.mailbox, (reason, until), document)?;
    let document = document.unwrap_or_default();
    proposal::decide(tx, id, ("put-off", &actor.name), document, reason)?;
    let mut act = subject
        .act(Action::PutOff)
        .with(json!({ "act": proposal.act, "reason": reason, "until": until.to_string() }));
    act.clause = Some(proposal.clause).filter(|clause| !clause.is_empty());
    act.document = Some(document.to_owned()).filter(|document| !document.is_empty());
    Ok(record(tx, actor, &act)?)
}

fn waiting(tx: &mut Tx<'_>, id: i64) -> Result<Proposal, Refused> {
    proposal::get(tx, id)?
        .filter(|proposal| proposal.decided_at.is_none())
        .ok_or_else(|| Refused::missing("Không có đề xuất nào như vậy đang chờ."))
}
