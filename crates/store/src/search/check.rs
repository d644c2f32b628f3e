//! Whether a folder's index is what it must be.

use super::coding::{Cursor, List, ROW, damaged, each_range, sum};
use super::segment::{Segment, live};
use crate::sql::params;
use crate::{FolderId, StoreError, StoreResult, Tx};

/// How large the index of a folder is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// Live segments.
    pub segments: u64,
    /// Bytes of terms, and of the longer lists of UIDs.
    pub terms: u64,
    /// See `terms`.
    pub lists: u64,
}

/// Measures the index of a folder.
pub fn extent(tx: &mut Tx<'_>, folder: FolderId) -> StoreResult<Extent> {
    let mut extent = Extent::default();
    for segment in live(tx, folder)? {
        let place = params![folder, segment.id];
        let mut bytes = |sql| tx.one(sql, place, |row| row.u64(0));
        let terms = bytes(
            "SELECT CAST(COALESCE(SUM(LENGTH(data)), 0) AS BIGINT) FROM term_block WHERE folder_id = $1 AND segment_id = $2",
        )?;
        let lists = bytes(
            "SELECT CAST(COALESCE(SUM(LENGTH(data)), 0) AS BIGINT) FROM posting_block WHERE folder_id = $1 AND segment_id = $2",
        )?;
        extent.segments += 1;
        extent.terms += terms.unwrap_or(0);
        extent.lists += lists.unwrap_or(0);
    }
    Ok(extent)
}

/// What is wrong with the index of a folder.
pub(crate) fn check(tx: &mut Tx<'_>, folder: FolderId) -> StoreResult<Vec<String>> {
    let mut wrong = Vec::new();
    let upto = tx.one(
        "SELECT indexed_uid, uid_next FROM folder WHERE id = $1 AND gone_at IS NULL",
        params![folder],
        |row| Ok((row.u32(0)?, row.u32(1)?)),
    )?;
    let Some((upto, next)) = upto else {
        return Ok(wrong);
    };
    if upto >= next {
        wrong.push(format!("indexed up to UID {upto}, UIDNEXT is {next}"));
    }
    // What no segment tells about must be holes.
    let mut covered = 0;
    for segment in live(tx, folder)? {
        if segment.first <= covered || segment.last < segment.first || segment.last > upto {
            let (first, last) = (segment.first, segment.last);
            wrong.push(format!(
                "segment {} of UIDs {first} to {last} overlaps",
                segment.id
            ));
        }
        uncovered(tx, folder, (covered, segment.first), &mut wrong)?;
        covered = covered.max(segment.last);
        match blocks(tx, folder, &segment) {
            Ok(()) => {}
            Err(StoreError::Corrupt(what)) => wrong.push(format!("segment {}: {what}", segment.id)),
            Err(error) => return Err(error),
        }
    }
    uncovered(tx, folder, (covered, upto.saturating_add(1)), &mut wrong)?;
    Ok(wrong)
}

fn uncovered(
    tx: &mut Tx<'_>,
    folder: FolderId,
    (after, before): (u32, u32),
    wrong: &mut Vec<String>,
) -> StoreResult<()> {
    let lost = tx.one(
        "SELECT uid FROM entry WHERE folder_id = $1 AND uid > $2 AND uid < $3 ORDER BY uid LIMIT 1",
        params![folder, after, before],
        |row| row.u32(0),
    )?;
    if let Some(uid) = lost {
        wrong.push(format!("UID {uid} is in no segment of the search index"));
    }
    Ok(())
}

fn blocks(tx: &mut Tx<'_>, folder: FolderId, segment: &Segment) -> StoreResult<()> {
    let within = (segment.first, segment.last);
    let mut before: Vec<u8> = Vec::new();
    // Places of the longer lists follow one another.
    let mut lists: Vec<usize> = Vec::new();
    let mut end = 0_u64;
    tx.each(
        "SELECT first, sum, data FROM term_block WHERE folder_id = $1 AND segment_id = $2 ORDER BY first",
        params![folder, segment.id],
        |row| {
            let (first, data) = (row.bytes(0)?, row.bytes(2)?);
            if sum(data) != row.int(1)? {
                return Err(damaged());
            }
            let mut cursor = Cursor::new(data)?;
            let mut key = Vec::new();
            while let Some(list) = cursor.next()? {
                let fresh = key.is_empty();
                key.clear();
                key.extend_from_slice(first.get(..1).unwrap_or_default());
                key.extend_from_slice(cursor.term());
                if fresh && (key != first || key <= before) {
                    return Err(damaged());
                }
                match list {
                    List::Beside(from, to) => each_range(cursor.beside(from, to), within, |_, _| ())?,
                    List::Away(at, len) => {
                        if at != end {
                            return Err(damaged());
                        }
                        end += len as u64;
                        lists.push(len);
                    }
                }
            }
            before = key;
            Ok(true)
        },
    )?;
    let (mut held, mut seq) = (Vec::new(), 0);
    let mut lists = lists.into_iter().peekable();
    let mut full = true;
    tx.each(
        "SELECT seq, sum, data FROM posting_block WHERE folder_id = $1 AND segment_id = $2 ORDER BY seq",
        params![folder, segment.id],
        |row| {
            let data = row.bytes(2)?;
            if row.int(0)? != seq || sum(data) != row.int(1)? || !full || data.len() > ROW {
                return Err(damaged());
            }
            seq += 1;
            full = data.len() == ROW;
            held.extend_from_slice(data);
            let mut at = 0;
            while let Some(len) = lists.next_if(|len| at + len <= held.len()) {
                each_range(&held[at..at + len], within, |_, _| ())?;
                at += len;
            }
            held.drain(..at);
            Ok(true)
        },
    )?;
    if lists.next().is_some() || !held.is_empty() {
        return Err(damaged());
    }
    Ok(())
}
