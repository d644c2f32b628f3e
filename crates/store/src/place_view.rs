//! What is shown of places: how many mailboxes lie at them and below, in which states those are, who has not begun yet.

use crate::organisation::{Organisation, from_row};
use crate::sql::params;
use crate::{MailboxId, OrganisationId, PersonId, Row, StoreResult, Tx};

/// How many mailboxes in use lie at each place right below one, with those further below. Places without any are left out.
pub fn counts_below(
    tx: &mut Tx<'_>,
    parent: OrganisationId,
) -> StoreResult<Vec<(OrganisationId, u64)>> {
    tx.all(
        "WITH RECURSIVE below (top, id, depth) AS (
             SELECT id, id, 0 FROM organisation WHERE parent_id = $1 UNION ALL
             SELECT b.top, o.id, b.depth + 1 FROM below b JOIN organisation o ON o.parent_id = b.id WHERE b.depth < 64
         ), each (id, mailboxes) AS (
             SELECT organisation_id, COUNT(*) FROM mailbox WHERE revoked_at IS NULL AND deleted_at IS NULL GROUP BY organisation_id
         )
         SELECT b.top, CAST(SUM(e.mailboxes) AS BIGINT) FROM below b JOIN each e ON e.id = b.id GROUP BY b.top",
        params![parent],
        |row| Ok((OrganisationId(row.int(0)?), row.u64(1)?)),
    )
}

/// How many mailboxes in use lie at a place and below.
pub fn count(tx: &mut Tx<'_>, top: OrganisationId) -> StoreResult<u64> {
    let found = tx.one(
        "WITH RECURSIVE below (id, depth) AS (
             SELECT CAST($1 AS BIGINT), 0 UNION ALL
             SELECT o.id, b.depth + 1 FROM below b JOIN organisation o ON o.parent_id = b.id WHERE b.depth < 64
         )
         SELECT COUNT(*) FROM below b JOIN mailbox m ON m.organisation_id = b.id
         WHERE m.revoked_at IS NULL AND m.deleted_at IS NULL",
        params![top],
        |row| row.u64(0),
    )?;
    Ok(found.unwrap_or(0))
}

/// The places right below one that ended, the last first.
pub fn ended_below(tx: &mut Tx<'_>, parent: OrganisationId) -> StoreResult<Vec<Organisation>> {
    tx.all(
        "SELECT id, parent_id, kind, name, short_name, profile, code, suffix, domain_id, mailbox_id, head_id, contact_id,
                ended_at FROM organisation WHERE parent_id = $1 AND ended_at IS NOT NULL ORDER BY ended_at DESC, id DESC",
        params![parent],
        from_row,
    )
}

/// The mailboxes at a place and below, by what they are now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct States {
    /// Open, their passwords chosen.
    pub active: u64,
    /// The password must be changed before anything else.
    pub must_change: u64,
    /// Locked, and nothing is proposed yet.
    pub locked: u64,
    /// Proposed to be taken back or deleted.
    pub pending: u64,
    /// Taken back, kept.
    pub revoked: u64,
}

impl States {
    /// Those that are in use, locked ones too.
    #[must_use]
    pub fn in_use(&self) -> u64 {
        self.active + self.must_change + self.locked + self.pending
    }
}

