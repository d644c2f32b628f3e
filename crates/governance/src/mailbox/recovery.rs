//! A lost password is changed by the system's own means where the regulation has that way (TQ.12.2): its owner proves who they are by an address
//! that was confirmed before, or by a code that was written down, and chooses another. Where it has not (QN.14.3, HCM.11.2), it is asked for.

use congvu_message::address::Address;
use congvu_regulation::requests::{RequestKind, Way};
use congvu_regulation::{Origin, Source};
use congvu_store::notice::Audience;
use congvu_store::{
    AccountId, MailboxId, StoreResult, Tx, account, address, password_reset, recovery,
};
use serde_json::json;

use super::Subject;
use super::factor::{tell, tell_at};
use super::own_password::own;
use crate::notice::{self, Notice};
use crate::{Action, Actor, Law, Refused, record};

/// A code that was sent to an address counts so long (ms) …
const CODE_MS: i64 = 30 * 60_000;
/// … and for so many tries.
const TRIES: i64 = 5;
/// What opens the page on which a new password is chosen counts so long (ms).
const LINK_MS: i64 = 30 * 60_000;
/// No second mail goes sooner (ms): nobody fills another's mailbox by asking.
const PAUSE_MS: i64 = 2 * 60_000;

/// A way to choose a new password, as it is mailed.
#[derive(Clone, Copy, Debug)]
pub struct Link<'a> {
    /// The address of the page.
    pub url: &'a str,
    /// The digest of the secret in it.
    pub digest: &'a [u8],
}

/// Whether the owner of a mailbox changes a lost password by the system's own means, and what says so.
///
/// # Errors
/// The ways there are instead, with their clause; there is no such mailbox.
pub fn recovers_itself(tx: &mut Tx<'_>, law: Law, mailbox: MailboxId) -> Result<Source, Refused> {
    recovers(&Subject::load(tx, law, mailbox)?)
}

fn recovers(subject: &Subject) -> Result<Source, Refused> {
    let (profile, kind) = (subject.profile, subject.kind());
    let channel = profile.check_channel(RequestKind::Password, Way::SelfService, kind)?;
    Ok(channel.source.clone())
}

/// The owner of a mailbox names an address; `code`, in words and as its digest, is sent there. The address counts when the code comes back.
///
/// # Errors
/// Whoever asks is not its owner; it is no address, or one of the mailbox itself; the regulation has another way; a code went just now.
pub fn ask_address(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    mailbox: MailboxId,
    to: &str,
    code: (&str, &[u8]),
) -> Result<(), Refused> {
    let (subject, opener) = own(tx, law, actor, mailbox)?;
    recovers(&subject)?;
    let to = Address::parse(to.trim()).map_err(|_| {
        Refused::bad("Địa chỉ này chưa đúng dạng. Ghi đủ, ví dụ: nguyenvana@gmail.com.")
    })?;
    let to = to.to_string();
    let own = address::of_mailbox(tx, mailbox)?;
    if own.iter().any(|own| own.eq_ignore_ascii_case(&to)) {
        return Err(Refused::bad(
            "Địa chỉ khôi phục phải là một hộp thư khác: mất mật khẩu thì không mở được chính hộp thư này.",
        ));
    }
    let before = recovery::get(tx, opener)?;
    if before.asked_until > tx.now() + CODE_MS - PAUSE_MS {
        return Err(Refused::state(
            "Mã vừa được gửi. Chờ 2 phút rồi hãy gửi mã khác.",
        ));
    }
    recovery::ask(tx, opener, &to, code.1, (tx.now() + CODE_MS, TRIES))?;
    let mut values = subject.values();
    values.push(("code", code.0.to_owned()));
    let key = format!("mailbox/{mailbox} {}", tx.now());
    let (profile, audience) = (subject.profile, Audience::Address(to));
    let kind = Notice::ResetAddress;
    notice::send(tx, profile, kind, &key, audience, &Origin::System, &values)?;
    Ok(())
}

/// The code came back (`code`: its digest): the address counts. Whoever had the one before is told there too. False where it is not that code, or
/// it is over; the try is counted.
///
/// # Errors
/// Whoever asks is not its owner.
pub fn confirm_address(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    mailbox: MailboxId,
    code: &[u8],
) -> Result<bool, Refused> {
    let (subject, opener) = own(tx, law, actor, mailbox)?;
    let Some((before, now)) = recovery::confirm(tx, opener, code)? else {
        return Ok(false);
    };
    let act = subject
        .act(Action::RecoverySet)
        .with(json!({ "had_one": !before.is_empty() }));
    record(tx, actor, &act)?;
    let what = format!("Địa chỉ khôi phục là {}", veiled(&now));
    tell(tx, &subject, actor, &what)?;
    if !before.is_empty() && before != now {
        let audience = Audience::Address(before);
        let what = "Địa chỉ này không còn là địa chỉ khôi phục";
        tell_at(tx, &subject, actor, what, audience, "before")?;
    }
    Ok(true)
}

/// There is no recovery address any more.
///
/// # Errors
/// Whoever asks is not its owner; there is none.
pub fn drop_address(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    mailbox: MailboxId,
) -> Result<(), Refused> {
    let (subject, opener) = own(tx, law, actor, mailbox)?;
    let Some(before) = recovery::remove(tx, opener)? else {
        return Err(Refused::state("Chưa có địa chỉ khôi phục."));
    };
    record(tx, actor, &subject.act(Action::RecoveryRemove))?;
    tell(tx, &subject, actor, "Đã bỏ địa chỉ khôi phục")?;
    let what = "Địa chỉ này không còn là địa chỉ khôi phục";
    tell_at(
        tx,
        &subject,
        actor,
        what,
        Audience::Address(before),
        "before",
    )
}

