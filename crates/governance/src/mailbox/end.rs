//! Thu hồi and xóa vĩnh viễn.

use congvu_regulation::lifecycle::Due;
use congvu_regulation::requests::RequestKind;
use congvu_regulation::{Origin, Source};
use congvu_store::audit::{self, Chain};
use congvu_store::{MailboxId, Tx, ending, lock, mailbox};
use serde_json::json;

use super::Subject;
use crate::notice::{self, Notice};
use crate::{Act, Action, Actor, Law, Refused, Role, directory, record};

/// Takes a mailbox back. Where the profile says that this destroys it (TQ.7.2, SL.7.2, QN.7.2), nothing can be brought
/// back; where it does not (BS.7.đ4), mail and address are kept for the same person. `due` is the rule that fell due and
/// that somebody confirmed; without it, a request asks for it.
///
/// # Errors
/// Whoever asks may not, or it is gone already.
pub fn revoke(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    id: MailboxId,
    due: Option<&Due>,
    document: Option<&str>,
) -> Result<(), Refused> {
    let subject = Subject::hold(tx, law, id)?;
    subject.must_exist()?;
    subject.need(tx, actor, &[Role::Decide])?;
    if subject.life.revoked_at.is_some() {
        return Err(Refused::state(format!(
            "Hộp thư {} đã thu hồi.",
            subject.life.address
        )));
    }
    let destroys = subject.profile.lifecycle().revoke_destroys();
    let (origin, reason) = because(&subject, due, RequestKind::Revoke);
    if destroys.value {
        mailbox::destroy(tx, id)?;
    } else {
        mailbox::revoke_keep(tx, id)?;
    }
    lock::end(tx, id, "revoked")?;
    crate::life::lapse_all(tx, actor, &subject)?;
    directory::refresh(tx, id)?;
    let mut act = subject
        .act(Action::MailboxRevoke)
        .by_document(document)
        .with(json!({
            "reason": reason, "destroyed": destroys.value,
            "destroyed_by": destroys.origin.to_string(),
            "sweep": due.and_then(|due| due.sweep.as_deref()),
        }));
    act.clause = origin.clause().map(ToString::to_string);
    record(tx, actor, &act)?;
    let kept = if destroys.value {
        "Thư và dữ liệu trong hộp thư đã xóa, không còn khả năng khôi phục; địa chỉ này không cấp lại cho người khác."
    } else {
        "Thư trong hộp thư được giữ. Khi có nhu cầu, cơ quan đề nghị cấp lại thì chính người này được cấp lại địa chỉ cũ."
    };
    let mut values = subject.values();
    values.push(("reason", reason));
    values.push(("kept", kept.to_owned()));
    let audience = notice::agency(tx, subject.organisation.id)?;
    let key = format!("mailbox/{id} {}", tx.now());
    notice::send(
        tx,
        subject.profile,
        Notice::Revoked,
        &key,
        audience,
        &origin,
        &values,
    )?;
    Ok(())
}

/// Deletes a mailbox for good: mail, keys and index are destroyed, the record stays. `due` is the rule that fell due: the
/// program carries out those that are its own (TQ.8.4), the department confirms others (HCM.8.1.b).
///
/// # Errors
/// Whoever asks may not, or it is gone already.
pub fn delete(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    id: MailboxId,
    due: &Due,
    document: Option<&str>,
) -> Result<(), Refused> {
    let subject = Subject::hold(tx, law, id)?;
    subject.must_exist()?;
    if !actor.is_system() {
        subject.need(tx, actor, &[Role::Decide])?;
    }
    let (origin, reason) = because(&subject, Some(due), RequestKind::Revoke);
    mailbox::destroy(tx, id)?;
    lock::end(tx, id, "deleted")?;
    crate::life::lapse_all(tx, actor, &subject)?;
    directory::refresh(tx, id)?;
    let mut act = subject
        .act(Action::MailboxDelete)
        .by_document(document)
        .with(json!({ "reason": reason, "sweep": due.sweep }));
    act.clause = origin.clause().map(ToString::to_string);
    record(tx, actor, &act)?;
    let mut values = subject.values();
    values.push(("reason", reason));
    let audience = notice::agency(tx, subject.organisation.id)?;
    let key = format!("mailbox/{id}");
    notice::send(
        tx,
        subject.profile,
        Notice::Deleted,
        &key,
        audience,
        &origin,
        &values,
    )?;
    Ok(())
}

/// What sets it, and why, for people.
fn because(subject: &Subject, due: Option<&Due>, kind: RequestKind) -> (Origin, String) {
    if let Some(due) = due {
        return (due.origin.clone(), super::why(subject.profile, due));
    }
    let asked = subject.profile.request(kind);
    let source = asked.map_or(Source::Local, |rule| rule.kind().source.clone());
    let origin = Origin::Profile {
        code: subject.profile.code().to_owned(),
        source,
    };
    (origin, "cơ quan đề nghị".to_owned())
}

/// Records that nothing is left of mailboxes deleted for good, each once: no message, no key, no word of an index. By the clause
/// that ended it. For the scheduler; how many.
///
/// # Errors
/// What the store answers.
pub fn record_destroyed(tx: &mut Tx<'_>) -> Result<u64, Refused> {
    let mut told = 0;
    for id in ending::finished(tx, 100)? {
        // Another node may be at it.
        if !ending::recorded(tx, id)? {
            continue;
        }
        let subject = format!("mailbox/{id}");
        let before = audit::of_subject(tx, Chain::Acts, &subject, i64::MAX, 100)?;
        let ended = before.into_iter().map(|known| known.record).find(|known| {
            let by = [Action::MailboxRevoke.name(), Action::MailboxDelete.name()];
            by.contains(&known.action.as_str())
        });
        let ended = ended.unwrap_or_default();
        let mut act = Act::new(Action::MailboxDestroyed, subject, &ended.subject_name)
            .by_document((!ended.document.is_empty()).then_some(ended.document.as_str()))
            .with(json!({ "deleted_at": ended.at }));
        act.organisation = ended.organisation;
        act.clause = (!ended.clause.is_empty()).then_some(ended.clause);
        record(tx, &Actor::system(), &act)?;
        told += 1;
    }
    Ok(told)
}
