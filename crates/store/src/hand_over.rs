//! Hand-overs of unit mailboxes to a new head (TQ.11.3, HCM.12.2), with what was handed over.

use crate::sql::params;
use crate::{MailboxId, StoreError, StoreResult, Tx};

/// A hand-over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandOver {
    /// Its row.
    pub id: i64,
    /// When (ms).
    pub at: i64,
    /// The document that orders it, or empty.
    pub document: String,
    /// What was handed over, by whom and to whom, as JSON.
    pub data: String,
    /// What `signature` is checked with (Ed25519, base64).
    pub public_key: String,
    /// Over `data`, base64.
    pub signature: String,
}

/// Writes a hand-over; `id` is given by the store.
pub fn add(tx: &mut Tx<'_>, mailbox: MailboxId, new: &HandOver) -> StoreResult<i64> {
    tx.one(
        "INSERT INTO hand_over (mailbox_id, at, document, data, public_key, signature)
         VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
        params![
            mailbox,
            new.at,
            &new.document,
            &new.data,
            &new.public_key,
            &new.signature
        ],
        |row| row.int(0),
    )?
    .ok_or(StoreError::NotFound("hand-over"))
}

/// All hand-overs of a mailbox, the oldest first.
pub fn of_mailbox(tx: &mut Tx<'_>, mailbox: MailboxId) -> StoreResult<Vec<HandOver>> {
    tx.all(
        "SELECT id, at, document, data, public_key, signature FROM hand_over WHERE mailbox_id = $1 ORDER BY id",
        params![mailbox],
        |row| {
            Ok(HandOver {
                id: row.int(0)?,
                at: row.int(1)?,
                document: row.text(2)?,
                data: row.text(3)?,
                public_key: row.text(4)?,
                signature: row.text(5)?,
            })
        },
    )
}
