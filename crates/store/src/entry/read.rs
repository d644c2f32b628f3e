//! Reading entries: what FETCH, SEARCH and a session's catching up need.

use crate::blob::{self, BlobRef};
use crate::sql::params;
use crate::{FolderId, MessageId, Row, StoreResult, Tx};

/// By the index of unseen entries.
pub(crate) const FIRST_UNSEEN: &str = "SELECT uid FROM entry /*sqlite INDEXED BY entry_unseen*/ WHERE folder_id = $1 AND (flags & 1) = 0 ORDER BY uid LIMIT 1";

/// Backwards from the newest.
pub(crate) const NEWEST: &str = "SELECT uid, flags, modseq, born FROM entry WHERE folder_id = $1 AND uid < $2 ORDER BY uid DESC LIMIT 256";

/// What changed since; by the index of entries whose flags changed.
pub(crate) const TOUCHED: &str =
    "SELECT uid, flags, modseq FROM entry WHERE folder_id = $1 AND modseq <> born AND modseq > $2";

/// How much of each entry a scan must read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Want {
    /// UID, flags, modseq, dates, size.
    Entry,
    /// And the message's envelope, structure, subject.
    Message,
    /// And where its bytes are (inline ones are read along).
    Blob,
}

/// One entry during a scan.
#[derive(Debug)]
pub struct EntryView<'a> {
    row: &'a Row<'a>,
}

impl<'a> EntryView<'a> {
    pub(super) fn of(row: &'a Row<'a>) -> Self {
        Self { row }
    }
}

impl EntryView<'_> {
    /// UID.
    pub fn uid(&self) -> StoreResult<u32> {
        self.row.u32(0)
    }
    /// Flag bits.
    pub fn flags(&self) -> StoreResult<i64> {
        self.row.int(1)
    }
    /// MODSEQ.
    pub fn modseq(&self) -> StoreResult<i64> {
        self.row.int(2)
    }
    /// INTERNALDATE (ms).
    pub fn internal_at(&self) -> StoreResult<i64> {
        self.row.int(3)
    }
    /// When it came into this folder (ms).
    pub fn saved_at(&self) -> StoreResult<i64> {
        self.row.int(4)
    }
    /// Bytes, prefix included.
    pub fn size(&self) -> StoreResult<u64> {
        self.row.u64(5)
    }
    /// The message.
    pub fn message(&self) -> StoreResult<MessageId> {
        Ok(MessageId(self.row.int(6)?))
    }
    /// This recipient's own header lines.
    pub fn prefix(&self) -> StoreResult<&[u8]> {
        self.row.bytes(7)
    }
    /// What identifies its content for ever: where that first lay. Copies share it, and nothing
    /// else ever has it, for neither a folder's id nor a UID is given out twice.
    pub fn object(&self) -> StoreResult<i64> {
        self.row.int(8)
    }
    /// IMAP ENVELOPE ([`Want::Message`]).
    pub fn envelope(&self) -> StoreResult<&[u8]> {
        self.row.bytes(9)
    }
    /// MIME tree ([`Want::Message`]).
    pub fn structure(&self) -> StoreResult<&[u8]> {
        self.row.bytes(10)
    }
    /// Bytes of the header in the blob ([`Want::Message`]).
    pub fn header_len(&self) -> StoreResult<u64> {
        self.row.u64(11)
    }
    /// Decoded subject ([`Want::Message`]).
    pub fn subject(&self) -> StoreResult<String> {
        self.row.text(12)
    }
    /// The Date field (ms) ([`Want::Message`]).
    pub fn sent_at(&self) -> StoreResult<Option<i64>> {
        self.row.opt_int(13)
    }
    /// The beginning of its text ([`Want::Message`]).
    pub fn preview(&self) -> StoreResult<String> {
        self.row.text(14)
    }
    /// The conversation it belongs to ([`Want::Message`]); none where it has no Message-ID and answers nothing.
    pub fn thread(&self) -> StoreResult<Option<i64>> {
        self.row.opt_int(15)
    }
    /// Where the bytes are ([`Want::Blob`]).
    pub fn blob(&self) -> StoreResult<BlobRef> {
        blob::from_row(self.row, 16)
    }
}

