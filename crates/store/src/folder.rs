//! Folders: names, counters, subscriptions.
//!
//! A deleted folder disappears at once ([`delete`]); its entries are removed in chunks behind
//! ([`purge`]), so that deleting 100,000 messages keeps no mail waiting.

use crate::blob::sweep;
use crate::sql::params;
use crate::{
    Change, FolderId, MailboxId, MessageId, Row, StoreError, StoreResult, Tx, entry, mailbox,
    metadata, removed, search,
};

/// The hierarchy separator of folder names.
pub const SEPARATOR: char = '/';
const INBOX: &str = "INBOX";

/// A folder and its counters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    /// Its row.
    pub id: FolderId,
    /// Whose it is.
    pub mailbox: MailboxId,
    /// Full name, UTF-8 NFC, levels separated by `/`; `INBOX` in capitals.
    pub name: String,
    /// RFC 6154 use, with the backslash.
    pub special_use: Option<String>,
    /// RFC 9051 §2.3.1.1.
    pub uid_validity: u32,
    /// The UID the next message gets.
    pub uid_next: u32,
    /// Messages from this UID on were seen by no session yet (\Recent).
    pub recent_uid: u32,
    /// RFC 7162.
    pub modseq: i64,
    /// Messages.
    pub total: u32,
    /// Messages without \Seen.
    pub unseen: u32,
    /// Bytes of all messages.
    pub bytes: u64,
}

fn from_row(row: &Row<'_>) -> StoreResult<Folder> {
    Ok(Folder {
        id: FolderId(row.int(0)?),
        mailbox: MailboxId(row.int(1)?),
        name: row.text(2)?,
        special_use: row.opt_text(3)?,
        uid_validity: row.u32(4)?,
        uid_next: row.u32(5)?,
        recent_uid: row.u32(6)?,
        modseq: row.int(7)?,
        total: row.u32(8)?,
        unseen: row.u32(9)?,
        bytes: row.u64(10)?,
    })
}

/// All folders of a mailbox, by name.
pub fn list(tx: &mut Tx<'_>, mailbox: MailboxId) -> StoreResult<Vec<Folder>> {
    tx.all(
        "SELECT id, mailbox_id, name, special_use, uid_validity, uid_next, recent_uid, modseq, total, unseen, bytes
         FROM folder WHERE mailbox_id = $1 AND gone_at IS NULL ORDER BY name",
        params![mailbox],
        from_row,
    )
}

/// How many folders a mailbox has.
pub fn count(tx: &mut Tx<'_>, mailbox: MailboxId) -> StoreResult<u64> {
    let count = tx.one(
        "SELECT COUNT(*) FROM folder WHERE mailbox_id = $1 AND gone_at IS NULL",
        params![mailbox],
        |row| row.u64(0),
    )?;
    Ok(count.unwrap_or(0))
}

/// The folder of this name.
pub fn find(tx: &mut Tx<'_>, mailbox: MailboxId, name: &str) -> StoreResult<Option<Folder>> {
    tx.one(
        "SELECT id, mailbox_id, name, special_use, uid_validity, uid_next, recent_uid, modseq, total, unseen, bytes
         FROM folder WHERE mailbox_id = $1 AND name = $2 AND gone_at IS NULL",
        params![mailbox, name],
        from_row,
    )
}

/// A folder by its row; `None` once it is deleted.
pub fn get(tx: &mut Tx<'_>, id: FolderId) -> StoreResult<Option<Folder>> {
    tx.one(
        "SELECT id, mailbox_id, name, special_use, uid_validity, uid_next, recent_uid, modseq, total, unseen, bytes
         FROM folder WHERE id = $1 AND gone_at IS NULL",
        params![id],
        from_row,
    )
}

/// Makes a folder. UIDVALIDITY comes from a counter of the mailbox, so that a folder made again
/// under an old name never has an old one.
pub fn create(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    name: &str,
    special_use: Option<&str>,
) -> StoreResult<FolderId> {
    let uid_validity = next_uid_validity(tx, mailbox)?;
    tx.tell(Change::Mailbox(mailbox));
    tx.one(
        "INSERT INTO folder (mailbox_id, name, special_use, uid_validity, created_at)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (mailbox_id, name) DO NOTHING RETURNING id",
        params![mailbox, name, special_use, uid_validity, tx.now()],
        |row| Ok(FolderId(row.int(0)?)),
    )?
    .ok_or(StoreError::Conflict("folder"))
}

