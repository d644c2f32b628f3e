//! What a case of takedown keeps from going out: nobody tries, retries or drops it but the case.

use super::settle::{close, lock, log};
use crate::sql::params;
use crate::{Change, QueueId, QueueRecipientId, StoreResult, Tx};

/// Keeps recipients of a message from being sent to; how many. One that is being sent to just now is left: it is sealed
/// when it comes back.
pub(crate) fn seal(tx: &mut Tx<'_>, queue: QueueId) -> StoreResult<u64> {
    tx.execute(
        "UPDATE queue_recipient SET state = 3, claimed_by = NULL
         WHERE queue_id = $1 AND state <> 3 AND (claimed_by IS NULL OR next_at <= $2)",
        params![queue, tx.now()],
    )
}

/// Lets it go out again.
pub(crate) fn unseal(tx: &mut Tx<'_>, queue: QueueId) -> StoreResult<u64> {
    let rows = tx.execute(
        "UPDATE queue_recipient SET state = 0, next_at = $2 WHERE queue_id = $1 AND state = 3",
        params![queue, tx.now()],
    )?;
    if rows > 0 {
        tx.tell(Change::Queue);
    }
    Ok(rows)
}

/// Takes what is sealed out of the queue; the mail log says so (TQ.9.1, SL.11.1), the sender is told by the case.
pub(crate) fn destroy(tx: &mut Tx<'_>, queue: QueueId) -> StoreResult<u64> {
    let Some(queued) = lock(tx, queue)? else {
        return Ok(0);
    };
    let gone = tx.all(
        "DELETE FROM queue_recipient WHERE queue_id = $1 AND state = 3 RETURNING id, address",
        params![queue],
        |row| Ok((QueueRecipientId(row.int(0)?), row.text(1)?)),
    )?;
    let at = tx.now();
    for (_, address) in &gone {
        log(tx, &queued, address, at, 550, "destroyed by order")?;
    }
    close(tx, &queued)?;
    Ok(gone.len() as u64)
}
