//! What went wrong: reported, being handled, fixed, closed, with its history (QN.9.1.a, SL.13). Never a message's text.

use crate::sql::params;
use crate::{IncidentId, MailboxId, OrganisationId, Row, StoreResult, Tx};

/// An incident to report.
#[derive(Clone, Debug, Default)]
pub struct NewIncident<'a> {
    /// What tells the same again, which is not reported twice.
    pub key: Option<&'a str>,
    /// `outage`, `malware`, `phishing`, `hijacked`, `burst`, `secret`, `emergency-stop`, `other`.
    pub kind: &'a str,
    /// Clause id.
    pub clause: &'a str,
    /// Where.
    pub organisation: Option<OrganisationId>,
    /// The mailbox concerned.
    pub mailbox: Option<MailboxId>,
    /// Who tells it.
    pub told_by: &'a str,
    /// In words.
    pub description: &'a str,
    /// Facts, as JSON.
    pub data: &'a str,
    /// When it happened (ms).
    pub happened_at: i64,
}

/// An incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    /// Its number.
    pub id: IncidentId,
    /// Its kind.
    pub kind: String,
    /// `reported`, `handling`, `fixed`, `closed`.
    pub state: String,
    /// Clause id.
    pub clause: String,
    /// Where.
    pub organisation: Option<OrganisationId>,
    /// The mailbox concerned.
    pub mailbox: Option<MailboxId>,
    /// Who told it.
    pub told_by: String,
    /// In words.
    pub description: String,
    /// Facts, as JSON.
    pub data: String,
    /// When it happened (ms).
    pub happened_at: i64,
    /// When it was reported (ms).
    pub reported_at: i64,
    /// When something was last done about it (ms).
    pub changed_at: i64,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The state from then on.
    pub state: String,
    /// When (ms).
    pub at: i64,
    /// Who.
    pub actor: String,
    /// In words.
    pub note: String,
}

fn incident(row: &Row<'_>) -> StoreResult<Incident> {
    Ok(Incident {
        id: IncidentId(row.int(0)?),
        kind: row.text(1)?,
        state: row.text(2)?,
        clause: row.text(3)?,
        organisation: row.opt_int(4)?.map(OrganisationId),
        mailbox: row.opt_int(5)?.map(MailboxId),
        told_by: row.text(6)?,
        description: row.text(7)?,
        data: row.text(8)?,
        happened_at: row.int(9)?,
        reported_at: row.int(10)?,
        changed_at: row.int(11)?,
    })
}

/// Reports an incident; `None` where one with its key was reported.
pub fn add(tx: &mut Tx<'_>, new: &NewIncident<'_>) -> StoreResult<Option<IncidentId>> {
    let now = tx.now();
    let id = tx.one(
        "INSERT INTO incident (key, kind, state, clause, organisation_id, mailbox_id, told_by, description, data, happened_at,
                               reported_at, changed_at)
         VALUES ($1, $2, 'reported', $3, $4, $5, $6, $7, $8, $9, $10, $10) ON CONFLICT (key) DO NOTHING RETURNING id",
        params![
            new.key,
            new.kind,
            new.clause,
            new.organisation,
            new.mailbox,
            new.told_by,
            new.description,
            new.data,
            new.happened_at,
            now
        ],
        |row| Ok(IncidentId(row.int(0)?)),
    )?;
    if let Some(id) = id {
        step(tx, id, "reported", new.told_by, "")?;
    }
    Ok(id)
}

/// Bursts of mail that were noted and that nobody was told of yet, at most `limit`.
pub fn untold_bursts(tx: &mut Tx<'_>, limit: i64) -> StoreResult<Vec<Incident>> {
    tx.all(
        "SELECT id, kind, state, clause, organisation_id, mailbox_id, told_by, description, data, happened_at, reported_at, changed_at
         FROM incident WHERE kind = 'burst' AND taken_up_at IS NULL ORDER BY id LIMIT $1",
        params![limit],
        incident,
    )
}

/// Notes that people were told of what the way of mail noted, under which clause and with what words; false where they were
/// before.
pub fn take_up(
    tx: &mut Tx<'_>,
    id: IncidentId,
    clause: &str,
    description: &str,
) -> StoreResult<bool> {
    let rows = tx.execute(
        "UPDATE incident SET taken_up_at = $2, clause = $3, description = $4 WHERE id = $1 AND taken_up_at IS NULL",
        params![id, tx.now(), clause, description],
    )?;
    Ok(rows == 1)
}

/// An incident by its number.
pub fn get(tx: &mut Tx<'_>, id: IncidentId) -> StoreResult<Option<Incident>> {
    tx.one(
        "SELECT id, kind, state, clause, organisation_id, mailbox_id, told_by, description, data, happened_at, reported_at, changed_at
         FROM incident WHERE id = $1",
        params![id],
        incident,
    )
}

