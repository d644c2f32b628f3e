//! What became of the messages of a unit mailbox (TQ.11.4, HCM.12.4): who took one, who was given it, who answered.
//!
//! Kept by the message's content (EMAILID, RFC 8474), so that it stays with it wherever it is moved in the mailbox.

use crate::sql::params;
use crate::{AccountId, Change, MailboxId, Row, StoreResult, Tx, desk, entry, folder};

/// A page of what is not done.
pub(crate) const WAITING: &str =
    "SELECT object_id, taken_by, taken_at, assigned_to, assigned_by, assigned_at, answered_by, answered_at, done_by,
            done_at, note
     FROM assignment /*sqlite INDEXED BY assignment_open*/
     WHERE mailbox_id = $1 AND object_id > $2 AND done_at IS NULL ORDER BY object_id LIMIT $3";

/// Somebody and when (ms).
pub type By = (AccountId, i64);

/// What became of one message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assignment {
    /// Its content: folder and UID of where it first lay, in one number.
    pub object: i64,
    /// Who has it in hand.
    pub taken: Option<By>,
    /// Who was told to handle it.
    pub assigned: Option<By>,
    /// Who told them, as people know them.
    pub assigned_by: String,
    /// Who answered it.
    pub answered: Option<By>,
    /// Who said that nothing is left to do.
    pub done: Option<By>,
    /// What was said of it last.
    pub note: String,
}

impl Assignment {
    /// Whoever has it in hand, or was given it.
    #[must_use]
    pub fn holder(&self) -> Option<By> {
        self.taken.or(self.assigned)
    }

    /// Whether nobody has answered it, or said that nothing is left to do; what was taken or given again after an answer waits for
    /// another.
    #[must_use]
    pub fn waits(&self) -> bool {
        let answered = self
            .answered
            .is_some_and(|(_, answered)| self.holder().is_none_or(|(_, at)| at <= answered));
        self.done.is_none() && !answered
    }
}

fn by(row: &Row<'_>, account: usize, at: usize) -> StoreResult<Option<By>> {
    let both = row.opt_int(account)?.zip(row.opt_int(at)?);
    Ok(both.map(|(account, at)| (AccountId(account), at)))
}

fn from_row(row: &Row<'_>) -> StoreResult<Assignment> {
    Ok(Assignment {
        object: row.int(0)?,
        taken: by(row, 1, 2)?,
        assigned: by(row, 3, 5)?,
        assigned_by: row.text(4)?,
        answered: by(row, 6, 7)?,
        done: by(row, 8, 9)?,
        note: row.text(10)?,
    })
}

/// What became of a message; `None` where nobody did anything about it.
pub fn get(tx: &mut Tx<'_>, mailbox: MailboxId, object: i64) -> StoreResult<Option<Assignment>> {
    tx.one(
        "SELECT object_id, taken_by, taken_at, assigned_to, assigned_by, assigned_at, answered_by, answered_at, done_by,
                done_at, note
         FROM assignment WHERE mailbox_id = $1 AND object_id = $2",
        params![mailbox, object],
        from_row,
    )
}

/// What somebody has in hand or was given and nobody has done, after `after` (an object), at most `limit`.
pub fn waiting(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    after: i64,
    limit: i64,
) -> StoreResult<Vec<Assignment>> {
    tx.all(WAITING, params![mailbox, after, limit], from_row)
}

/// Writes what became of a message, in place of what was written before.
pub fn put(tx: &mut Tx<'_>, mailbox: MailboxId, new: &Assignment) -> StoreResult<()> {
    let split = |by: Option<By>| (by.map(|(account, _)| account), by.map(|(_, at)| at));
    let (taken_by, taken_at) = split(new.taken);
    let (assigned_to, assigned_at) = split(new.assigned);
    let (answered_by, answered_at) = split(new.answered);
    let (done_by, done_at) = split(new.done);
    tx.execute(
        "INSERT INTO assignment (mailbox_id, object_id, taken_by, taken_at, assigned_to, assigned_by, assigned_at,
                                 answered_by, answered_at, done_by, done_at, note)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT (mailbox_id, object_id) DO UPDATE
         SET taken_by = excluded.taken_by, taken_at = excluded.taken_at, assigned_to = excluded.assigned_to,
             assigned_by = excluded.assigned_by, assigned_at = excluded.assigned_at,
             answered_by = excluded.answered_by, answered_at = excluded.answered_at, done_by = excluded.done_by,
             done_at = excluded.done_at, note = excluded.note",
        params![
            mailbox,
            new.object,
            taken_by,
            taken_at,
            assigned_to,
            &new.assigned_by,
            assigned_at,
            answered_by,
            answered_at,
            done_by,
            done_at,
            &new.note
        ],
    )?;
    let holder = new.holder().map_or(0, |(account, _)| account.0);
    desk::put(tx, mailbox, new.object, new.waits().then_some(holder))?;
    tx.tell(Change::Mailbox(mailbox));
    Ok(())
}

/// Whether a message with this content lies in any folder of the mailbox.
pub fn is_there(tx: &mut Tx<'_>, mailbox: MailboxId, object: i64) -> StoreResult<bool> {
    for folder in folder::list(tx, mailbox)? {
        // Nothing at all, or more than none.
        if entry::with_object(tx, folder.id, object, 0)?.is_none() {
            return Ok(true);
        }
    }
    Ok(false)
}
