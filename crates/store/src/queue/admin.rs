//! What administrators see of the queue and do with it.

use super::settle::{close, lock, log};
use super::{LastReply, QUEUED, Queued, queued};
use crate::sql::params;
use crate::{Change, QueueId, QueueRecipientId, Row, StoreError, StoreResult, Tx, Value};

/// How much waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Depth {
    /// Recipients that wait.
    pub waiting: u64,
    /// Recipients that are held.
    pub held: u64,
    /// When the oldest message was accepted (ms).
    pub oldest_at: Option<i64>,
}

/// How much waits. Counts every row: for once a minute.
pub fn depth(tx: &mut Tx<'_>) -> StoreResult<Depth> {
    let mut depth = Depth::default();
    tx.each(
        "SELECT state, COUNT(*) FROM queue_recipient GROUP BY state",
        params![],
        |row| {
            match row.int(0)? {
                0 => depth.waiting = row.u64(1)?,
                _ => depth.held += row.u64(1)?,
            }
            Ok(true)
        },
    )?;
    // Ids rise with time.
    depth.oldest_at = tx.one(
        "SELECT created_at FROM queue ORDER BY id LIMIT 1",
        params![],
        |row| row.int(0),
    )?;
    Ok(depth)
}

/// Which recipients are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// All.
    All,
    /// Those of one message.
    Message(QueueId),
    /// Those of one destination, in lower case.
    Destination(String),
    /// Those of one reverse path; empty for the null sender.
    Sender(String),
}

/// Recipients by their ids, which rise as they come: what comes after something was counted is not meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Behind this one.
    pub after: QueueRecipientId,
    /// Up to this one.
    pub last: QueueRecipientId,
}

impl Stretch {
    /// All.
    pub const ALL: Self = Self::up_to(QueueRecipientId(i64::MAX));

    /// From the first to this one.
    #[must_use]
    pub const fn up_to(last: QueueRecipientId) -> Self {
        Self {
            after: QueueRecipientId(0),
            last,
        }
    }

    /// What is left behind `after`.
    #[must_use]
    pub const fn behind(self, after: QueueRecipientId) -> Self {
        Self { after, ..self }
    }
}

/// How many are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// Recipients.
    pub recipients: u64,
    /// Their messages.
    pub messages: u64,
    /// The last of the recipients.
    pub last: QueueRecipientId,
}

/// What was done with a chunk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Chosen {
    /// Recipients something was done with.
    pub done: u64,
    /// Recipients that are being sent to just now and were left alone.
    pub busy: u64,
    /// Where the next chunk goes on; `None` at the end.
    pub after: Option<QueueRecipientId>,
}

/// A recipient in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedRecipient {
    /// Its row.
    pub id: QueueRecipientId,
    /// What it is routed by.
    pub destination: String,
    /// Its address.
    pub address: String,
    /// It is held.
    pub held: bool,
    /// It is held by a case of takedown: nobody else has it tried, held or dropped.
    pub sealed: bool,
    /// It is being sent to just now.
    pub busy: bool,
    /// Attempts so far.
    pub attempts: u32,
    /// When it is tried next (ms); 0: at once.
    pub next_at: i64,
    /// The sender was told of the delay (ms).
    pub told_at: Option<i64>,
    /// ORCPT, in xtext.
    pub original: Option<String>,
    /// NOTIFY as bits of [`super::notify`].
    pub notify: Option<i64>,
    /// How the last attempt ended.
    pub last: Option<LastReply>,
}

/// A message in a list. What it is about is not told: who looks after the queue does not read what others write (BS.III.9).
#[derive(Clone, Debug)]
pub struct Listed {
    /// The message.
    pub queued: Queued,
    /// Its recipients.
    pub recipients: Vec<ListedRecipient>,
}

/// Columns of a recipient in a list; `$1` is now.
macro_rules! listed {
    ($rest:literal) => {
        concat!(
            "SELECT r.id, r.queue_id, r.destination, r.address, r.state,
                    CAST(CASE WHEN r.claimed_by IS NOT NULL AND r.next_at > $1 THEN 1 ELSE 0 END AS BIGINT),
                    r.attempts, r.next_at, r.told_at, r.original, r.notify,
                    r.last_at, r.last_code, r.last_status, r.last_text, r.last_host ",
            $rest
        )
    };
}

