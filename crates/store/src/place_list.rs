//! Lists of places that are carried out in chunks. What each chunk says is governance's; here lies how far it is.

use crate::sql::params;
use crate::{AccountId, Row, StoreError, StoreResult, Tx};

/// A list to carry out.
#[derive(Clone, Copy, Debug)]
pub struct NewList<'a> {
    /// Whose act it is.
    pub made_by: &'a str,
    /// Their account.
    pub made_by_id: Option<AccountId>,
    /// Where they are.
    pub client_ip: &'a str,
    /// Number and date of the document; may be empty.
    pub document: &'a str,
    /// What its record says, as JSON.
    pub detail: &'a str,
}

/// A list that is carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// Its row.
    pub id: i64,
    /// Whose act it is.
    pub made_by: String,
    /// Their account.
    pub made_by_id: Option<AccountId>,
    /// Where they are.
    pub client_ip: String,
    /// Number and date of the document; may be empty.
    pub document: String,
    /// What its record says, as JSON.
    pub detail: String,
    /// How many chunks it has.
    pub chunks: i64,
    /// The one that is carried out next, from 0.
    pub next: i64,
}

fn list(row: &Row<'_>) -> StoreResult<List> {
    Ok(List {
        id: row.int(0)?,
        made_by: row.text(1)?,
        made_by_id: row.opt_int(2)?.map(AccountId),
        client_ip: row.text(3)?,
        document: row.text(4)?,
        detail: row.text(5)?,
        chunks: row.int(6)?,
        next: row.int(7)?,
    })
}

/// Begins a list with its chunks.
pub fn add(tx: &mut Tx<'_>, new: &NewList<'_>, chunks: &[String]) -> StoreResult<i64> {
    let id = tx
        .one(
            "INSERT INTO place_list (made_by, made_by_id, client_ip, document, made_at, detail, chunks)
             VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
            params![
                new.made_by,
                new.made_by_id,
                new.client_ip,
                new.document,
                tx.now(),
                new.detail,
                i64::try_from(chunks.len()).unwrap_or(i64::MAX)
            ],
            |row| row.int(0),
        )?
        .ok_or(StoreError::NotFound("list of places"))?;
    for (number, data) in (0_i64..).zip(chunks) {
        tx.execute(
            "INSERT INTO place_list_chunk (list_id, number, data) VALUES ($1, $2, $3)",
            params![id, number, data],
        )?;
    }
    Ok(id)
}

/// The list that is not done, if there is one.
pub fn open(tx: &mut Tx<'_>) -> StoreResult<Option<i64>> {
    tx.one(
        "SELECT id FROM place_list WHERE done_at IS NULL ORDER BY id LIMIT 1",
        params![],
        |row| row.int(0),
    )
}

/// How far a list is: chunks carried out, of how many, and whether all of it is done.
pub fn progress(tx: &mut Tx<'_>, id: i64) -> StoreResult<Option<(u64, u64, bool)>> {
    tx.one(
        "SELECT next, chunks, done_at FROM place_list WHERE id = $1",
        params![id],
        |row| Ok((row.u64(0)?, row.u64(1)?, row.opt_int(2)?.is_some())),
    )
}

/// Whose act a list is, its document and its record, as JSON.
pub fn told(tx: &mut Tx<'_>, id: i64) -> StoreResult<Option<(String, String, String)>> {
    tx.one(
        "SELECT made_by, document, detail FROM place_list WHERE id = $1",
        params![id],
        |row| Ok((row.text(0)?, row.text(1)?, row.text(2)?)),
    )
}

/// A list that is not done; nobody else works on it until this transaction ends.
pub fn lock(tx: &mut Tx<'_>, id: i64) -> StoreResult<Option<List>> {
    // SQLite has one writer; a row that is written is locked on PostgreSQL.
    tx.execute(
        "UPDATE place_list SET next = next WHERE id = $1",
        params![id],
    )?;
    tx.one(
        "SELECT id, made_by, made_by_id, client_ip, document, detail, chunks, next FROM place_list
         WHERE id = $1 AND done_at IS NULL",
        params![id],
        list,
    )
}

/// What a chunk says, and the rows that were made of it.
pub fn chunk(tx: &mut Tx<'_>, id: i64, number: i64) -> StoreResult<Option<(String, String)>> {
    tx.one(
        "SELECT data, made FROM place_list_chunk WHERE list_id = $1 AND number = $2",
        params![id, number],
        |row| Ok((row.text(0)?, row.text(1)?)),
    )
}

/// Notes that a chunk is carried out, with the rows that were made of it.
pub fn carried_out(tx: &mut Tx<'_>, id: i64, number: i64, made: &str) -> StoreResult<()> {
    tx.execute(
        "UPDATE place_list_chunk SET made = $3 WHERE list_id = $1 AND number = $2",
        params![id, number, made],
    )?;
    tx.execute(
        "UPDATE place_list SET next = $2 WHERE id = $1",
        params![id, number + 1],
    )?;
    Ok(())
}

/// Notes that all of it is carried out; its chunks are of no use any more.
pub fn done(tx: &mut Tx<'_>, id: i64) -> StoreResult<()> {
    tx.execute(
        "DELETE FROM place_list_chunk WHERE list_id = $1",
        params![id],
    )?;
    tx.execute(
        "UPDATE place_list SET done_at = $2 WHERE id = $1",
        params![id, tx.now()],
    )?;
    Ok(())
}
