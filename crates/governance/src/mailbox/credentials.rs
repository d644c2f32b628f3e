//! One-time passwords. None is kept: it is made when it is handed over, told once, and must be changed at the first
//! sign-in.

use congvu_store::account::{self, MustChange};
use congvu_store::{MailboxId, Tx};
use serde_json::json;

use super::Subject;
use crate::{Action, Actor, Law, Refused, Role, record};

/// Hands over the one-time password of a new mailbox (`phc`: hashed): once. Who asked for the mailbox takes it, or who
/// issues it.
///
/// # Errors
/// Whoever asks may not; the mailbox has no account of its own; the password was handed over before: then it takes a
/// request for a new one.
pub fn hand_over(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    id: MailboxId,
    phc: &str,
) -> Result<(), Refused> {
    let subject = Subject::hold(tx, law, id)?;
    subject.must_exist()?;
    subject.need(tx, actor, &[Role::Decide, Role::Operate, Role::Ask])?;
    let Some(opener) = &subject.life.opener else {
        return Err(Refused::state("Hộp thư này không có mật khẩu riêng."));
    };
    let waits = matches!(
        opener.must_change,
        Some((MustChange::Issued | MustChange::Reset, _))
    );
    if opener.handed_at.is_some() || !waits {
        return Err(Refused::state(
            "Mật khẩu dùng một lần đã giao trước đó; nếu thất lạc, đề nghị cấp lại mật khẩu.",
        ));
    }
    let cause = opener.must_change.map(|(cause, _)| cause);
    account::set_password(tx, opener.account, phc, cause)?;
    account::set_handed(tx, opener.account)?;
    Ok(record(tx, actor, &subject.act(Action::PasswordHandOver))?)
}

/// Takes a lost or leaked password out of use, with all app passwords and all that is signed in; a new one-time password is
/// made when it is handed over ([`hand_over`]).
///
/// # Errors
/// As [`reset_password`].
pub fn void_password(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    id: MailboxId,
    document: Option<&str>,
) -> Result<(), Refused> {
    let subject = Subject::hold(tx, law, id)?;
    subject.must_exist()?;
    subject.need(tx, actor, &[Role::Decide])?;
    let Some(opener) = &subject.life.opener else {
        return Err(Refused::state("Hộp thư này không có mật khẩu riêng."));
    };
    let cause = match opener.must_change {
        Some((MustChange::Issued, _)) => MustChange::Issued,
        _ => MustChange::Reset,
    };
    account::void_password(tx, opener.account, cause)?;
    account::revoke_app_passwords(tx, opener.account)?;
    reset_recorded(tx, actor, &subject, document)
}

/// Gives a new one-time password in the place of a lost or leaked one (QN.14.3, BS.III.11, TQ.12.2, HCM.11.2); all that is
/// signed in ends.
///
/// # Errors
/// Whoever asks may not; the mailbox is locked or has no account of its own.
pub fn reset_password(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    id: MailboxId,
    phc: &str,
    document: Option<&str>,
) -> Result<(), Refused> {
    let subject = Subject::hold(tx, law, id)?;
    subject.must_exist()?;
    subject.need(tx, actor, &[Role::Decide])?;
    let Some(opener) = &subject.life.opener else {
        return Err(Refused::state("Hộp thư này không có mật khẩu riêng."));
    };
    // A mailbox that nobody has opened yet stays a new one: its terms go on.
    let cause = match opener.must_change {
        Some((MustChange::Issued, _)) => MustChange::Issued,
        _ => MustChange::Reset,
    };
    account::set_password(tx, opener.account, phc, Some(cause))?;
    account::set_handed(tx, opener.account)?;
    account::revoke_app_passwords(tx, opener.account)?;
    reset_recorded(tx, actor, &subject, document)
}

fn reset_recorded(
    tx: &mut Tx<'_>,
    actor: &Actor,
    subject: &Subject,
    document: Option<&str>,
) -> Result<(), Refused> {
    let rule = subject
        .profile
        .request(congvu_regulation::requests::RequestKind::Password);
    let mut act = subject
        .act(Action::PasswordSet)
        .by_document(document)
        .with(json!({ "must_change": true, "app_passwords_revoked": true }));
    act.clause = rule
        .and_then(|rule| rule.kind().clause())
        .map(ToString::to_string);
    Ok(record(tx, actor, &act)?)
}
