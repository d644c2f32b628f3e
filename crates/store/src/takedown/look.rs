//! Looking for messages.

use super::Criteria;
use crate::blob::{self, BlobRef};
use crate::sql::params;
use crate::{MessageId, Row, StoreError, StoreResult, TakedownId, Tx};

/// By the index of Message-IDs.
pub(crate) const BY_NAME: &str = "SELECT m.id, m.message_id, m.created_at, m.envelope, m.structure,
            b.id, b.size, b.codec, b.object, b.data, b.hash, b.stored
     FROM message m JOIN blob b ON b.id = m.blob_id
     WHERE m.message_id = $1 AND m.id > $2 ORDER BY m.id LIMIT $3";
/// By the index of contents.
pub(crate) const BY_CONTENT: &str =
    "SELECT m.id, m.message_id, m.created_at, m.envelope, m.structure,
            b.id, b.size, b.codec, b.object, b.data, b.hash, b.stored
     FROM blob b JOIN message m ON m.blob_id = b.id
     WHERE b.hash = $1 AND b.state = 0 AND m.id > $2 ORDER BY m.id LIMIT $3";
/// By the index of times.
pub(crate) const BY_TIME: &str =
    "SELECT m.id, m.message_id, m.created_at, m.envelope, m.structure,
            b.id, b.size, b.codec, b.object, b.data, b.hash, b.stored
     FROM message m JOIN blob b ON b.id = m.blob_id
     WHERE (m.created_at, m.id) > ($1, $2) AND m.created_at < $3 ORDER BY m.created_at, m.id LIMIT $4";

/// A message that may be one of those looked for: what the database can tell of it holds.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Its row.
    pub message: MessageId,
    /// When it came (ms).
    pub came_at: i64,
    /// IMAP ENVELOPE.
    pub envelope: Vec<u8>,
    /// MIME tree.
    pub structure: Vec<u8>,
    /// Its bytes.
    pub blob: BlobRef,
    /// Whether what the database can tell of it holds.
    pub fits: bool,
}

fn candidate(row: &Row<'_>, criteria: &Criteria) -> StoreResult<Candidate> {
    let blob = blob::from_row(row, 5)?;
    let came_at = row.int(2)?;
    Ok(Candidate {
        message: MessageId(row.int(0)?),
        came_at,
        envelope: row.bytes(3)?.to_vec(),
        structure: row.bytes(4)?.to_vec(),
        fits: criteria.fits_row(row.opt_text(1)?.as_deref(), &blob.hash, came_at),
        blob,
    })
}

/// The next messages that may be looked for, behind one (time, row); those that [`Candidate::fits`] says no of only tell how
/// far it went. Found by the most telling of what is given: Message-ID, content, else time.
pub fn candidates(
    tx: &mut Tx<'_>,
    criteria: &Criteria,
    (at, id): (i64, MessageId),
    limit: i64,
) -> StoreResult<Vec<Candidate>> {
    let read = |row: &Row<'_>| candidate(row, criteria);
    if let Some(name) = &criteria.message_id {
        tx.all(BY_NAME, params![name, id, limit], read)
    } else if let Some(content) = &criteria.content {
        tx.all(BY_CONTENT, params![&content[..], id, limit], read)
    } else {
        let until = criteria.until_at.unwrap_or(i64::MAX);
        tx.all(BY_TIME, params![at, id, until, limit], read)
    }
}

/// A message that a case is about. Its bytes stay for the case. Nothing where it is known, or is itself a notice.
pub fn add_found(tx: &mut Tx<'_>, case: TakedownId, message: MessageId) -> StoreResult<bool> {
    let rows = tx.execute(
        "INSERT INTO takedown_message (takedown_id, message_id, size, name, created_at, found_at)
         SELECT $1, m.id, m.size, COALESCE(m.message_id, ''), m.created_at, $3 FROM message m
         WHERE m.id = $2 AND NOT EXISTS (SELECT 1 FROM takedown t WHERE t.stub_id = m.id)
         ON CONFLICT DO NOTHING",
        params![case, message, tx.now()],
    )?;
    Ok(rows > 0)
}

/// Whether a case knows a message.
pub fn known(tx: &mut Tx<'_>, case: TakedownId, message: MessageId) -> StoreResult<bool> {
    let found = tx.one(
        "SELECT 1 FROM takedown_message WHERE takedown_id = $1 AND message_id = $2",
        params![case, message],
        |_| Ok(()),
    )?;
    Ok(found.is_some())
}

/// How far was looked.
pub fn scanned(tx: &mut Tx<'_>, case: TakedownId, (at, id): (i64, MessageId)) -> StoreResult<()> {
    tx.execute(
        "UPDATE takedown SET scan_at = $2, scan_id = $3 WHERE id = $1",
        params![case, at, id],
    )?;
    Ok(())
}

/// All there was had been looked at.
pub fn mark_found(tx: &mut Tx<'_>, case: TakedownId) -> StoreResult<()> {
    tx.execute(
        "UPDATE takedown SET found_at = COALESCE(found_at, $2) WHERE id = $1",
        params![case, tx.now()],
    )?;
    Ok(())
}

/// A message of a case whose SHA-256 is not known yet, and where its bytes are.
pub fn found(tx: &mut Tx<'_>, case: TakedownId) -> StoreResult<Option<(MessageId, BlobRef)>> {
    tx.one(
        "SELECT c.message_id, b.id, b.size, b.codec, b.object, b.data, b.hash, b.stored
         FROM takedown_message c JOIN message m ON m.id = c.message_id JOIN blob b ON b.id = m.blob_id
         WHERE c.takedown_id = $1 AND c.held = 1 AND c.sha256 IS NULL ORDER BY c.message_id LIMIT 1",
        params![case],
        |row| Ok((MessageId(row.int(0)?), blob::from_row(row, 1)?)),
    )
}

/// Notes it.
pub fn set_sha256(
    tx: &mut Tx<'_>,
    case: TakedownId,
    message: MessageId,
    sha256: &[u8; 32],
) -> StoreResult<()> {
    let rows = tx.execute(
        "UPDATE takedown_message SET sha256 = $3 WHERE takedown_id = $1 AND message_id = $2",
        params![case, message, &sha256[..]],
    )?;
    if rows == 0 {
        return Err(StoreError::NotFound("takedown"));
    }
    Ok(())
}

/// Where the bytes of a message are that a case keeps.
pub fn bytes_of(
    tx: &mut Tx<'_>,
    case: TakedownId,
    message: MessageId,
) -> StoreResult<Option<BlobRef>> {
    tx.one(
        "SELECT b.id, b.size, b.codec, b.object, b.data, b.hash, b.stored
         FROM takedown_message c JOIN message m ON m.id = c.message_id JOIN blob b ON b.id = m.blob_id
         WHERE c.takedown_id = $1 AND c.message_id = $2 AND c.held = 1",
        params![case, message],
        |row| blob::from_row(row, 0),
    )
}
