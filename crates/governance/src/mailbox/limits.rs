//! How much a mailbox holds and its messages carry, and sign-in shut off for safety.

use congvu_message::address::Address;
use congvu_regulation::Origin;
use congvu_regulation::content::{Description, Verdict};
use congvu_regulation::lifecycle::Due;
use congvu_store::address::{self, Lookup, Target};
use congvu_store::notice::Audience;
use congvu_store::{AccountId, MailboxId, StoreError, Tx, account, mailbox};
use serde_json::json;

use super::Subject;
use crate::notice::{self, Notice};
use crate::organisation::attachment_given;
use crate::{Action, Actor, Law, Refused, Role, record};

/// Sets how many bytes a mailbox may hold, within what the profile at its place allows (QN.8.1, BS.6, HCM.4.2); more needs
/// the document that approves it.
///
/// # Errors
/// Whoever asks may not, or the bound that refuses it.
pub fn set_quota(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    id: MailboxId,
    bytes: u64,
    approved: Option<&str>,
) -> Result<(), Refused> {
    let subject = Subject::hold(tx, law, id)?;
    subject.must_exist()?;
    subject.need(tx, actor, &[Role::Decide, Role::Operate])?;
    let approved = approved.filter(|document| !document.trim().is_empty());
    subject
        .profile
        .check_quota(subject.kind(), bytes, approved.is_some())?;
    mailbox::set_quota(tx, id, bytes)?;
    let bounds = subject.profile.quota_bounds(subject.kind());
    let mut act = subject
        .act(Action::QuotaSet)
        .by_document(approved)
        .with(json!({ "before": subject.life.quota, "after": bytes }));
    let source = match bytes > bounds.maximum.value {
        true => subject.profile.quota_exception().clause(),
        false => bounds.maximum.clause(),
    };
    act.clause = source.map(ToString::to_string);
    Ok(record(tx, actor, &act)?)
}

/// How many bytes the files of a message from a mailbox may have together, decoded: what is set for it, else for its place
/// (TQ.9.2.b, SL.11.2.b), else what the regulation gives (QN.8.1, BS.6, HCM.4.2).
///
/// # Errors
/// What the store answers.
pub fn attachment_limit(tx: &mut Tx<'_>, subject: &Subject) -> Result<u64, Refused> {
    let kind = subject.kind();
    if let Some(own) = mailbox::attachment(tx, subject.id())? {
        return Ok(own);
    }
    let given = attachment_given(tx, subject.organisation.id, kind)?;
    Ok(given.unwrap_or_else(|| subject.profile.content().limit(kind).value))
}

/// Sets how many bytes the files of a message from a mailbox may have together; `None`: as its place gives. More than the
/// regulation's limit needs the document that approves it.
///
/// # Errors
/// Whoever asks may not, or the bound that refuses it.
pub fn set_attachment(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    id: MailboxId,
    bytes: Option<u64>,
    approved: Option<&str>,
) -> Result<(), Refused> {
    let subject = Subject::hold(tx, law, id)?;
    subject.must_exist()?;
    subject.need(tx, actor, &[Role::Decide, Role::Operate])?;
    let approved = approved.filter(|document| !document.trim().is_empty());
    let (profile, kind) = (subject.profile, subject.kind());
    if let Some(bytes) = bytes {
        profile.check_attachment(kind, bytes, approved.is_some())?;
    }
    let before = mailbox::attachment(tx, id)?;
    mailbox::set_attachment(tx, id, bytes)?;
    let mut act = subject
        .act(Action::AttachmentSet)
        .by_document(approved)
        .with(json!({ "before": before, "after": bytes }));
    let limit = profile.attachment_limit(kind);
    let source = match bytes.is_some_and(|bytes| bytes > limit.value) {
        true => profile.attachment_exception().clause(),
        false => limit.clause(),
    };
    act.clause = source.map(ToString::to_string);
    Ok(record(tx, actor, &act)?)
}

