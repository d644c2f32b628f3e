//! Sealing, giving back, destroying: in chunks, each a transaction of its own.

use super::arriving::Stub;
use super::{Case, State};
use crate::entry::{self, NewEntry};
use crate::keyword::flag;
use crate::sql::params;
use crate::{
    FolderId, MailboxId, MessageId, QueueId, StoreError, StoreResult, TakedownId, Tx, folder, held,
    queue, search,
};

/// What a case has still to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Left {
    /// Copies in folders, and those that readers removed and may bring back.
    pub in_folders: u64,
    /// Recipients that are still being sent to.
    pub in_queue: u64,
}

/// What a chunk did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Copies and recipients it dealt with.
    pub done: u64,
    /// Nothing was left, and this transaction closed the case.
    pub closed: bool,
}

impl Step {
    fn of(done: u64) -> Self {
        Self {
            done,
            closed: false,
        }
    }
}

/// What a sealed case has still to do.
pub fn left(tx: &mut Tx<'_>, case: TakedownId) -> StoreResult<Left> {
    let in_folders = tx.one(
        "SELECT COUNT(*) FROM takedown_message c JOIN entry e ON e.message_id = c.message_id
         JOIN folder f ON f.id = e.folder_id AND f.gone_at IS NULL WHERE c.takedown_id = $1 AND c.held = 1",
        params![case],
        |row| row.u64(0),
    )?;
    let removed = tx.one(
        "SELECT COUNT(*) FROM takedown_message c JOIN removed r ON r.message_id = c.message_id
         WHERE c.takedown_id = $1 AND c.held = 1",
        params![case],
        |row| row.u64(0),
    )?;
    let in_queue = tx.one(
        "SELECT COUNT(*) FROM takedown_message c JOIN queue q ON q.message_id = c.message_id
         JOIN queue_recipient r ON r.queue_id = q.id AND r.state <> 3 WHERE c.takedown_id = $1 AND c.held = 1",
        params![case],
        |row| row.u64(0),
    )?;
    Ok(Left {
        in_folders: in_folders.unwrap_or(0) + removed.unwrap_or(0),
        in_queue: in_queue.unwrap_or(0),
    })
}

/// The queued messages of a case, with recipients in this state (3: sealed) or not.
fn queued(
    tx: &mut Tx<'_>,
    case: TakedownId,
    sealed: bool,
    limit: i64,
) -> StoreResult<Vec<QueueId>> {
    let sql = if sealed {
        "SELECT q.id FROM takedown_message c JOIN queue q ON q.message_id = c.message_id
         WHERE c.takedown_id = $1 AND EXISTS (SELECT 1 FROM queue_recipient r WHERE r.queue_id = q.id AND r.state = 3)
         ORDER BY q.id LIMIT $2"
    } else {
        "SELECT q.id FROM takedown_message c JOIN queue q ON q.message_id = c.message_id
         WHERE c.takedown_id = $1 AND c.held = 1 AND EXISTS
         (SELECT 1 FROM queue_recipient r WHERE r.queue_id = q.id AND r.state <> 3
          AND (r.claimed_by IS NULL OR r.next_at <= $3)) ORDER BY q.id LIMIT $2"
    };
    let now = tx.now();
    if sealed {
        tx.all(sql, params![case, limit], |row| Ok(QueueId(row.int(0)?)))
    } else {
        tx.all(sql, params![case, limit, now], |row| {
            Ok(QueueId(row.int(0)?))
        })
    }
}

