//! What is to happen to messages at a time of its own: a draft is sent, a message comes back into sight, it is looked at whether a
//! message was answered.
//!
//! A row says what, and when; what is to be sent is a draft in a folder, so nothing is lost whatever becomes of the row. Whoever carries
//! it out takes the row in the transaction that does so ([`take`], [`take_to_send`]): a kill before the commit leaves both as they
//! were, behind it neither is there any more. Several nodes may look; what one holds the others pass over.

use crate::sql::params;
use crate::{AccountId, Change, FolderId, MailboxId, MessageId, Row, StoreError, StoreResult, Tx};

/// What is due.
pub(crate) const DUE: &str = "SELECT id, due_at FROM later WHERE due_at <= $1 AND (due_at, id) > ($2, $3) ORDER BY due_at, id LIMIT $4";
/// When the next is due.
pub(crate) const NEXT: &str =
    "SELECT due_at FROM later WHERE due_at > $1 ORDER BY due_at, id LIMIT 1";
/// What waits in a mailbox, the next first.
pub(crate) const WAITING: &str =
    "SELECT l.id, l.folder_id, l.uid, l.days, l.created_at, l.due_at, m.subject, m.envelope,
            CAST(CASE WHEN EXISTS (SELECT 1 FROM entry e WHERE e.folder_id = l.folder_id AND e.uid = l.uid) THEN 1 ELSE 0 END AS BIGINT)
     FROM later l JOIN message m ON m.id = l.message_id
     WHERE l.mailbox_id = $1 AND l.kind = $2 AND (l.due_at, l.id) > ($3, $4) ORDER BY l.due_at, l.id LIMIT $5";

/// What happens to the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It is a draft and is sent.
    Send,
    /// It comes back into sight.
    Back,
    /// It is looked at whether it was answered.
    Answer,
    /// It is taken back from who has not read it ([`crate::sent_message`]).
    Recall,
}

impl Kind {
    fn code(self) -> i64 {
        match self {
            Self::Send => 0,
            Self::Back => 1,
            Self::Answer => 2,
            Self::Recall => 3,
        }
    }

    fn parse(code: i64) -> StoreResult<Self> {
        Ok(match code {
            0 => Self::Send,
            1 => Self::Back,
            2 => Self::Answer,
            3 => Self::Recall,
            other => return Err(StoreError::Corrupt(format!("{other} to happen later"))),
        })
    }
}

/// What is to happen.
#[derive(Clone, Debug)]
pub struct New<'a> {
    /// What.
    pub kind: Kind,
    /// Where the message lies.
    pub place: (FolderId, u32),
    /// Who asks for it.
    pub account: AccountId,
    /// From where.
    pub client_ip: &'a str,
    /// [`Kind::Back`]: where it goes back to.
    pub home: Option<FolderId>,
    /// [`Kind::Answer`]: so many days are waited.
    pub days: u16,
    /// When (ms).
    pub due_at: i64,
}

/// What is to happen, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Later {
    /// Its row.
    pub id: i64,
    /// What.
    pub kind: Kind,
    /// Whose message.
    pub mailbox: MailboxId,
    /// Where it lay when it was asked for.
    pub folder: FolderId,
    /// Its UID there.
    pub uid: u32,
    /// The message.
    pub message: MessageId,
    /// Who asked for it.
    pub account: AccountId,
    /// From where.
    pub client_ip: String,
    /// Where it goes back to.
    pub home: Option<FolderId>,
    /// So many days are waited.
    pub days: u16,
    /// When it was asked for (ms).
    pub created_at: i64,
    /// When (ms).
    pub due_at: i64,
}

fn from_row(row: &Row<'_>) -> StoreResult<Later> {
    Ok(Later {
        id: row.int(0)?,
        kind: Kind::parse(row.int(1)?)?,
        mailbox: MailboxId(row.int(2)?),
        folder: FolderId(row.int(3)?),
        uid: row.u32(4)?,
        message: MessageId(row.int(5)?),
        account: AccountId(row.int(6)?),
        client_ip: row.text(7)?,
        home: row.opt_int(8)?.map(FolderId),
        days: u16::try_from(row.int(9)?).unwrap_or(0),
        created_at: row.int(10)?,
        due_at: row.int(11)?,
    })
}

