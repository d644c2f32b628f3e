//! Removing entries: EXPUNGE, MOVE.

use crate::sql::params;
use crate::{Change, FolderId, MailboxId, StoreError, StoreResult, Tx, mailbox, removed, search};

/// So many rows of what left when are kept of a folder, at the least. Who was away for longer is told of all
/// holes among what it knows, as RFC 7162 §5.3 allows.
const KEPT: i64 = 4_096;
/// A row that stands for those forgotten up to its modseq. No message has this UID.
pub(super) const FORGOTTEN: (u32, u32) = (0, 0);

/// After so many removals the search index is looked at.
const EXPUNGES: i64 = 64;

/// Removes the entries marked \Deleted in `ranges`; returns the removed UIDs, ascending.
pub fn expunge(tx: &mut Tx<'_>, folder: FolderId, ranges: &[(u32, u32)]) -> StoreResult<Vec<u32>> {
    let mut uids = Vec::new();
    for (first, last) in super::in_order(ranges) {
        uids.extend(super::deleted(tx, folder, first, last)?);
    }
    remove(tx, folder, &super::ranges(&uids))?;
    Ok(uids)
}

/// Removes every entry in `ranges`, whatever its flags. Where the store keeps what people remove, it can be brought back
/// for a while ([`crate::removed`]).
pub fn remove(tx: &mut Tx<'_>, folder: FolderId, ranges: &[(u32, u32)]) -> StoreResult<()> {
    let keep = tx.keeps();
    take_away(tx, folder, ranges, keep)
}

/// As [`remove`], for what nobody will miss: it lies elsewhere now, or a newer one took its place.
pub fn discard(tx: &mut Tx<'_>, folder: FolderId, ranges: &[(u32, u32)]) -> StoreResult<()> {
    take_away(tx, folder, ranges, false)
}

fn take_away(
    tx: &mut Tx<'_>,
    folder: FolderId,
    ranges: &[(u32, u32)],
    keep: bool,
) -> StoreResult<()> {
    if ranges.is_empty() {
        return Ok(());
    }
    let (modseq, mailbox, indexed) = tx
        .one(
            "UPDATE folder SET modseq = modseq + 1 WHERE id = $1 AND gone_at IS NULL RETURNING modseq, mailbox_id, indexed_uid",
            params![folder],
            |row| Ok((row.int(0)?, MailboxId(row.int(1)?), row.u32(2)?)),
        )?
        .ok_or(StoreError::NotFound("folder"))?;
    let (mut count, mut bytes, mut unseen) = (0_i64, 0_i64, 0_i64);
    let mut messages = Vec::new();
    let now = tx.now();
    for (first, last) in super::in_order(ranges) {
        if keep {
            removed::keep(tx, folder, (first, last), now)?;
        }
        let gone = tx.all(
            "DELETE FROM entry WHERE folder_id = $1 AND uid BETWEEN $2 AND $3 RETURNING uid, message_id, size, flags",
            params![folder, first, last],
            |row| Ok((row.u32(0)?, row.int(1)?, row.int(2)?, row.int(3)?)),
        )?;
        let mut uids: Vec<u32> = gone.iter().map(|row| row.0).collect();
        uids.sort_unstable();
        for (_, message, size, flags) in &gone {
            count += 1;
            bytes += size;
            unseen += i64::from(flags & 1 == 0);
            messages.push(*message);
        }
        for (first, last) in super::ranges(&uids) {
            tx.execute(
                "INSERT INTO expunged (folder_id, modseq, uid_first, uid_last) VALUES ($1, $2, $3, $4)",
                params![folder, modseq, first, last],
            )?;
            punch(tx, folder, first, last)?;
        }
    }
    if !keep {
        loosen(tx, messages)?;
    }
    if looks(modseq) {
        forget_vanished(tx, folder, KEPT)?;
    }
    // What was removed leaves the search index when its segments are written anew: many at once,
    // or the last of some single ones, are a reason to look whether that is due.
    if indexed > 0 && (count >= EXPUNGES || modseq % EXPUNGES == 0) {
        search::note_due(tx, folder)?;
    }
    tx.execute(
        "UPDATE folder SET total = total - $2, bytes = bytes - $3, unseen = unseen - $4 WHERE id = $1",
        params![folder, count, bytes, unseen],
    )?;
    mailbox::count(tx, mailbox, -bytes, -count, None)?;
    tx.tell(Change::Folder(folder));
    Ok(())
}

/// Whether to look, after the removal with this modseq, how many rows there are: one time in 64, and whatever
/// else raises modseqs in between, for the bits are mixed.
fn looks(modseq: i64) -> bool {
    modseq.unsigned_abs().wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58 == 0
}

/// Forgets what left when, but for the newest `keep` rows and what has the modseq of one of them.
pub fn forget_vanished(tx: &mut Tx<'_>, folder: FolderId, keep: i64) -> StoreResult<()> {
    let Some(modseq) = tx.one(
        "SELECT modseq FROM expunged WHERE folder_id = $1 ORDER BY modseq DESC, uid_first DESC LIMIT 1 OFFSET $2",
        params![folder, keep],
        |row| row.int(0),
    )?
    else {
        return Ok(());
    };
    tx.execute(
        "DELETE FROM expunged WHERE folder_id = $1 AND modseq <= $2",
        params![folder, modseq],
    )?;
    let (first, last) = FORGOTTEN;
    tx.execute(
        "INSERT INTO expunged (folder_id, modseq, uid_first, uid_last) VALUES ($1, $2, $3, $4)",
        params![folder, modseq, first, last],
    )?;
    Ok(())
}

/// Records that the UIDs hold nothing any more, merged with the holes beside them.
fn punch(tx: &mut Tx<'_>, folder: FolderId, first: u32, last: u32) -> StoreResult<()> {
    let before = tx.one(
        "SELECT uid_first, uid_last FROM hole WHERE folder_id = $1 AND uid_first < $2 ORDER BY uid_first DESC LIMIT 1",
        params![folder, first],
        |row| Ok((row.u32(0)?, row.u32(1)?)),
    )?;
    let after = tx.one(
        "SELECT uid_last FROM hole WHERE folder_id = $1 AND uid_first = $2",
        params![folder, i64::from(last) + 1],
        |row| row.u32(0),
    )?;
    let start = before
        .filter(|(_, end)| end + 1 == first)
        .map_or(first, |(start, _)| start);
    let end = after.unwrap_or(last);
    tx.execute(
        "DELETE FROM hole WHERE folder_id = $1 AND uid_first BETWEEN $2 AND $3",
        params![folder, start, end],
    )?;
    tx.execute(
        "INSERT INTO hole (folder_id, uid_first, uid_last) VALUES ($1, $2, $3)",
        params![folder, start, end],
    )?;
    Ok(())
}

/// Notes that messages lost an entry; the sweeper looks whether it was the last. In the order of
/// their ids: others who lose the same messages then wait for us and not for each other.
pub(crate) fn loosen(tx: &mut Tx<'_>, mut messages: Vec<i64>) -> StoreResult<()> {
    messages.sort_unstable();
    messages.dedup();
    let at = tx.now();
    for message in messages {
        tx.execute(
            "INSERT INTO loose (message_id, at) VALUES ($1, $2) ON CONFLICT (message_id) DO UPDATE SET at = excluded.at",
            params![message, at],
        )?;
    }
    Ok(())
}