/// Seals up to `limit` copies of a sealed case; how many it sealed: 0 where nothing was left to do. What is being sent to
/// another server just now is left ([`left`]).
pub fn seal_chunk(tx: &mut Tx<'_>, case: &Case, limit: i64) -> StoreResult<u64> {
    let Some(stub) = case.stub else {
        return Err(StoreError::NotFound("takedown"));
    };
    // Nobody releases it beside us.
    if super::lock(tx, case.id)?.is_none_or(|case| case.state != State::Sealed) {
        return Ok(0);
    }
    let mut done = 0;
    for queue in queued(tx, case.id, false, limit)? {
        done += queue::seal(tx, queue)?;
    }
    let copies = tx.all(
        "SELECT e.folder_id, e.uid FROM takedown_message c JOIN entry e ON e.message_id = c.message_id
         JOIN folder f ON f.id = e.folder_id AND f.gone_at IS NULL
         WHERE c.takedown_id = $1 AND c.held = 1 ORDER BY e.folder_id, e.uid LIMIT $2",
        params![case.id, limit],
        |row| Ok((FolderId(row.int(0)?), row.u32(1)?)),
    )?;
    let mut folders: Vec<FolderId> = copies.iter().map(|copy| copy.0).collect();
    folders.dedup();
    folder::lock(tx, &mut folders)?;
    let size = tx.one(
        "SELECT size FROM message WHERE id = $1",
        params![stub],
        |row| row.u64(0),
    )?;
    let stub = (stub, size.ok_or(StoreError::NotFound("message"))?);
    for (folder, uid) in copies {
        done += u64::from(seal_one(tx, case.id, stub, folder, uid)?);
    }
    done += seal_removed(tx, case.id, limit)?;
    Ok(done)
}

/// Copies that their readers removed and could bring back: they lie in no folder, so no notice takes their place.
fn seal_removed(tx: &mut Tx<'_>, case: TakedownId, limit: i64) -> StoreResult<u64> {
    let rows = tx.all(
        "SELECT r.mailbox_id, r.removed_at, r.place FROM takedown_message c JOIN removed r ON r.message_id = c.message_id
         WHERE c.takedown_id = $1 AND c.held = 1 ORDER BY r.mailbox_id, r.removed_at, r.place LIMIT $2",
        params![case, limit],
        |row| Ok((MailboxId(row.int(0)?), row.int(1)?, row.int(2)?)),
    )?;
    let mut done = 0;
    for (mailbox, removed_at, place) in rows {
        let taken = tx.one(
            "DELETE FROM removed WHERE mailbox_id = $1 AND removed_at = $2 AND place = $3
             RETURNING message_id, flags, internal_at, size, object_id, key, prefix",
            params![mailbox, removed_at, place],
            |row| {
                Ok(Removed {
                    message: MessageId(row.int(0)?),
                    flags: row.int(1)?,
                    internal_at: row.int(2)?,
                    size: row.int(3)?,
                    object: row.opt_int(4)?,
                    key: row.opt_bytes(5)?.map(<[u8]>::to_vec),
                    prefix: row.bytes(6)?.to_vec(),
                })
            },
        )?;
        // Its reader brought it back beside us: then it lies in a folder.
        let Some(taken) = taken else { continue };
        let folder = FolderId(place >> 32);
        let name = folder::get(tx, folder)?.map_or_else(String::new, |folder| folder.name);
        let copy = tx.one(
            "INSERT INTO takedown_copy (takedown_id, message_id, mailbox_id, folder_id, folder, uid, notice_uid, flags,
                                        internal_at, saved_at, size, object_id, key, prefix, sealed_at, removed_at)
             VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8, $8, $9, $10, $11, $12, $13, $14) RETURNING id",
            params![
                case,
                taken.message,
                mailbox,
                folder,
                &name,
                place & i64::from(u32::MAX),
                taken.flags,
                taken.internal_at,
                taken.size,
                taken.object,
                taken.key.as_ref(),
                &taken.prefix,
                tx.now(),
                removed_at
            ],
            |row| row.int(0),
        )?;
        keep(tx, copy, 0)?;
        done += 1;
    }
    Ok(done)
}

/// What was kept of a removed copy.
struct Removed {
    message: MessageId,
    flags: i64,
    internal_at: i64,
    size: i64,
    object: Option<i64>,
    key: Option<Vec<u8>>,
    prefix: Vec<u8>,
}

/// Gives a copy back to what its reader may bring back; of a mailbox that was deleted for good nothing comes back (TQ.7.2, SL.7.2).
fn release_removed(tx: &mut Tx<'_>, copy: &Kept, removed_at: i64) -> StoreResult<()> {
    tx.execute(
        "INSERT INTO removed (mailbox_id, removed_at, place, flags, internal_at, size, message_id, object_id, key, prefix)
         SELECT mailbox_id, $2, folder_id * 4294967296 + uid, flags, internal_at, size, message_id, object_id, key, prefix
         FROM takedown_copy WHERE id = $1
             AND EXISTS (SELECT 1 FROM mailbox m WHERE m.id = takedown_copy.mailbox_id AND m.deleted_at IS NULL)
         ON CONFLICT DO NOTHING",
        params![copy.id, removed_at],
    )?;
    tx.execute(
        "UPDATE takedown_copy SET state = 1, ended_at = $2 WHERE id = $1",
        params![copy.id, tx.now()],
    )?;
    Ok(())
}

