//! What rules about the life of a mailbox need to know of it: read by pages, so that a sweep of a province costs some
//! statements for a thousand mailboxes.

use std::collections::BTreeMap;

use crate::account::MustChange;
use crate::activity::Kind;
use crate::sql::params;
use crate::{AccountId, MailboxId, OrganisationId, Row, StoreResult, Tx};

/// The account that opens a mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opener {
    /// Its row.
    pub account: AccountId,
    /// What it signs in with.
    pub login: String,
    /// Why its password must be changed first, and since when (ms).
    pub must_change: Option<(MustChange, i64)>,
    /// When its holder last chose the password (ms).
    pub chosen_at: Option<i64>,
    /// When the one-time password was handed over (ms).
    pub handed_at: Option<i64>,
    /// When the first session on it began and ended (ms).
    pub first_session: Option<(i64, Option<i64>)>,
    /// Sign-in is shut off since (ms).
    pub disabled_at: Option<i64>,
    /// A rule shut it off, and no person.
    pub disabled_by_rule: bool,
    /// When it was last switched on again (ms).
    pub enabled_at: Option<i64>,
}

/// A lock in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    /// Its row.
    pub id: i64,
    /// Since when (ms).
    pub at: i64,
    /// The sweep that made it; empty where a person did.
    pub sweep: String,
    /// By which clause.
    pub clause: String,
    /// When the agency's notice was written (ms).
    pub notice_at: Option<i64>,
    /// When the agency received it, as recorded (ms).
    pub received_at: Option<i64>,
}

/// An open request about a mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenRequest {
    /// What it asks for: `restore` …
    pub kind: String,
    /// When the department received it (ms).
    pub received_at: i64,
}

/// A proposal about a mailbox that waits or is put off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposed {
    /// Its row.
    pub id: i64,
    /// The rule's key for it.
    pub key: String,
    /// The last day (since 1970) it is put off for; `None` while it waits.
    pub until_day: Option<i64>,
}

/// All that is known of one mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Life {
    /// The mailbox.
    pub mailbox: MailboxId,
    /// `personal` or `unit`.
    pub kind: String,
    /// Where it belongs.
    pub organisation: OrganisationId,
    /// Display name.
    pub name: String,
    /// Its primary address; empty where it has none any more.
    pub address: String,
    /// When it was issued (ms).
    pub created_at: i64,
    /// When it was last restored (ms).
    pub restored_at: Option<i64>,
    /// When it was taken back (ms), kept.
    pub revoked_at: Option<i64>,
    /// When it was destroyed (ms).
    pub deleted_at: Option<i64>,
    /// Bytes used.
    pub used: u64,
    /// Bytes allowed.
    pub quota: u64,
    /// The percent last warned of.
    pub quota_level: u8,
    /// The account of its own, where it has one.
    pub opener: Option<Opener>,
    /// The lock in force.
    pub lock: Option<Lock>,
    /// The last time (ms) of each kind of use.
    pub used_at: BTreeMap<Kind, i64>,
    /// Recorded reasons: the last day each counts, and its text.
    pub exempt: Vec<(i64, String)>,
    /// Requests about it that wait.
    pub requests: Vec<OpenRequest>,
    /// What is proposed to the department, or was put off by it.
    pub proposed: Vec<Proposed>,
    /// Keys of what was done or told.
    pub done: Vec<String>,
}

