//! How far a line of a request reaches: the places at which whoever grants it must decide, and nowhere else is it carried out.

use congvu_store::request::{Line, Request};
use congvu_store::{OrganisationId, Tx, organisation};

use super::Ask;
use crate::mailbox::Subject;
use crate::{Actor, Law, Refused, Role, rights};

/// The places that a line reaches, as things are now.
///
/// # Errors
/// Its mailbox is not the asking agency's any more; or whoever grants it does not decide at one of the places.
pub(super) fn granted(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    request: &Request,
    line: &Line,
) -> Result<Vec<OrganisationId>, Refused> {
    let ask: Ask = serde_json::from_str(&line.data)
        .map_err(|error| Refused::bad(format!("Dòng này không đọc được: {error}.")))?;
    let mut places = vec![request.organisation];
    if let Some(mailbox) = line.mailbox {
        let subject = Subject::hold(tx, law, mailbox)?;
        if !organisation::path(tx, subject.organisation.id)?.contains(&request.organisation) {
            return Err(Refused::state(format!(
                "Hộp thư {} không còn thuộc cơ quan đề nghị.",
                subject.life.address
            )));
        }
    }
    match &ask {
        Ask::Issue(issue) => places.push(OrganisationId(issue.organisation)),
        Ask::Change {
            organisation: Some(to),
            ..
        } => places.push(OrganisationId(*to)),
        _ => {}
    }
    places.dedup();
    for place in &places {
        rights::need(tx, actor, &[Role::Decide], *place)?;
    }
    Ok(places)
}
