//! Keywords (RFC 9051 §2.3.2) as bits of an entry's flags, 58 for each mailbox.

use crate::sql::params;
use crate::{MailboxId, StoreError, StoreResult, Tx};

/// System flags; keywords take the bits from [`FIRST_KEYWORD`] on.
pub mod flag {
    /// \Seen
    pub const SEEN: i64 = 1;
    /// \Answered
    pub const ANSWERED: i64 = 2;
    /// \Flagged
    pub const FLAGGED: i64 = 4;
    /// \Deleted
    pub const DELETED: i64 = 8;
    /// \Draft
    pub const DRAFT: i64 = 16;
}

/// The lowest keyword bit.
pub const FIRST_KEYWORD: i64 = 5;
const LAST_KEYWORD: i64 = 62;

/// Which bit stands for which keyword.
pub fn list(tx: &mut Tx<'_>, mailbox: MailboxId) -> StoreResult<Vec<(u8, String)>> {
    tx.all(
        "SELECT bit, name FROM keyword WHERE mailbox_id = $1 ORDER BY bit",
        params![mailbox],
        |row| Ok((row.int(0)? as u8, row.text(1)?)),
    )
}

/// The flag value (one bit set) of a keyword, which is made if it is new. `None` where the
/// mailbox has all it can have. One whose label was deleted is a keyword like others again.
pub fn ensure(tx: &mut Tx<'_>, mailbox: MailboxId, name: &str) -> StoreResult<Option<i64>> {
    if let Some(value) = known(tx, mailbox, name)? {
        return Ok(Some(value));
    }
    lock(tx, mailbox)?;
    if let Some(value) = known(tx, mailbox, name)? {
        return Ok(Some(value));
    }
    let last = tx
        .one(
            "SELECT COALESCE(MAX(bit), $2) FROM keyword WHERE mailbox_id = $1",
            params![mailbox, FIRST_KEYWORD - 1],
            |row| row.int(0),
        )?
        .ok_or(StoreError::NotFound("mailbox"))?;
    if last >= LAST_KEYWORD {
        return Ok(None);
    }
    tx.execute(
        "INSERT INTO keyword (mailbox_id, bit, folded, name) VALUES ($1, $2, $3, $4)",
        params![mailbox, last + 1, &name.to_ascii_lowercase(), name],
    )?;
    Ok(Some(1 << (last + 1)))
}

/// Keeps two sessions from taking one bit for two keywords.
pub(crate) fn lock(tx: &mut Tx<'_>, mailbox: MailboxId) -> StoreResult<()> {
    tx.execute(
        "UPDATE mailbox SET name = name WHERE id = $1",
        params![mailbox],
    )?;
    Ok(())
}

/// As [`find`]; it is wanted again where its label was deleted.
fn known(tx: &mut Tx<'_>, mailbox: MailboxId, name: &str) -> StoreResult<Option<i64>> {
    let found = tx.one(
        "SELECT bit, gone FROM keyword WHERE mailbox_id = $1 AND folded = $2",
        params![mailbox, &name.to_ascii_lowercase()],
        |row| Ok((row.int(0)?, row.int(1)?)),
    )?;
    if let Some((bit, 1..)) = found {
        tx.execute(
            "UPDATE keyword SET gone = 0 WHERE mailbox_id = $1 AND bit = $2",
            params![mailbox, bit],
        )?;
    }
    Ok(found.map(|(bit, _)| 1 << bit))
}

/// The flag value of a keyword that exists.
pub fn find(tx: &mut Tx<'_>, mailbox: MailboxId, name: &str) -> StoreResult<Option<i64>> {
    tx.one(
        "SELECT bit FROM keyword WHERE mailbox_id = $1 AND folded = $2",
        params![mailbox, &name.to_ascii_lowercase()],
        |row| Ok(1 << row.int(0)?),
    )
}
