//! Access to another's mailbox for a while (BS.III.9): by its owner's consent or by an order of two persons. It reads; it
//! changes nothing. Each use is noted, and the owner sees it.

use crate::sql::params;
use crate::{
    AccessGrantId, AccountId, Change, JointOrderId, MailboxId, Row, StoreError, StoreResult, Tx,
};

/// What an account may read now, beside its own and what it keeps. A mailbox that is locked or was taken back is read
/// too, by its last address; one that was deleted for good is not there any more.
pub(crate) const OPEN: &str =
    "SELECT g.id, g.mailbox_id, g.until_at, a.local_part, n.name
     FROM access_grant g /*sqlite INDEXED BY access_grant_account*/ JOIN mailbox m ON m.id = g.mailbox_id
     JOIN address a ON a.id = (SELECT MAX(p.id) FROM address p WHERE p.mailbox_id = m.id AND p.kind = 'primary')
     JOIN domain n ON n.id = a.domain_id
     WHERE g.account_id = $1 AND g.ended_at IS NULL AND g.until_at > $2 AND g.from_at <= $2 AND m.deleted_at IS NULL";

/// A mailbox that an account may read now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readable {
    /// What allows it; of several, the one that lasts longest.
    pub grant: AccessGrantId,
    /// The mailbox.
    pub mailbox: MailboxId,
    /// When that ends by itself (ms).
    pub until_at: i64,
    /// The mailbox's primary address.
    pub address: String,
}

/// The mailboxes that the account may read now because somebody consented or it was ordered.
pub fn readable(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<Vec<Readable>> {
    let mut found = tx.all(OPEN, params![account, tx.now()], |row| {
        Ok(Readable {
            grant: AccessGrantId(row.int(0)?),
            mailbox: MailboxId(row.int(1)?),
            until_at: row.int(2)?,
            address: format!("{}@{}", row.text(3)?, row.text(4)?),
        })
    })?;
    found.sort_unstable_by_key(|one| (one.mailbox, -one.until_at, one.grant));
    found.dedup_by_key(|one| one.mailbox);
    Ok(found)
}

/// Access to give.
#[derive(Clone, Debug)]
pub struct NewGrant<'a> {
    /// To what.
    pub mailbox: MailboxId,
    /// Whom.
    pub account: AccountId,
    /// `consent` or `order`.
    pub way: &'a str,
    /// What ordered it.
    pub order: Option<JointOrderId>,
    /// Number and date of the document; empty for consent.
    pub document: &'a str,
    /// What for.
    pub purpose: &'a str,
    /// From when (ms).
    pub from_at: i64,
    /// Until when (ms).
    pub until_at: i64,
    /// Who gave it.
    pub granted_by: &'a str,
    /// When its owner is told (ms); `None` where they gave it themselves.
    pub tell_at: Option<i64>,
}

/// Access that was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Its row.
    pub id: AccessGrantId,
    /// To what.
    pub mailbox: MailboxId,
    /// Whom.
    pub account: AccountId,
    /// What they sign in with.
    pub login: String,
    /// `consent` or `order`.
    pub way: String,
    /// Number and date of the document.
    pub document: String,
    /// What for.
    pub purpose: String,
    /// From when (ms).
    pub from_at: i64,
    /// Until when (ms).
    pub until_at: i64,
    /// Who gave it.
    pub granted_by: String,
    /// When (ms).
    pub granted_at: i64,
    /// When its owner is told (ms); `None` once that is done.
    pub tell_at: Option<i64>,
    /// When it was ended early (ms).
    pub ended_at: Option<i64>,
}

fn grant(row: &Row<'_>) -> StoreResult<Grant> {
    Ok(Grant {
        id: AccessGrantId(row.int(0)?),
        mailbox: MailboxId(row.int(1)?),
        account: AccountId(row.int(2)?),
        login: row.text(3)?,
        way: row.text(4)?,
        document: row.text(5)?,
        purpose: row.text(6)?,
        from_at: row.int(7)?,
        until_at: row.int(8)?,
        granted_by: row.text(9)?,
        granted_at: row.int(10)?,
        tell_at: row.opt_int(11)?,
        ended_at: row.opt_int(12)?,
    })
}

/// Gives access.
pub fn add(tx: &mut Tx<'_>, new: &NewGrant<'_>) -> StoreResult<AccessGrantId> {
    tx.tell(Change::Keepers(new.mailbox));
    tx.one(
        "INSERT INTO access_grant (mailbox_id, account_id, way, order_id, document, purpose, from_at, until_at, granted_by,
                                   granted_at, tell_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id",
        params![
            new.mailbox,
            new.account,
            new.way,
            new.order,
            new.document,
            new.purpose,
            new.from_at,
            new.until_at,
            new.granted_by,
            tx.now(),
            new.tell_at
        ],
        |row| Ok(AccessGrantId(row.int(0)?)),
    )?
    .ok_or(StoreError::NotFound("access"))
}