/// Calls `f` for each entry with a UID in `first..=last`, ascending, until it returns `false`.
pub fn scan(
    tx: &mut Tx<'_>,
    folder: FolderId,
    (first, last): (u32, u32),
    want: Want,
    mut f: impl FnMut(&EntryView<'_>) -> StoreResult<bool>,
) -> StoreResult<()> {
    let sql = match want {
        Want::Entry => {
            "SELECT uid, flags, modseq, internal_at, saved_at, size, message_id, prefix,
                    COALESCE(object_id, folder_id * 4294967296 + uid)
             FROM entry WHERE folder_id = $1 AND uid BETWEEN $2 AND $3 ORDER BY uid"
        }
        Want::Message => {
            "SELECT e.uid, e.flags, e.modseq, e.internal_at, e.saved_at, e.size, e.message_id, e.prefix,
                    COALESCE(e.object_id, e.folder_id * 4294967296 + e.uid),
                    m.envelope, m.structure, m.header_len, m.subject, m.sent_at, m.preview, m.thread_id
             FROM entry e JOIN message m ON m.id = e.message_id
             WHERE e.folder_id = $1 AND e.uid BETWEEN $2 AND $3 ORDER BY e.uid"
        }
        Want::Blob => {
            "SELECT e.uid, e.flags, e.modseq, e.internal_at, e.saved_at, e.size, e.message_id, e.prefix,
                    COALESCE(e.object_id, e.folder_id * 4294967296 + e.uid),
                    m.envelope, m.structure, m.header_len, m.subject, m.sent_at, m.preview, m.thread_id,
                    b.id, b.size, b.codec, b.object, b.data, b.hash, b.stored
             FROM entry e JOIN message m ON m.id = e.message_id JOIN blob b ON b.id = m.blob_id
             WHERE e.folder_id = $1 AND e.uid BETWEEN $2 AND $3 ORDER BY e.uid"
        }
    };
    tx.each(sql, params![folder, first, last], |row| {
        f(&EntryView::of(row))
    })
}

/// The UID ranges below `uid_next` that hold nothing, ascending: what a view is built from.
pub fn holes(tx: &mut Tx<'_>, folder: FolderId) -> StoreResult<Vec<(u32, u32)>> {
    tx.all(
        "SELECT uid_first, uid_last FROM hole WHERE folder_id = $1 ORDER BY uid_first",
        params![folder],
        |row| Ok((row.u32(0)?, row.u32(1)?)),
    )
}

/// The lowest UID without \Seen.
pub fn first_unseen(tx: &mut Tx<'_>, folder: FolderId) -> StoreResult<Option<u32>> {
    tx.one(FIRST_UNSEEN, params![folder], |row| row.u32(0))
}

/// An entry that is new or whose flags changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Changed {
    /// UID.
    pub uid: u32,
    /// Flag bits now.
    pub flags: i64,
    /// Its modseq now.
    pub modseq: i64,
}

/// Entries with a modseq above `since`, by UID. Costs what it returns: changed ones come from an
/// index, new ones lie at the end, for the modseq an entry came with rises with its UID.
pub fn changed_since(tx: &mut Tx<'_>, folder: FolderId, since: i64) -> StoreResult<Vec<Changed>> {
    Ok(changed_up_to(tx, folder, since, usize::MAX)?.unwrap_or_default())
}

/// As [`changed_since`]; `None` where there are more than `most`.
pub fn changed_up_to(
    tx: &mut Tx<'_>,
    folder: FolderId,
    since: i64,
    most: usize,
) -> StoreResult<Option<Vec<Changed>>> {
    let mut found = Vec::new();
    tx.each(TOUCHED, params![folder, since], |row| {
        found.push(Changed {
            uid: row.u32(0)?,
            flags: row.int(1)?,
            modseq: row.int(2)?,
        });
        Ok(found.len() <= most)
    })?;
    let mut below = i64::from(u32::MAX) + 1;
    while found.len() <= most {
        let mut seen = 0;
        let mut end = false;
        tx.each(NEWEST, params![folder, below], |row| {
            seen += 1;
            below = row.int(0)?;
            let (modseq, born) = (row.int(2)?, row.int(3)?);
            if born <= since {
                end = true;
                return Ok(false);
            }
            if modseq != born {
                return Ok(true);
            }
            found.push(Changed {
                uid: row.u32(0)?,
                flags: row.int(1)?,
                modseq,
            });
            Ok(true)
        })?;
        if end || seen < 256 {
            break;
        }
    }
    if found.len() > most {
        return Ok(None);
    }
    found.sort_unstable();
    Ok(Some(found))
}

/// UID ranges that left after `since`; `None` where some of that was forgotten, and nothing is known
/// but the [`holes`].
pub fn vanished_since(
    tx: &mut Tx<'_>,
    folder: FolderId,
    since: i64,
) -> StoreResult<Option<Vec<(u32, u32)>>> {
    let found = tx.all(
        "SELECT uid_first, uid_last FROM expunged WHERE folder_id = $1 AND modseq > $2 ORDER BY modseq, uid_first",
        params![folder, since],
        |row| Ok((row.u32(0)?, row.u32(1)?)),
    )?;
    let forgotten = found.contains(&super::remove::FORGOTTEN);
    Ok((!forgotten).then_some(found))
}
