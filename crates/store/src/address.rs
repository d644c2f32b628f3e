//! Addresses: what a local part in a domain stands for.

use crate::delegation::{self, Rights};
use crate::filter::Orders;
use crate::sql::params;
use crate::{
    AccountId, AddressId, Change, DomainId, FolderId, GroupId, MailboxId, StoreError, StoreResult,
    Tx,
};

/// What an address leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A mailbox.
    Mailbox(MailboxId),
    /// A group.
    Group(GroupId),
}

/// Adds an address; `local_part` in lower case. Taken addresses, retired ones among them, are a
/// conflict (TQ.5: unique in the domain, also among retired ones).
pub fn create(
    tx: &mut Tx<'_>,
    domain: DomainId,
    local_part: &str,
    kind: &str,
    holder: Holder,
) -> StoreResult<AddressId> {
    let (mailbox, group) = match holder {
        Holder::Mailbox(id) => (Some(id), None),
        Holder::Group(id) => (None, Some(id)),
    };
    tx.tell(Change::Directory);
    tx.one(
        "INSERT INTO address (domain_id, local_part, kind, mailbox_id, group_id, created_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (domain_id, local_part) DO NOTHING RETURNING id",
        params![domain, local_part, kind, mailbox, group, tx.now()],
        |row| Ok(AddressId(row.int(0)?)),
    )?
    .ok_or(StoreError::Conflict("address"))
}

/// Retires an address for good.
pub fn retire(tx: &mut Tx<'_>, domain: DomainId, local_part: &str) -> StoreResult<()> {
    let rows = tx.execute(
        "UPDATE address SET retired_at = $3 WHERE domain_id = $1 AND local_part = $2 AND retired_at IS NULL",
        params![domain, local_part, tx.now()],
    )?;
    if rows == 0 {
        return Err(StoreError::NotFound("address"));
    }
    tx.tell(Change::Directory);
    Ok(())
}

/// Where mail for an address goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Into a mailbox.
    Mailbox(MailboxTarget),
    /// To a group's members.
    Group {
        /// The group.
        id: GroupId,
        /// Who may write to it: `anyone`, `inside`, `members`.
        posting: String,
    },
}

/// A mailbox as delivery needs to know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailboxTarget {
    /// The mailbox.
    pub mailbox: MailboxId,
    /// Its INBOX.
    pub inbox: FolderId,
    /// `personal` or `unit`.
    pub kind: String,
    /// It takes no mail (TQ.8.1).
    pub closed: bool,
    /// What its owner wants done to mail that comes.
    pub orders: Orders,
}

/// What an address of ours stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// The domain is not ours.
    NotOurs,
    /// The domain is ours; nobody has the address (any more).
    Unknown,
    /// It leads somewhere.
    Found(Target),
}

/// Looks an address up; both parts in lower case.
pub fn lookup(tx: &mut Tx<'_>, local_part: &str, domain: &str) -> StoreResult<Lookup> {
    let found = tx.one(
        "SELECT a.mailbox_id, a.group_id, g.posting, m.kind, m.closed_at, f.id, m.orders
         FROM domain d JOIN address a ON a.domain_id = d.id AND a.local_part = $1
         LEFT JOIN mail_group g ON g.id = a.group_id
         LEFT JOIN mailbox m ON m.id = a.mailbox_id
         LEFT JOIN folder f ON f.mailbox_id = m.id AND f.name = 'INBOX'
         WHERE d.name = $2 AND a.retired_at IS NULL",
        params![local_part, domain],
        |row| {
            if let Some(id) = row.opt_int(1)? {
                return Ok(Some(Target::Group {
                    id: GroupId(id),
                    posting: row.text(2)?,
                }));
            }
            let (Some(mailbox), Some(inbox)) = (row.opt_int(0)?, row.opt_int(5)?) else {
                return Ok(None);
            };
            Ok(Some(Target::Mailbox(MailboxTarget {
                mailbox: MailboxId(mailbox),
                inbox: FolderId(inbox),
                kind: row.text(3)?,
                closed: row.opt_int(4)?.is_some(),
                orders: Orders::from_bits(row.opt_int(6)?.unwrap_or(0)),
            })))
        },
    )?;
    match found {
        Some(Some(target)) => Ok(Lookup::Found(target)),
        Some(None) => Ok(Lookup::Unknown),
        None => {
            let ours = tx.one(
                "SELECT 1 FROM domain WHERE name = $1",
                params![domain],
                |_| Ok(()),
            )?;
            Ok(if ours.is_some() {
                Lookup::Unknown
            } else {
                Lookup::NotOurs
            })
        }
    }
}

/// The mailbox that an address leads to, or led to before it was retired.
pub fn mailbox_of(
    tx: &mut Tx<'_>,
    domain: DomainId,
    local_part: &str,
) -> StoreResult<Option<MailboxId>> {
    tx.one(
        "SELECT mailbox_id FROM address WHERE domain_id = $1 AND local_part = $2 AND mailbox_id IS NOT NULL",
        params![domain, local_part],
        |row| Ok(MailboxId(row.int(0)?)),
    )
}

