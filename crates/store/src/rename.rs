//! Addresses made anew for many mailboxes at once: what is proposed, what was chosen, what is done.

use crate::sql::params;
use crate::{
    Change, DomainId, MailboxId, OrganisationId, PersonId, RenameId, Row, StoreError, StoreResult,
    Tx, address, former, identity,
};

/// A bulk rename.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its row.
    pub id: RenameId,
    /// What it is about, as JSON.
    pub scope: String,
    /// Number and date of the document that orders it.
    pub document: String,
    /// Who made it.
    pub made_by: String,
    /// When (ms).
    pub made_at: i64,
    /// `making`, `draft`, `applying`, `done`, `dropped`.
    pub state: String,
    /// The last mailbox that has its line.
    pub after: MailboxId,
}

/// One mailbox of a rename.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number in the job, from 1.
    pub number: i64,
    /// The mailbox.
    pub mailbox: MailboxId,
    /// Its address when the job was made.
    pub former: String,
    /// The domain of the new one.
    pub domain: DomainId,
    /// The new one before the @; empty while somebody must choose.
    pub local_part: String,
    /// Its new display name; empty where that stays.
    pub display: String,
    /// The steps, as JSON.
    pub why: String,
    /// What may be chosen, as JSON.
    pub candidates: String,
    /// `ready`, `choose`, `same`, `done`, `failed`, `skipped`.
    pub state: String,
}

/// A mailbox as the naming rules see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Its row.
    pub mailbox: MailboxId,
    /// `personal` or `unit`.
    pub kind: String,
    /// Where it belongs.
    pub organisation: OrganisationId,
    /// Whose it is.
    pub person: Option<PersonId>,
    /// Its display name.
    pub name: String,
}

/// Begins a rename, in the state `making`.
pub fn create(
    tx: &mut Tx<'_>,
    scope: &str,
    document: &str,
    made_by: &str,
) -> StoreResult<RenameId> {
    tx.one(
        "INSERT INTO rename_job (scope, document, made_by, made_at, state) VALUES ($1, $2, $3, $4, 'making') RETURNING id",
        params![scope, document, made_by, tx.now()],
        |row| Ok(RenameId(row.int(0)?)),
    )?
    .ok_or(StoreError::NotFound("rename"))
}

fn job(row: &Row<'_>) -> StoreResult<Job> {
    Ok(Job {
        id: RenameId(row.int(0)?),
        scope: row.text(1)?,
        document: row.text(2)?,
        made_by: row.text(3)?,
        made_at: row.int(4)?,
        state: row.text(5)?,
        after: MailboxId(row.int(6)?),
    })
}

/// A rename by its row.
pub fn get(tx: &mut Tx<'_>, id: RenameId) -> StoreResult<Option<Job>> {
    tx.one(
        "SELECT id, scope, document, made_by, made_at, state, after_id FROM rename_job WHERE id = $1",
        params![id],
        job,
    )
}

/// As [`get`], and nobody else works on it until this transaction ends.
pub fn lock(tx: &mut Tx<'_>, id: RenameId) -> StoreResult<Option<Job>> {
    // SQLite has one writer; a row that is written is locked on PostgreSQL.
    tx.execute(
        "UPDATE rename_job SET state = state WHERE id = $1",
        params![id],
    )?;
    get(tx, id)
}

/// Renames, the newest first.
pub fn page(tx: &mut Tx<'_>, before: i64, limit: i64) -> StoreResult<Vec<Job>> {
    tx.all(
        "SELECT id, scope, document, made_by, made_at, state, after_id FROM rename_job
         WHERE id < $1 ORDER BY id DESC LIMIT $2",
        params![before, limit],
        job,
    )
}

/// Notes its state and how far it has come.
pub fn set_state(tx: &mut Tx<'_>, id: RenameId, state: &str, after: MailboxId) -> StoreResult<()> {
    let rows = tx.execute(
        "UPDATE rename_job SET state = $2, after_id = $3 WHERE id = $1",
        params![id, state, after],
    )?;
    found(rows, "rename")
}

