//! How people write: with formats or without, their signatures and the units', the letters they begin with.

use crate::sql::params;
use crate::{AccountId, MailboxId, StoreError, StoreResult, Tx};

/// How somebody writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Writing {
    /// Without formats, by choice.
    pub plain: bool,
    /// What stands below what they write in their own name: HTML, cleaned; or nothing.
    pub signature: String,
    /// For so many seconds sending can be undone.
    pub undo: u16,
}

impl Default for Writing {
    fn default() -> Self {
        Self {
            plain: false,
            signature: String::new(),
            undo: 10,
        }
    }
}

/// How an account's owner writes.
pub fn get(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<Writing> {
    let found = tx.one(
        "SELECT plain, signature, undo FROM writing WHERE account_id = $1",
        params![account],
        |row| {
            Ok(Writing {
                plain: row.int(0)? != 0,
                signature: row.text(1)?,
                undo: u16::try_from(row.int(2)?).unwrap_or(0),
            })
        },
    )?;
    Ok(found.unwrap_or_default())
}

/// Keeps how an account's owner writes.
pub fn put(tx: &mut Tx<'_>, account: AccountId, writing: &Writing) -> StoreResult<()> {
    tx.execute(
        "INSERT INTO writing (account_id, plain, signature, undo) VALUES ($1, $2, $3, $4)
         ON CONFLICT (account_id) DO UPDATE SET plain = excluded.plain, signature = excluded.signature, undo = excluded.undo",
        params![
            account,
            writing.plain,
            &writing.signature,
            i64::from(writing.undo)
        ],
    )?;
    Ok(())
}

/// What stands below what is written in a unit's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitSignature {
    /// HTML, cleaned.
    pub html: String,
    /// The server puts it there, whatever the writer does.
    pub enforced: bool,
    /// Who set it.
    pub set_by: String,
    /// When (ms).
    pub set_at: i64,
}

/// The signature of a unit mailbox.
pub fn of_unit(tx: &mut Tx<'_>, mailbox: MailboxId) -> StoreResult<Option<UnitSignature>> {
    tx.one(
        "SELECT html, enforced, set_by, set_at FROM unit_signature WHERE mailbox_id = $1",
        params![mailbox],
        |row| {
            Ok(UnitSignature {
                html: row.text(0)?,
                enforced: row.int(1)? != 0,
                set_by: row.text(2)?,
                set_at: row.int(3)?,
            })
        },
    )
}

/// Sets the signature of a unit mailbox; an empty one takes it away.
pub fn set_of_unit(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    (html, enforced): (&str, bool),
    by: &str,
) -> StoreResult<()> {
    if html.is_empty() {
        tx.execute(
            "DELETE FROM unit_signature WHERE mailbox_id = $1",
            params![mailbox],
        )?;
        return Ok(());
    }
    tx.execute(
        "INSERT INTO unit_signature (mailbox_id, html, enforced, set_by, set_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (mailbox_id) DO UPDATE SET html = excluded.html, enforced = excluded.enforced,
                set_by = excluded.set_by, set_at = excluded.set_at",
        params![mailbox, html, enforced, by, tx.now()],
    )?;
    Ok(())
}

/// A letter to begin with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    /// Its row; 0 for a new one.
    pub id: i64,
    /// What its owner calls it.
    pub name: String,
    /// The subject, or nothing.
    pub subject: String,
    /// The text: HTML, cleaned.
    pub html: String,
}

/// The names of an account's letters, in their order.
pub fn templates(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<Vec<(i64, String)>> {
    let mut all = tx.all(
        "SELECT id, name FROM letter_template WHERE account_id = $1",
        params![account],
        |row| Ok((row.int(0)?, row.text(1)?)),
    )?;
    all.sort_unstable_by(|one, other| one.1.cmp(&other.1));
    Ok(all)
}

/// One of them.
pub fn template(tx: &mut Tx<'_>, account: AccountId, id: i64) -> StoreResult<Option<Template>> {
    tx.one(
        "SELECT id, name, subject, html FROM letter_template WHERE id = $1 AND account_id = $2",
        params![id, account],
        |row| {
            Ok(Template {
                id: row.int(0)?,
                name: row.text(1)?,
                subject: row.text(2)?,
                html: row.text(3)?,
            })
        },
    )
}

/// Keeps a letter: a new one, or in the place of the one with its row. Its row; a conflict where another has its name.
pub fn put_template(tx: &mut Tx<'_>, account: AccountId, template: &Template) -> StoreResult<i64> {
    let taken = tx.one(
        "SELECT 1 FROM letter_template WHERE account_id = $1 AND name = $2 AND id <> $3",
        params![account, &template.name, template.id],
        |_| Ok(()),
    )?;
    if taken.is_some() {
        return Err(StoreError::Conflict("letter"));
    }
    let Template {
        id,
        name,
        subject,
        html,
    } = template;
    let row = if *id == 0 {
        tx.one(
            "INSERT INTO letter_template (account_id, name, subject, html) VALUES ($1, $2, $3, $4) RETURNING id",
            params![account, name, subject, html],
            |row| row.int(0),
        )?
    } else {
        tx.one(
            "UPDATE letter_template SET name = $3, subject = $4, html = $5 WHERE id = $2 AND account_id = $1 RETURNING id",
            params![account, *id, name, subject, html],
            |row| row.int(0),
        )?
    };
    row.ok_or(StoreError::NotFound("letter"))
}

/// Removes a letter.
pub fn remove_template(tx: &mut Tx<'_>, account: AccountId, id: i64) -> StoreResult<()> {
    tx.execute(
        "DELETE FROM letter_template WHERE id = $1 AND account_id = $2",
        params![id, account],
    )?;
    Ok(())
}
