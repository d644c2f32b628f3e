//! Requests about one mailbox.

use crate::sql::params;
use crate::{MailboxId, RequestId, StoreResult, Tx};

/// A line of a request that is about a mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// The request.
    pub request: RequestId,
    /// What it asks for: `restore` …
    pub kind: String,
    /// Number of the official document.
    pub document: String,
    /// Why.
    pub reason: String,
    /// When it came (ms).
    pub received_at: i64,
    /// `open`, `granted`, `refused`, `done` …
    pub state: String,
}

/// The newest about a mailbox, at most `limit`.
pub fn mailbox(tx: &mut Tx<'_>, mailbox: MailboxId, limit: i64) -> StoreResult<Vec<About>> {
    tx.all(
        "SELECT r.id, r.kind, r.document, r.reason, r.received_at, l.state
         FROM request_line l JOIN request r ON r.id = l.request_id WHERE l.mailbox_id = $1 ORDER BY r.id DESC LIMIT $2",
        params![mailbox, limit],
        |row| {
            Ok(About {
                request: RequestId(row.int(0)?),
                kind: row.text(1)?,
                document: row.text(2)?,
                reason: row.text(3)?,
                received_at: row.int(4)?,
                state: row.text(5)?,
            })
        },
    )
}
