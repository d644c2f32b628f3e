//! Reports that were made, and what became of them.

use crate::sql::params;
use crate::{OrganisationId, ReportId, Row, StoreError, StoreResult, Tx};

/// A report to keep.
#[derive(Clone, Debug)]
pub struct NewReport<'a> {
    /// The profile that asks for it.
    pub profile: &'a str,
    /// Its name there.
    pub report: &'a str,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// The first and the last day of what it is about, by the regulation (days since 1970).
    pub period: (i64, i64),
    /// The first and the last day that its data are of (days since 1970).
    pub days: (i64, i64),
    /// The last day to submit it (days since 1970).
    pub due_day: Option<i64>,
    /// What stands in it, as JSON.
    pub data: &'a str,
    /// The hash of that, in hexadecimal.
    pub hash: &'a str,
}

/// A report without its data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its row.
    pub id: ReportId,
    /// The profile that asks for it.
    pub profile: String,
    /// Its name there.
    pub report: String,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// The first and the last day of what it is about, by the regulation (days since 1970).
    pub period: (i64, i64),
    /// The first and the last day that its data are of (days since 1970).
    pub days: (i64, i64),
    /// The last day to submit it (days since 1970).
    pub due_day: Option<i64>,
    /// When it was made (ms).
    pub made_at: i64,
    /// The hash of its data, in hexadecimal.
    pub hash: String,
    /// `made`, `submitted`, `accepted`.
    pub state: String,
    /// What the agency filled in, as JSON; empty where nothing.
    pub answers: String,
    /// When it was submitted (ms), and by whom.
    pub submitted: Option<(i64, String)>,
    /// When it was accepted (ms), and by whom.
    pub accepted: Option<(i64, String)>,
    /// What who accepted it, or gave it back, noted.
    pub notes: String,
}

fn from_row(row: &Row<'_>) -> StoreResult<Kept> {
    let by = |at: Option<i64>, name: String| at.map(|at| (at, name));
    Ok(Kept {
        id: ReportId(row.int(0)?),
        profile: row.text(1)?,
        report: row.text(2)?,
        organisation: OrganisationId(row.int(3)?),
        period: (row.int(4)?, row.int(5)?),
        days: (row.int(6)?, row.int(7)?),
        due_day: row.opt_int(8)?,
        made_at: row.int(9)?,
        hash: row.text(10)?,
        state: row.text(11)?,
        answers: row.text(12)?,
        submitted: by(row.opt_int(13)?, row.text(14)?),
        accepted: by(row.opt_int(15)?, row.text(16)?),
        notes: row.text(17)?,
    })
}

/// Keeps a report; `None` where that place has one about that period.
pub fn add(tx: &mut Tx<'_>, new: &NewReport<'_>) -> StoreResult<Option<ReportId>> {
    tx.one(
        "INSERT INTO report (profile, report, organisation_id, period_from_day, period_to_day, from_day, to_day, due_day,
                             made_at, data, hash, state)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'made') ON CONFLICT DO NOTHING RETURNING id",
        params![
            new.profile,
            new.report,
            new.organisation,
            new.period.0,
            new.period.1,
            new.days.0,
            new.days.1,
            new.due_day,
            tx.now(),
            new.data,
            new.hash
        ],
        |row| Ok(ReportId(row.int(0)?)),
    )
}

/// Replaces what stands in a report that nobody has submitted.
pub fn replace(
    tx: &mut Tx<'_>,
    id: ReportId,
    to_day: i64,
    (data, hash): (&str, &str),
) -> StoreResult<()> {
    let rows = tx.execute(
        "UPDATE report SET to_day = $2, data = $3, hash = $4, made_at = $5 WHERE id = $1 AND state = 'made'",
        params![id, to_day, data, hash, tx.now()],
    )?;
    found(rows)
}

