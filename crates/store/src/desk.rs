//! What waits in a unit mailbox, and on whose desk (TQ.11.4, HCM.12.4); who opened a message first; what its keepers say to one another
//! about it.
//!
//! The desk stands in the entries themselves, so that lists and counts of it cost what they show, in whatever folder the message lies.
//! What became of the message, with names and times, is [`crate::assignment`]'s.

use crate::sql::params;
use crate::{AccountId, Change, FolderId, MailboxId, StoreResult, Tx};

/// More than so many are not counted.
pub const COUNTED: u32 = 1_000;

pub(crate) const COUNT_HELD: &str = "SELECT COUNT(*) FROM
     (SELECT 1 FROM entry /*sqlite INDEXED BY entry_desk*/ WHERE folder_id = $1 AND desk = $2 LIMIT $3) few";
pub(crate) const COUNT_WAITING: &str = "SELECT COUNT(*) FROM
     (SELECT 1 FROM entry /*sqlite INDEXED BY entry_waits*/ WHERE folder_id = $1 AND desk IS NOT NULL LIMIT $2) few";
pub(crate) const NOTES: &str = "SELECT id, account_id, at, words FROM unit_note
     WHERE mailbox_id = $1 AND object_id = $2 ORDER BY id LIMIT $3";

/// On whose desk a message lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Desk {
    /// Nobody has it in hand.
    Nobody,
    /// They have.
    Held(AccountId),
}

/// On whose desk an entry lies; `None`: it waits for nothing, or lies in no unit mailbox.
pub fn of(tx: &mut Tx<'_>, folder: FolderId, uid: u32) -> StoreResult<Option<Desk>> {
    let found = tx.one(
        "SELECT desk FROM entry WHERE folder_id = $1 AND uid = $2",
        params![folder, uid],
        |row| row.opt_int(0),
    )?;
    Ok(found.flatten().map(|desk| match desk {
        0 => Desk::Nobody,
        account => Desk::Held(AccountId(account)),
    }))
}

/// Lays a message on a desk, wherever in its mailbox it lies: an account's, nobody's (0), or none.
pub(crate) fn put(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    object: i64,
    desk: Option<i64>,
) -> StoreResult<()> {
    // What was delivered there is found by its own place.
    tx.execute(
        "UPDATE entry SET desk = $3 WHERE folder_id = $2 / 4294967296 AND uid = $2 % 4294967296 AND mailbox_id = $1
           AND object_id IS NULL",
        params![mailbox, object, desk],
    )?;
    tx.execute(
        "UPDATE entry SET desk = $3 WHERE folder_id IN (SELECT id FROM folder WHERE mailbox_id = $1) AND object_id = $2",
        params![mailbox, object, desk],
    )?;
    Ok(())
}

/// What an account has in hand in a mailbox waits for somebody to take it.
pub(crate) fn release(tx: &mut Tx<'_>, mailbox: MailboxId, account: AccountId) -> StoreResult<()> {
    tx.execute(
        "UPDATE entry SET desk = 0 WHERE folder_id IN (SELECT id FROM folder WHERE mailbox_id = $1) AND desk = $2",
        params![mailbox, account],
    )?;
    tx.tell(Change::Mailbox(mailbox));
    Ok(())
}

/// How many messages of a folder wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// For somebody to take them.
    pub unclaimed: u32,
    /// For an account to answer them.
    pub held: u32,
    /// For an answer, whoever has them.
    pub waiting: u32,
}

/// How many messages of a folder wait, and for this account; of each not more than [`COUNTED`].
pub fn counts(tx: &mut Tx<'_>, folder: FolderId, account: AccountId) -> StoreResult<Counts> {
    let mut held = |desk: i64| {
        let found = tx.one(COUNT_HELD, params![folder, desk, COUNTED], |row| row.u32(0))?;
        Ok::<_, crate::StoreError>(found.unwrap_or(0))
    };
    let (unclaimed, held) = (held(0)?, held(account.0)?);
    let waiting = tx.one(COUNT_WAITING, params![folder, COUNTED], |row| row.u32(0))?;
    Ok(Counts {
        unclaimed,
        held,
        waiting: waiting.unwrap_or(0),
    })
}

/// Notes who opened messages of a unit mailbox, where nobody had; of a person's nothing is noted.
pub fn opened(
    tx: &mut Tx<'_>,
    folder: FolderId,
    ranges: &[(u32, u32)],
    account: AccountId,
) -> StoreResult<()> {
    let mut first = None;
    for &(from, to) in ranges {
        let noted = tx.one(
            "INSERT INTO unit_opened (mailbox_id, object_id, account_id, at)
             SELECT e.mailbox_id, COALESCE(e.object_id, e.folder_id * 4294967296 + e.uid), CAST($4 AS BIGINT), CAST($5 AS BIGINT)
             FROM entry e JOIN mailbox m ON m.id = e.mailbox_id
             WHERE e.folder_id = $1 AND e.uid BETWEEN $2 AND $3 AND m.kind = 'unit'
             ON CONFLICT (mailbox_id, object_id) DO NOTHING RETURNING mailbox_id",
            params![folder, from, to, account, tx.now()],
            |row| Ok(MailboxId(row.int(0)?)),
        )?;
        first = first.or(noted);
    }
    if let Some(mailbox) = first {
        tx.tell(Change::Mailbox(mailbox));
    }
    Ok(())
}

/// Who opened a message first, and when (ms).
pub fn opened_by(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    object: i64,
) -> StoreResult<Option<(AccountId, i64)>> {
    tx.one(
        "SELECT account_id, at FROM unit_opened WHERE mailbox_id = $1 AND object_id = $2",
        params![mailbox, object],
        |row| Ok((AccountId(row.int(0)?), row.int(1)?)),
    )
}

/// A note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Its row.
    pub id: i64,
    /// Whose it is.
    pub account: AccountId,
    /// When it was written (ms).
    pub at: i64,
    /// What it says.
    pub words: String,
}

/// Writes a note; its row.
pub fn note(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    object: i64,
    account: AccountId,
    words: &str,
) -> StoreResult<i64> {
    let id = tx.one(
        "INSERT INTO unit_note (mailbox_id, object_id, account_id, at, words) VALUES ($1, $2, $3, $4, $5) RETURNING id",
        params![mailbox, object, account, tx.now(), words],
        |row| row.int(0),
    )?;
    tx.tell(Change::Mailbox(mailbox));
    Ok(id.unwrap_or(0))
}

/// The notes of a message, the oldest first, at most `limit`.
pub fn notes(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    object: i64,
    limit: i64,
) -> StoreResult<Vec<Note>> {
    tx.all(NOTES, params![mailbox, object, limit], |row| {
        Ok(Note {
            id: row.int(0)?,
            account: AccountId(row.int(1)?),
            at: row.int(2)?,
            words: row.text(3)?,
        })
    })
}

/// What people call whoever has an account.
pub fn name(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<String> {
    let found = tx.one(
        "SELECT COALESCE(NULLIF(m.name, ''), a.login) FROM account a LEFT JOIN mailbox m ON m.account_id = a.id
         WHERE a.id = $1",
        params![account],
        |row| row.text(0),
    )?;
    Ok(found.unwrap_or_default())
}
