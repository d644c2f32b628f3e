//! The second factor of an account: set up, turned off, and taken away where its telephone is lost. Whoever holds the account is told of each.

use congvu_regulation::Origin;
use congvu_store::notice::Audience;
use congvu_store::{AccountId, MailboxId, Tx, account, passkey, role, second_factor, web_session};
use serde_json::json;

use super::Subject;
use super::own_password::own;
use crate::notice::{self, Notice};
use crate::{Action, Actor, Law, Refused, Role, record};

/// The owner of a mailbox begins to set a second factor up (`sealed`: its secret). Nothing changes until [`confirm_factor`].
///
/// # Errors
/// Whoever asks is not its owner; one is on.
pub fn begin_factor(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    mailbox: MailboxId,
    sealed: &[u8],
) -> Result<(), Refused> {
    let (_, opener) = own(tx, law, actor, mailbox)?;
    if second_factor::get(tx, opener)?.is_some_and(|factor| factor.confirmed_at.is_some()) {
        return Err(Refused::state("Xác thực hai lớp đang bật."));
    }
    Ok(second_factor::begin(tx, opener, sealed)?)
}

/// It is on from now on: a code of `step` proved that the secret is in the owner's telephone. `codes`: digests of those written down. All
/// that was signed in with the password alone ends, but `session`, in which this was done.
///
/// # Errors
/// Whoever asks is not its owner; another was begun meanwhile.
pub fn confirm_factor(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    (mailbox, session): (MailboxId, i64),
    (sealed, step): (&[u8], i64),
    codes: &[Vec<u8>],
) -> Result<(), Refused> {
    let (subject, opener) = own(tx, law, actor, mailbox)?;
    if !second_factor::confirm(tx, opener, sealed, step)? {
        return Err(Refused::state(
            "Mã QR này đã cũ vì bạn vừa bắt đầu lại ở nơi khác. Tải lại trang rồi quét mã mới.",
        ));
    }
    second_factor::set_codes(tx, opener, codes)?;
    account::raise_epoch(tx, opener)?;
    web_session::keep(tx, opener, session)?;
    record(tx, actor, &subject.act(Action::FactorOn))?;
    tell(tx, &subject, actor, "Đã bật xác thực hai lớp")
}

/// Its owner turns it off, having proved both factors. The mail programs keep their app passwords.
///
/// # Errors
/// Whoever asks is not its owner; none is on.
pub fn drop_factor(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    (mailbox, session): (MailboxId, i64),
) -> Result<(), Refused> {
    let (subject, opener) = own(tx, law, actor, mailbox)?;
    if !second_factor::remove(tx, opener)? {
        return Err(Refused::state("Xác thực hai lớp chưa bật."));
    }
    account::raise_epoch(tx, opener)?;
    web_session::keep(tx, opener, session)?;
    record(tx, actor, &subject.act(Action::FactorOff))?;
    tell(tx, &subject, actor, "Đã tắt xác thực hai lớp")
}

/// Other codes (their digests) in the place of those written down before.
///
/// # Errors
/// Whoever asks is not its owner; no second factor is on.
pub fn renew_codes(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    mailbox: MailboxId,
    codes: &[Vec<u8>],
) -> Result<(), Refused> {
    let (subject, opener) = own(tx, law, actor, mailbox)?;
    let is_on = second_factor::get(tx, opener)?.is_some_and(|one| one.confirmed_at.is_some());
    if !is_on {
        return Err(Refused::state("Xác thực hai lớp chưa bật."));
    }
    second_factor::set_codes(tx, opener, codes)?;
    record(tx, actor, &subject.act(Action::FactorCodes))?;
    tell(
        tx,
        &subject,
        actor,
        "Đã lập lại các mã dự phòng; các mã cũ không dùng được nữa",
    )
}

/// Roles whose holders can do much harm in others' names.
const DEMANDED: [Role; 3] = [Role::Decide, Role::Operate, Role::Audit];

/// Whether an account has a role for which two factors are demanded, where that is set, and neither a second factor nor a passkey.
///
/// # Errors
/// What the store answers.
pub fn lacks_factor(tx: &mut Tx<'_>, id: AccountId) -> Result<bool, Refused> {
    let Some(found) = account::get(tx, id)? else {
        return Ok(false);
    };
    if found.second_factor || !passkey::of_account(tx, id)?.is_empty() {
        return Ok(false);
    }
    let mut entrusted = found.role == "admin";
    for demanded in DEMANDED {
        entrusted = entrusted || !role::places(tx, id, demanded.name())?.is_empty();
    }
    Ok(entrusted)
}

/// Takes away a second factor that its owner lost; all that is signed in ends. Whoever is asked for it makes sure of who asks: by a
/// document, or face to face.
///
/// # Errors
/// Whoever does it neither decides nor operates there; none is on.
pub fn remove_factor(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    mailbox: MailboxId,
    document: Option<&str>,
) -> Result<(), Refused> {
    let subject = Subject::hold(tx, law, mailbox)?;
    subject.must_exist()?;
    subject.need(tx, actor, &[Role::Decide, Role::Operate])?;
    let Some(opener) = &subject.life.opener else {
        return Err(Refused::state("Hộp thư này không có mật khẩu riêng."));
    };
    let opener = opener.account;
    if actor.account == Some(opener) {
        return Err(Refused::forbidden(
            "Xác thực hai lớp của chính mình thì tắt ở trang tài khoản, hoặc nhờ người khác gỡ.",
        ));
    }
    if !second_factor::remove(tx, opener)? {
        return Err(Refused::state(format!(
            "Tài khoản {} chưa bật xác thực hai lớp.",
            subject.life.address
        )));
    }
    account::raise_epoch(tx, opener)?;
    let act = subject
        .act(Action::FactorRemove)
        .by_document(document)
        .with(json!({ "sessions_ended": true }));
    record(tx, actor, &act)?;
    let who = if actor.is_console() {
        "Đơn vị vận hành"
    } else {
        &actor.name
    };
    let what = format!("{who} đã gỡ xác thực hai lớp");
    tell(tx, &subject, actor, &what)
}

/// Tells who holds an account that what it is signed in with was changed.
pub(super) fn tell(
    tx: &mut Tx<'_>,
    subject: &Subject,
    actor: &Actor,
    what: &str,
) -> Result<(), Refused> {
    tell_at(
        tx,
        subject,
        actor,
        what,
        Audience::Mailbox(subject.id()),
        "",
    )
}

/// The same, to another place; `about` tells notices of one moment apart.
pub(super) fn tell_at(
    tx: &mut Tx<'_>,
    subject: &Subject,
    actor: &Actor,
    what: &str,
    audience: Audience,
    about: &str,
) -> Result<(), Refused> {
    let mut values = subject.values();
    let moment = congvu_regulation::Moment(tx.now());
    let minute = moment.minute_of_day();
    let from = match actor.client_ip.as_str() {
        "" => "máy chủ".to_owned(),
        ip => format!("địa chỉ mạng {ip}"),
    };
    values.push(("what", what.to_owned()));
    values.push(("from", from));
    values.push(("time", format!("{:02}:{:02}", minute / 60, minute % 60)));
    let key = format!("mailbox/{} {} {what} {about}", subject.id(), tx.now());
    let origin = Origin::System;
    let profile = subject.profile;
    notice::send(
        tx,
        profile,
        Notice::Security,
        &key,
        audience,
        &origin,
        &values,
    )?;
    Ok(())
}
