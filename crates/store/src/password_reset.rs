//! Leave to choose a new password without the old one (TQ.12.2): one at a time for an account, once, for a while, and only while nothing
//! else has changed what the account is signed in with.

use crate::sql::params;
use crate::{AccountId, StoreResult, Tx};

/// Leave to choose a new password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordReset {
    /// Whose.
    pub account: AccountId,
    /// How its owner proved who they are: `address`, `code`.
    pub way: String,
}

/// Gives leave, in the place of what was given before; `digest`: of what its owner holds.
pub fn give(
    tx: &mut Tx<'_>,
    account: AccountId,
    digest: &[u8],
    way: &str,
    over_at: i64,
) -> StoreResult<()> {
    tx.execute(
        "INSERT INTO password_reset (account_id, digest, way, epoch, made_at, over_at)
         SELECT id, $2, $3, epoch, $4, $5 FROM account WHERE id = $1
         ON CONFLICT (account_id) DO UPDATE SET digest = excluded.digest, way = excluded.way, epoch = excluded.epoch,
             made_at = excluded.made_at, over_at = excluded.over_at",
        params![account, digest, way, tx.now(), over_at],
    )?;
    Ok(())
}

/// When leave was last given to an account (ms).
pub fn last_given(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<Option<i64>> {
    tx.one(
        "SELECT made_at FROM password_reset WHERE account_id = $1",
        params![account],
        |row| row.int(0),
    )
}

/// The leave of this digest, where it still counts.
pub fn get(tx: &mut Tx<'_>, digest: &[u8]) -> StoreResult<Option<PasswordReset>> {
    tx.one(
        "SELECT r.account_id, r.way FROM password_reset r JOIN account a ON a.id = r.account_id AND a.epoch = r.epoch
         WHERE r.digest = $1 AND r.over_at > $2",
        params![digest, tx.now()],
        |row| {
            Ok(PasswordReset {
                account: AccountId(row.int(0)?),
                way: row.text(1)?,
            })
        },
    )
}

/// Uses it up; `None` where it does not count any more.
pub fn take(tx: &mut Tx<'_>, digest: &[u8]) -> StoreResult<Option<PasswordReset>> {
    let found = get(tx, digest)?;
    let rows = tx.execute(
        "UPDATE password_reset SET over_at = 0 WHERE digest = $1 AND over_at > $2",
        params![digest, tx.now()],
    )?;
    Ok(found.filter(|_| rows == 1))
}
