//! Finding entries by an index. Each search costs what it returns, and ends once that is more
//! than the caller wants to pay.

use super::ranges;
use crate::sql::params;
use crate::{FolderId, StoreResult, Tx};

// Without statistics SQLite takes the primary key rather than a partial index: it is told which.
pub(crate) const SEEN: &str = "SELECT uid FROM entry /*sqlite INDEXED BY entry_seen*/ WHERE folder_id = $1 AND uid BETWEEN $2 AND $3 AND (flags & 1) <> 0 ORDER BY uid LIMIT $4";
pub(crate) const UNSEEN: &str = "SELECT uid FROM entry /*sqlite INDEXED BY entry_unseen*/ WHERE folder_id = $1 AND uid BETWEEN $2 AND $3 AND (flags & 1) = 0 ORDER BY uid LIMIT $4";
pub(crate) const ANSWERED: &str = "SELECT uid FROM entry /*sqlite INDEXED BY entry_answered*/ WHERE folder_id = $1 AND uid BETWEEN $2 AND $3 AND (flags & 2) <> 0 ORDER BY uid LIMIT $4";
pub(crate) const FLAGGED: &str = "SELECT uid FROM entry /*sqlite INDEXED BY entry_flagged*/ WHERE folder_id = $1 AND uid BETWEEN $2 AND $3 AND (flags & 4) <> 0 ORDER BY uid LIMIT $4";
pub(crate) const DELETED: &str = "SELECT uid FROM entry /*sqlite INDEXED BY entry_deleted*/ WHERE folder_id = $1 AND uid BETWEEN $2 AND $3 AND (flags & 8) <> 0 ORDER BY uid LIMIT $4";
pub(crate) const DRAFT: &str = "SELECT uid FROM entry /*sqlite INDEXED BY entry_draft*/ WHERE folder_id = $1 AND uid BETWEEN $2 AND $3 AND (flags & 16) <> 0 ORDER BY uid LIMIT $4";
pub(crate) const DELETED_SUM: &str = "SELECT COUNT(*), CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM entry /*sqlite INDEXED BY entry_deleted*/ WHERE folder_id = $1 AND (flags & 8) <> 0";
/// In the order of their dates: sorting by UID is left to the caller.
pub(crate) const RECEIVED: &str = "SELECT uid FROM entry /*sqlite INDEXED BY entry_internal*/ WHERE folder_id = $1 AND internal_at >= $2 AND internal_at < $3 LIMIT $4";

/// Copies of a content.
pub(crate) const COPIES: &str = "SELECT uid FROM entry /*sqlite INDEXED BY entry_object*/ WHERE folder_id = $1 AND object_id = $2 ORDER BY uid LIMIT $3";

/// The next combination of keywords that entries of a folder have.
pub(crate) const COMBINATION: &str = "SELECT flags & -32 FROM entry /*sqlite INDEXED BY entry_keywords*/ WHERE folder_id = $1 AND (flags & -32) <> 0 AND (flags & -32) > $2 ORDER BY (flags & -32) LIMIT 1";
pub(crate) const COMBINED: &str = "SELECT uid FROM entry /*sqlite INDEXED BY entry_keywords*/ WHERE folder_id = $1 AND (flags & -32) <> 0 AND (flags & -32) = $2 AND uid BETWEEN $3 AND $4 ORDER BY uid LIMIT $5";
/// So many combinations of keywords are looked at; a folder with more is looked through.
const COMBINATIONS: usize = 64;

/// A system flag that entries have, or the one they lack that is asked for most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Has \Seen.
    Seen,
    /// Lacks \Seen.
    Unseen,
    /// Has \Answered.
    Answered,
    /// Has \Flagged.
    Flagged,
    /// Has \Deleted.
    Deleted,
    /// Has \Draft.
    Draft,
}

impl Mark {
    fn sql(self) -> &'static str {
        match self {
            Self::Seen => SEEN,
            Self::Unseen => UNSEEN,
            Self::Answered => ANSWERED,
            Self::Flagged => FLAGGED,
            Self::Deleted => DELETED,
            Self::Draft => DRAFT,
        }
    }
}

/// UIDs of `first..=last` with the mark, as ascending ranges; `None` where there are more than
/// `most`.
pub fn marked(
    tx: &mut Tx<'_>,
    folder: FolderId,
    mark: Mark,
    (first, last): (u32, u32),
    most: usize,
) -> StoreResult<Option<Vec<(u32, u32)>>> {
    let uids = tx.all(
        mark.sql(),
        params![folder, first, last, limit(most)],
        |row| row.u32(0),
    )?;
    Ok((uids.len() <= most).then(|| ranges(&uids)))
}

