//! Passkeys (W3C Web Authentication, Level 2): keys that a telephone, a computer or a small device keeps and uses only for whom it knows.
//! Verifying what they sign is `congvu-access`'s work.

use crate::sql::params;
use crate::{AccountId, Row, StoreError, StoreResult, Tx};

/// A passkey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passkey {
    /// Its row.
    pub id: i64,
    /// Whose.
    pub account: AccountId,
    /// By which its device finds it again.
    pub credential: Vec<u8>,
    /// Its public half, a SubjectPublicKeyInfo.
    pub public_key: Vec<u8>,
    /// How often it was used, as it told last; 0 where it does not count.
    pub counter: i64,
    /// What its owner calls it.
    pub label: String,
    /// When it was added (ms).
    pub created_at: i64,
    /// When it was last used (ms).
    pub used_at: Option<i64>,
    /// From where.
    pub used_from: String,
}

/// One to add.
#[derive(Clone, Copy, Debug)]
pub struct NewPasskey<'a> {
    /// As in [`Passkey`].
    pub credential: &'a [u8],
    /// As in [`Passkey`].
    pub public_key: &'a [u8],
    /// As in [`Passkey`].
    pub counter: i64,
    /// As in [`Passkey`].
    pub label: &'a str,
}

fn passkey(row: &Row<'_>) -> StoreResult<Passkey> {
    Ok(Passkey {
        id: row.int(0)?,
        account: AccountId(row.int(1)?),
        credential: row.bytes(2)?.to_vec(),
        public_key: row.bytes(3)?.to_vec(),
        counter: row.int(4)?,
        label: row.text(5)?,
        created_at: row.int(6)?,
        used_at: row.opt_int(7)?,
        used_from: row.text(8)?,
    })
}

/// Adds one to an account.
///
/// # Errors
/// It is somebody's already.
pub fn add(tx: &mut Tx<'_>, account: AccountId, new: &NewPasskey<'_>) -> StoreResult<()> {
    let rows = tx.execute(
        "INSERT INTO passkey (account_id, credential, public_key, counter, label, created_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (credential) DO NOTHING",
        params![
            account,
            new.credential,
            new.public_key,
            new.counter,
            new.label,
            tx.now()
        ],
    )?;
    match rows {
        0 => Err(StoreError::Conflict("passkey")),
        _ => Ok(()),
    }
}

/// Those of an account, the newest first.
pub fn of_account(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<Vec<Passkey>> {
    tx.all(
        "SELECT id, account_id, credential, public_key, counter, label, created_at, used_at, used_from
         FROM passkey WHERE account_id = $1 ORDER BY id DESC",
        params![account],
        passkey,
    )
}

/// The one of this credential.
pub fn by_credential(tx: &mut Tx<'_>, credential: &[u8]) -> StoreResult<Option<Passkey>> {
    tx.one(
        "SELECT id, account_id, credential, public_key, counter, label, created_at, used_at, used_from
         FROM passkey WHERE credential = $1",
        params![credential],
        passkey,
    )
}

/// Notes a use. False where it tells that it was used no more often than it told before: then there are two of it (W3C WebAuthn §6.1.1).
pub fn note_use(tx: &mut Tx<'_>, id: i64, counter: i64, from: &str) -> StoreResult<bool> {
    let rows = tx.execute(
        "UPDATE passkey SET counter = $2, used_at = $3, used_from = $4
         WHERE id = $1 AND (counter < $2 OR (counter = 0 AND $2 = 0))",
        params![id, counter, tx.now(), from],
    )?;
    Ok(rows == 1)
}

/// Removes one of an account; what it was called.
pub fn remove(tx: &mut Tx<'_>, account: AccountId, id: i64) -> StoreResult<Option<String>> {
    tx.one(
        "DELETE FROM passkey WHERE account_id = $1 AND id = $2 RETURNING label",
        params![account, id],
        |row| row.text(0),
    )
}

/// Notes that a challenge was answered; false where it was before. Until `over_at` (ms), when it counts no longer anyway.
pub fn answer(tx: &mut Tx<'_>, challenge: &[u8], over_at: i64) -> StoreResult<bool> {
    let rows = tx.execute(
        "INSERT INTO answered (digest, over_at) VALUES ($1, $2) ON CONFLICT (digest) DO NOTHING",
        params![challenge, over_at],
    )?;
    Ok(rows == 1)
}

/// Forgets those whose time is over, at most `most`.
pub fn expire(tx: &mut Tx<'_>, most: i64) -> StoreResult<u64> {
    tx.execute(
        "DELETE FROM answered WHERE digest IN (SELECT digest FROM answered WHERE over_at <= $1 ORDER BY over_at LIMIT $2)",
        params![tx.now(), most],
    )
}
