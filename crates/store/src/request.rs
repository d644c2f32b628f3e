//! Official requests and their lines.

use crate::sql::params;
use crate::{AccountId, MailboxId, OrganisationId, RequestId, Row, StoreError, StoreResult, Tx};

/// A page of open requests, those that are due first.
pub(crate) const PAGE: &str =
    "SELECT r.id, r.key, r.kind, r.organisation_id, r.profile, r.way, r.asked_by, r.document, r.document_day, r.reason,
            r.data, r.received_at, r.clock_day, r.due_day, r.due_clause, r.step, r.state, r.lines, r.waiting, r.closed_at,
            o.name
     FROM request r JOIN organisation o ON o.id = r.organisation_id WHERE r.id > $1 AND r.state = $2 ORDER BY r.id LIMIT $3";

/// What a new request is made of.
#[derive(Clone, Debug)]
pub struct NewRequest<'a> {
    /// What tells the same request sent again.
    pub key: &'a str,
    /// `issue`, `restore` …
    pub kind: &'a str,
    /// Who asks.
    pub organisation: OrganisationId,
    /// The profile it is treated by.
    pub profile: &'a str,
    /// By what way it came: `documents`, `unit-mailbox` …
    pub way: &'a str,
    /// Who sent it.
    pub asked_by: &'a str,
    /// With which account.
    pub asked_by_id: Option<AccountId>,
    /// Number of the document.
    pub document: &'a str,
    /// Its day (days since 1970).
    pub document_day: Option<i64>,
    /// Why.
    pub reason: &'a str,
    /// More that its form tells, as JSON.
    pub data: &'a str,
    /// The day its term is counted from.
    pub clock_day: i64,
    /// The last day to answer it.
    pub due_day: Option<i64>,
    /// The clause that sets that day.
    pub due_clause: &'a str,
    /// Who has it in hand.
    pub step: u32,
    /// How many lines follow.
    pub lines: u32,
}

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Its row, which people see as its number.
    pub id: RequestId,
    /// What tells the same request sent again.
    pub key: String,
    /// `issue`, `restore` …
    pub kind: String,
    /// Who asks.
    pub organisation: OrganisationId,
    /// Its name.
    pub organisation_name: String,
    /// The profile it is treated by.
    pub profile: String,
    /// By what way it came.
    pub way: String,
    /// Who sent it.
    pub asked_by: String,
    /// Number of the document.
    pub document: String,
    /// Its day (days since 1970).
    pub document_day: Option<i64>,
    /// Why.
    pub reason: String,
    /// More that its form tells, as JSON.
    pub data: String,
    /// When it came (ms).
    pub received_at: i64,
    /// The day its term is counted from.
    pub clock_day: i64,
    /// The last day to answer it.
    pub due_day: Option<i64>,
    /// The clause that sets that day.
    pub due_clause: String,
    /// Who has it in hand.
    pub step: u32,
    /// `open`, `done`, `refused`, `withdrawn`.
    pub state: String,
    /// How many lines it has.
    pub lines: u32,
    /// How many of them wait for a decision or for being carried out.
    pub waiting: u32,
    /// When it ended (ms).
    pub closed_at: Option<i64>,
}

/// One thing asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Of which request.
    pub request: RequestId,
    /// Its number in it, from 1.
    pub number: u32,
    /// The mailbox it is about, where there is one already.
    pub mailbox: Option<MailboxId>,
    /// What is asked, as JSON.
    pub data: String,
    /// `open`, `granted`, `done`, `refused`, `failed`.
    pub state: String,
    /// Why it is refused, or could not be carried out.
    pub reason: String,
    /// Who decided.
    pub decided_by: String,
    /// When (ms).
    pub decided_at: Option<i64>,
    /// When it was carried out (ms).
    pub done_at: Option<i64>,
    /// What became of it, as JSON.
    pub outcome: String,
    /// The places that it may be carried out at: whoever granted it decides there.
    pub places: Vec<OrganisationId>,
}