const ROWS_ALL: &str =
    listed!("FROM queue_recipient r WHERE r.id > $2 AND r.id <= $4 ORDER BY r.id LIMIT $3");
const ROWS_MESSAGE: &str = listed!(
    "FROM queue_recipient r WHERE r.id > $2 AND r.id <= $4 AND r.queue_id = $5 ORDER BY r.id LIMIT $3"
);
const ROWS_DESTINATION: &str = listed!(
    "FROM queue_recipient r WHERE r.id > $2 AND r.id <= $4 AND r.destination = $5 ORDER BY r.id LIMIT $3"
);
const ROWS_SENDER: &str = listed!(
    "FROM queue q JOIN queue_recipient r ON r.queue_id = q.id
     WHERE q.sender = $5 AND r.id > $2 AND r.id <= $4 ORDER BY r.id LIMIT $3"
);

fn recipient(row: &Row<'_>) -> StoreResult<(QueueId, ListedRecipient)> {
    Ok((
        QueueId(row.int(1)?),
        ListedRecipient {
            id: QueueRecipientId(row.int(0)?),
            destination: row.text(2)?,
            address: row.text(3)?,
            held: row.int(4)? != 0,
            sealed: row.int(4)? == 3,
            busy: row.int(5)? != 0,
            attempts: row.u32(6)?,
            next_at: row.int(7)?,
            told_at: row.opt_int(8)?,
            original: row.opt_text(9)?,
            notify: row.opt_int(10)?,
            last: LastReply::read(row, 11)?,
        },
    ))
}

fn rows(
    tx: &mut Tx<'_>,
    selection: &Selection,
    (now, stretch, limit): (i64, Stretch, i64),
) -> StoreResult<Vec<(QueueId, ListedRecipient)>> {
    let (after, last) = (stretch.after, stretch.last);
    let (sql, chosen) = match selection {
        Selection::All => return tx.all(ROWS_ALL, params![now, after, limit, last], recipient),
        Selection::Message(id) => (ROWS_MESSAGE, Value::from(*id)),
        Selection::Destination(name) => (ROWS_DESTINATION, Value::from(name)),
        Selection::Sender(sender) => (ROWS_SENDER, Value::from(sender)),
    };
    tx.all(
        sql,
        &[now.into(), after.into(), limit.into(), last.into(), chosen],
        recipient,
    )
}

/// A page of recipients with their messages, in the order they came.
pub fn page(
    tx: &mut Tx<'_>,
    selection: &Selection,
    now: i64,
    stretch: Stretch,
    limit: i64,
) -> StoreResult<Vec<Listed>> {
    let mut found: Vec<Listed> = Vec::new();
    for (queue, recipient) in rows(tx, selection, (now, stretch, limit))? {
        if let Some(listed) = found.iter_mut().find(|listed| listed.queued.id == queue) {
            listed.recipients.push(recipient);
            continue;
        }
        let Some(queued) = tx.one(QUEUED, params![queue], queued)? else {
            continue;
        };
        found.push(Listed {
            queued,
            recipients: vec![recipient],
        });
    }
    Ok(found)
}

/// One message with all its recipients.
pub fn show(tx: &mut Tx<'_>, id: QueueId, now: i64) -> StoreResult<Option<Listed>> {
    let all = page(tx, &Selection::Message(id), now, Stretch::ALL, i64::MAX)?;
    Ok(all.into_iter().next())
}

/// How many recipients of how many messages are meant.
pub fn count(tx: &mut Tx<'_>, selection: &Selection) -> StoreResult<Counted> {
    let read = |row: &Row<'_>| {
        Ok(Counted {
            recipients: row.u64(0)?,
            messages: row.u64(1)?,
            last: QueueRecipientId(row.opt_int(2)?.unwrap_or(0)),
        })
    };
    let found = match selection {
        Selection::All => tx.one(
            "SELECT COUNT(*), COUNT(DISTINCT queue_id), MAX(id) FROM queue_recipient",
            params![],
            read,
        )?,
        Selection::Message(id) => tx.one(
            "SELECT COUNT(*), COUNT(DISTINCT queue_id), MAX(id) FROM queue_recipient WHERE queue_id = $1",
            params![*id],
            read,
        )?,
        Selection::Destination(name) => tx.one(
            "SELECT COUNT(*), COUNT(DISTINCT queue_id), MAX(id) FROM queue_recipient WHERE destination = $1",
            params![name],
            read,
        )?,
        Selection::Sender(sender) => tx.one(
            "SELECT COUNT(*), COUNT(DISTINCT r.queue_id), MAX(r.id) FROM queue q JOIN queue_recipient r ON r.queue_id = q.id
             WHERE q.sender = $1",
            params![sender],
            read,
        )?,
    };
    found.ok_or(StoreError::NotFound("queue"))
}

