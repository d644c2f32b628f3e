//! Where agencies mail requests to (HCM.6.1): up to which UID the mail of such an inbox was looked at.
//!
//! UIDs of a folder come in the order of commits, so whatever lies above the mark was not looked at yet.

use crate::entry::{self, EntryView, Want};
use crate::sql::params;
use crate::{FolderId, StoreResult, Tx};

/// Up to which UID an inbox was looked at; `None` where it is none of these yet.
pub fn seen(tx: &mut Tx<'_>, folder: FolderId) -> StoreResult<Option<u32>> {
    tx.one(
        "SELECT seen_uid FROM request_door WHERE folder_id = $1",
        params![folder],
        |row| row.u32(0),
    )
}

/// Begins to look at an inbox: what came before `since` (ms) was ordinary mail and stays so.
pub fn begin(tx: &mut Tx<'_>, folder: FolderId, since: i64) -> StoreResult<()> {
    tx.execute(
        "INSERT INTO request_door (folder_id, seen_uid)
         SELECT CAST($1 AS BIGINT), COALESCE(MAX(uid), 0) FROM entry WHERE folder_id = $1 AND internal_at < $2
         ON CONFLICT (folder_id) DO NOTHING",
        params![folder, since],
    )?;
    Ok(())
}

/// Notes that everything up to a UID was looked at; false where that was noted before.
pub fn advance(tx: &mut Tx<'_>, folder: FolderId, uid: u32) -> StoreResult<bool> {
    let rows = tx.execute(
        "UPDATE request_door SET seen_uid = $2 WHERE folder_id = $1 AND seen_uid < $2",
        params![folder, uid],
    )?;
    Ok(rows > 0)
}

/// The first message above a UID.
pub fn next<T>(
    tx: &mut Tx<'_>,
    folder: FolderId,
    above: u32,
    read: impl Fn(&EntryView<'_>) -> StoreResult<T>,
) -> StoreResult<Option<T>> {
    let Some(from) = above.checked_add(1) else {
        return Ok(None);
    };
    let mut found = None;
    entry::scan(tx, folder, (from, u32::MAX), Want::Blob, |row| {
        found = Some(read(row)?);
        Ok(false)
    })?;
    Ok(found)
}
