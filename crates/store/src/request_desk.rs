//! Requests as those who decide on them work: what is due first, what they have in mind for each line, whose one-time password was not
//! handed over yet.

use crate::request::{Request, from_row};
use crate::sql::params;
use crate::{MailboxId, OrganisationId, RequestId, StoreResult, Tx};

/// Where requests without a last day stand: behind all that have one.
pub const NEVER: i64 = 4_000_000_000;

/// Open requests of a place and those below it, those that are due first before others, after the given last day and number; an empty
/// `kind` means all.
pub fn open(
    tx: &mut Tx<'_>,
    top: OrganisationId,
    kind: &str,
    after: (i64, RequestId),
    limit: i64,
) -> StoreResult<Vec<Request>> {
    tx.all(
        "WITH RECURSIVE below (id, depth) AS (
             SELECT CAST($1 AS BIGINT), 0 UNION ALL
             SELECT o.id, b.depth + 1 FROM below b JOIN organisation o ON o.parent_id = b.id WHERE b.depth < 64
         )
         SELECT r.id, r.key, r.kind, r.organisation_id, r.profile, r.way, r.asked_by, r.document, r.document_day, r.reason,
                r.data, r.received_at, r.clock_day, r.due_day, r.due_clause, r.step, r.state, r.lines, r.waiting,
                r.closed_at, o.name
         FROM request r JOIN organisation o ON o.id = r.organisation_id
         WHERE r.state = 'open' AND ($2 = '' OR r.kind = $2) AND r.organisation_id IN (SELECT id FROM below)
           AND (COALESCE(r.due_day, 4000000000) > $3 OR (COALESCE(r.due_day, 4000000000) = $3 AND r.id > $4))
         ORDER BY COALESCE(r.due_day, 4000000000), r.id LIMIT $5",
        params![top, kind, after.0, after.1, limit],
        from_row,
    )
}

/// Requests of a place and those below it before `before`, the newest first; an empty `state` or `kind` means all.
pub fn newest(
    tx: &mut Tx<'_>,
    top: OrganisationId,
    (state, kind): (&str, &str),
    before: RequestId,
    limit: i64,
) -> StoreResult<Vec<Request>> {
    tx.all(
        "WITH RECURSIVE below (id, depth) AS (
             SELECT CAST($1 AS BIGINT), 0 UNION ALL
             SELECT o.id, b.depth + 1 FROM below b JOIN organisation o ON o.parent_id = b.id WHERE b.depth < 64
         )
         SELECT r.id, r.key, r.kind, r.organisation_id, r.profile, r.way, r.asked_by, r.document, r.document_day, r.reason,
                r.data, r.received_at, r.clock_day, r.due_day, r.due_clause, r.step, r.state, r.lines, r.waiting,
                r.closed_at, o.name
         FROM request r JOIN organisation o ON o.id = r.organisation_id
         WHERE r.id < $4 AND ($2 = '' OR r.state = $2) AND ($3 = '' OR r.kind = $3)
           AND r.organisation_id IN (SELECT id FROM below)
         ORDER BY r.id DESC LIMIT $5",
        params![top, state, kind, before, limit],
        from_row,
    )
}

/// Keeps what somebody has in mind for a line that waits for a decision; empty: nothing. Whether it waits.
pub fn note(tx: &mut Tx<'_>, request: RequestId, number: u32, noted: &str) -> StoreResult<bool> {
    let rows = tx.execute(
        "UPDATE request_line SET noted = $3 WHERE request_id = $1 AND number = $2 AND state IN ('open', 'failed')",
        params![request, number, noted],
    )?;
    Ok(rows > 0)
}

/// What is kept in mind for the lines of a request that wait for a decision.
pub fn notes(tx: &mut Tx<'_>, request: RequestId) -> StoreResult<Vec<(u32, String)>> {
    tx.all(
        "SELECT number, noted FROM request_line
         WHERE request_id = $1 AND noted <> '' AND state IN ('open', 'failed') ORDER BY number",
        params![request],
        |row| Ok((row.u32(0)?, row.text(1)?)),
    )
}

/// A mailbox that a request gave, whose one-time password nobody was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unhanded {
    /// The line.
    pub number: u32,
    /// The mailbox.
    pub mailbox: MailboxId,
    /// Whose it is.
    pub name: String,
}

/// Of which lines of a request from `first` on the one-time password was not handed over, at most `limit`.
pub fn unhanded(
    tx: &mut Tx<'_>,
    request: RequestId,
    first: u32,
    limit: i64,
) -> StoreResult<Vec<Unhanded>> {
    // 1, 3: it is that of a new mailbox, or the one before was lost.
    tx.all(
        "SELECT l.number, m.id, m.name FROM request_line l JOIN mailbox m ON m.id = l.mailbox_id
         JOIN account a ON a.id = m.account_id
         WHERE l.request_id = $1 AND l.number >= $2 AND l.state = 'done' AND a.handed_at IS NULL
           AND a.must_change IN (1, 3) AND a.disabled_at IS NULL
         ORDER BY l.number LIMIT $3",
        params![request, first, limit],
        |row| {
            Ok(Unhanded {
                number: row.u32(0)?,
                mailbox: MailboxId(row.int(1)?),
                name: row.text(2)?,
            })
        },
    )
}
