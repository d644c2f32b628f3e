//! Browsers that are told of new mail while no page is open (RFC 8030): each as long as its session is in force.

use crate::sql::params;
use crate::{FolderId, MailboxId, StoreResult, Tx};

/// Whoever claims one has so long to tell it (ms); then another may.
const CLAIM: i64 = 60_000;
/// One that was told is told again no sooner (ms).
const REST: i64 = 10_000;
/// One that could not be told so often in a row is given up.
const MOST_TRIES: i64 = 10;

/// Those in whose inbox is more than they were told of.
pub(crate) const DUE: &str = "SELECT p.id, f.id, f.uid_next - 1
     FROM push_subscription p JOIN folder f ON f.mailbox_id = p.mailbox_id AND f.name = 'INBOX'
     WHERE p.id > $1 AND p.next_at <= $2 AND f.uid_next - 1 > p.told_uid ORDER BY p.id LIMIT $3";

/// The key by which push services know this system, as PKCS #8; the given one, where there is none yet.
pub fn key(tx: &mut Tx<'_>, new: &[u8]) -> StoreResult<Vec<u8>> {
    tx.execute(
        "INSERT INTO push_key (id, pkcs8) VALUES (1, $1) ON CONFLICT (id) DO NOTHING",
        params![new],
    )?;
    let kept = tx.one(
        "SELECT pkcs8 FROM push_key WHERE id = 1",
        params![],
        |row| Ok(row.bytes(0)?.to_vec()),
    )?;
    Ok(kept.unwrap_or_default())
}

/// What a browser subscribes with.
#[derive(Clone, Debug)]
pub struct NewSubscription<'a> {
    /// Its session.
    pub session: i64,
    /// The mailbox whose inbox it is told of.
    pub mailbox: MailboxId,
    /// Where its push service takes messages for it.
    pub endpoint: &'a str,
    /// Its public key (P-256, uncompressed).
    pub ua_key: &'a [u8],
    /// Its authentication secret (RFC 8291 §3.2).
    pub auth: &'a [u8],
    /// It is told who wrote.
    pub names: bool,
    /// The language of what it is told.
    pub lang: &'a str,
}

/// Subscribes a browser, in the place of what its session had before; it is told of what comes from now on.
pub fn subscribe(tx: &mut Tx<'_>, new: &NewSubscription<'_>) -> StoreResult<()> {
    unsubscribe(tx, new.session)?;
    tx.execute(
        "INSERT INTO push_subscription (session_id, mailbox_id, endpoint, ua_key, auth, names, lang, told_uid, next_at, tries)
         SELECT $1, f.mailbox_id, $3, $4, $5, $6, $7, f.uid_next - 1, 0, 0 FROM folder f
         WHERE f.mailbox_id = $2 AND f.name = 'INBOX'",
        params![
            new.session,
            new.mailbox,
            new.endpoint,
            new.ua_key,
            new.auth,
            new.names,
            new.lang
        ],
    )?;
    Ok(())
}

/// Ends what a session subscribed to.
pub fn unsubscribe(tx: &mut Tx<'_>, session: i64) -> StoreResult<()> {
    tx.execute(
        "DELETE FROM push_subscription WHERE session_id = $1",
        params![session],
    )?;
    Ok(())
}

/// Whether a session has subscribed, and if so whether it is told who wrote.
pub fn of_session(tx: &mut Tx<'_>, session: i64) -> StoreResult<Option<bool>> {
    tx.one(
        "SELECT names FROM push_subscription WHERE session_id = $1",
        params![session],
        |row| Ok(row.int(0)? != 0),
    )
}

/// One to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// Its row.
    pub id: i64,
    /// The inbox.
    pub inbox: FolderId,
    /// The newest UID there was in it.
    pub uid: u32,
}

/// Those to be told after `after`, at most `limit`.
pub fn due(tx: &mut Tx<'_>, after: i64, limit: i64) -> StoreResult<Vec<Due>> {
    tx.all(DUE, params![after, tx.now(), limit], |row| {
        Ok(Due {
            id: row.int(0)?,
            inbox: FolderId(row.int(1)?),
            uid: row.u32(2)?,
        })
    })
}

/// A subscription that is being told.
#[derive(Clone, Debug)]
pub struct Claimed {
    /// Where.
    pub endpoint: String,
    /// Its public key.
    pub ua_key: Vec<u8>,
    /// Its authentication secret.
    pub auth: Vec<u8>,
    /// It is told who wrote.
    pub names: bool,
    /// The language.
    pub lang: String,
}

/// Claims one: nobody else tells it for a minute. `None` where somebody did, or where its session is not in force any more: a lock, a
/// password change or a revocation ended it (then it is gone).
pub fn claim(tx: &mut Tx<'_>, id: i64) -> StoreResult<Option<Claimed>> {
    let claimed = tx.execute(
        "UPDATE push_subscription SET next_at = $2, tries = tries + 1 WHERE id = $1 AND next_at <= $3",
        params![id, tx.now() + CLAIM, tx.now()],
    )?;
    if claimed == 0 {
        return Ok(None);
    }
    let found = tx.one(
        "SELECT p.endpoint, p.ua_key, p.auth, p.names, p.lang
         FROM push_subscription p JOIN web_session s ON s.id = p.session_id
              JOIN account a ON a.id = s.account_id AND a.epoch = s.epoch JOIN mailbox m ON m.id = p.mailbox_id
         WHERE p.id = $1 AND s.over_at > $2 AND s.limited = 0 AND a.disabled_at IS NULL
               AND m.locked_at IS NULL AND m.revoked_at IS NULL AND m.deleted_at IS NULL",
        params![id, tx.now()],
        |row| {
            Ok(Claimed {
                endpoint: row.text(0)?,
                ua_key: row.bytes(1)?.to_vec(),
                auth: row.bytes(2)?.to_vec(),
                names: row.int(3)? != 0,
                lang: row.text(4)?,
            })
        },
    )?;
    if found.is_none() {
        gone(tx, id)?;
    }
    Ok(found)
}

/// It was told of all up to `uid`.
pub fn told(tx: &mut Tx<'_>, id: i64, uid: u32) -> StoreResult<()> {
    tx.execute(
        "UPDATE push_subscription SET told_uid = $2, next_at = $3, tries = 0 WHERE id = $1",
        params![id, uid, tx.now() + REST],
    )?;
    Ok(())
}

/// It could not be told: later, each time twice as late; after many times no more.
pub fn failed(tx: &mut Tx<'_>, id: i64) -> StoreResult<()> {
    tx.execute(
        "DELETE FROM push_subscription WHERE id = $1 AND tries >= $2",
        params![id, MOST_TRIES],
    )?;
    let tries = tx.one(
        "SELECT tries FROM push_subscription WHERE id = $1",
        params![id],
        |row| row.int(0),
    )?;
    if let Some(tries) = tries {
        let wait = 5_000_i64 << tries.clamp(0, MOST_TRIES);
        tx.execute(
            "UPDATE push_subscription SET next_at = $2 WHERE id = $1",
            params![id, tx.now() + wait],
        )?;
    }
    Ok(())
}

/// Its push service knows it no more, or its session is over.
pub fn gone(tx: &mut Tx<'_>, id: i64) -> StoreResult<()> {
    tx.execute("DELETE FROM push_subscription WHERE id = $1", params![id])?;
    Ok(())
}
