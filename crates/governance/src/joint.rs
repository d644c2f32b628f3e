//! What only two persons together may order (BS.III.9, QN.13.9): one proposes it, another confirms it, each signed in with an
//! account of their own that is entrusted with deciding. Whoever has the machine is one person at the most, and none without an
//! account.

use congvu_store::joint_order::{self, NewOrder, Order};
use congvu_store::{AccountId, JointOrderId, OrganisationId, StoreError, Tx};
use serde_json::json;

use crate::{Act, Action, Actor, Refused, Role, record, rights};

/// A proposal lapses after so long (ms): what nobody confirmed in a week is proposed anew, by who still means it.
const LAPSES_MS: i64 = 7 * 86_400_000;

/// What is ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Sealed messages are destroyed for good.
    Purge,
    /// Evidence is taken out with what the messages say.
    Content,
    /// Somebody reads another's mailbox.
    Access,
}

impl Kind {
    /// As the store has it: never changes.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Purge => "purge",
            Self::Content => "content",
            Self::Access => "access",
        }
    }
}

/// An order to propose.
#[derive(Clone, Debug)]
pub struct Proposed<'a> {
    /// What.
    pub kind: Kind,
    /// To what: `takedown/3`.
    pub subject: &'a str,
    /// Number and date of the document.
    pub document: &'a str,
    /// Why.
    pub reason: &'a str,
    /// What exactly, as JSON.
    pub data: &'a str,
    /// Where both must be entrusted with deciding.
    pub place: OrganisationId,
    /// Clause id.
    pub clause: &'a str,
}

/// The account of somebody who is signed in, open, and entrusted with deciding at a place.
fn decider(
    tx: &mut Tx<'_>,
    actor: &Actor,
    place: OrganisationId,
) -> Result<(AccountId, Option<i64>), Refused> {
    let Some(account) = actor.account else {
        return Err(Refused::forbidden(
            "Lệnh này cần hai người, mỗi người đăng nhập bằng tài khoản của chính mình; người giữ máy chủ không ra lệnh thay được.",
        ));
    };
    if actor.is_anothers_token() {
        return Err(Refused::forbidden(
            "Lệnh này phải do chính hai người ấy ra: mã truy cập đang dùng do người khác cấp.",
        ));
    }
    let (person, open) = joint_order::person(tx, account)?
        .ok_or_else(|| Refused::missing("Không có tài khoản này."))?;
    if !open {
        return Err(Refused::forbidden("Tài khoản này đang bị khóa."));
    }
    rights::need(tx, actor, &[Role::Decide], place)?;
    Ok((account, person))
}

/// The first of the two orders it.
///
/// # Errors
/// Whoever proposes it may not; the same is proposed already; there is no document.
pub fn propose(
    tx: &mut Tx<'_>,
    actor: &Actor,
    new: &Proposed<'_>,
) -> Result<JointOrderId, Refused> {
    let (by, _) = decider(tx, actor, new.place)?;
    if new.document.trim().is_empty() {
        return Err(Refused::bad("Lệnh hai người phải có số, ngày văn bản."));
    }
    let lapses_at = tx.now() + LAPSES_MS;
    let order = NewOrder {
        kind: new.kind.name(),
        subject: new.subject,
        document: new.document,
        reason: new.reason,
        data: new.data,
        organisation: new.place,
        by,
        lapses_at,
    };
    let id = joint_order::propose(tx, &order).map_err(|error| match error {
        StoreError::Conflict(_) => {
            Refused::state("Lệnh này đã được đề xuất và đang chờ người thứ hai.")
        }
        error => error.into(),
    })?;
    let act = Act::new(
        Action::JointPropose,
        new.subject.to_owned(),
        new.kind.name(),
    )
    .at(new.place)
    .by_clause(new.clause)
    .by_document(Some(new.document))
    .with(json!({ "order": id.0, "reason": new.reason, "data": new.data }));
    record(tx, actor, &act)?;
    Ok(id)
}

/// The second confirms it: then it is ordered, and whoever asked carries it out in the same transaction.
///
/// # Errors
/// Whoever confirms it may not, or is the one who proposed it; it lapsed, was withdrawn or confirmed.
pub fn confirm(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: JointOrderId,
    clause: &str,
) -> Result<Order, Refused> {
    let order = joint_order::lock(tx, id)?
        .ok_or_else(|| Refused::missing(format!("Không có lệnh số {id}.")))?;
    let (by, person) = decider(tx, actor, order.organisation)?;
    let (first, first_open) = joint_order::person(tx, order.proposed_by)?.unwrap_or_default();
    if by == order.proposed_by || (person.is_some() && person == first) {
        return Err(Refused::forbidden(
            "Người đề xuất không được tự xác nhận: lệnh này cần hai người khác nhau.",
        ));
    }
    // Who proposed it may have lost the role meanwhile, or the account to somebody else: then there are not two who order it.
    let proposer = Actor::signed_in(order.proposed_by, "", "");
    if !first_open {
        return Err(Refused::state(
            "Tài khoản của người đề xuất đang bị khóa; lệnh phải được đề xuất lại.",
        ));
    }
    if !rights::has(tx, &proposer, &[Role::Decide], order.organisation)? {
        return Err(Refused::state(
            "Người đề xuất không còn giữ vai trò quyết định; lệnh phải được đề xuất lại.",
        ));
    }
    if !joint_order::confirm(tx, id, by)? {
        return Err(Refused::state(
            "Lệnh này đã hết hạn chờ, đã rút hoặc đã được xác nhận.",
        ));
    }
    let act = Act::new(Action::JointConfirm, order.subject.clone(), &order.kind)
        .at(order.organisation)
        .by_clause(clause)
        .by_document(Some(&order.document))
        .with(json!({ "order": id.0, "proposed_by": order.proposed_by.0, "data": order.data }));
    record(tx, actor, &act)?;
    Ok(Order {
        confirmed_by: Some(by),
        confirmed_at: Some(tx.now()),
        ..order
    })
}

/// Either of those who may decide withdraws what is not confirmed.
///
/// # Errors
/// Whoever withdraws it may not; it was confirmed or withdrawn.
pub fn withdraw(tx: &mut Tx<'_>, actor: &Actor, id: JointOrderId) -> Result<(), Refused> {
    let order = joint_order::lock(tx, id)?
        .ok_or_else(|| Refused::missing(format!("Không có lệnh số {id}.")))?;
    rights::need(tx, actor, &[Role::Decide], order.organisation)?;
    if !joint_order::withdraw(tx, id)? {
        return Err(Refused::state("Lệnh này đã rút hoặc đã được xác nhận."));
    }
    let act = Act::new(Action::JointWithdraw, order.subject, &order.kind)
        .at(order.organisation)
        .by_document(Some(&order.document))
        .with(json!({ "order": id.0 }));
    Ok(record(tx, actor, &act)?)
}
