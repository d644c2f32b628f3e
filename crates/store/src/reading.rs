//! How people read: whether those who ask are told that their mail was read (RFC 8098).

use crate::sql::params;
use crate::{AccountId, StoreResult, Tx};

/// What is done where a sender asks to be told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Receipts {
    /// The reader is asked each time.
    #[default]
    Ask,
    /// They are told.
    Always,
    /// They are not, and the reader is not asked.
    Never,
}

impl Receipts {
    fn code(self) -> i64 {
        match self {
            Self::Ask => 0,
            Self::Always => 1,
            Self::Never => 2,
        }
    }
}

/// What an account's owner wants.
pub fn receipts(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<Receipts> {
    let code = tx.one(
        "SELECT receipts FROM reading WHERE account_id = $1",
        params![account],
        |row| row.int(0),
    )?;
    Ok(match code {
        Some(1) => Receipts::Always,
        Some(2) => Receipts::Never,
        _ => Receipts::Ask,
    })
}

/// Keeps what an account's owner wants.
pub fn set_receipts(tx: &mut Tx<'_>, account: AccountId, receipts: Receipts) -> StoreResult<()> {
    tx.execute(
        "INSERT INTO reading (account_id, receipts) VALUES ($1, $2)
         ON CONFLICT (account_id) DO UPDATE SET receipts = excluded.receipts",
        params![account, receipts.code()],
    )?;
    Ok(())
}
