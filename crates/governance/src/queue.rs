//! Orders on what waits for other servers. They are on record before anything is done, so that nothing is done without it, whatever is
//! killed when.

use congvu_store::queue::{self, Counted, Selection};
use congvu_store::{StoreResult, Tx, organisation};
use serde_json::json;

use crate::{Act, Action, Actor, Refused, Role, record, rights};

/// What is done with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// It is tried at once, held or not.
    Retry,
    /// It is not tried until somebody says so.
    Hold,
    /// It is not sent. Senders hear of it, or not.
    Drop {
        /// They do.
        tells: bool,
    },
}

impl Order {
    fn action(self) -> Action {
        match self {
            Self::Retry => Action::QueueRetry,
            Self::Hold => Action::QueueHold,
            Self::Drop { .. } => Action::QueueDrop,
        }
    }
}

/// Which recipients an order is about, as they were counted: what comes later was neither counted nor confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meant {
    /// Which.
    pub selection: Selection,
    /// How many.
    pub counted: Counted,
}

/// Counts what is meant; what is empty is left out.
///
/// # Errors
/// What the store answers.
pub fn count(tx: &mut Tx<'_>, selections: Vec<Selection>) -> StoreResult<Vec<Meant>> {
    let mut meant = Vec::new();
    for selection in selections {
        let counted = queue::count(tx, &selection)?;
        if counted.recipients > 0 {
            meant.push(Meant { selection, counted });
        }
    }
    Ok(meant)
}

/// Records an order. The queue is the whole system's: who operates or decides at the top orders, and who has the machine. Who has mail
/// dropped says why; the machine's administrators need not.
///
/// # Errors
/// Whoever orders may not, or says no reason.
pub fn order(
    tx: &mut Tx<'_>,
    actor: &Actor,
    order: Order,
    reason: &str,
    meant: &[Meant],
) -> Result<(), Refused> {
    let root = organisation::root(tx)?;
    match &root {
        Some(root) => rights::need(tx, actor, &[Role::Operate, Role::Decide], root.id)?,
        None if actor.is_console() => {}
        None => return Err(Refused::state("Hệ thống chưa có cơ quan nào.")),
    }
    let reason = reason.trim();
    if reason.is_empty() && matches!(order, Order::Drop { .. }) && !actor.is_console() {
        return Err(Refused::bad(
            "Ghi lý do bỏ thư: lý do được lưu trong nhật ký quản trị.",
        ));
    }
    for Meant { selection, counted } in meant {
        let (subject, name) = subject(selection);
        let mut detail = json!({
            "recipients": counted.recipients, "messages": counted.messages,
            "tells_senders": order == Order::Drop { tells: true },
        });
        if !reason.is_empty() {
            detail["reason"] = json!(reason);
        }
        let act = Act::new(order.action(), subject, &name).with(detail);
        record(tx, actor, &act)?;
    }
    Ok(())
}

/// What is recorded as what an order is about, and the name people know it by.
fn subject(selection: &Selection) -> (String, String) {
    match selection {
        Selection::All => ("queue".to_owned(), "cả hàng đợi".to_owned()),
        Selection::Message(id) => (format!("queue/{id}"), format!("thư số {id}")),
        Selection::Destination(name) => ("queue".to_owned(), format!("thư đến {name}")),
        Selection::Sender(sender) => ("queue".to_owned(), format!("thư của <{sender}>")),
    }
}
