//! What people removed and can have back for a while: single messages and whole folders.
//!
//! What is expunged (EXPUNGE, DELE) or lies in a deleted folder is kept with its bytes for as long as
//! [`Store::undelete`](crate::Store::undelete) says; no quota counts it. A move is no removal, nor is a draft that a
//! newer one takes the place of (REPLACE). After a final deletion ([`crate::ending`]) nothing comes back.

use std::fmt;
use std::str::FromStr;

use crate::blob::sweep;
use crate::keyword::flag;
use crate::sql::params;
use crate::{
    Change, FolderId, MailboxId, MessageId, Row, StoreError, StoreResult, Tx, entry, folder,
    mailbox, search,
};

/// A page of what a mailbox can have back; by the primary key.
pub(crate) const PAGE: &str =
    "SELECT r.removed_at, r.place, r.flags, r.internal_at, r.size, m.subject, COALESCE(f.name, g.name, ''),
            CAST(CASE WHEN f.id IS NULL THEN 1 ELSE 0 END AS BIGINT)
     FROM removed r JOIN message m ON m.id = r.message_id
     LEFT JOIN folder f ON f.id = r.place / 4294967296 AND f.gone_at IS NULL
     LEFT JOIN removed_folder g ON g.folder_id = r.place / 4294967296
     WHERE r.mailbox_id = $1 AND (r.removed_at, r.place) < ($2, $3)
     ORDER BY r.removed_at DESC, r.place DESC LIMIT $4";

/// What all of it comes to; by the primary key.
pub(crate) const TOTAL: &str =
    "SELECT COUNT(*), CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM removed WHERE mailbox_id = $1";

/// Folders that a mailbox can have back, the last deleted first; by their index.
pub(crate) const FOLDERS: &str = "SELECT folder_id, name, messages, removed_at FROM removed_folder
     WHERE mailbox_id = $1 AND restored_at IS NULL ORDER BY removed_at DESC, folder_id DESC LIMIT $2";

/// What lay in a folder when it was deleted; by either index.
pub(crate) const OF_FOLDER: &str = "SELECT removed_at, place FROM removed
     WHERE mailbox_id = $1 AND removed_at = $2 AND place BETWEEN $3 AND $4 ORDER BY place LIMIT $5";

/// What was removed before a time; by the index of times.
pub(crate) const OLD: &str = "SELECT mailbox_id, removed_at, place FROM removed WHERE removed_at < $1 ORDER BY removed_at LIMIT $2";

/// Names a removed message: when it was removed and where it lay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RemovedId {
    at: i64,
    place: i64,
}

impl RemovedId {
    /// The folder it lay in.
    #[must_use]
    pub fn folder(self) -> FolderId {
        FolderId(self.place >> 32)
    }
}

impl fmt::Display for RemovedId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.at, self.place)
    }
}

impl FromStr for RemovedId {
    type Err = StoreError;

    fn from_str(text: &str) -> StoreResult<Self> {
        let number = |text: &str| text.parse().ok();
        let parts = text.split_once('-');
        let id = parts.and_then(|(at, place)| Some((number(at)?, number(place)?)));
        let (at, place) = id.ok_or(StoreError::NotFound("removed message"))?;
        Ok(Self { at, place })
    }
}

/// A message that can be brought back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removed {
    /// What [`restore`] takes.
    pub id: RemovedId,
    /// When it was removed (ms).
    pub removed_at: i64,
    /// The name of the folder it lay in, as that is called now or was called last.
    pub folder: String,
    /// That folder was deleted.
    pub folder_gone: bool,
    /// Flag bits.
    pub flags: i64,
    /// INTERNALDATE (ms).
    pub internal_at: i64,
    /// Bytes.
    pub size: u64,
    /// Decoded subject.
    pub subject: String,
}

/// A folder that can be brought back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemovedFolder {
    /// What [`restore_folder`] takes.
    pub id: FolderId,
    /// Its name.
    pub name: String,
    /// How many messages lay in it.
    pub messages: u64,
    /// When it was deleted (ms).
    pub removed_at: i64,
}

/// What a mailbox can have back, the last removed first, before `before` (`None`: from the last).
pub fn page(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    before: Option<RemovedId>,
    limit: i64,
) -> StoreResult<Vec<Removed>> {
    let (at, place) = before.map_or((i64::MAX, 0), |id| (id.at, id.place));
    tx.all(PAGE, params![mailbox, at, place, limit], |row| {
        let id = id_of(row)?;
        Ok(Removed {
            id,
            removed_at: id.at,
            flags: row.int(2)?,
            internal_at: row.int(3)?,
            size: row.u64(4)?,
            subject: row.text(5)?,
            folder: row.text(6)?,
            folder_gone: row.int(7)? != 0,
        })
    })
}

/// How many messages a mailbox can have back, and their bytes.
pub fn total(tx: &mut Tx<'_>, mailbox: MailboxId) -> StoreResult<(u64, u64)> {
    let total = tx.one(TOTAL, params![mailbox], |row| {
        Ok((row.u64(0)?, row.u64(1)?))
    })?;
    Ok(total.unwrap_or_default())
}