/// Notes it; its row. What was noted of the same kind for the same place is replaced.
///
/// # Errors
/// Nothing lies there.
pub fn add(tx: &mut Tx<'_>, new: &New<'_>) -> StoreResult<i64> {
    let (folder, uid) = new.place;
    let id = tx.one(
        "INSERT INTO later (kind, mailbox_id, folder_id, uid, message_id, account_id, epoch, client_ip, home_id, days, created_at, due_at)
         SELECT CAST($4 AS BIGINT), e.mailbox_id, e.folder_id, e.uid, e.message_id, a.id, a.epoch, CAST($5 AS TEXT), CAST($6 AS BIGINT),
             CAST($7 AS BIGINT), CAST($8 AS BIGINT), CAST($9 AS BIGINT)
         FROM entry e JOIN account a ON a.id = $3 WHERE e.folder_id = $1 AND e.uid = $2
         ON CONFLICT (folder_id, uid, kind) DO UPDATE SET due_at = excluded.due_at, epoch = excluded.epoch, account_id = excluded.account_id,
             client_ip = excluded.client_ip RETURNING id",
        params![
            folder,
            uid,
            new.account,
            new.kind.code(),
            new.client_ip,
            new.home,
            i64::from(new.days),
            tx.now(),
            new.due_at
        ],
        |row| row.int(0),
    )?;
    tx.tell(Change::Later);
    id.ok_or(StoreError::NotFound("message"))
}

/// What is due now, behind `after` (its time and its row), at most `limit`: rows and their times.
pub fn due(tx: &mut Tx<'_>, after: (i64, i64), limit: i64) -> StoreResult<Vec<(i64, i64)>> {
    let now = tx.now();
    tx.all(DUE, params![now, after.0, after.1, limit], |row| {
        Ok((row.int(0)?, row.int(1)?))
    })
}

/// When the next is due that is not yet (ms).
pub fn next(tx: &mut Tx<'_>) -> StoreResult<Option<i64>> {
    let now = tx.now();
    tx.one(NEXT, params![now], |row| row.int(0))
}

/// One of them.
pub fn get(tx: &mut Tx<'_>, id: i64) -> StoreResult<Option<Later>> {
    tx.one(
        "SELECT id, kind, mailbox_id, folder_id, uid, message_id, account_id, client_ip, home_id, days, created_at, due_at
         FROM later WHERE id = $1",
        params![id],
        from_row,
    )
}

/// Takes a row away for who carries it out; none where another was faster, or does so now.
pub fn take(tx: &mut Tx<'_>, id: i64) -> StoreResult<Option<Later>> {
    if tx.is_postgres() {
        let free = tx.one(
            "SELECT id FROM later WHERE id = $1 FOR UPDATE SKIP LOCKED",
            params![id],
            |_| Ok(()),
        )?;
        if free.is_none() {
            return Ok(None);
        }
    }
    tx.one(
        "DELETE FROM later WHERE id = $1
         RETURNING id, kind, mailbox_id, folder_id, uid, message_id, account_id, client_ip, home_id, days, created_at, due_at",
        params![id],
        from_row,
    )
}

/// As [`take`], waiting for who has it now: for a person, who is told what became of it.
pub fn withdraw(tx: &mut Tx<'_>, id: i64) -> StoreResult<Option<Later>> {
    tx.one(
        "DELETE FROM later WHERE id = $1
         RETURNING id, kind, mailbox_id, folder_id, uid, message_id, account_id, client_ip, home_id, days, created_at, due_at",
        params![id],
        from_row,
    )
}

/// Takes away the row of a draft that is being sent; false where it is gone, or who asked for it may not send any more ([`asker`]).
pub fn take_to_send(tx: &mut Tx<'_>, id: i64) -> StoreResult<bool> {
    Ok(asker(tx, id)?.is_some() && take(tx, id)?.is_some())
}

/// Who asked for something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asker {
    /// What they sign in with.
    pub login: String,
    /// Their own mailbox.
    pub mailbox: MailboxId,
    /// What it is called.
    pub name: String,
}

