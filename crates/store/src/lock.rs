//! Locks of mailboxes: those in force and those that are over.

use crate::life::Lock;
use crate::sql::params;
use crate::{MailboxId, Row, StoreError, StoreResult, Tx};

/// What a new lock is made of.
#[derive(Clone, Copy, Debug)]
pub struct NewLock<'a> {
    /// The mailbox.
    pub mailbox: MailboxId,
    /// The sweep that makes it; empty where a person does.
    pub sweep: &'a str,
    /// By which clause.
    pub clause: &'a str,
    /// The violation, by its name in the profile; empty where it is for none.
    pub violation: &'a str,
    /// Why, for people.
    pub reason: &'a str,
    /// What orders it.
    pub document: &'a str,
    /// `receives` or `closed`.
    pub mode: &'a str,
}

/// One lock of a mailbox, over or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locked {
    /// What it is.
    pub lock: Lock,
    /// Why, for people.
    pub reason: String,
    /// What ordered it.
    pub document: String,
    /// When it ended (ms), once it has.
    pub ended_at: Option<i64>,
    /// How: `restored`, `revoked`, `deleted`.
    pub ended_how: String,
}

/// Writes that a mailbox is locked, and that its agency's notice is written. A second one is a conflict.
pub fn begin(tx: &mut Tx<'_>, new: &NewLock<'_>) -> StoreResult<i64> {
    tx.one(
        "INSERT INTO mailbox_lock (mailbox_id, at, sweep, clause, violation, reason, document, mode, notice_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $2) ON CONFLICT DO NOTHING RETURNING id",
        params![
            new.mailbox,
            tx.now(),
            new.sweep,
            new.clause,
            new.violation,
            new.reason,
            new.document,
            new.mode
        ],
        |row| row.int(0),
    )?
    .ok_or(StoreError::Conflict("lock"))
}

/// Ends the lock in force.
pub fn end(tx: &mut Tx<'_>, mailbox: MailboxId, how: &str) -> StoreResult<()> {
    tx.execute(
        "UPDATE mailbox_lock SET ended_at = $2, ended_how = $3 WHERE mailbox_id = $1 AND ended_at IS NULL",
        params![mailbox, tx.now(), how],
    )?;
    Ok(())
}

/// Records that the agency received the notice of the lock in force, at `at` (ms); what is recorded stays.
pub fn received(tx: &mut Tx<'_>, mailbox: MailboxId, at: i64, by: &str) -> StoreResult<()> {
    let rows = tx.execute(
        "UPDATE mailbox_lock SET received_at = $2, received_by = $3
         WHERE mailbox_id = $1 AND ended_at IS NULL AND received_at IS NULL",
        params![mailbox, at, by],
    )?;
    if rows == 0 {
        return Err(StoreError::NotFound("lock without a receipt"));
    }
    Ok(())
}

fn from_row(row: &Row<'_>) -> StoreResult<Locked> {
    Ok(Locked {
        lock: Lock {
            id: row.int(0)?,
            at: row.int(1)?,
            sweep: row.text(2)?,
            clause: row.text(3)?,
            notice_at: row.opt_int(4)?,
            received_at: row.opt_int(5)?,
        },
        reason: row.text(6)?,
        document: row.text(7)?,
        ended_at: row.opt_int(8)?,
        ended_how: row.text(9)?,
    })
}

/// All locks of a mailbox, the oldest first.
pub fn all(tx: &mut Tx<'_>, mailbox: MailboxId) -> StoreResult<Vec<Locked>> {
    tx.all(
        "SELECT id, at, sweep, clause, notice_at, received_at, reason, document, ended_at, ended_how
         FROM mailbox_lock WHERE mailbox_id = $1 ORDER BY at, id",
        params![mailbox],
        from_row,
    )
}
