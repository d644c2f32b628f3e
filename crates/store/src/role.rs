//! Roles: what an account may do at a place and below it.

use crate::sql::params;
use crate::{AccountId, OrganisationId, StoreError, StoreResult, Tx};

/// A role that somebody has or had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Its row.
    pub id: i64,
    /// Whose.
    pub account: AccountId,
    /// What they sign in with.
    pub login: String,
    /// `decide`, `operate`, `forward`, `ask`, `audit`.
    pub role: String,
    /// Where, and below.
    pub organisation: OrganisationId,
    /// What orders it.
    pub document: String,
    /// Since when (ms).
    pub granted_at: i64,
}

/// Gives a role; one that is there already stays.
pub fn grant(
    tx: &mut Tx<'_>,
    account: AccountId,
    role: &str,
    organisation: OrganisationId,
    document: &str,
) -> StoreResult<()> {
    tx.execute(
        "INSERT INTO role_grant (account_id, role, organisation_id, document, granted_at)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        params![account, role, organisation, document, tx.now()],
    )?;
    Ok(())
}

/// Takes a role back.
pub fn end(
    tx: &mut Tx<'_>,
    account: AccountId,
    role: &str,
    organisation: OrganisationId,
) -> StoreResult<()> {
    let rows = tx.execute(
        "UPDATE role_grant SET ended_at = $4
         WHERE account_id = $1 AND role = $2 AND organisation_id = $3 AND ended_at IS NULL",
        params![account, role, organisation, tx.now()],
    )?;
    if rows == 0 {
        return Err(StoreError::NotFound("role"));
    }
    Ok(())
}

/// The places at which an account has a role.
pub fn places(tx: &mut Tx<'_>, account: AccountId, role: &str) -> StoreResult<Vec<OrganisationId>> {
    tx.all(
        "SELECT organisation_id FROM role_grant WHERE account_id = $1 AND role = $2 AND ended_at IS NULL",
        params![account, role],
        |row| Ok(OrganisationId(row.int(0)?)),
    )
}

/// All roles in force, by place.
pub fn all(tx: &mut Tx<'_>) -> StoreResult<Vec<Grant>> {
    tx.all(
        "SELECT g.id, g.account_id, a.login, g.role, g.organisation_id, g.document, g.granted_at
         FROM role_grant g JOIN account a ON a.id = g.account_id
         WHERE g.ended_at IS NULL ORDER BY g.organisation_id, g.role, a.login",
        params![],
        |row| {
            Ok(Grant {
                id: row.int(0)?,
                account: AccountId(row.int(1)?),
                login: row.text(2)?,
                role: row.text(3)?,
                organisation: OrganisationId(row.int(4)?),
                document: row.text(5)?,
                granted_at: row.int(6)?,
            })
        },
    )
}

/// The accounts that have a role at a place itself.
pub fn holders(
    tx: &mut Tx<'_>,
    role: &str,
    organisation: OrganisationId,
) -> StoreResult<Vec<AccountId>> {
    tx.all(
        "SELECT account_id FROM role_grant
         WHERE organisation_id = $1 AND role = $2 AND ended_at IS NULL ORDER BY account_id",
        params![organisation, role],
        |row| Ok(AccountId(row.int(0)?)),
    )
}

/// What an account may do, and where: each role in force and its place, and, as `ask`, the places that it speaks for as their head
/// or contact. By place, each once.
pub fn of_account(
    tx: &mut Tx<'_>,
    account: AccountId,
) -> StoreResult<Vec<(String, OrganisationId)>> {
    tx.all(
        "SELECT g.role, g.organisation_id FROM role_grant g WHERE g.account_id = $1 AND g.ended_at IS NULL
         UNION
         SELECT 'ask', o.id FROM account a JOIN organisation o ON o.head_id = a.person_id
         WHERE a.id = $1 AND o.ended_at IS NULL
         UNION
         SELECT 'ask', o.id FROM account a JOIN organisation o ON o.contact_id = a.person_id
         WHERE a.id = $1 AND o.ended_at IS NULL
         ORDER BY 2, 1",
        params![account],
        |row| Ok((row.text(0)?, OrganisationId(row.int(1)?))),
    )
}
