//! Mailboxes: personal and unit, with their quota counters.

use crate::sql::params;
use crate::{
    AccountId, Change, DomainId, MailboxId, OrganisationId, PersonId, StoreError, StoreResult, Tx,
    account, address, folder, former, identity, queue,
};

pub use crate::ending::{bring_back, destroy, revoke as revoke_keep};

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
    if let Some(person) = new.person {
        identity::touch(tx, person)?;
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

/// Until this transaction ends nobody else writes the mailbox's row: what is looked at before something that nobody can
/// undo stays so. Whoever holds several takes them in the order of their rows; a request's row comes before them.
pub fn hold(tx: &mut Tx<'_>, id: MailboxId) -> StoreResult<()> {
    // SQLite has one writer.
    if tx.is_postgres() {
        tx.one(
            "SELECT id FROM mailbox WHERE id = $1 FOR NO KEY UPDATE",
            params![id],
            |_| Ok(()),
        )?;
    }
    Ok(())
}

/// Where a mailbox that is not deleted for good belongs.
pub fn standing(tx: &mut Tx<'_>, id: MailboxId) -> StoreResult<Option<OrganisationId>> {
    tx.one(
        "SELECT organisation_id FROM mailbox WHERE id = $1 AND deleted_at IS NULL",
        params![id],
        |row| Ok(OrganisationId(row.int(0)?)),
    )
}

/// The next mailbox that is not destroyed, in the order of their rows.
pub fn after(tx: &mut Tx<'_>, after: MailboxId) -> StoreResult<Option<MailboxId>> {
    tx.one(
        "SELECT id FROM mailbox WHERE id > $1 AND deleted_at IS NULL ORDER BY id LIMIT 1",
        params![after],
        |row| Ok(MailboxId(row.int(0)?)),
    )
}

/// The mailboxes in use that are a person's.
pub fn of_person(tx: &mut Tx<'_>, person: PersonId) -> StoreResult<Vec<MailboxId>> {
    tx.all(
        "SELECT id FROM mailbox WHERE person_id = $1 AND revoked_at IS NULL AND deleted_at IS NULL ORDER BY id",
        params![person],
        |row| Ok(MailboxId(row.int(0)?)),
    )
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

/// What a mailbox is called.
pub fn name(tx: &mut Tx<'_>, id: MailboxId) -> StoreResult<Option<String>> {
    tx.one(
        "SELECT name FROM mailbox WHERE id = $1",
        params![id],
        |row| row.text(0),
    )
}

/// Sets its display name.
pub fn set_name(tx: &mut Tx<'_>, id: MailboxId, name: &str) -> StoreResult<()> {
    tx.tell(Change::Directory);
    former::keep_name(tx, id, name)?;
    tx.execute(
        "UPDATE mailbox SET name = $2 WHERE id = $1",
        params![id, name],
    )?;
    Ok(())
}

/// Where it belongs.
pub fn organisation(tx: &mut Tx<'_>, id: MailboxId) -> StoreResult<Option<OrganisationId>> {
    tx.one(
        "SELECT organisation_id FROM mailbox WHERE id = $1",
        params![id],
        |row| Ok(OrganisationId(row.int(0)?)),
    )
}

/// What a message from it may carry (bytes), where that is set for it.
pub fn attachment(tx: &mut Tx<'_>, id: MailboxId) -> StoreResult<Option<u64>> {
    let set = tx.one(
        "SELECT attachment_bytes FROM mailbox WHERE id = $1",
        params![id],
        |row| row.opt_int(0),
    )?;
    Ok(set.flatten().map(i64::unsigned_abs))
}

/// Sets what a message from it may carry (bytes); `None`: as its place gives.
pub fn set_attachment(tx: &mut Tx<'_>, id: MailboxId, bytes: Option<u64>) -> StoreResult<()> {
    let bytes = bytes.map(|bytes| i64::try_from(bytes).unwrap_or(i64::MAX));
    let rows = tx.execute(
        "UPDATE mailbox SET attachment_bytes = $2 WHERE id = $1",
        params![id, bytes],
    )?;
    if rows == 0 {
        return Err(StoreError::NotFound("mailbox"));
    }
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

/// Closes a mailbox to mail, or opens it again; what its lock does to it ([`set_locked`]) stays.
pub fn set_closed(tx: &mut Tx<'_>, id: MailboxId, closed: bool) -> StoreResult<()> {
    let rows = if closed {
        tx.execute(
            "UPDATE mailbox SET closed_at = COALESCE(closed_at, $2), lock_closed = CASE lock_closed WHEN 0 THEN 0 ELSE 2 END
             WHERE id = $1",
            params![id, tx.now()],
        )?
    } else {
        tx.execute(
            "UPDATE mailbox SET closed_at = CASE lock_closed WHEN 0 THEN NULL ELSE closed_at END,
                    lock_closed = CASE lock_closed WHEN 0 THEN 0 ELSE 1 END
             WHERE id = $1",
            params![id],
        )?
    };
    if rows == 0 {
        return Err(StoreError::NotFound("mailbox"));
    }
    tx.tell(Change::Directory);
    Ok(())
}

/// Locks a mailbox: nobody opens it, and what was signed in is ended. Where it is not `closed`, mail still comes in (SL.8.1);
/// where it is, none comes in and none goes out (TQ.8.1): senders are told 550 5.2.1, groups leave the mailbox out, and what
/// its account has in the queue is held. A second lock changes that alone.
pub fn set_locked(tx: &mut Tx<'_>, id: MailboxId, closed: bool) -> StoreResult<()> {
    let account = tx
        .one(
            "UPDATE mailbox SET locked_at = COALESCE(locked_at, $3),
                closed_at = CASE WHEN $2 = 1 THEN COALESCE(closed_at, $3) WHEN lock_closed = 1 THEN NULL ELSE closed_at END,
                lock_closed = CASE WHEN $2 = 0 THEN 0 WHEN lock_closed <> 0 THEN lock_closed
                                   WHEN closed_at IS NULL THEN 1 ELSE 2 END
             WHERE id = $1 RETURNING account_id",
            params![id, closed, tx.now()],
            |row| row.opt_int(0),
        )?
        .ok_or(StoreError::NotFound("mailbox"))?;
    shut(tx, id, account.map(AccountId), closed)
}

/// Unlocks it: undoes what locking did and nothing else. A mailbox that was closed besides stays closed, mail that an
/// administrator held stays held.
pub fn set_unlocked(tx: &mut Tx<'_>, id: MailboxId) -> StoreResult<()> {
    let account = tx
        .one(
            "UPDATE mailbox SET locked_at = NULL, closed_at = CASE WHEN lock_closed = 1 THEN NULL ELSE closed_at END,
                lock_closed = 0, restored_at = $2 WHERE id = $1 RETURNING account_id",
            params![id, tx.now()],
            |row| row.opt_int(0),
        )?
        .ok_or(StoreError::NotFound("mailbox"))?;
    shut(tx, id, account.map(AccountId), false)
}

/// Ends what has it open; what it has in the queue waits or goes on.
fn shut(
    tx: &mut Tx<'_>,
    id: MailboxId,
    account: Option<AccountId>,
    holds: bool,
) -> StoreResult<()> {
    tx.tell(Change::Directory);
    tx.tell(Change::Keepers(id));
    identity::touch_mailbox(tx, id)?;
    let Some(account) = account else {
        return Ok(());
    };
    if holds {
        queue::hold_account(tx, account)?;
    } else {
        queue::release_account(tx, account)?;
    }
    account::raise_epoch(tx, account)
}

/// A mailbox whose use is to be held against the warnings of its profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filling {
    /// The mailbox.
    pub id: MailboxId,
    /// Where it belongs.
    pub organisation: OrganisationId,
    /// The percent last warned of; 0: of none.
    pub level: u8,
    /// Bytes used.
    pub used_bytes: u64,
    /// Bytes allowed.
    pub quota_bytes: u64,
}

/// Mailboxes after `after` that are filled to `percent` of their quota at the least, or were warned and may have fallen,
/// in the order of their ids, at most `limit`: what the warnings of a profile (TQ.9.2.d, SL.11.2.d) are to be asked about,
/// where none warns below `percent`.
pub fn filling(
    tx: &mut Tx<'_>,
    percent: u8,
    after: MailboxId,
    limit: i64,
) -> StoreResult<Vec<Filling>> {
    // Divided first: a quota without end must not overflow.
    tx.all(
        "SELECT id, organisation_id, quota_level, used_bytes, quota_bytes FROM mailbox
         WHERE id > $1 AND deleted_at IS NULL AND (quota_level > 0 OR used_bytes >= quota_bytes / 100 * $2)
         ORDER BY id LIMIT $3",
        params![after, i64::from(percent), limit],
        |row| {
            Ok(Filling {
                id: MailboxId(row.int(0)?),
                organisation: OrganisationId(row.int(1)?),
                level: u8::try_from(row.int(2)?).unwrap_or(u8::MAX),
                used_bytes: row.u64(3)?,
                quota_bytes: row.u64(4)?,
            })
        },
    )
}

/// A mailbox that is nearly full.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Full {
    /// The mailbox.
    pub id: MailboxId,
    /// Where it belongs.
    pub organisation: OrganisationId,
    /// What it is called.
    pub name: String,
    /// Percent of its quota that is used.
    pub percent: u64,
}

/// Mailboxes of a place and those below it that are filled to `percent` of their quota at the least, the fullest first.
pub fn full_below(
    tx: &mut Tx<'_>,
    top: OrganisationId,
    percent: u8,
    limit: i64,
) -> StoreResult<Vec<Full>> {
    tx.all(
        "WITH RECURSIVE below (id, depth) AS (
             SELECT CAST($1 AS BIGINT), 0 UNION ALL
             SELECT o.id, b.depth + 1 FROM below b JOIN organisation o ON o.parent_id = b.id WHERE b.depth < 64
         )
         SELECT id, organisation_id, name, used_bytes / (quota_bytes / 100 + 1) FROM mailbox
         WHERE revoked_at IS NULL AND deleted_at IS NULL AND used_bytes >= quota_bytes / 100 * $2
               AND organisation_id IN (SELECT id FROM below)
         ORDER BY 4 DESC, id LIMIT $3",
        params![top, i64::from(percent), limit],
        |row| {
            Ok(Full {
                id: MailboxId(row.int(0)?),
                organisation: OrganisationId(row.int(1)?),
                name: row.text(2)?,
                percent: row.u64(3)?,
            })
        },
    )
}

/// Sets the percent of its quota that its holder was last warned of; 0 once it fell below all.
pub fn set_quota_level(tx: &mut Tx<'_>, id: MailboxId, level: u8) -> StoreResult<()> {
    let rows = tx.execute(
        "UPDATE mailbox SET quota_level = $2 WHERE id = $1",
        params![id, i64::from(level)],
    )?;
    if rows == 0 {
        return Err(StoreError::NotFound("mailbox"));
    }
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

/// When the mailbox was last sent mail (ms). No rule counts it: that mail arrives is no activity of its user, so "nhận" in
/// TQ.8.2.a and "giao dịch gửi nhận" in QN.7.1 are read as mail that was fetched.
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