/// The newest incidents before a number, in this state or in any.
pub fn page(
    tx: &mut Tx<'_>,
    state: Option<&str>,
    before: IncidentId,
    limit: i64,
) -> StoreResult<Vec<Incident>> {
    match state {
        Some(state) => tx.all(
            "SELECT id, kind, state, clause, organisation_id, mailbox_id, told_by, description, data, happened_at, reported_at, changed_at
             FROM incident WHERE state = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
            params![state, before, limit],
            incident,
        ),
        None => tx.all(
            "SELECT id, kind, state, clause, organisation_id, mailbox_id, told_by, description, data, happened_at, reported_at, changed_at
             FROM incident WHERE id < $1 ORDER BY id DESC LIMIT $2",
            params![before, limit],
            incident,
        ),
    }
}

/// As [`page`], of a place and those below it.
pub fn below(
    tx: &mut Tx<'_>,
    top: OrganisationId,
    state: Option<&str>,
    before: IncidentId,
    limit: i64,
) -> StoreResult<Vec<Incident>> {
    tx.all(
        "WITH RECURSIVE below (id, depth) AS (
             SELECT CAST($1 AS BIGINT), 0 UNION ALL
             SELECT o.id, b.depth + 1 FROM below b JOIN organisation o ON o.parent_id = b.id WHERE b.depth < 64
         )
         SELECT id, kind, state, clause, organisation_id, mailbox_id, told_by, description, data, happened_at, reported_at, changed_at
         FROM incident WHERE ($2 = '' OR state = $2) AND id < $3 AND organisation_id IN (SELECT id FROM below)
         ORDER BY id DESC LIMIT $4",
        params![top, state.unwrap_or_default(), before, limit],
        incident,
    )
}

/// How many are not closed, counted up to `most`.
pub fn open(tx: &mut Tx<'_>, most: i64) -> StoreResult<usize> {
    let found = tx.all(
        "SELECT id FROM incident WHERE state IN ('reported', 'handling', 'fixed') LIMIT $1",
        params![most],
        |row| row.int(0),
    )?;
    Ok(found.len())
}

/// Brings an incident from one state to another; false where it is not in the first any more.
pub fn advance(
    tx: &mut Tx<'_>,
    id: IncidentId,
    (from, to): (&str, &str),
    actor: &str,
    note: &str,
) -> StoreResult<bool> {
    let rows = tx.execute(
        "UPDATE incident SET state = $3, changed_at = $4 WHERE id = $1 AND state = $2",
        params![id, from, to, tx.now()],
    )?;
    if rows == 1 {
        step(tx, id, to, actor, note)?;
    }
    Ok(rows == 1)
}

/// So many reports of one thing stand in its history.
const NOTED: usize = 100;

/// Notes that somebody reports again what was reported under a key; none where nothing was.
pub fn again(
    tx: &mut Tx<'_>,
    key: &str,
    actor: &str,
    note: &str,
) -> StoreResult<Option<IncidentId>> {
    let found = tx.one(
        "SELECT id, state FROM incident WHERE key = $1",
        params![key],
        |row| Ok((IncidentId(row.int(0)?), row.text(1)?)),
    )?;
    let Some((id, state)) = found else {
        return Ok(None);
    };
    let known = steps(tx, id)?;
    let is_new = known
        .iter()
        .all(|one| one.actor != actor || one.note != note);
    if is_new && known.len() < NOTED {
        step(tx, id, &state, actor, note)?;
    }
    Ok(Some(id))
}

fn step(tx: &mut Tx<'_>, id: IncidentId, state: &str, actor: &str, note: &str) -> StoreResult<()> {
    tx.execute(
        "INSERT INTO incident_step (incident_id, number, state, at, actor, note)
         SELECT $1, COALESCE(MAX(number), 0) + 1, $2, $3, $4, $5 FROM incident_step WHERE incident_id = $1",
        params![id, state, tx.now(), actor, note],
    )?;
    Ok(())
}

/// What became of an incident, oldest first.
pub fn steps(tx: &mut Tx<'_>, id: IncidentId) -> StoreResult<Vec<Step>> {
    tx.all(
        "SELECT state, at, actor, note FROM incident_step WHERE incident_id = $1 ORDER BY number",
        params![id],
        |row| {
            Ok(Step {
                state: row.text(0)?,
                at: row.int(1)?,
                actor: row.text(2)?,
                note: row.text(3)?,
            })
        },
    )
}

/// A message as a report names it: never what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its row.
    pub id: crate::MessageId,
    /// Message-ID; empty where it has none.
    pub message_id: String,
    /// The keyed hash of its bytes.
    pub content: Vec<u8>,
    /// IMAP ENVELOPE: who wrote it.
    pub envelope: Vec<u8>,
}

/// The message that lies at a place of a mailbox.
pub fn message(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    folder: crate::FolderId,
    uid: u32,
) -> StoreResult<Option<Named>> {
    tx.one(
        "SELECT m.id, COALESCE(m.message_id, ''), b.hash, m.envelope FROM entry e JOIN message m ON m.id = e.message_id
         JOIN blob b ON b.id = m.blob_id WHERE e.folder_id = $1 AND e.uid = $2 AND e.mailbox_id = $3",
        params![folder, uid, mailbox],
        |row| {
            Ok(Named {
                id: crate::MessageId(row.int(0)?),
                message_id: row.text(1)?,
                content: row.bytes(2)?.to_vec(),
                envelope: row.bytes(3)?.to_vec(),
            })
        },
    )
}
