//! Who has which role, with what one wants to know of them.

use crate::sql::params;
use crate::{AccountId, MailboxId, OrganisationId, StoreResult, Tx};

/// A role in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its row.
    pub id: i64,
    /// Whose.
    pub account: AccountId,
    /// What they sign in with.
    pub login: String,
    /// Their name.
    pub name: String,
    /// What they are.
    pub title: String,
    /// The mailbox that their account opens.
    pub mailbox: Option<MailboxId>,
    /// `decide`, `operate`, `forward`, `ask`, `audit`.
    pub role: String,
    /// Where, and below.
    pub organisation: OrganisationId,
    /// The name of that.
    pub place: String,
    /// That place has ended.
    pub place_ended: bool,
    /// What orders it; may be empty.
    pub document: String,
    /// Since when (ms).
    pub granted_at: i64,
    /// A code is asked for when they sign in.
    pub has_factor: bool,
    /// How many passkeys they have.
    pub passkeys: u64,
    /// They cannot sign in now: the account is shut off, or its mailbox locked or gone.
    pub is_shut: bool,
}

/// The roles in force at a place and below, by place.
pub fn below(tx: &mut Tx<'_>, top: OrganisationId) -> StoreResult<Vec<Listed>> {
    tx.all(
        "WITH RECURSIVE below (id, depth) AS (
             SELECT CAST($1 AS BIGINT), 0 UNION ALL
             SELECT o.id, b.depth + 1 FROM below b JOIN organisation o ON o.parent_id = b.id WHERE b.depth < 64
         )
         SELECT g.id, g.account_id, a.login, COALESCE(m.name, a.login), COALESCE(p.title, ''), m.id, g.role, o.id, o.name, o.ended_at,
                g.document, g.granted_at, f.confirmed_at, (SELECT COUNT(*) FROM passkey k WHERE k.account_id = a.id),
                COALESCE(a.disabled_at, m.locked_at, m.revoked_at, m.deleted_at)
         FROM below b JOIN role_grant g ON g.organisation_id = b.id JOIN organisation o ON o.id = b.id
         JOIN account a ON a.id = g.account_id LEFT JOIN person p ON p.id = a.person_id LEFT JOIN mailbox m ON m.account_id = a.id
         LEFT JOIN second_factor f ON f.account_id = a.id
         WHERE g.ended_at IS NULL ORDER BY b.depth, o.name, o.id, g.role, a.login",
        params![top],
        |row| {
            Ok(Listed {
                id: row.int(0)?,
                account: AccountId(row.int(1)?),
                login: row.text(2)?,
                name: row.text(3)?,
                title: row.text(4)?,
                mailbox: row.opt_int(5)?.map(MailboxId),
                role: row.text(6)?,
                organisation: OrganisationId(row.int(7)?),
                place: row.text(8)?,
                place_ended: row.opt_int(9)?.is_some(),
                document: row.text(10)?,
                granted_at: row.int(11)?,
                has_factor: row.opt_int(12)?.is_some(),
                passkeys: row.u64(13)?,
                is_shut: row.opt_int(14)?.is_some(),
            })
        },
    )
}