/// What the regulation at the place of the mailbox says to a message that an account sends under an address, or under its own; with
/// what is set for the mailbox. Nothing where no regulation is known.
///
/// # Errors
/// What the store answers.
pub fn judge(
    tx: &mut Tx<'_>,
    law: Law,
    account: AccountId,
    sender: Option<&Address>,
    mut message: Description,
) -> Result<Option<Verdict>, StoreError> {
    let mut sends = None;
    if let Some(sender) = sender {
        let (local, domain) = sender.lookup_key();
        if let Lookup::Found(Target::Mailbox(found)) = address::lookup(tx, &local, &domain)? {
            sends = Some(found.mailbox);
        }
    }
    let sends = match sends {
        Some(mailbox) => Some(mailbox),
        None => mailbox::of_account(tx, account)?,
    };
    let Some(sends) = sends else {
        return Ok(None);
    };
    let judged = Subject::load(tx, law, sends).and_then(|subject| {
        message.mailbox(subject.kind());
        message.limit(attachment_limit(tx, &subject)?);
        Ok(subject.profile.content().decide(&message))
    });
    match judged {
        Ok(verdict) => Ok(Some(verdict)),
        Err(Refused::Store(error)) => Err(error),
        // Where no regulation is known, none says no.
        Err(_) => Ok(None),
    }
}

/// Warns the holder of a mailbox that fills up: once for each of the profile's percents, again only after it fell below
/// (TQ.9.2.d, SL.11.2.d). True where a warning was written.
///
/// # Errors
/// What the store answers.
pub fn warn_of_quota(tx: &mut Tx<'_>, law: Law, id: MailboxId) -> Result<bool, Refused> {
    let subject = Subject::hold(tx, law, id)?;
    let life = &subject.life;
    let warnings = subject.profile.quota_warnings();
    let looked = warnings.look(life.quota_level, life.used, life.quota);
    if looked.level == life.quota_level || life.deleted_at.is_some() {
        return Ok(false);
    }
    mailbox::set_quota_level(tx, id, looked.level)?;
    let Some(percent) = looked.warn else {
        return Ok(false);
    };
    let mut values = subject.values();
    values.push(("percent", percent.to_string()));
    values.push(("used", megabytes(life.used)));
    values.push(("quota", megabytes(life.quota)));
    let origin = Origin::Profile {
        code: subject.profile.code().to_owned(),
        source: warnings.percents.source.clone(),
    };
    let key = format!("mailbox/{id} {percent} {}", tx.now());
    let to = Audience::Mailbox(id);
    notice::send(
        tx,
        subject.profile,
        Notice::Quota,
        &key,
        to,
        &origin,
        &values,
    )
}

fn megabytes(bytes: u64) -> String {
    let tenths = bytes * 10 / congvu_regulation::MB;
    format!("{},{} MB", tenths / 10, tenths % 10)
}

/// Shuts sign-in off for safety, because a stricter standard's term is over; not the regulation's lock (FACTS: level 3).
///
/// # Errors
/// The mailbox has no account.
pub fn disable(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    id: MailboxId,
    due: &Due,
) -> Result<(), Refused> {
    let subject = Subject::hold(tx, law, id)?;
    let Some(opener) = &subject.life.opener else {
        return Err(Refused::state("Hộp thư này không có tài khoản."));
    };
    account::disable_by_rule(tx, opener.account)?;
    let reason = super::why(subject.profile, due);
    let mut act = subject
        .act(Action::AccountDisable)
        .with(json!({ "reason": reason, "sweep": due.sweep }));
    act.clause = due.origin.clause().map(ToString::to_string);
    record(tx, actor, &act)?;
    let mut values = subject.values();
    values.push(("reason", reason));
    let audience = notice::agency(tx, subject.organisation.id)?;
    let key = format!("mailbox/{id} {}", tx.now());
    let profile = subject.profile;
    notice::send(
        tx,
        profile,
        Notice::Disabled,
        &key,
        audience,
        &due.origin,
        &values,
    )?;
    Ok(())
}

/// Switches sign-in on again.
///
/// # Errors
/// Whoever asks may not, or it is not shut off.
pub fn enable(tx: &mut Tx<'_>, law: Law, actor: &Actor, id: MailboxId) -> Result<(), Refused> {
    let subject = Subject::hold(tx, law, id)?;
    subject.need(tx, actor, &[Role::Decide, Role::Operate])?;
    match &subject.life.opener {
        Some(opener) if opener.disabled_at.is_some() => {
            account::set_disabled(tx, opener.account, false)?;
        }
        _ => return Err(Refused::state("Đăng nhập của hộp thư này không bị ngắt.")),
    }
    Ok(record(tx, actor, &subject.act(Action::AccountEnable))?)
}
