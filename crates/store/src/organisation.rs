//! Organisations, the domains of the system, persons.

use crate::sql::params;
use crate::{
    AccountId, Change, DomainId, MailboxId, OrganisationId, PersonId, Row, StoreError, StoreResult,
    Tx,
};

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
    /// Its identifier on paper.
    pub code: Option<String>,
    /// The short name of the place, where it differs from its address (`hl`).
    pub suffix: Option<String>,
    /// Where its addresses lie; where absent, as the parent's.
    pub domain: Option<DomainId>,
    /// Its main unit mailbox: notices to it go there.
    pub mailbox: Option<MailboxId>,
    /// Thủ trưởng.
    pub head: Option<PersonId>,
    /// Đầu mối.
    pub contact: Option<PersonId>,
    /// When it ceased to be (ms).
    pub ended_at: Option<i64>,
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

pub(crate) fn from_row(row: &Row<'_>) -> StoreResult<Organisation> {
    Ok(Organisation {
        id: OrganisationId(row.int(0)?),
        parent: row.opt_int(1)?.map(OrganisationId),
        kind: row.text(2)?,
        name: row.text(3)?,
        short_name: row.text(4)?,
        profile: row.opt_text(5)?,
        code: row.opt_text(6)?,
        suffix: row.opt_text(7)?,
        domain: row.opt_int(8)?.map(DomainId),
        mailbox: row.opt_int(9)?.map(MailboxId),
        head: row.opt_int(10)?.map(PersonId),
        contact: row.opt_int(11)?.map(PersonId),
        ended_at: row.opt_int(12)?,
    })
}

/// The places from this one up to the root, itself first.
pub fn path(tx: &mut Tx<'_>, id: OrganisationId) -> StoreResult<Vec<OrganisationId>> {
    tx.all(
        "WITH RECURSIVE above (id, parent_id, depth) AS (
             SELECT id, parent_id, 0 FROM organisation WHERE id = $1 UNION ALL
             SELECT o.id, o.parent_id, a.depth + 1 FROM above a JOIN organisation o ON o.id = a.parent_id
             WHERE a.depth < 64
         ) SELECT id FROM above ORDER BY depth",
        params![id],
        |row| Ok(OrganisationId(row.int(0)?)),
    )
}

/// The place and all below it, in the order of their rows.
pub fn subtree(tx: &mut Tx<'_>, id: OrganisationId) -> StoreResult<Vec<Organisation>> {
    tx.all(
        "WITH RECURSIVE below (id, depth) AS (
             SELECT CAST($1 AS BIGINT), 0 UNION ALL
             SELECT o.id, b.depth + 1 FROM below b JOIN organisation o ON o.parent_id = b.id WHERE b.depth < 64
         )
         SELECT o.id, o.parent_id, o.kind, o.name, o.short_name, o.profile, o.code, o.suffix, o.domain_id,
                o.mailbox_id, o.head_id, o.contact_id, o.ended_at
         FROM below b JOIN organisation o ON o.id = b.id ORDER BY o.id",
        params![id],
        from_row,
    )
}

/// The place and all below it that lie after `after`, in the order of their rows, at most `limit`.
pub fn below(
    tx: &mut Tx<'_>,
    top: OrganisationId,
    after: OrganisationId,
    limit: i64,
) -> StoreResult<Vec<Organisation>> {
    tx.all(
        "WITH RECURSIVE below (id, depth) AS (
             SELECT CAST($1 AS BIGINT), 0 UNION ALL
             SELECT o.id, b.depth + 1 FROM below b JOIN organisation o ON o.parent_id = b.id WHERE b.depth < 64
         )
         SELECT o.id, o.parent_id, o.kind, o.name, o.short_name, o.profile, o.code, o.suffix, o.domain_id,
                o.mailbox_id, o.head_id, o.contact_id, o.ended_at
         FROM below b JOIN organisation o ON o.id = b.id WHERE o.id > $2 ORDER BY o.id LIMIT $3",
        params![top, after, limit],
        from_row,
    )
}

/// Whether the account is of the head or the contact of one of these places.
pub fn is_spokesman(
    tx: &mut Tx<'_>,
    account: AccountId,
    places: &[OrganisationId],
) -> StoreResult<bool> {
    let at = tx.all(
        "SELECT o.id FROM account a JOIN organisation o ON o.head_id = a.person_id OR o.contact_id = a.person_id
         WHERE a.id = $1 AND o.ended_at IS NULL",
        params![account],
        |row| Ok(OrganisationId(row.int(0)?)),
    )?;
    Ok(at.iter().any(|place| places.contains(place)))
}

/// The domain in which a place's addresses lie: its own, or the nearest above; else the system's first.
pub fn domain_of(tx: &mut Tx<'_>, id: OrganisationId) -> StoreResult<Option<(DomainId, String)>> {
    for place in path(tx, id)? {
        let own = tx.one(
            "SELECT d.id, d.name FROM organisation o JOIN domain d ON d.id = o.domain_id WHERE o.id = $1",
            params![place],
            |row| Ok((DomainId(row.int(0)?), row.text(1)?)),
        )?;
        if own.is_some() {
            return Ok(own);
        }
    }
    tx.one(
        "SELECT id, name FROM domain ORDER BY id LIMIT 1",
        params![],
        |row| Ok((DomainId(row.int(0)?), row.text(1)?)),
    )
}

