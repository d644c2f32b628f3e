//! App passwords as their owner sees them. How they are verified is `congvu-access`'s work, what is kept of each stands in
//! [`crate::account`].

use crate::sql::params;
use crate::{AccountId, StoreResult, Tx};

/// One that is in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its row.
    pub id: i64,
    /// What its owner calls it.
    pub label: String,
    /// When it was made (ms).
    pub created_at: i64,
    /// When it was last used (ms).
    pub used_at: Option<i64>,
    /// From where; empty where it never was.
    pub used_from: String,
    /// By which protocol.
    pub used_by: String,
}

/// Those of an account that are in force, the newest first.
pub fn of_account(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<Vec<Listed>> {
    tx.all(
        "SELECT id, label, created_at, used_at, used_from, used_by FROM app_password
         WHERE account_id = $1 AND revoked_at IS NULL ORDER BY id DESC",
        params![account],
        |row| {
            Ok(Listed {
                id: row.int(0)?,
                label: row.text(1)?,
                created_at: row.int(2)?,
                used_at: row.opt_int(3)?,
                used_from: row.text(4)?,
                used_by: row.text(5)?,
            })
        },
    )
}

/// Notes its last use; one that was written later counts.
pub fn note_use(tx: &mut Tx<'_>, id: i64, at: i64, (from, by): (&str, &str)) -> StoreResult<()> {
    tx.execute(
        "UPDATE app_password SET used_at = $2, used_from = $3, used_by = $4
         WHERE id = $1 AND COALESCE(used_at, 0) <= $2",
        params![id, at, from, by],
    )?;
    Ok(())
}
