//! Letting go of bytes nobody refers to: first condemned, removed after a grace period.

use futures_util::TryStreamExt;
use object_store::{ObjectStore, ObjectStoreExt};

use crate::sql::params;
use crate::{MessageId, Store, StoreError, StoreResult};

/// A message that lost an entry is looked at after so long: a copy under way may still take it.
const LOOSE_MS: i64 = 10 * 60_000;
/// Bytes of a condemned blob stay so long: a reader may still be at them.
const GRACE_MS: i64 = 60 * 60_000;
/// Of a mailbox deleted for good they stay so long: nobody can open it any more, only a reader that began before.
const ENDING_MS: i64 = 5 * 60_000;
/// An object without a row is an upload that a crash cut off, once it is this old.
const ORPHAN_MS: i64 = 24 * 3_600_000;
/// Messages looked at in one transaction.
const CHUNK: i64 = 200;

/// What a sweep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Messages that nobody had any more.
    pub messages: u64,
    /// Blobs whose bytes were removed.
    pub blobs: u64,
}

/// Condemns the blobs of messages nobody has, and removes those condemned before the grace
/// period. `now` in milliseconds, an argument so that tests can go ahead of time.
pub async fn sweep(store: &Store, now: i64) -> StoreResult<Swept> {
    let mut swept = Swept::default();
    loop {
        let (seen, condemned) = store.write_bulk(move |tx| condemn(tx, now)).await?;
        swept.messages += condemned;
        if seen == 0 {
            break;
        }
    }
    loop {
        let batch = store
            .read(move |tx| {
                tx.all(
                    "SELECT id, object FROM blob WHERE state = 1 AND condemned_at < $1 ORDER BY condemned_at LIMIT $2",
                    params![now - GRACE_MS, CHUNK],
                    |row| Ok((row.int(0)?, row.opt_text(1)?)),
                )
            })
            .await?;
        if batch.is_empty() {
            return Ok(swept);
        }
        for (_, object) in &batch {
            if let Some(name) = object {
                match store.blobs().0.objects.delete(&name.as_str().into()).await {
                    Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                    Err(error) => return Err(error.into()),
                }
            }
        }
        let ids: Vec<i64> = batch.iter().map(|(id, _)| *id).collect();
        swept.blobs += ids.len() as u64;
        store
            .write_bulk(move |tx| {
                for id in &ids {
                    tx.execute("DELETE FROM blob WHERE id = $1 AND state = 1", params![*id])?;
                }
                Ok::<_, StoreError>(())
            })
            .await?;
    }
}

/// Looks at a chunk of loose messages; returns how many were looked at and how many went.
fn condemn(tx: &mut crate::Tx<'_>, now: i64) -> StoreResult<(u64, u64)> {
    let loose = tx.all(
        "SELECT message_id FROM loose WHERE at < $1 ORDER BY at LIMIT $2",
        params![now - LOOSE_MS, CHUNK],
        |row| Ok(MessageId(row.int(0)?)),
    )?;
    let mut gone = 0;
    for message in &loose {
        gone += u64::from(condemn_one(tx, *message, now, None)?);
        // Not if it lost another entry meanwhile, beside us: then it is looked at again.
        tx.execute(
            "DELETE FROM loose WHERE message_id = $1 AND at < $2",
            params![*message, now - LOOSE_MS],
        )?;
    }
    Ok((loose.len() as u64, gone))
}

/// Condemns the bytes of a message that left a mailbox deleted for good, unless somebody else has it: they go after
/// [`ENDING_MS`], not after the whole grace.
pub(crate) fn end(
    tx: &mut crate::Tx<'_>,
    message: MessageId,
    ending: crate::MailboxId,
) -> StoreResult<bool> {
    let now = tx.now();
    condemn_one(tx, message, now - GRACE_MS + ENDING_MS, Some(ending))
}

fn condemn_one(
    tx: &mut crate::Tx<'_>,
    message: MessageId,
    at: i64,
    ending: Option<crate::MailboxId>,
) -> StoreResult<bool> {
    // The lock first, in a statement of its own: the next one then sees every entry that a
    // transaction which held the row has committed.
    let blob = if tx.is_postgres() {
        tx.one(
            "SELECT blob_id FROM message WHERE id = $1 FOR UPDATE",
            params![message],
            |row| row.int(0),
        )?
    } else {
        tx.one(
            "SELECT blob_id FROM message WHERE id = $1",
            params![message],
            |row| row.int(0),
        )?
    };
    let Some(blob) = blob else { return Ok(false) };
    let kept = tx.one(
        "SELECT 1 FROM entry WHERE message_id = $1
         UNION ALL SELECT 1 FROM removed WHERE message_id = $1
         UNION ALL SELECT 1 FROM fanout WHERE message_id = $1
         UNION ALL SELECT 1 FROM queue WHERE message_id = $1
         UNION ALL SELECT 1 FROM upload WHERE message_id = $1
         UNION ALL SELECT 1 FROM held WHERE message_id = $1 AND waits > 0
         UNION ALL SELECT 1 FROM takedown_message WHERE message_id = $1 AND held = 1
         UNION ALL SELECT 1 FROM takedown WHERE stub_id = $1 LIMIT 1",
        params![message],
        |_| Ok(()),
    )?;
    if kept.is_some() {
        return Ok(false);
    }
    tx.execute(
        "DELETE FROM sent_message WHERE message_id = $1",
        params![message],
    )?;
    tx.execute("DELETE FROM message WHERE id = $1", params![message])?;
    tx.execute(
        "UPDATE blob SET state = 1, condemned_at = $2, ending = $3 WHERE id = $1 AND state = 0",
        params![blob, at, ending],
    )?;
    Ok(true)
}

/// Removes objects that no row knows and that are old enough to be a crash's leavings.
pub async fn sweep_orphans(store: &Store, now: i64) -> StoreResult<u64> {
    let mut removed = 0;
    let objects = &store.blobs().0.objects;
    let mut list = objects.list(None);
    while let Some(meta) = list.try_next().await? {
        if meta.last_modified.timestamp_millis() > now - ORPHAN_MS {
            continue;
        }
        let name = meta.location.to_string();
        let known = store
            .read(move |tx| {
                tx.one(
                    "SELECT 1 FROM blob WHERE object = $1",
                    params![&name],
                    |_| Ok(()),
                )
            })
            .await?;
        if known.is_none() {
            objects.delete(&meta.location).await?;
            removed += 1;
        }
    }
    Ok(removed)
}