/// UIDs of `first..=last` with the keyword of a flag bit, as ascending ranges; `None` where there are
/// more than `most`, or too many combinations of keywords to look at.
pub fn with_keyword(
    tx: &mut Tx<'_>,
    folder: FolderId,
    bit: i64,
    (first, last): (u32, u32),
    most: usize,
) -> StoreResult<Option<Vec<(u32, u32)>>> {
    let mut uids = Vec::new();
    let mut before = 0;
    for _ in 0..COMBINATIONS {
        let Some(flags) = tx.one(COMBINATION, params![folder, before], |row| row.int(0))? else {
            uids.sort_unstable();
            return Ok(Some(ranges(&uids)));
        };
        before = flags;
        if flags & bit == 0 {
            continue;
        }
        let left = limit(most - uids.len());
        let found = tx.all(COMBINED, params![folder, flags, first, last, left], |row| {
            row.u32(0)
        })?;
        uids.extend(found);
        if uids.len() > most {
            break;
        }
    }
    Ok(None)
}

/// At most `most` UIDs with the keyword of a flag bit, ascending. Costs what it returns and the combinations of keywords that the
/// folder has.
pub fn some_with_keyword(
    tx: &mut Tx<'_>,
    folder: FolderId,
    bit: i64,
    most: usize,
) -> StoreResult<Vec<u32>> {
    let mut uids = Vec::new();
    let mut before = 0;
    while uids.len() < most {
        let Some(flags) = tx.one(COMBINATION, params![folder, before], |row| row.int(0))? else {
            break;
        };
        before = flags;
        if flags & bit != 0 {
            let left = i64::try_from(most - uids.len()).unwrap_or(i64::MAX);
            let all = params![folder, flags, 0_i64, u32::MAX, left];
            uids.extend(tx.all(COMBINED, all, |row| row.u32(0))?);
        }
    }
    uids.sort_unstable();
    Ok(uids)
}

/// UIDs with an INTERNALDATE (ms) of `from..to`, as ascending ranges; `None` where there are more
/// than `most`.
pub fn received(
    tx: &mut Tx<'_>,
    folder: FolderId,
    (from, to): (i64, i64),
    most: usize,
) -> StoreResult<Option<Vec<(u32, u32)>>> {
    let mut uids = tx.all(RECEIVED, params![folder, from, to, limit(most)], |row| {
        row.u32(0)
    })?;
    if uids.len() > most {
        return Ok(None);
    }
    uids.sort_unstable();
    Ok(Some(ranges(&uids)))
}

/// UIDs with the content that [`object`](super::EntryView::object) identifies, as ascending ranges;
/// `None` where there are more than `most`.
pub fn with_object(
    tx: &mut Tx<'_>,
    folder: FolderId,
    object: i64,
    most: usize,
) -> StoreResult<Option<Vec<(u32, u32)>>> {
    let mut uids = tx.all(COPIES, params![folder, object, limit(most)], |row| {
        row.u32(0)
    })?;
    // The one that lies where it first lay.
    let (home, uid) = (object >> 32, object & i64::from(u32::MAX));
    if home == folder.0 {
        uids.extend(tx.one(
            "SELECT uid FROM entry WHERE folder_id = $1 AND uid = $2 AND object_id IS NULL",
            params![folder, uid],
            |row| row.u32(0),
        )?);
    }
    if uids.len() > most {
        return Ok(None);
    }
    uids.sort_unstable();
    Ok(Some(ranges(&uids)))
}

/// One more than wanted tells that there are more.
fn limit(most: usize) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX).saturating_add(1)
}

/// UIDs marked \Deleted in a range, ascending.
pub fn deleted(tx: &mut Tx<'_>, folder: FolderId, first: u32, last: u32) -> StoreResult<Vec<u32>> {
    tx.all(DELETED, params![folder, first, last, i64::MAX], |row| {
        row.u32(0)
    })
}

/// How many entries are marked \Deleted, and their bytes (RFC 9208 §4.1.4).
pub fn deleted_sum(tx: &mut Tx<'_>, folder: FolderId) -> StoreResult<(u64, u64)> {
    let sum = tx.one(DELETED_SUM, params![folder], |row| {
        Ok((row.u64(0)?, row.u64(1)?))
    })?;
    Ok(sum.unwrap_or_default())
}

/// How many entries have a UID from `uid` on; costs the holes, not the entries.
pub fn count_from(tx: &mut Tx<'_>, folder: FolderId, uid: u32, uid_next: u32) -> StoreResult<u32> {
    let mut count = uid_next.saturating_sub(uid);
    tx.each(
        "SELECT uid_first, uid_last FROM hole WHERE folder_id = $1 AND uid_last >= $2",
        params![folder, uid],
        |row| {
            let hole = row.u32(1)?.saturating_sub(row.u32(0)?.max(uid)) + 1;
            count = count.saturating_sub(hole);
            Ok(true)
        },
    )?;
    Ok(count)
}
