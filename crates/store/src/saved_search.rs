//! Searches that somebody keeps, by name.

use crate::sql::params;
use crate::{AccountId, MailboxId, Row, StoreResult, Tx};

/// A search that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedSearch {
    /// Its row.
    pub id: i64,
    /// What its owner calls it.
    pub name: String,
    /// The mailbox that is searched.
    pub mailbox: MailboxId,
    /// Where in it, as the pages write it.
    pub scope: String,
    /// What is looked for, as it was typed.
    pub query: String,
}

/// What is to be kept.
#[derive(Clone, Copy, Debug)]
pub struct NewSavedSearch<'a> {
    /// Whose.
    pub account: AccountId,
    /// As in [`SavedSearch`].
    pub name: &'a str,
    /// As in [`SavedSearch`].
    pub mailbox: MailboxId,
    /// As in [`SavedSearch`].
    pub scope: &'a str,
    /// As in [`SavedSearch`].
    pub query: &'a str,
}

/// Keeps a search; one of the same name is replaced. False where the account has `most` others.
pub fn save(tx: &mut Tx<'_>, new: &NewSavedSearch<'_>, most: i64) -> StoreResult<bool> {
    // The row lock keeps two windows from both taking the last place.
    tx.execute(
        "UPDATE account SET login = login WHERE id = $1",
        params![new.account],
    )?;
    let others = tx.one(
        "SELECT COUNT(*) FROM saved_search WHERE account_id = $1 AND name <> $2",
        params![new.account, new.name],
        |row| row.int(0),
    )?;
    if others.unwrap_or_default() >= most {
        return Ok(false);
    }
    tx.execute(
        "INSERT INTO saved_search (account_id, name, mailbox_id, scope, query) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (account_id, name) DO UPDATE SET mailbox_id = excluded.mailbox_id, scope = excluded.scope, query = excluded.query",
        params![new.account, new.name, new.mailbox, new.scope, new.query],
    )?;
    Ok(true)
}

/// All of an account, by name.
pub fn list(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<Vec<SavedSearch>> {
    tx.all(
        "SELECT id, name, mailbox_id, scope, query FROM saved_search WHERE account_id = $1 ORDER BY name",
        params![account],
        |row: &Row<'_>| {
            Ok(SavedSearch {
                id: row.int(0)?,
                name: row.text(1)?,
                mailbox: MailboxId(row.int(2)?),
                scope: row.text(3)?,
                query: row.text(4)?,
            })
        },
    )
}

/// Forgets one of an account; whether there was one.
pub fn remove(tx: &mut Tx<'_>, account: AccountId, id: i64) -> StoreResult<bool> {
    let rows = tx.execute(
        "DELETE FROM saved_search WHERE id = $1 AND account_id = $2",
        params![id, account],
    )?;
    Ok(rows > 0)
}
