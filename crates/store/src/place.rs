//! The tree of organisations: what lies where, and changes of it.

use crate::former::Whose;
use crate::organisation::{Organisation, from_row};
use crate::sql::params;
use crate::{
    Change, GroupId, MailboxId, OrganisationId, PersonId, Row, StoreError, StoreResult, Tx, former,
    identity,
};

/// A place with what lies in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Child {
    /// The place.
    pub place: Organisation,
    /// How many places lie right below it.
    pub children: u64,
    /// How many mailboxes in use belong to it, those of places below not counted.
    pub mailboxes: u64,
}

/// Until this transaction ends nobody else changes the tree, so that what was looked at (names, circles) stays so.
pub fn lock(tx: &mut Tx<'_>) -> StoreResult<()> {
    // SQLite has one writer.
    if tx.is_postgres() {
        tx.one(
            "SELECT id FROM organisation WHERE parent_id IS NULL FOR NO KEY UPDATE",
            params![],
            |_| Ok(()),
        )?;
    }
    Ok(())
}

/// `children!(o, p)`: the statement for the places that hang where both say.
macro_rules! children {
    ($o:literal, $p:literal) => {
        concat!(
            "SELECT o.id, o.parent_id, o.kind, o.name, o.short_name, o.profile, o.code, o.suffix, o.domain_id, o.mailbox_id,
                    o.head_id, o.contact_id, o.ended_at, COALESCE(c.places, 0), COALESCE(n.mailboxes, 0)
             FROM organisation o LEFT JOIN (
                 SELECT parent_id, COUNT(*) AS places FROM organisation WHERE ended_at IS NULL GROUP BY parent_id
             ) c ON c.parent_id = o.id LEFT JOIN (
                 SELECT m.organisation_id, COUNT(*) AS mailboxes FROM mailbox m JOIN organisation p ON p.id = m.organisation_id
                 WHERE ",
            $p,
            " AND m.revoked_at IS NULL AND m.deleted_at IS NULL GROUP BY m.organisation_id
             ) n ON n.organisation_id = o.id
             WHERE ",
            $o,
            " AND o.ended_at IS NULL"
        )
    };
}

/// The places right below one (`None`: the top), those that ended left out, by name.
pub fn children(tx: &mut Tx<'_>, parent: Option<OrganisationId>) -> StoreResult<Vec<Child>> {
    let from_row = |row: &Row<'_>| {
        Ok(Child {
            place: from_row(row)?,
            children: row.u64(13)?,
            mailboxes: row.u64(14)?,
        })
    };
    let mut found = match parent {
        Some(id) => tx.all(
            children!("o.parent_id = $1", "p.parent_id = $1"),
            params![id],
            from_row,
        ),
        None => tx.all(
            children!("o.parent_id IS NULL", "p.parent_id IS NULL"),
            params![],
            from_row,
        ),
    }?;
    found.sort_by(|one, other| one.place.name.cmp(&other.place.name));
    Ok(found)
}

/// The parts right below a place that carry its name: rooms and attached units, those that ended left out.
pub fn parts(tx: &mut Tx<'_>, id: OrganisationId) -> StoreResult<Vec<OrganisationId>> {
    tx.all(
        "SELECT id FROM organisation WHERE parent_id = $1 AND kind IN ('subunit', 'attached') AND ended_at IS NULL ORDER BY id",
        params![id],
        |row| Ok(OrganisationId(row.int(0)?)),
    )
}

/// All places that have not ended, in the order of their rows.
pub fn all(tx: &mut Tx<'_>) -> StoreResult<Vec<Organisation>> {
    tx.all(
        "SELECT id, parent_id, kind, name, short_name, profile, code, suffix, domain_id, mailbox_id, head_id, contact_id,
                ended_at FROM organisation WHERE ended_at IS NULL ORDER BY id",
        params![],
        from_row,
    )
}

