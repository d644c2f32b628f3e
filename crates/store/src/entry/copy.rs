//! COPY and MOVE inside a mailbox (RFC 9051 §6.4.7, §6.4.8).

use crate::sql::params;
use crate::{Change, FolderId, MailboxId, StoreError, StoreResult, Tx, folder, mailbox, search};

/// What was copied: the source UIDs in order, and the first of as many new ones in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// UIDVALIDITY of the destination.
    pub uid_validity: u32,
    /// Source UIDs, ascending.
    pub source: Vec<u32>,
    /// The first new UID; the others follow without a gap.
    pub first: u32,
}

/// Copies messages. Flags go along: both folders are of one mailbox. So does what they contain: each
/// copy keeps where that first lay, a place that no other content ever has. Where nothing lies in
/// `ranges`, nothing changes.
pub fn copy_to(
    tx: &mut Tx<'_>,
    from: FolderId,
    ranges: &[(u32, u32)],
    to: FolderId,
) -> StoreResult<Copied> {
    folder::lock(tx, &mut [from, to])?;
    let ranges = super::in_order(ranges);
    if from != to && folder::get(tx, from)?.is_none() {
        return Err(StoreError::NotFound("folder"));
    }
    let mut source = Vec::new();
    let (mut bytes, mut unseen) = (0_i64, 0_i64);
    for &(first, last) in &ranges {
        tx.each(
            "SELECT uid, size, flags FROM entry WHERE folder_id = $1 AND uid BETWEEN $2 AND $3 ORDER BY uid",
            params![from, first, last],
            |row| {
                source.push(row.u32(0)?);
                bytes += row.int(1)?;
                unseen += i64::from(row.int(2)? & 1 == 0);
                Ok(true)
            },
        )?;
    }
    if source.is_empty() {
        let to = folder::get(tx, to)?.ok_or(StoreError::NotFound("folder"))?;
        return Ok(Copied {
            uid_validity: to.uid_validity,
            source,
            first: to.uid_next,
        });
    }
    let count = source.len() as i64;
    let (uid_next, modseq, uid_validity, mailbox, indexed) = tx
        .one(
            "UPDATE folder SET uid_next = uid_next + $2, modseq = modseq + 1, total = total + $2,
                    unseen = unseen + $3, bytes = bytes + $4
             WHERE id = $1 AND gone_at IS NULL RETURNING uid_next, modseq, uid_validity, mailbox_id, indexed_uid",
            params![to, count, unseen, bytes],
            |row| {
                let mailbox = MailboxId(row.int(3)?);
                Ok((row.int(0)?, row.int(1)?, row.u32(2)?, mailbox, row.u32(4)?))
            },
        )?
        .ok_or(StoreError::NotFound("folder"))?;
    let first_new = uid_next - count;
    let mut next = first_new;
    for &(first, last) in &ranges {
        next += tx.execute(
            "INSERT INTO entry (folder_id, uid, flags, modseq, born, internal_at, saved_at, size, message_id, mailbox_id, object_id, key, prefix)
             SELECT $4, $5 + ROW_NUMBER() OVER (ORDER BY uid) - 1, flags, $6, $6, internal_at, $7, size, message_id, $8, COALESCE(object_id, folder_id * 4294967296 + uid), key, prefix
             FROM entry WHERE folder_id = $1 AND uid BETWEEN $2 AND $3 AND (folder_id <> $4 OR uid < $9)",
            params![from, first, last, to, next, modseq, tx.now(), mailbox, first_new],
        )? as i64;
    }
    mailbox::count(tx, mailbox, bytes, count, None)?;
    tx.tell(Change::Folder(to));
    let used_up = |_| StoreError::Corrupt("UIDs are used up".into());
    let first = u32::try_from(first_new).map_err(used_up)?;
    let last = u32::try_from(uid_next - 1).map_err(used_up)?;
    search::noticed(tx, to, indexed, (first, last))?;
    Ok(Copied {
        uid_validity,
        source,
        first,
    })
}

/// Copies messages and removes the originals, in one transaction.
pub fn move_to(
    tx: &mut Tx<'_>,
    from: FolderId,
    ranges: &[(u32, u32)],
    to: FolderId,
) -> StoreResult<Copied> {
    let copied = copy_to(tx, from, ranges, to)?;
    super::discard(tx, from, &super::ranges(&copied.source))?;
    Ok(copied)
}
