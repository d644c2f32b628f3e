//! Which mailboxes a notice is put into.

use crate::sql::params;
use crate::{FolderId, MailboxId, OrganisationId, Row, StoreResult, Tx, address};

/// A mailbox that a notice is put into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The mailbox.
    pub mailbox: MailboxId,
    /// Its INBOX.
    pub inbox: FolderId,
    /// Its primary address.
    pub address: String,
}

/// The mailboxes after `after` that take mail; by the primary key.
pub(crate) const AFTER: &str = "SELECT m.id, f.id FROM mailbox m JOIN folder f ON f.mailbox_id = m.id AND f.name = 'INBOX'
     WHERE m.id > $1 AND m.closed_at IS NULL AND m.revoked_at IS NULL AND m.deleted_at IS NULL ORDER BY m.id LIMIT $2";

fn from_row(row: &Row<'_>) -> StoreResult<(MailboxId, FolderId)> {
    Ok((MailboxId(row.int(0)?), FolderId(row.int(1)?)))
}

fn with_addresses(tx: &mut Tx<'_>, found: Vec<(MailboxId, FolderId)>) -> StoreResult<Vec<Place>> {
    let mut places = Vec::with_capacity(found.len());
    for (mailbox, inbox) in found {
        places.push(Place {
            mailbox,
            inbox,
            address: address::primary(tx, mailbox)?.unwrap_or_default(),
        });
    }
    Ok(places)
}

/// The mailbox, where it takes mail (TQ.8.1: one that is locked closed does not).
pub fn of_mailbox(tx: &mut Tx<'_>, id: MailboxId) -> StoreResult<Option<Place>> {
    let found = tx.one(
        "SELECT m.id, f.id FROM mailbox m JOIN folder f ON f.mailbox_id = m.id AND f.name = 'INBOX'
         WHERE m.id = $1 AND m.closed_at IS NULL AND m.revoked_at IS NULL AND m.deleted_at IS NULL",
        params![id],
        from_row,
    )?;
    let places = with_addresses(tx, found.into_iter().collect())?;
    Ok(places.into_iter().next())
}

/// Where an organisation hears of something: its main unit mailbox, also while that is locked or closed, for what is told
/// to the organisation must not be stopped by it; where nobody can open that, or there is none, those of its contact
/// person and of its head, too.
pub fn of_organisation(tx: &mut Tx<'_>, id: OrganisationId) -> StoreResult<Vec<Place>> {
    let mut found = Vec::new();
    let main = tx.one(
        "SELECT m.id, f.id, COALESCE(m.locked_at, m.closed_at) FROM organisation o JOIN mailbox m ON m.id = o.mailbox_id
         JOIN folder f ON f.mailbox_id = m.id AND f.name = 'INBOX'
         WHERE o.id = $1 AND m.revoked_at IS NULL AND m.deleted_at IS NULL",
        params![id],
        |row| Ok((from_row(row)?, row.opt_int(2)?.is_none())),
    )?;
    let mut open = false;
    if let Some((main, opens)) = main {
        found.push(main);
        open = opens;
    }
    if !open {
        found.extend(tx.all(
            "SELECT m.id, f.id FROM organisation o JOIN mailbox m ON m.person_id IN (o.contact_id, o.head_id)
             JOIN folder f ON f.mailbox_id = m.id AND f.name = 'INBOX'
             WHERE o.id = $1 AND m.kind = 'personal' AND m.locked_at IS NULL AND m.closed_at IS NULL
               AND m.revoked_at IS NULL AND m.deleted_at IS NULL ORDER BY m.id",
            params![id],
            from_row,
        )?);
    }
    with_addresses(tx, found)
}

/// The mailboxes after `after` that take mail, in the order of their ids.
pub fn after(tx: &mut Tx<'_>, after: MailboxId, limit: i64) -> StoreResult<Vec<Place>> {
    let found = tx.all(AFTER, params![after, limit], from_row)?;
    with_addresses(tx, found)
}
