//! Messages that somebody of ours sent from the browser: what became of each for its recipients, and taking them back.
//!
//! What became of a message is what the mail log says last of each recipient. Taken back are the copies in mailboxes here that nobody has
//! read: they leave their folders as what people remove does ([`crate::removed`]), and the mail log says so.

use crate::sql::params;
use crate::{
    AccountId, FolderId, MailboxId, MessageId, Row, StoreResult, Tx, entry, folder, mail_log, queue,
};

/// What the mail log says in the line of a copy that was taken back.
pub const RECALLED: &str = "recalled by its sender";

/// The last line of each recipient; by the index of traces.
pub(crate) const RECIPIENTS: &str = "SELECT l.recipient, l.direction, l.code, l.result, l.at
     FROM (SELECT MAX(id) AS id FROM mail_log WHERE trace = $1 AND recipient > $2 GROUP BY recipient ORDER BY recipient LIMIT $3) n
     JOIN mail_log l ON l.id = n.id ORDER BY l.recipient";

/// Copies that nobody of their mailboxes has read; by the index of messages. The mailbox's own folders come first (SQLite joins across in
/// the order written): a broadcast's message has very many entries.
pub(crate) const UNREAD: &str = "SELECT e.folder_id, e.uid, e.prefix FROM entry e JOIN folder f ON f.id = e.folder_id AND f.gone_at IS NULL
     WHERE e.message_id = $1 AND e.mailbox_id <> $2 AND (e.flags & 1) = 0 AND NOT EXISTS
         (SELECT 1 FROM folder g CROSS JOIN entry o /*sqlite INDEXED BY entry_message*/ WHERE g.mailbox_id = e.mailbox_id AND o.message_id = $1 AND o.folder_id = g.id AND (o.flags & 1) <> 0)
     ORDER BY e.folder_id, e.uid LIMIT $3";

/// A message that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Whose folder of sent mail keeps the copy.
    pub mailbox: MailboxId,
    /// Who sent it.
    pub account: AccountId,
    /// The mail log's name of it.
    pub trace: String,
    /// When (ms).
    pub sent_at: i64,
    /// When it was taken back (ms).
    pub recalled_at: Option<i64>,
    /// Who took it back.
    pub recalled_by: String,
}

/// Notes a message that is sent.
pub fn note(
    tx: &mut Tx<'_>,
    message: MessageId,
    (mailbox, account): (MailboxId, AccountId),
    trace: &str,
) -> StoreResult<()> {
    tx.execute(
        "INSERT INTO sent_message (message_id, mailbox_id, account_id, trace, sent_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (message_id) DO NOTHING",
        params![message, mailbox, account, trace, tx.now()],
    )?;
    Ok(())
}

fn from_row(row: &Row<'_>) -> StoreResult<(MessageId, Sent)> {
    Ok((
        MessageId(row.int(0)?),
        Sent {
            mailbox: MailboxId(row.int(1)?),
            account: AccountId(row.int(2)?),
            trace: row.text(3)?,
            sent_at: row.int(4)?,
            recalled_at: row.opt_int(5)?,
            recalled_by: row.text(6)?,
        },
    ))
}

/// What is known of a message that was sent.
pub fn get(tx: &mut Tx<'_>, message: MessageId) -> StoreResult<Option<Sent>> {
    let found = tx.one(
        "SELECT message_id, mailbox_id, account_id, trace, sent_at, recalled_at, recalled_by FROM sent_message WHERE message_id = $1",
        params![message],
        from_row,
    )?;
    Ok(found.map(|(_, sent)| sent))
}

/// The same by a copy of it in the sender's mailbox.
pub fn of_copy(
    tx: &mut Tx<'_>,
    folder: FolderId,
    uid: u32,
) -> StoreResult<Option<(MessageId, Sent)>> {
    tx.one(
        "SELECT s.message_id, s.mailbox_id, s.account_id, s.trace, s.sent_at, s.recalled_at, s.recalled_by
         FROM entry e JOIN sent_message s ON s.message_id = e.message_id AND s.mailbox_id = e.mailbox_id
         WHERE e.folder_id = $1 AND e.uid = $2",
        params![folder, uid],
        from_row,
    )
}

/// The last that the mail log says of a recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The recipient.
    pub recipient: String,
    /// Direction.
    pub direction: String,
    /// Code.
    pub code: i64,
    /// Words.
    pub result: String,
    /// When (ms).
    pub at: i64,
}

/// What became of a message for its recipients behind `after`, by their addresses.
pub fn recipients(
    tx: &mut Tx<'_>,
    trace: &str,
    after: &str,
    limit: i64,
) -> StoreResult<Vec<Outcome>> {
    tx.all(RECIPIENTS, params![trace, after, limit], |row| {
        Ok(Outcome {
            recipient: row.text(0)?,
            direction: row.text(1)?,
            code: row.int(2)?,
            result: row.text(3)?,
            at: row.int(4)?,
        })
    })
}

