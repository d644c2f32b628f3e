//! How far a new system has come.

use crate::mail_log::{Logged, logged};
use crate::{StoreResult, Tx};

/// No more is counted.
const COUNTED: i64 = 1_000;

/// The first lines of one direction in the oldest part of the mail log; by its primary key.
const FIRST: &str =
    "SELECT id, at, direction, trace, sender, recipient, client_ip, size, code, result
     FROM (SELECT * FROM mail_log ORDER BY id LIMIT 1000) AS oldest
     WHERE direction = $1 AND code < 300 ORDER BY id LIMIT 1";

/// What there is already.
#[derive(Clone, Debug)]
pub struct Begun {
    /// Places below the top, at most 1,000.
    pub places: u64,
    /// Mailboxes, at most 1,000.
    pub mailboxes: u64,
    /// The first message that another server handed in.
    pub received: Option<Logged>,
    /// The first that another server took.
    pub sent: Option<Logged>,
}

/// Looks how far it is.
pub fn read(tx: &mut Tx<'_>) -> StoreResult<Begun> {
    let counted = tx.one(
        "SELECT (SELECT COUNT(*) FROM (SELECT id FROM organisation WHERE parent_id IS NOT NULL AND ended_at IS NULL LIMIT $1) AS places),
                (SELECT COUNT(*) FROM (SELECT id FROM mailbox WHERE revoked_at IS NULL AND deleted_at IS NULL LIMIT $1) AS mailboxes)",
        &[COUNTED.into()],
        |row| Ok((row.u64(0)?, row.u64(1)?)),
    )?;
    let (places, mailboxes) = counted.unwrap_or_default();
    Ok(Begun {
        places,
        mailboxes,
        received: tx.one(FIRST, &["in".into()], logged)?,
        sent: tx.one(FIRST, &["out".into()], logged)?,
    })
}