/// How many mailboxes of a place and those below are in which state. All that are in use are counted by an index; the others, which
/// are few, by indexes of their own.
pub fn states(tx: &mut Tx<'_>, top: OrganisationId) -> StoreResult<States> {
    let found = tx.one(
        "WITH RECURSIVE below (id, depth) AS (
             SELECT CAST($1 AS BIGINT), 0 UNION ALL
             SELECT o.id, b.depth + 1 FROM below b JOIN organisation o ON o.parent_id = b.id WHERE b.depth < 64
         ), waits (id) AS (
             SELECT DISTINCT mailbox_id FROM proposal WHERE decided_at IS NULL
         )
         SELECT (SELECT COUNT(*) FROM below b JOIN mailbox m ON m.organisation_id = b.id
                 WHERE m.revoked_at IS NULL AND m.deleted_at IS NULL),
                (SELECT COUNT(*) FROM account a JOIN mailbox m ON m.account_id = a.id
                 WHERE a.must_change <> 0 AND m.revoked_at IS NULL AND m.deleted_at IS NULL AND m.locked_at IS NULL
                   AND m.organisation_id IN (SELECT id FROM below) AND m.id NOT IN (SELECT id FROM waits)),
                (SELECT COUNT(*) FROM mailbox m
                 WHERE m.locked_at IS NOT NULL AND m.revoked_at IS NULL AND m.deleted_at IS NULL
                   AND m.organisation_id IN (SELECT id FROM below) AND m.id NOT IN (SELECT id FROM waits)),
                (SELECT COUNT(*) FROM waits w JOIN mailbox m ON m.id = w.id
                 WHERE m.revoked_at IS NULL AND m.deleted_at IS NULL AND m.organisation_id IN (SELECT id FROM below)),
                (SELECT COUNT(*) FROM mailbox m
                 WHERE m.revoked_at IS NOT NULL AND m.deleted_at IS NULL AND m.organisation_id IN (SELECT id FROM below))",
        params![top],
        |row| {
            let (must_change, locked, pending) = (row.u64(1)?, row.u64(2)?, row.u64(3)?);
            Ok(States {
                active: row.u64(0)?.saturating_sub(must_change + locked + pending),
                must_change,
                locked,
                pending,
                revoked: row.u64(4)?,
            })
        },
    )?;
    Ok(found.unwrap_or_default())
}

/// A mailbox whose holder has not begun: never signed in, or not changed the password that was handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unbegun {
    /// The mailbox.
    pub mailbox: MailboxId,
    /// Its display name.
    pub name: String,
    /// What its account signs in with.
    pub login: String,
    /// Nobody ever signed in.
    pub never: bool,
    /// When it was issued (ms).
    pub created_at: i64,
}

/// Those of a place and those below, after a mailbox, in the order of their rows, at most `limit`.
pub fn unbegun(
    tx: &mut Tx<'_>,
    top: OrganisationId,
    after: MailboxId,
    limit: i64,
) -> StoreResult<Vec<Unbegun>> {
    tx.all(
        "WITH RECURSIVE below (id, depth) AS (
             SELECT CAST($1 AS BIGINT), 0 UNION ALL
             SELECT o.id, b.depth + 1 FROM below b JOIN organisation o ON o.parent_id = b.id WHERE b.depth < 64
         )
         SELECT m.id, m.name, a.login, CAST(CASE WHEN a.first_began_at IS NULL THEN 1 ELSE 0 END AS BIGINT), m.created_at
         FROM below b JOIN mailbox m ON m.organisation_id = b.id JOIN account a ON a.id = m.account_id
         WHERE m.id > $2 AND m.revoked_at IS NULL AND m.deleted_at IS NULL AND a.must_change <> 0
         ORDER BY m.id LIMIT $3",
        params![top, after, limit],
        |row: &Row<'_>| {
            Ok(Unbegun {
                mailbox: MailboxId(row.int(0)?),
                name: row.text(1)?,
                login: row.text(2)?,
                never: row.int(3)? == 1,
                created_at: row.int(4)?,
            })
        },
    )
}

/// A mailbox with the addresses that lead to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addressed {
    /// The mailbox.
    pub mailbox: MailboxId,
    /// `personal` or `unit`.
    pub kind: String,
    /// Its display name.
    pub name: String,
    /// The place it belongs to.
    pub place: String,
    /// Whose it is.
    pub person: Option<PersonId>,
    /// Its addresses, the primary one first.
    pub addresses: Vec<String>,
}

