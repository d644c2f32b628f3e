//! What only two persons together may order: one proposes, another confirms.

use crate::sql::params;
use crate::{AccountId, JointOrderId, OrganisationId, Row, StoreError, StoreResult, Tx};

/// An order to propose.
#[derive(Clone, Debug)]
pub struct NewOrder<'a> {
    /// What: `purge`, `content`, `access`.
    pub kind: &'a str,
    /// To what: `takedown/3`, `mailbox/7`.
    pub subject: &'a str,
    /// Number and date of the document.
    pub document: &'a str,
    /// Why.
    pub reason: &'a str,
    /// What exactly, as JSON; two that differ in it are two orders.
    pub data: &'a str,
    /// Where both must be entrusted with it.
    pub organisation: OrganisationId,
    /// Who proposes it.
    pub by: AccountId,
    /// When it lapses unless it is confirmed (ms).
    pub lapses_at: i64,
}

/// An order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Its number.
    pub id: JointOrderId,
    /// What.
    pub kind: String,
    /// To what.
    pub subject: String,
    /// Number and date of the document.
    pub document: String,
    /// Why.
    pub reason: String,
    /// What exactly, as JSON.
    pub data: String,
    /// Where both must be entrusted with it.
    pub organisation: OrganisationId,
    /// Who proposed it.
    pub proposed_by: AccountId,
    /// When (ms).
    pub proposed_at: i64,
    /// When it lapses unless it is confirmed (ms).
    pub lapses_at: i64,
    /// Who confirmed it.
    pub confirmed_by: Option<AccountId>,
    /// When (ms).
    pub confirmed_at: Option<i64>,
    /// When it was withdrawn, or was found lapsed (ms).
    pub withdrawn_at: Option<i64>,
}

fn order(row: &Row<'_>) -> StoreResult<Order> {
    Ok(Order {
        id: JointOrderId(row.int(0)?),
        kind: row.text(1)?,
        subject: row.text(2)?,
        document: row.text(3)?,
        reason: row.text(4)?,
        data: row.text(5)?,
        organisation: OrganisationId(row.int(6)?),
        proposed_by: AccountId(row.int(7)?),
        proposed_at: row.int(8)?,
        lapses_at: row.int(9)?,
        confirmed_by: row.opt_int(10)?.map(AccountId),
        confirmed_at: row.opt_int(11)?,
        withdrawn_at: row.opt_int(12)?,
    })
}

/// Proposes an order; [`StoreError::Conflict`] where the same is open. Those that lapsed stand in no way.
pub fn propose(tx: &mut Tx<'_>, new: &NewOrder<'_>) -> StoreResult<JointOrderId> {
    let now = tx.now();
    tx.execute(
        "UPDATE joint_order SET withdrawn_at = $4 WHERE kind = $1 AND subject = $2 AND data = $3
         AND confirmed_at IS NULL AND withdrawn_at IS NULL AND lapses_at <= $4",
        params![new.kind, new.subject, new.data, now],
    )?;
    tx.one(
        "INSERT INTO joint_order (kind, subject, document, reason, data, organisation_id, proposed_by, proposed_at, lapses_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (kind, subject, data) WHERE confirmed_at IS NULL AND withdrawn_at IS NULL DO NOTHING RETURNING id",
        params![
            new.kind,
            new.subject,
            new.document,
            new.reason,
            new.data,
            new.organisation,
            new.by,
            now,
            new.lapses_at
        ],
        |row| Ok(JointOrderId(row.int(0)?)),
    )?
    .ok_or(StoreError::Conflict("joint order"))
}

/// An order, locked until the transaction ends.
pub fn lock(tx: &mut Tx<'_>, id: JointOrderId) -> StoreResult<Option<Order>> {
    if tx.is_postgres() {
        tx.one(
            "SELECT id FROM joint_order WHERE id = $1 FOR UPDATE",
            params![id],
            |_| Ok(()),
        )?;
    }
    tx.one(
        "SELECT id, kind, subject, document, reason, data, organisation_id, proposed_by, proposed_at, lapses_at,
                confirmed_by, confirmed_at, withdrawn_at FROM joint_order WHERE id = $1",
        params![id],
        order,
    )
}

/// Notes that it was confirmed; false where it was confirmed or withdrawn before.
pub fn confirm(tx: &mut Tx<'_>, id: JointOrderId, by: AccountId) -> StoreResult<bool> {
    let rows = tx.execute(
        "UPDATE joint_order SET confirmed_by = $2, confirmed_at = $3
         WHERE id = $1 AND confirmed_at IS NULL AND withdrawn_at IS NULL AND lapses_at > $3",
        params![id, by, tx.now()],
    )?;
    Ok(rows == 1)
}

/// Withdraws it; false where it was confirmed or withdrawn before.
pub fn withdraw(tx: &mut Tx<'_>, id: JointOrderId) -> StoreResult<bool> {
    let rows = tx.execute(
        "UPDATE joint_order SET withdrawn_at = $2 WHERE id = $1 AND confirmed_at IS NULL AND withdrawn_at IS NULL",
        params![id, tx.now()],
    )?;
    Ok(rows == 1)
}

/// The orders about one thing, the newest first.
pub fn of_subject(tx: &mut Tx<'_>, subject: &str) -> StoreResult<Vec<Order>> {
    tx.all(
        "SELECT id, kind, subject, document, reason, data, organisation_id, proposed_by, proposed_at, lapses_at,
                confirmed_by, confirmed_at, withdrawn_at FROM joint_order WHERE subject = $1 ORDER BY id DESC",
        params![subject],
        order,
    )
}

/// The orders that wait for a second person, what lapses first above, at most `limit`.
pub fn waiting(tx: &mut Tx<'_>, limit: i64) -> StoreResult<Vec<Order>> {
    tx.all(
        "SELECT id, kind, subject, document, reason, data, organisation_id, proposed_by, proposed_at, lapses_at,
                confirmed_by, confirmed_at, withdrawn_at FROM joint_order
         WHERE confirmed_at IS NULL AND withdrawn_at IS NULL AND lapses_at > $1 ORDER BY lapses_at, id LIMIT $2",
        params![tx.now(), limit],
        order,
    )
}

/// The person an account belongs to, and whether it is open, and its mailbox neither locked nor gone: two accounts of one
/// person are one person.
pub fn person(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<Option<(Option<i64>, bool)>> {
    tx.one(
        "SELECT a.person_id, b.person_id, COALESCE(a.disabled_at, b.locked_at, b.revoked_at, b.deleted_at)
         FROM account a LEFT JOIN mailbox b ON b.account_id = a.id WHERE a.id = $1",
        params![account],
        |row| {
            let person = row.opt_int(0)?.or(row.opt_int(1)?);
            Ok((person, row.opt_int(2)?.is_none()))
        },
    )
}
