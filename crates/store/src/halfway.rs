//! Who gave the right password and has not given the code of the second factor yet: no session, and nothing is open with it.

use crate::sql::params;
use crate::{AccountId, StoreResult, Tx};

/// Somebody on the way in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Halfway {
    /// Whose account.
    pub account: AccountId,
    /// The account's epoch, under which the password was right.
    pub epoch: i64,
    /// The address they sign in with.
    pub login: String,
    /// The computer is shared.
    pub shared: bool,
}

/// Notes that the password was right; `digest`: of what the browser holds.
pub fn open(
    tx: &mut Tx<'_>,
    digest: &[u8],
    (account, epoch): (AccountId, i64),
    shared: bool,
    over_at: i64,
) -> StoreResult<()> {
    tx.execute(
        "INSERT INTO halfway (digest, account_id, epoch, shared, over_at) VALUES ($1, $2, $3, $4, $5)",
        params![digest, account, epoch, shared, over_at],
    )?;
    Ok(())
}

/// Who this is, where it still counts: its time is not over, and nothing has ended what the account's password opens.
pub fn get(tx: &mut Tx<'_>, digest: &[u8]) -> StoreResult<Option<Halfway>> {
    tx.one(
        "SELECT h.account_id, h.epoch, a.login, h.shared
         FROM halfway h JOIN account a ON a.id = h.account_id AND a.epoch = h.epoch
         WHERE h.digest = $1 AND h.over_at > $2",
        params![digest, tx.now()],
        |row| {
            Ok(Halfway {
                account: AccountId(row.int(0)?),
                epoch: row.int(1)?,
                login: row.text(2)?,
                shared: row.int(3)? != 0,
            })
        },
    )
}

/// It was used, or given up.
pub fn close(tx: &mut Tx<'_>, digest: &[u8]) -> StoreResult<()> {
    tx.execute("DELETE FROM halfway WHERE digest = $1", params![digest])?;
    Ok(())
}

/// Removes those whose time is over, at most `most`.
pub fn expire(tx: &mut Tx<'_>, most: i64) -> StoreResult<u64> {
    let over = tx.all(
        "SELECT digest FROM halfway WHERE over_at <= $1 ORDER BY over_at LIMIT $2",
        params![tx.now(), most],
        |row| Ok(row.bytes(0)?.to_vec()),
    )?;
    for digest in &over {
        close(tx, digest)?;
    }
    Ok(over.len() as u64)
}
