//! Access tokens of programs that use the REST API. What one may do is governance's; here lies how it is kept.

use crate::account::{self, Account};
use crate::sql::params;
use crate::{AccountId, OrganisationId, Row, StoreError, StoreResult, Tx};

/// What a new token is made of.
#[derive(Clone, Debug)]
pub struct NewToken<'a> {
    /// Whose.
    pub account: AccountId,
    /// What its owner calls it.
    pub label: &'a str,
    /// Who issues it, where that is not its owner; else empty.
    pub issued_by: &'a str,
    /// SHA-256 of the token.
    pub digest: &'a [u8],
    /// Its scopes, divided by spaces.
    pub scopes: &'a str,
    /// It reaches nothing outside that place and those below.
    pub organisation: Option<OrganisationId>,
    /// The account's epoch.
    pub epoch: i64,
    /// When it ends (ms).
    pub expires_at: i64,
}

/// A token as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its row.
    pub id: i64,
    /// Whose.
    pub account: AccountId,
    /// What its owner calls it.
    pub label: String,
    /// Who issued it, where that was not its owner; else empty.
    pub issued_by: String,
    /// Its scopes, divided by spaces.
    pub scopes: String,
    /// It reaches nothing outside that place and those below.
    pub organisation: Option<OrganisationId>,
    /// The account's epoch when it was issued.
    pub epoch: i64,
    /// When it was issued (ms).
    pub created_at: i64,
    /// When it ends (ms).
    pub expires_at: i64,
    /// When it was last used (ms), within an hour.
    pub last_used_at: Option<i64>,
    /// When it was taken back (ms).
    pub revoked_at: Option<i64>,
}

fn from_row(row: &Row<'_>) -> StoreResult<Token> {
    Ok(Token {
        id: row.int(0)?,
        account: AccountId(row.int(1)?),
        label: row.text(2)?,
        scopes: row.text(3)?,
        organisation: row.opt_int(4)?.map(OrganisationId),
        epoch: row.int(5)?,
        created_at: row.int(6)?,
        expires_at: row.int(7)?,
        last_used_at: row.opt_int(8)?,
        revoked_at: row.opt_int(9)?,
        issued_by: row.text(10)?,
    })
}

/// Adds a token; its row.
pub fn add(tx: &mut Tx<'_>, new: &NewToken<'_>) -> StoreResult<i64> {
    tx.one(
        "INSERT INTO api_token (account_id, label, digest, scopes, organisation_id, epoch, created_at, expires_at, issued_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id",
        params![
            new.account,
            new.label,
            new.digest,
            new.scopes,
            new.organisation,
            new.epoch,
            tx.now(),
            new.expires_at,
            new.issued_by
        ],
        |row| row.int(0),
    )?
    .ok_or(StoreError::NotFound("token"))
}

/// The token with this digest, and its account.
pub fn by_digest(tx: &mut Tx<'_>, digest: &[u8]) -> StoreResult<Option<(Token, Account)>> {
    let found = tx.one(
        "SELECT id, account_id, label, scopes, organisation_id, epoch, created_at, expires_at, last_used_at, revoked_at,
                issued_by FROM api_token WHERE digest = $1",
        params![digest],
        from_row,
    )?;
    let Some(token) = found else {
        return Ok(None);
    };
    let account = account::get(tx, token.account)?;
    Ok(account.map(|account| (token, account)))
}

/// A token by its row.
pub fn get(tx: &mut Tx<'_>, id: i64) -> StoreResult<Option<Token>> {
    tx.one(
        "SELECT id, account_id, label, scopes, organisation_id, epoch, created_at, expires_at, last_used_at, revoked_at,
                issued_by FROM api_token WHERE id = $1",
        params![id],
        from_row,
    )
}

/// The tokens of an account, those that are over too, the oldest first.
pub fn of_account(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<Vec<Token>> {
    tx.all(
        "SELECT id, account_id, label, scopes, organisation_id, epoch, created_at, expires_at, last_used_at, revoked_at,
                issued_by FROM api_token WHERE account_id = $1 ORDER BY id",
        params![account],
        from_row,
    )
}

/// Takes one back that was not taken back before.
pub fn revoke(tx: &mut Tx<'_>, id: i64) -> StoreResult<()> {
    let rows = tx.execute(
        "UPDATE api_token SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL",
        params![id, tx.now()],
    )?;
    if rows == 0 {
        return Err(StoreError::NotFound("token"));
    }
    Ok(())
}

/// Notes that it is used now.
pub fn touch(tx: &mut Tx<'_>, id: i64) -> StoreResult<()> {
    tx.execute(
        "UPDATE api_token SET last_used_at = $2 WHERE id = $1",
        params![id, tx.now()],
    )?;
    Ok(())
}
