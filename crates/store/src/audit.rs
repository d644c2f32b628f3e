//! Records of what was done, by whom and by which clause, in chains of sealed segments.
//!
//! A record is written in the transaction of what it tells about. Sealing (`congvu-governance`) puts
//! records that were committed into a segment.

use std::collections::HashSet;

use crate::sql::{Value, params};
use crate::{AccountId, OrganisationId, Row, StoreError, StoreResult, Tx};

/// A page of a chain; by the index of times.
pub(crate) const PAGE: &str =
    "SELECT id, segment, at, actor, actor_id, client_ip, action, subject, subject_name, organisation_id, clause,
            document, detail
     FROM audit WHERE chain = $3 AND (at, id) < ($1, $2) ORDER BY at DESC, id DESC LIMIT $4";

/// A page of what was done to one thing; by the index of subjects.
pub(crate) const OF_SUBJECT: &str =
    "SELECT id, segment, at, actor, actor_id, client_ip, action, subject, subject_name, organisation_id, clause,
            document, detail
     FROM audit WHERE subject = $1 AND id < $2 AND chain = $3 ORDER BY id DESC LIMIT $4";

/// Columns of a record, then whatever chooses among those of a chain (`$1`) between two times, the newest first.
macro_rules! between {
    ($index:literal, $chosen:literal) => {
        concat!(
            "SELECT id, segment, at, actor, actor_id, client_ip, action, subject, subject_name, organisation_id, clause,
                    document, detail
             FROM audit /*sqlite INDEXED BY ", $index, "*/ WHERE chain = $1 ", $chosen,
            " AND at >= $2 AND (at, id) < ($3, $4) ORDER BY at DESC, id DESC LIMIT $5"
        )
    };
}

/// All of a chain; by the index of times.
pub(crate) const BETWEEN: &str = between!("audit_at", "");
/// Those of one actor; by their index.
pub(crate) const BY_ACTOR: &str = between!("audit_actor", "AND actor = $6");
/// Those from one address; by their index.
pub(crate) const BY_IP: &str = between!("audit_ip", "AND client_ip = $6");
/// Those of one kind; by their index.
pub(crate) const BY_ACTION: &str = between!("audit_action", "AND action = $6");
/// Those at one place; by their index.
pub(crate) const BY_PLACE: &str = between!("audit_organisation", "AND organisation_id = $6");
/// Those about one thing; by the index of subjects, in which rows follow one another as they were written.
pub(crate) const BY_SUBJECT: &str =
    "SELECT id, segment, at, actor, actor_id, client_ip, action, subject, subject_name, organisation_id, clause,
            document, detail
     FROM audit /*sqlite INDEXED BY audit_subject*/ WHERE chain = $1 AND subject = $6 AND at >= $2 AND id < $4 AND at <= $3 ORDER BY id DESC LIMIT $5";

/// Which chain a record belongs to: sign-ins are many and have one of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chain {
    /// What was done to organisations, accounts, mailboxes, rules.
    Acts,
    /// Who came in.
    SignIns,
}

impl Chain {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Acts, Self::SignIns];

    /// Its name in exports: never changes.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Acts => "acts",
            Self::SignIns => "sign-ins",
        }
    }

    fn code(self) -> i64 {
        match self {
            Self::Acts => 0,
            Self::SignIns => 1,
        }
    }
}

/// One act.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// When (ms).
    pub at: i64,
    /// Who, as known then: an address, `system`, or who used the command line.
    pub actor: String,
    /// The account it was done with.
    pub actor_id: Option<AccountId>,
    /// From where; empty on the machine itself.
    pub client_ip: String,
    /// What: `account.lock`.
    pub action: String,
    /// To what: `account/12`.
    pub subject: String,
    /// How people called it then.
    pub subject_name: String,
    /// Where it belonged.
    pub organisation: Option<OrganisationId>,
    /// Clause id, or empty.
    pub clause: String,
    /// Number and date of the document that asked for it, or empty.
    pub document: String,
    /// Before and after, as JSON; never a secret.
    pub detail: String,
}

/// A record as read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Its row.
    pub id: i64,
    /// The segment it is sealed in.
    pub segment: Option<i64>,
    /// What it says.
    pub record: Record,
}

