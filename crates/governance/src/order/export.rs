//! Mail that leaves a mailbox as a file (QN.8.2, HCM.12.7). One's own mail is one's own; a unit's is for keepers who may organise it. That it
//! was taken out, and what, is on record in either case: a file is beyond every lock.

use congvu_store::{MailboxId, Tx};
use serde_json::json;

use super::Arranger;
use crate::{Action, Actor, Refused, record};

/// What is taken out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export<'e> {
    /// `eml` or `mbox`.
    pub form: &'e str,
    /// Which mail, in words.
    pub what: &'e str,
    /// How many messages.
    pub messages: u64,
}

/// Notes that somebody takes mail out, before the first byte goes.
///
/// # Errors
/// They may not.
pub fn note(
    tx: &mut Tx<'_>,
    actor: &Actor,
    mailbox: MailboxId,
    export: &Export<'_>,
) -> Result<(), Refused> {
    let arranger = Arranger::load(tx, actor, mailbox)?;
    let act = arranger
        .act(Action::MailboxExport, mailbox)
        .with(json!({ "form": export.form, "what": export.what, "messages": export.messages }));
    Ok(record(tx, actor, &act)?)
}
