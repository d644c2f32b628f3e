//! Changing flags.

use crate::keyword::flag;
use crate::sql::params;
use crate::{Change, FolderId, StoreError, StoreResult, Tx};

/// What STORE does to flag bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlagChange {
    /// `+FLAGS`
    Add(i64),
    /// `-FLAGS`
    Remove(i64),
    /// `FLAGS`
    Replace(i64),
}

impl FlagChange {
    /// Bits kept, bits set.
    fn masks(self) -> (i64, i64) {
        match self {
            Self::Add(bits) => (-1, bits),
            Self::Remove(bits) => (!bits, 0),
            Self::Replace(bits) => (0, bits),
        }
    }
}

/// What was changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FlagsStored {
    /// Entries whose flags are different now: UID and flags, by UID.
    pub changed: Vec<(u32, i64)>,
    /// Entries left alone because they changed after the `UNCHANGEDSINCE` value (RFC 7162 §3.1.3).
    pub refused: Vec<u32>,
    /// The modseq of this change.
    pub modseq: i64,
}

/// Changes flags of the entries in `ranges`. What has them already keeps its modseq.
pub fn store_flags(
    tx: &mut Tx<'_>,
    folder: FolderId,
    ranges: &[(u32, u32)],
    change: FlagChange,
    unchanged_since: Option<i64>,
) -> StoreResult<FlagsStored> {
    let modseq = tx
        .one(
            "UPDATE folder SET modseq = modseq + 1 WHERE id = $1 AND gone_at IS NULL RETURNING modseq",
            params![folder],
            |row| row.int(0),
        )?
        .ok_or(StoreError::NotFound("folder"))?;
    let (keep, set) = change.masks();
    let counts_unseen = (keep & flag::SEEN == 0) || (set & flag::SEEN != 0);
    let mut stored = FlagsStored {
        modseq,
        ..FlagsStored::default()
    };
    let mut unseen = 0;
    for (first, last) in super::in_order(ranges) {
        if let Some(since) = unchanged_since {
            stored.refused.extend(tx.all(
                "SELECT uid FROM entry WHERE folder_id = $1 AND uid BETWEEN $2 AND $3 AND modseq > $4 ORDER BY uid",
                params![folder, first, last, since],
                |row| row.u32(0),
            )?);
        }
        if counts_unseen {
            unseen -= count_unseen(tx, folder, first, last)?;
        }
        stored.changed.extend(tx.all(
            "UPDATE entry SET flags = (flags & $4) | $5, modseq = $6
             WHERE folder_id = $1 AND uid BETWEEN $2 AND $3 AND flags <> ((flags & $4) | $5) AND modseq <= $7
             RETURNING uid, flags",
            params![folder, first, last, keep, set, modseq, unchanged_since.unwrap_or(i64::MAX)],
            |row| Ok((row.u32(0)?, row.int(1)?)),
        )?);
        if counts_unseen {
            unseen += count_unseen(tx, folder, first, last)?;
        }
    }
    stored.changed.sort_unstable();
    if unseen != 0 {
        tx.execute(
            "UPDATE folder SET unseen = unseen + $2 WHERE id = $1",
            params![folder, unseen],
        )?;
    }
    if !stored.changed.is_empty() {
        tx.tell(Change::Folder(folder));
    }
    Ok(stored)
}

fn count_unseen(tx: &mut Tx<'_>, folder: FolderId, first: u32, last: u32) -> StoreResult<i64> {
    Ok(tx
        .one(
            "SELECT COUNT(*) FROM entry /*sqlite INDEXED BY entry_unseen*/ WHERE folder_id = $1 AND uid BETWEEN $2 AND $3 AND (flags & 1) = 0",
            params![folder, first, last],
            |row| row.int(0),
        )?
        .unwrap_or(0))
}
