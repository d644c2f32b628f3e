//! Reading what SORT and THREAD order by: columns, never the bytes of a message.

use crate::sql::params;
use crate::{FolderId, Row, StoreResult, Tx};

/// Which columns a scan must read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Headers {
    /// INTERNALDATE, size.
    Entries,
    /// And the Date field and the subject.
    Subjects,
    /// And the envelope.
    Addresses,
    /// And the Message-ID and what the message answers.
    References,
}

/// The header of one entry during a scan.
#[derive(Debug)]
pub struct HeaderView<'a> {
    row: &'a Row<'a>,
}

impl HeaderView<'_> {
    /// UID.
    pub fn uid(&self) -> StoreResult<u32> {
        self.row.u32(0)
    }
    /// INTERNALDATE (ms).
    pub fn internal_at(&self) -> StoreResult<i64> {
        self.row.int(1)
    }
    /// Bytes, prefix included.
    pub fn size(&self) -> StoreResult<u64> {
        self.row.u64(2)
    }
    /// The Date field (ms), else INTERNALDATE (RFC 5256 §2.2) ([`Headers::Subjects`]).
    pub fn sent_at(&self) -> StoreResult<i64> {
        Ok(match self.row.opt_int(3)? {
            Some(sent_at) => sent_at,
            None => self.internal_at()?,
        })
    }
    /// Decoded subject ([`Headers::Subjects`]).
    pub fn subject(&self) -> StoreResult<String> {
        self.row.text(4)
    }
    /// IMAP ENVELOPE ([`Headers::Addresses`]).
    pub fn envelope(&self) -> StoreResult<&[u8]> {
        self.row.bytes(5)
    }
    /// The Message-ID field ([`Headers::References`]).
    pub fn message_id(&self) -> StoreResult<Option<String>> {
        self.row.opt_text(5)
    }
    /// Message-IDs of those it answers, oldest first, divided by spaces ([`Headers::References`]).
    pub fn references(&self) -> StoreResult<String> {
        self.row.text(6)
    }
}

/// Calls `f` for each entry with a UID in `first..=last`, ascending, until it returns `false`.
pub fn headers(
    tx: &mut Tx<'_>,
    folder: FolderId,
    (first, last): (u32, u32),
    which: Headers,
    mut f: impl FnMut(&HeaderView<'_>) -> StoreResult<bool>,
) -> StoreResult<()> {
    let sql = match which {
        Headers::Entries => {
            "SELECT uid, internal_at, size FROM entry
             WHERE folder_id = $1 AND uid BETWEEN $2 AND $3 ORDER BY uid"
        }
        Headers::Subjects => {
            "SELECT e.uid, e.internal_at, e.size, m.sent_at, m.subject
             FROM entry e JOIN message m ON m.id = e.message_id
             WHERE e.folder_id = $1 AND e.uid BETWEEN $2 AND $3 ORDER BY e.uid"
        }
        Headers::Addresses => {
            "SELECT e.uid, e.internal_at, e.size, m.sent_at, m.subject, m.envelope
             FROM entry e JOIN message m ON m.id = e.message_id
             WHERE e.folder_id = $1 AND e.uid BETWEEN $2 AND $3 ORDER BY e.uid"
        }
        Headers::References => {
            "SELECT e.uid, e.internal_at, e.size, m.sent_at, m.subject, m.message_id, m.refs
             FROM entry e JOIN message m ON m.id = e.message_id
             WHERE e.folder_id = $1 AND e.uid BETWEEN $2 AND $3 ORDER BY e.uid"
        }
    };
    tx.each(sql, params![folder, first, last], |row| {
        f(&HeaderView { row })
    })
}
