//! One act on several mailboxes, line by line: whoever began it, or what ended before its end, finds it again.

use crate::sql::params;
use crate::{AccountId, BulkId, MailboxId, StoreError, StoreResult, Tx};

/// Such an act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bulk {
    /// Its row.
    pub id: BulkId,
    /// Who began it.
    pub account: AccountId,
    /// What is done to each mailbox, as JSON.
    pub work: String,
    /// How many mailboxes.
    pub lines: u32,
    /// When it began (ms).
    pub begun_at: i64,
    /// When the last was done (ms).
    pub over_at: Option<i64>,
}

/// A mailbox of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Counted from 1.
    pub number: u32,
    /// The mailbox.
    pub mailbox: MailboxId,
    /// What it is called.
    pub name: String,
    /// Its primary address, or its last.
    pub address: String,
    /// `open`, `done`, `refused`.
    pub state: String,
    /// Why it was refused.
    pub said: String,
}

/// Begins one.
pub fn add(
    tx: &mut Tx<'_>,
    account: AccountId,
    work: &str,
    mailboxes: &[MailboxId],
) -> StoreResult<BulkId> {
    let lines = i64::try_from(mailboxes.len()).unwrap_or(i64::MAX);
    let id = tx
        .one(
            "INSERT INTO bulk (account_id, work, lines, begun_at) VALUES ($1, $2, $3, $4) RETURNING id",
            params![account, work, lines, tx.now()],
            |row| Ok(BulkId(row.int(0)?)),
        )?
        .ok_or(StoreError::NotFound("bulk"))?;
    for (number, mailbox) in (1_i64..).zip(mailboxes) {
        tx.execute(
            "INSERT INTO bulk_line (bulk_id, number, mailbox_id, state) VALUES ($1, $2, $3, 'open')",
            params![id, number, *mailbox],
        )?;
    }
    Ok(id)
}

/// One by its row.
pub fn get(tx: &mut Tx<'_>, id: BulkId) -> StoreResult<Option<Bulk>> {
    tx.one(
        "SELECT account_id, work, lines, begun_at, over_at FROM bulk WHERE id = $1",
        params![id],
        |row| {
            Ok(Bulk {
                id,
                account: AccountId(row.int(0)?),
                work: row.text(1)?,
                lines: row.u32(2)?,
                begun_at: row.int(3)?,
                over_at: row.opt_int(4)?,
            })
        },
    )
}

/// The lines of one after a number, in their order, at most `limit`.
pub fn lines(tx: &mut Tx<'_>, id: BulkId, after: u32, limit: i64) -> StoreResult<Vec<Line>> {
    tx.all(
        "SELECT l.number, l.mailbox_id, m.name,
                COALESCE((SELECT p.local_part || '@' || n.name FROM address p JOIN domain n ON n.id = p.domain_id
                          WHERE p.mailbox_id = m.id AND p.kind = 'primary' ORDER BY p.id DESC LIMIT 1), ''), l.state, l.said
         FROM bulk_line l JOIN mailbox m ON m.id = l.mailbox_id
         WHERE l.bulk_id = $1 AND l.number > $2 ORDER BY l.number LIMIT $3",
        params![id, after, limit],
        |row| {
            Ok(Line {
                number: row.u32(0)?,
                mailbox: MailboxId(row.int(1)?),
                name: row.text(2)?,
                address: row.text(3)?,
                state: row.text(4)?,
                said: row.text(5)?,
            })
        },
    )
}

/// How many of its lines were done, and how many refused.
pub fn tally(tx: &mut Tx<'_>, id: BulkId) -> StoreResult<(u32, u32)> {
    let (mut done, mut refused) = (0, 0);
    tx.each(
        "SELECT state, COUNT(*) FROM bulk_line WHERE bulk_id = $1 GROUP BY state",
        params![id],
        |row| {
            match row.text(0)?.as_str() {
                "done" => done = row.u32(1)?,
                "refused" => refused = row.u32(1)?,
                _ => {}
            }
            Ok(true)
        },
    )?;
    Ok((done, refused))
}

/// The next line that waits.
pub fn next(tx: &mut Tx<'_>, id: BulkId) -> StoreResult<Option<(u32, MailboxId)>> {
    tx.one(
        "SELECT number, mailbox_id FROM bulk_line WHERE bulk_id = $1 AND state = 'open' ORDER BY number LIMIT 1",
        params![id],
        |row| Ok((row.u32(0)?, MailboxId(row.int(1)?))),
    )
}

/// What became of a line that waited; false where somebody else saw to it.
pub fn settle(
    tx: &mut Tx<'_>,
    id: BulkId,
    number: u32,
    (state, said): (&str, &str),
) -> StoreResult<bool> {
    let rows = tx.execute(
        "UPDATE bulk_line SET state = $3, said = $4 WHERE bulk_id = $1 AND number = $2 AND state = 'open'",
        params![id, number, state, said],
    )?;
    Ok(rows > 0)
}

/// All of its lines are settled.
pub fn close(tx: &mut Tx<'_>, id: BulkId) -> StoreResult<()> {
    tx.execute(
        "UPDATE bulk SET over_at = $2 WHERE id = $1 AND over_at IS NULL",
        params![id, tx.now()],
    )?;
    Ok(())
}

/// Those that somebody began, the newest first, at most `limit`.
pub fn of_account(tx: &mut Tx<'_>, account: AccountId, limit: i64) -> StoreResult<Vec<Bulk>> {
    tx.all(
        "SELECT id, work, lines, begun_at, over_at FROM bulk WHERE account_id = $1 ORDER BY id DESC LIMIT $2",
        params![account, limit],
        |row| {
            Ok(Bulk {
                id: BulkId(row.int(0)?),
                account,
                work: row.text(1)?,
                lines: row.u32(2)?,
                begun_at: row.int(3)?,
                over_at: row.opt_int(4)?,
            })
        },
    )
}