fn next_uid_validity(tx: &mut Tx<'_>, mailbox: MailboxId) -> StoreResult<i64> {
    tx.one(
        "UPDATE mailbox SET uid_validity = uid_validity + 1 WHERE id = $1 RETURNING uid_validity",
        params![mailbox],
        |row| row.int(0),
    )?
    .ok_or(StoreError::NotFound("mailbox"))
}

/// Renames a folder and everything below it. Both keep their UIDVALIDITY and messages. `INBOX`
/// cannot be renamed this way: see [`move_all`].
pub fn rename(tx: &mut Tx<'_>, mailbox: MailboxId, from: &str, to: &str) -> StoreResult<()> {
    if from == INBOX {
        return Err(StoreError::Conflict("INBOX"));
    }
    let folders = list(tx, mailbox)?;
    let below = format!("{from}{SEPARATOR}");
    let mut found = false;
    for folder in &folders {
        let renamed = if folder.name == from {
            to.to_owned()
        } else if let Some(rest) = folder.name.strip_prefix(&below) {
            format!("{to}{SEPARATOR}{rest}")
        } else {
            continue;
        };
        found = true;
        if folders.iter().any(|other| other.name == renamed) {
            return Err(StoreError::Conflict("folder"));
        }
        tx.execute(
            "UPDATE folder SET name = $2 WHERE id = $1",
            params![folder.id, &renamed],
        )?;
        tx.tell(Change::Folder(folder.id));
    }
    if found {
        tx.tell(Change::Mailbox(mailbox));
        Ok(())
    } else {
        Err(StoreError::NotFound("folder"))
    }
}

/// Moves every message of `from` into `to`: what renaming INBOX means (RFC 9051 §6.3.6).
pub fn move_all(tx: &mut Tx<'_>, from: FolderId, to: FolderId) -> StoreResult<()> {
    entry::move_to(tx, from, &[(1, u32::MAX)], to).map(drop)
}

/// Deletes a folder: it and its name are gone at once, its entries follow ([`purge`]). `INBOX`
/// cannot be deleted: [`StoreError::Conflict`].
pub fn delete(tx: &mut Tx<'_>, id: FolderId) -> StoreResult<()> {
    let folder = get(tx, id)?.ok_or(StoreError::NotFound("folder"))?;
    if folder.name == INBOX {
        // RFC 9051 §6.3.5; without it the mailbox could take no mail.
        return Err(StoreError::Conflict("INBOX"));
    }
    let hidden = format!("\u{1}{}", id.0);
    let counted = tx
        .one(
            "UPDATE folder SET name = $2, gone_at = $3 WHERE id = $1 AND gone_at IS NULL RETURNING bytes, total",
            params![id, &hidden, tx.now()],
            |row| Ok((row.int(0)?, row.int(1)?)),
        )?
        .ok_or(StoreError::NotFound("folder"))?;
    mailbox::count(tx, folder.mailbox, -counted.0, -counted.1, None)?;
    metadata::forget(tx, id)?;
    if tx.keeps() {
        removed::keep_folder(tx, &folder)?;
    }
    tx.tell(Change::Folder(id));
    tx.tell(Change::Mailbox(folder.mailbox));
    Ok(())
}

/// Removes up to `limit` entries of deleted folders, and the folders that are empty. Returns
/// false when nothing is left to do.
pub fn purge(tx: &mut Tx<'_>, limit: i64) -> StoreResult<bool> {
    let next = tx.one(
        "SELECT id FROM folder WHERE gone_at IS NOT NULL ORDER BY gone_at LIMIT 1",
        params![],
        |row| Ok(FolderId(row.int(0)?)),
    )?;
    match next {
        Some(id) => purge_one(tx, id, limit),
        None => Ok(false),
    }
}

