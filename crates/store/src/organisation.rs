//! Organisations, the domains of the system, persons.

use crate::sql::params;
use crate::{DomainId, OrganisationId, PersonId, Row, StoreError, StoreResult, Tx};

/// A place in the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// Its row.
    pub id: OrganisationId,
    /// The place above.
    pub parent: Option<OrganisationId>,
    /// Kind: `province`, `department`, `commune`, `subunit` …
    pub kind: String,
    /// Full name, as in documents.
    pub name: String,
    /// Short name used in addresses (`skhcn`).
    pub short_name: String,
    /// Regulation profile bound here; where absent, the parent's.
    pub profile: Option<String>,
}

/// What a new organisation is made of.
#[derive(Clone, Debug)]
pub struct NewOrganisation<'a> {
    /// The place above.
    pub parent: Option<OrganisationId>,
    /// Kind.
    pub kind: &'a str,
    /// Full name.
    pub name: &'a str,
    /// Short name.
    pub short_name: &'a str,
    /// Profile bound here.
    pub profile: Option<&'a str>,
}

/// Adds a place.
pub fn create(tx: &mut Tx<'_>, new: &NewOrganisation<'_>) -> StoreResult<OrganisationId> {
    tx.one(
        "INSERT INTO organisation (parent_id, kind, name, short_name, profile, created_at)
         VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
        params![
            new.parent,
            new.kind,
            new.name,
            new.short_name,
            new.profile,
            tx.now()
        ],
        |row| Ok(OrganisationId(row.int(0)?)),
    )?
    .ok_or(StoreError::NotFound("organisation"))
}

fn from_row(row: &Row<'_>) -> StoreResult<Organisation> {
    Ok(Organisation {
        id: OrganisationId(row.int(0)?),
        parent: row.opt_int(1)?.map(OrganisationId),
        kind: row.text(2)?,
        name: row.text(3)?,
        short_name: row.text(4)?,
        profile: row.opt_text(5)?,
    })
}

/// A place by its row.
pub fn get(tx: &mut Tx<'_>, id: OrganisationId) -> StoreResult<Option<Organisation>> {
    tx.one(
        "SELECT id, parent_id, kind, name, short_name, profile FROM organisation WHERE id = $1",
        params![id],
        from_row,
    )
}

/// The top of the tree.
pub fn root(tx: &mut Tx<'_>) -> StoreResult<Option<Organisation>> {
    tx.one(
        "SELECT id, parent_id, kind, name, short_name, profile FROM organisation
         WHERE parent_id IS NULL ORDER BY id LIMIT 1",
        params![],
        from_row,
    )
}

/// The place with this short name, for the command line.
pub fn by_short_name(tx: &mut Tx<'_>, short_name: &str) -> StoreResult<Option<Organisation>> {
    tx.one(
        "SELECT id, parent_id, kind, name, short_name, profile FROM organisation
         WHERE short_name = $1 AND ended_at IS NULL ORDER BY id LIMIT 1",
        params![short_name],
        from_row,
    )
}

/// The profile in force at a place: its own or the nearest above.
pub fn profile(tx: &mut Tx<'_>, id: OrganisationId) -> StoreResult<Option<String>> {
    let mut place = Some(id);
    while let Some(id) = place {
        let Some(found) = get(tx, id)? else { break };
        if found.profile.is_some() {
            return Ok(found.profile);
        }
        place = found.parent;
    }
    Ok(None)
}

/// Adds a mail domain; `name` in lower case.
pub fn create_domain(tx: &mut Tx<'_>, name: &str) -> StoreResult<DomainId> {
    tx.one(
        "INSERT INTO domain (name, created_at) VALUES ($1, $2) RETURNING id",
        params![name, tx.now()],
        |row| Ok(DomainId(row.int(0)?)),
    )?
    .ok_or(StoreError::NotFound("domain"))
}

/// The domain of this name, lower case.
pub fn domain(tx: &mut Tx<'_>, name: &str) -> StoreResult<Option<DomainId>> {
    tx.one(
        "SELECT id FROM domain WHERE name = $1",
        params![name],
        |row| Ok(DomainId(row.int(0)?)),
    )
}

/// Names of all domains, the first one made first.
pub fn domains(tx: &mut Tx<'_>) -> StoreResult<Vec<String>> {
    tx.all("SELECT name FROM domain ORDER BY id", params![], |row| {
        row.text(0)
    })
}

/// A person's names, in the three parts addresses are made from.
#[derive(Clone, Debug)]
pub struct NewPerson<'a> {
    /// Where they work.
    pub organisation: OrganisationId,
    /// Họ.
    pub family: &'a str,
    /// Đệm; may be empty.
    pub middle: &'a str,
    /// Tên.
    pub given: &'a str,
    /// Chức vụ.
    pub title: &'a str,
}

/// Adds a person.
pub fn create_person(tx: &mut Tx<'_>, new: &NewPerson<'_>) -> StoreResult<PersonId> {
    tx.one(
        "INSERT INTO person (organisation_id, family, middle, given, title, created_at)
         VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
        params![
            new.organisation,
            new.family,
            new.middle,
            new.given,
            new.title,
            tx.now()
        ],
        |row| Ok(PersonId(row.int(0)?)),
    )?
    .ok_or(StoreError::NotFound("person"))
}
