//! What was so until a time. A row is written when a value is replaced, so that a report of a past day can be made again as
//! it was: the value at a time is the one that was replaced first after it, else the one that stands.

use crate::census::{Stretch, of_stretch};
use crate::sql::params;
use crate::{AccountId, MailboxId, OrganisationId, PersonId, Row, StoreResult, Tx};

/// What was replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Former {
    /// `mailbox`, `account`, `organisation`.
    pub kind: String,
    /// Its row.
    pub subject: i64,
    /// `name`, `address`, `place`, `revoked`; `own`, `must`; `name`, `parent`, `sort`.
    pub fact: String,
    /// What it was; numbers in decimal, empty where there was none.
    pub value: String,
    /// Until when (ms), not included.
    pub until: i64,
}

fn from_row(row: &Row<'_>) -> StoreResult<Former> {
    Ok(Former {
        kind: row.text(0)?,
        subject: row.int(1)?,
        fact: row.text(2)?,
        value: row.text(3)?,
        until: row.int(4)?,
    })
}

/// What was replaced of places at `from` (ms) or later, in the order in which it was.
pub fn of_places(tx: &mut Tx<'_>, from: i64) -> StoreResult<Vec<Former>> {
    tx.all(
        "SELECT kind, subject_id, fact, value, until_at FROM former
         WHERE kind = 'organisation' AND until_at >= $1 ORDER BY until_at, id",
        params![from],
        from_row,
    )
}

/// What was replaced of the mailboxes of a stretch at `from` (ms) or later, and of their accounts; of each in the order in
/// which it was.
pub fn of_stretch(tx: &mut Tx<'_>, of: &Stretch, from: i64) -> StoreResult<Vec<Former>> {
    let mut formers = of_stretch!(
        tx,
        of,
        "SELECT f.kind, f.subject_id, f.fact, f.value, f.until_at
         FROM mailbox m JOIN former f ON f.kind = 'mailbox' AND f.subject_id = m.id AND f.until_at >= $3 WHERE",
        "$4",
        "ORDER BY f.until_at, f.id",
        [from],
        from_row
    )?;
    formers.extend(of_stretch!(
        tx,
        of,
        "SELECT f.kind, f.subject_id, f.fact, f.value, f.until_at
         FROM mailbox m JOIN former f ON f.kind = 'account' AND f.subject_id = m.account_id AND f.until_at >= $3 WHERE",
        "$4",
        "ORDER BY f.until_at, f.id",
        [from],
        from_row
    )?);
    Ok(formers)
}

/// The mailboxes that left a place at `at` (ms) or later, each with the place to which it belongs now.
pub fn gone_from(
    tx: &mut Tx<'_>,
    place: OrganisationId,
    at: i64,
) -> StoreResult<Vec<(MailboxId, OrganisationId)>> {
    let value = place.to_string();
    tx.all(
        "SELECT DISTINCT m.id, m.organisation_id FROM former f JOIN mailbox m ON m.id = f.subject_id
         WHERE f.kind = 'mailbox' AND f.fact = 'place' AND f.value = $1 AND f.until_at >= $2 ORDER BY m.id",
        params![&value, at],
        |row| Ok((MailboxId(row.int(0)?), OrganisationId(row.int(1)?))),
    )
}

/// Before a mailbox gets another name.
pub(crate) fn keep_name(tx: &mut Tx<'_>, mailbox: MailboxId, next: &str) -> StoreResult<()> {
    tx.execute(
        "INSERT INTO former (kind, subject_id, fact, value, until_at)
         SELECT 'mailbox', id, 'name', name, CAST($3 AS BIGINT) FROM mailbox WHERE id = $1 AND name <> $2",
        params![mailbox, next, tx.now()],
    )?;
    Ok(())
}