/// What became of a message, and for how many of its recipients each.
pub fn outcomes(tx: &mut Tx<'_>, trace: &str) -> StoreResult<Vec<(Outcome, u64)>> {
    tx.all(
        "SELECT l.direction, l.code, l.result, COUNT(*)
         FROM (SELECT MAX(id) AS id FROM mail_log WHERE trace = $1 GROUP BY recipient) n JOIN mail_log l ON l.id = n.id
         GROUP BY l.direction, l.code, l.result",
        params![trace],
        |row| {
            let outcome = Outcome {
                recipient: String::new(),
                direction: row.text(0)?,
                code: row.int(1)?,
                result: row.text(2)?,
                at: 0,
            };
            Ok((outcome, row.u64(3)?))
        },
    )
}

/// Whether a mailbox has copies of a message, and whether one of them is read.
pub fn is_read(
    tx: &mut Tx<'_>,
    message: MessageId,
    mailbox: MailboxId,
) -> StoreResult<Option<bool>> {
    tx.one(
        "SELECT CAST(MAX(e.flags & 1) AS BIGINT) FROM folder f CROSS JOIN entry e /*sqlite INDEXED BY entry_message*/
         WHERE f.mailbox_id = $2 AND f.gone_at IS NULL AND e.message_id = $1 AND e.folder_id = f.id",
        params![message, mailbox],
        |row| row.opt_int(0),
    )
    .map(|found| found.flatten().map(|seen| seen != 0))
}

/// In how many mailboxes but the sender's a copy of a message is read.
pub fn count_read(tx: &mut Tx<'_>, message: MessageId, sender: MailboxId) -> StoreResult<u64> {
    let count = tx.one(
        "SELECT COUNT(DISTINCT mailbox_id) FROM entry WHERE message_id = $1 AND mailbox_id <> $2 AND (flags & 1) <> 0",
        params![message, sender],
        |row| row.u64(0),
    )?;
    Ok(count.unwrap_or(0))
}

/// Takes a message back: from now on no broadcast of it goes on, what waits for other servers leaves the queue, and [`recall_chunk`] takes
/// its unread copies. False where it was taken back before.
pub fn recall(tx: &mut Tx<'_>, message: MessageId, by: &str) -> StoreResult<bool> {
    let rows = tx.execute(
        "UPDATE sent_message SET recalled_at = $2, recalled_by = $3 WHERE message_id = $1 AND recalled_at IS NULL",
        params![message, tx.now(), by],
    )?;
    if rows == 0 {
        return Ok(false);
    }
    tx.execute(
        "DELETE FROM fanout_target WHERE fanout_id IN (SELECT id FROM fanout WHERE message_id = $1)",
        params![message],
    )?;
    let jobs = tx.execute("DELETE FROM fanout WHERE message_id = $1", params![message])?;
    if jobs > 0 {
        entry::loosen(tx, vec![message.0])?;
    }
    if let Some(sent) = get(tx, message)? {
        queue::withdraw(tx, message, &sent.trace)?;
    }
    Ok(true)
}

/// Takes up to `limit` unread copies; false where none was left. A mailbox in which one copy is read keeps all.
pub fn recall_chunk(
    tx: &mut Tx<'_>,
    message: MessageId,
    sent: &Sent,
    limit: i64,
) -> StoreResult<bool> {
    let copies = tx.all(UNREAD, params![message, sent.mailbox, limit], |row| {
        Ok((FolderId(row.int(0)?), row.u32(1)?, row.bytes(2)?.to_vec()))
    })?;
    let any = !copies.is_empty();
    let mut folders: Vec<FolderId> = copies.iter().map(|copy| copy.0).collect();
    folders.dedup();
    folder::lock(tx, &mut folders)?;
    // What was read since it was looked for stays.
    for (folder, uid, prefix) in copies {
        let unread = tx.one(
            "SELECT uid FROM entry WHERE folder_id = $1 AND uid = $2 AND (flags & 1) = 0",
            params![folder, uid],
            |row| row.u32(0),
        )?;
        if unread.is_none() {
            continue;
        }
        entry::remove(tx, folder, &[(uid, uid)])?;
        let recipient = delivered_to(&prefix);
        if !recipient.is_empty() {
            mail_log::add(
                tx,
                &mail_log::Line {
                    at: tx.now(),
                    direction: "local",
                    trace: &sent.trace,
                    sender: &sent.recalled_by,
                    recipient: &recipient,
                    client_ip: "",
                    size: 0,
                    code: 250,
                    result: RECALLED,
                    account: Some(sent.account),
                },
            )?;
        }
    }
    Ok(any)
}

/// The address that a copy was delivered to.
fn delivered_to(prefix: &[u8]) -> String {
    let text = String::from_utf8_lossy(prefix);
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("Delivered-To:"));
    line.map_or_else(String::new, |address| {
        address.trim().trim_matches(['<', '>']).to_owned()
    })
}
