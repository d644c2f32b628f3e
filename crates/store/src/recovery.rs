//! Where the owner of an account hears how to choose a new password when the old one is lost (TQ.12.2). An address counts from the moment
//! on at which a code that was sent there came back.

use crate::sql::params;
use crate::{AccountId, StoreResult, Tx};

/// An account's recovery address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recovery {
    /// The one that counts; empty where there is none.
    pub address: String,
    /// One that does not count yet; empty where none was asked for, or its code is over.
    pub asked: String,
    /// Until when that one's code counts (ms); 0 where none does.
    pub asked_until: i64,
}

/// An account's.
pub fn get(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<Recovery> {
    let found = tx.one(
        "SELECT address, asked, code_until FROM recovery_address WHERE account_id = $1",
        params![account],
        |row| Ok((row.text(0)?, row.text(1)?, row.int(2)?)),
    )?;
    let Some((address, asked, until)) = found else {
        return Ok(Recovery::default());
    };
    let counts = until > tx.now() && !asked.is_empty();
    Ok(Recovery {
        address,
        asked: if counts { asked } else { String::new() },
        asked_until: if counts { until } else { 0 },
    })
}

/// Another address is to count once a code (its digest) that is sent there comes back; the one before counts until then.
pub fn ask(
    tx: &mut Tx<'_>,
    account: AccountId,
    address: &str,
    code: &[u8],
    (until, tries): (i64, i64),
) -> StoreResult<()> {
    tx.execute(
        "INSERT INTO recovery_address (account_id, address, asked, code, code_until, tries)
         VALUES ($1, '', $2, $3, $4, $5)
         ON CONFLICT (account_id) DO UPDATE SET asked = excluded.asked, code = excluded.code,
             code_until = excluded.code_until, tries = excluded.tries",
        params![account, address, code, until, tries],
    )?;
    Ok(())
}

/// A code came back: the address before and the one that counts now; `None` where it is not that code, its time is over, or it was tried
/// too often. Each try is counted.
pub fn confirm(
    tx: &mut Tx<'_>,
    account: AccountId,
    code: &[u8],
) -> StoreResult<Option<(String, String)>> {
    let found = tx.one(
        "UPDATE recovery_address SET tries = tries - 1
         WHERE account_id = $1 AND asked <> '' AND tries > 0 AND code_until > $2 RETURNING address, asked, code",
        params![account, tx.now()],
        |row| Ok((row.text(0)?, row.text(1)?, row.bytes(2)?.to_vec())),
    )?;
    // Digests of random codes: how long the comparison takes tells nothing of the code.
    let Some((before, asked, _)) = found.filter(|(_, _, kept)| kept == code) else {
        return Ok(None);
    };
    tx.execute(
        "UPDATE recovery_address SET address = asked, asked = '', code_until = 0 WHERE account_id = $1",
        params![account],
    )?;
    Ok(Some((before, asked)))
}

/// Somebody else vouched anew for who the owner is: what else let them, or whoever was in their place, come in without a password goes.
pub(crate) fn clear(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<()> {
    for sql in [
        "DELETE FROM recovery_address WHERE account_id = $1",
        "DELETE FROM password_reset WHERE account_id = $1",
        "DELETE FROM passkey WHERE account_id = $1",
    ] {
        tx.execute(sql, params![account])?;
    }
    Ok(())
}

/// Takes the address away; what it was.
pub fn remove(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<Option<String>> {
    let was = tx.one(
        "DELETE FROM recovery_address WHERE account_id = $1 RETURNING address",
        params![account],
        |row| row.text(0),
    )?;
    Ok(was.filter(|address| !address.is_empty()))
}
