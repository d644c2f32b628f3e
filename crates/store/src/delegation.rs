//! Who keeps a unit mailbox (TQ.11.2, HCM.12.1, SL.9.2): persons' rights in it, for a period.
//!
//! Whatever opens a mailbox that is not the account's own asks [`kept`] or [`open`], in the transaction of what it
//! does: a delegation that ended, or a mailbox that was locked, is closed from then on.

use crate::sql::params;
use crate::{
    AccountId, Change, DelegationId, MailboxId, OrganisationId, PersonId, Row, StoreError,
    StoreResult, Tx, desk,
};

/// What an account keeps; by its delegations that have not ended. A person's mailbox is opened by nobody else
/// (BS.III.9), a locked, revoked or deleted one by no keeper.
pub(crate) const OPEN: &str =
    "SELECT m.id, d.rights, d.until_at, a.local_part, n.name
     FROM delegation d /*sqlite INDEXED BY delegation_live*/ JOIN mailbox m ON m.id = d.mailbox_id
     JOIN address a ON a.mailbox_id = m.id AND a.kind = 'primary' AND a.retired_at IS NULL
     JOIN domain n ON n.id = a.domain_id
     WHERE d.account_id = $1 AND d.ended_at IS NULL AND d.from_at <= $2 AND (d.until_at IS NULL OR d.until_at > $2)
       AND m.kind = 'unit' AND m.locked_at IS NULL AND m.revoked_at IS NULL AND m.deleted_at IS NULL";

/// What a keeper may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Rights(i64);

impl Rights {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// See its folders and read its mail.
    pub const READ: Self = Self(1);
    /// Mark, file and delete its mail; make, rename and delete its folders.
    pub const ORGANISE: Self = Self(2);
    /// Send in its name (TQ.4).
    pub const SEND: Self = Self(4);
    /// Say who keeps it.
    pub const MANAGE: Self = Self(8);
    /// Everything: what an account may do in its own mailbox.
    pub const ALL: Self = Self(15);

    /// The rights of a row; bits that mean nothing are dropped.
    #[must_use]
    pub fn from_bits(bits: i64) -> Self {
        Self(bits & Self::ALL.0)
    }

    /// As they are stored.
    #[must_use]
    pub fn bits(self) -> i64 {
        self.0
    }

    /// Whether all of `others` are among them.
    #[must_use]
    pub fn has(self, others: Self) -> bool {
        self.0 & others.0 == others.0
    }

    /// These and `others`.
    #[must_use]
    pub const fn with(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// These without `others`.
    #[must_use]
    pub fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    /// There are none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// A unit mailbox that an account may open now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The mailbox.
    pub mailbox: MailboxId,
    /// What the account may do in it.
    pub rights: Rights,
    /// When that ends by itself (ms), if it does.
    pub until_at: Option<i64>,
    /// The mailbox's primary address.
    pub address: String,
}

/// The unit mailboxes that the account may open now, beside its own, by their addresses.
pub fn kept(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<Vec<Kept>> {
    let mut kept = tx.all(OPEN, params![account, tx.now()], |row| {
        Ok(Kept {
            mailbox: MailboxId(row.int(0)?),
            rights: Rights::from_bits(row.int(1)?),
            until_at: row.opt_int(2)?,
            address: format!("{}@{}", row.text(3)?, row.text(4)?),
        })
    })?;
    kept.sort_unstable_by(|one, other| one.address.cmp(&other.address));
    kept.dedup_by_key(|kept| kept.mailbox);
    Ok(kept)
}

/// What the account may do now in a unit mailbox that is not its own; `None` where it may not open it.
pub fn open(tx: &mut Tx<'_>, account: AccountId, mailbox: MailboxId) -> StoreResult<Option<Kept>> {
    let kept = kept(tx, account)?;
    Ok(kept.into_iter().find(|kept| kept.mailbox == mailbox))
}

/// What a new delegation is made of.
#[derive(Clone, Debug)]
pub struct NewDelegation<'a> {
    /// The unit mailbox.
    pub mailbox: MailboxId,
    /// Who is to keep it.
    pub account: AccountId,
    /// What they may do.
    pub rights: Rights,
    /// From when (ms).
    pub from_at: i64,
    /// Until when (ms), not included; `None` until it is ended.
    pub until_at: Option<i64>,
    /// Number of the document that says so, or empty.
    pub document: &'a str,
    /// Its day, as days since 1970.
    pub document_day: Option<i64>,
    /// Who gives it.
    pub granted_by: &'a str,
}

/// A delegation, live or past.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delegation {
    /// Its row.
    pub id: DelegationId,
    /// The unit mailbox.
    pub mailbox: MailboxId,
    /// Who keeps it.
    pub account: AccountId,
    /// The address they sign in with.
    pub login: String,
    /// What they may do.
    pub rights: Rights,
    /// From when (ms).
    pub from_at: i64,
    /// Until when (ms), not included.
    pub until_at: Option<i64>,
    /// Number of the document that says so, or empty.
    pub document: String,
    /// Its day, as days since 1970.
    pub document_day: Option<i64>,
    /// Who gave it.
    pub granted_by: String,
    /// When.
    pub granted_at: i64,
    /// When it was ended.
    pub ended_at: Option<i64>,
    /// How: `changed`, `taken back`, `expired`, `handed over`, `moved`; empty while it is not.
    pub ended_how: String,
}