pub(crate) fn from_row(row: &Row<'_>) -> StoreResult<Request> {
    Ok(Request {
        id: RequestId(row.int(0)?),
        key: row.text(1)?,
        kind: row.text(2)?,
        organisation: OrganisationId(row.int(3)?),
        profile: row.text(4)?,
        way: row.text(5)?,
        asked_by: row.text(6)?,
        document: row.text(7)?,
        document_day: row.opt_int(8)?,
        reason: row.text(9)?,
        data: row.text(10)?,
        received_at: row.int(11)?,
        clock_day: row.int(12)?,
        due_day: row.opt_int(13)?,
        due_clause: row.text(14)?,
        step: row.u32(15)?,
        state: row.text(16)?,
        lines: row.u32(17)?,
        waiting: row.u32(18)?,
        closed_at: row.opt_int(19)?,
        organisation_name: row.text(20)?,
    })
}

fn line(row: &Row<'_>) -> StoreResult<Line> {
    Ok(Line {
        request: RequestId(row.int(0)?),
        number: row.u32(1)?,
        mailbox: row.opt_int(2)?.map(MailboxId),
        data: row.text(3)?,
        state: row.text(4)?,
        reason: row.text(5)?,
        decided_by: row.text(6)?,
        decided_at: row.opt_int(7)?,
        done_at: row.opt_int(8)?,
        outcome: row.text(9)?,
        places: row
            .text(10)?
            .split_whitespace()
            .filter_map(|id| id.parse().ok().map(OrganisationId))
            .collect(),
    })
}

/// Adds a request without its lines; `None` where one with its key is there.
pub fn add(tx: &mut Tx<'_>, new: &NewRequest<'_>) -> StoreResult<Option<RequestId>> {
    tx.one(
        "INSERT INTO request (key, kind, organisation_id, profile, way, asked_by, asked_by_id, document, document_day,
                              reason, data, received_at, clock_day, due_day, due_clause, step, state, lines, waiting)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 'open', $17, $17)
         ON CONFLICT (key) DO NOTHING RETURNING id",
        params![
            new.key,
            new.kind,
            new.organisation,
            new.profile,
            new.way,
            new.asked_by,
            new.asked_by_id,
            new.document,
            new.document_day,
            new.reason,
            new.data,
            tx.now(),
            new.clock_day,
            new.due_day,
            new.due_clause,
            new.step,
            new.lines
        ],
        |row| Ok(RequestId(row.int(0)?)),
    )
}

/// Adds a line.
pub fn add_line(
    tx: &mut Tx<'_>,
    request: RequestId,
    number: u32,
    mailbox: Option<MailboxId>,
    data: &str,
) -> StoreResult<()> {
    tx.execute(
        "INSERT INTO request_line (request_id, number, mailbox_id, data, state) VALUES ($1, $2, $3, $4, 'open')",
        params![request, number, mailbox, data],
    )?;
    Ok(())
}

/// Keeps a file that came with it.
pub fn add_file(
    tx: &mut Tx<'_>,
    request: RequestId,
    (name, media_type): (&str, &str),
    hash: &[u8],
    data: &[u8],
) -> StoreResult<()> {
    tx.execute(
        "INSERT INTO request_file (request_id, name, media_type, hash, data, at) VALUES ($1, $2, $3, $4, $5, $6)",
        params![request, name, media_type, hash, data, tx.now()],
    )?;
    Ok(())
}

/// A file that came with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its row.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Its media type, as told.
    pub media_type: String,
    /// SHA-256.
    pub hash: Vec<u8>,
    /// When it came (ms).
    pub at: i64,
}

/// The files of a request, without their bytes.
pub fn files(tx: &mut Tx<'_>, request: RequestId) -> StoreResult<Vec<File>> {
    tx.all(
        "SELECT id, name, media_type, hash, at FROM request_file WHERE request_id = $1 ORDER BY id",
        params![request],
        |row| {
            Ok(File {
                id: row.int(0)?,
                name: row.text(1)?,
                media_type: row.text(2)?,
                hash: row.bytes(3)?.to_vec(),
                at: row.int(4)?,
            })
        },
    )
}

