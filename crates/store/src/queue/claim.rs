//! Claiming: what is due, for whom, and for how long.

use super::{Claimed, Job, LastReply, QUEUED, queued};
use crate::sql::params;
use crate::{QueueId, QueueRecipientId, Row, StoreResult, Tx};

/// Every destination, one step over all the rows of the one before, however many they are.
pub(crate) const DUE: &str = "WITH RECURSIVE step (name) AS (
         SELECT (SELECT r.destination FROM queue_recipient r WHERE r.state = 0 ORDER BY r.destination LIMIT 1)
         UNION ALL
         SELECT (SELECT r.destination FROM queue_recipient r
                 WHERE r.state = 0 AND r.destination > step.name ORDER BY r.destination LIMIT 1)
         FROM step WHERE step.name IS NOT NULL
     )
     SELECT step.name,
            (SELECT r.next_at FROM queue_recipient r
             WHERE r.state = 0 AND r.destination = step.name AND r.priority = 0 ORDER BY r.next_at LIMIT 1),
            (SELECT r.next_at FROM queue_recipient r
             WHERE r.state = 0 AND r.destination = step.name AND r.priority = 1 ORDER BY r.next_at LIMIT 1)
     FROM step WHERE step.name IS NOT NULL";

/// Due recipients of one destination.
pub(crate) const PICK: &str = "SELECT id, queue_id, claimed_by, next_at FROM queue_recipient
     WHERE state = 0 AND destination = $1 AND priority = $2 AND next_at <= $3 ORDER BY next_at, id LIMIT $4";
const PICK_LOCKED: &str = "SELECT id, queue_id, claimed_by, next_at FROM queue_recipient
     WHERE state = 0 AND destination = $1 AND priority = $2 AND next_at <= $3 ORDER BY next_at, id LIMIT $4
     FOR UPDATE SKIP LOCKED";

/// Recipients whose senders must be told something.
pub(crate) const RIPE: &str = "SELECT id, queue_id, claimed_by, next_at FROM queue_recipient
     WHERE state = 0 AND notice_at <= $1 AND (claimed_by IS NULL OR next_at <= $2) ORDER BY notice_at LIMIT $3";
const RIPE_LOCKED: &str = "SELECT id, queue_id, claimed_by, next_at FROM queue_recipient
     WHERE state = 0 AND notice_at <= $1 AND (claimed_by IS NULL OR next_at <= $2) ORDER BY notice_at LIMIT $3
     FOR UPDATE SKIP LOCKED";

/// A destination that mail waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// What recipients are routed by.
    pub destination: String,
    /// The next time (ms) for a person's mail, if there is any; 0: at once, whatever the back-off.
    pub person: Option<i64>,
    /// The next time (ms) for a broadcast's.
    pub broadcast: Option<i64>,
}

impl Due {
    /// The next time (ms) for anything.
    #[must_use]
    pub fn earliest(&self) -> i64 {
        let times = [self.person, self.broadcast];
        times.into_iter().flatten().min().unwrap_or(i64::MAX)
    }
}

/// Every destination that mail waits for, in the order of their names. Costs a few steps in an index
/// for each destination, however many recipients wait there.
pub fn due(tx: &mut Tx<'_>) -> StoreResult<Vec<Due>> {
    tx.all(DUE, params![], |row| {
        Ok(Due {
            destination: row.text(0)?,
            person: row.opt_int(1)?,
            broadcast: row.opt_int(2)?,
        })
    })
}

/// A claim.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// What recipients are routed by.
    pub destination: &'a str,
    /// Who claims; a number nobody else has.
    pub holder: i64,
    /// Others of the same node that live: a clock that was put forward does not end their claims; they are
    /// renewed.
    pub held: &'a [i64],
    /// Now (ms).
    pub now: i64,
    /// When the claim ends unless it is renewed (ms).
    pub until: i64,
    /// Recipients claimed at most.
    pub limit: i64,
    /// Messages claimed at most.
    pub messages: usize,
}

/// Claims recipients of one destination that are due: persons' mail first, the longest due first.
pub fn claim(tx: &mut Tx<'_>, claim: &Claim<'_>) -> StoreResult<Vec<Job>> {
    let sql = if tx.is_postgres() { PICK_LOCKED } else { PICK };
    let mut picked: Vec<Picked> = Vec::new();
    for priority in [super::PERSON, super::BROADCAST] {
        let room = claim.limit - i64::try_from(picked.len()).unwrap_or(i64::MAX);
        if room > 0 {
            picked.extend(tx.all(
                sql,
                params![claim.destination, priority, claim.now, room],
                Picked::read,
            )?);
        }
    }
    let mut picked = free(tx, picked, claim.held, claim.until)?;
    let mut messages: Vec<i64> = Vec::new();
    picked.retain(|one| {
        if !messages.contains(&one.queue) && messages.len() < claim.messages {
            messages.push(one.queue);
        }
        messages.contains(&one.queue)
    });
    take(tx, &picked, claim.holder, claim.until)
}

