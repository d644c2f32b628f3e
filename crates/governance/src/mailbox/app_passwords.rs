//! Passwords for mail programs, which the owner of a mailbox makes and takes back.

use congvu_store::{MailboxId, StoreError, StoreResult, Tx, account, app_password, web_session};
use serde_json::json;

use super::factor::tell;
use super::own_password::own;
use crate::{Action, Actor, Law, Refused, record};

/// So many may be in force for one account.
const MOST: usize = 20;
/// The longest name of one, in characters.
const LONGEST: usize = 60;

/// The owner of a mailbox makes one; `add` puts what is kept of it into the store.
///
/// # Errors
/// Whoever asks is not its owner; it has no name; there are too many.
pub fn add_app_password(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    mailbox: MailboxId,
    label: &str,
    add: impl FnOnce(&mut Tx<'_>, congvu_store::AccountId, &str) -> StoreResult<()>,
) -> Result<(), Refused> {
    let (subject, opener) = own(tx, law, actor, mailbox)?;
    let label = label.trim();
    if label.is_empty() || label.chars().count() > LONGEST || label.contains(char::is_control) {
        return Err(Refused::bad(
            "Đặt tên cho mật khẩu ứng dụng, nhiều nhất 60 ký tự, ví dụ: Outlook ở cơ quan.",
        ));
    }
    let known = app_password::of_account(tx, opener)?;
    if known.len() >= MOST {
        return Err(Refused::state(
            "Đã có 20 mật khẩu ứng dụng. Thu hồi cái không dùng nữa rồi tạo lại.",
        ));
    }
    if known.iter().any(|one| one.label == label) {
        return Err(Refused::state(
            "Đã có mật khẩu ứng dụng tên này. Đặt tên khác để sau này biết cái nào cần thu hồi.",
        ));
    }
    add(tx, opener, label)?;
    let act = subject
        .act(Action::AppPasswordAdd)
        .with(json!({ "label": label }));
    record(tx, actor, &act)?;
    let what = format!("Đã tạo mật khẩu ứng dụng “{label}”");
    tell(tx, &subject, actor, &what)
}

/// Takes one back: the mail programs of the account are disconnected at once, and those with another sign in again by themselves. Browsers
/// stay signed in.
///
/// # Errors
/// Whoever asks is not its owner; there is none such.
pub fn revoke_app_password(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    mailbox: MailboxId,
    id: i64,
) -> Result<(), Refused> {
    let (subject, opener) = own(tx, law, actor, mailbox)?;
    let missing = || Refused::missing("Không có mật khẩu ứng dụng này, hoặc đã thu hồi.");
    let known = app_password::of_account(tx, opener)?;
    let label = known.into_iter().find(|one| one.id == id);
    let label = label.ok_or_else(missing)?.label;
    let epoch = account::epoch(tx, opener)?.map_or(0, |(epoch, _)| epoch);
    account::revoke_app_password(tx, opener, id).map_err(|error| match error {
        StoreError::NotFound(_) => missing(),
        error => error.into(),
    })?;
    web_session::keep_all(tx, opener, epoch)?;
    let act = subject
        .act(Action::AppPasswordRevoke)
        .with(json!({ "app_password": id, "label": label }));
    record(tx, actor, &act)?;
    let what = format!("Đã thu hồi mật khẩu ứng dụng “{label}”");
    tell(tx, &subject, actor, &what)
}