/// A sealed run of records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Counted from 1 in its chain.
    pub number: i64,
    /// How many records.
    pub records: i64,
    /// Time of the first (ms).
    pub first_at: i64,
    /// Time of the last.
    pub last_at: i64,
    /// When it was sealed.
    pub sealed_at: i64,
    /// Hash of the segment before; empty for the first.
    pub previous: Vec<u8>,
    /// Hash over `previous`, the numbers above and the records.
    pub hash: Vec<u8>,
}

fn recorded(row: &Row<'_>) -> StoreResult<Recorded> {
    Ok(Recorded {
        id: row.int(0)?,
        segment: row.opt_int(1)?,
        record: Record {
            at: row.int(2)?,
            actor: row.text(3)?,
            actor_id: row.opt_int(4)?.map(AccountId),
            client_ip: row.text(5)?,
            action: row.text(6)?,
            subject: row.text(7)?,
            subject_name: row.text(8)?,
            organisation: row.opt_int(9)?.map(OrganisationId),
            clause: row.text(10)?,
            document: row.text(11)?,
            detail: row.text(12)?,
        },
    })
}

fn segment(row: &Row<'_>) -> StoreResult<Segment> {
    Ok(Segment {
        number: row.int(0)?,
        records: row.int(1)?,
        first_at: row.int(2)?,
        last_at: row.int(3)?,
        sealed_at: row.int(4)?,
        previous: row.bytes(5)?.to_vec(),
        hash: row.bytes(6)?.to_vec(),
    })
}

/// Writes a record; its id.
pub fn add(tx: &mut Tx<'_>, chain: Chain, record: &Record) -> StoreResult<i64> {
    tx.one(
        "INSERT INTO audit (chain, at, actor, actor_id, client_ip, action, subject, subject_name, organisation_id,
                            clause, document, detail)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING id",
        params![
            chain.code(),
            record.at,
            &record.actor,
            record.actor_id,
            &record.client_ip,
            &record.action,
            &record.subject,
            &record.subject_name,
            record.organisation,
            &record.clause,
            &record.document,
            &record.detail
        ],
        |row| row.int(0),
    )?
    .ok_or(StoreError::NotFound("audit"))
}

/// The newest records before the one with this time and id, at most `limit`.
pub fn page(
    tx: &mut Tx<'_>,
    chain: Chain,
    (at, id): (i64, i64),
    limit: i64,
) -> StoreResult<Vec<Recorded>> {
    tx.all(PAGE, params![at, id, chain.code(), limit], recorded)
}

/// What records are sought by. Each that is set must fit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// From this time on (ms).
    pub since: Option<i64>,
    /// Before this time (ms).
    pub until: Option<i64>,
    /// Who, as it was known then: an address, `system`, `console:…`.
    pub actor: Option<String>,
    /// From where.
    pub client_ip: Option<String>,
    /// What: `account.disable`, `sign-in.wrong`.
    pub action: Option<String>,
    /// To what: `account/12`.
    pub subject: Option<String>,
    /// At one of these places.
    pub places: Option<HashSet<OrganisationId>>,
}

impl Search {
    fn fits(&self, record: &Record) -> bool {
        let same = |wanted: &Option<String>, text: &str| {
            wanted.as_ref().is_none_or(|wanted| wanted == text)
        };
        let there = |places: &HashSet<OrganisationId>| {
            record.organisation.is_some_and(|at| places.contains(&at))
        };
        same(&self.actor, &record.actor)
            && same(&self.client_ip, &record.client_ip)
            && same(&self.action, &record.action)
            && same(&self.subject, &record.subject)
            && self.places.as_ref().is_none_or(there)
            && self.until.is_none_or(|until| record.at < until)
    }