/// All places, those that ended too, in the order of their rows.
pub fn every(tx: &mut Tx<'_>) -> StoreResult<Vec<Organisation>> {
    tx.all(
        "SELECT id, parent_id, kind, name, short_name, profile, code, suffix, domain_id, mailbox_id, head_id, contact_id,
                ended_at FROM organisation ORDER BY id",
        params![],
        from_row,
    )
}

/// The place with this identifier on paper, also one that ended.
pub fn by_code(tx: &mut Tx<'_>, code: &str) -> StoreResult<Option<Organisation>> {
    tx.one(
        "SELECT id, parent_id, kind, name, short_name, profile, code, suffix, domain_id, mailbox_id, head_id, contact_id,
                ended_at FROM organisation WHERE code = $1",
        params![code],
        from_row,
    )
}

/// The place of this name right below another; not one that ended.
pub fn by_name(
    tx: &mut Tx<'_>,
    parent: Option<OrganisationId>,
    name: &str,
) -> StoreResult<Option<Organisation>> {
    tx.one(
        "SELECT id, parent_id, kind, name, short_name, profile, code, suffix, domain_id, mailbox_id, head_id, contact_id,
                ended_at FROM organisation
         WHERE COALESCE(parent_id, 0) = $1 AND name = $2 AND ended_at IS NULL ORDER BY id LIMIT 1",
        params![parent.map_or(0, |id| id.0), name],
        from_row,
    )
}

/// The places with this short name, in whatever domain; not those that ended.
pub fn by_short_name(tx: &mut Tx<'_>, short_name: &str) -> StoreResult<Vec<OrganisationId>> {
    tx.all(
        "SELECT id FROM organisation WHERE short_name = $1 AND ended_at IS NULL ORDER BY id",
        params![short_name],
        |row| Ok(OrganisationId(row.int(0)?)),
    )
}

/// Writes what a place is called, its kind, where it hangs, and what governs it. Who speaks for it and its main mailbox are
/// [`crate::organisation::set_spokesmen`]'s.
pub fn update(tx: &mut Tx<'_>, place: &Organisation) -> StoreResult<()> {
    tx.tell(Change::Directory);
    former::keep_organisation(tx, place.id)?;
    let rows = tx.execute(
        "UPDATE organisation SET parent_id = $2, kind = $3, name = $4, short_name = $5, profile = $6, code = $7,
                suffix = $8, domain_id = $9 WHERE id = $1",
        params![
            place.id,
            place.parent,
            &place.kind,
            &place.name,
            &place.short_name,
            place.profile.as_deref(),
            place.code.as_deref(),
            place.suffix.as_deref(),
            place.domain
        ],
    )?;
    one(rows)?;
    identity::touch_place(tx, place.id)
}

/// Notes that a place ceased to be; it stays for the record.
pub fn end(tx: &mut Tx<'_>, id: OrganisationId) -> StoreResult<()> {
    tx.tell(Change::Directory);
    let rows = tx.execute(
        "UPDATE organisation SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL",
        params![id, tx.now()],
    )?;
    one(rows)
}

/// What a place still has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holds {
    /// Places right below it.
    pub children: u64,
    /// Mailboxes in use.
    pub mailboxes: u64,
    /// Persons who have not left.
    pub persons: u64,
    /// Groups.
    pub groups: u64,
}

/// What a place itself still has.
pub fn holds(tx: &mut Tx<'_>, id: OrganisationId) -> StoreResult<Holds> {
    let found = tx.one(
        "SELECT (SELECT COUNT(*) FROM organisation WHERE parent_id = $1 AND ended_at IS NULL),
                (SELECT COUNT(*) FROM mailbox WHERE organisation_id = $1 AND revoked_at IS NULL AND deleted_at IS NULL),
                (SELECT COUNT(*) FROM person WHERE organisation_id = $1 AND ended_at IS NULL),
                (SELECT COUNT(*) FROM mail_group WHERE organisation_id = $1 AND ended_at IS NULL)",
        params![id],
        |row| {
            Ok(Holds {
                children: row.u64(0)?,
                mailboxes: row.u64(1)?,
                persons: row.u64(2)?,
                groups: row.u64(3)?,
            })
        },
    )?;
    Ok(found.unwrap_or_default())
}