/// Somebody says that they lost the password of the account that they sign in to by this name: its recovery address, where it has one, gets the link, or hears why it does
/// not. Whoever asks is told nothing of that.
///
/// # Errors
/// What the store answers.
pub fn offer_reset(
    tx: &mut Tx<'_>,
    law: Law,
    (name, default_domain): (&str, Option<&str>),
    link: Link<'_>,
) -> Result<(), Refused> {
    let Some(found) = account::by_sign_in(tx, name, default_domain)? else {
        return Ok(());
    };
    let (Some(mailbox), to) = (found.mailbox, recovery::get(tx, found.id)?.address) else {
        return Ok(());
    };
    let just_now =
        password_reset::last_given(tx, found.id)?.is_some_and(|given| given > tx.now() - PAUSE_MS);
    if to.is_empty() || just_now {
        return Ok(());
    }
    let Ok(subject) = Subject::load(tx, law, mailbox) else {
        return Ok(());
    };
    if recovers(&subject).is_err() {
        return Ok(());
    }
    let over_at = tx.now() + LINK_MS;
    password_reset::give(tx, found.id, link.digest, "address", over_at)?;
    let is_shut = found.locked || found.disabled_at.is_some();
    let kind = if is_shut {
        Notice::ResetLocked
    } else {
        Notice::ResetLink
    };
    let mut values = subject.values();
    values.push(("link", link.url.to_owned()));
    let key = format!("mailbox/{mailbox} {}", tx.now());
    let (profile, audience) = (subject.profile, Audience::Address(to));
    notice::send(tx, profile, kind, &key, audience, &Origin::System, &values)?;
    Ok(())
}

/// Somebody gave a code that was written down: they may choose a new password with what has this digest.
///
/// # Errors
/// What the store answers.
pub fn leave_by_code(tx: &mut Tx<'_>, account: AccountId, digest: &[u8]) -> StoreResult<()> {
    let over_at = tx.now() + LINK_MS;
    password_reset::give(tx, account, digest, "code", over_at)
}

/// Whose password may be chosen anew by the holder of what has this digest, and of which mailbox; `None` where nobody's.
///
/// # Errors
/// What the store answers.
fn given(
    tx: &mut Tx<'_>,
    law: Law,
    digest: &[u8],
) -> Result<Option<(AccountId, String, MailboxId, String)>, Refused> {
    let Some(leave) = password_reset::get(tx, digest)? else {
        return Ok(None);
    };
    let found = account::get(tx, leave.account)?;
    let found = found.filter(|found| !found.locked && found.disabled_at.is_none());
    let Some((id, login, mailbox)) = found.and_then(|one| Some((one.id, one.login, one.mailbox?)))
    else {
        return Ok(None);
    };
    let allowed = recovers_itself(tx, law, mailbox).is_ok();
    Ok(allowed.then_some((id, login, mailbox, leave.way)))
}

/// The account for which a new password may be chosen with this, if there is one.
///
/// # Errors
/// What the store answers.
pub fn who_recovers(
    tx: &mut Tx<'_>,
    law: Law,
    digest: &[u8],
) -> Result<Option<(AccountId, String)>, Refused> {
    Ok(given(tx, law, digest)?.map(|(account, login, _, _)| (account, login)))
}

/// The owner of an account chooses a new password (`phc`: hashed; checked by [`super::PasswordRule`] before) without the old one. Once; all that
/// is signed in ends, and every app password. False where the leave does not count any more.
///
/// # Errors
/// What the store answers.
pub fn recover_password(
    tx: &mut Tx<'_>,
    law: Law,
    client_ip: &str,
    digest: &[u8],
    phc: &str,
) -> Result<bool, Refused> {
    let Some((id, login, mailbox, way)) = given(tx, law, digest)? else {
        return Ok(false);
    };
    if password_reset::take(tx, digest)?.is_none() {
        return Ok(false);
    }
    let subject = Subject::hold(tx, law, mailbox)?;
    let actor = Actor::signed_in(id, &login, client_ip);
    account::set_password(tx, id, phc, None)?;
    let revoked = account::revoke_app_passwords(tx, id)?;
    let clause = recovers(&subject)?;
    let mut act = subject
        .act(Action::PasswordRecover)
        .with(json!({ "way": way, "app_passwords_revoked": revoked }));
    act.clause = clause.clause().map(ToString::to_string);
    record(tx, &actor, &act)?;
    let what = "Đã đặt mật khẩu mới qua chức năng quên mật khẩu; mọi nơi đang đăng nhập và mọi mật khẩu ứng dụng đã kết thúc";
    tell(tx, &subject, &actor, what)?;
    let to = recovery::get(tx, id)?.address;
    if !to.is_empty() {
        tell_at(tx, &subject, &actor, what, Audience::Address(to), "outside")?;
    }
    Ok(true)
}

/// An address as it is shown to who may not be its owner: `n…@gmail.com`.
fn veiled(address: &str) -> String {
    let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
    let first = local.chars().next().unwrap_or('…');
    format!("{first}…@{domain}")
}