fn from_row(row: &Row<'_>) -> StoreResult<Life> {
    let opener = match row.opt_int(11)? {
        None => None,
        Some(account) => Some(Opener {
            account: AccountId(account),
            login: row.text(12)?,
            must_change: MustChange::from_code(row.int(13)?)
                .zip(row.opt_int(14)?.or(row.opt_int(5)?)),
            chosen_at: row.opt_int(15)?,
            handed_at: row.opt_int(16)?,
            first_session: match row.opt_int(17)? {
                Some(began) => Some((began, row.opt_int(18)?)),
                None => None,
            },
            disabled_at: row.opt_int(19)?,
            disabled_by_rule: row.opt_int(32)? == Some(1),
            enabled_at: row.opt_int(20)?,
        }),
    };
    let lock = match row.opt_int(21)? {
        None => None,
        Some(id) => Some(Lock {
            id,
            at: row.int(22)?,
            sweep: row.text(23)?,
            clause: row.text(24)?,
            notice_at: row.opt_int(25)?,
            received_at: row.opt_int(26)?,
        }),
    };
    let mut used_at = BTreeMap::new();
    for (column, kind) in (27..).zip([Kind::Interactive, Kind::App, Kind::Fetched, Kind::Sent]) {
        if let Some(at) = row.opt_int(column)? {
            used_at.insert(kind, at);
        }
    }
    Ok(Life {
        mailbox: MailboxId(row.int(0)?),
        kind: row.text(1)?,
        organisation: OrganisationId(row.int(2)?),
        name: row.text(3)?,
        address: row.text(4)?,
        created_at: row.int(5)?,
        restored_at: row.opt_int(6)?,
        revoked_at: row.opt_int(7)?,
        deleted_at: row.opt_int(31)?,
        used: row.u64(8)?,
        quota: row.u64(9)?,
        quota_level: u8::try_from(row.int(10)?).unwrap_or(u8::MAX),
        opener,
        lock,
        used_at,
        exempt: Vec::new(),
        requests: Vec::new(),
        proposed: Vec::new(),
        done: Vec::new(),
    })
}

/// `lives!(before, behind)`: the statement that reads what [`from_row`] takes, with what stands before and behind it.
macro_rules! lives {
    ($before:literal, $behind:literal) => {
        concat!(
            $before,
            "SELECT m.id, m.kind, m.organisation_id, m.name, COALESCE((SELECT p.local_part || '@' || n.name FROM address p JOIN domain n ON n.id = p.domain_id
                    WHERE p.mailbox_id = m.id AND p.kind = 'primary' AND p.retired_at IS NULL ORDER BY p.id LIMIT 1), a.login, ''), m.created_at,
                m.restored_at, m.revoked_at, m.used_bytes, m.quota_bytes, m.quota_level,
                a.id, a.login, a.must_change, a.must_change_at, a.own_at, a.handed_at, a.first_began_at,
                a.first_ended_at, a.disabled_at, a.enabled_at,
                l.id, l.at, l.sweep, l.clause, l.notice_at, l.received_at,
                (SELECT u.last_at FROM activity u WHERE u.mailbox_id = m.id AND u.kind = 'interactive' ORDER BY u.day DESC LIMIT 1),
                (SELECT u.last_at FROM activity u WHERE u.mailbox_id = m.id AND u.kind = 'app' ORDER BY u.day DESC LIMIT 1),
                (SELECT u.last_at FROM activity u WHERE u.mailbox_id = m.id AND u.kind = 'fetched' ORDER BY u.day DESC LIMIT 1),
                (SELECT u.last_at FROM activity u WHERE u.mailbox_id = m.id AND u.kind = 'sent' ORDER BY u.day DESC LIMIT 1),
                m.deleted_at, a.disabled_by_rule
         FROM mailbox m LEFT JOIN account a ON a.id = m.account_id
         LEFT JOIN mailbox_lock l ON l.mailbox_id = m.id AND l.ended_at IS NULL
         ",
            $behind
        )
    };
}

/// The mailboxes after `after` that are not destroyed, in the order of their rows, at most `limit`.
pub fn page(tx: &mut Tx<'_>, after: MailboxId, limit: i64) -> StoreResult<Vec<Life>> {
    let mut lives = tx.all(
        lives!(
            "",
            "WHERE m.id > $1 AND m.deleted_at IS NULL ORDER BY m.id LIMIT $2"
        ),
        params![after, limit],
        from_row,
    )?;
    add_events(tx, &mut lives)?;
    add_done(tx, &mut lives)?;
    Ok(lives)
}

/// The mailboxes of a place and those below it after `after`, destroyed ones too, in the order of their rows, at most `limit`.
/// What was done is not read: [`Life::done`] is empty.
pub fn below(
    tx: &mut Tx<'_>,
    top: OrganisationId,
    after: MailboxId,
    limit: i64,
) -> StoreResult<Vec<Life>> {
    let mut lives = tx.all(
        lives!(
            "WITH RECURSIVE below (id, depth) AS (
                 SELECT CAST($1 AS BIGINT), 0 UNION ALL
                 SELECT o.id, b.depth + 1 FROM below b JOIN organisation o ON o.parent_id = b.id WHERE b.depth < 64
             ), shown (id) AS (
                 SELECT k.id FROM mailbox k WHERE k.id > $2 AND k.organisation_id IN (SELECT id FROM below) ORDER BY k.id LIMIT $3
             ) ",
            "WHERE m.id IN (SELECT id FROM shown) ORDER BY m.id"
        ),
        params![top, after, limit],
        from_row,
    )?;
    add_events(tx, &mut lives)?;
    Ok(lives)
}