    /// The statement whose index leaves the fewest to look at, and what it asks for.
    fn narrowest(&self) -> (&'static str, Option<Value<'_>>) {
        let one = |places: &HashSet<OrganisationId>| match places.len() {
            1 => places.iter().next().copied(),
            _ => None,
        };
        if let Some(subject) = &self.subject {
            (BY_SUBJECT, Some(subject.into()))
        } else if let Some(actor) = &self.actor {
            (BY_ACTOR, Some(actor.into()))
        } else if let Some(ip) = &self.client_ip {
            (BY_IP, Some(ip.into()))
        } else if let Some(action) = &self.action {
            (BY_ACTION, Some(action.into()))
        } else if let Some(place) = self.places.as_ref().and_then(one) {
            (BY_PLACE, Some(place.into()))
        } else {
            (BETWEEN, None)
        }
    }
}

/// What a piece of a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Records that fit, the newest first.
    pub records: Vec<Recorded>,
    /// Where the next piece goes on ([`search`]'s `before`); `None` at the end.
    pub next: Option<(i64, i64)>,
}

/// The newest records of a chain that fit, before the one with this time and id (`None`: from the newest), at most `limit`. The
/// narrowest of what is asked for is read by its index; so many as `look` of those are looked at in one transaction, whether they
/// fit the rest or not.
pub fn search(
    tx: &mut Tx<'_>,
    chain: Chain,
    asked: &Search,
    before: Option<(i64, i64)>,
    limit: usize,
    look: i64,
) -> StoreResult<Found> {
    let (sql, value) = asked.narrowest();
    // By subject rows follow one another by their ids.
    let end = match (asked.until, sql == BY_SUBJECT) {
        (Some(until), false) => (until, 0),
        _ => (i64::MAX, i64::MAX),
    };
    let (at, id) = match (before, sql == BY_SUBJECT) {
        (Some((_, id)), true) => (i64::MAX, id),
        (Some(before), false) => before.min(end),
        (None, _) => end,
    };
    let since = asked.since.unwrap_or(i64::MIN);
    let mut given: Vec<Value<'_>> = vec![
        chain.code().into(),
        since.into(),
        at.into(),
        id.into(),
        look.into(),
    ];
    given.extend(value);
    let mut found = Found {
        records: Vec::new(),
        next: None,
    };
    let mut looked = 0;
    tx.each(sql, &given, |row| {
        let one = recorded(row)?;
        looked += 1;
        let last = (one.record.at, one.id);
        if asked.fits(&one.record) {
            found.records.push(one);
        }
        if found.records.len() >= limit || looked == look {
            found.next = Some(last);
            return Ok(false);
        }
        Ok(true)
    })?;
    Ok(found)
}

/// The newest records of one subject before the one with this id, at most `limit`.
pub fn of_subject(
    tx: &mut Tx<'_>,
    chain: Chain,
    subject: &str,
    before: i64,
    limit: i64,
) -> StoreResult<Vec<Recorded>> {
    tx.all(
        OF_SUBJECT,
        params![subject, before, chain.code(), limit],
        recorded,
    )
}

/// Records that are in no segment yet, in the order of ids, at most `limit`.
pub fn unsealed(tx: &mut Tx<'_>, chain: Chain, limit: i64) -> StoreResult<Vec<Recorded>> {
    tx.all(
        "SELECT id, segment, at, actor, actor_id, client_ip, action, subject, subject_name, organisation_id, clause,
                document, detail
         FROM audit WHERE chain = $1 AND segment IS NULL ORDER BY id LIMIT $2",
        params![chain.code(), limit],
        recorded,
    )
}

/// How many records are in no segment yet, and the time of the oldest.
pub fn tail(tx: &mut Tx<'_>, chain: Chain) -> StoreResult<(i64, Option<i64>)> {
    let tail = tx.one(
        "SELECT COUNT(*), MIN(at) FROM audit WHERE chain = $1 AND segment IS NULL",
        params![chain.code()],
        |row| Ok((row.int(0)?, row.opt_int(1)?)),
    )?;
    Ok(tail.unwrap_or_default())
}

/// How many records say that they are in a segment that there is not, or in a chain that there is not.
pub fn strays(tx: &mut Tx<'_>) -> StoreResult<i64> {
    let strays = tx.one(
        "SELECT COUNT(*) FROM audit a WHERE a.chain NOT IN (0, 1) OR (a.segment IS NOT NULL AND NOT EXISTS
         (SELECT 1 FROM audit_segment s WHERE s.chain = a.chain AND s.number = a.segment))",
        params![],
        |row| row.int(0),
    )?;
    Ok(strays.unwrap_or(0))
}

