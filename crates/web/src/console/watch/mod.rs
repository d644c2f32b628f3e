//! Watching: where messages went, what waits for other servers, what is held, what was logged and recorded.

mod asked;
mod held;
mod logs;
mod queue;
mod said;
mod trace;

pub(crate) use held::waiting as held_waiting;
pub(crate) use logs::Verifying;

use std::collections::HashSet;

use axum::Router;
use congvu_governance::{Role, rights};
use congvu_store::{OrganisationId, Tx, organisation};

use super::Officer;
use crate::site::{Oops, Site};

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .merge(held::routes())
        .merge(logs::routes())
        .merge(queue::routes())
        .merge(trace::routes())
}

/// Who watches.
const WATCH: &[Role] = &[Role::Decide, Role::Operate, Role::Audit];

/// The mail log, the queue and the record of sign-ins are the whole system's: no line of them belongs to a place, so only who has a
/// role at the top reads them.
fn whole_system(tx: &mut Tx<'_>, officer: &Officer) -> Result<(), Oops> {
    let root = organisation::root(tx)?;
    let is_seen = match root {
        Some(root) => rights::has(tx, &officer.actor(), WATCH, root.id)?,
        None => false,
    };
    if is_seen {
        return Ok(());
    }
    Err(Oops::Forbidden(
        "Hàng đợi và nhật ký là của toàn hệ thống, không chia theo cơ quan: chỉ cơ quan quản lý, đơn vị vận hành và người kiểm tra ở cấp \
         cao nhất được xem."
            .to_owned(),
    ))
}

/// The places that somebody watches, with those below; `None`: all of them.
fn watched(tx: &mut Tx<'_>, officer: &Officer) -> Result<Option<HashSet<OrganisationId>>, Oops> {
    // Says no to who has none of the roles.
    officer.scope(tx, WATCH, None)?;
    let root = organisation::root(tx)?.map(|root| root.id);
    let tops = officer.places(WATCH);
    if root.is_some_and(|root| tops.contains(&root)) {
        return Ok(None);
    }
    let mut places = HashSet::new();
    for top in tops {
        let below = organisation::subtree(tx, top)?;
        places.extend(below.into_iter().map(|place| place.id));
    }
    Ok(Some(places))
}
