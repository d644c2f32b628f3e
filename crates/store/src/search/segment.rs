//! Segments: what there is to index and to merge, and the flips.

use super::coding::{Block, sum};
use crate::sql::params;
use crate::{FolderId, Row, StoreError, StoreResult, Tx, entry};

/// So many messages above what is indexed make a segment worth its rows: scanning fewer is cheap.
pub const LEAST: u32 = 128;
/// So many segments of a level become one of the next.
const FAN_IN: usize = 8;

/// A range of UIDs whose terms lie together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Its number in the folder.
    pub id: i64,
    /// How often its rows were merged.
    pub level: i64,
    /// The first UID it tells about.
    pub first: u32,
    /// The last.
    pub last: u32,
    /// How many messages there were when it was written.
    pub messages: u32,
}

pub(super) fn from_row(row: &Row<'_>) -> StoreResult<Segment> {
    Ok(Segment {
        id: row.int(0)?,
        level: row.int(1)?,
        first: row.u32(2)?,
        last: row.u32(3)?,
        messages: row.u32(4)?,
    })
}

/// The live segments of a folder, by their UIDs.
pub(super) fn live(tx: &mut Tx<'_>, folder: FolderId) -> StoreResult<Vec<Segment>> {
    tx.all(
        "SELECT id, level, uid_first, uid_last, messages FROM segment
         WHERE folder_id = $1 AND state = 1 ORDER BY uid_first",
        params![folder],
        from_row,
    )
}

/// Called where UIDs `first..=last` were given out: notes the folder where enough are not indexed.
/// The row is written once in [`LEAST`] messages; an index of folders by what they lack would be
/// written for each (and cost PostgreSQL its HOT updates of them).
pub(crate) fn noticed(
    tx: &mut Tx<'_>,
    folder: FolderId,
    indexed: u32,
    (first, last): (u32, u32),
) -> StoreResult<()> {
    let (before, now) = (
        first.saturating_sub(1).saturating_sub(indexed),
        last.saturating_sub(indexed),
    );
    if before / LEAST < now / LEAST {
        note_due(tx, folder)?;
    }
    Ok(())
}

/// Says that there is something to do for a folder's index.
pub fn note_due(tx: &mut Tx<'_>, folder: FolderId) -> StoreResult<()> {
    tx.execute(
        "INSERT INTO search_due (folder_id) VALUES ($1) ON CONFLICT (folder_id) DO NOTHING",
        params![folder],
    )?;
    Ok(())
}

/// Folders with something to do, with ids above `after`.
pub fn due(tx: &mut Tx<'_>, after: i64, limit: i64) -> StoreResult<Vec<FolderId>> {
    tx.all(
        "SELECT folder_id FROM search_due WHERE folder_id > $1 ORDER BY folder_id LIMIT $2",
        params![after, limit],
        |row| Ok(FolderId(row.int(0)?)),
    )
}

/// Up to where a folder is indexed, and its next UID; `None` where it is gone.
pub fn unindexed(tx: &mut Tx<'_>, folder: FolderId) -> StoreResult<Option<(u32, u32)>> {
    tx.one(
        "SELECT indexed_uid, uid_next FROM folder WHERE id = $1 AND gone_at IS NULL",
        params![folder],
        |row| Ok((row.u32(0)?, row.u32(1)?)),
    )
}

/// What is best done next about the segments of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    /// Nothing.
    Rest,
    /// All their messages are gone.
    Drop(Vec<Segment>),
    /// Neighbours to be made one, of this level.
    Merge(Vec<Segment>, i64),
}

/// Has a message that left leave the folder's index soon, whatever else is still in its segment: what was sealed must not be
/// found among the terms either. The row stays until the segment that may tell of it was written anew.
pub(crate) fn forget(tx: &mut Tx<'_>, folder: FolderId, uid: u32) -> StoreResult<()> {
    tx.execute(
        "INSERT INTO search_forget (folder_id, uid) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        params![folder, uid],
    )?;
    note_due(tx, folder)
}

/// What must leave the index of a folder, up to where it is indexed: above, it may still come in.
pub(super) fn to_forget(tx: &mut Tx<'_>, folder: FolderId) -> StoreResult<Vec<u32>> {
    tx.all(
        "SELECT s.uid FROM search_forget s JOIN folder f ON f.id = s.folder_id AND s.uid <= f.indexed_uid
         WHERE s.folder_id = $1 ORDER BY s.uid",
        params![folder],
        |row| row.u32(0),
    )
}

