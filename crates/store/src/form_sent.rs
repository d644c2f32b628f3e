//! Forms whose message was sent: who sends a form in a second time (another press, "back", a slow line) sends nothing.

use crate::sql::params;
use crate::{AccountId, StoreResult, Tx};

/// Those sent before a time.
pub(crate) const OLD: &str =
    "SELECT account_id, form FROM form_sent WHERE sent_at < $1 ORDER BY sent_at LIMIT $2";

/// Notes that an account's form is sent; false where it was sent already. Two at once wait for each other.
pub fn note(tx: &mut Tx<'_>, account: AccountId, form: &str) -> StoreResult<bool> {
    let rows = tx.execute(
        "INSERT INTO form_sent (account_id, form, sent_at) VALUES ($1, $2, $3)
         ON CONFLICT (account_id, form) DO NOTHING",
        params![account, form, tx.now()],
    )?;
    Ok(rows == 1)
}

/// Whether an account's form was sent.
pub fn is_sent(tx: &mut Tx<'_>, account: AccountId, form: &str) -> StoreResult<bool> {
    let found = tx.one(
        "SELECT 1 FROM form_sent WHERE account_id = $1 AND form = $2",
        params![account, form],
        |_| Ok(()),
    )?;
    Ok(found.is_some())
}

/// Forgets at most `limit` forms that were sent before `before` (ms): nobody has them open any more. True where there may be more.
pub fn prune(tx: &mut Tx<'_>, before: i64, limit: i64) -> StoreResult<bool> {
    let old = tx.all(OLD, params![before, limit], |row| {
        Ok((AccountId(row.int(0)?), row.text(1)?))
    })?;
    for (account, form) in &old {
        tx.execute(
            "DELETE FROM form_sent WHERE account_id = $1 AND form = $2",
            params![*account, form],
        )?;
    }
    Ok(i64::try_from(old.len()).unwrap_or(i64::MAX) >= limit)
}