/// Has a chunk of recipients tried at once, held ones too, whatever their destination's back-off.
pub fn retry_chunk(
    tx: &mut Tx<'_>,
    selection: &Selection,
    now: i64,
    stretch: Stretch,
    limit: i64,
) -> StoreResult<Chosen> {
    tx.tell(Change::Queue);
    each(tx, selection, (now, stretch, limit), |tx, _, recipient| {
        tx.execute(
            "UPDATE queue_recipient SET state = 0, claimed_by = NULL, next_at = 0
             WHERE id = $1 AND state <> 3 AND (claimed_by IS NULL OR next_at <= $2)",
            params![recipient.id, now],
        )
    })
}

/// Holds a chunk of recipients: nothing is tried until they are retried.
pub fn hold_chunk(
    tx: &mut Tx<'_>,
    selection: &Selection,
    now: i64,
    stretch: Stretch,
    limit: i64,
) -> StoreResult<Chosen> {
    each(tx, selection, (now, stretch, limit), |tx, _, recipient| {
        tx.execute(
            "UPDATE queue_recipient SET state = 1, claimed_by = NULL
             WHERE id = $1 AND state <> 3 AND (claimed_by IS NULL OR next_at <= $2)",
            params![recipient.id, now],
        )
    })
}

/// Drops a chunk of recipients without telling their senders; the mail log says so (TQ.9.1, SL.11.1).
/// `congvu_delivery` drops them and tells.
pub fn drop_chunk(
    tx: &mut Tx<'_>,
    selection: &Selection,
    now: i64,
    stretch: Stretch,
    limit: i64,
) -> StoreResult<Chosen> {
    each(
        tx,
        selection,
        (now, stretch, limit),
        |tx, queue, recipient| drop_recipients(tx, queue, &[(recipient, false)], now),
    )
}

/// Drops these recipients of one message; whoever calls it tells the sender, in the same transaction, of
/// those with `true`.
/// `false` where one of them is gone or being sent to just now: then the transaction is to be given up, or
/// the sender would be told of what is not so.
pub fn drop_told(
    tx: &mut Tx<'_>,
    queue: QueueId,
    recipients: &[(ListedRecipient, bool)],
    now: i64,
) -> StoreResult<bool> {
    let recipients: Vec<_> = recipients.iter().map(|(to, told)| (to, *told)).collect();
    let gone = drop_recipients(tx, queue, &recipients, now)?;
    Ok(usize::try_from(gone).is_ok_and(|gone| gone == recipients.len()))
}

/// How many of them were dropped: not those that are being sent to.
pub(super) fn drop_recipients(
    tx: &mut Tx<'_>,
    queue: QueueId,
    recipients: &[(&ListedRecipient, bool)],
    now: i64,
) -> StoreResult<u64> {
    let Some(queued) = lock(tx, queue)? else {
        return Ok(0);
    };
    let mut gone = 0;
    for (recipient, told) in recipients {
        let one = tx.execute(
            "DELETE FROM queue_recipient WHERE id = $1 AND state <> 3 AND (claimed_by IS NULL OR next_at <= $2)",
            params![recipient.id, now],
        )?;
        if one > 0 {
            let words = if *told {
                "dropped by an administrator, the sender is told"
            } else {
                "dropped by an administrator"
            };
            log(tx, &queued, &recipient.address, now, 550, words)?;
        }
        gone += one;
    }
    if gone > 0 {
        close(tx, &queued)?;
    }
    Ok(gone)
}

fn each(
    tx: &mut Tx<'_>,
    selection: &Selection,
    window: (i64, Stretch, i64),
    mut act: impl FnMut(&mut Tx<'_>, QueueId, &ListedRecipient) -> StoreResult<u64>,
) -> StoreResult<Chosen> {
    let mut chosen = Chosen::default();
    for (queue, recipient) in rows(tx, selection, window)? {
        match act(tx, queue, &recipient)? {
            0 => chosen.busy += 1,
            _ => chosen.done += 1,
        }
        chosen.after = Some(recipient.id);
    }
    Ok(chosen)
}