/// The bytes of a file.
pub fn file_data(tx: &mut Tx<'_>, request: RequestId, id: i64) -> StoreResult<Option<Vec<u8>>> {
    tx.one(
        "SELECT data FROM request_file WHERE request_id = $1 AND id = $2",
        params![request, id],
        |row| Ok(row.bytes(0)?.to_vec()),
    )
}

/// A request by its number.
pub fn get(tx: &mut Tx<'_>, id: RequestId) -> StoreResult<Option<Request>> {
    tx.one(
        "SELECT r.id, r.key, r.kind, r.organisation_id, r.profile, r.way, r.asked_by, r.document, r.document_day, r.reason,
                r.data, r.received_at, r.clock_day, r.due_day, r.due_clause, r.step, r.state, r.lines, r.waiting,
                r.closed_at, o.name
         FROM request r JOIN organisation o ON o.id = r.organisation_id WHERE r.id = $1",
        params![id],
        from_row,
    )
}

/// Until this transaction ends nobody else decides on a request, passes it on, takes it back or carries out of it. It comes
/// before the rows of mailboxes.
pub fn hold(tx: &mut Tx<'_>, id: RequestId) -> StoreResult<()> {
    // SQLite has one writer.
    if tx.is_postgres() {
        tx.one(
            "SELECT id FROM request WHERE id = $1 FOR NO KEY UPDATE",
            params![id],
            |_| Ok(()),
        )?;
    }
    Ok(())
}

/// The request with this key.
pub fn by_key(tx: &mut Tx<'_>, key: &str) -> StoreResult<Option<RequestId>> {
    tx.one(
        "SELECT id FROM request WHERE key = $1",
        params![key],
        |row| Ok(RequestId(row.int(0)?)),
    )
}

/// Requests in a state (`open` …) after `after`, in the order of their numbers.
pub fn page(
    tx: &mut Tx<'_>,
    after: RequestId,
    state: &str,
    limit: i64,
) -> StoreResult<Vec<Request>> {
    tx.all(PAGE, params![after, state, limit], from_row)
}

/// Open requests whose last day is `last` (days since 1970) or earlier, those that are due first, after the given one, at most
/// `limit`.
pub fn due(
    tx: &mut Tx<'_>,
    last: i64,
    after: (i64, RequestId),
    limit: i64,
) -> StoreResult<Vec<Request>> {
    tx.all(
        "SELECT r.id, r.key, r.kind, r.organisation_id, r.profile, r.way, r.asked_by, r.document, r.document_day, r.reason,
                r.data, r.received_at, r.clock_day, r.due_day, r.due_clause, r.step, r.state, r.lines, r.waiting,
                r.closed_at, o.name
         FROM request r JOIN organisation o ON o.id = r.organisation_id
         WHERE r.state = 'open' AND r.due_day <= $1 AND (r.due_day > $2 OR (r.due_day = $2 AND r.id > $3))
         ORDER BY r.due_day, r.id LIMIT $4",
        params![last, after.0, after.1, limit],
        from_row,
    )
}

/// An organisation's requests before `before`, the newest first.
pub fn of_organisation(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    before: RequestId,
    limit: i64,
) -> StoreResult<Vec<Request>> {
    tx.all(
        "SELECT r.id, r.key, r.kind, r.organisation_id, r.profile, r.way, r.asked_by, r.document, r.document_day, r.reason,
                r.data, r.received_at, r.clock_day, r.due_day, r.due_clause, r.step, r.state, r.lines, r.waiting,
                r.closed_at, o.name
         FROM request r JOIN organisation o ON o.id = r.organisation_id
         WHERE r.organisation_id = $1 AND r.id < $2 ORDER BY r.id DESC LIMIT $3",
        params![organisation, before, limit],
        from_row,
    )
}

