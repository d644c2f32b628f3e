//! Orders to read another's mailbox and what was allowed (BS.III.9), as those see them who decide or audit. Whose own mailbox it
//! is sees neither an order that waits nor one they are told of later.

use congvu_store::access_grant::{self, Use};
use congvu_store::access_list::{self, Allowed, Ordered};
use congvu_store::{AccessGrantId, JointOrderId, MailboxId, OrganisationId, Tx};

use crate::access_order::NewAccess;
use crate::{Actor, Refused, Role, rights};

/// Who sees them.
pub const SEE: &[Role] = &[Role::Decide, Role::Audit];

fn is_own(tx: &mut Tx<'_>, actor: &Actor, mailbox: MailboxId) -> Result<bool, Refused> {
    let owner = access_grant::owner(tx, mailbox)?.and_then(|(owner, _)| owner);
    Ok(owner.is_some() && owner == actor.account)
}

/// Orders at a place and below that wait for the second person, the newest first, at most `limit`.
///
/// # Errors
/// Whoever asks neither decides nor audits there.
pub fn waiting(
    tx: &mut Tx<'_>,
    actor: &Actor,
    place: OrganisationId,
    limit: i64,
) -> Result<Vec<Ordered>, Refused> {
    rights::need(tx, actor, SEE, place)?;
    let mut found = Vec::new();
    for order in access_list::orders(tx, place, true, i64::MAX, limit)? {
        if !is_own(tx, actor, order.mailbox)? {
            found.push(order);
        }
    }
    Ok(found)
}

/// What was allowed at a place and below before a row, the newest first; at most `limit` are looked at.
///
/// # Errors
/// Whoever asks neither decides nor audits there.
pub fn allowed(
    tx: &mut Tx<'_>,
    actor: &Actor,
    place: OrganisationId,
    before: i64,
    limit: i64,
) -> Result<Vec<Allowed>, Refused> {
    rights::need(tx, actor, SEE, place)?;
    let mut found = Vec::new();
    for grant in access_list::grants(tx, place, before, limit)? {
        if grant.tell_at.is_none() || !is_own(tx, actor, grant.mailbox)? {
            found.push(grant);
        }
    }
    Ok(found)
}

/// An order by its number, with what it asks for.
///
/// # Errors
/// There is none that they may see.
pub fn order(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: JointOrderId,
) -> Result<(Ordered, NewAccess), Refused> {
    let none = || Refused::missing(format!("Không có lệnh số {id}."));
    let order = access_list::order(tx, id)?.ok_or_else(none)?;
    let sees = rights::has(tx, actor, SEE, order.organisation)?;
    if !sees || is_own(tx, actor, order.mailbox)? {
        return Err(none());
    }
    let asked = NewAccess::read(&order.data).ok_or_else(none)?;
    Ok((order, asked))
}

/// What was allowed, by its row, with each use of it.
///
/// # Errors
/// There is none that they may see.
pub fn grant(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: AccessGrantId,
) -> Result<(Allowed, Vec<Use>), Refused> {
    let none = || Refused::missing(format!("Không có lần cho phép số {id}."));
    let grant = access_list::grant(tx, id)?.ok_or_else(none)?;
    let sees = rights::has(tx, actor, SEE, grant.organisation)?;
    let put_off = grant.tell_at.is_some() && is_own(tx, actor, grant.mailbox)?;
    if !sees || put_off {
        return Err(none());
    }
    let uses = access_grant::uses(tx, id)?;
    Ok((grant, uses))
}
