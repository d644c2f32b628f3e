//! Broadcasts: accepted once, carried out in chunks.
//!
//! A job walks the mailboxes that its groups reach in the order of their ids; the position moves
//! in the transaction that delivers, so each mailbox gets one copy, whatever is killed when.

use crate::sql::params;
use crate::{
    Change, FanoutId, GroupId, MailboxId, MessageId, StoreError, StoreResult, Tx, entry, group,
};

/// A broadcast to accept.
#[derive(Clone, Debug)]
pub struct NewFanout<'a> {
    /// What is sent.
    pub message: MessageId,
    /// Trace id, for the mail log.
    pub trace: &'a str,
    /// Envelope sender.
    pub sender: &'a str,
    /// Where it came from.
    pub client_ip: &'a str,
    /// Header lines of each copy; the recipient's Delivered-To goes before them.
    pub prefix: &'a [u8],
    /// Groups to expand.
    pub groups: &'a [GroupId],
    /// Mailboxes that got their copy already.
    pub except: &'a [MailboxId],
}

/// Accepts a broadcast.
pub fn create(tx: &mut Tx<'_>, new: &NewFanout<'_>) -> StoreResult<FanoutId> {
    let id = tx
        .one(
            "INSERT INTO fanout (message_id, trace, sender, client_ip, prefix, created_at)
             VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
            params![
                new.message,
                new.trace,
                new.sender,
                new.client_ip,
                new.prefix,
                tx.now()
            ],
            |row| Ok(FanoutId(row.int(0)?)),
        )?
        .ok_or(StoreError::NotFound("fanout"))?;
    let groups = new.groups.iter().map(|id| (1_i64, id.0));
    for (kind, target) in groups.chain(new.except.iter().map(|id| (0, id.0))) {
        tx.execute(
            "INSERT INTO fanout_target (fanout_id, target_kind, target_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            params![id, kind, target],
        )?;
    }
    tx.tell(Change::Fanout);
    Ok(id)
}

/// What one chunk of a job did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// The job.
    pub id: FanoutId,
    /// Copies made.
    pub delivered: u64,
    /// Nothing of it is left.
    pub done: bool,
}

struct Job {
    id: FanoutId,
    message: MessageId,
    size: u64,
    trace: String,
    sender: String,
    client_ip: String,
    prefix: Vec<u8>,
    after: MailboxId,
}

/// Carries out the next chunk of the oldest open job; `None` where there is none. `describe`
/// makes the recipient's own first lines from the address it is delivered to.
pub fn step(
    tx: &mut Tx<'_>,
    limit: i64,
    describe: impl Fn(&str) -> Vec<u8>,
) -> StoreResult<Option<Chunk>> {
    let Some(job) = next(tx)? else {
        return Ok(None);
    };
    let groups = tx.all(
        "SELECT target_id FROM fanout_target WHERE fanout_id = $1 AND target_kind = 1",
        params![job.id],
        |row| Ok(GroupId(row.int(0)?)),
    )?;
    let mut reached = Vec::new();
    for group in groups {
        reached.extend(group::expand(tx, group, job.after, limit)?);
    }
    reached.sort_unstable_by_key(|to| to.mailbox);
    reached.dedup();
    reached.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let done = reached.is_empty();
    let mut delivered = 0_i64;
    for to in &reached {
        let has_it = tx.one(
            "SELECT 1 FROM fanout_target WHERE fanout_id = $1 AND target_kind = 0 AND target_id = $2",
            params![job.id, to.mailbox],
            |_| Ok(()),
        )?;
        if has_it.is_some() {
            continue;
        }
        deliver(tx, &job, *to, &describe)?;
        delivered += 1;
    }
    let after = reached.last().map_or(job.after, |to| to.mailbox);
    tx.execute(
        "UPDATE fanout SET after_id = $2, delivered = delivered + $3, done_at = $4 WHERE id = $1",
        params![job.id, after, delivered, done.then(|| tx.now())],
    )?;
    if done {
        tx.execute(
            "DELETE FROM fanout_target WHERE fanout_id = $1",
            params![job.id],
        )?;
        tx.execute("DELETE FROM fanout WHERE id = $1", params![job.id])?;
        entry::loosen(tx, vec![job.message.0])?;
    }
    Ok(Some(Chunk {
        id: job.id,
        delivered: u64::try_from(delivered).unwrap_or(0),
        done,
    }))
}

/// Puts the job that [`step`] would take next off for a while: it failed for a reason of its own,
/// and the later ones shall not wait for it.
pub fn put_off(tx: &mut Tx<'_>) -> StoreResult<()> {
    const LATER_MS: i64 = 60_000;
    let now = tx.now();
    tx.execute(
        "UPDATE fanout SET retry_at = $2 WHERE id =
         (SELECT id FROM fanout WHERE done_at IS NULL AND retry_at <= $1 ORDER BY id LIMIT 1)",
        params![now, now + LATER_MS],
    )?;
    Ok(())
}

fn next(tx: &mut Tx<'_>) -> StoreResult<Option<Job>> {
    let sql = if tx.is_postgres() {
        "SELECT f.id, f.message_id, m.size, f.trace, f.sender, f.client_ip, f.prefix, f.after_id
         FROM fanout f JOIN message m ON m.id = f.message_id
         WHERE f.done_at IS NULL AND f.retry_at <= $1 ORDER BY f.id LIMIT 1 FOR UPDATE OF f SKIP LOCKED"
    } else {
        "SELECT f.id, f.message_id, m.size, f.trace, f.sender, f.client_ip, f.prefix, f.after_id
         FROM fanout f JOIN message m ON m.id = f.message_id
         WHERE f.done_at IS NULL AND f.retry_at <= $1 ORDER BY f.id LIMIT 1"
    };
    tx.one(sql, params![tx.now()], |row| {
        Ok(Job {
            id: FanoutId(row.int(0)?),
            message: MessageId(row.int(1)?),
            size: row.u64(2)?,
            trace: row.text(3)?,
            sender: row.text(4)?,
            client_ip: row.text(5)?,
            prefix: row.bytes(6)?.to_vec(),
            after: MailboxId(row.int(7)?),
        })
    })
}

fn deliver(
    tx: &mut Tx<'_>,
    job: &Job,
    to: group::Reached,
    describe: &impl Fn(&str) -> Vec<u8>,
) -> StoreResult<()> {
    let address = crate::address::primary(tx, to.mailbox)?.unwrap_or_default();
    let mut prefix = describe(&address);
    prefix.extend_from_slice(&job.prefix);
    let at = tx.now();
    entry::deliver(
        tx,
        &entry::NewEntry {
            folder: to.inbox,
            message: job.message,
            message_size: job.size,
            flags: 0,
            internal_at: at,
            prefix: &prefix,
        },
    )?;
    crate::mail_log::add(
        tx,
        &crate::mail_log::Line {
            at,
            direction: "local",
            trace: &job.trace,
            sender: &job.sender,
            recipient: &address,
            client_ip: &job.client_ip,
            size: job.size,
            code: 250,
            result: "delivered to a group's member",
            account: None,
        },
    )
}
