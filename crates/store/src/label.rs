//! Labels: keywords (RFC 9051 §2.3.2) that people gave a name and a colour. The keyword stays what it is, so a new name touches no
//! message. A label that is deleted is gone at once; its keyword is taken off messages in chunks behind ([`take_off`]).

use crate::entry::{self, FlagChange};
use crate::sql::params;
use crate::{Change, FolderId, MailboxId, Row, StoreError, StoreResult, Tx, keyword};

/// The longest name, in bytes.
pub const LONGEST_NAME: usize = 200;

/// A keyword, and what people call it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The flag value (one bit set).
    pub bit: i64,
    /// As mail programs know it.
    pub keyword: String,
    /// What people call it; `None` where nobody named it.
    pub name: Option<String>,
    /// The number of its colour.
    pub colour: u8,
}

fn from_row(row: &Row<'_>) -> StoreResult<Label> {
    Ok(Label {
        bit: 1_i64.checked_shl(row.u32(0)?).unwrap_or_default(),
        keyword: row.text(1)?,
        name: row.opt_text(2)?,
        colour: u8::try_from(row.int(3)?).unwrap_or_default(),
    })
}

/// All keywords of a mailbox but those whose label was deleted.
pub fn list(tx: &mut Tx<'_>, mailbox: MailboxId) -> StoreResult<Vec<Label>> {
    tx.all(
        "SELECT bit, name, label, colour FROM keyword WHERE mailbox_id = $1 AND gone = 0 ORDER BY bit",
        params![mailbox],
        from_row,
    )
}

/// Gives a keyword a name and a colour. [`StoreError::NotFound`] where the mailbox has no such keyword.
pub fn name(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    bit: i64,
    (name, colour): (&str, u8),
) -> StoreResult<()> {
    if name.len() > LONGEST_NAME {
        return Err(StoreError::Conflict("label"));
    }
    let rows = tx.execute(
        "UPDATE keyword SET label = $3, colour = $4 WHERE mailbox_id = $1 AND bit = $2 AND gone = 0",
        params![mailbox, bit.trailing_zeros(), name, i64::from(colour)],
    )?;
    if rows == 0 {
        return Err(StoreError::NotFound("label"));
    }
    tx.tell(Change::Mailbox(mailbox));
    Ok(())
}

/// A keyword whose label was deleted and that no message has any more, for a mailbox that can have no more of them. Messages that
/// are brought back after their removal may still have it.
pub fn reuse(tx: &mut Tx<'_>, mailbox: MailboxId) -> StoreResult<Option<i64>> {
    tx.one(
        "UPDATE keyword SET gone = 0 WHERE mailbox_id = $1 AND bit =
         (SELECT MIN(bit) FROM keyword WHERE mailbox_id = $1 AND gone = 2) RETURNING bit",
        params![mailbox],
        |row| Ok(1_i64.checked_shl(row.u32(0)?).unwrap_or_default()),
    )
}

/// Deletes a label: nobody sees it any more, and messages lose its keyword behind ([`take_off`]).
pub fn delete(tx: &mut Tx<'_>, mailbox: MailboxId, bit: i64) -> StoreResult<()> {
    let rows = tx.execute(
        "UPDATE keyword SET label = NULL, colour = 0, gone = 1 WHERE mailbox_id = $1 AND bit = $2 AND gone = 0",
        params![mailbox, bit.trailing_zeros()],
    )?;
    if rows == 0 {
        return Err(StoreError::NotFound("label"));
    }
    tx.tell(Change::Mailbox(mailbox));
    Ok(())
}

/// Takes the keyword of a deleted label off up to `limit` messages; false where there is nothing to do.
pub fn take_off(tx: &mut Tx<'_>, limit: usize) -> StoreResult<bool> {
    let next = tx.one(
        "SELECT mailbox_id, bit FROM keyword WHERE gone = 1 ORDER BY mailbox_id, bit LIMIT 1",
        params![],
        |row| Ok((MailboxId(row.int(0)?), row.u32(1)?)),
    )?;
    let Some((mailbox, place)) = next else {
        return Ok(false);
    };
    let bit = 1_i64.checked_shl(place).unwrap_or_default();
    let folders = tx.all(
        "SELECT id FROM folder WHERE mailbox_id = $1 AND gone_at IS NULL ORDER BY id",
        params![mailbox],
        |row| Ok(FolderId(row.int(0)?)),
    )?;
    for folder in folders {
        let uids = entry::some_with_keyword(tx, folder, bit, limit)?;
        if !uids.is_empty() {
            entry::store_flags(
                tx,
                folder,
                &entry::ranges(&uids),
                FlagChange::Remove(bit),
                None,
            )?;
            return Ok(true);
        }
    }
    tx.execute(
        "UPDATE keyword SET gone = 2 WHERE mailbox_id = $1 AND bit = $2 AND gone = 1",
        params![mailbox, place],
    )?;
    Ok(true)
}

/// Keeps two from making keywords in one mailbox at once.
pub fn lock(tx: &mut Tx<'_>, mailbox: MailboxId) -> StoreResult<()> {
    keyword::lock(tx, mailbox)
}
