//! A folder as people look through it: the newest first, a page at a time, from any place in it.

use super::EntryView;
use crate::sql::params;
use crate::{AccountId, FolderId, StoreResult, Tx};

macro_rules! page {
    ($index:literal, $which:literal, $order:literal) => {
        concat!(
            "SELECT e.uid, e.flags, e.modseq, e.internal_at, e.saved_at, e.size, e.message_id, e.prefix,
                    COALESCE(e.object_id, e.folder_id * 4294967296 + e.uid),
                    m.envelope, m.structure, m.header_len, m.subject, m.sent_at, m.preview, m.thread_id
             FROM entry e ",
            $index,
            " JOIN message m ON m.id = e.message_id WHERE e.folder_id = $1 AND ",
            $which,
            $order,
            " LIMIT $3"
        )
    };
}

/// Which entries are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shown {
    /// All.
    #[default]
    All,
    /// Those without \Seen.
    Unseen,
    /// Those with \Flagged.
    Flagged,
    /// Those of a unit mailbox that this account has in hand, and nobody has answered (TQ.11.4).
    Held(AccountId),
    /// Those that nobody has in hand.
    Unclaimed,
    /// Both, whoever has them.
    Waiting,
}

/// From where, and which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Towards {
    /// Those with a lower UID than this, the highest first.
    Older(u32),
    /// Those with a higher UID than this, the lowest first.
    Newer(u32),
}

pub(crate) const ON_DESK_OLDER: &str = page!(
    "/*sqlite INDEXED BY entry_desk*/",
    "e.desk = $4 AND e.uid < $2",
    " ORDER BY e.uid DESC"
);
const ON_DESK_NEWER: &str = page!(
    "/*sqlite INDEXED BY entry_desk*/",
    "e.desk = $4 AND e.uid > $2",
    " ORDER BY e.uid"
);
pub(crate) const WAITS_OLDER: &str = page!(
    "/*sqlite INDEXED BY entry_waits*/",
    "e.desk IS NOT NULL AND e.uid < $2",
    " ORDER BY e.uid DESC"
);

/// Calls `f` for at most `most` entries of a folder, as [`super::Want::Message`] shows them. Costs what it shows, wherever
/// in the folder it is.
pub fn page(
    tx: &mut Tx<'_>,
    folder: FolderId,
    shown: Shown,
    towards: Towards,
    most: u32,
    mut f: impl FnMut(&EntryView<'_>) -> StoreResult<()>,
) -> StoreResult<()> {
    // Nobody's, where the statement asks whose it is.
    let desk = match shown {
        Shown::Held(account) => account.0,
        _ => 0,
    };
    let (sql, from) = match (shown, towards) {
        (Shown::All, Towards::Older(from)) => {
            (page!("", "e.uid < $2", " ORDER BY e.uid DESC"), from)
        }
        (Shown::All, Towards::Newer(from)) => (page!("", "e.uid > $2", " ORDER BY e.uid"), from),
        (Shown::Unseen, Towards::Older(from)) => (
            page!(
                "/*sqlite INDEXED BY entry_unseen*/",
                "(e.flags & 1) = 0 AND e.uid < $2",
                " ORDER BY e.uid DESC"
            ),
            from,
        ),
        (Shown::Unseen, Towards::Newer(from)) => (
            page!(
                "/*sqlite INDEXED BY entry_unseen*/",
                "(e.flags & 1) = 0 AND e.uid > $2",
                " ORDER BY e.uid"
            ),
            from,
        ),
        (Shown::Flagged, Towards::Older(from)) => (
            page!(
                "/*sqlite INDEXED BY entry_flagged*/",
                "(e.flags & 4) <> 0 AND e.uid < $2",
                " ORDER BY e.uid DESC"
            ),
            from,
        ),
        (Shown::Flagged, Towards::Newer(from)) => (
            page!(
                "/*sqlite INDEXED BY entry_flagged*/",
                "(e.flags & 4) <> 0 AND e.uid > $2",
                " ORDER BY e.uid"
            ),
            from,
        ),
        (Shown::Held(_) | Shown::Unclaimed, Towards::Older(from)) => (ON_DESK_OLDER, from),
        (Shown::Held(_) | Shown::Unclaimed, Towards::Newer(from)) => (ON_DESK_NEWER, from),
        (Shown::Waiting, Towards::Older(from)) => (WAITS_OLDER, from),
        (Shown::Waiting, Towards::Newer(from)) => (
            page!(
                "/*sqlite INDEXED BY entry_waits*/",
                "e.desk IS NOT NULL AND e.uid > $2",
                " ORDER BY e.uid"
            ),
            from,
        ),
    };
    let asks = matches!(shown, Shown::Held(_) | Shown::Unclaimed);
    let values = params![folder, from, most, desk];
    tx.each(sql, &values[..if asks { 4 } else { 3 }], |row| {
        f(&EntryView::of(row))?;
        Ok(true)
    })
}

/// Whether the entry is there. On PostgreSQL it is locked until the transaction ends: two that take it away do not both
/// find it.
pub fn exists(tx: &mut Tx<'_>, folder: FolderId, uid: u32) -> StoreResult<bool> {
    let sql = if tx.is_postgres() {
        "SELECT uid FROM entry WHERE folder_id = $1 AND uid = $2 FOR UPDATE"
    } else {
        "SELECT uid FROM entry WHERE folder_id = $1 AND uid = $2"
    };
    let found = tx.one(sql, params![folder, uid], |row| row.u32(0))?;
    Ok(found.is_some())
}

pub(crate) const BY_DATE: &str = "SELECT internal_at, uid FROM entry /*sqlite INDEXED BY entry_internal*/ WHERE folder_id = $1 AND (internal_at, uid) < ($2, CAST($3 AS BIGINT)) ORDER BY internal_at DESC, uid DESC LIMIT $4";

/// Calls `f` with the internal date (ms) and the UID of at most `most` entries, the newest first, those that stand below a date
/// and UID, until it returns `false`. Costs what it calls for.
pub fn by_date(
    tx: &mut Tx<'_>,
    folder: FolderId,
    (at, uid): (i64, i64),
    most: u32,
    mut f: impl FnMut(i64, u32) -> bool,
) -> StoreResult<()> {
    tx.each(BY_DATE, params![folder, at, uid, most], |row| {
        Ok(f(row.int(0)?, row.u32(1)?))
    })
}

/// Calls `f` with the internal date (ms) and the UID of each entry of `first..=last`.
pub fn dates(
    tx: &mut Tx<'_>,
    folder: FolderId,
    (first, last): (u32, u32),
    mut f: impl FnMut(i64, u32),
) -> StoreResult<()> {
    tx.each(
        "SELECT internal_at, uid FROM entry WHERE folder_id = $1 AND uid BETWEEN $2 AND $3",
        params![folder, first, last],
        |row| {
            f(row.int(0)?, row.u32(1)?);
            Ok(true)
        },
    )
}
