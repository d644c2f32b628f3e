//! What fell due and waits for the managing department's word.

use crate::sql::params;
use crate::{MailboxId, OrganisationId, Row, StoreError, StoreResult, Tx};

/// What is proposed.
#[derive(Clone, Debug)]
pub struct NewProposal<'a> {
    /// About which mailbox.
    pub mailbox: MailboxId,
    /// Where it belongs.
    pub organisation: OrganisationId,
    /// The rule's key for it.
    pub key: &'a str,
    /// `revoke` or `delete`.
    pub act: &'a str,
    /// The sweep.
    pub sweep: &'a str,
    /// By which clause.
    pub clause: &'a str,
    /// When it fell due (ms).
    pub due_at: i64,
    /// What its term began with (ms).
    pub since_at: i64,
    /// What who decides should know besides.
    pub note: &'a str,
}

/// A proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Its row.
    pub id: i64,
    /// About which mailbox.
    pub mailbox: MailboxId,
    /// Where it belongs.
    pub organisation: OrganisationId,
    /// The rule's key for it.
    pub key: String,
    /// `revoke` or `delete`.
    pub act: String,
    /// The sweep.
    pub sweep: String,
    /// By which clause.
    pub clause: String,
    /// When it fell due (ms).
    pub due_at: i64,
    /// What its term began with (ms).
    pub since_at: i64,
    /// What who decides should know besides.
    pub note: String,
    /// When it was proposed (ms).
    pub proposed_at: i64,
    /// When it was decided (ms), once it is.
    pub decided_at: Option<i64>,
    /// `confirmed`, `put-off`, `lapsed`.
    pub decision: Option<String>,
    /// The mailbox's address, or its account's login.
    pub address: String,
    /// The mailbox's name.
    pub name: String,
}

fn from_row(row: &Row<'_>) -> StoreResult<Proposal> {
    Ok(Proposal {
        id: row.int(0)?,
        mailbox: MailboxId(row.int(1)?),
        organisation: OrganisationId(row.int(2)?),
        key: row.text(3)?,
        act: row.text(4)?,
        sweep: row.text(5)?,
        clause: row.text(6)?,
        due_at: row.int(7)?,
        since_at: row.int(8)?,
        note: row.text(9)?,
        proposed_at: row.int(10)?,
        decided_at: row.opt_int(11)?,
        decision: row.opt_text(12)?,
        address: row.text(13)?,
        name: row.text(14)?,
    })
}

/// Writes a proposal, whose row it tells; `None` where the same act is proposed for the mailbox already.
pub fn add(tx: &mut Tx<'_>, new: &NewProposal<'_>) -> StoreResult<Option<i64>> {
    tx.one(
        "INSERT INTO proposal (mailbox_id, organisation_id, key, act, sweep, clause, due_at, since_at, note, proposed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING RETURNING id",
        params![
            new.mailbox,
            new.organisation,
            new.key,
            new.act,
            new.sweep,
            new.clause,
            new.due_at,
            new.since_at,
            new.note,
            tx.now()
        ],
        |row| row.int(0),
    )
}

/// One by its row.
pub fn get(tx: &mut Tx<'_>, id: i64) -> StoreResult<Option<Proposal>> {
    tx.one(
        "SELECT p.id, p.mailbox_id, p.organisation_id, p.key, p.act, p.sweep, p.clause, p.due_at, p.since_at, p.note,
                p.proposed_at, p.decided_at, p.decision, COALESCE(a.login, ''), m.name
         FROM proposal p JOIN mailbox m ON m.id = p.mailbox_id LEFT JOIN account a ON a.id = m.account_id
         WHERE p.id = $1",
        params![id],
        from_row,
    )
}

/// Those that wait after `after`, in the order of their rows, at most `limit`.
pub fn open(tx: &mut Tx<'_>, after: i64, limit: i64) -> StoreResult<Vec<Proposal>> {
    tx.all(
        "SELECT p.id, p.mailbox_id, p.organisation_id, p.key, p.act, p.sweep, p.clause, p.due_at, p.since_at, p.note,
                p.proposed_at, p.decided_at, p.decision, COALESCE(a.login, ''), m.name
         FROM proposal p JOIN mailbox m ON m.id = p.mailbox_id LEFT JOIN account a ON a.id = m.account_id
         WHERE p.decided_at IS NULL AND p.id > $1 ORDER BY p.id LIMIT $2",
        params![after, limit],
        from_row,
    )
}