struct Taken {
    message: MessageId,
    flags: i64,
    internal_at: i64,
    sent_at: Option<i64>,
}

fn seal_one(
    tx: &mut Tx<'_>,
    case: TakedownId,
    (stub, size): (MessageId, u64),
    folder: FolderId,
    uid: u32,
) -> StoreResult<bool> {
    let taken = tx.one(
        "SELECT e.message_id, e.flags, e.internal_at, m.sent_at FROM entry e JOIN message m ON m.id = e.message_id
         JOIN folder f ON f.id = e.folder_id AND f.gone_at IS NULL WHERE e.folder_id = $1 AND e.uid = $2",
        params![folder, uid],
        |row| {
            Ok(Taken {
                message: MessageId(row.int(0)?),
                flags: row.int(1)?,
                internal_at: row.int(2)?,
                sent_at: row.opt_int(3)?,
            })
        },
    )?;
    let Some(taken) = taken else {
        return Ok(false);
    };
    let copy = tx.one(
        "INSERT INTO takedown_copy (takedown_id, message_id, mailbox_id, folder_id, folder, special_use, uid, notice_uid,
                                    flags, internal_at, saved_at, size, object_id, key, prefix, sealed_at)
         SELECT $1, e.message_id, e.mailbox_id, e.folder_id, f.name, f.special_use, e.uid, 0, e.flags, e.internal_at,
                e.saved_at, e.size, COALESCE(e.object_id, e.folder_id * 4294967296 + e.uid), e.key, e.prefix, $4
         FROM entry e JOIN folder f ON f.id = e.folder_id WHERE e.folder_id = $2 AND e.uid = $3 RETURNING id",
        params![case, folder, uid, tx.now()],
        |row| row.int(0),
    )?;
    entry::discard(tx, folder, &[(uid, uid)])?;
    search::forget(tx, folder, uid)?;
    let stub = Stub {
        case,
        message: stub,
        size,
        sent_at: taken.sent_at,
    };
    let prefix = stub.lines(taken.internal_at);
    let placed = entry::insert(
        tx,
        &NewEntry {
            folder,
            message: stub.message,
            message_size: stub.size,
            flags: taken.flags & flag::SEEN,
            internal_at: taken.internal_at,
            prefix: &prefix,
        },
        None,
    )?;
    debug_assert_ne!(taken.message, stub.message);
    keep(tx, copy, placed.uid)?;
    Ok(true)
}

/// Keeps with a copy where its notice lies and who had it, for its evidence: its mailbox may be deleted for good before the case ends.
fn keep(tx: &mut Tx<'_>, copy: Option<i64>, notice_uid: u32) -> StoreResult<()> {
    tx.execute(
        "UPDATE takedown_copy SET notice_uid = $2,
             forwarded = COALESCE((SELECT takedown_copy.flags >> CAST(k.bit AS INTEGER) & 1 FROM keyword k
                                   WHERE k.mailbox_id = takedown_copy.mailbox_id AND k.folded = '$forwarded'), 0),
             fetched_at = (SELECT MAX(y.last_at) FROM activity y WHERE y.mailbox_id = takedown_copy.mailbox_id AND y.kind = 'fetched'
                           AND y.last_at >= takedown_copy.saved_at AND y.last_at <= takedown_copy.sealed_at),
             opened_by = (SELECT w.login FROM unit_opened n JOIN account w ON w.id = n.account_id
                          WHERE n.mailbox_id = takedown_copy.mailbox_id
                          AND n.object_id = COALESCE(takedown_copy.object_id, takedown_copy.folder_id * 4294967296 + takedown_copy.uid)),
             opened_at = (SELECT n.at FROM unit_opened n WHERE n.mailbox_id = takedown_copy.mailbox_id
                          AND n.object_id = COALESCE(takedown_copy.object_id, takedown_copy.folder_id * 4294967296 + takedown_copy.uid))
         WHERE id = $1",
        params![copy, notice_uid],
    )?;
    Ok(())
}