/// Keeps what the agency filled in, and that it submitted the report.
pub fn submit(tx: &mut Tx<'_>, id: ReportId, answers: &str, by: &str) -> StoreResult<()> {
    let rows = tx.execute(
        "UPDATE report SET state = 'submitted', answers = $2, submitted_at = $3, submitted_by = $4, notes = ''
         WHERE id = $1 AND state = 'made'",
        params![id, answers, tx.now(), by],
    )?;
    found(rows)
}

/// Keeps that who it went to accepts it.
pub fn accept(tx: &mut Tx<'_>, id: ReportId, notes: &str, by: &str) -> StoreResult<()> {
    let rows = tx.execute(
        "UPDATE report SET state = 'accepted', notes = $2, accepted_at = $3, accepted_by = $4
         WHERE id = $1 AND state = 'submitted'",
        params![id, notes, tx.now(), by],
    )?;
    found(rows)
}

/// Gives a report back to who submitted it, with the reason; what they filled in stays.
pub fn hand_back(tx: &mut Tx<'_>, id: ReportId, notes: &str) -> StoreResult<()> {
    let rows = tx.execute(
        "UPDATE report SET state = 'made', notes = $2 WHERE id = $1 AND state = 'submitted'",
        params![id, notes],
    )?;
    found(rows)
}

fn found(rows: u64) -> StoreResult<()> {
    if rows == 0 {
        return Err(StoreError::NotFound("report in that state"));
    }
    Ok(())
}

/// A report by its row.
pub fn get(tx: &mut Tx<'_>, id: ReportId) -> StoreResult<Option<Kept>> {
    tx.one(
        "SELECT id, profile, report, organisation_id, period_from_day, period_to_day, from_day, to_day, due_day, made_at,
                hash, state, answers, submitted_at, submitted_by, accepted_at, accepted_by, notes
         FROM report WHERE id = $1",
        params![id],
        from_row,
    )
}

/// What stands in it, as JSON.
pub fn data(tx: &mut Tx<'_>, id: ReportId) -> StoreResult<Option<String>> {
    tx.one(
        "SELECT data FROM report WHERE id = $1",
        params![id],
        |row| row.text(0),
    )
}

/// The newest reports of a place before a row (`None`: from the newest).
pub fn of_organisation(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    before: Option<ReportId>,
    limit: i64,
) -> StoreResult<Vec<Kept>> {
    let before = before.map_or(i64::MAX, |id| id.0);
    tx.all(
        "SELECT id, profile, report, organisation_id, period_from_day, period_to_day, from_day, to_day, due_day, made_at,
                hash, state, answers, submitted_at, submitted_by, accepted_at, accepted_by, notes
         FROM report WHERE organisation_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
        params![organisation, before, limit],
        from_row,
    )
}

macro_rules! listed {
    ($from:literal) => {
        concat!(
            "SELECT r.id, r.profile, r.report, r.organisation_id, r.period_from_day, r.period_to_day, r.from_day, r.to_day, r.due_day,
                    r.made_at, r.hash, r.state, r.answers, r.submitted_at, r.submitted_by, r.accepted_at, r.accepted_by, r.notes, o.name ",
            $from
        )
    };
}

macro_rules! below {
    ($from:literal) => {
        concat!(
            "WITH RECURSIVE below (id, depth) AS (
                 SELECT CAST($1 AS BIGINT), 0 UNION ALL
                 SELECT o.id, b.depth + 1 FROM below b JOIN organisation o ON o.parent_id = b.id WHERE b.depth < 64
             ) ",
            listed!($from)
        )
    };
}

/// A report, and what its place is called.
pub type Listed = (Kept, String);

fn with_name(row: &Row<'_>) -> StoreResult<Listed> {
    Ok((from_row(row)?, row.text(18)?))
}

/// The newest reports of all places before a row (`None`: from the newest).
pub fn newest(tx: &mut Tx<'_>, before: Option<ReportId>, limit: i64) -> StoreResult<Vec<Listed>> {
    let before = before.map_or(i64::MAX, |id| id.0);
    tx.all(
        listed!(
            "FROM report r JOIN organisation o ON o.id = r.organisation_id WHERE r.id < $1 ORDER BY r.id DESC LIMIT $2"
        ),
        params![before, limit],
        with_name,
    )
}

