//! Violations that were recorded: those for which a mailbox was locked, and those that are noted alone (SL.4.3, QN.7.1, TQ.8.2.c).

use crate::sql::params;
use crate::{MailboxId, OrganisationId, StoreResult, Tx};

/// A violation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// When it was recorded (ms).
    pub at: i64,
    /// The mailbox; none where the record names one that cannot be told any more.
    pub mailbox: Option<MailboxId>,
    /// Its name in the profile; empty where `detail` has it.
    pub violation: String,
    /// Why, in words, where it locked the mailbox; else the facts of its record, as JSON.
    pub detail: String,
    /// Clause id.
    pub clause: String,
    /// What orders it.
    pub document: String,
    /// It locked the mailbox.
    pub locked: bool,
    /// When that lock ended (ms).
    pub ended_at: Option<i64>,
}

/// The newest for which a mailbox of a place or below it was locked, before a time (ms); by the index of those locks.
pub fn locked(
    tx: &mut Tx<'_>,
    top: OrganisationId,
    before: i64,
    limit: i64,
) -> StoreResult<Vec<Violation>> {
    tx.all(
        "WITH RECURSIVE below (id, depth) AS (
             SELECT CAST($1 AS BIGINT), 0 UNION ALL
             SELECT o.id, b.depth + 1 FROM below b JOIN organisation o ON o.parent_id = b.id WHERE b.depth < 64
         )
         SELECT l.at, l.mailbox_id, l.violation, l.reason, l.clause, l.document, l.ended_at
         FROM mailbox_lock l CROSS JOIN mailbox m
         WHERE m.id = l.mailbox_id AND l.violation <> '' AND l.at < $2 AND m.organisation_id IN (SELECT id FROM below)
         ORDER BY l.at DESC, l.id DESC LIMIT $3",
        params![top, before, limit],
        |row| {
            Ok(Violation {
                at: row.int(0)?,
                mailbox: Some(MailboxId(row.int(1)?)),
                violation: row.text(2)?,
                detail: row.text(3)?,
                clause: row.text(4)?,
                document: row.text(5)?,
                locked: true,
                ended_at: row.opt_int(6)?,
            })
        },
    )
}

/// The newest that were noted alone at a place or below it, before a time (ms).
pub fn noted(
    tx: &mut Tx<'_>,
    top: OrganisationId,
    before: i64,
    limit: i64,
) -> StoreResult<Vec<Violation>> {
    tx.all(
        "WITH RECURSIVE below (id, depth) AS (
             SELECT CAST($1 AS BIGINT), 0 UNION ALL
             SELECT o.id, b.depth + 1 FROM below b JOIN organisation o ON o.parent_id = b.id WHERE b.depth < 64
         )
         SELECT at, subject, detail, clause, document FROM audit
         WHERE action = 'mailbox.violation' AND at < $2 AND organisation_id IN (SELECT id FROM below)
         ORDER BY at DESC, id DESC LIMIT $3",
        params![top, before, limit],
        |row| {
            let subject = row.text(1)?;
            let mailbox = subject
                .strip_prefix("mailbox/")
                .and_then(|id| id.parse().ok());
            Ok(Violation {
                at: row.int(0)?,
                mailbox: mailbox.map(MailboxId),
                violation: String::new(),
                detail: row.text(2)?,
                clause: row.text(3)?,
                document: row.text(4)?,
                locked: false,
                ended_at: None,
            })
        },
    )
}
