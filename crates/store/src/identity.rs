//! What other systems know persons by: SCIM (RFC 7643), and the account of the e-government platform (QN.5.1), with what the
//! platform has been told. Of a person the state is told, not each change: a row that lies behind is told again until it is not.

use crate::sql::params;
use crate::{AccountId, MailboxId, OrganisationId, PersonId, Row, StoreError, StoreResult, Tx};

/// Who changed since a time, in that order; by the index of changes.
pub(crate) const SINCE: &str = "SELECT person_id FROM identity WHERE changed_at > $1 ORDER BY changed_at, person_id LIMIT $2 OFFSET $3";

/// Who is to be told to the platform now, who waits longest first.
pub(crate) const DUE: &str =
    "SELECT person_id FROM identity WHERE account IS NOT NULL AND pushed < version AND stopped = 0 AND next_at <= $1
     ORDER BY next_at, person_id LIMIT $2";

/// Whom the platform has not been told of, or not all, in the order of their rows.
pub(crate) const WAITING: &str =
    "SELECT person_id FROM identity WHERE account IS NOT NULL AND pushed < version AND person_id > $1
     ORDER BY person_id LIMIT $2";

/// What a mailbox stands like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// There is none.
    None,
    /// In use.
    Active,
    /// Nobody opens it: locked, or its sign-in disabled.
    Locked,
    /// Taken back and kept.
    Revoked,
    /// Destroyed.
    Deleted,
}

/// A person as other systems are told of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Who.
    pub person: PersonId,
    /// The account of the platform.
    pub account: Option<String>,
    /// It is used there; false where it serves nothing but the synchronisation (QN.5.2).
    pub usable: bool,
    /// The document on which it was opened or marked (QN.5.3); else empty.
    pub document: String,
    /// What the platform calls them here (RFC 7643 §3.1 `externalId`).
    pub external_id: Option<String>,
    /// Rises with each change.
    pub version: i64,
    /// When they were first known (ms).
    pub created_at: i64,
    /// When something changed last (ms).
    pub changed_at: i64,
    /// Họ, đệm, tên.
    pub names: [String; 3],
    /// Chức vụ.
    pub title: String,
    /// As it was told, or empty.
    pub phone: String,
    /// Where they work.
    pub organisation: OrganisationId,
    /// What that is called.
    pub place: String,
    /// Its short name.
    pub short_name: String,
    /// The name of the agency, where the place is a part of one; else empty.
    pub above: String,
    /// Their mailbox.
    pub mailbox: Option<MailboxId>,
    /// Its primary address, while it is in use.
    pub address: Option<String>,
    /// How that stands.
    pub standing: Standing,
    /// What the platform was told of.
    pub push: Push,
}

/// How far the platform knows a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Push {
    /// The version it took last; 0: none.
    pub version: i64,
    /// When (ms).
    pub at: Option<i64>,
    /// What it calls them.
    pub remote_id: Option<String>,
    /// Its mark of what it has (`ETag`).
    pub remote_tag: Option<String>,
    /// How often it was tried in vain since.
    pub attempts: u32,
    /// When it is tried next (ms).
    pub next_at: i64,
    /// What it answered last, for people.
    pub told: String,
    /// It is tried no more until somebody says so, or something changes.
    pub stopped: bool,
}

fn from_row(row: &Row<'_>) -> StoreResult<Identity> {
    let mailbox = row.opt_int(16)?.map(MailboxId);
    let standing = match (
        mailbox,
        row.opt_int(20)?,
        row.opt_int(19)?,
        row.opt_int(18)?,
    ) {
        (None, ..) => Standing::None,
        (_, Some(_), ..) => Standing::Deleted,
        (_, _, Some(_), _) => Standing::Revoked,
        (_, _, _, Some(_)) => Standing::Locked,
        _ => Standing::Active,
    };
    Ok(Identity {
        person: PersonId(row.int(0)?),
        account: row.opt_text(1)?,
        usable: row.int(2)? != 0,
        external_id: row.opt_text(3)?,
        version: row.int(4)?,
        created_at: row.int(5)?,
        changed_at: row.int(6)?,
        names: [row.text(7)?, row.text(8)?, row.text(9)?],
        title: row.text(10)?,
        phone: row.text(11)?,
        organisation: OrganisationId(row.int(12)?),
        place: row.text(13)?,
        short_name: row.text(14)?,
        above: row.text(15)?,
        mailbox,
        address: row.opt_text(17)?,
        standing,
        push: Push {
            version: row.int(21)?,
            at: row.opt_int(22)?,
            remote_id: row.opt_text(23)?,
            remote_tag: row.opt_text(24)?,
            attempts: row.u32(25)?,
            next_at: row.int(26)?,
            told: row.text(27)?,
            stopped: row.int(28)? != 0,
        },
        document: row.text(29)?,
    })
}