/// The newest reports of a place and those below it before a row; by the index of each place.
pub fn below(
    tx: &mut Tx<'_>,
    top: OrganisationId,
    before: Option<ReportId>,
    limit: i64,
) -> StoreResult<Vec<Listed>> {
    let before = before.map_or(i64::MAX, |id| id.0);
    tx.all(
        below!(
            "FROM below b CROSS JOIN report r JOIN organisation o ON o.id = r.organisation_id
             WHERE r.organisation_id = b.id AND r.id < $2 ORDER BY r.id DESC LIMIT $3"
        ),
        params![top, before, limit],
        with_name,
    )
}

/// The reports of a name about the period that begins on a day, of a place and those below it, behind the row `after`; an empty
/// `state` means all.
pub fn of_period_below(
    tx: &mut Tx<'_>,
    top: OrganisationId,
    (report, period_from_day): (&str, i64),
    state: &str,
    after: ReportId,
    limit: i64,
) -> StoreResult<Vec<Listed>> {
    tx.all(
        below!(
            "FROM report r JOIN organisation o ON o.id = r.organisation_id
             WHERE r.report = $2 AND r.period_from_day = $3 AND r.id > $5 AND ($4 = '' OR r.state = $4)
             AND r.organisation_id IN (SELECT id FROM below) ORDER BY r.id LIMIT $6"
        ),
        params![top, report, period_from_day, state, after, limit],
        with_name,
    )
}

/// The first days of the periods (days since 1970) of which there are reports of a name, the newest first.
pub fn periods(tx: &mut Tx<'_>, report: &str, limit: i64) -> StoreResult<Vec<i64>> {
    tx.all(
        "WITH RECURSIVE known (from_day) AS (
             SELECT MAX(period_from_day) FROM report WHERE report = $1 UNION ALL
             SELECT (SELECT MAX(period_from_day) FROM report WHERE report = $1 AND period_from_day < k.from_day)
             FROM known k WHERE k.from_day IS NOT NULL
         ) SELECT from_day FROM known WHERE from_day IS NOT NULL LIMIT $2",
        params![report, limit],
        |row| row.int(0),
    )
}

/// All reports of a name whose period begins on a day, of whatever place.
pub fn of_period(tx: &mut Tx<'_>, report: &str, period_from_day: i64) -> StoreResult<Vec<Kept>> {
    tx.all(
        "SELECT id, profile, report, organisation_id, period_from_day, period_to_day, from_day, to_day, due_day, made_at,
                hash, state, answers, submitted_at, submitted_by, accepted_at, accepted_by, notes
         FROM report WHERE report = $1 AND period_from_day = $2 ORDER BY organisation_id, id",
        params![report, period_from_day],
        from_row,
    )
}

/// The last day of the data of each place's newest report of a name before a period.
pub fn told_until(
    tx: &mut Tx<'_>,
    report: &str,
    period_from_day: i64,
) -> StoreResult<Vec<(OrganisationId, i64)>> {
    tx.all(
        "SELECT organisation_id, MAX(to_day) FROM report WHERE report = $1 AND period_from_day < $2 GROUP BY organisation_id",
        params![report, period_from_day],
        |row| Ok((OrganisationId(row.int(0)?), row.int(1)?)),
    )
}

/// Reports whose last day is before `day` and that nobody has submitted.
pub fn late(tx: &mut Tx<'_>, day: i64) -> StoreResult<Vec<Kept>> {
    tx.all(
        "SELECT id, profile, report, organisation_id, period_from_day, period_to_day, from_day, to_day, due_day, made_at,
                hash, state, answers, submitted_at, submitted_by, accepted_at, accepted_by, notes
         FROM report WHERE state = 'made' AND due_day < $1 ORDER BY due_day, organisation_id, id",
        params![day],
        from_row,
    )
}
