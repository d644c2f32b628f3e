//! Mail by age and size: how much of it there is, and which messages, from one index that holds both.

use crate::sql::params;
use crate::{FolderId, StoreResult, Tx};

pub(crate) const SUM: &str = "SELECT COUNT(*), CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM entry /*sqlite INDEXED BY entry_internal*/ WHERE folder_id = $1 AND internal_at < $2 AND size >= $3";
pub(crate) const SUM_FLAGGED: &str = "SELECT COUNT(*), CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM entry /*sqlite INDEXED BY entry_flagged*/ WHERE folder_id = $1 AND (flags & 4) <> 0 AND internal_at < $2 AND size >= $3";
pub(crate) const SIFTED: &str = "SELECT internal_at, uid FROM entry /*sqlite INDEXED BY entry_internal*/ WHERE folder_id = $1 AND internal_at < $2 AND (internal_at, uid) > ($3, CAST($4 AS BIGINT))
     AND size >= $5 AND saved_at <= $6 AND (flags & $7) = 0 ORDER BY internal_at, uid LIMIT $8";
/// Looks through the folder's index: no delivery pays for an order by size.
pub(crate) const BY_SIZE: &str = "SELECT size, uid FROM entry /*sqlite INDEXED BY entry_internal*/ WHERE folder_id = $1 AND (size, uid) < ($2, CAST($3 AS BIGINT)) ORDER BY size DESC, uid DESC LIMIT $4";

/// Which messages of a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sieve {
    /// Received before (INTERNALDATE, ms).
    pub before: i64,
    /// Of so many bytes or more.
    pub at_least: u64,
    /// In the folder since then (ms) or longer.
    pub saved_until: i64,
    /// Not those with \Flagged.
    pub keep_flagged: bool,
}

/// How many messages, and their bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// How many.
    pub messages: u64,
    /// All of them together.
    pub bytes: u64,
}

/// How much a folder has of it, whenever it came there. Costs the folder's index up to that date.
pub fn sum(tx: &mut Tx<'_>, folder: FolderId, sieve: &Sieve) -> StoreResult<Sum> {
    let mut ask = |sql| {
        let sum = tx.one(sql, params![folder, sieve.before, bytes(sieve)], |row| {
            Ok(Sum {
                messages: row.u64(0)?,
                bytes: row.u64(1)?,
            })
        });
        sum.map(Option::unwrap_or_default)
    };
    let all = ask(SUM)?;
    if !sieve.keep_flagged || all.messages == 0 {
        return Ok(all);
    }
    let kept = ask(SUM_FLAGGED)?;
    Ok(Sum {
        messages: all.messages.saturating_sub(kept.messages),
        bytes: all.bytes.saturating_sub(kept.bytes),
    })
}

/// At most `most` of them behind an INTERNALDATE (ms) and UID, the oldest first.
pub fn sifted(
    tx: &mut Tx<'_>,
    folder: FolderId,
    sieve: &Sieve,
    (at, uid): (i64, i64),
    most: u32,
) -> StoreResult<Vec<(i64, u32)>> {
    let kept = if sieve.keep_flagged {
        crate::keyword::flag::FLAGGED
    } else {
        0
    };
    tx.all(
        SIFTED,
        params![
            folder,
            sieve.before,
            at,
            uid,
            bytes(sieve),
            sieve.saved_until,
            kept,
            most
        ],
        |row| Ok((row.int(0)?, row.u32(1)?)),
    )
}

fn bytes(sieve: &Sieve) -> i64 {
    i64::try_from(sieve.at_least).unwrap_or(i64::MAX)
}

/// Calls `f` with the size and the UID of at most `most` entries, the largest first, those that stand below a size and UID.
/// Costs a look through the folder's index, not at its entries.
pub fn by_size(
    tx: &mut Tx<'_>,
    folder: FolderId,
    (size, uid): (i64, i64),
    most: u32,
    mut f: impl FnMut(i64, u32),
) -> StoreResult<()> {
    tx.each(BY_SIZE, params![folder, size, uid, most], |row| {
        f(row.int(0)?, row.u32(1)?);
        Ok(true)
    })
}
