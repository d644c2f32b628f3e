//! What stands below all that is written in a unit's name.

use congvu_store::{MailboxId, Tx, writing};
use serde_json::json;

use super::{Refused, Unit};
use crate::{Action, Actor, record};

/// A unit's signature.
#[derive(Clone, Copy, Debug)]
pub struct NewSignature<'a> {
    /// HTML, cleaned; empty: none any more.
    pub html: &'a str,
    /// The same as plain text, for the record.
    pub text: &'a str,
    /// The server puts it there, whatever the writer does.
    pub enforced: bool,
}

/// Sets the signature of a unit mailbox; who says who keeps it does. What is there already is not recorded again.
///
/// # Errors
/// [`Refused`].
pub fn sign(
    tx: &mut Tx<'_>,
    actor: &Actor,
    mailbox: MailboxId,
    new: NewSignature<'_>,
) -> Result<(), Refused> {
    let (unit, _) = Unit::managed(tx, actor, mailbox)?;
    let before = writing::of_unit(tx, mailbox)?;
    let enforced = new.enforced && !new.html.is_empty();
    let is_same = match &before {
        Some(before) => before.html == new.html && before.enforced == enforced,
        None => new.html.is_empty(),
    };
    if is_same {
        return Ok(());
    }
    writing::set_of_unit(tx, mailbox, (new.html, enforced), &actor.name)?;
    let detail = json!({
        "mailbox": mailbox.0, "text": new.text, "enforced": enforced, "was_enforced": before.is_some_and(|before| before.enforced),
    });
    record(tx, actor, &unit.act(Action::UnitSignature).with(detail))?;
    Ok(())
}