/// One that was given.
pub fn get(tx: &mut Tx<'_>, id: AccessGrantId) -> StoreResult<Option<Grant>> {
    tx.one(
        "SELECT g.id, g.mailbox_id, g.account_id, a.login, g.way, g.document, g.purpose, g.from_at, g.until_at, g.granted_by,
                g.granted_at, g.tell_at, g.ended_at
         FROM access_grant g JOIN account a ON a.id = g.account_id WHERE g.id = $1",
        params![id],
        grant,
    )
}

/// What an order of two gave, if it was carried out.
pub fn of_order(tx: &mut Tx<'_>, order: JointOrderId) -> StoreResult<Option<Grant>> {
    tx.one(
        "SELECT g.id, g.mailbox_id, g.account_id, a.login, g.way, g.document, g.purpose, g.from_at, g.until_at, g.granted_by,
                g.granted_at, g.tell_at, g.ended_at
         FROM access_grant g JOIN account a ON a.id = g.account_id WHERE g.order_id = $1",
        params![order],
        grant,
    )
}

/// The mailboxes that an account may read now, beside its own, each with what allows it.
pub fn live(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<Vec<Grant>> {
    tx.all(
        "SELECT g.id, g.mailbox_id, g.account_id, a.login, g.way, g.document, g.purpose, g.from_at, g.until_at, g.granted_by,
                g.granted_at, g.tell_at, g.ended_at
         FROM access_grant g JOIN account a ON a.id = g.account_id
         WHERE g.account_id = $1 AND g.ended_at IS NULL AND g.from_at <= $2 AND g.until_at > $2 ORDER BY g.mailbox_id, g.id",
        params![account, tx.now()],
        grant,
    )
}

/// All that was ever given to a mailbox, the newest first.
pub fn of_mailbox(tx: &mut Tx<'_>, mailbox: MailboxId) -> StoreResult<Vec<Grant>> {
    tx.all(
        "SELECT g.id, g.mailbox_id, g.account_id, a.login, g.way, g.document, g.purpose, g.from_at, g.until_at, g.granted_by,
                g.granted_at, g.tell_at, g.ended_at
         FROM access_grant g JOIN account a ON a.id = g.account_id WHERE g.mailbox_id = $1 ORDER BY g.id DESC",
        params![mailbox],
        grant,
    )
}

/// Ends it at once; false where it was over.
pub fn end(tx: &mut Tx<'_>, id: AccessGrantId, by: &str) -> StoreResult<bool> {
    let ended = tx.one(
        "UPDATE access_grant SET ended_at = $2, ended_by = $3 WHERE id = $1 AND ended_at IS NULL AND until_at > $2
         RETURNING mailbox_id",
        params![id, tx.now(), by],
        |row| Ok(MailboxId(row.int(0)?)),
    )?;
    if let Some(mailbox) = ended {
        tx.tell(Change::Keepers(mailbox));
    }
    Ok(ended.is_some())
}

/// Those whose owners are to be told by now.
pub fn untold(tx: &mut Tx<'_>, limit: i64) -> StoreResult<Vec<Grant>> {
    tx.all(
        "SELECT g.id, g.mailbox_id, g.account_id, a.login, g.way, g.document, g.purpose, g.from_at, g.until_at, g.granted_by,
                g.granted_at, g.tell_at, g.ended_at
         FROM access_grant g JOIN account a ON a.id = g.account_id
         WHERE g.tell_at IS NOT NULL AND g.tell_at <= $1 ORDER BY g.tell_at, g.id LIMIT $2",
        params![tx.now(), limit],
        grant,
    )
}

/// Notes that the owner was told.
pub fn told(tx: &mut Tx<'_>, id: AccessGrantId) -> StoreResult<()> {
    tx.execute(
        "UPDATE access_grant SET tell_at = NULL, told_at = $2 WHERE id = $1",
        params![id, tx.now()],
    )?;
    Ok(())
}

/// A use of access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// When (ms).
    pub at: i64,
    /// From where.
    pub client_ip: String,
    /// What was done, in words: the folder opened, the message fetched.
    pub what: String,
}

/// Notes a use.
pub fn note_use(
    tx: &mut Tx<'_>,
    id: AccessGrantId,
    client_ip: &str,
    what: &str,
) -> StoreResult<()> {
    tx.execute(
        "INSERT INTO access_use (grant_id, at, client_ip, what) VALUES ($1, $2, $3, $4)",
        params![id, tx.now(), client_ip, what],
    )?;
    Ok(())
}

/// The uses of one, oldest first.
pub fn uses(tx: &mut Tx<'_>, id: AccessGrantId) -> StoreResult<Vec<Use>> {
    tx.all(
        "SELECT at, client_ip, what FROM access_use WHERE grant_id = $1 ORDER BY id",
        params![id],
        |row| {
            Ok(Use {
                at: row.int(0)?,
                client_ip: row.text(1)?,
                what: row.text(2)?,
            })
        },
    )
}

/// The account that opens a mailbox, its name and where it belongs.
pub fn owner(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
) -> StoreResult<Option<(Option<AccountId>, crate::OrganisationId)>> {
    tx.one(
        "SELECT account_id, organisation_id FROM mailbox WHERE id = $1",
        params![mailbox],
        |row| {
            Ok((
                row.opt_int(0)?.map(AccountId),
                crate::OrganisationId(row.int(1)?),
            ))
        },
    )
}
