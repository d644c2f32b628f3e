//! Passkeys, which the owner of a mailbox adds and removes.

use congvu_store::passkey::{self, NewPasskey};
use congvu_store::{MailboxId, StoreError, StoreResult, Tx, account, web_session};
use serde_json::json;

use super::factor::tell;
use super::own_password::own;
use crate::{Action, Actor, Law, Refused, record};

/// So many may an account have.
const MOST: usize = 10;
/// The longest name of one, in characters.
const LONGEST: usize = 60;

/// The owner of a mailbox adds a passkey that was verified; `use_up` uses the challenge up that it answered.
///
/// # Errors
/// Whoever asks is not its owner; it has no name; there are too many; it was added before.
pub fn add_passkey(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    mailbox: MailboxId,
    new: &NewPasskey<'_>,
    use_up: impl FnOnce(&mut Tx<'_>) -> StoreResult<bool>,
) -> Result<(), Refused> {
    let (subject, opener) = own(tx, law, actor, mailbox)?;
    let label = new.label.trim();
    if label.is_empty() || label.chars().count() > LONGEST || label.contains(char::is_control) {
        return Err(Refused::bad(
            "Đặt tên cho khóa truy cập, nhiều nhất 60 ký tự, ví dụ: Điện thoại của tôi.",
        ));
    }
    if passkey::of_account(tx, opener)?.len() >= MOST {
        return Err(Refused::state(
            "Đã có 10 khóa truy cập. Gỡ khóa không dùng nữa rồi thêm lại.",
        ));
    }
    if !use_up(tx)? {
        return Err(Refused::state(
            "Trang này đã cũ. Hãy tải lại trang rồi làm lại.",
        ));
    }
    let new = NewPasskey { label, ..*new };
    passkey::add(tx, opener, &new).map_err(|error| match error {
        StoreError::Conflict(_) => Refused::state("Khóa truy cập này đã được thêm."),
        error => error.into(),
    })?;
    let act = subject
        .act(Action::PasskeyAdd)
        .with(json!({ "label": label }));
    record(tx, actor, &act)?;
    tell(
        tx,
        &subject,
        actor,
        &format!("Đã thêm khóa truy cập “{label}”"),
    )
}

/// Removes one; what is signed in ends, but `session`, in which this was done: whoever holds the key may be signed in with it.
///
/// # Errors
/// Whoever asks is not its owner; there is none such.
pub fn remove_passkey(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    (mailbox, session): (MailboxId, i64),
    id: i64,
) -> Result<(), Refused> {
    let (subject, opener) = own(tx, law, actor, mailbox)?;
    let Some(label) = passkey::remove(tx, opener, id)? else {
        return Err(Refused::missing("Không có khóa truy cập này, hoặc đã gỡ."));
    };
    account::raise_epoch(tx, opener)?;
    web_session::keep(tx, opener, session)?;
    let act = subject
        .act(Action::PasskeyRemove)
        .with(json!({ "passkey": id, "label": label }));
    record(tx, actor, &act)?;
    tell(
        tx,
        &subject,
        actor,
        &format!("Đã gỡ khóa truy cập “{label}”"),
    )
}