/// Sets who speaks for a place, and its main mailbox; `None` leaves none.
pub fn set_spokesmen(
    tx: &mut Tx<'_>,
    id: OrganisationId,
    head: Option<PersonId>,
    contact: Option<PersonId>,
    mailbox: Option<MailboxId>,
) -> StoreResult<()> {
    tx.tell(Change::Directory);
    tx.execute(
        "UPDATE organisation SET head_id = $2, contact_id = $3, mailbox_id = $4 WHERE id = $1",
        params![id, head, contact, mailbox],
    )?;
    Ok(())
}

/// A place by its row.
pub fn get(tx: &mut Tx<'_>, id: OrganisationId) -> StoreResult<Option<Organisation>> {
    tx.one(
        "SELECT id, parent_id, kind, name, short_name, profile, code, suffix, domain_id, mailbox_id, head_id, contact_id,
                ended_at FROM organisation WHERE id = $1",
        params![id],
        from_row,
    )
}

/// The top of the tree.
pub fn root(tx: &mut Tx<'_>) -> StoreResult<Option<Organisation>> {
    tx.one(
        "SELECT id, parent_id, kind, name, short_name, profile, code, suffix, domain_id, mailbox_id, head_id, contact_id,
                ended_at FROM organisation
         WHERE parent_id IS NULL ORDER BY id LIMIT 1",
        params![],
        from_row,
    )
}

/// The place with this short name, for the command line.
pub fn by_short_name(tx: &mut Tx<'_>, short_name: &str) -> StoreResult<Option<Organisation>> {
    tx.one(
        "SELECT id, parent_id, kind, name, short_name, profile, code, suffix, domain_id, mailbox_id, head_id, contact_id,
                ended_at FROM organisation
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

/// The places to which a profile is bound, in the order of their rows.
pub fn bound(tx: &mut Tx<'_>) -> StoreResult<Vec<Organisation>> {
    tx.all(
        "SELECT id, parent_id, kind, name, short_name, profile, code, suffix, domain_id, mailbox_id, head_id, contact_id,
                ended_at FROM organisation WHERE profile IS NOT NULL AND ended_at IS NULL ORDER BY id",
        params![],
        from_row,
    )
}

/// The profile in force at each place where there is one.
pub fn profiles(tx: &mut Tx<'_>) -> StoreResult<Vec<(OrganisationId, String)>> {
    tx.all(
        "WITH RECURSIVE bound (id, profile) AS (
             SELECT id, profile FROM organisation WHERE parent_id IS NULL UNION ALL
             SELECT o.id, COALESCE(o.profile, b.profile) FROM bound b JOIN organisation o ON o.parent_id = b.id
         ) SELECT id, profile FROM bound WHERE profile IS NOT NULL",
        params![],
        |row| Ok((OrganisationId(row.int(0)?), row.text(1)?)),
    )
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

/// The name of a domain.
pub fn domain_name(tx: &mut Tx<'_>, id: DomainId) -> StoreResult<String> {
    tx.one(
        "SELECT name FROM domain WHERE id = $1",
        params![id],
        |row| row.text(0),
    )?
    .ok_or(StoreError::NotFound("domain"))
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
    /// Telephone.
    pub phone: &'a str,
    /// Year of birth.
    pub born: Option<u16>,
    /// An identifier on paper.
    pub code: Option<&'a str>,
}

/// Adds a person.
pub fn create_person(tx: &mut Tx<'_>, new: &NewPerson<'_>) -> StoreResult<PersonId> {
    tx.one(
        "INSERT INTO person (organisation_id, family, middle, given, title, phone, born, code, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id",
        params![
            new.organisation,
            new.family,
            new.middle,
            new.given,
            new.title,
            new.phone,
            new.born.map(i64::from),
            new.code,
            tx.now()
        ],
        |row| Ok(PersonId(row.int(0)?)),
    )?
    .ok_or(StoreError::NotFound("person"))
}

/// The person of this identifier.
pub fn person_by_code(tx: &mut Tx<'_>, code: &str) -> StoreResult<Option<PersonId>> {
    tx.one(
        "SELECT id FROM person WHERE code = $1",
        params![code],
        |row| Ok(PersonId(row.int(0)?)),
    )
}

/// Notes that a person who had left works again.
pub fn come_back(tx: &mut Tx<'_>, id: PersonId) -> StoreResult<()> {
    tx.execute(
        "UPDATE person SET ended_at = NULL WHERE id = $1",
        params![id],
    )?;
    crate::identity::touch_known(tx, id)
}

/// The places that go on of which a person is the head or the contact.
pub fn spoken_for_by(tx: &mut Tx<'_>, person: PersonId) -> StoreResult<Vec<Organisation>> {
    tx.all(
        "SELECT id, parent_id, kind, name, short_name, profile, code, suffix, domain_id, mailbox_id, head_id, contact_id,
                ended_at FROM organisation
         WHERE (head_id = $1 OR contact_id = $1) AND ended_at IS NULL ORDER BY id",
        params![person],
        from_row,
    )
}
