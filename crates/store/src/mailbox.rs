//! Mailboxes: personal and unit, with their quota counters.

use crate::sql::params;
use crate::{
    AccountId, Change, DomainId, MailboxId, OrganisationId, PersonId, StoreError, StoreResult, Tx,
    address, folder,
};

/// What a new mailbox is made of.
#[derive(Clone, Debug)]
pub struct NewMailbox<'a> {
    /// `personal` or `unit`.
    pub kind: &'a str,
    /// Where it belongs (QN.1.2).
    pub organisation: OrganisationId,
    /// The account that opens it.
    pub account: Option<AccountId>,
    /// Whose it is.
    pub person: Option<PersonId>,
    /// Display name.
    pub name: &'a str,
    /// Bytes allowed.
    pub quota: u64,
    /// Its primary address.
    pub local_part: &'a str,
    /// The address's domain.
    pub domain: DomainId,
}

/// The folders every mailbox starts with, and what they are for (RFC 6154).
pub const FIRST_FOLDERS: [(&str, Option<&str>); 6] = [
    ("INBOX", None),
    ("Drafts", Some("\\Drafts")),
    ("Sent", Some("\\Sent")),
    ("Junk", Some("\\Junk")),
    ("Trash", Some("\\Trash")),
    ("Archive", Some("\\Archive")),
];

/// Adds a mailbox with its address and first folders.
pub fn create(tx: &mut Tx<'_>, new: &NewMailbox<'_>) -> StoreResult<MailboxId> {
    let at = tx.now();
    let quota = i64::try_from(new.quota).unwrap_or(i64::MAX);
    let id = tx
        .one(
            "INSERT INTO mailbox (kind, organisation_id, account_id, person_id, name, quota_bytes, uid_validity, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
            params![
                new.kind,
                new.organisation,
                new.account,
                new.person,
                new.name,
                quota,
                // UIDVALIDITY rises by one for each folder made; it starts from the clock.
                at / 1000,
                at
            ],
            |row| Ok(MailboxId(row.int(0)?)),
        )?
        .ok_or(StoreError::NotFound("mailbox"))?;
    address::create(
        tx,
        new.domain,
        new.local_part,
        "primary",
        address::Holder::Mailbox(id),
    )?;
    for (name, special_use) in FIRST_FOLDERS {
        folder::create(tx, id, name, special_use)?;
        folder::subscribe(tx, id, name)?;
    }
    tx.tell(Change::Directory);
    Ok(id)
}

/// Storage of a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// Bytes used.
    pub used_bytes: u64,
    /// Messages held.
    pub used_messages: u64,
    /// Bytes allowed.
    pub quota_bytes: u64,
}

/// Storage of a mailbox.
pub fn usage(tx: &mut Tx<'_>, id: MailboxId) -> StoreResult<Option<Usage>> {
    tx.one(
        "SELECT used_bytes, used_messages, quota_bytes FROM mailbox WHERE id = $1",
        params![id],
        |row| {
            Ok(Usage {
                used_bytes: row.u64(0)?,
                used_messages: row.u64(1)?,
                quota_bytes: row.u64(2)?,
            })
        },
    )
}

/// Its kind: `personal` or `unit`.
pub fn kind(tx: &mut Tx<'_>, id: MailboxId) -> StoreResult<Option<String>> {
    tx.one(
        "SELECT kind FROM mailbox WHERE id = $1",
        params![id],
        |row| row.text(0),
    )
}

/// Whose it is, where it is a person's.
pub fn person(tx: &mut Tx<'_>, id: MailboxId) -> StoreResult<Option<PersonId>> {
    let found = tx.one(
        "SELECT person_id FROM mailbox WHERE id = $1",
        params![id],
        |row| row.opt_int(0),
    )?;
    Ok(found.flatten().map(PersonId))
}

/// Sets its display name.
pub fn set_name(tx: &mut Tx<'_>, id: MailboxId, name: &str) -> StoreResult<()> {
    tx.tell(Change::Directory);
    tx.execute(
        "UPDATE mailbox SET name = $2 WHERE id = $1",
        params![id, name],
    )?;
    Ok(())
}

/// Sets the bytes allowed (QN.8.1, BS.6, HCM.4.2, TQ.9.2, SL.11.2).
pub fn set_quota(tx: &mut Tx<'_>, id: MailboxId, bytes: u64) -> StoreResult<()> {
    let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
    let rows = tx.execute(
        "UPDATE mailbox SET quota_bytes = $2 WHERE id = $1",
        params![id, bytes],
    )?;
    if rows == 0 {
        return Err(StoreError::NotFound("mailbox"));
    }
    tx.tell(Change::Directory);
    Ok(())
}