/// Requests of a place and those below it after `after`, in the order of their numbers; an empty `state` means all.
pub fn below(
    tx: &mut Tx<'_>,
    top: OrganisationId,
    state: &str,
    after: RequestId,
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
         WHERE r.id > $2 AND ($3 = '' OR r.state = $3) AND r.organisation_id IN (SELECT id FROM below)
         ORDER BY r.id LIMIT $4",
        params![top, after, state, limit],
        from_row,
    )
}

/// Open requests of a place and those below it, what is due first above; those without a term last.
pub fn open_below(tx: &mut Tx<'_>, top: OrganisationId, limit: i64) -> StoreResult<Vec<Request>> {
    tx.all(
        "WITH RECURSIVE below (id, depth) AS (
             SELECT CAST($1 AS BIGINT), 0 UNION ALL
             SELECT o.id, b.depth + 1 FROM below b JOIN organisation o ON o.parent_id = b.id WHERE b.depth < 64
         )
         SELECT r.id, r.key, r.kind, r.organisation_id, r.profile, r.way, r.asked_by, r.document, r.document_day, r.reason,
                r.data, r.received_at, r.clock_day, r.due_day, r.due_clause, r.step, r.state, r.lines, r.waiting,
                r.closed_at, o.name
         FROM request r JOIN organisation o ON o.id = r.organisation_id
         WHERE r.state = 'open' AND r.organisation_id IN (SELECT id FROM below)
         ORDER BY CASE WHEN r.due_day IS NULL THEN 1 ELSE 0 END, r.due_day, r.id LIMIT $2",
        params![top, limit],
        from_row,
    )
}

/// A request of a place or below it that was closed in some time: its kind, when it was received and when closed (ms).
pub fn closed_below(
    tx: &mut Tx<'_>,
    top: OrganisationId,
    since: i64,
) -> StoreResult<Vec<(String, i64, i64)>> {
    tx.all(
        "WITH RECURSIVE below (id, depth) AS (
             SELECT CAST($1 AS BIGINT), 0 UNION ALL
             SELECT o.id, b.depth + 1 FROM below b JOIN organisation o ON o.parent_id = b.id WHERE b.depth < 64
         )
         SELECT r.kind, r.received_at, r.closed_at FROM request r
         WHERE r.state IN ('done', 'refused') AND r.closed_at >= $2 AND r.organisation_id IN (SELECT id FROM below)",
        params![top, since],
        |row| Ok((row.text(0)?, row.int(1)?, row.int(2)?)),
    )
}

/// The requests that came with the document of this number, the newest first.
pub fn by_document(tx: &mut Tx<'_>, document: &str, limit: i64) -> StoreResult<Vec<Request>> {
    tx.all(
        "SELECT r.id, r.key, r.kind, r.organisation_id, r.profile, r.way, r.asked_by, r.document, r.document_day, r.reason,
                r.data, r.received_at, r.clock_day, r.due_day, r.due_clause, r.step, r.state, r.lines, r.waiting,
                r.closed_at, o.name
         FROM request r JOIN organisation o ON o.id = r.organisation_id
         WHERE r.document = $1 ORDER BY r.id DESC LIMIT $2",
        params![document, limit],
        from_row,
    )
}

/// The lines of a request after `after`.
pub fn lines(
    tx: &mut Tx<'_>,
    request: RequestId,
    after: u32,
    limit: i64,
) -> StoreResult<Vec<Line>> {
    tx.all(
        "SELECT request_id, number, mailbox_id, data, state, reason, decided_by, decided_at, done_at, outcome, places
         FROM request_line WHERE request_id = $1 AND number > $2 ORDER BY number LIMIT $3",
        params![request, after, limit],
        line,
    )
}

/// One line.
pub fn get_line(tx: &mut Tx<'_>, request: RequestId, number: u32) -> StoreResult<Option<Line>> {
    tx.one(
        "SELECT request_id, number, mailbox_id, data, state, reason, decided_by, decided_at, done_at, outcome, places
         FROM request_line WHERE request_id = $1 AND number = $2",
        params![request, number],
        line,
    )
}

