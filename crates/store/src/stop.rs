//! Planned and emergency stops of the service (QN.9.1.c, TQ.10.2.a, SL.14.6.a).

use crate::sql::params;
use crate::{IncidentId, OrganisationId, Row, StopId, StoreError, StoreResult, Tx};

/// A stop to announce.
#[derive(Clone, Debug)]
pub struct NewStop<'a> {
    /// Nobody planned it.
    pub emergency: bool,
    /// Whose service.
    pub organisation: OrganisationId,
    /// What is done and what does not work meanwhile.
    pub what: &'a str,
    /// Number and date of the document.
    pub document: &'a str,
    /// Clause id.
    pub clause: &'a str,
    /// When it begins (ms).
    pub from_at: i64,
    /// When the service is back (ms).
    pub until_at: Option<i64>,
    /// Who announces it.
    pub by: &'a str,
    /// The incident that an emergency is.
    pub incident: Option<IncidentId>,
}

/// A stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// Its number.
    pub id: StopId,
    /// Nobody planned it.
    pub emergency: bool,
    /// Whose service.
    pub organisation: OrganisationId,
    /// What is done and what does not work meanwhile.
    pub what: String,
    /// Number and date of the document.
    pub document: String,
    /// Clause id.
    pub clause: String,
    /// When it begins (ms).
    pub from_at: i64,
    /// When the service is back (ms).
    pub until_at: Option<i64>,
    /// Who announced it.
    pub announced_by: String,
    /// When (ms).
    pub announced_at: i64,
    /// The incident that an emergency is.
    pub incident: Option<IncidentId>,
    /// When it was over (ms).
    pub done_at: Option<i64>,
    /// When it was cancelled (ms).
    pub cancelled_at: Option<i64>,
    /// Why.
    pub cancel_reason: String,
}

fn stop(row: &Row<'_>) -> StoreResult<Stop> {
    Ok(Stop {
        id: StopId(row.int(0)?),
        emergency: row.int(1)? == 1,
        organisation: OrganisationId(row.int(2)?),
        what: row.text(3)?,
        document: row.text(4)?,
        clause: row.text(5)?,
        from_at: row.int(6)?,
        until_at: row.opt_int(7)?,
        announced_by: row.text(8)?,
        announced_at: row.int(9)?,
        incident: row.opt_int(10)?.map(IncidentId),
        done_at: row.opt_int(11)?,
        cancelled_at: row.opt_int(12)?,
        cancel_reason: row.text(13)?,
    })
}

/// Announces a stop.
pub fn add(tx: &mut Tx<'_>, new: &NewStop<'_>) -> StoreResult<StopId> {
    tx.one(
        "INSERT INTO planned_stop (emergency, organisation_id, what, document, clause, from_at, until_at, announced_by,
                                   announced_at, incident_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id",
        params![
            new.emergency,
            new.organisation,
            new.what,
            new.document,
            new.clause,
            new.from_at,
            new.until_at,
            new.by,
            tx.now(),
            new.incident
        ],
        |row| Ok(StopId(row.int(0)?)),
    )?
    .ok_or(StoreError::NotFound("stop"))
}

/// A stop by its number.
pub fn get(tx: &mut Tx<'_>, id: StopId) -> StoreResult<Option<Stop>> {
    tx.one(
        "SELECT id, emergency, organisation_id, what, document, clause, from_at, until_at, announced_by, announced_at,
                incident_id, done_at, cancelled_at, cancel_reason FROM planned_stop WHERE id = $1",
        params![id],
        stop,
    )
}

/// Stops that are under way or to come, by the time they begin: what a banner and the status page show. One that has a time
/// of recovery is over then; one that has none lasts until somebody says that it is over.
pub fn current_and_coming(tx: &mut Tx<'_>) -> StoreResult<Vec<Stop>> {
    tx.all(
        "SELECT id, emergency, organisation_id, what, document, clause, from_at, until_at, announced_by, announced_at,
                incident_id, done_at, cancelled_at, cancel_reason FROM planned_stop
         WHERE done_at IS NULL AND cancelled_at IS NULL AND (until_at IS NULL OR until_at > $1 OR emergency = 1)
         ORDER BY from_at, id LIMIT 100",
        params![tx.now()],
        stop,
    )
}

/// The newest stops before a number, those that are over too.
pub fn page(tx: &mut Tx<'_>, before: StopId, limit: i64) -> StoreResult<Vec<Stop>> {
    tx.all(
        "SELECT id, emergency, organisation_id, what, document, clause, from_at, until_at, announced_by, announced_at,
                incident_id, done_at, cancelled_at, cancel_reason FROM planned_stop WHERE id < $1 ORDER BY id DESC LIMIT $2",
        params![before, limit],
        stop,
    )
}

/// Notes that the service is back; false where the stop was over or cancelled.
pub fn done(tx: &mut Tx<'_>, id: StopId) -> StoreResult<bool> {
    let rows = tx.execute(
        "UPDATE planned_stop SET done_at = $2 WHERE id = $1 AND done_at IS NULL AND cancelled_at IS NULL",
        params![id, tx.now()],
    )?;
    Ok(rows == 1)
}

/// Cancels a stop; false where it was over or cancelled.
pub fn cancel(tx: &mut Tx<'_>, id: StopId, reason: &str) -> StoreResult<bool> {
    let rows = tx.execute(
        "UPDATE planned_stop SET cancelled_at = $2, cancel_reason = $3
         WHERE id = $1 AND done_at IS NULL AND cancelled_at IS NULL",
        params![id, tx.now(), reason],
    )?;
    Ok(rows == 1)
}