/// The mailboxes in use of a place, and where `deep` says so of those below, after a mailbox, with their addresses, in the order
/// of their rows, at most `limit`.
pub fn addressed(
    tx: &mut Tx<'_>,
    (top, deep): (OrganisationId, bool),
    after: MailboxId,
    limit: i64,
) -> StoreResult<Vec<Addressed>> {
    let rows = tx.all(
        "WITH RECURSIVE below (id, depth) AS (
             SELECT CAST($1 AS BIGINT), 0 UNION ALL
             SELECT o.id, b.depth + 1 FROM below b JOIN organisation o ON o.parent_id = b.id
             WHERE b.depth < 64 AND CAST($4 AS BIGINT) = 1
         ), shown (id, kind, name, place, person_id) AS (
             SELECT m.id, m.kind, m.name, o.name, m.person_id FROM below b JOIN organisation o ON o.id = b.id
             JOIN mailbox m ON m.organisation_id = b.id
             WHERE m.id > $2 AND m.revoked_at IS NULL AND m.deleted_at IS NULL ORDER BY m.id LIMIT $3
         )
         SELECT s.id, s.kind, s.name, s.place, s.person_id, COALESCE(a.local_part, ''), COALESCE(d.name, '')
         FROM shown s LEFT JOIN address a ON a.mailbox_id = s.id AND a.retired_at IS NULL LEFT JOIN domain d ON d.id = a.domain_id
         ORDER BY s.id, CASE WHEN a.kind = 'primary' THEN 0 ELSE 1 END, a.id",
        params![top, after, limit, deep],
        |row| {
            let address = match row.text(5)? {
                local_part if local_part.is_empty() => None,
                local_part => Some(format!("{local_part}@{}", row.text(6)?)),
            };
            let one = Addressed {
                mailbox: MailboxId(row.int(0)?),
                kind: row.text(1)?,
                name: row.text(2)?,
                place: row.text(3)?,
                person: row.opt_int(4)?.map(PersonId),
                addresses: Vec::new(),
            };
            Ok((one, address))
        },
    )?;
    let mut found: Vec<Addressed> = Vec::new();
    for (one, address) in rows {
        if found.last().is_none_or(|last| last.mailbox != one.mailbox) {
            found.push(one);
        }
        if let Some(last) = found.last_mut() {
            last.addresses.extend(address);
        }
    }
    Ok(found)
}

/// What a place has with all below it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// Places below it that go on.
    pub places: u64,
    /// Persons who have not left.
    pub persons: u64,
    /// Mailboxes in use.
    pub mailboxes: u64,
    /// Addresses that lead to those, beside the primary ones.
    pub aliases: u64,
    /// Groups that go on.
    pub groups: u64,
    /// Roles that were given there.
    pub roles: u64,
}

/// What hangs on a place, all below it counted.
pub fn extent(tx: &mut Tx<'_>, top: OrganisationId) -> StoreResult<Extent> {
    let found = tx.one(
        "WITH RECURSIVE below (id, depth) AS (
             SELECT CAST($1 AS BIGINT), 0 UNION ALL
             SELECT o.id, b.depth + 1 FROM below b JOIN organisation o ON o.parent_id = b.id
             WHERE b.depth < 64 AND o.ended_at IS NULL
         )
         SELECT (SELECT COUNT(*) FROM below) - 1,
                (SELECT COUNT(*) FROM below b JOIN person p ON p.organisation_id = b.id WHERE p.ended_at IS NULL),
                (SELECT COUNT(*) FROM below b JOIN mailbox m ON m.organisation_id = b.id
                 WHERE m.revoked_at IS NULL AND m.deleted_at IS NULL),
                (SELECT COUNT(*) FROM below b JOIN mailbox m ON m.organisation_id = b.id JOIN address a ON a.mailbox_id = m.id
                 WHERE m.revoked_at IS NULL AND m.deleted_at IS NULL AND a.retired_at IS NULL AND a.kind <> 'primary'),
                (SELECT COUNT(*) FROM below b JOIN mail_group g ON g.organisation_id = b.id WHERE g.ended_at IS NULL),
                (SELECT COUNT(*) FROM below b JOIN role_grant r ON r.organisation_id = b.id WHERE r.ended_at IS NULL)",
        params![top],
        |row| {
            Ok(Extent {
                places: row.u64(0)?,
                persons: row.u64(1)?,
                mailboxes: row.u64(2)?,
                aliases: row.u64(3)?,
                groups: row.u64(4)?,
                roles: row.u64(5)?,
            })
        },
    )?;
    Ok(found.unwrap_or_default())
}
