//! What its sender takes back before it went out ([`crate::sent_message::recall`]).

use super::settle::{close, lock, log};
use super::{Queued, Verdict};
use crate::sql::params;
use crate::{MessageId, QueueId, QueueRecipientId, StoreResult, Tx};

/// What the mail log says of a recipient to whom it never went.
pub const WITHDRAWN: &str = "recalled by its sender before it was sent";
/// The same where nobody knows whether it went.
const IN_FLIGHT: &str = "recalled by its sender, may have arrived (có thể đã đến)";

/// A recipient that nobody sends to just now.
struct Waiting {
    queue: QueueId,
    id: QueueRecipientId,
    address: String,
}

/// Takes what waits of a message out of the queue, without telling anybody; the mail log says so. Where it is being sent just now,
/// [`taken_back`] ends it with that attempt; what a case of takedown has sealed stays with it.
pub(crate) fn withdraw(tx: &mut Tx<'_>, message: MessageId, trace: &str) -> StoreResult<()> {
    let now = tx.now();
    let waiting = tx.all(
        "SELECT r.queue_id, r.id, r.address FROM queue q JOIN queue_recipient r ON r.queue_id = q.id
         WHERE q.message_id = $1 AND q.trace = $2 AND r.state <> 3 AND (r.claimed_by IS NULL OR r.next_at <= $3)
         ORDER BY r.queue_id, r.id",
        params![message, trace, now],
        |row| {
            Ok(Waiting {
                queue: QueueId(row.int(0)?),
                id: QueueRecipientId(row.int(1)?),
                address: row.text(2)?,
            })
        },
    )?;
    for of_one in waiting.chunk_by(|one, next| one.queue == next.queue) {
        let Some(queued) = of_one
            .first()
            .map(|one| lock(tx, one.queue))
            .transpose()?
            .flatten()
        else {
            continue;
        };
        for one in of_one {
            // Who claimed it since it was looked for sends it.
            let gone = tx.execute(
                "DELETE FROM queue_recipient WHERE id = $1 AND state <> 3 AND (claimed_by IS NULL OR next_at <= $2)",
                params![one.id, now],
            )?;
            if gone > 0 {
                log(tx, &queued, &one.address, now, 550, WITHDRAWN)?;
            }
        }
        close(tx, &queued)?;
    }
    Ok(())
}

/// What the log says of a recipient that would be tried again, where the message was taken back meanwhile.
pub(super) fn taken_back(
    tx: &mut Tx<'_>,
    queued: &Queued,
    verdict: &Verdict,
) -> StoreResult<Option<&'static str>> {
    let Verdict::Deferred { in_flight, .. } = verdict else {
        return Ok(None);
    };
    let recalled = tx.one(
        "SELECT 1 FROM sent_message WHERE message_id = $1 AND trace = $2 AND recalled_at IS NOT NULL",
        params![queued.message, &queued.trace],
        |_| Ok(()),
    )?;
    Ok(recalled.map(|()| if *in_flight { IN_FLIGHT } else { WITHDRAWN }))
}