/// A person as other systems are told of them.
pub fn get(tx: &mut Tx<'_>, person: PersonId) -> StoreResult<Option<Identity>> {
    tx.one(
        "SELECT i.person_id, i.account, i.usable, i.external_id, i.version, i.created_at, i.changed_at, p.family, p.middle,
                p.given, p.title, p.phone, p.organisation_id, o.name, o.short_name,
                CASE WHEN o.kind IN ('subunit', 'attached') THEN COALESCE(u.name, '') ELSE '' END, m.id,
                (SELECT d.local_part || '@' || n.name FROM address d JOIN domain n ON n.id = d.domain_id
                 WHERE d.mailbox_id = m.id AND d.kind = 'primary' AND d.retired_at IS NULL ORDER BY d.id LIMIT 1),
                COALESCE(m.locked_at, a.disabled_at), m.revoked_at, m.deleted_at, i.pushed, i.pushed_at, i.remote_id,
                i.remote_tag, i.attempts, i.next_at, i.told, i.stopped, i.document
         FROM identity i JOIN person p ON p.id = i.person_id JOIN organisation o ON o.id = p.organisation_id
         LEFT JOIN organisation u ON u.id = o.parent_id
         LEFT JOIN mailbox m ON m.id = (
             SELECT w.id FROM mailbox w WHERE w.person_id = i.person_id
             ORDER BY (w.deleted_at IS NULL) DESC, (w.revoked_at IS NULL) DESC, w.id LIMIT 1)
         LEFT JOIN account a ON a.id = m.account_id
         WHERE i.person_id = $1",
        params![person],
        from_row,
    )
}

/// Notes that other systems are to be told of a person anew; begins it with their first mailbox or account.
pub fn touch(tx: &mut Tx<'_>, person: PersonId) -> StoreResult<()> {
    tx.execute(
        "INSERT INTO identity (person_id, created_at, changed_at) VALUES ($1, $2, $2)
         ON CONFLICT (person_id) DO UPDATE SET version = identity.version + 1, changed_at = excluded.changed_at,
             next_at = 0, attempts = 0, stopped = 0",
        params![person, tx.now()],
    )?;
    Ok(())
}

/// As [`touch`], for whom a mailbox belongs to.
pub(crate) fn touch_mailbox(tx: &mut Tx<'_>, mailbox: MailboxId) -> StoreResult<()> {
    again(
        tx,
        "UPDATE identity SET version = version + 1, changed_at = $2, next_at = 0, attempts = 0, stopped = 0
         WHERE person_id = (SELECT person_id FROM mailbox WHERE id = $1)",
        mailbox.0,
    )
}

