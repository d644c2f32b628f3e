//! Persons: who works where, under what names.

use crate::sql::params;
use crate::{AccountId, OrganisationId, PersonId, Row, StoreError, StoreResult, Tx, identity};

/// A person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Their row.
    pub id: PersonId,
    /// Where they work.
    pub organisation: OrganisationId,
    /// Họ.
    pub family: String,
    /// Đệm; may be empty.
    pub middle: String,
    /// Tên.
    pub given: String,
    /// Chức vụ.
    pub title: String,
    /// As it was told, or empty.
    pub phone: String,
    /// Year of birth.
    pub born: Option<i64>,
    /// Their identifier on paper.
    pub code: Option<String>,
    /// When they left (ms).
    pub ended_at: Option<i64>,
}

fn from_row(row: &Row<'_>) -> StoreResult<Person> {
    Ok(Person {
        id: PersonId(row.int(0)?),
        organisation: OrganisationId(row.int(1)?),
        family: row.text(2)?,
        middle: row.text(3)?,
        given: row.text(4)?,
        title: row.text(5)?,
        phone: row.text(6)?,
        born: row.opt_int(7)?,
        code: row.opt_text(8)?,
        ended_at: row.opt_int(9)?,
    })
}

/// A person by their row.
pub fn get(tx: &mut Tx<'_>, id: PersonId) -> StoreResult<Option<Person>> {
    tx.one(
        "SELECT id, organisation_id, family, middle, given, title, phone, born, code, ended_at FROM person WHERE id = $1",
        params![id],
        from_row,
    )
}

/// The person an account belongs to.
pub fn of_account(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<Option<PersonId>> {
    let found = tx.one(
        "SELECT person_id FROM account WHERE id = $1",
        params![account],
        |row| row.opt_int(0),
    )?;
    Ok(found.flatten().map(PersonId))
}

/// Writes a person's names, title, phone, year of birth and code; where they work is [`crate::place::move_person`]'s.
pub fn update(tx: &mut Tx<'_>, person: &Person) -> StoreResult<()> {
    let rows = tx.execute(
        "UPDATE person SET family = $2, middle = $3, given = $4, title = $5, phone = $6, born = $7, code = $8
         WHERE id = $1",
        params![
            person.id,
            &person.family,
            &person.middle,
            &person.given,
            &person.title,
            &person.phone,
            person.born,
            person.code.as_deref()
        ],
    )?;
    if rows == 0 {
        return Err(StoreError::NotFound("person"));
    }
    identity::touch_known(tx, person.id)
}
