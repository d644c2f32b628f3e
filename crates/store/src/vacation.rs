//! The answer that senders get while a mailbox's owner is away (RFC 3834): its text, and who gets it.
//!
//! That a sender is to get it is noted in the transaction that delivers ([`owe`]), once for each absence, whichever node delivers;
//! it is sent behind ([`due`], [`take`]), and marked in the transaction that sends it.

use crate::sql::params;
use crate::{Change, MailboxId, Row, StoreResult, Tx, filter};

/// So many senders get an answer in one absence: nobody makes a mailbox write to the whole world.
pub const MOST: i64 = 2_000;

/// By the index of what is due.
pub(crate) const DUE: &str = "SELECT id FROM vacation_answer /*sqlite INDEXED BY vacation_answer_due*/ WHERE sent_at IS NULL AND id > $1 ORDER BY id LIMIT $2";

/// An absence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vacation {
    /// From when (ms).
    pub from_at: i64,
    /// Until when (ms), not included.
    pub until_at: i64,
    /// The text.
    pub body: String,
    /// Senders at our own domains alone get it.
    pub inside_only: bool,
    /// How many got it.
    pub answered: i64,
}

impl Vacation {
    /// In force at `now` (ms).
    #[must_use]
    pub fn is_on(&self, now: i64) -> bool {
        self.from_at <= now && now < self.until_at
    }
}

/// The absence of a mailbox's owner, past, present or to come.
pub fn get(tx: &mut Tx<'_>, mailbox: MailboxId) -> StoreResult<Option<Vacation>> {
    tx.one(
        "SELECT from_at, until_at, body, inside_only, answered FROM vacation WHERE mailbox_id = $1",
        params![mailbox],
        |row| {
            Ok(Vacation {
                from_at: row.int(0)?,
                until_at: row.int(1)?,
                body: row.text(2)?,
                inside_only: row.int(3)? != 0,
                answered: row.int(4)?,
            })
        },
    )
}

/// Sets it. Where the beginning stays, so does who got the answer: another text is no other absence.
pub fn set(tx: &mut Tx<'_>, mailbox: MailboxId, new: &Vacation, by: &str) -> StoreResult<()> {
    filter::lock(tx, mailbox)?;
    tx.execute(
        "INSERT INTO vacation (mailbox_id, from_at, until_at, body, inside_only, changed_at, changed_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (mailbox_id) DO UPDATE SET from_at = excluded.from_at, until_at = excluded.until_at, body = excluded.body, inside_only = excluded.inside_only, changed_at = excluded.changed_at, changed_by = excluded.changed_by,
             answered = CASE WHEN vacation.from_at = excluded.from_at THEN vacation.answered ELSE 0 END",
        params![
            mailbox,
            new.from_at,
            new.until_at,
            &new.body,
            i64::from(new.inside_only),
            tx.now(),
            by
        ],
    )?;
    tx.execute(
        "DELETE FROM vacation_answer WHERE mailbox_id = $1 AND period <> $2",
        params![mailbox, new.from_at],
    )?;
    filter::tell(tx, mailbox)
}

/// Ends it; what was not sent is not sent. False where there was none.
pub fn remove(tx: &mut Tx<'_>, mailbox: MailboxId) -> StoreResult<bool> {
    filter::lock(tx, mailbox)?;
    tx.execute(
        "DELETE FROM vacation_answer WHERE mailbox_id = $1",
        params![mailbox],
    )?;
    let rows = tx.execute(
        "DELETE FROM vacation WHERE mailbox_id = $1",
        params![mailbox],
    )?;
    filter::tell(tx, mailbox)?;
    Ok(rows > 0)
}

/// An answer that somebody is owed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Its row.
    pub id: i64,
    /// Whose absence it is.
    pub mailbox: MailboxId,
    /// When the absence began (ms).
    pub period: i64,
    /// Who gets it, in small letters.
    pub address: String,
    /// The address of the mailbox that they wrote to.
    pub own: String,
    /// The subject they wrote.
    pub subject: String,
    /// The Message-ID of what they wrote.
    pub message_id: String,
    /// `References` of the answer.
    pub references: String,
    /// When they wrote (ms).
    pub at: i64,
}

/// Notes that a sender is owed the answer (`id` and `at` are given here); false where they have had it in this absence, or where
/// as many have had it as may.
pub fn owe(tx: &mut Tx<'_>, new: &Answer) -> StoreResult<bool> {
    let owed = tx.one(
        "INSERT INTO vacation_answer (mailbox_id, period, address, own, subject, message_id, refs, at)
         SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS TEXT), CAST($4 AS TEXT), CAST($5 AS TEXT), CAST($6 AS TEXT),
             CAST($7 AS TEXT), CAST($8 AS BIGINT)
         FROM vacation v WHERE v.mailbox_id = $1 AND v.from_at = $2 AND v.answered < $9
         ON CONFLICT (mailbox_id, period, address) DO NOTHING RETURNING id",
        params![
            new.mailbox,
            new.period,
            &new.address,
            &new.own,
            &new.subject,
            &new.message_id,
            &new.references,
            tx.now(),
            MOST
        ],
        |row| row.int(0),
    )?;
    if owed.is_some() {
        tx.execute(
            "UPDATE vacation SET answered = answered + 1 WHERE mailbox_id = $1",
            params![new.mailbox],
        )?;
        tx.tell(Change::Notice);
    }
    Ok(owed.is_some())
}

/// The answers behind `after` that are not sent yet, at most `limit`.
pub fn due(tx: &mut Tx<'_>, after: i64, limit: i64) -> StoreResult<Vec<i64>> {
    tx.all(DUE, params![after, limit], |row| row.int(0))
}

fn from_row(row: &Row<'_>) -> StoreResult<Answer> {
    Ok(Answer {
        id: row.int(0)?,
        mailbox: MailboxId(row.int(1)?),
        period: row.int(2)?,
        address: row.text(3)?,
        own: row.text(4)?,
        subject: row.text(5)?,
        message_id: row.text(6)?,
        references: row.text(7)?,
        at: row.int(8)?,
    })
}

/// One that is not sent yet.
pub fn peek(tx: &mut Tx<'_>, id: i64) -> StoreResult<Option<Answer>> {
    tx.one(
        "SELECT id, mailbox_id, period, address, own, subject, message_id, refs, at FROM vacation_answer
         WHERE id = $1 AND sent_at IS NULL",
        params![id],
        from_row,
    )
}

/// As [`peek`], kept from others until the transaction ends; none where another was faster, or the absence was ended.
pub fn take(tx: &mut Tx<'_>, id: i64) -> StoreResult<Option<Answer>> {
    if !tx.is_postgres() {
        return peek(tx, id);
    }
    let sql = "SELECT id, mailbox_id, period, address, own, subject, message_id, refs, at FROM vacation_answer
         WHERE id = $1 AND sent_at IS NULL FOR UPDATE SKIP LOCKED";
    tx.one(sql, params![id], from_row)
}

/// Marks it as sent, or as one that cannot be: both are the end of it.
pub fn sent(tx: &mut Tx<'_>, id: i64) -> StoreResult<()> {
    tx.execute(
        "UPDATE vacation_answer SET sent_at = $2 WHERE id = $1",
        params![id, tx.now()],
    )?;
    Ok(())
}
