//! Filters of a mailbox: what its owner wants done to mail as it comes. What a rule says is delivery's to read; here it is bytes.

use crate::sql::params;
use crate::{Change, FilterId, MailboxId, Row, StoreError, StoreResult, Tx};

/// Filters of one mailbox at most.
pub const MOST: usize = 50;
/// The largest rule, in bytes.
pub const LARGEST: usize = 8 << 10;
/// The longest name, in bytes.
pub const LONGEST_NAME: usize = 200;

/// What a mailbox's owner wants done to mail that comes; read with the address that it comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Orders(i64);

impl Orders {
    pub(crate) fn from_bits(bits: i64) -> Self {
        Self(bits)
    }

    /// There are filters, and they are on.
    #[must_use]
    pub fn has_filters(self) -> bool {
        self.0 & 1 != 0
    }

    /// There is an answer for absence.
    #[must_use]
    pub fn has_vacation(self) -> bool {
        self.0 & 2 != 0
    }
}

/// A filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// Its row.
    pub id: FilterId,
    /// What its owner calls it.
    pub name: String,
    /// What it says.
    pub rule: Vec<u8>,
    /// It is on.
    pub enabled: bool,
    /// When it was written (ms).
    pub changed_at: i64,
    /// By whom.
    pub changed_by: String,
}

/// A filter as it is written.
#[derive(Clone, Copy, Debug)]
pub struct NewFilter<'a> {
    /// What its owner calls it.
    pub name: &'a str,
    /// What it says.
    pub rule: &'a [u8],
    /// It is on.
    pub enabled: bool,
    /// Who writes it.
    pub by: &'a str,
}

fn from_row(row: &Row<'_>) -> StoreResult<Filter> {
    Ok(Filter {
        id: FilterId(row.int(0)?),
        name: row.text(1)?,
        rule: row.bytes(2)?.to_vec(),
        enabled: row.int(3)? != 0,
        changed_at: row.int(4)?,
        changed_by: row.text(5)?,
    })
}

/// The filters of a mailbox, in their order.
pub fn list(tx: &mut Tx<'_>, mailbox: MailboxId) -> StoreResult<Vec<Filter>> {
    tx.all(
        "SELECT id, name, rule, enabled, changed_at, changed_by FROM filter WHERE mailbox_id = $1 ORDER BY position, id",
        params![mailbox],
        from_row,
    )
}

/// One of them.
pub fn get(tx: &mut Tx<'_>, mailbox: MailboxId, id: FilterId) -> StoreResult<Option<Filter>> {
    tx.one(
        "SELECT id, name, rule, enabled, changed_at, changed_by FROM filter WHERE mailbox_id = $1 AND id = $2",
        params![mailbox, id],
        from_row,
    )
}

/// What the filters of a mailbox that are on say, in their order.
pub fn rules(tx: &mut Tx<'_>, mailbox: MailboxId) -> StoreResult<Vec<(FilterId, Vec<u8>)>> {
    tx.all(
        "SELECT id, rule FROM filter WHERE mailbox_id = $1 AND enabled = 1 ORDER BY position, id",
        params![mailbox],
        |row| Ok((FilterId(row.int(0)?), row.bytes(1)?.to_vec())),
    )
}

/// Adds one behind the others, or writes one anew. A conflict where there are [`MOST`].
pub fn put(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    id: Option<FilterId>,
    new: &NewFilter<'_>,
) -> StoreResult<FilterId> {
    if new.rule.len() > LARGEST || new.name.len() > LONGEST_NAME {
        return Err(StoreError::Conflict("filter"));
    }
    lock(tx, mailbox)?;
    let enabled = i64::from(new.enabled);
    let put = match id {
        Some(id) => tx.one(
            "UPDATE filter SET name = $3, rule = $4, enabled = $5, changed_at = $6, changed_by = $7
             WHERE mailbox_id = $1 AND id = $2 RETURNING id",
            params![mailbox, id, new.name, new.rule, enabled, tx.now(), new.by],
            |row| Ok(FilterId(row.int(0)?)),
        )?,
        None => {
            if list(tx, mailbox)?.len() >= MOST {
                return Err(StoreError::Conflict("filters"));
            }
            tx.one(
                "INSERT INTO filter (mailbox_id, position, name, rule, enabled, changed_at, changed_by)
                 VALUES ($1, (SELECT COALESCE(MAX(position), 0) + 1 FROM filter WHERE mailbox_id = $1), $2, $3, $4, $5, $6) RETURNING id",
                params![mailbox, new.name, new.rule, enabled, tx.now(), new.by],
                |row| Ok(FilterId(row.int(0)?)),
            )?
        }
    };
    tell(tx, mailbox)?;
    put.ok_or(StoreError::NotFound("filter"))
}

/// Removes one; false where it is gone already.
pub fn remove(tx: &mut Tx<'_>, mailbox: MailboxId, id: FilterId) -> StoreResult<bool> {
    lock(tx, mailbox)?;
    let rows = tx.execute(
        "DELETE FROM filter WHERE mailbox_id = $1 AND id = $2",
        params![mailbox, id],
    )?;
    tell(tx, mailbox)?;
    Ok(rows > 0)
}

/// Moves one before the one above it, or behind the one below it. At the end it stays where it is.
pub fn shift(tx: &mut Tx<'_>, mailbox: MailboxId, id: FilterId, up: bool) -> StoreResult<()> {
    lock(tx, mailbox)?;
    let mut order: Vec<FilterId> = list(tx, mailbox)?.iter().map(|one| one.id).collect();
    let at = order.iter().position(|one| *one == id);
    let at = at.ok_or(StoreError::NotFound("filter"))?;
    let other = if up { at.checked_sub(1) } else { Some(at + 1) };
    if let Some(other) = other.filter(|other| *other < order.len()) {
        order.swap(at, other);
        for (position, id) in (1_i64..).zip(order) {
            tx.execute(
                "UPDATE filter SET position = $2 WHERE id = $1",
                params![id, position],
            )?;
        }
    }
    tell(tx, mailbox)
}

/// Keeps two from changing one mailbox's orders at once.
pub(crate) fn lock(tx: &mut Tx<'_>, mailbox: MailboxId) -> StoreResult<()> {
    let rows = tx.execute(
        "UPDATE mailbox SET orders = orders WHERE id = $1 AND deleted_at IS NULL",
        params![mailbox],
    )?;
    if rows == 0 {
        return Err(StoreError::NotFound("mailbox"));
    }
    Ok(())
}

/// Says in the mailbox's row what orders there are.
pub(crate) fn tell(tx: &mut Tx<'_>, mailbox: MailboxId) -> StoreResult<()> {
    tx.execute(
        "UPDATE mailbox SET orders = CASE WHEN EXISTS (SELECT 1 FROM filter WHERE mailbox_id = $1 AND enabled = 1) THEN 1 ELSE 0 END
             + CASE WHEN EXISTS (SELECT 1 FROM vacation WHERE mailbox_id = $1) THEN 2 ELSE 0 END
         WHERE id = $1",
        params![mailbox],
    )?;
    tx.tell(Change::Mailbox(mailbox));
    Ok(())
}

/// Whether a mailbox is locked, taken back or gone: its orders send nothing then.
pub fn is_silent(tx: &mut Tx<'_>, mailbox: MailboxId) -> StoreResult<bool> {
    let open = tx.one(
        "SELECT 1 FROM mailbox WHERE id = $1 AND locked_at IS NULL AND closed_at IS NULL AND revoked_at IS NULL AND deleted_at IS NULL",
        params![mailbox],
        |_| Ok(()),
    )?;
    Ok(open.is_none())
}
