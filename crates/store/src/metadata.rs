//! Annotations (RFC 5464): named values of a folder, or of a mailbox as a whole.
//!
//! Each change has a version, which rises in its mailbox; what was removed stays for a while without
//! its value, so that sessions can tell of it.

use crate::sql::params;
use crate::{Change, FolderId, MailboxId, StoreError, StoreResult, Tx};

/// Removed entries are remembered for so many changes.
const KEPT: i64 = 64;

/// How far below an entry is read (RFC 5464 §4.2.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// The entry alone.
    #[default]
    Zero,
    /// And what lies right below it.
    One,
    /// And all that lies below it.
    Infinity,
}

/// An entry and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    /// Its name: lower case, `/` between components.
    pub name: String,
    /// Its value.
    pub value: Vec<u8>,
}

/// An entry that changed or was removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touched {
    /// Where; `None` is the mailbox as a whole.
    pub folder: Option<FolderId>,
    /// Its name.
    pub name: String,
    /// By which change.
    pub version: i64,
}

/// What there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// Entries in the one place.
    pub entries: u64,
    /// Bytes of names and values in the whole mailbox.
    pub bytes: u64,
}

fn place(folder: Option<FolderId>) -> i64 {
    folder.map_or(0, |folder| folder.0)
}

/// The entry `name` of a folder, or of the mailbox where there is none, and those below it, by name.
pub fn get(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    folder: Option<FolderId>,
    name: &str,
    depth: Depth,
) -> StoreResult<Vec<Annotation>> {
    // `0` is what follows `/`.
    let (below, end) = match depth {
        Depth::Zero => (name.to_owned(), name.to_owned()),
        Depth::One | Depth::Infinity => (format!("{name}/"), format!("{name}0")),
    };
    let mut found = Vec::new();
    tx.each(
        "SELECT name, value FROM metadata WHERE mailbox_id = $1 AND place = $2 AND value IS NOT NULL
         AND (name = $3 OR (name > $4 AND name < $5)) ORDER BY name",
        params![mailbox, place(folder), name, &below, &end],
        |row| {
            let entry = row.text(0)?;
            let rest = entry.get(below.len()..).unwrap_or_default();
            if depth != Depth::One || !rest.contains('/') {
                found.push(Annotation {
                    name: entry,
                    value: row.bytes(1)?.to_vec(),
                });
            }
            Ok(true)
        },
    )?;
    Ok(found)
}

/// Sets entries, or removes those without a value. Gives the version of the change. The modseq of the folder
/// rises too (RFC 7162 §3.2).
pub fn set(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    folder: Option<FolderId>,
    entries: &[(&str, Option<&[u8]>)],
) -> StoreResult<i64> {
    // First the folder, then the mailbox, as everywhere: so nobody waits for one another.
    if let Some(folder) = folder {
        tx.execute(
            "UPDATE folder SET modseq = modseq + 1 WHERE id = $1 AND gone_at IS NULL",
            params![folder],
        )?;
        tx.tell(Change::Folder(folder));
    }
    let version = tx
        .one(
            "UPDATE mailbox SET metadata_version = metadata_version + 1 WHERE id = $1 RETURNING metadata_version",
            params![mailbox],
            |row| row.int(0),
        )?
        .ok_or(StoreError::NotFound("mailbox"))?;
    for (name, value) in entries {
        if value.is_some() {
            tx.execute(
                "INSERT INTO metadata (mailbox_id, place, folder_id, name, value, version)
                 VALUES ($1, $2, $3, $4, $5, $6)
                 ON CONFLICT (mailbox_id, place, name) DO UPDATE SET value = excluded.value, version = excluded.version",
                params![mailbox, place(folder), folder, *name, *value, version],
            )?;
        } else {
            tx.execute(
                "UPDATE metadata SET value = NULL, version = $4
                 WHERE mailbox_id = $1 AND place = $2 AND name = $3 AND value IS NOT NULL",
                params![mailbox, place(folder), *name, version],
            )?;
        }
    }
    tx.execute(
        "DELETE FROM metadata WHERE mailbox_id = $1 AND version < $2 AND value IS NULL",
        params![mailbox, version - KEPT],
    )?;
    tx.tell(Change::Mailbox(mailbox));
    Ok(version)
}

/// How much there is.
pub fn usage(tx: &mut Tx<'_>, mailbox: MailboxId, folder: Option<FolderId>) -> StoreResult<Usage> {
    tx.one(
        "SELECT CAST(COALESCE(SUM(CASE WHEN place = $2 THEN 1 ELSE 0 END), 0) AS BIGINT),
                CAST(COALESCE(SUM(LENGTH(name) + LENGTH(value)), 0) AS BIGINT)
         FROM metadata WHERE mailbox_id = $1 AND value IS NOT NULL",
        params![mailbox, place(folder)],
        |row| {
            Ok(Usage {
                entries: row.u64(0)?,
                bytes: row.u64(1)?,
            })
        },
    )?
    .ok_or(StoreError::NotFound("mailbox"))
}

/// The version of the last change in a mailbox.
pub fn version(tx: &mut Tx<'_>, mailbox: MailboxId) -> StoreResult<i64> {
    tx.one(
        "SELECT metadata_version FROM mailbox WHERE id = $1",
        params![mailbox],
        |row| row.int(0),
    )?
    .ok_or(StoreError::NotFound("mailbox"))
}

/// What changed after a version.
pub fn touched(tx: &mut Tx<'_>, mailbox: MailboxId, since: i64) -> StoreResult<Vec<Touched>> {
    tx.all(
        "SELECT folder_id, name, version FROM metadata WHERE mailbox_id = $1 AND version > $2 ORDER BY version, place, name",
        params![mailbox, since],
        |row| {
            Ok(Touched {
                folder: row.opt_int(0)?.map(FolderId),
                name: row.text(1)?,
                version: row.int(2)?,
            })
        },
    )
}

/// Gives a folder the entries of another one of the same mailbox (RFC 5464 §4.1, renaming INBOX).
pub fn copy(tx: &mut Tx<'_>, mailbox: MailboxId, from: FolderId, to: FolderId) -> StoreResult<()> {
    tx.execute(
        "INSERT INTO metadata (mailbox_id, place, folder_id, name, value, version)
         SELECT mailbox_id, CAST($3 AS BIGINT), CAST($3 AS BIGINT), name, value, version FROM metadata
         WHERE mailbox_id = $1 AND place = $2 AND value IS NOT NULL",
        params![mailbox, from, to],
    )?;
    Ok(())
}

/// Removes all entries of a folder that is being deleted.
pub(crate) fn forget(tx: &mut Tx<'_>, folder: FolderId) -> StoreResult<()> {
    tx.execute("DELETE FROM metadata WHERE folder_id = $1", params![folder])?;
    Ok(())
}