/// True where the address was somebody's of ours and is retired: it is nobody's any more, elsewhere
/// neither (BS.2: other local parts of a shared domain are another server's).
pub fn is_retired(tx: &mut Tx<'_>, local_part: &str, domain: &str) -> StoreResult<bool> {
    let found = tx.one(
        "SELECT 1 FROM address a JOIN domain d ON d.id = a.domain_id
         WHERE a.local_part = $1 AND d.name = $2 AND a.retired_at IS NOT NULL",
        params![local_part, domain],
        |_| Ok(()),
    )?;
    Ok(found.is_some())
}

/// True where the account may write as this address: an address of its mailbox, of a group its mailbox belongs to
/// directly, or of a unit mailbox in whose name it may send now (TQ.4).
pub fn may_send_as(
    tx: &mut Tx<'_>,
    account: AccountId,
    local_part: &str,
    domain: &str,
) -> StoreResult<bool> {
    let found = tx.one(
        "SELECT 1 FROM address a JOIN domain d ON d.id = a.domain_id
         LEFT JOIN mailbox m ON m.id = a.mailbox_id
         WHERE a.local_part = $2 AND d.name = $3 AND a.retired_at IS NULL
           AND (m.account_id = $1 OR (a.group_id IS NOT NULL AND EXISTS (
                SELECT 1 FROM group_member g JOIN mailbox o ON o.id = g.member_id
                WHERE g.group_id = a.group_id AND g.member_kind = 0 AND o.account_id = $1)))",
        params![account, local_part, domain],
        |_| Ok(()),
    )?;
    if found.is_some() {
        return Ok(true);
    }
    let Lookup::Found(Target::Mailbox(target)) = lookup(tx, local_part, domain)? else {
        return Ok(false);
    };
    let kept = delegation::open(tx, account, target.mailbox)?;
    Ok(kept.is_some_and(|kept| kept.rights.has(Rights::SEND)))
}

/// All addresses of a mailbox that are in use, in small letters.
pub fn of_mailbox(tx: &mut Tx<'_>, mailbox: MailboxId) -> StoreResult<Vec<String>> {
    tx.all(
        "SELECT a.local_part, d.name FROM address a JOIN domain d ON d.id = a.domain_id
         WHERE a.mailbox_id = $1 AND a.retired_at IS NULL ORDER BY a.id",
        params![mailbox],
        |row| Ok(format!("{}@{}", row.text(0)?, row.text(1)?)),
    )
}

/// The primary address of a mailbox.
pub fn primary(tx: &mut Tx<'_>, mailbox: MailboxId) -> StoreResult<Option<String>> {
    tx.one(
        "SELECT a.local_part, d.name FROM address a JOIN domain d ON d.id = a.domain_id
         WHERE a.mailbox_id = $1 AND a.kind = 'primary' AND a.retired_at IS NULL ORDER BY a.id LIMIT 1",
        params![mailbox],
        |row| Ok(format!("{}@{}", row.text(0)?, row.text(1)?)),
    )
}

/// Who has an address, or had it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The mailbox, where it is one's.
    pub mailbox: Option<MailboxId>,
    /// The names of the person whose mailbox it is: họ, đệm, tên.
    pub person: Option<[String; 3]>,
    /// It leads nowhere any more.
    pub retired: bool,
}

/// Who has an address of a domain, or had it; nothing where it was never given.
pub fn held(tx: &mut Tx<'_>, domain: DomainId, local_part: &str) -> StoreResult<Option<Held>> {
    tx.one(
        "SELECT a.mailbox_id, a.retired_at, p.family, p.middle, p.given FROM address a
         LEFT JOIN mailbox m ON m.id = a.mailbox_id LEFT JOIN person p ON p.id = m.person_id
         WHERE a.domain_id = $1 AND a.local_part = $2",
        params![domain, local_part],
        |row| {
            let person = match (row.opt_text(2)?, row.opt_text(3)?, row.opt_text(4)?) {
                (Some(family), Some(middle), Some(given)) => Some([family, middle, given]),
                _ => None,
            };
            Ok(Held {
                mailbox: row.opt_int(0)?.map(MailboxId),
                person,
                retired: row.opt_int(1)?.is_some(),
            })
        },
    )
}

/// The name on the mailbox that an address is of, or was, and its place; nothing where it is no mailbox's.
pub fn whose(
    tx: &mut Tx<'_>,
    domain: DomainId,
    local_part: &str,
) -> StoreResult<Option<(String, String)>> {
    tx.one(
        "SELECT m.name, o.name FROM address a JOIN mailbox m ON m.id = a.mailbox_id
         JOIN organisation o ON o.id = m.organisation_id WHERE a.domain_id = $1 AND a.local_part = $2",
        params![domain, local_part],
        |row| Ok((row.text(0)?, row.text(1)?)),
    )
}
