//! Leases: what one connection or node may do alone (a POP3 session, a sweep).

use crate::sql::params;
use crate::{StoreResult, Tx};

/// Takes or renews a lease for `holder` until `now + ms`; false where another holds it.
pub fn take(tx: &mut Tx<'_>, name: &str, holder: i64, ms: i64) -> StoreResult<bool> {
    let now = tx.now();
    let taken = tx.one(
        "INSERT INTO lease (name, holder, until_at) VALUES ($1, $2, $3)
         ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until_at = excluded.until_at
         WHERE lease.holder = excluded.holder OR lease.until_at < $4 RETURNING until_at",
        params![name, holder, now + ms, now],
        |_| Ok(()),
    )?;
    Ok(taken.is_some())
}

/// Gives a lease back.
pub fn release(tx: &mut Tx<'_>, name: &str, holder: i64) -> StoreResult<()> {
    tx.execute(
        "DELETE FROM lease WHERE name = $1 AND holder = $2",
        params![name, holder],
    )?;
    Ok(())
}