/// Looks what is best done next.
pub fn plan(tx: &mut Tx<'_>, folder: FolderId) -> StoreResult<Plan> {
    let segments = live(tx, folder)?;
    let holes = entry::holes(tx, folder)?;
    let left = |segment: &Segment| -> u64 {
        let from = holes.partition_point(|hole| hole.1 < segment.first);
        let gone = holes[from..]
            .iter()
            .take_while(|hole| hole.0 <= segment.last);
        let gone =
            gone.map(|hole| u64::from(hole.1.min(segment.last) - hole.0.max(segment.first)) + 1);
        (u64::from(segment.last.saturating_sub(segment.first)) + 1).saturating_sub(gone.sum())
    };
    let empty: Vec<_> = segments
        .iter()
        .filter(|segment| left(segment) == 0)
        .copied()
        .collect();
    if !empty.is_empty() {
        return Ok(Plan::Drop(empty));
    }
    let leaving = to_forget(tx, folder)?;
    let holds = |segment: &&Segment| {
        let from = leaving.partition_point(|uid| *uid < segment.first);
        leaving.get(from).is_some_and(|uid| *uid <= segment.last)
    };
    if let Some(segment) = segments.iter().find(holds) {
        return Ok(Plan::Merge(vec![*segment], segment.level));
    }
    for run in segments.chunk_by(|a, b| a.level == b.level) {
        if let Some(some) = run.get(..FAN_IN) {
            return Ok(Plan::Merge(some.to_vec(), some[0].level + 1));
        }
    }
    // Where more than half is gone, the rest is written anew.
    let thin = segments
        .iter()
        .find(|segment| left(segment) * 2 < u64::from(segment.messages));
    Ok(thin.map_or(Plan::Rest, |segment| {
        Plan::Merge(vec![*segment], segment.level)
    }))
}

/// Begins a segment that is not live yet.
pub fn begin(tx: &mut Tx<'_>, folder: FolderId, segment: &Segment) -> StoreResult<i64> {
    tx.one(
        "INSERT INTO segment (folder_id, id, level, uid_first, uid_last, messages)
         SELECT $1, COALESCE(MAX(id), 0) + 1, $2, $3, $4, $5 FROM segment WHERE folder_id = $1 RETURNING id",
        params![folder, segment.level, segment.first, segment.last, segment.messages],
        |row| row.int(0),
    )?
    .ok_or(StoreError::NotFound("segment"))
}

/// Writes rows of a segment that is not live yet.
pub fn put_blocks(
    tx: &mut Tx<'_>,
    folder: FolderId,
    segment: i64,
    blocks: &[Block],
) -> StoreResult<()> {
    for block in blocks {
        match block {
            Block::Terms(first, data) => tx.execute(
                "INSERT INTO term_block (folder_id, segment_id, first, sum, data) VALUES ($1, $2, $3, $4, $5)",
                params![folder, segment, first, sum(data), data],
            )?,
            Block::Postings(seq, data) => tx.execute(
                "INSERT INTO posting_block (folder_id, segment_id, seq, sum, data) VALUES ($1, $2, $3, $4, $5)",
                params![folder, segment, *seq, sum(data), data],
            )?,
        };
    }
    Ok(())
}

fn flip(
    tx: &mut Tx<'_>,
    folder: FolderId,
    segment: i64,
    (from, to): (i64, i64),
) -> StoreResult<()> {
    let flipped = tx.execute(
        "UPDATE segment SET state = $4 WHERE folder_id = $1 AND id = $2 AND state = $3",
        params![folder, segment, from, to],
    )?;
    if flipped == 1 {
        Ok(())
    } else {
        Err(StoreError::Conflict("segment"))
    }
}

/// New messages that became a segment.
#[derive(Clone, Copy, Debug)]
pub struct Growth {
    /// The segment.
    pub segment: i64,
    /// Up to where the folder was indexed.
    pub from: u32,
    /// Up to where it is now.
    pub to: u32,
}

/// The segment goes live and the watermark moves, if nobody moved it meanwhile.
pub fn finish_growth(tx: &mut Tx<'_>, folder: FolderId, growth: &Growth) -> StoreResult<()> {
    let moved = tx.execute(
        "UPDATE folder SET indexed_uid = $3 WHERE id = $1 AND indexed_uid = $2 AND gone_at IS NULL",
        params![folder, growth.from, growth.to],
    )?;
    if moved != 1 {
        return Err(StoreError::Conflict("folder"));
    }
    flip(tx, folder, growth.segment, (0, 1))
}

