//! Whom somebody writes to beside those in the directory, and lists of them. An account's own: nobody else reads them, and they go when the
//! mailbox is deleted for good.

use crate::sql::params;
use crate::{AccountId, Row, StoreError, StoreResult, Tx};

/// An account has so many contacts at most: a search looks through all of them.
pub const MOST: i64 = 5_000;
/// An account has so many lists at most.
pub const MOST_LISTS: i64 = 100;
/// A list has so many people at most.
pub const MOST_LISTED: i64 = 200;

/// In the order of names, behind a name and a row.
pub(crate) const PAGE: &str =
    "SELECT id, name, address, phone, organisation, title, note, sort FROM contact
     WHERE account_id = $1 AND (sort, id) > ($2, CAST($3 AS BIGINT)) ORDER BY sort, id LIMIT $4";
/// Those whose words begin so, in the order of names.
pub(crate) const FOUND: &str = "SELECT id, name, address, phone, organisation, title, note, sort FROM contact
     WHERE account_id = $1 AND folded LIKE $2 ESCAPE '!' AND folded LIKE $3 ESCAPE '!' AND folded LIKE $4 ESCAPE '!'
     ORDER BY sort, id LIMIT $5";

/// A contact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// Its row; 0 for one that is not there yet.
    pub id: i64,
    /// What they are called.
    pub name: String,
    /// Their address.
    pub address: String,
    /// Telephone.
    pub phone: String,
    /// Where they work.
    pub organisation: String,
    /// What they are there.
    pub title: String,
    /// Whatever else is noted.
    pub note: String,
    /// The name, folded: the order.
    pub sort: String,
}

/// A list of contacts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// Its row.
    pub id: i64,
    /// What it is called.
    pub name: String,
    /// How many are on it.
    pub count: i64,
}

fn from_row(row: &Row<'_>) -> StoreResult<Contact> {
    Ok(Contact {
        id: row.int(0)?,
        name: row.text(1)?,
        address: row.text(2)?,
        phone: row.text(3)?,
        organisation: row.text(4)?,
        title: row.text(5)?,
        note: row.text(6)?,
        sort: row.text(7)?,
    })
}

/// At most `most` in the order of names, those behind `after` (its `sort` and row).
pub fn page(
    tx: &mut Tx<'_>,
    account: AccountId,
    after: (&str, i64),
    most: i64,
) -> StoreResult<Vec<Contact>> {
    tx.all(PAGE, params![account, after.0, after.1, most], from_row)
}

/// At most `most` that have words which begin with each of `words`, folded as they were; the first three are looked at.
pub fn find(
    tx: &mut Tx<'_>,
    account: AccountId,
    words: &[&str],
    most: i64,
) -> StoreResult<Vec<Contact>> {
    let pattern = |at: usize| {
        words
            .get(at)
            .map_or_else(|| "%".to_owned(), |word| pattern(word))
    };
    tx.all(
        FOUND,
        params![account, &pattern(0), &pattern(1), &pattern(2), most],
        from_row,
    )
}

fn pattern(word: &str) -> String {
    let word = word
        .replace('!', "!!")
        .replace('%', "!%")
        .replace('_', "!_");
    format!("% {word}%")
}

/// One of an account's.
pub fn get(tx: &mut Tx<'_>, account: AccountId, id: i64) -> StoreResult<Option<Contact>> {
    tx.one(
        "SELECT id, name, address, phone, organisation, title, note, sort FROM contact WHERE account_id = $1 AND id = $2",
        params![account, id],
        from_row,
    )
}

/// The one with an address, as it is written.
pub fn of_address(
    tx: &mut Tx<'_>,
    account: AccountId,
    address: &str,
) -> StoreResult<Option<Contact>> {
    tx.one(
        "SELECT id, name, address, phone, organisation, title, note, sort FROM contact WHERE account_id = $1 AND address = $2",
        params![account, address],
        from_row,
    )
}