/// As [`purge`], of one deleted folder; false where there is no such one.
pub(crate) fn purge_one(tx: &mut Tx<'_>, id: FolderId, limit: i64) -> StoreResult<bool> {
    let Some(gone) = tx.one(
        "SELECT f.mailbox_id, g.removed_at, m.deleted_at FROM folder f JOIN mailbox m ON m.id = f.mailbox_id
         LEFT JOIN removed_folder g ON g.folder_id = f.id WHERE f.id = $1 AND f.gone_at IS NOT NULL",
        params![id],
        |row| {
            let ended = row.opt_int(2)?.is_some();
            Ok((MailboxId(row.int(0)?), row.opt_int(1)?, ended))
        },
    )?
    else {
        return Ok(false);
    };
    let (mailbox, kept_at, ended) = gone;
    let last = tx
        .one(
            "SELECT MAX(uid) FROM (SELECT uid FROM entry WHERE folder_id = $1 ORDER BY uid LIMIT $2) AS page",
            params![id, limit],
            |row| row.opt_int(0),
        )?
        .flatten();
    let last = last.map_or(0, |uid| u32::try_from(uid).unwrap_or(u32::MAX));
    if let (Some(at), false) = (kept_at, ended) {
        removed::keep(tx, id, (0, last), at)?;
    }
    let removed = tx.all(
        "DELETE FROM entry WHERE folder_id = $1 AND uid <= $2 RETURNING message_id",
        params![id, last],
        |row| row.int(0),
    )?;
    let emptied = removed.len() < usize::try_from(limit).unwrap_or(0);
    if ended {
        for message in removed {
            sweep::end(tx, MessageId(message), mailbox)?;
        }
    } else if kept_at.is_none() {
        entry::loosen(tx, removed)?;
    }
    if emptied {
        search::purge(tx, id)?;
        // Somebody may have set one while the folder was deleted.
        metadata::forget(tx, id)?;
        tx.execute("DELETE FROM hole WHERE folder_id = $1", params![id])?;
        tx.execute("DELETE FROM expunged WHERE folder_id = $1", params![id])?;
        tx.execute("DELETE FROM folder WHERE id = $1", params![id])?;
    }
    Ok(true)
}

/// Whether any folder lies below a name.
pub fn has_below(tx: &mut Tx<'_>, mailbox: MailboxId, name: &str) -> StoreResult<bool> {
    // Names compare by their bytes, and `0` is the one after the separator.
    let (from, to) = (format!("{name}{SEPARATOR}"), format!("{name}0"));
    let found = tx.one(
        "SELECT 1 FROM folder WHERE mailbox_id = $1 AND name > $2 AND name < $3 LIMIT 1",
        params![mailbox, &from, &to],
        |_| Ok(()),
    )?;
    Ok(found.is_some())
}

/// Marks everything now in the folder as seen by a session: it is \Recent to no later one.
pub fn take_recent(tx: &mut Tx<'_>, id: FolderId) -> StoreResult<()> {
    tx.execute(
        "UPDATE folder SET recent_uid = uid_next WHERE id = $1",
        params![id],
    )?;
    Ok(())
}

/// Adds a name to the subscribed ones; it need not exist (RFC 9051 §6.3.7).
pub fn subscribe(tx: &mut Tx<'_>, mailbox: MailboxId, name: &str) -> StoreResult<()> {
    tx.execute(
        "INSERT INTO subscription (mailbox_id, name) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        params![mailbox, name],
    )?;
    tx.tell(Change::Mailbox(mailbox));
    Ok(())
}

/// Takes a name off the subscribed ones.
pub fn unsubscribe(tx: &mut Tx<'_>, mailbox: MailboxId, name: &str) -> StoreResult<()> {
    tx.execute(
        "DELETE FROM subscription WHERE mailbox_id = $1 AND name = $2",
        params![mailbox, name],
    )?;
    tx.tell(Change::Mailbox(mailbox));
    Ok(())
}

/// The subscribed names.
pub fn subscriptions(tx: &mut Tx<'_>, mailbox: MailboxId) -> StoreResult<Vec<String>> {
    tx.all(
        "SELECT name FROM subscription WHERE mailbox_id = $1 ORDER BY name",
        params![mailbox],
        |row| row.text(0),
    )
}

/// Locks folders in the order of their ids (PostgreSQL; SQLite has one writer).
pub fn lock(tx: &mut Tx<'_>, ids: &mut [FolderId]) -> StoreResult<()> {
    if tx.is_postgres() {
        ids.sort_unstable();
        for id in ids {
            tx.one(
                "SELECT id FROM folder WHERE id = $1 FOR UPDATE",
                params![*id],
                |_| Ok(()),
            )?;
        }
    }
    Ok(())
}