/// Before a mailbox gets another primary address.
pub(crate) fn keep_address(tx: &mut Tx<'_>, mailbox: MailboxId) -> StoreResult<()> {
    tx.execute(
        "INSERT INTO former (kind, subject_id, fact, value, until_at)
         SELECT 'mailbox', d.mailbox_id, 'address', d.local_part || '@' || n.name, CAST($2 AS BIGINT)
         FROM address d JOIN domain n ON n.id = d.domain_id
         WHERE d.mailbox_id = $1 AND d.kind = 'primary' AND d.retired_at IS NULL",
        params![mailbox, tx.now()],
    )?;
    Ok(())
}

/// Which mailboxes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Whose {
    /// One.
    Mailbox(MailboxId),
    /// Those of a person.
    Person(PersonId),
    /// All of a place.
    Place(OrganisationId),
}

/// Before mailboxes go elsewhere.
pub(crate) fn keep_place(tx: &mut Tx<'_>, whose: Whose, next: OrganisationId) -> StoreResult<()> {
    macro_rules! by {
        ($column:literal) => {
            concat!(
                "INSERT INTO former (kind, subject_id, fact, value, until_at)
                 SELECT 'mailbox', id, 'place', CAST(organisation_id AS TEXT), CAST($3 AS BIGINT)
                 FROM mailbox WHERE ",
                $column,
                " = $1 AND organisation_id <> $2"
            )
        };
    }
    let (sql, id) = match whose {
        Whose::Mailbox(MailboxId(id)) => (by!("id"), id),
        Whose::Person(PersonId(id)) => (by!("person_id"), id),
        Whose::Place(OrganisationId(id)) => (by!("organisation_id"), id),
    };
    tx.execute(sql, params![id, next, tx.now()])?;
    Ok(())
}

/// Before a mailbox that was taken back is brought back.
pub(crate) fn keep_revoked(tx: &mut Tx<'_>, mailbox: MailboxId) -> StoreResult<()> {
    tx.execute(
        "INSERT INTO former (kind, subject_id, fact, value, until_at)
         SELECT 'mailbox', id, 'revoked', CAST(revoked_at AS TEXT), CAST($2 AS BIGINT)
         FROM mailbox WHERE id = $1 AND revoked_at IS NOT NULL",
        params![mailbox, tx.now()],
    )?;
    Ok(())
}

/// Before the state of an account's password changes: when its holder last chose it, and whether it must be changed.
pub(crate) fn keep_password(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<()> {
    tx.execute(
        "INSERT INTO former (kind, subject_id, fact, value, until_at)
         SELECT 'account', id, 'own', COALESCE(CAST(own_at AS TEXT), ''), CAST($2 AS BIGINT) FROM account WHERE id = $1",
        params![account, tx.now()],
    )?;
    tx.execute(
        "INSERT INTO former (kind, subject_id, fact, value, until_at)
         SELECT 'account', id, 'must', CAST(must_change AS TEXT), CAST($2 AS BIGINT) FROM account WHERE id = $1",
        params![account, tx.now()],
    )?;
    Ok(())
}

/// Before a place gets another name, kind, or place in the tree.
pub(crate) fn keep_organisation(tx: &mut Tx<'_>, id: OrganisationId) -> StoreResult<()> {
    for sql in [
        "INSERT INTO former (kind, subject_id, fact, value, until_at)
         SELECT 'organisation', id, 'name', name, CAST($2 AS BIGINT) FROM organisation WHERE id = $1",
        "INSERT INTO former (kind, subject_id, fact, value, until_at)
         SELECT 'organisation', id, 'sort', kind, CAST($2 AS BIGINT) FROM organisation WHERE id = $1",
        "INSERT INTO former (kind, subject_id, fact, value, until_at)
         SELECT 'organisation', id, 'parent', COALESCE(CAST(parent_id AS TEXT), ''), CAST($2 AS BIGINT)
         FROM organisation WHERE id = $1",
    ] {
        tx.execute(sql, params![id, tx.now()])?;
    }
    Ok(())
}
