//! Putting a message into a folder.

use crate::keyword::flag;
use crate::sql::params;
use crate::{
    Change, FolderId, MailboxId, MessageId, StoreError, StoreResult, Tx, mailbox, search, takedown,
};

/// A message to put into a folder.
#[derive(Clone, Debug)]
pub struct NewEntry<'a> {
    /// Where.
    pub folder: FolderId,
    /// What.
    pub message: MessageId,
    /// Bytes of the message without `prefix`.
    pub message_size: u64,
    /// Flag bits.
    pub flags: i64,
    /// INTERNALDATE (ms).
    pub internal_at: i64,
    /// Header lines of this recipient alone (Return-Path, Received, Delivered-To), with CRLFs.
    pub prefix: &'a [u8],
}

/// Where it came to lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appended {
    /// Its UID.
    pub uid: u32,
    /// The folder's UIDVALIDITY.
    pub uid_validity: u32,
    /// The mailbox.
    pub mailbox: MailboxId,
}

/// Puts a message that its user brought (APPEND, an import) into a folder and counts it.
pub fn append(tx: &mut Tx<'_>, new: &NewEntry<'_>) -> StoreResult<Appended> {
    put(tx, new, None)
}

/// Puts a message that was sent to the mailbox into a folder, counts it, and notes when the
/// mailbox received it; in a unit's it waits to be handled (TQ.11.4).
pub fn deliver(tx: &mut Tx<'_>, new: &NewEntry<'_>) -> StoreResult<Appended> {
    put(tx, new, Some(tx.now()))
}

fn put(tx: &mut Tx<'_>, new: &NewEntry<'_>, received_at: Option<i64>) -> StoreResult<Appended> {
    if tx.is_watched()
        && let Some(stub) = takedown::stub_of(tx, new.message)?
    {
        let prefix = stub.lines(new.internal_at);
        let instead = NewEntry {
            folder: new.folder,
            message: stub.message,
            message_size: stub.size,
            flags: new.flags & flag::SEEN,
            internal_at: new.internal_at,
            prefix: &prefix,
        };
        let appended = insert(tx, &instead, received_at)?;
        takedown::arrived(tx, &stub, new, &appended)?;
        return Ok(appended);
    }
    insert(tx, new, received_at)
}

pub(crate) fn insert(
    tx: &mut Tx<'_>,
    new: &NewEntry<'_>,
    received_at: Option<i64>,
) -> StoreResult<Appended> {
    let size = i64::try_from(new.message_size).unwrap_or(i64::MAX) + new.prefix.len() as i64;
    let unseen = i64::from(new.flags & flag::SEEN == 0);
    let (uid, modseq, uid_validity, mailbox, indexed) = tx
        .one(
            "UPDATE folder SET uid_next = uid_next + 1, modseq = modseq + 1, total = total + 1,
                    unseen = unseen + $2, bytes = bytes + $3
             WHERE id = $1 AND gone_at IS NULL RETURNING uid_next - 1, modseq, uid_validity, mailbox_id, indexed_uid",
            params![new.folder, unseen, size],
            |row| {
                let mailbox = MailboxId(row.int(3)?);
                Ok((row.u32(0)?, row.int(1)?, row.u32(2)?, mailbox, row.u32(4)?))
            },
        )?
        .ok_or(StoreError::NotFound("folder"))?;
    tx.execute(
        "INSERT INTO entry (folder_id, uid, flags, modseq, born, internal_at, saved_at, size, message_id, mailbox_id, prefix, thread_id, desk)
         VALUES ($1, $2, $3, $4, $4, $5, $6, $7, $8, $9, $10, (SELECT thread_id FROM message WHERE id = $8 AND refs <> ''),
                 (SELECT 0 FROM mailbox WHERE id = $9 AND kind = 'unit' AND CAST($11 AS BIGINT) <> 0))",
        params![
            new.folder,
            uid,
            new.flags,
            modseq,
            new.internal_at,
            tx.now(),
            size,
            new.message,
            mailbox,
            new.prefix,
            received_at.is_some()
        ],
    )?;
    search::noticed(tx, new.folder, indexed, (uid, uid))?;
    mailbox::count(tx, mailbox, size, 1, received_at)?;
    tx.tell(Change::Folder(new.folder));
    Ok(Appended {
        uid,
        uid_validity,
        mailbox,
    })
}