/// As [`touch`], for whose mailbox an account opens.
pub(crate) fn touch_account(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<()> {
    again(
        tx,
        "UPDATE identity SET version = version + 1, changed_at = $2, next_at = 0, attempts = 0, stopped = 0
         WHERE person_id = (SELECT person_id FROM mailbox WHERE account_id = $1)",
        account.0,
    )
}

/// As [`touch`], for a person who is known already.
pub(crate) fn touch_known(tx: &mut Tx<'_>, person: PersonId) -> StoreResult<()> {
    again(
        tx,
        "UPDATE identity SET version = version + 1, changed_at = $2, next_at = 0, attempts = 0, stopped = 0
         WHERE person_id = $1",
        person.0,
    )
}

/// As [`touch`], for all who work at a place and at its parts: what it is called changed, or they came to it.
pub(crate) fn touch_place(tx: &mut Tx<'_>, place: OrganisationId) -> StoreResult<()> {
    again(
        tx,
        "UPDATE identity SET version = version + 1, changed_at = $2, next_at = 0, attempts = 0, stopped = 0
         WHERE person_id IN (SELECT id FROM person WHERE organisation_id IN (
             SELECT id FROM organisation WHERE id = $1 OR parent_id = $1))",
        place.0,
    )
}

fn again(tx: &mut Tx<'_>, sql: &'static str, id: i64) -> StoreResult<()> {
    tx.execute(sql, params![id, tx.now()])?;
    Ok(())
}

/// Gives a person an account of the platform; a conflict where they have one, or another has, or had, that name.
pub fn open(
    tx: &mut Tx<'_>,
    person: PersonId,
    account: &str,
    usable: bool,
    document: &str,
) -> StoreResult<()> {
    touch(tx, person)?;
    if by_account(tx, account)?.is_some() {
        return Err(StoreError::Conflict("platform account"));
    }
    let rows = tx.execute(
        "UPDATE identity SET account = $2, usable = $3, document = $4 WHERE person_id = $1 AND account IS NULL",
        params![person, account, usable, document],
    )?;
    match rows {
        0 => Err(StoreError::Conflict("platform account")),
        _ => Ok(()),
    }
}

/// Notes whether an account is used at the platform, or serves nothing but the synchronisation (QN.5.2).
pub fn set_usable(
    tx: &mut Tx<'_>,
    person: PersonId,
    usable: bool,
    document: &str,
) -> StoreResult<()> {
    let rows = tx.execute(
        "UPDATE identity SET usable = $2, document = $3 WHERE person_id = $1 AND account IS NOT NULL",
        params![person, usable, document],
    )?;
    if rows == 0 {
        return Err(StoreError::NotFound("platform account"));
    }
    touch(tx, person)
}

/// Notes what the platform calls a person here.
pub fn set_external_id(
    tx: &mut Tx<'_>,
    person: PersonId,
    external_id: Option<&str>,
) -> StoreResult<()> {
    tx.execute(
        "UPDATE identity SET external_id = $2, version = version + 1, changed_at = $3 WHERE person_id = $1",
        params![person, external_id, tx.now()],
    )?;
    Ok(())
}

/// Who has this account of the platform, or had it.
pub fn by_account(tx: &mut Tx<'_>, account: &str) -> StoreResult<Option<PersonId>> {
    tx.one(
        "SELECT person_id FROM identity WHERE account = $1",
        params![account],
        |row| Ok(PersonId(row.int(0)?)),
    )
}

/// The names (họ, đệm, tên) of whoever has this account of the platform.
pub fn holder_of(tx: &mut Tx<'_>, account: &str) -> StoreResult<Option<[String; 3]>> {
    tx.one(
        "SELECT p.family, p.middle, p.given FROM identity i JOIN person p ON p.id = i.person_id WHERE i.account = $1",
        params![account],
        |row| Ok([row.text(0)?, row.text(1)?, row.text(2)?]),
    )
}

/// A person's account of the platform.
pub fn account_of(tx: &mut Tx<'_>, person: PersonId) -> StoreResult<Option<(String, bool)>> {
    tx.one(
        "SELECT account, usable FROM identity WHERE person_id = $1 AND account IS NOT NULL",
        params![person],
        |row| Ok((row.text(0)?, row.int(1)? != 0)),
    )
}

/// Those whom the platform calls so, in the order of their rows, at most `limit`.
pub fn by_external_id(
    tx: &mut Tx<'_>,
    external_id: &str,
    limit: i64,
) -> StoreResult<Vec<PersonId>> {
    tx.all(
        "SELECT person_id FROM identity WHERE external_id = $1 ORDER BY person_id LIMIT $2",
        params![external_id, limit],
        |row| Ok(PersonId(row.int(0)?)),
    )
}

/// Some of those who are known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Among {
    /// Who work at that place or below it; none: everywhere.
    pub top: Option<OrganisationId>,
    /// Who changed after that time (ms); none: whenever.
    pub since: Option<i64>,
}

/// How many there are.
pub fn count(tx: &mut Tx<'_>, among: Among) -> StoreResult<i64> {
    let since = among.since.unwrap_or(i64::MIN);
    let found = match among.top {
        None if among.since.is_none() => {
            tx.one("SELECT COUNT(*) FROM identity", params![], |row| row.int(0))
        }
        None => tx.one(
            "SELECT COUNT(*) FROM identity WHERE changed_at > $1",
            params![since],
            |row| row.int(0),
        ),
        Some(top) => tx.one(
            "WITH RECURSIVE below (id) AS (
                 SELECT CAST($1 AS BIGINT) UNION SELECT o.id FROM below b JOIN organisation o ON o.parent_id = b.id
             ) SELECT COUNT(*) FROM below b JOIN person p ON p.organisation_id = b.id
             JOIN identity i ON i.person_id = p.id WHERE i.changed_at > $2",
            params![top, since],
            |row| row.int(0),
        ),
    }?;
    Ok(found.unwrap_or(0))
}

