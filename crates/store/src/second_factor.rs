//! The second factor: a secret that a telephone holds too (RFC 6238), and codes for when that is lost. Sealing, making and checking
//! them is `congvu-access`'s work.

use crate::sql::params;
use crate::{AccountId, StoreError, StoreResult, Tx};

/// A secret as it is kept.
#[derive(Clone)]
pub struct SecondFactor {
    /// The secret, sealed.
    pub sealed: Vec<u8>,
    /// Since when it is asked for (ms); `None` while it is being set up.
    pub confirmed_at: Option<i64>,
    /// The time step of the last code taken.
    pub last_step: i64,
}

impl std::fmt::Debug for SecondFactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SecondFactor")
            .field("confirmed_at", &self.confirmed_at)
            .finish_non_exhaustive()
    }
}

/// An account's.
pub fn get(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<Option<SecondFactor>> {
    tx.one(
        "SELECT sealed, confirmed_at, last_step FROM second_factor WHERE account_id = $1",
        params![account],
        |row| {
            Ok(SecondFactor {
                sealed: row.bytes(0)?.to_vec(),
                confirmed_at: row.opt_int(1)?,
                last_step: row.int(2)?,
            })
        },
    )
}

/// Begins to set one up, anew where that was begun before.
///
/// # Errors
/// One is on: it has to be turned off first.
pub fn begin(tx: &mut Tx<'_>, account: AccountId, sealed: &[u8]) -> StoreResult<()> {
    let rows = tx.execute(
        "INSERT INTO second_factor (account_id, sealed, begun_at) VALUES ($1, $2, $3)
         ON CONFLICT (account_id) DO UPDATE SET sealed = excluded.sealed, begun_at = excluded.begun_at
         WHERE second_factor.confirmed_at IS NULL",
        params![account, sealed, tx.now()],
    )?;
    match rows {
        0 => Err(StoreError::Conflict("second factor")),
        _ => Ok(()),
    }
}

/// From now on it is asked for: a code of `step` proved that this very secret is in the telephone. False where another was begun meanwhile.
pub fn confirm(tx: &mut Tx<'_>, account: AccountId, sealed: &[u8], step: i64) -> StoreResult<bool> {
    let rows = tx.execute(
        "UPDATE second_factor SET confirmed_at = $4, last_step = $3
         WHERE account_id = $1 AND sealed = $2 AND confirmed_at IS NULL",
        params![account, sealed, step, tx.now()],
    )?;
    Ok(rows == 1)
}

/// Takes a code of `step`; false where one of it, or of a later one, was taken before (RFC 6238 §5.2).
pub fn take_step(tx: &mut Tx<'_>, account: AccountId, step: i64) -> StoreResult<bool> {
    let rows = tx.execute(
        "UPDATE second_factor SET last_step = $2
         WHERE account_id = $1 AND confirmed_at IS NOT NULL AND last_step < $2",
        params![account, step],
    )?;
    Ok(rows == 1)
}

/// Takes it away with all codes; whether one was on.
pub fn remove(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<bool> {
    set_codes(tx, account, &[])?;
    let was_on = tx.one(
        "DELETE FROM second_factor WHERE account_id = $1 RETURNING confirmed_at",
        params![account],
        |row| row.opt_int(0),
    )?;
    Ok(was_on.flatten().is_some())
}

/// Puts codes (their digests) in the place of those there were.
pub fn set_codes(tx: &mut Tx<'_>, account: AccountId, digests: &[Vec<u8>]) -> StoreResult<()> {
    tx.execute(
        "DELETE FROM recovery_code WHERE account_id = $1",
        params![account],
    )?;
    for digest in digests {
        tx.execute(
            "INSERT INTO recovery_code (account_id, digest) VALUES ($1, $2)",
            params![account, digest],
        )?;
    }
    Ok(())
}

/// How many codes are left.
pub fn codes_left(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<u64> {
    let left = tx.one(
        "SELECT COUNT(*) FROM recovery_code WHERE account_id = $1",
        params![account],
        |row| row.u64(0),
    )?;
    Ok(left.unwrap_or_default())
}

/// Takes a code, which is gone then; false where there is none such.
pub fn take_code(tx: &mut Tx<'_>, account: AccountId, digest: &[u8]) -> StoreResult<bool> {
    let rows = tx.execute(
        "DELETE FROM recovery_code WHERE account_id = $1 AND digest = $2",
        params![account, digest],
    )?;
    Ok(rows == 1)
}
