//! Recorded reasons for not using a mailbox.

use crate::sql::params;
use crate::{MailboxId, StoreResult, Tx};

/// Records one, to the end of `until` (days since 1970 in Vietnam).
pub fn add(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    until: i64,
    reason: &str,
    document: &str,
) -> StoreResult<()> {
    tx.execute(
        "INSERT INTO exemption (mailbox_id, from_at, until_day, reason, document) VALUES ($1, $2, $3, $4, $5)",
        params![mailbox, tx.now(), until, reason, document],
    )?;
    Ok(())
}

/// Ends all of a mailbox; how many there were.
pub fn end(tx: &mut Tx<'_>, mailbox: MailboxId) -> StoreResult<u64> {
    tx.execute(
        "UPDATE exemption SET ended_at = $2 WHERE mailbox_id = $1 AND ended_at IS NULL",
        params![mailbox, tx.now()],
    )
}