/// Adds a line. A conflict where its mailbox or its new address has one already.
pub fn add_line(tx: &mut Tx<'_>, id: RenameId, line: &Line) -> StoreResult<()> {
    let rows = tx.execute(
        "INSERT INTO rename_line (job_id, number, mailbox_id, former, domain_id, local_part, display, why, candidates, state)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING",
        params![
            id,
            line.number,
            line.mailbox,
            &line.former,
            line.domain,
            &line.local_part,
            &line.display,
            &line.why,
            &line.candidates,
            &line.state
        ],
    )?;
    if rows == 0 {
        return Err(StoreError::Conflict("rename line"));
    }
    Ok(())
}

fn line(row: &Row<'_>) -> StoreResult<Line> {
    Ok(Line {
        number: row.int(0)?,
        mailbox: MailboxId(row.int(1)?),
        former: row.text(2)?,
        domain: DomainId(row.int(3)?),
        local_part: row.text(4)?,
        display: row.text(5)?,
        why: row.text(6)?,
        candidates: row.text(7)?,
        state: row.text(8)?,
    })
}

/// Lines after a number, in order.
pub fn lines(tx: &mut Tx<'_>, id: RenameId, after: i64, limit: i64) -> StoreResult<Vec<Line>> {
    tx.all(
        "SELECT number, mailbox_id, former, domain_id, local_part, display, why, candidates, state FROM rename_line
         WHERE job_id = $1 AND number > $2 ORDER BY number LIMIT $3",
        params![id, after, limit],
        line,
    )
}

/// Lines that wait to be carried out, in order.
pub fn ready(tx: &mut Tx<'_>, id: RenameId, limit: i64) -> StoreResult<Vec<Line>> {
    tx.all(
        "SELECT number, mailbox_id, former, domain_id, local_part, display, why, candidates, state FROM rename_line
         WHERE job_id = $1 AND state = 'ready' ORDER BY number LIMIT $2",
        params![id, limit],
        line,
    )
}

/// One line.
pub fn one(tx: &mut Tx<'_>, id: RenameId, number: i64) -> StoreResult<Option<Line>> {
    tx.one(
        "SELECT number, mailbox_id, former, domain_id, local_part, display, why, candidates, state FROM rename_line
         WHERE job_id = $1 AND number = $2",
        params![id, number],
        line,
    )
}

/// Whether a line of this rename has the address already.
pub fn has(
    tx: &mut Tx<'_>,
    id: RenameId,
    domain: DomainId,
    local_part: &str,
) -> StoreResult<Option<MailboxId>> {
    tx.one(
        "SELECT mailbox_id FROM rename_line WHERE job_id = $1 AND domain_id = $2 AND local_part = $3",
        params![id, domain, local_part],
        |row| Ok(MailboxId(row.int(0)?)),
    )
}

/// How many lines are in each state.
pub fn count(tx: &mut Tx<'_>, id: RenameId) -> StoreResult<Vec<(String, u64)>> {
    tx.all(
        "SELECT state, COUNT(*) FROM rename_line WHERE job_id = $1 GROUP BY state ORDER BY state",
        params![id],
        |row| Ok((row.text(0)?, row.u64(1)?)),
    )
}

/// Writes what was chosen for a line, or what became of it; `done_at` is set where it was carried out.
pub fn set_line(tx: &mut Tx<'_>, id: RenameId, line: &Line) -> StoreResult<()> {
    let done_at = (line.state == "done").then(|| tx.now());
    let rows = tx.execute(
        "UPDATE rename_line SET local_part = $3, state = $4, why = $5, done_at = $6 WHERE job_id = $1 AND number = $2",
        params![
            id,
            line.number,
            &line.local_part,
            &line.state,
            &line.why,
            done_at
        ],
    )?;
    found(rows, "rename line")
}

