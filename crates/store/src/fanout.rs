//! Broadcasts: accepted once, carried out in chunks.
//!
//! A job walks the mailboxes that its groups reach in the order of their ids; the position moves
//! in the transaction that delivers, so each mailbox gets one copy, whatever is killed when.

use crate::sql::params;
use crate::{
    Change, FanoutId, FolderId, GroupId, MailboxId, MessageId, StoreError, StoreResult, Tx, entry,
    group,
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
    /// The first octets of the message's header, where filters look.
    pub header: &'a [u8],
    /// Groups to expand.
    pub groups: &'a [GroupId],
    /// Mailboxes that got their copy already.
    pub except: &'a [MailboxId],
}

/// Accepts a broadcast.
pub fn create(tx: &mut Tx<'_>, new: &NewFanout<'_>) -> StoreResult<FanoutId> {
    let id = tx
        .one(
            "INSERT INTO fanout (message_id, trace, sender, client_ip, prefix, header, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
            params![
                new.message,
                new.trace,
                new.sender,
                new.client_ip,
                new.prefix,
                new.header,
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

/// A broadcast that is being carried out.
#[derive(Clone, Debug)]
pub struct Job {
    id: FanoutId,
    /// What is sent.
    pub message: MessageId,
    /// Its bytes.
    pub size: u64,
    /// Trace id, for the mail log.
    pub trace: String,
    /// Envelope sender.
    pub sender: String,
    /// Where it came from.
    pub client_ip: String,
    prefix: Vec<u8>,
    /// The first octets of the message's header.
    pub header: Vec<u8>,
    /// The message's MIME tree.
    pub structure: Vec<u8>,
    after: MailboxId,
}

/// Where a copy goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The folder; where it is gone, the inbox takes the copy.
    pub folder: FolderId,
    /// Flag bits.
    pub flags: i64,
    /// The recipient's own first lines.
    pub lines: Vec<u8>,
}

/// Carries out the next chunk of the oldest open job; `None` where there is none. `place` says where the copy for a mailbox, at this
/// address of it, goes.
pub fn step(
    tx: &mut Tx<'_>,
    limit: i64,
    mut place: impl FnMut(&mut Tx<'_>, &Job, group::Reached, &str) -> StoreResult<Placed>,
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
        deliver(tx, &job, *to, &mut place)?;
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

/// Whether no job is open.
pub fn is_idle(tx: &mut Tx<'_>) -> StoreResult<bool> {
    let open = tx.one(
        "SELECT id FROM fanout WHERE done_at IS NULL LIMIT 1",
        params![],
        |row| row.int(0),
    )?;
    Ok(open.is_none())
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
        "SELECT f.id, f.message_id, m.size, f.trace, f.sender, f.client_ip, f.prefix, f.after_id, f.header, m.structure
         FROM fanout f JOIN message m ON m.id = f.message_id
         WHERE f.done_at IS NULL AND f.retry_at <= $1 ORDER BY f.id LIMIT 1 FOR UPDATE OF f SKIP LOCKED"
    } else {
        "SELECT f.id, f.message_id, m.size, f.trace, f.sender, f.client_ip, f.prefix, f.after_id, f.header, m.structure
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
            header: row.bytes(8)?.to_vec(),
            structure: row.bytes(9)?.to_vec(),
        })
    })
}

fn deliver(
    tx: &mut Tx<'_>,
    job: &Job,
    to: group::Reached,
    place: &mut impl FnMut(&mut Tx<'_>, &Job, group::Reached, &str) -> StoreResult<Placed>,
) -> StoreResult<()> {
    let address = crate::address::primary(tx, to.mailbox)?.unwrap_or_default();
    let placed = place(tx, job, to, &address)?;
    let mut prefix = placed.lines;
    prefix.extend_from_slice(&job.prefix);
    let at = tx.now();
    let new = entry::NewEntry {
        folder: placed.folder,
        message: job.message,
        message_size: job.size,
        flags: placed.flags,
        internal_at: at,
        prefix: &prefix,
    };
    match entry::deliver(tx, &new) {
        Err(StoreError::NotFound(_)) if placed.folder != to.inbox => {
            let inbox = entry::NewEntry {
                folder: to.inbox,
                ..new
            };
            entry::deliver(tx, &inbox)?;
        }
        other => drop(other?),
    }
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
