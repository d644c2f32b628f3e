//! A new head takes a unit mailbox over (TQ.11.3, HCM.12.2).

use congvu_message::filter::Rule;
use congvu_store::account::{self, MustChange};
use congvu_store::activity::{self, Kind};
use congvu_store::filter::{self, NewFilter};
use congvu_store::{
    AccountId, MailboxId, PersonId, Tx, delegation, folder, hand_over as rows, joint_order,
    mailbox, passkey, recovery, second_factor, vacation,
};
use serde::{Deserialize, Serialize};

use super::{Refused, Unit, is_within};
use crate::audit::Key;
use crate::organisation::spokesmen;
use crate::{Act, Action, Actor, Law, record};

/// What a hand-over is made of.
#[derive(Clone, Debug)]
pub struct NewHandOver<'a> {
    /// The unit mailbox.
    pub mailbox: MailboxId,
    /// Who hands it over, as people know them.
    pub from: &'a str,
    /// The new head's account.
    pub to: AccountId,
    /// A one-time password for the account that signs in to the mailbox, hashed; needed where there is one.
    pub password: Option<&'a str>,
    /// Number and date of the document that orders it.
    pub document: Option<&'a str>,
}

/// What was handed over: the signed record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandedOver {
    /// When (ms).
    pub at: i64,
    /// The mailbox's address.
    pub mailbox: String,
    /// Its display name.
    pub name: String,
    /// Who handed it over.
    pub from: String,
    /// Who took it over.
    pub to: String,
    /// Who carried it out.
    pub by: String,
    /// Its folders.
    pub folders: u64,
    /// Messages in them.
    pub messages: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Messages nobody has read.
    pub unread: u64,
    /// Who kept it until now.
    pub delegations_ended: Vec<String>,
    /// Passwords of mail programs that were taken back.
    pub app_passwords_revoked: u64,
    /// Passkeys with which its account was signed in to.
    #[serde(default)]
    pub passkeys_removed: u64,
    /// Its account heard of a forgotten password elsewhere, and does no longer.
    #[serde(default)]
    pub recovery_address_removed: bool,
    /// Its account was asked for a second factor, which the one before had.
    #[serde(default)]
    pub second_factor_removed: bool,
    /// Where its filters sent copies by themselves: they are switched off.
    #[serde(default)]
    pub forwards_ended: Vec<String>,
    /// The answer for absence that it gave is ended.
    #[serde(default)]
    pub absence_ended: bool,
    /// Its account has a new password, to be changed first.
    pub password_reset: bool,
    /// When somebody last signed in to it (ms).
    pub last_sign_in_at: Option<i64>,
    /// The document that orders it.
    pub document: String,
    /// The clause it follows.
    pub clause: String,
}

/// Switches off the filters of a mailbox that send copies on; where to. The new head sees them and may switch them on.
fn end_forwards(
    tx: &mut Tx<'_>,
    actor: &Actor,
    mailbox: MailboxId,
) -> Result<Vec<String>, Refused> {
    let mut ended = Vec::new();
    for kept in filter::list(tx, mailbox)? {
        let rule = Rule::from_bytes(&kept.rule).ok();
        let to = rule.as_ref().and_then(Rule::forward);
        let Some(to) = to.filter(|_| kept.enabled) else {
            continue;
        };
        ended.push(to.as_str().to_owned());
        let off = NewFilter {
            name: &kept.name,
            rule: &kept.rule,
            enabled: false,
            by: &actor.name,
        };
        filter::put(tx, mailbox, Some(kept.id), &off)?;
    }
    Ok(ended)
}

/// Hands a unit mailbox over to a new head: nobody who had it in hand opens it any more, and what was handed over is
/// counted, signed with `key` and recorded. With a place's main mailbox they become its head.
///
/// # Errors
/// [`Refused`], with the clause.
pub fn hand_over(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    key: &Key,
    new: &NewHandOver<'_>,
) -> Result<HandedOver, Refused> {
    let (unit, _) = Unit::managed(tx, actor, new.mailbox)?;
    let profile = unit.profile(tx, law)?;
    let to = delegation::keeper(tx, new.to)?.ok_or(Refused::NotAPerson)?;
    if !to.person {
        return Err(Refused::NotAPerson);
    }
    if !is_within(tx, to.organisation, unit.subject.organisation)? {
        return Err(Refused::Elsewhere(to.login));
    }
    let (folders, usage) = (
        folder::list(tx, new.mailbox)?,
        mailbox::usage(tx, new.mailbox)?.ok_or(Refused::NotAUnit)?,
    );
    let by_browser = activity::last(tx, new.mailbox, Kind::Interactive)?;
    let last_sign_in_at = by_browser.max(activity::last(tx, new.mailbox, Kind::App)?);
    let mut delegations_ended = Vec::new();
    for delegation in delegation::of_mailbox(tx, new.mailbox, false)? {
        delegation::end(tx, delegation.id, "handed over")?;
        delegations_ended.push(delegation.login);
    }
    let forwards_ended = end_forwards(tx, actor, new.mailbox)?;
    let absence_ended = vacation::remove(tx, new.mailbox)?;
    let (mut passkeys_removed, mut recovery_removed, mut factor_removed) = (0, false, false);
    let mut app_passwords_revoked = 0;
    if let Some(account) = unit.subject.account {
        let password = new.password.ok_or(Refused::NeedsPassword)?;
        for app in account::app_passwords(tx, account)? {
            account::revoke_app_password(tx, account, app.id)?;
            app_passwords_revoked += 1;
        }
        passkeys_removed = passkey::of_account(tx, account)?.len() as u64;
        recovery_removed = !recovery::get(tx, account)?.address.is_empty();
        // Passkeys and the recovery address go with the password.
        account::set_password(tx, account, password, Some(MustChange::Reset))?;
        // What the one before has in the telephone is no use to who takes over.
        factor_removed = second_factor::remove(tx, account)?;
    }
    let clause = profile.and_then(|profile| profile.access().hand_over.clause());
    let handed = HandedOver {
        at: tx.now(),
        mailbox: unit.address.clone(),
        name: unit.subject.name.clone(),
        from: new.from.to_owned(),
        to: to.login,
        by: actor.name.clone(),
        folders: folders.len() as u64,
        messages: usage.used_messages,
        bytes: usage.used_bytes,
        unread: folders.iter().map(|folder| u64::from(folder.unseen)).sum(),
        delegations_ended,
        app_passwords_revoked,
        passkeys_removed,
        recovery_address_removed: recovery_removed,
        second_factor_removed: factor_removed,
        forwards_ended,
        absence_ended,
        password_reset: unit.subject.account.is_some(),
        last_sign_in_at,
        document: new.document.unwrap_or_default().to_owned(),
        clause: clause.map(ToString::to_string).unwrap_or_default(),
    };
    if let Some((Some(person), _)) = joint_order::person(tx, new.to)? {
        let office = (unit.subject.organisation, new.mailbox);
        spokesmen::new_head(tx, actor, office, PersonId(person), new.document)?;
    }
    let detail = serde_json::to_value(&handed).unwrap_or_default();
    let data = detail.to_string();
    let row = rows::HandOver {
        id: 0,
        at: handed.at,
        document: handed.document.clone(),
        signature: key.sign(&data),
        public_key: key.public(),
        data,
    };
    rows::add(tx, new.mailbox, &row)?;
    let act = unit.act(Action::UnitHandOver).by_document(new.document);
    let act = Act {
        clause: clause.map(ToString::to_string),
        ..act.with(detail)
    };
    record(tx, actor, &act)?;
    Ok(handed)
}