impl Delegation {
    /// In force at `now` (ms).
    #[must_use]
    pub fn is_live(&self, now: i64) -> bool {
        self.ended_at.is_none() && self.from_at <= now && !self.is_over(now)
    }

    /// Its period is over at `now` (ms), whether anybody ended it or not.
    #[must_use]
    pub fn is_over(&self, now: i64) -> bool {
        self.ended_at.is_some() || self.until_at.is_some_and(|until| until <= now)
    }
}

fn from_row(row: &Row<'_>) -> StoreResult<Delegation> {
    Ok(Delegation {
        id: DelegationId(row.int(0)?),
        mailbox: MailboxId(row.int(1)?),
        account: AccountId(row.int(2)?),
        login: row.text(3)?,
        rights: Rights::from_bits(row.int(4)?),
        from_at: row.int(5)?,
        until_at: row.opt_int(6)?,
        document: row.text(7)?,
        document_day: row.opt_int(8)?,
        granted_by: row.text(9)?,
        granted_at: row.int(10)?,
        ended_at: row.opt_int(11)?,
        ended_how: row.text(12)?,
    })
}

/// Gives a delegation. One that has not been ended is in the way: [`StoreError::Conflict`].
pub fn grant(tx: &mut Tx<'_>, new: &NewDelegation<'_>) -> StoreResult<DelegationId> {
    tx.tell(Change::Keepers(new.mailbox));
    tx.one(
        "INSERT INTO delegation (mailbox_id, account_id, rights, from_at, until_at, document, document_day,
                                 granted_by, granted_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (account_id, mailbox_id) WHERE ended_at IS NULL DO NOTHING RETURNING id",
        params![
            new.mailbox,
            new.account,
            new.rights.bits(),
            new.from_at,
            new.until_at,
            new.document,
            new.document_day,
            new.granted_by,
            tx.now()
        ],
        |row| Ok(DelegationId(row.int(0)?)),
    )?
    .ok_or(StoreError::Conflict("delegation"))
}

/// Ends a delegation; false where it was ended before. What its keeper had in hand waits for somebody to take it, unless another
/// delegation takes this one's place (`changed`).
pub fn end(tx: &mut Tx<'_>, id: DelegationId, how: &str) -> StoreResult<bool> {
    let ended = tx.one(
        "UPDATE delegation SET ended_at = $2, ended_how = $3 WHERE id = $1 AND ended_at IS NULL
         RETURNING mailbox_id, account_id",
        params![id, tx.now(), how],
        |row| Ok((MailboxId(row.int(0)?), AccountId(row.int(1)?))),
    )?;
    if let Some((mailbox, account)) = ended {
        if how != "changed" {
            desk::release(tx, mailbox, account)?;
        }
        tx.tell(Change::Keepers(mailbox));
    }
    Ok(ended.is_some())
}

/// A delegation by its row.
pub fn get(tx: &mut Tx<'_>, id: DelegationId) -> StoreResult<Option<Delegation>> {
    tx.one(
        "SELECT d.id, d.mailbox_id, d.account_id, a.login, d.rights, d.from_at, d.until_at, d.document, d.document_day,
                d.granted_by, d.granted_at, d.ended_at, d.ended_how
         FROM delegation d JOIN account a ON a.id = d.account_id WHERE d.id = $1",
        params![id],
        from_row,
    )
}

/// All delegations of a mailbox, the oldest first: those that have not been ended, or all that ever were.
pub fn of_mailbox(tx: &mut Tx<'_>, mailbox: MailboxId, all: bool) -> StoreResult<Vec<Delegation>> {
    tx.all(
        "SELECT d.id, d.mailbox_id, d.account_id, a.login, d.rights, d.from_at, d.until_at, d.document, d.document_day,
                d.granted_by, d.granted_at, d.ended_at, d.ended_how
         FROM delegation d JOIN account a ON a.id = d.account_id
         WHERE d.mailbox_id = $1 AND (d.ended_at IS NULL OR $2 <> 0) ORDER BY d.id",
        params![mailbox, all],
        from_row,
    )
}