/// One mailbox, destroyed or not.
pub fn get(tx: &mut Tx<'_>, mailbox: MailboxId) -> StoreResult<Option<Life>> {
    let life = tx.one(lives!("", "WHERE m.id = $1"), params![mailbox], from_row)?;
    let mut lives: Vec<Life> = life.into_iter().collect();
    add_events(tx, &mut lives)?;
    add_done(tx, &mut lives)?;
    Ok(lives.pop())
}

/// The first and the last row of some, which are in the order of their rows.
fn span(lives: &[Life]) -> Option<(MailboxId, MailboxId)> {
    Some((lives.first()?.mailbox, lives.last()?.mailbox))
}

fn find(lives: &mut [Life], id: i64) -> Option<&mut Life> {
    let at = lives.binary_search_by_key(&MailboxId(id), |life| life.mailbox);
    lives.get_mut(at.ok()?)
}

/// Adds recorded reasons and open requests.
fn add_events(tx: &mut Tx<'_>, lives: &mut [Life]) -> StoreResult<()> {
    let Some((first, last)) = span(lives) else {
        return Ok(());
    };
    tx.each(
        "SELECT mailbox_id, until_day, reason FROM exemption
         WHERE mailbox_id >= $1 AND mailbox_id <= $2 AND ended_at IS NULL ORDER BY id",
        params![first, last],
        |row| {
            if let Some(life) = find(lives, row.int(0)?) {
                life.exempt.push((row.int(1)?, row.text(2)?));
            }
            Ok(true)
        },
    )?;
    tx.each(
        "SELECT l.mailbox_id, r.kind, r.received_at FROM request_line l JOIN request r ON r.id = l.request_id
         WHERE l.mailbox_id >= $1 AND l.mailbox_id <= $2 AND l.state IN ('open', 'granted', 'failed') AND r.state = 'open'
         ORDER BY l.request_id, l.number",
        params![first, last],
        |row| {
            if let Some(life) = find(lives, row.int(0)?) {
                life.requests.push(OpenRequest {
                    kind: row.text(1)?,
                    received_at: row.int(2)?,
                });
            }
            Ok(true)
        },
    )
}

/// Adds what was done or told.
fn add_done(tx: &mut Tx<'_>, lives: &mut [Life]) -> StoreResult<()> {
    let Some((first, last)) = span(lives) else {
        return Ok(());
    };
    tx.each(
        "SELECT mailbox_id, key, decided_at, until_day, id FROM proposal
         WHERE mailbox_id >= $1 AND mailbox_id <= $2 AND (decided_at IS NULL OR decision = 'put-off') ORDER BY id",
        params![first, last],
        |row| {
            let until_day = match row.opt_int(2)? {
                None => None,
                // Put off for no day is put off no longer.
                Some(_) => Some(row.opt_int(3)?.unwrap_or(i64::MIN)),
            };
            let proposed = Proposed {
                id: row.int(4)?,
                key: row.text(1)?,
                until_day,
            };
            if let Some(life) = find(lives, row.int(0)?) {
                life.proposed.push(proposed);
            }
            Ok(true)
        },
    )?;
    tx.each(
        "SELECT mailbox_id, key FROM due_done WHERE mailbox_id >= $1 AND mailbox_id <= $2",
        params![first, last],
        |row| {
            if let Some(life) = find(lives, row.int(0)?) {
                life.done.push(row.text(1)?);
            }
            Ok(true)
        },
    )
}

/// Remembers that this fell due and was carried out or told; false where it was before.
pub fn mark_done(tx: &mut Tx<'_>, mailbox: MailboxId, key: &str) -> StoreResult<bool> {
    let rows = tx.execute(
        "INSERT INTO due_done (mailbox_id, key, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        params![mailbox, key, tx.now()],
    )?;
    Ok(rows > 0)
}