/// The records of a segment, in the order of ids.
pub fn of_segment(tx: &mut Tx<'_>, chain: Chain, number: i64) -> StoreResult<Vec<Recorded>> {
    tx.all(
        "SELECT id, segment, at, actor, actor_id, client_ip, action, subject, subject_name, organisation_id, clause,
                document, detail
         FROM audit WHERE chain = $1 AND segment = $2 ORDER BY id",
        params![chain.code(), number],
        recorded,
    )
}

/// Segments above a number, in order, at most `limit`.
pub fn segments(
    tx: &mut Tx<'_>,
    chain: Chain,
    after: i64,
    limit: i64,
) -> StoreResult<Vec<Segment>> {
    tx.all(
        "SELECT number, records, first_at, last_at, sealed_at, previous, hash FROM audit_segment
         WHERE chain = $1 AND number > $2 ORDER BY number LIMIT $3",
        params![chain.code(), after, limit],
        segment,
    )
}

/// The last segment of a chain.
pub fn last_segment(tx: &mut Tx<'_>, chain: Chain) -> StoreResult<Option<Segment>> {
    tx.one(
        "SELECT number, records, first_at, last_at, sealed_at, previous, hash FROM audit_segment
         WHERE chain = $1 ORDER BY number DESC LIMIT 1",
        params![chain.code()],
        segment,
    )
}

/// Puts the open records up to the id `last` into a new segment. A conflict where they are not as
/// many as the segment says (another committed meanwhile): it is made again.
pub fn seal(tx: &mut Tx<'_>, chain: Chain, segment: &Segment, last: i64) -> StoreResult<()> {
    tx.execute(
        "INSERT INTO audit_segment (chain, number, records, first_at, last_at, sealed_at, previous, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![
            chain.code(),
            segment.number,
            segment.records,
            segment.first_at,
            segment.last_at,
            segment.sealed_at,
            &segment.previous,
            &segment.hash
        ],
    )?;
    let sealed = tx.execute(
        "UPDATE audit SET segment = $2 WHERE chain = $1 AND segment IS NULL AND id <= $3",
        params![chain.code(), segment.number, last],
    )?;
    if i64::try_from(sealed) == Ok(segment.records) {
        Ok(())
    } else {
        Err(StoreError::Conflict("audit segment"))
    }
}

/// A segment by its number.
pub fn get_segment(tx: &mut Tx<'_>, chain: Chain, number: i64) -> StoreResult<Option<Segment>> {
    tx.one(
        "SELECT number, records, first_at, last_at, sealed_at, previous, hash FROM audit_segment
         WHERE chain = $1 AND number = $2",
        params![chain.code(), number],
        segment,
    )
}

/// The first segment of a chain with a record from `at` (ms) or later; what lies before it is older as a whole.
pub fn first_since(tx: &mut Tx<'_>, chain: Chain, at: i64) -> StoreResult<Option<i64>> {
    tx.one(
        "SELECT number FROM audit_segment WHERE chain = $1 AND last_at >= $2 ORDER BY number LIMIT 1",
        params![chain.code(), at],
        |row| row.int(0),
    )
}

/// Removes the first segment of a chain with its records, where its number is at most `last`; how many records went,
/// `None` where there is no such segment. That it may be removed, the record of acts says first.
pub fn drop_first(tx: &mut Tx<'_>, chain: Chain, last: i64) -> StoreResult<Option<u64>> {
    let first = tx.one(
        "SELECT number FROM audit_segment WHERE chain = $1 AND number <= $2 ORDER BY number LIMIT 1",
        params![chain.code(), last],
        |row| row.int(0),
    )?;
    let Some(number) = first else {
        return Ok(None);
    };
    let records = tx.execute(
        "DELETE FROM audit WHERE chain = $1 AND segment = $2",
        params![chain.code(), number],
    )?;
    tx.execute(
        "DELETE FROM audit_segment WHERE chain = $1 AND number = $2",
        params![chain.code(), number],
    )?;
    Ok(Some(records))
}