/// Moves all persons, accounts, mailboxes and groups of a place itself to another.
pub fn move_all(tx: &mut Tx<'_>, from: OrganisationId, to: OrganisationId) -> StoreResult<()> {
    tx.tell(Change::Directory);
    former::keep_place(tx, Whose::Place(from), to)?;
    for sql in [
        "UPDATE person SET organisation_id = $2 WHERE organisation_id = $1",
        "UPDATE account SET organisation_id = $2 WHERE organisation_id = $1",
        "UPDATE mailbox SET organisation_id = $2 WHERE organisation_id = $1",
        "UPDATE mail_group SET organisation_id = $2 WHERE organisation_id = $1",
    ] {
        tx.execute(sql, params![from, to])?;
    }
    identity::touch_place(tx, to)
}

/// Moves a person with their accounts and mailboxes.
pub fn move_person(tx: &mut Tx<'_>, person: PersonId, to: OrganisationId) -> StoreResult<()> {
    tx.tell(Change::Directory);
    former::keep_place(tx, Whose::Person(person), to)?;
    let rows = tx.execute(
        "UPDATE person SET organisation_id = $2 WHERE id = $1",
        params![person, to],
    )?;
    tx.execute(
        "UPDATE account SET organisation_id = $2 WHERE person_id = $1",
        params![person, to],
    )?;
    tx.execute(
        "UPDATE mailbox SET organisation_id = $2 WHERE person_id = $1",
        params![person, to],
    )?;
    if rows == 0 {
        return Err(StoreError::NotFound("person"));
    }
    identity::touch_known(tx, person)
}

/// Moves a mailbox with its account.
pub fn move_mailbox(tx: &mut Tx<'_>, mailbox: MailboxId, to: OrganisationId) -> StoreResult<()> {
    tx.tell(Change::Directory);
    former::keep_place(tx, Whose::Mailbox(mailbox), to)?;
    tx.execute(
        "UPDATE account SET organisation_id = $2 WHERE id = (SELECT account_id FROM mailbox WHERE id = $1)",
        params![mailbox, to],
    )?;
    let rows = tx.execute(
        "UPDATE mailbox SET organisation_id = $2 WHERE id = $1",
        params![mailbox, to],
    )?;
    if rows == 0 {
        return Err(StoreError::NotFound("mailbox"));
    }
    Ok(())
}

/// The mailboxes of a person, in the order of their rows.
pub fn of_person(tx: &mut Tx<'_>, person: PersonId) -> StoreResult<Vec<MailboxId>> {
    tx.all(
        "SELECT id FROM mailbox WHERE person_id = $1 ORDER BY id",
        params![person],
        |row| Ok(MailboxId(row.int(0)?)),
    )
}

/// Mailboxes that belong to a place itself, in the order of their rows.
pub fn mailboxes(tx: &mut Tx<'_>, id: OrganisationId) -> StoreResult<Vec<MailboxId>> {
    tx.all(
        "SELECT id FROM mailbox WHERE organisation_id = $1 ORDER BY id",
        params![id],
        |row| Ok(MailboxId(row.int(0)?)),
    )
}

/// Groups that belong to a place itself, in the order of their rows.
pub fn groups(tx: &mut Tx<'_>, id: OrganisationId) -> StoreResult<Vec<GroupId>> {
    tx.all(
        "SELECT id FROM mail_group WHERE organisation_id = $1 ORDER BY id",
        params![id],
        |row| Ok(GroupId(row.int(0)?)),
    )
}

fn one(rows: u64) -> StoreResult<()> {
    if rows == 0 {
        return Err(StoreError::NotFound("organisation"));
    }
    Ok(())
}