/// The rows of some of them: in the order of their changes where a time is asked for, else in that of their rows.
pub fn page(tx: &mut Tx<'_>, among: Among, offset: i64, limit: i64) -> StoreResult<Vec<PersonId>> {
    let id = |row: &Row<'_>| Ok(PersonId(row.int(0)?));
    match (among.top, among.since) {
        (None, None) => tx.all(
            "SELECT person_id FROM identity ORDER BY person_id LIMIT $1 OFFSET $2",
            params![limit, offset],
            id,
        ),
        (None, Some(since)) => tx.all(SINCE, params![since, limit, offset], id),
        (Some(top), since) => tx.all(
            "WITH RECURSIVE below (id) AS (
                 SELECT CAST($1 AS BIGINT) UNION SELECT o.id FROM below b JOIN organisation o ON o.parent_id = b.id
             ) SELECT i.person_id FROM below b JOIN person p ON p.organisation_id = b.id
             JOIN identity i ON i.person_id = p.id WHERE i.changed_at > $2
             ORDER BY i.changed_at, i.person_id LIMIT $3 OFFSET $4",
            params![top, since.unwrap_or(i64::MIN), limit, offset],
            id,
        ),
    }
}

/// Who is to be told to the platform now.
pub fn due(tx: &mut Tx<'_>, limit: i64) -> StoreResult<Vec<PersonId>> {
    tx.all(DUE, params![tx.now(), limit], |row| {
        Ok(PersonId(row.int(0)?))
    })
}

/// Whom the platform has not been told all of, after a person.
pub fn waiting(tx: &mut Tx<'_>, after: PersonId, limit: i64) -> StoreResult<Vec<PersonId>> {
    tx.all(WAITING, params![after, limit], |row| {
        Ok(PersonId(row.int(0)?))
    })
}

/// Notes that the platform has a version: what changed meanwhile is told behind it.
pub fn told(
    tx: &mut Tx<'_>,
    person: PersonId,
    version: i64,
    (remote_id, remote_tag): (Option<&str>, Option<&str>),
) -> StoreResult<()> {
    tx.execute(
        "UPDATE identity SET pushed = $2, pushed_at = $3, remote_id = $4, remote_tag = $5, attempts = 0, next_at = 0,
                told = '', stopped = 0 WHERE person_id = $1 AND pushed < $2",
        params![person, version, tx.now(), remote_id, remote_tag],
    )?;
    Ok(())
}

/// Notes what the platform calls somebody of whom it has not taken all yet.
pub fn set_remote(
    tx: &mut Tx<'_>,
    person: PersonId,
    (remote_id, remote_tag): (Option<&str>, Option<&str>),
) -> StoreResult<()> {
    tx.execute(
        "UPDATE identity SET remote_id = $2, remote_tag = $3 WHERE person_id = $1",
        params![person, remote_id, remote_tag],
    )?;
    Ok(())
}

/// Notes that it did not take a version; `next_at` (ms) is when it is tried again, none: not until somebody says so.
pub fn not_told(
    tx: &mut Tx<'_>,
    person: PersonId,
    version: i64,
    why: &str,
    next_at: Option<i64>,
) -> StoreResult<()> {
    tx.execute(
        "UPDATE identity SET attempts = attempts + 1, told = $3, stopped = $4, next_at = $5
         WHERE person_id = $1 AND version = $2",
        params![
            person,
            version,
            why,
            next_at.is_none(),
            next_at.unwrap_or(0)
        ],
    )?;
    Ok(())
}

/// Tells somebody to the platform at once, also one whom it was told of, or of whom it took nothing before.
pub fn retry(tx: &mut Tx<'_>, person: PersonId) -> StoreResult<()> {
    let rows = tx.execute(
        "UPDATE identity SET next_at = 0, attempts = 0, stopped = 0, pushed = CASE WHEN pushed < version THEN pushed ELSE 0 END
         WHERE person_id = $1 AND account IS NOT NULL",
        params![person],
    )?;
    if rows == 0 {
        return Err(StoreError::NotFound("platform account"));
    }
    Ok(())
}