struct Kept {
    id: i64,
    message: MessageId,
    mailbox: MailboxId,
    folder: FolderId,
    notice_uid: u32,
    flags: i64,
    internal_at: i64,
    size: u64,
    object: Option<i64>,
    key: Option<Vec<u8>>,
    prefix: Vec<u8>,
    removed_at: Option<i64>,
}

/// Gives back up to `limit` copies of a case that is being released; where nothing is left, the case is closed.
pub fn release_chunk(tx: &mut Tx<'_>, case: &Case, limit: i64) -> StoreResult<Step> {
    if super::lock(tx, case.id)?.is_none_or(|case| case.state != State::Releasing) {
        return Ok(Step::default());
    }
    let copies = tx.all(
        "SELECT id, message_id, mailbox_id, folder_id, notice_uid, flags, internal_at, size, object_id, key, prefix, removed_at
         FROM takedown_copy WHERE takedown_id = $1 AND state = 0 ORDER BY folder_id, id LIMIT $2",
        params![case.id, limit],
        |row| {
            Ok(Kept {
                id: row.int(0)?,
                message: MessageId(row.int(1)?),
                mailbox: MailboxId(row.int(2)?),
                folder: FolderId(row.int(3)?),
                notice_uid: row.u32(4)?,
                flags: row.int(5)?,
                internal_at: row.int(6)?,
                size: row.u64(7)?,
                object: row.opt_int(8)?,
                key: row.opt_bytes(9)?.map(<[u8]>::to_vec),
                prefix: row.bytes(10)?.to_vec(),
                removed_at: row.opt_int(11)?,
            })
        },
    )?;
    let mut done = copies.len() as u64;
    let mut homes = Vec::new();
    for copy in &copies {
        let home = match folder::get(tx, copy.folder)? {
            Some(folder) => Some(folder.id),
            None => folder::find(tx, copy.mailbox, "INBOX")?.map(|inbox| inbox.id),
        };
        homes.push(home);
    }
    let mut locked: Vec<FolderId> = homes.iter().copied().flatten().collect();
    locked.sort_unstable();
    locked.dedup();
    folder::lock(tx, &mut locked)?;
    for (copy, home) in copies.iter().zip(homes) {
        if let Some(removed_at) = copy.removed_at {
            release_removed(tx, copy, removed_at)?;
            continue;
        }
        release_one(tx, case, copy, home)?;
    }
    if done == 0 {
        done += notices_away(tx, case, limit)?;
    }
    if done == 0 {
        for queue in queued(tx, case.id, true, limit)? {
            done += queue::unseal(tx, queue)?;
        }
    }
    if done == 0 {
        done += let_go(tx, case.id, limit, tx.now())?;
    }
    if done == 0 {
        finish(tx, case, State::Releasing, State::Released)?;
        return Ok(Step { done, closed: true });
    }
    Ok(Step::of(done))
}

fn release_one(
    tx: &mut Tx<'_>,
    case: &Case,
    copy: &Kept,
    home: Option<FolderId>,
) -> StoreResult<()> {
    let notice = tx.one(
        "SELECT message_id FROM entry WHERE folder_id = $1 AND uid = $2",
        params![copy.folder, copy.notice_uid],
        |row| Ok(MessageId(row.int(0)?)),
    )?;
    if notice.is_some() && notice == case.stub && home == Some(copy.folder) {
        entry::discard(tx, copy.folder, &[(copy.notice_uid, copy.notice_uid)])?;
    }
    if let Some(home) = home {
        // Through the door: another case may have sealed it too.
        let placed = entry::append(
            tx,
            &NewEntry {
                folder: home,
                message: copy.message,
                message_size: copy.size.saturating_sub(copy.prefix.len() as u64),
                flags: copy.flags,
                internal_at: copy.internal_at,
                prefix: &copy.prefix,
            },
        )?;
        tx.execute(
            "UPDATE entry SET object_id = $4, key = $5 WHERE folder_id = $1 AND uid = $2 AND message_id = $3",
            params![home, placed.uid, copy.message, copy.object, copy.key.as_ref()],
        )?;
    }
    tx.execute(
        "UPDATE takedown_copy SET state = 1, ended_at = $2 WHERE id = $1",
        params![copy.id, tx.now()],
    )?;
    Ok(())
}