/// The delegations of a person's accounts that have not been ended, the oldest first.
pub fn of_person(tx: &mut Tx<'_>, person: PersonId) -> StoreResult<Vec<Delegation>> {
    tx.all(
        "SELECT d.id, d.mailbox_id, d.account_id, a.login, d.rights, d.from_at, d.until_at, d.document, d.document_day,
                d.granted_by, d.granted_at, d.ended_at, d.ended_how
         FROM delegation d JOIN account a ON a.id = d.account_id
         WHERE a.person_id = $1 AND d.ended_at IS NULL ORDER BY d.id",
        params![person],
        from_row,
    )
}

/// The delegations of an account that have not been ended, the oldest first.
pub fn of_account(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<Vec<Delegation>> {
    tx.all(
        "SELECT d.id, d.mailbox_id, d.account_id, a.login, d.rights, d.from_at, d.until_at, d.document, d.document_day,
                d.granted_by, d.granted_at, d.ended_at, d.ended_how
         FROM delegation d JOIN account a ON a.id = d.account_id
         WHERE d.account_id = $1 AND d.ended_at IS NULL ORDER BY d.id",
        params![account],
        from_row,
    )
}

/// What an account is to the organisation of a mailbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Office {
    /// Its head (thủ trưởng).
    pub head: bool,
    /// Its contact person (đầu mối).
    pub contact: bool,
}

/// What an account's person is to the organisation that a mailbox belongs to.
pub fn office(tx: &mut Tx<'_>, account: AccountId, mailbox: MailboxId) -> StoreResult<Office> {
    let found = tx.one(
        "SELECT COALESCE(o.head_id, 0), COALESCE(o.contact_id, 0), a.person_id
         FROM mailbox m JOIN organisation o ON o.id = m.organisation_id JOIN account a ON a.id = $1
         WHERE m.id = $2 AND a.person_id IS NOT NULL AND a.disabled_at IS NULL",
        params![account, mailbox],
        |row| {
            let person = row.int(2)?;
            Ok(Office {
                head: row.int(0)? == person,
                contact: row.int(1)? == person,
            })
        },
    )?;
    Ok(found.unwrap_or_default())
}

/// A mailbox as those who give it into other hands need to know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The mailbox.
    pub id: MailboxId,
    /// `personal` or `unit`.
    pub kind: String,
    /// Where it belongs.
    pub organisation: OrganisationId,
    /// The account that signs in to it with a password of its own.
    pub account: Option<AccountId>,
    /// Display name.
    pub name: String,
    /// Revoked or deleted: nobody gets it any more.
    pub gone: bool,
}

/// A mailbox by its row.
pub fn subject(tx: &mut Tx<'_>, id: MailboxId) -> StoreResult<Option<Subject>> {
    tx.one(
        "SELECT kind, organisation_id, account_id, name, COALESCE(revoked_at, deleted_at) FROM mailbox WHERE id = $1",
        params![id],
        |row| {
            Ok(Subject {
                id,
                kind: row.text(0)?,
                organisation: OrganisationId(row.int(1)?),
                account: row.opt_int(2)?.map(AccountId),
                name: row.text(3)?,
                gone: row.opt_int(4)?.is_some(),
            })
        },
    )
}

/// An account that is to keep a mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keeper {
    /// The address it signs in with.
    pub login: String,
    /// Where it belongs.
    pub organisation: OrganisationId,
    /// Its mailbox is a person's, and it may sign in.
    pub person: bool,
}

/// An account by its row.
pub fn keeper(tx: &mut Tx<'_>, id: AccountId) -> StoreResult<Option<Keeper>> {
    tx.one(
        "SELECT a.login, a.organisation_id, a.disabled_at, COALESCE(m.kind, ''),
                COALESCE(m.revoked_at, m.deleted_at)
         FROM account a LEFT JOIN mailbox m ON m.account_id = a.id WHERE a.id = $1",
        params![id],
        |row| {
            let out = row.opt_int(2)?.is_some() || row.opt_int(4)?.is_some();
            Ok(Keeper {
                login: row.text(0)?,
                organisation: OrganisationId(row.int(1)?),
                person: row.text(3)? == "personal" && !out,
            })
        },
    )
}
