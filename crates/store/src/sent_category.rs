//! Messages sent by the kind of document that their senders chose (HCM.7.1), counted by mailbox and day.

use crate::activity::day;
use crate::sql::params;
use crate::{MailboxId, StoreResult, Tx};

/// Counts a message sent from a mailbox at `at` (ms).
pub fn add(tx: &mut Tx<'_>, mailbox: MailboxId, category: &str, at: i64) -> StoreResult<()> {
    tx.execute(
        "INSERT INTO sent_category (mailbox_id, day, category, messages) VALUES ($1, $2, $3, 1)
         ON CONFLICT (mailbox_id, day, category) DO UPDATE SET messages = sent_category.messages + 1",
        params![mailbox, day(at), category],
    )?;
    Ok(())
}
