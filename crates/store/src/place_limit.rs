//! How much the mailboxes of a place hold and their messages carry, where somebody set that.

use crate::sql::params;
use crate::{MailboxId, OrganisationId, StoreResult, Tx};

/// What is set at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceLimit {
    /// The place at which it is set.
    pub place: OrganisationId,
    /// How much (bytes).
    pub bytes: u64,
    /// What approved more than the regulation's maximum; may be empty.
    pub document: String,
}

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// What a mailbox holds.
    Quota,
    /// What a message from it carries: the sum of its decoded attachments.
    Attachment,
}

impl Measure {
    fn name(self) -> &'static str {
        match self {
            Self::Quota => "quota",
            Self::Attachment => "attachment",
        }
    }
}

/// What holds for mailboxes of a kind (`personal`, `unit`) at a place: what is set there, else at the nearest place above.
pub fn at(
    tx: &mut Tx<'_>,
    place: OrganisationId,
    (kind, measure): (&str, Measure),
) -> StoreResult<Option<PlaceLimit>> {
    tx.one(
        "WITH RECURSIVE above (id, parent_id, depth) AS (
             SELECT id, parent_id, 0 FROM organisation WHERE id = $1 UNION ALL
             SELECT o.id, o.parent_id, a.depth + 1 FROM above a JOIN organisation o ON o.id = a.parent_id
             WHERE a.depth < 64
         ) SELECT q.organisation_id, q.bytes, q.document FROM above a
           JOIN place_limit q ON q.organisation_id = a.id AND q.kind = $2 AND q.measure = $3 ORDER BY a.depth LIMIT 1",
        params![place, kind, measure.name()],
        |row| {
            Ok(PlaceLimit {
                place: OrganisationId(row.int(0)?),
                bytes: row.u64(1)?,
                document: row.text(2)?,
            })
        },
    )
}

/// Sets it at a place; `None`: what holds above holds there.
pub fn set(
    tx: &mut Tx<'_>,
    place: OrganisationId,
    (kind, measure): (&str, Measure),
    new: Option<(u64, &str)>,
) -> StoreResult<()> {
    match new {
        Some((bytes, document)) => tx.execute(
            "INSERT INTO place_limit (organisation_id, kind, measure, bytes, document) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (organisation_id, kind, measure) DO UPDATE SET bytes = excluded.bytes, document = excluded.document",
            params![place, kind, measure.name(), i64::try_from(bytes).unwrap_or(i64::MAX), document],
        )?,
        None => tx.execute(
            "DELETE FROM place_limit WHERE organisation_id = $1 AND kind = $2 AND measure = $3",
            params![place, kind, measure.name()],
        )?,
    };
    Ok(())
}

/// The mailboxes of a kind at a place itself that are in use and may hold less than so much, in the order of their rows, at
/// most `limit`.
pub fn smaller(
    tx: &mut Tx<'_>,
    place: OrganisationId,
    kind: &str,
    bytes: u64,
    limit: i64,
) -> StoreResult<Vec<MailboxId>> {
    tx.all(
        "SELECT id FROM mailbox WHERE organisation_id = $1 AND kind = $2 AND quota_bytes < $3
         AND revoked_at IS NULL AND deleted_at IS NULL ORDER BY id LIMIT $4",
        params![place, kind, i64::try_from(bytes).unwrap_or(i64::MAX), limit],
        |row| Ok(MailboxId(row.int(0)?)),
    )
}

/// The most that is set anywhere for what a message carries, for places and single mailboxes.
pub fn largest_attachment(tx: &mut Tx<'_>) -> StoreResult<Option<u64>> {
    let most = tx.one(
        "SELECT MAX(bytes) FROM (SELECT MAX(bytes) AS bytes FROM place_limit WHERE measure = 'attachment' UNION ALL
             SELECT MAX(attachment_bytes) FROM mailbox WHERE attachment_bytes IS NOT NULL) most",
        params![],
        |row| row.opt_int(0),
    )?;
    Ok(most.flatten().map(i64::unsigned_abs))
}