/// Mailboxes in use after a row, in order, with what the naming rules ask.
pub fn subjects(tx: &mut Tx<'_>, after: MailboxId, limit: i64) -> StoreResult<Vec<Subject>> {
    tx.all(
        "SELECT id, kind, organisation_id, person_id, name FROM mailbox
         WHERE id > $1 AND revoked_at IS NULL AND deleted_at IS NULL ORDER BY id LIMIT $2",
        params![after, limit],
        |row| {
            Ok(Subject {
                mailbox: MailboxId(row.int(0)?),
                kind: row.text(1)?,
                organisation: OrganisationId(row.int(2)?),
                person: row.opt_int(3)?.map(PersonId),
                name: row.text(4)?,
            })
        },
    )
}

/// Gives a mailbox its new primary address: the old one stays as an alias (QN.6.3.b), and who opens it signs in with the new
/// one. An address of its own comes back; a conflict where it is anybody else's, also a former one's.
pub fn readdress(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    domain: DomainId,
    local_part: &str,
    display: Option<&str>,
) -> StoreResult<()> {
    // What may be refused comes first: who swallows the refusal has changed nothing.
    let name = tx
        .one(
            "SELECT name FROM domain WHERE id = $1",
            params![domain],
            |row| row.text(0),
        )?
        .ok_or(StoreError::NotFound("domain"))?;
    let login = format!("{local_part}@{name}");
    let held = address::held(tx, domain, local_part)?;
    let is_own = |held: &address::Held| held.mailbox == Some(mailbox) && !held.retired;
    if held.as_ref().is_some_and(|held| !is_own(held)) {
        return Err(StoreError::Conflict("address"));
    }
    let taken = tx.one(
        "SELECT 1 FROM account WHERE login = $1 AND id <> COALESCE((SELECT account_id FROM mailbox WHERE id = $2), 0)",
        params![&login, mailbox],
        |_| Ok(()),
    )?;
    if taken.is_some() {
        return Err(StoreError::Conflict("account"));
    }
    if held.is_none() {
        // Whoever is quicker has it: nothing else is written before it is ours.
        let holder = address::Holder::Mailbox(mailbox);
        address::create(tx, domain, local_part, "alias", holder)?;
    }
    tx.tell(Change::Directory);
    former::keep_address(tx, mailbox)?;
    if let Some(display) = display {
        former::keep_name(tx, mailbox, display)?;
    }
    tx.execute(
        "UPDATE address SET kind = 'alias' WHERE mailbox_id = $1 AND kind = 'primary' AND retired_at IS NULL",
        params![mailbox],
    )?;
    tx.execute(
        "UPDATE address SET kind = 'primary' WHERE domain_id = $1 AND local_part = $2",
        params![domain, local_part],
    )?;
    tx.execute(
        "UPDATE account SET login = $2 WHERE id = (SELECT account_id FROM mailbox WHERE id = $1)",
        params![mailbox, &login],
    )?;
    tx.execute(
        "UPDATE mailbox SET name = COALESCE($2, name) WHERE id = $1",
        params![mailbox, display],
    )?;
    identity::touch_mailbox(tx, mailbox)
}

fn found(rows: u64, what: &'static str) -> StoreResult<()> {
    if rows == 0 {
        return Err(StoreError::NotFound(what));
    }
    Ok(())
}

/// A mailbox as the naming rules see it, if it is in use.
pub fn subject(tx: &mut Tx<'_>, id: MailboxId) -> StoreResult<Option<Subject>> {
    let found = subjects(tx, MailboxId(id.0 - 1), 1)?;
    Ok(found.into_iter().find(|found| found.mailbox == id))
}

/// The line of a mailbox.
pub fn of_mailbox(tx: &mut Tx<'_>, id: RenameId, mailbox: MailboxId) -> StoreResult<Option<Line>> {
    tx.one(
        "SELECT number, mailbox_id, former, domain_id, local_part, display, why, candidates, state FROM rename_line
         WHERE job_id = $1 AND mailbox_id = $2",
        params![id, mailbox],
        line,
    )
}

/// How many lines there are.
pub fn lines_made(tx: &mut Tx<'_>, id: RenameId) -> StoreResult<i64> {
    let last = tx.one(
        "SELECT COALESCE(MAX(number), 0) FROM rename_line WHERE job_id = $1",
        params![id],
        |row| row.int(0),
    )?;
    Ok(last.unwrap_or(0))
}
