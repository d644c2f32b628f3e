//! Immutable messages: one blob and the facts parsed from it once.

use crate::blob::StagedBlob;
use crate::sql::params;
use crate::{BlobId, MessageId, StoreError, StoreResult, Tx, blob, entry, takedown};

/// A message to store; `envelope` and `structure` are `congvu-message`'s.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// Bytes of the header with its empty line.
    pub header_len: u64,
    /// The Date field (ms), where it can be read.
    pub sent_at: Option<i64>,
    /// The Message-ID field.
    pub message_id: Option<String>,
    /// Decoded subject.
    pub subject: String,
    /// The beginning of its text.
    pub preview: String,
    /// Message-IDs of those it answers, oldest first, divided by spaces.
    pub references: String,
    /// IMAP ENVELOPE as it goes over the wire.
    pub envelope: Vec<u8>,
    /// The MIME tree.
    pub structure: Vec<u8>,
    /// What cases of takedown compare; only where some are sealed.
    pub marks: Option<Marks>,
}

/// What else a case of takedown compares of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Who wrote it (From, Sender), in lower case.
    pub senders: Vec<String>,
    /// SHA-256 of each part as it is decoded, and of each message within it.
    pub parts: Vec<[u8; 32]>,
}

/// What [`put`] stored.
#[derive(Clone, Copy, Debug)]
pub struct Stored {
    /// The message.
    pub id: MessageId,
    /// Bytes of the message without any recipient's own header lines.
    pub size: u64,
    /// True where the staged blob is in use now; false where the content was there already.
    pub fresh: bool,
}

/// The conversation a message belongs to: that of the oldest message it answers, else its own. It says so by
/// itself, so that it never changes and no delivery looks for others.
fn thread(new: &NewMessage) -> Option<i64> {
    let oldest = new.references.split(' ').find(|id| !id.is_empty());
    let began = oldest.or(new.message_id.as_deref())?;
    let bytes = *blake3::hash(began.as_bytes()).as_bytes().first_chunk()?;
    Some(i64::from_be_bytes(bytes) & i64::MAX)
}

/// Stores a message, or finds the one with the same bytes.
pub fn put(tx: &mut Tx<'_>, staged: &StagedBlob, new: &NewMessage) -> StoreResult<Stored> {
    let (blob, fresh): (BlobId, bool) = blob::put(tx, staged)?;
    let size = staged.size();
    let id = tx
        .one(
            "INSERT INTO message (blob_id, size, header_len, created_at, sent_at, message_id, subject, preview, refs, envelope, structure, thread_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
             ON CONFLICT (blob_id) DO UPDATE SET blob_id = excluded.blob_id RETURNING id",
            params![
                blob,
                size as i64,
                new.header_len as i64,
                tx.now(),
                new.sent_at,
                new.message_id.as_ref(),
                &new.subject,
                &new.preview,
                &new.references,
                &new.envelope,
                &new.structure,
                thread(new)
            ],
            |row| Ok(MessageId(row.int(0)?)),
        )?
        .ok_or(StoreError::NotFound("message"))?;
    if tx.is_watched() {
        takedown::notice(tx, id, staged.hash(), new)?;
    }
    Ok(Stored { id, size, fresh })
}

/// Stores a message that waits for its entries: where they do not come within minutes, the sweeper
/// takes it. What brings many messages in one transaction need not keep them in memory.
pub fn park(tx: &mut Tx<'_>, staged: &StagedBlob, new: &NewMessage) -> StoreResult<Stored> {
    let stored = put(tx, staged, new)?;
    entry::loosen(tx, vec![stored.id.0])?;
    Ok(stored)
}

/// Makes sure that a parked message is still there, and that it stays until this transaction ends.
/// False where the sweeper was faster.
pub fn hold(tx: &mut Tx<'_>, parked: MessageId) -> StoreResult<bool> {
    let rows = tx.execute(
        "UPDATE message SET blob_id = blob_id WHERE id = $1",
        params![parked],
    )?;
    Ok(rows == 1)
}