/// Deleted folders that a mailbox can have back, the last deleted first.
pub fn folders(tx: &mut Tx<'_>, mailbox: MailboxId, limit: i64) -> StoreResult<Vec<RemovedFolder>> {
    tx.all(FOLDERS, params![mailbox, limit], |row| {
        Ok(RemovedFolder {
            id: FolderId(row.int(0)?),
            name: row.text(1)?,
            messages: row.u64(2)?,
            removed_at: row.int(3)?,
        })
    })
}

/// Brings messages back into a folder of the same mailbox, with new UIDs and without \Deleted; returns the UIDs, in the
/// order in which the messages were removed. What is back already, or gone for good, is left out: a second time does
/// nothing. The quota is not asked: they were counted before.
pub fn restore(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    ids: &[RemovedId],
    into: FolderId,
) -> StoreResult<Vec<u32>> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    let mut back = Vec::with_capacity(ids.len());
    for id in ids {
        back.extend(tx.one(
            "DELETE FROM removed WHERE mailbox_id = $1 AND removed_at = $2 AND place = $3
             RETURNING flags, internal_at, size, message_id, COALESCE(object_id, place), key, prefix",
            params![mailbox, id.at, id.place],
            |row| {
                Ok(Back {
                    flags: row.int(0)? & !flag::DELETED,
                    internal_at: row.int(1)?,
                    size: row.int(2)?,
                    message: MessageId(row.int(3)?),
                    object: row.int(4)?,
                    key: row.opt_bytes(5)?.map(<[u8]>::to_vec),
                    prefix: row.bytes(6)?.to_vec(),
                })
            },
        )?);
    }
    put_back(tx, mailbox, &back, into)
}

struct Back {
    flags: i64,
    internal_at: i64,
    size: i64,
    message: MessageId,
    object: i64,
    key: Option<Vec<u8>>,
    prefix: Vec<u8>,
}

fn put_back(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    back: &[Back],
    into: FolderId,
) -> StoreResult<Vec<u32>> {
    if back.is_empty() {
        return Ok(Vec::new());
    }
    let count = back.len() as i64;
    let bytes: i64 = back.iter().map(|one| one.size).sum();
    let unseen = back.iter().filter(|one| one.flags & flag::SEEN == 0);
    let unseen = unseen.count() as i64;
    let (uid_next, modseq, indexed) = tx
        .one(
            "UPDATE folder SET uid_next = uid_next + $2, modseq = modseq + 1, total = total + $2,
                    unseen = unseen + $3, bytes = bytes + $4
             WHERE id = $1 AND mailbox_id = $5 AND gone_at IS NULL RETURNING uid_next, modseq, indexed_uid",
            params![into, count, unseen, bytes, mailbox],
            |row| Ok((row.u32(0)?, row.int(1)?, row.u32(2)?)),
        )?
        .ok_or(StoreError::NotFound("folder"))?;
    let used_up = |_| StoreError::Corrupt("UIDs are used up".into());
    let first = uid_next - u32::try_from(count).map_err(used_up)?;
    for (one, uid) in back.iter().zip(first..) {
        tx.execute(
            "INSERT INTO entry (folder_id, uid, flags, modseq, born, internal_at, saved_at, size, message_id, mailbox_id,
                                object_id, key, prefix, thread_id)
             VALUES ($1, $2, $3, $4, $4, $5, $6, $7, $8, $9, $10, $11, $12, (SELECT thread_id FROM message WHERE id = $8 AND refs <> ''))",
            params![
                into,
                uid,
                one.flags,
                modseq,
                one.internal_at,
                tx.now(),
                one.size,
                one.message,
                mailbox,
                one.object,
                one.key.as_ref(),
                &one.prefix
            ],
        )?;
    }
    search::noticed(tx, into, indexed, (first, uid_next - 1))?;
    mailbox::count(tx, mailbox, bytes, count, None)?;
    tx.tell(Change::Folder(into));
    Ok((first..uid_next).collect())
}

/// What a step of [`restore_folder`] did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderStep {
    /// The folder's name.
    pub name: String,
    /// Messages that are back by this step.
    pub restored: u64,
    /// There is more to do.
    pub more: bool,
}

