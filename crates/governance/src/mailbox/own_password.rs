//! The password that the owner of a mailbox chooses, and what they take on before they use it.

use congvu_regulation::{ClauseId, Profile};
use congvu_store::account::MustChange;
use congvu_store::{MailboxId, Tx, account, web_session};
use serde_json::json;

use super::Subject;
use crate::{Action, Actor, Law, Refused, record};

/// The owner of a mailbox sets its password (`phc`: hashed; checked by
/// [`super::PasswordRule`] before). All that is signed in ends;
/// the account's new epoch.
///
/// # Errors
/// Whoever asks is not its owner.
pub fn choose_password(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    mailbox: MailboxId,
    phc: &str,
) -> Result<i64, Refused> {
    let (subject, opener) = own(tx, law, actor, mailbox)?;
    let before = account::get(tx, opener)?.and_then(|account| account.must_change);
    account::set_password(tx, opener, phc, None)?;
    let mut act = subject
        .act(Action::PasswordChange)
        .with(json!({ "had_to": before.is_some() }));
    let asks = before.and_then(|cause| asks_for(subject.profile, cause));
    act.clause = asks.map(ToString::to_string);
    record(tx, actor, &act)?;
    let epoch = account::epoch(tx, opener)?.map(|(epoch, _)| epoch);
    epoch.ok_or_else(|| Refused::missing("Không có tài khoản này."))
}

/// The clause by which a password is changed for this cause, where the text has one.
fn asks_for(profile: &Profile, cause: MustChange) -> Option<&ClauseId> {
    let origin = match cause {
        MustChange::Issued | MustChange::Reset => {
            &profile.password().change_at_first_sign_in().origin
        }
        MustChange::Restored => &profile.lifecycle().restore_must_change().origin,
        MustChange::Expired => &profile.password().expires().origin,
    };
    origin.clause()
}

/// The owner of a mailbox takes on what the regulation at its place asks of users; recorded once for each text.
///
/// # Errors
/// Whoever asks is not its owner.
pub fn accept_rules(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    mailbox: MailboxId,
) -> Result<(), Refused> {
    let (subject, opener) = own(tx, law, actor, mailbox)?;
    let version = subject.profile.acceptable_use().version().as_str();
    if web_session::accept_rules(tx, opener, version)? {
        let act = subject
            .act(Action::RulesAccept)
            .with(json!({ "profile": subject.profile.id(), "text": version }));
        record(tx, actor, &act)?;
    }
    Ok(())
}

/// Whether the owner of a mailbox took on the text in force at its place.
///
/// # Errors
/// There is no such mailbox.
pub fn has_accepted_rules(tx: &mut Tx<'_>, law: Law, mailbox: MailboxId) -> Result<bool, Refused> {
    let subject = Subject::load(tx, law, mailbox)?;
    let Some(opener) = &subject.life.opener else {
        return Ok(false);
    };
    let version = subject.profile.acceptable_use().version().as_str();
    Ok(web_session::rules_accepted_at(tx, opener.account, version)?.is_some())
}

/// A mailbox of the actor's own, and the account that opens it.
pub(super) fn own(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    mailbox: MailboxId,
) -> Result<(Subject, congvu_store::AccountId), Refused> {
    let subject = Subject::load(tx, law, mailbox)?;
    subject.must_exist()?;
    match &subject.life.opener {
        Some(opener) if actor.account == Some(opener.account) => {
            let account = opener.account;
            Ok((subject, account))
        }
        _ => Err(Refused::forbidden(
            "Chỉ chủ hộp thư tự đặt mật khẩu và nhận trách nhiệm cho hộp thư của mình.",
        )),
    }
}
