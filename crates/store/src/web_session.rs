//! Who is signed in with a browser, and what they took on when they did.

use crate::account::{self, MustChange};
use crate::sql::params;
use crate::{AccountId, MailboxId, Row, StoreResult, Tx};

/// `seen_at` is written again once it is older (ms).
const SEEN: i64 = 60_000;
/// The most of a browser's own name that is kept, in bytes.
const AGENT: usize = 200;

/// What a new session is made of.
#[derive(Clone, Debug)]
pub struct NewWebSession<'a> {
    /// Whose.
    pub account: AccountId,
    /// SHA-256 of what the browser holds.
    pub digest: &'a [u8],
    /// The account's epoch.
    pub epoch: i64,
    /// Unused for so long (ms), it is over.
    pub idle_ms: i64,
    /// It is over then (ms), used or not.
    pub ends_at: i64,
    /// It opens nothing but the pages on which a password is chosen and the rules are taken on.
    pub limited: bool,
    /// Where the browser is.
    pub client_ip: &'a str,
    /// What the browser calls itself.
    pub agent: &'a str,
}

/// Somebody's session, in force.
#[derive(Clone, Debug)]
pub struct Live {
    /// Its row.
    pub id: i64,
    /// Whose.
    pub account: AccountId,
    /// The account's epoch.
    pub epoch: i64,
    /// The address they sign in with.
    pub login: String,
    /// Their role.
    pub role: String,
    /// Their mailbox.
    pub mailbox: MailboxId,
    /// What the mailbox is called.
    pub name: String,
    /// The password must be changed before anything else, and why.
    pub must_change: Option<MustChange>,
    /// It opens nothing but the pages on which a password is chosen and the rules are taken on.
    pub limited: bool,
    /// Its last use is due to be written again.
    pub stale: bool,
    /// They have a role somewhere, or speak for a place as its head or contact.
    pub is_officer: bool,
}

/// A session as its owner sees it in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its row.
    pub id: i64,
    /// When it began (ms).
    pub created_at: i64,
    /// When it was last used (ms), within a minute.
    pub seen_at: i64,
    /// Where the browser was when it began.
    pub client_ip: String,
    /// What the browser called itself.
    pub agent: String,
}

/// Begins a session; its row.
pub fn open(tx: &mut Tx<'_>, new: &NewWebSession<'_>) -> StoreResult<i64> {
    let now = tx.now();
    let agent = &new.agent[..new.agent.floor_char_boundary(AGENT)];
    let id = tx.one(
        "INSERT INTO web_session (account_id, digest, epoch, created_at, seen_at, idle_ms, ends_at, over_at, limited, client_ip, agent)
         VALUES ($1, $2, $3, $4, $4, $5, $6, $7, $8, $9, $10) RETURNING id",
        params![
            new.account,
            new.digest,
            new.epoch,
            now,
            new.idle_ms,
            new.ends_at,
            new.ends_at.min(now.saturating_add(new.idle_ms)),
            new.limited,
            new.client_ip,
            agent
        ],
        |row| row.int(0),
    )?;
    Ok(id.unwrap_or_default())
}

/// The session of this digest, where it is in force: not over, and nothing has ended the account's sessions since.
pub fn live(tx: &mut Tx<'_>, digest: &[u8]) -> StoreResult<Option<Live>> {
    let now = tx.now();
    tx.one(
        "SELECT s.id, a.id, a.login, a.role, m.id, m.name, a.must_change, s.limited, s.seen_at, a.epoch,
                CASE WHEN EXISTS (SELECT 1 FROM role_grant g WHERE g.account_id = a.id AND g.ended_at IS NULL)
                          OR EXISTS (SELECT 1 FROM organisation o WHERE o.head_id = a.person_id AND o.ended_at IS NULL)
                          OR EXISTS (SELECT 1 FROM organisation o WHERE o.contact_id = a.person_id AND o.ended_at IS NULL)
                     THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END
         FROM web_session s JOIN account a ON a.id = s.account_id AND a.epoch = s.epoch
              JOIN mailbox m ON m.account_id = a.id
         WHERE s.digest = $1 AND s.over_at > $2 AND a.disabled_at IS NULL
               AND m.locked_at IS NULL AND m.revoked_at IS NULL AND m.deleted_at IS NULL",
        params![digest, now],
        |row| {
            Ok(Live {
                id: row.int(0)?,
                account: AccountId(row.int(1)?),
                login: row.text(2)?,
                role: row.text(3)?,
                mailbox: MailboxId(row.int(4)?),
                name: row.text(5)?,
                must_change: MustChange::from_code(row.int(6)?),
                limited: row.int(7)? != 0,
                stale: row.int(8)? + SEEN <= now,
                epoch: row.int(9)?,
                is_officer: row.int(10)? != 0,
            })
        },
    )
}