/// A merged segment goes live in place of its sources; without one they just go. `left_out`: what it was told to forget
/// ([`super::Merger::left_out`]).
pub fn finish_merge(
    tx: &mut Tx<'_>,
    folder: FolderId,
    sources: &[Segment],
    merged: Option<i64>,
    left_out: &[u32],
) -> StoreResult<()> {
    for source in sources {
        flip(tx, folder, source.id, (1, 2))?;
        if merged.is_none() {
            tx.execute(
                "DELETE FROM search_forget WHERE folder_id = $1 AND uid BETWEEN $2 AND $3",
                params![folder, source.first, source.last],
            )?;
        }
    }
    for uid in left_out {
        tx.execute(
            "DELETE FROM search_forget WHERE folder_id = $1 AND uid = $2",
            params![folder, *uid],
        )?;
    }
    merged.map_or(Ok(()), |id| flip(tx, folder, id, (0, 1)))
}

/// Takes the folder from the list where nothing is left to do; it comes back with its next messages.
pub fn settle(tx: &mut Tx<'_>, folder: FolderId) -> StoreResult<()> {
    // A delivery beside this one waits for the row or was before it.
    super::super::folder::lock(tx, &mut [folder])?;
    let left = unindexed(tx, folder)?.map_or(0, |(indexed, next)| next.saturating_sub(indexed + 1));
    if left < LEAST && to_forget(tx, folder)?.is_empty() {
        tx.execute(
            "DELETE FROM search_due WHERE folder_id = $1",
            params![folder],
        )?;
    }
    Ok(())
}

/// Gives up a folder's index, for it to be made anew.
pub fn reset(tx: &mut Tx<'_>, folder: FolderId) -> StoreResult<()> {
    super::super::folder::lock(tx, &mut [folder])?;
    tx.execute(
        "UPDATE folder SET indexed_uid = 0 WHERE id = $1",
        params![folder],
    )?;
    tx.execute(
        "UPDATE segment SET state = 2 WHERE folder_id = $1",
        params![folder],
    )?;
    note_due(tx, folder)
}

/// Removes some rows of segments that are not live: what a crash or a merge left. False where none
/// are left.
pub fn sweep(tx: &mut Tx<'_>, limit: i64) -> StoreResult<bool> {
    let left = tx.one(
        "SELECT folder_id, id FROM segment WHERE state <> 1 ORDER BY folder_id, id LIMIT 1",
        params![],
        |row| Ok((FolderId(row.int(0)?), row.int(1)?)),
    )?;
    let Some((folder, segment)) = left else {
        return Ok(false);
    };
    // Nothing that was begun can go live once its rows go.
    tx.execute(
        "UPDATE segment SET state = 2 WHERE folder_id = $1 AND id = $2",
        params![folder, segment],
    )?;
    let terms = tx.execute(
        "DELETE FROM term_block WHERE folder_id = $1 AND segment_id = $2 AND first IN
         (SELECT first FROM term_block WHERE folder_id = $1 AND segment_id = $2 ORDER BY first LIMIT $3)",
        params![folder, segment, limit],
    )?;
    let postings = tx.execute(
        "DELETE FROM posting_block WHERE folder_id = $1 AND segment_id = $2 AND seq IN
         (SELECT seq FROM posting_block WHERE folder_id = $1 AND segment_id = $2 ORDER BY seq LIMIT $3)",
        params![folder, segment, limit],
    )?;
    if terms == 0 && postings == 0 {
        tx.execute(
            "DELETE FROM segment WHERE folder_id = $1 AND id = $2",
            params![folder, segment],
        )?;
    }
    Ok(true)
}

/// Lets go of the index of a folder that is gone; [`sweep`] removes the rows.
pub(crate) fn purge(tx: &mut Tx<'_>, folder: FolderId) -> StoreResult<()> {
    tx.execute(
        "DELETE FROM search_due WHERE folder_id = $1",
        params![folder],
    )?;
    tx.execute(
        "DELETE FROM search_forget WHERE folder_id = $1",
        params![folder],
    )?;
    tx.execute(
        "UPDATE segment SET state = 2 WHERE folder_id = $1",
        params![folder],
    )?;
    Ok(())
}