/// Closes a mailbox to mail (lock mode "closed", TQ.8.1), or opens it again.
pub fn set_closed(tx: &mut Tx<'_>, id: MailboxId, closed: bool) -> StoreResult<()> {
    let at = closed.then(|| tx.now());
    let rows = tx.execute(
        "UPDATE mailbox SET closed_at = $2 WHERE id = $1",
        params![id, at],
    )?;
    if rows == 0 {
        return Err(StoreError::NotFound("mailbox"));
    }
    tx.tell(Change::Directory);
    Ok(())
}

/// Locks a mailbox: nobody opens it, and where it is `closed` it takes no mail either (TQ.8.1).
pub fn set_locked(tx: &mut Tx<'_>, id: MailboxId, closed: bool) -> StoreResult<()> {
    tx.execute(
        "UPDATE mailbox SET locked_at = $2, closed_at = CASE WHEN $3 = 1 THEN COALESCE(closed_at, $2) ELSE closed_at END
         WHERE id = $1",
        params![id, tx.now(), closed],
    )?;
    shut(tx, id)
}

/// Undoes it.
pub fn set_unlocked(tx: &mut Tx<'_>, id: MailboxId) -> StoreResult<()> {
    tx.execute(
        "UPDATE mailbox SET locked_at = NULL, closed_at = CASE WHEN closed_at = locked_at THEN NULL ELSE closed_at END,
                restored_at = $2 WHERE id = $1",
        params![id, tx.now()],
    )?;
    shut(tx, id)
}

/// Takes a mailbox back and keeps it: nobody opens it, its addresses are retired (BS.7.đ4).
pub fn revoke_keep(tx: &mut Tx<'_>, id: MailboxId) -> StoreResult<()> {
    tx.execute(
        "UPDATE mailbox SET revoked_at = $2, closed_at = $2 WHERE id = $1",
        params![id, tx.now()],
    )?;
    shut(tx, id)
}

/// Brings it back.
pub fn bring_back(tx: &mut Tx<'_>, id: MailboxId) -> StoreResult<()> {
    tx.execute(
        "UPDATE mailbox SET revoked_at = NULL, closed_at = NULL WHERE id = $1",
        params![id],
    )?;
    shut(tx, id)
}

/// Destroys it.
pub fn destroy(tx: &mut Tx<'_>, id: MailboxId) -> StoreResult<()> {
    tx.execute(
        "UPDATE mailbox SET deleted_at = $2, closed_at = $2 WHERE id = $1",
        params![id, tx.now()],
    )?;
    shut(tx, id)
}

/// Ends what has it open.
fn shut(tx: &mut Tx<'_>, id: MailboxId) -> StoreResult<()> {
    tx.tell(Change::Directory);
    let account = tx.one(
        "SELECT account_id FROM mailbox WHERE id = $1 AND account_id IS NOT NULL",
        params![id],
        |row| Ok(AccountId(row.int(0)?)),
    )?;
    account.map_or(Ok(()), |account| crate::account::raise_epoch(tx, account))
}

/// Sets the percent of its quota that its holder was last warned of.
pub fn set_quota_level(tx: &mut Tx<'_>, id: MailboxId, level: u8) -> StoreResult<()> {
    tx.execute(
        "UPDATE mailbox SET quota_level = $2 WHERE id = $1",
        params![id, i64::from(level)],
    )?;
    Ok(())
}

/// Adds to (or takes from) the counters; `received_at` where mail was sent to it just now.
pub(crate) fn count(
    tx: &mut Tx<'_>,
    id: MailboxId,
    bytes: i64,
    messages: i64,
    received_at: Option<i64>,
) -> StoreResult<()> {
    let rows = tx.execute(
        "UPDATE mailbox SET used_bytes = used_bytes + $2, used_messages = used_messages + $3,
                received_at = COALESCE($4, received_at) WHERE id = $1",
        params![id, bytes, messages, received_at],
    )?;
    if rows == 0 {
        return Err(StoreError::NotFound("mailbox"));
    }
    Ok(())
}

/// When the mailbox was last sent mail (ms): not its user's activity, but some rules count it
/// (TQ.8.2.a).
pub fn received_at(tx: &mut Tx<'_>, id: MailboxId) -> StoreResult<Option<i64>> {
    let found = tx.one(
        "SELECT received_at FROM mailbox WHERE id = $1",
        params![id],
        |row| row.opt_int(0),
    )?;
    Ok(found.flatten())
}

/// The mailbox an account opens.
pub fn of_account(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<Option<MailboxId>> {
    tx.one(
        "SELECT id FROM mailbox WHERE account_id = $1 ORDER BY id LIMIT 1",
        params![account],
        |row| Ok(MailboxId(row.int(0)?)),
    )
}