/// Brings a deleted folder back, up to `limit` messages in one step: its name (the folder that has it now, else a new
/// one with a UIDVALIDITY of its own) and what lay in it when it was deleted. Steps that were interrupted are simply
/// gone on with. Annotations of the folder do not come back.
///
/// # Errors
/// [`StoreError::NotFound`] where the mailbox has no such deleted folder any more.
pub fn restore_folder(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    id: FolderId,
    limit: i64,
) -> StoreResult<FolderStep> {
    let gone = tx
        .one(
            "SELECT name, special_use, removed_at, restored_at FROM removed_folder WHERE folder_id = $1 AND mailbox_id = $2",
            params![id, mailbox],
            |row| Ok((row.text(0)?, row.opt_text(1)?, row.int(2)?, row.opt_int(3)?)),
        )?
        .ok_or(StoreError::NotFound("removed folder"))?;
    let (name, special_use, at, restored_at) = gone;
    let step = |restored, more| FolderStep {
        name: name.clone(),
        restored,
        more,
    };
    if restored_at.is_some() {
        return Ok(step(0, false));
    }
    if folder::purge_one(tx, id, limit)? {
        return Ok(step(0, true));
    }
    let into = match folder::find(tx, mailbox, &name)? {
        Some(found) => found.id,
        None => {
            let taken = folder::list(tx, mailbox)?;
            let free = |wanted: &String| {
                let mut others = taken.iter();
                others.all(|other| other.special_use.as_ref() != Some(wanted))
            };
            let special_use = special_use.filter(free);
            folder::create(tx, mailbox, &name, special_use.as_deref())?
        }
    };
    let first = id.0 << 32;
    let ids = tx.all(
        OF_FOLDER,
        params![mailbox, at, first, first | i64::from(u32::MAX), limit],
        id_of,
    )?;
    let restored = restore(tx, mailbox, &ids, into)?.len() as u64;
    let more = i64::try_from(ids.len()) == Ok(limit);
    if !more {
        tx.execute(
            "UPDATE removed_folder SET restored_at = $2 WHERE folder_id = $1",
            params![id, tx.now()],
        )?;
    }
    Ok(step(restored, more))
}

/// Keeps what lies in a range of a folder, in the transaction that removes it.
pub(crate) fn keep(
    tx: &mut Tx<'_>,
    folder: FolderId,
    (first, last): (u32, u32),
    at: i64,
) -> StoreResult<()> {
    tx.execute(
        "INSERT INTO removed (mailbox_id, removed_at, place, flags, internal_at, size, message_id, object_id, key, prefix)
         SELECT mailbox_id, $4, folder_id * 4294967296 + uid, flags, internal_at, size, message_id, object_id, key, prefix
         FROM entry WHERE folder_id = $1 AND uid BETWEEN $2 AND $3",
        params![folder, first, last, at],
    )?;
    Ok(())
}

/// Notes a folder that is being deleted now.
pub(crate) fn keep_folder(tx: &mut Tx<'_>, folder: &folder::Folder) -> StoreResult<()> {
    tx.execute(
        "INSERT INTO removed_folder (folder_id, mailbox_id, name, special_use, messages, removed_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        params![
            folder.id,
            folder.mailbox,
            &folder.name,
            folder.special_use.as_ref(),
            folder.total,
            tx.now()
        ],
    )?;
    Ok(())
}

/// Lets go of up to `limit` messages removed before `before` (ms): they cannot be brought back any more. False when
/// nothing is left to do.
pub fn prune(tx: &mut Tx<'_>, before: i64, limit: i64) -> StoreResult<bool> {
    let old = tx.all(OLD, params![before, limit], |row| {
        Ok((row.int(0)?, row.int(1)?, row.int(2)?))
    })?;
    let mut messages = Vec::with_capacity(old.len());
    for &(mailbox, at, place) in &old {
        messages.extend(tx.one(
            "DELETE FROM removed WHERE mailbox_id = $1 AND removed_at = $2 AND place = $3 RETURNING message_id",
            params![mailbox, at, place],
            |row| row.int(0),
        )?);
    }
    entry::loosen(tx, messages)?;
    let folders = tx.execute(
        "DELETE FROM removed_folder WHERE folder_id IN
         (SELECT g.folder_id FROM removed_folder g WHERE g.removed_at < $1
          AND NOT EXISTS (SELECT 1 FROM folder f WHERE f.id = g.folder_id) LIMIT $2)",
        params![before, limit],
    )?;
    Ok(!old.is_empty() || folders > 0)
}

/// Lets go of up to `limit` messages of a mailbox deleted for good; how many went.
pub(crate) fn end(tx: &mut Tx<'_>, mailbox: MailboxId, limit: i64) -> StoreResult<usize> {
    let left = tx.all(
        "SELECT removed_at, place FROM removed WHERE mailbox_id = $1 LIMIT $2",
        params![mailbox, limit],
        id_of,
    )?;
    for id in &left {
        let message = tx.one(
            "DELETE FROM removed WHERE mailbox_id = $1 AND removed_at = $2 AND place = $3 RETURNING message_id",
            params![mailbox, id.at, id.place],
            |row| Ok(MessageId(row.int(0)?)),
        )?;
        if let Some(message) = message {
            sweep::end(tx, message, mailbox)?;
        }
    }
    Ok(left.len())
}

fn id_of(row: &Row<'_>) -> StoreResult<RemovedId> {
    Ok(RemovedId {
        at: row.int(0)?,
        place: row.int(1)?,
    })
}

#[cfg(test)]
mod tests {
    use super::RemovedId;

    #[test]
    fn an_id_is_read_as_it_is_written() {
        let id = RemovedId { at: 7, place: 9 };
        assert_eq!(id.to_string().parse::<RemovedId>().ok(), Some(id));
        for wrong in ["", "7", "7-", "-9", "a-b", "7-9-1"] {
            assert!(wrong.parse::<RemovedId>().is_err(), "{wrong}");
        }
    }
}