/// The session opens everything now.
pub fn widen(tx: &mut Tx<'_>, id: i64) -> StoreResult<()> {
    tx.execute(
        "UPDATE web_session SET limited = 0 WHERE id = $1",
        params![id],
    )?;
    Ok(())
}

/// A session of an account goes on under its epoch of now: what ended the others was asked for in it.
pub fn keep(tx: &mut Tx<'_>, account: AccountId, id: i64) -> StoreResult<()> {
    tx.execute(
        "UPDATE web_session SET epoch = (SELECT epoch FROM account WHERE id = $2) WHERE id = $1 AND account_id = $2",
        params![id, account],
    )?;
    Ok(())
}

/// The sessions that were in force under `epoch` go on under the account's epoch of now: what ended is no browser's.
pub fn keep_all(tx: &mut Tx<'_>, account: AccountId, epoch: i64) -> StoreResult<()> {
    tx.execute(
        "UPDATE web_session SET epoch = (SELECT epoch FROM account WHERE id = $1) WHERE account_id = $1 AND epoch = $2",
        params![account, epoch],
    )?;
    Ok(())
}

/// Notes that a session is used.
pub fn touch(tx: &mut Tx<'_>, id: i64) -> StoreResult<()> {
    tx.execute(
        "UPDATE web_session SET seen_at = $2,
                over_at = CASE WHEN $2 + idle_ms < ends_at THEN $2 + idle_ms ELSE ends_at END WHERE id = $1",
        params![id, tx.now()],
    )?;
    Ok(())
}

/// The sessions of an account that are in force, the latest used first.
pub fn of_account(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<Vec<Listed>> {
    tx.all(
        "SELECT s.id, s.created_at, s.seen_at, s.client_ip, s.agent
         FROM web_session s JOIN account a ON a.id = s.account_id AND a.epoch = s.epoch
         WHERE s.account_id = $1 AND s.over_at > $2 ORDER BY s.seen_at DESC, s.id DESC",
        params![account, tx.now()],
        listed,
    )
}

fn listed(row: &Row<'_>) -> StoreResult<Listed> {
    Ok(Listed {
        id: row.int(0)?,
        created_at: row.int(1)?,
        seen_at: row.int(2)?,
        client_ip: row.text(3)?,
        agent: row.text(4)?,
    })
}

/// Ends a session of an account; with it the first one on a one-time password (HCM.8.3.b). Whether there was one.
pub fn close(tx: &mut Tx<'_>, account: AccountId, id: i64) -> StoreResult<bool> {
    let ended = tx.execute(
        "DELETE FROM web_session WHERE id = $1 AND account_id = $2",
        params![id, account],
    )?;
    if ended > 0 {
        account::end_first_session(tx, account)?;
    }
    Ok(ended > 0)
}

/// Removes at most `most` sessions that are over by time; how many there were.
pub fn expire(tx: &mut Tx<'_>, most: i64) -> StoreResult<u64> {
    let over = tx.all(
        "SELECT id, account_id FROM web_session WHERE over_at <= $1 ORDER BY over_at LIMIT $2",
        params![tx.now(), most],
        |row| Ok((row.int(0)?, AccountId(row.int(1)?))),
    )?;
    let mut ended = 0;
    for (id, account) in over {
        ended += u64::from(close(tx, account, id)?);
    }
    Ok(ended)
}

/// Notes that an account's owner took on the text of this version; whether they do so for the first time.
pub fn accept_rules(tx: &mut Tx<'_>, account: AccountId, version: &str) -> StoreResult<bool> {
    let rows = tx.execute(
        "INSERT INTO rules_accepted (account_id, version, accepted_at) VALUES ($1, $2, $3)
         ON CONFLICT (account_id, version) DO NOTHING",
        params![account, version, tx.now()],
    )?;
    Ok(rows > 0)
}

/// When the account's owner took on the text of this version (ms), if they did.
pub fn rules_accepted_at(
    tx: &mut Tx<'_>,
    account: AccountId,
    version: &str,
) -> StoreResult<Option<i64>> {
    tx.one(
        "SELECT accepted_at FROM rules_accepted WHERE account_id = $1 AND version = $2",
        params![account, version],
        |row| row.int(0),
    )
}