/// Claims recipients whose senders must be told of a delay or of the end since before `before`: their
/// own attempts would have told it, but none was made. `held` as in [`Claim`].
pub fn claim_ripe(
    tx: &mut Tx<'_>,
    (holder, held): (i64, &[i64]),
    (before, now, until): (i64, i64, i64),
    limit: i64,
) -> StoreResult<Vec<Job>> {
    let sql = if tx.is_postgres() { RIPE_LOCKED } else { RIPE };
    let picked = tx.all(sql, params![before, now, limit], Picked::read)?;
    let picked = free(tx, picked, held, until)?;
    take(tx, &picked, holder, until)
}

/// The next time (ms) at which a sender must be told something.
pub fn next_notice(tx: &mut Tx<'_>) -> StoreResult<Option<i64>> {
    tx.one(
        "SELECT notice_at FROM queue_recipient WHERE state = 0 ORDER BY notice_at LIMIT 1",
        params![],
        |row| row.int(0),
    )
}

/// A recipient that may be claimed.
struct Picked {
    recipient: i64,
    queue: i64,
    claimed_by: Option<i64>,
    next_at: i64,
}

impl Picked {
    fn read(row: &Row<'_>) -> StoreResult<Self> {
        Ok(Self {
            recipient: row.int(0)?,
            queue: row.int(1)?,
            claimed_by: row.opt_int(2)?,
            next_at: row.int(3)?,
        })
    }
}

/// Those that nobody of the same node has; what one of them has is renewed.
fn free(
    tx: &mut Tx<'_>,
    picked: Vec<Picked>,
    held: &[i64],
    until: i64,
) -> StoreResult<Vec<Picked>> {
    let is_held = |one: &Picked| one.claimed_by.is_some_and(|by| held.contains(&by));
    let (kept, free): (Vec<_>, Vec<_>) = picked.into_iter().partition(is_held);
    for one in kept {
        tx.execute(
            "UPDATE queue_recipient SET next_at = $2 WHERE id = $1",
            params![one.recipient, until],
        )?;
    }
    Ok(free)
}

fn take(tx: &mut Tx<'_>, picked: &[Picked], holder: i64, until: i64) -> StoreResult<Vec<Job>> {
    let mut jobs: Vec<Job> = Vec::new();
    for one in picked {
        let taken = tx.one(
            "UPDATE queue_recipient SET claimed_by = $2, next_at = $3 WHERE id = $1
             RETURNING id, destination, address, original, notify, attempts, told_at,
                       last_at, last_code, last_status, last_text, last_host",
            params![one.recipient, holder, until],
            |row| claimed(row, one.next_at),
        )?;
        let Some(claimed) = taken else { continue };
        let queue = QueueId(one.queue);
        if let Some(job) = jobs.iter_mut().find(|job| job.queued.id == queue) {
            job.recipients.push(claimed);
        } else if let Some(queued) = tx.one(QUEUED, params![queue], queued)? {
            jobs.push(Job {
                queued,
                recipients: vec![claimed],
            });
        }
    }
    Ok(jobs)
}

fn claimed(row: &Row<'_>, due_at: i64) -> StoreResult<Claimed> {
    Ok(Claimed {
        id: QueueRecipientId(row.int(0)?),
        destination: row.text(1)?,
        address: row.text(2)?,
        original: row.opt_text(3)?,
        notify: row.opt_int(4)?,
        attempts: row.u32(5)?,
        told: row.opt_int(6)?.is_some(),
        due_at,
        last: LastReply::read(row, 7)?,
    })
}

/// Lets a claim last until `until` (ms); how many recipients it has.
pub fn renew(tx: &mut Tx<'_>, holder: i64, until: i64) -> StoreResult<u64> {
    tx.execute(
        "UPDATE queue_recipient SET next_at = $2 WHERE claimed_by = $1",
        params![holder, until],
    )
}

/// Gives back what anybody has claimed: for the start of the only server there is. It is due at `now`
/// (ms); how many recipients it were.
pub fn forget_claims(tx: &mut Tx<'_>, now: i64) -> StoreResult<u64> {
    tx.execute(
        "UPDATE queue_recipient SET claimed_by = NULL, next_at = $1 WHERE claimed_by IS NOT NULL",
        params![now],
    )
}

/// Gives back some of what was claimed, each due when it was before (ms).
pub fn give_back(
    tx: &mut Tx<'_>,
    holder: i64,
    recipients: &[(QueueRecipientId, i64)],
) -> StoreResult<()> {
    for (id, due_at) in recipients {
        tx.execute(
            "UPDATE queue_recipient SET claimed_by = NULL, next_at = $3 WHERE id = $1 AND claimed_by = $2",
            params![*id, holder, *due_at],
        )?;
    }
    tx.tell(crate::Change::Queue);
    Ok(())
}

/// Gives back what was claimed and not settled: it is due at `now` (ms).
pub fn release(tx: &mut Tx<'_>, holder: i64, now: i64) -> StoreResult<u64> {
    let rows = tx.execute(
        "UPDATE queue_recipient SET claimed_by = NULL, next_at = $2 WHERE claimed_by = $1",
        params![holder, now],
    )?;
    if rows > 0 {
        tx.tell(crate::Change::Queue);
    }
    Ok(rows)
}