/// Notices that their readers moved or copied elsewhere.
fn notices_away(tx: &mut Tx<'_>, case: &Case, limit: i64) -> StoreResult<u64> {
    let Some(stub) = case.stub else {
        return Ok(0);
    };
    let places = tx.all(
        "SELECT e.folder_id, e.uid FROM entry e JOIN folder f ON f.id = e.folder_id AND f.gone_at IS NULL
         WHERE e.message_id = $1 ORDER BY e.folder_id, e.uid LIMIT $2",
        params![stub, limit],
        |row| Ok((FolderId(row.int(0)?), row.u32(1)?)),
    )?;
    for (folder, uid) in &places {
        entry::discard(tx, *folder, &[(*uid, *uid)])?;
    }
    Ok(places.len() as u64)
}

/// Destroys up to `limit` copies of a case that is being purged; where nothing is left, the case is closed. The bytes
/// themselves go with the sweeper, an hour after nobody has them.
pub fn purge_chunk(tx: &mut Tx<'_>, case: &Case, limit: i64) -> StoreResult<Step> {
    if super::lock(tx, case.id)?.is_none_or(|case| case.state != State::Purging) {
        return Ok(Step::default());
    }
    let mut done = tx.execute(
        "UPDATE takedown_copy SET state = 2, ended_at = $3, prefix = $4 WHERE id IN
         (SELECT id FROM takedown_copy WHERE takedown_id = $1 AND state = 0 ORDER BY id LIMIT $2)",
        params![case.id, limit, tx.now(), &b""[..]],
    )?;
    if done == 0 {
        for queue in queued(tx, case.id, true, limit)? {
            done += queue::destroy(tx, queue)?;
        }
    }
    if done == 0 {
        done += held::destroy(tx, case.id, limit)?;
    }
    if done == 0 {
        // A broadcast that is still being carried out ends.
        done += tx.execute(
            "DELETE FROM fanout_target WHERE (fanout_id, target_kind, target_id) IN
             (SELECT t.fanout_id, t.target_kind, t.target_id
              FROM takedown_message c JOIN fanout f ON f.message_id = c.message_id JOIN fanout_target t ON t.fanout_id = f.id
              WHERE c.takedown_id = $1 LIMIT $2)",
            params![case.id, limit],
        )?;
    }
    if done == 0 {
        done += tx.execute(
            "DELETE FROM fanout WHERE message_id IN (SELECT message_id FROM takedown_message WHERE takedown_id = $1)",
            params![case.id],
        )?;
    }
    if done == 0 {
        // The sweeper takes them with its next round, not after the time that a copy under way would need.
        done += let_go(tx, case.id, limit, 0)?;
    }
    if done == 0 {
        finish(tx, case, State::Purging, State::Purged)?;
        return Ok(Step { done, closed: true });
    }
    Ok(Step::of(done))
}

/// The case keeps the bytes of some of its messages no longer; the sweeper looks at them as loose since `since` (ms).
fn let_go(tx: &mut Tx<'_>, case: TakedownId, limit: i64, since: i64) -> StoreResult<u64> {
    let messages = tx.all(
        "UPDATE takedown_message SET held = 0 WHERE takedown_id = $1 AND message_id IN
         (SELECT message_id FROM takedown_message WHERE takedown_id = $1 AND held = 1 ORDER BY message_id LIMIT $2)
         RETURNING message_id",
        params![case, limit],
        |row| row.int(0),
    )?;
    for message in &messages {
        tx.execute(
            "INSERT INTO loose (message_id, at) VALUES ($1, $2) ON CONFLICT (message_id) DO UPDATE SET at = excluded.at",
            params![*message, since],
        )?;
    }
    Ok(messages.len() as u64)
}

fn finish(tx: &mut Tx<'_>, case: &Case, from: State, to: State) -> StoreResult<()> {
    if let Some(stub) = case.stub {
        tx.execute(
            "UPDATE takedown SET stub_id = NULL WHERE id = $1",
            params![case.id],
        )?;
        entry::loosen(tx, vec![stub.0])?;
    }
    super::advance(tx, case.id, from, to)?;
    Ok(())
}