/// Writes what was decided on a line; `data` may say more than was asked (an address that was agreed on), `places` where it
/// may be carried out.
pub fn decide(
    tx: &mut Tx<'_>,
    line: &Line,
    state: &str,
    (reason, by): (&str, &str),
) -> StoreResult<()> {
    let places: Vec<String> = line.places.iter().map(ToString::to_string).collect();
    let places = places.join(" ");
    let rows = tx.execute(
        "UPDATE request_line SET state = $3, reason = $4, decided_by = $5, decided_at = $6, data = $7, places = $8, noted = ''
         WHERE request_id = $1 AND number = $2 AND state IN ('open', 'failed')",
        params![
            line.request,
            line.number,
            state,
            reason,
            by,
            tx.now(),
            &line.data,
            &places
        ],
    )?;
    if rows == 0 {
        return Err(StoreError::NotFound("undecided line"));
    }
    ended(tx, line.request, state)
}

/// Writes what became of a line that was granted.
pub fn settle(
    tx: &mut Tx<'_>,
    line: &Line,
    state: &str,
    (reason, outcome): (&str, &str),
    mailbox: Option<MailboxId>,
) -> StoreResult<()> {
    let rows = tx.execute(
        "UPDATE request_line SET state = $3, reason = $4, outcome = $5, done_at = $6, mailbox_id = COALESCE($7, mailbox_id)
         WHERE request_id = $1 AND number = $2 AND state = 'granted'",
        params![
            line.request,
            line.number,
            state,
            reason,
            outcome,
            tx.now(),
            mailbox
        ],
    )?;
    if rows == 0 {
        return Err(StoreError::NotFound("granted line"));
    }
    ended(tx, line.request, state)
}

/// One line less waits where it came to its end.
fn ended(tx: &mut Tx<'_>, request: RequestId, state: &str) -> StoreResult<()> {
    if matches!(state, "done" | "refused") {
        tx.execute(
            "UPDATE request SET waiting = waiting - 1 WHERE id = $1",
            params![request],
        )?;
    }
    Ok(())
}

/// The first granted line after a place, over all requests: what is left to be carried out.
pub fn next_granted(
    tx: &mut Tx<'_>,
    request: RequestId,
    number: u32,
) -> StoreResult<Option<(RequestId, u32)>> {
    tx.one(
        "SELECT l.request_id, l.number FROM request_line l JOIN request r ON r.id = l.request_id
         WHERE l.state = 'granted' AND r.state = 'open' AND (l.request_id > $1 OR (l.request_id = $1 AND l.number > $2))
         ORDER BY l.request_id, l.number LIMIT 1",
        params![request, number],
        |row| Ok((RequestId(row.int(0)?), row.u32(1)?)),
    )
}

/// Whoever has it in hand next.
pub fn set_step(tx: &mut Tx<'_>, request: RequestId, step: u32) -> StoreResult<()> {
    tx.execute(
        "UPDATE request SET step = $2 WHERE id = $1",
        params![request, step],
    )?;
    Ok(())
}

/// Ends a request that is open; false where it had ended.
pub fn close(tx: &mut Tx<'_>, request: RequestId, state: &str) -> StoreResult<bool> {
    let rows = tx.execute(
        "UPDATE request SET state = $2, closed_at = $3 WHERE id = $1 AND state = 'open'",
        params![request, state, tx.now()],
    )?;
    Ok(rows > 0)
}

/// How many lines of a request are in each state.
pub fn tally(tx: &mut Tx<'_>, request: RequestId) -> StoreResult<Vec<(String, u32)>> {
    tx.all(
        "SELECT state, COUNT(*) FROM request_line WHERE request_id = $1 GROUP BY state ORDER BY state",
        params![request],
        |row| Ok((row.text(0)?, row.u32(1)?)),
    )
}
