//! Files that were sent up while their message is still being written.
//!
//! Each is kept as a message of one part that lies in no folder; the row holds it until the file went with a message or into a
//! draft, was taken back, or its time is over.

use crate::blob::{self, BlobRef};
use crate::sql::params;
use crate::{AccountId, MessageId, Row, StoreError, StoreResult, Tx, entry};

/// Those whose time is over.
pub(crate) const OVER: &str =
    "SELECT id, message_id FROM upload WHERE until_at < $1 ORDER BY until_at LIMIT $2";

/// A file that waits.
#[derive(Clone, Debug)]
pub struct Upload {
    /// Its row.
    pub id: i64,
    /// The MIME tree of the message that holds it: one part.
    pub structure: Vec<u8>,
    /// Bytes of that message's header.
    pub header_len: u64,
    /// Where the bytes are.
    pub blob: BlobRef,
}

/// Keeps an account's file until `until` (ms); `size`: of the file, in bytes. Its row.
pub fn add(
    tx: &mut Tx<'_>,
    account: AccountId,
    message: MessageId,
    size: u64,
    until: i64,
) -> StoreResult<i64> {
    let size = i64::try_from(size).unwrap_or(i64::MAX);
    tx.one(
        "INSERT INTO upload (account_id, message_id, size, until_at) VALUES ($1, $2, $3, $4) RETURNING id",
        params![account, message, size, until],
        |row| row.int(0),
    )?
    .ok_or(StoreError::NotFound("upload"))
}

/// A file of an account.
pub fn find(tx: &mut Tx<'_>, account: AccountId, id: i64) -> StoreResult<Option<Upload>> {
    tx.one(
        "SELECT u.id, m.structure, m.header_len, b.id, b.size, b.codec, b.object, b.data, b.hash, b.stored
         FROM upload u JOIN message m ON m.id = u.message_id JOIN blob b ON b.id = m.blob_id
         WHERE u.id = $1 AND u.account_id = $2",
        params![id, account],
        |row: &Row<'_>| {
            Ok(Upload {
                id: row.int(0)?,
                structure: row.bytes(1)?.to_vec(),
                header_len: row.u64(2)?,
                blob: blob::from_row(row, 3)?,
            })
        },
    )
}

/// How many files of an account wait, and their bytes together.
pub fn sum(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<(u64, u64)> {
    let sum = tx.one(
        "SELECT COUNT(*), CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM upload WHERE account_id = $1",
        params![account],
        |row| Ok((row.u64(0)?, row.u64(1)?)),
    )?;
    Ok(sum.unwrap_or_default())
}

/// Keeps what an account has there longer: until `until` (ms), for its form is still open.
pub fn prolong(tx: &mut Tx<'_>, account: AccountId, until: i64) -> StoreResult<()> {
    tx.execute(
        "UPDATE upload SET until_at = $2 WHERE account_id = $1 AND until_at < $2",
        params![account, until],
    )?;
    Ok(())
}

/// Lets go of a file of an account; whether there was one.
pub fn remove(tx: &mut Tx<'_>, account: AccountId, id: i64) -> StoreResult<bool> {
    let message = tx.one(
        "DELETE FROM upload WHERE id = $1 AND account_id = $2 RETURNING message_id",
        params![id, account],
        |row| row.int(0),
    )?;
    let had = message.is_some();
    entry::loosen(tx, message.into_iter().collect())?;
    Ok(had)
}

/// Lets go of all files of an account.
pub(crate) fn clear(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<()> {
    let messages = tx.all(
        "DELETE FROM upload WHERE account_id = $1 RETURNING message_id",
        params![account],
        |row| row.int(0),
    )?;
    entry::loosen(tx, messages)
}

/// Lets go of at most `limit` files whose time was over before `before` (ms). True where there may be more.
pub fn prune(tx: &mut Tx<'_>, before: i64, limit: i64) -> StoreResult<bool> {
    let over = tx.all(OVER, params![before, limit], |row| {
        Ok((row.int(0)?, row.int(1)?))
    })?;
    let mut messages = Vec::new();
    for (id, message) in &over {
        // Not if its form was heard of meanwhile, beside us.
        let gone = tx.execute(
            "DELETE FROM upload WHERE id = $1 AND until_at < $2",
            params![*id, before],
        )?;
        messages.extend((gone > 0).then_some(*message));
    }
    entry::loosen(tx, messages)?;
    Ok(i64::try_from(over.len()).unwrap_or(i64::MAX) >= limit)
}
