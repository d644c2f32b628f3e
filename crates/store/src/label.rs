//! Labels: what people call the keywords of a mailbox. The keyword is what messages have, in every mail program.

use crate::sql::params;
use crate::{Change, MailboxId, StoreError, StoreResult, Tx, filter, keyword};

/// Labels of one mailbox at most; a mailbox has 58 keywords.
pub const MOST: usize = 30;

/// A label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Its flag bit as a value.
    pub bit: i64,
    /// The keyword.
    pub keyword: String,
    /// What people call it.
    pub name: String,
    /// The name of its colour.
    pub colour: String,
}

/// The labels of a mailbox, by the order in which its keywords came.
pub fn list(tx: &mut Tx<'_>, mailbox: MailboxId) -> StoreResult<Vec<Label>> {
    tx.all(
        "SELECT k.bit, k.name, l.name, l.colour FROM label l JOIN keyword k ON k.mailbox_id = l.mailbox_id AND k.folded = l.folded
         WHERE l.mailbox_id = $1 ORDER BY k.bit",
        params![mailbox],
        |row| {
            Ok(Label {
                bit: 1 << row.int(0)?,
                keyword: row.text(1)?,
                name: row.text(2)?,
                colour: row.text(3)?,
            })
        },
    )
}

/// Gives a keyword a name and a colour; the keyword is made where it is new. A conflict where there are too many of either.
pub fn put(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    keyword: &str,
    (name, colour): (&str, &str),
) -> StoreResult<()> {
    filter::lock(tx, mailbox)?;
    let folded = keyword.to_ascii_lowercase();
    let labels = list(tx, mailbox)?;
    let is_new = !labels
        .iter()
        .any(|label| label.keyword.eq_ignore_ascii_case(keyword));
    if is_new && labels.len() >= MOST {
        return Err(StoreError::Conflict("labels"));
    }
    keyword::ensure(tx, mailbox, keyword)?.ok_or(StoreError::Conflict("keywords"))?;
    tx.execute(
        "INSERT INTO label (mailbox_id, folded, name, colour) VALUES ($1, $2, $3, $4)
         ON CONFLICT (mailbox_id, folded) DO UPDATE SET name = excluded.name, colour = excluded.colour",
        params![mailbox, &folded, name, colour],
    )?;
    tx.tell(Change::Mailbox(mailbox));
    Ok(())
}

/// Takes the name away; messages keep the keyword.
pub fn remove(tx: &mut Tx<'_>, mailbox: MailboxId, keyword: &str) -> StoreResult<()> {
    tx.execute(
        "DELETE FROM label WHERE mailbox_id = $1 AND folded = $2",
        params![mailbox, &keyword.to_ascii_lowercase()],
    )?;
    tx.tell(Change::Mailbox(mailbox));
    Ok(())
}