/// Those of a place and those below it that wait after `after`, in the order of their rows, at most `limit`.
pub fn open_below(
    tx: &mut Tx<'_>,
    top: OrganisationId,
    after: i64,
    limit: i64,
) -> StoreResult<Vec<Proposal>> {
    tx.all(
        "WITH RECURSIVE below (id, depth) AS (
             SELECT CAST($1 AS BIGINT), 0 UNION ALL
             SELECT o.id, b.depth + 1 FROM below b JOIN organisation o ON o.parent_id = b.id WHERE b.depth < 64
         )
         SELECT p.id, p.mailbox_id, p.organisation_id, p.key, p.act, p.sweep, p.clause, p.due_at, p.since_at, p.note,
                p.proposed_at, p.decided_at, p.decision, COALESCE(a.login, ''), m.name
         FROM proposal p JOIN mailbox m ON m.id = p.mailbox_id LEFT JOIN account a ON a.id = m.account_id
         WHERE p.decided_at IS NULL AND p.id > $2 AND p.organisation_id IN (SELECT id FROM below)
         ORDER BY p.id LIMIT $3",
        params![top, after, limit],
        from_row,
    )
}

/// What is decided on one that waits.
#[derive(Clone, Copy, Debug, Default)]
pub struct Decided<'a> {
    /// `confirmed`, `put-off`, `lapsed`.
    pub decision: &'a str,
    /// Who decides.
    pub by: &'a str,
    /// What orders it, or empty.
    pub document: &'a str,
    /// Why, or empty.
    pub reason: &'a str,
    /// The last day (since 1970) it is put off for.
    pub until_day: Option<i64>,
}

/// Decides one that waits.
pub fn decide(tx: &mut Tx<'_>, id: i64, decided: &Decided<'_>) -> StoreResult<()> {
    let rows = tx.execute(
        "UPDATE proposal SET decided_at = $2, decision = $3, decided_by = $4, document = $5, reason = $6, until_day = $7
         WHERE id = $1 AND decided_at IS NULL",
        params![
            id,
            tx.now(),
            decided.decision,
            decided.by,
            decided.document,
            decided.reason,
            decided.until_day
        ],
    )?;
    if rows == 0 {
        return Err(StoreError::NotFound("open proposal"));
    }
    Ok(())
}

/// One run of the sweeper.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// The time it swept for (ms).
    pub as_of: i64,
    /// Mailboxes looked at.
    pub mailboxes: u32,
    /// Acts carried out.
    pub acts: u32,
    /// Proposals made.
    pub proposals: u32,
    /// Notices written.
    pub notices: u32,
    /// Acts that waited because there were more than a run may carry out.
    pub held: u32,
}

/// Writes what a run did, begun at `started` (ms).
pub fn add_run(tx: &mut Tx<'_>, started: i64, run: &Run) -> StoreResult<()> {
    tx.execute(
        "INSERT INTO sweep_run (started_at, finished_at, as_of, mailboxes, acts, proposals, notices, held)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![
            started,
            tx.now(),
            run.as_of,
            run.mailboxes,
            run.acts,
            run.proposals,
            run.notices,
            run.held
        ],
    )?;
    Ok(())
}

/// A run that ended: when it began (ms), what time it swept for (ms), and how much it held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastRun {
    /// When it began (ms).
    pub started_at: i64,
    /// The time it swept for (ms).
    pub as_of: i64,
    /// Acts that waited because there were more than a run may carry out.
    pub held: u32,
}

/// The last run that this clock knows of: what a clock that was ahead wrote counts when its time has come.
pub fn last_run(tx: &mut Tx<'_>) -> StoreResult<Option<LastRun>> {
    tx.one(
        "SELECT started_at, as_of, held FROM sweep_run WHERE started_at <= $1 AND as_of <= $1 ORDER BY id DESC LIMIT 1",
        params![tx.now()],
        |row| {
            Ok(LastRun {
                started_at: row.int(0)?,
                as_of: row.int(1)?,
                held: row.u32(2)?,
            })
        },
    )
}