/// Keeps two windows from both taking the last place.
fn lock(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<()> {
    tx.execute(
        "UPDATE account SET login = login WHERE id = $1",
        params![account],
    )?;
    Ok(())
}

/// Adds one (`id` 0), or writes one anew; `folded` is what searches read. Returns its row.
///
/// # Errors
/// [`StoreError::Conflict`] `"address"` where another contact has the address, `"contacts"` where there are [`MOST`];
/// [`StoreError::NotFound`].
pub fn put(
    tx: &mut Tx<'_>,
    account: AccountId,
    contact: &Contact,
    folded: &str,
) -> StoreResult<i64> {
    lock(tx, account)?;
    let same = of_address(tx, account, &contact.address)?;
    if same.is_some_and(|same| same.id != contact.id) {
        return Err(StoreError::Conflict("address"));
    }
    let Contact {
        name,
        address,
        phone,
        organisation,
        title,
        note,
        sort,
        ..
    } = contact;
    if contact.id != 0 {
        let id = tx.one(
            "UPDATE contact SET name = $3, address = $4, phone = $5, organisation = $6, title = $7, note = $8, sort = $9, folded = $10
             WHERE account_id = $1 AND id = $2 RETURNING id",
            params![account, contact.id, name, address, phone, organisation, title, note, sort, folded],
            |row| row.int(0),
        )?;
        return id.ok_or(StoreError::NotFound("contact"));
    }
    if count(tx, account)? >= MOST {
        return Err(StoreError::Conflict("contacts"));
    }
    let id = tx.one(
        "INSERT INTO contact (account_id, name, address, phone, organisation, title, note, sort, folded)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id",
        params![account, name, address, phone, organisation, title, note, sort, folded],
        |row| row.int(0),
    )?;
    id.ok_or(StoreError::NotFound("contact"))
}

/// How many an account has.
pub fn count(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<i64> {
    let count = tx.one(
        "SELECT COUNT(*) FROM contact WHERE account_id = $1",
        params![account],
        |row| row.int(0),
    )?;
    Ok(count.unwrap_or_default())
}

/// Removes one, from lists too; whether it was there.
pub fn remove(tx: &mut Tx<'_>, account: AccountId, id: i64) -> StoreResult<bool> {
    let rows = tx.execute(
        "DELETE FROM contact_listed WHERE contact_id = (SELECT id FROM contact WHERE account_id = $1 AND id = $2)",
        params![account, id],
    )?;
    let gone = tx.execute(
        "DELETE FROM contact WHERE account_id = $1 AND id = $2",
        params![account, id],
    )?;
    Ok(gone + rows > 0)
}

/// The lists of an account, by name.
pub fn lists(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<Vec<List>> {
    tx.all(
        "SELECT l.id, l.name, (SELECT COUNT(*) FROM contact_listed m WHERE m.list_id = l.id)
         FROM contact_list l WHERE l.account_id = $1 ORDER BY l.folded",
        params![account],
        |row| {
            Ok(List {
                id: row.int(0)?,
                name: row.text(1)?,
                count: row.int(2)?,
            })
        },
    )
}

/// Makes a list (`id` `None`), or gives one another name. Returns its row.
///
/// # Errors
/// [`StoreError::Conflict`] `"name"` where another has it, `"lists"` where there are [`MOST_LISTS`]; [`StoreError::NotFound`].
pub fn put_list(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: Option<i64>,
    (name, folded): (&str, &str),
) -> StoreResult<i64> {
    lock(tx, account)?;
    let same = list_named(tx, account, folded)?;
    if same.is_some_and(|same| Some(same) != id) {
        return Err(StoreError::Conflict("name"));
    }
    let put = match id {
        Some(id) => tx.one(
            "UPDATE contact_list SET name = $3, folded = $4 WHERE account_id = $1 AND id = $2 RETURNING id",
            params![account, id, name, folded],
            |row| row.int(0),
        )?,
        None => {
            if lists(tx, account)?.len() as i64 >= MOST_LISTS {
                return Err(StoreError::Conflict("lists"));
            }
            tx.one(
                "INSERT INTO contact_list (account_id, name, folded) VALUES ($1, $2, $3) RETURNING id",
                params![account, name, folded],
                |row| row.int(0),
            )?
        }
    };
    put.ok_or(StoreError::NotFound("list"))
}

/// The row of a list by its name, folded.
pub fn list_named(tx: &mut Tx<'_>, account: AccountId, folded: &str) -> StoreResult<Option<i64>> {
    tx.one(
        "SELECT id FROM contact_list WHERE account_id = $1 AND folded = $2",
        params![account, folded],
        |row| row.int(0),
    )
}

/// Removes a list; those on it stay. Whether it was there.
pub fn remove_list(tx: &mut Tx<'_>, account: AccountId, id: i64) -> StoreResult<bool> {
    tx.execute(
        "DELETE FROM contact_listed WHERE list_id = (SELECT id FROM contact_list WHERE account_id = $1 AND id = $2)",
        params![account, id],
    )?;
    let rows = tx.execute(
        "DELETE FROM contact_list WHERE account_id = $1 AND id = $2",
        params![account, id],
    )?;
    Ok(rows > 0)
}

/// Those on a list, in the order of names.
pub fn listed(tx: &mut Tx<'_>, account: AccountId, list: i64) -> StoreResult<Vec<Contact>> {
    tx.all(
        "SELECT c.id, c.name, c.address, c.phone, c.organisation, c.title, c.note, c.sort
         FROM contact_list l JOIN contact_listed m ON m.list_id = l.id JOIN contact c ON c.id = m.contact_id
         WHERE l.account_id = $1 AND l.id = $2 ORDER BY c.sort, c.id",
        params![account, list],
        from_row,
    )
}

/// Puts contacts on a list, or takes them off. What is no contact of the account, or no list of it, changes nothing.
///
/// # Errors
/// [`StoreError::Conflict`] where the list would have more than [`MOST_LISTED`].
pub fn enlist(
    tx: &mut Tx<'_>,
    account: AccountId,
    list: i64,
    (contacts, on): (&[i64], bool),
) -> StoreResult<()> {
    lock(tx, account)?;
    for contact in contacts {
        let sql = if on {
            "INSERT INTO contact_listed (list_id, contact_id)
             SELECT l.id, c.id FROM contact_list l, contact c
             WHERE l.account_id = $1 AND l.id = $2 AND c.account_id = $1 AND c.id = $3 ON CONFLICT DO NOTHING"
        } else {
            "DELETE FROM contact_listed WHERE contact_id = $3
             AND list_id = (SELECT id FROM contact_list WHERE account_id = $1 AND id = $2)"
        };
        tx.execute(sql, params![account, list, *contact])?;
    }
    let count = tx.one(
        "SELECT COUNT(*) FROM contact_listed WHERE list_id = $1",
        params![list],
        |row| row.int(0),
    )?;
    if on && count.unwrap_or_default() > MOST_LISTED {
        return Err(StoreError::Conflict("listed"));
    }
    Ok(())
}