/// Who asked for this, as long as nothing has ended what they could do then: a lock, another password, a revocation.
pub fn asker(tx: &mut Tx<'_>, id: i64) -> StoreResult<Option<Asker>> {
    tx.one(
        "SELECT a.login, m.id, m.name FROM later l JOIN account a ON a.id = l.account_id AND a.epoch = l.epoch
              JOIN mailbox m ON m.account_id = a.id
         WHERE l.id = $1 AND a.disabled_at IS NULL AND a.must_change = 0
               AND m.locked_at IS NULL AND m.revoked_at IS NULL AND m.deleted_at IS NULL",
        params![id],
        |row| {
            Ok(Asker {
                login: row.text(0)?,
                mailbox: MailboxId(row.int(1)?),
                name: row.text(2)?,
            })
        },
    )
}

/// Something that waits, with what a list shows of its message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Its row.
    pub id: i64,
    /// Where its message lay when it was asked for.
    pub place: (FolderId, u32),
    /// So many days are waited.
    pub days: u16,
    /// When it was asked for (ms).
    pub created_at: i64,
    /// When (ms).
    pub due_at: i64,
    /// The message's subject.
    pub subject: String,
    /// Its stored envelope.
    pub envelope: Vec<u8>,
    /// It lies there still.
    pub is_there: bool,
}

/// What waits in a mailbox behind `after` (its time and its row), the next first.
pub fn waiting(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    kind: Kind,
    after: (i64, i64),
    limit: i64,
) -> StoreResult<Vec<Waiting>> {
    tx.all(
        WAITING,
        params![mailbox, kind.code(), after.0, after.1, limit],
        |row| {
            Ok(Waiting {
                id: row.int(0)?,
                place: (FolderId(row.int(1)?), row.u32(2)?),
                days: u16::try_from(row.int(3)?).unwrap_or(0),
                created_at: row.int(4)?,
                due_at: row.int(5)?,
                subject: row.text(6)?,
                envelope: row.bytes(7)?.to_vec(),
                is_there: row.int(8)? != 0,
            })
        },
    )
}

/// How much waits in a mailbox.
pub fn count(tx: &mut Tx<'_>, mailbox: MailboxId, kind: Kind) -> StoreResult<u64> {
    let count = tx.one(
        "SELECT COUNT(*) FROM later WHERE mailbox_id = $1 AND kind = $2",
        params![mailbox, kind.code()],
        |row| row.u64(0),
    )?;
    Ok(count.unwrap_or(0))
}

/// Sends what waits at once, in place of its time.
pub fn hasten(tx: &mut Tx<'_>, id: i64) -> StoreResult<bool> {
    let rows = tx.execute(
        "UPDATE later SET due_at = $2 WHERE id = $1 AND due_at > $2",
        params![id, tx.now()],
    )?;
    tx.tell(Change::Later);
    Ok(rows > 0)
}

/// Messages in a mailbox that name this one as what they answer (RFC 5322 §3.6.4): where they lie, at most `limit`.
pub fn answers(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    message: MessageId,
    limit: i64,
) -> StoreResult<Vec<(FolderId, u32)>> {
    let mut found = Vec::new();
    tx.each(
        "SELECT e.folder_id, e.uid, n.refs, m.message_id FROM message m
              JOIN entry e ON e.mailbox_id = $1 AND e.thread_id = m.thread_id JOIN message n ON n.id = e.message_id
         WHERE m.id = $2 AND m.message_id IS NOT NULL LIMIT $3",
        params![mailbox, message, limit],
        |row| {
            let (refs, own) = (row.text(2)?, row.text(3)?);
            if refs.split(' ').any(|named| named == own) {
                found.push((FolderId(row.int(0)?), row.u32(1)?));
            }
            Ok(true)
        },
    )?;
    Ok(found)
}

/// Where a message lies in a mailbox now.
pub fn place(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    message: MessageId,
) -> StoreResult<Option<(FolderId, u32)>> {
    tx.one(
        "SELECT e.folder_id, e.uid FROM folder f CROSS JOIN entry e
         WHERE f.mailbox_id = $1 AND f.gone_at IS NULL AND e.message_id = $2 AND e.folder_id = f.id ORDER BY e.folder_id, e.uid LIMIT 1",
        params![mailbox, message],
        |row| Ok((FolderId(row.int(0)?), row.u32(1)?)),
    )
}
