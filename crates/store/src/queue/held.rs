//! What an account has in the queue, held while its mailbox is locked.

use super::admin::{Chosen, Selection, Stretch, page};
use crate::sql::params;
use crate::{AccountId, Change, QueueId, StoreResult, Tx};

/// Holds what an account has in the queue and nobody else held (TQ.8.1: a locked mailbox does not send); how many
/// recipients. What is being sent to just now is finished, and held if it is to be tried again.
pub fn hold_account(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<u64> {
    tx.execute(
        "UPDATE queue_recipient SET state = 2 WHERE state = 0
         AND queue_id IN (SELECT id FROM queue WHERE account_id = $1)",
        params![account],
    )
}

/// Lets go what [`hold_account`] held; how many recipients.
pub fn release_account(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<u64> {
    let released = tx.execute(
        "UPDATE queue_recipient SET state = 0 WHERE state = 2
         AND queue_id IN (SELECT id FROM queue WHERE account_id = $1)",
        params![account],
    )?;
    if released > 0 {
        tx.tell(Change::Queue);
    }
    Ok(released)
}

/// Takes the oldest message that an account has in the queue out of it, without telling anybody; the mail log says so.
/// `None`: there is none. Recipients that are being sent to just now are left, and counted as busy.
pub fn drop_of_account(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<Option<Chosen>> {
    let oldest = tx.one(
        "SELECT id FROM queue WHERE account_id = $1 ORDER BY id LIMIT 1",
        params![account],
        |row| Ok(QueueId(row.int(0)?)),
    )?;
    let Some(id) = oldest else {
        return Ok(None);
    };
    let now = tx.now();
    let mut chosen = Chosen::default();
    for listed in page(tx, &Selection::Message(id), now, Stretch::ALL, i64::MAX)? {
        let recipients: Vec<_> = listed.recipients.iter().map(|one| (one, false)).collect();
        chosen.done = super::admin::drop_recipients(tx, id, &recipients, now)?;
        chosen.busy = recipients.len() as u64 - chosen.done;
    }
    Ok(Some(chosen))
}
