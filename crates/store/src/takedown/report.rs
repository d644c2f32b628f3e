//! What a case tells: where copies lie, who had them, what became of them. Never what they say.

use crate::keyword::flag;
use crate::sql::params;
use crate::{MailboxId, MessageId, OrganisationId, QueueId, Row, StoreResult, TakedownId, Tx};

/// Copies in one folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Where its mailbox belongs.
    pub organisation: OrganisationId,
    /// How that is called.
    pub organisation_name: String,
    /// The mailbox.
    pub mailbox: MailboxId,
    /// Its primary address; empty where it has none any more.
    pub address: String,
    /// The folder's name.
    pub folder: String,
    /// Copies in it.
    pub copies: u64,
    /// Of them, marked as read.
    pub seen: u64,
}

/// How a preview calls the place of copies that were removed and can be brought back.
pub const REMOVED: &str = "(đã xóa, còn lấy lại được)";

/// Where copies lie that are not sealed, by organisation, mailbox and folder; what was removed and can be brought back lies in
/// [`REMOVED`].
pub fn places(tx: &mut Tx<'_>, case: TakedownId) -> StoreResult<Vec<Place>> {
    tx.all(
        "SELECT o.id, o.name, b.id, COALESCE((SELECT a.local_part || '@' || d.name FROM address a JOIN domain d ON d.id = a.domain_id
                 WHERE a.mailbox_id = b.id AND a.kind = 'primary' AND a.retired_at IS NULL ORDER BY a.id LIMIT 1), ''),
                f.name, COUNT(*), CAST(SUM(e.flags & 1) AS BIGINT)
         FROM takedown_message c JOIN entry e ON e.message_id = c.message_id
         JOIN folder f ON f.id = e.folder_id AND f.gone_at IS NULL
         JOIN mailbox b ON b.id = f.mailbox_id JOIN organisation o ON o.id = b.organisation_id
         WHERE c.takedown_id = $1 AND c.held = 1 GROUP BY o.id, o.name, b.id, f.id, f.name
         UNION ALL
         SELECT o.id, o.name, b.id, COALESCE((SELECT a.local_part || '@' || d.name FROM address a JOIN domain d ON d.id = a.domain_id
                 WHERE a.mailbox_id = b.id AND a.kind = 'primary' AND a.retired_at IS NULL ORDER BY a.id LIMIT 1), ''),
                $2, COUNT(*), CAST(SUM(r.flags & 1) AS BIGINT)
         FROM takedown_message c JOIN removed r ON r.message_id = c.message_id
         JOIN mailbox b ON b.id = r.mailbox_id JOIN organisation o ON o.id = b.organisation_id
         WHERE c.takedown_id = $1 AND c.held = 1 GROUP BY o.id, o.name, b.id ORDER BY 1, 3, 5",
        params![case, REMOVED],
        |row| {
            Ok(Place {
                organisation: OrganisationId(row.int(0)?),
                organisation_name: row.text(1)?,
                mailbox: MailboxId(row.int(2)?),
                address: row.text(3)?,
                folder: row.text(4)?,
                copies: row.u64(5)?,
                seen: row.u64(6)?,
            })
        },
    )
}

/// What became of a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyState {
    /// The case keeps it.
    Sealed,
    /// It was given back.
    Released,
    /// It was destroyed.
    Destroyed,
}

/// A copy that a case took out of its folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// Its row.
    pub id: i64,
    /// The message.
    pub message: MessageId,
    /// Where its mailbox belongs.
    pub organisation: String,
    /// The mailbox.
    pub mailbox: MailboxId,
    /// Its primary address.
    pub address: String,
    /// The folder's name when it was sealed.
    pub folder: String,
    /// RFC 6154 use of the folder.
    pub special_use: Option<String>,
    /// UID it had; none where it came while the case was sealed.
    pub uid: Option<u32>,
    /// What became of it.
    pub state: CopyState,
    /// It was marked as read.
    pub seen: bool,
    /// It was marked as answered.
    pub answered: bool,
    /// It was marked as forwarded (`$Forwarded`).
    pub forwarded: bool,
    /// INTERNALDATE (ms).
    pub internal_at: i64,
    /// When it came into the folder (ms).
    pub saved_at: i64,
    /// When it was sealed (ms).
    pub sealed_at: i64,
    /// The header lines of its recipient: Return-Path, Received with the trace; empty once destroyed.
    pub prefix: Vec<u8>,
    /// Who opened it first, by their login, and when (ms): of a unit mailbox alone.
    pub opened: Option<(String, i64)>,
    /// When somebody last fetched a message of this mailbox before it was sealed (ms): it may have been this one.
    pub fetched_at: Option<i64>,
}

/// Copies of a case behind the row `after`, in the order in which they were sealed.
pub fn copies(tx: &mut Tx<'_>, case: TakedownId, after: i64, limit: i64) -> StoreResult<Vec<Copy>> {
    tx.all(
        "SELECT c.id, c.message_id, o.name, c.mailbox_id,
                COALESCE((SELECT a.local_part || '@' || d.name FROM address a JOIN domain d ON d.id = a.domain_id
                          WHERE a.mailbox_id = c.mailbox_id AND a.kind = 'primary' ORDER BY a.retired_at IS NOT NULL, a.id LIMIT 1), ''),
                c.folder, c.special_use, c.uid, c.state, c.flags, c.internal_at, c.saved_at, c.sealed_at, c.prefix,
                c.fetched_at, c.opened_by, c.opened_at, c.forwarded
         FROM takedown_copy c JOIN mailbox b ON b.id = c.mailbox_id JOIN organisation o ON o.id = b.organisation_id
         WHERE c.takedown_id = $1 AND c.id > $2 ORDER BY c.id LIMIT $3",
        params![case, after, limit],
        copy,
    )
}

fn copy(row: &Row<'_>) -> StoreResult<Copy> {
    let flags = row.int(9)?;
    Ok(Copy {
        id: row.int(0)?,
        message: MessageId(row.int(1)?),
        organisation: row.text(2)?,
        mailbox: MailboxId(row.int(3)?),
        address: row.text(4)?,
        folder: row.text(5)?,
        special_use: row.opt_text(6)?,
        uid: row
            .opt_int(7)?
            .map(|uid| u32::try_from(uid).unwrap_or(u32::MAX)),
        state: match row.int(8)? {
            0 => CopyState::Sealed,
            1 => CopyState::Released,
            _ => CopyState::Destroyed,
        },
        seen: flags & flag::SEEN != 0,
        answered: flags & flag::ANSWERED != 0,
        forwarded: row.int(17)? == 1,
        internal_at: row.int(10)?,
        saved_at: row.int(11)?,
        sealed_at: row.int(12)?,
        prefix: row.bytes(13)?.to_vec(),
        opened: row.opt_text(15)?.zip(row.opt_int(16)?),
        fetched_at: row.opt_int(14)?,
    })
}

/// How many copies a case keeps, gave back, destroyed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Sealed.
    pub kept: u64,
    /// Given back.
    pub released: u64,
    /// Destroyed.
    pub purged: u64,
}

/// Counts the copies that a case took out of their folders.
pub fn tally(tx: &mut Tx<'_>, case: TakedownId) -> StoreResult<Tally> {
    let states = tx.all(
        "SELECT state, COUNT(*) FROM takedown_copy WHERE takedown_id = $1 GROUP BY state",
        params![case],
        |row| Ok((row.int(0)?, row.u64(1)?)),
    )?;
    let of = |state: i64| states.iter().find(|(known, _)| *known == state);
    Ok(Tally {
        kept: of(0).map_or(0, |found| found.1),
        released: of(1).map_or(0, |found| found.1),
        purged: of(2).map_or(0, |found| found.1),
    })
}

/// A message that a case is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its row; once destroyed, that it had.
    pub message: MessageId,
    /// Bytes.
    pub size: u64,
    /// Message-ID; empty where it has none.
    pub name: String,
    /// When it came first (ms).
    pub came_at: i64,
    /// SHA-256 of its bytes as they are stored.
    pub sha256: Option<Vec<u8>>,
    /// The conversation it belongs to, while it is kept.
    pub thread: Option<i64>,
    /// The case keeps its bytes.
    pub held: bool,
}

/// The messages of a case.
pub fn seen_by_case(tx: &mut Tx<'_>, case: TakedownId) -> StoreResult<Vec<Found>> {
    tx.all(
        "SELECT c.message_id, c.size, c.name, c.created_at, c.sha256, m.thread_id, c.held
         FROM takedown_message c LEFT JOIN message m ON m.id = c.message_id
         WHERE c.takedown_id = $1 ORDER BY c.message_id",
        params![case],
        |row| {
            Ok(Found {
                message: MessageId(row.int(0)?),
                size: row.u64(1)?,
                name: row.text(2)?,
                came_at: row.int(3)?,
                sha256: row.opt_bytes(4)?.map(<[u8]>::to_vec),
                thread: row.opt_int(5)?,
                held: row.int(6)? == 1,
            })
        },
    )
}

/// A recipient at another server who has not got it yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// The queued message.
    pub queue: QueueId,
    /// The message.
    pub message: MessageId,
    /// Trace id.
    pub trace: String,
    /// Who sent it.
    pub sender: String,
    /// Whom to.
    pub address: String,
    /// The case keeps it from going out.
    pub sealed: bool,
}

/// What is still on its way to other servers.
pub fn outgoing(tx: &mut Tx<'_>, case: TakedownId) -> StoreResult<Vec<Outgoing>> {
    tx.all(
        "SELECT q.id, q.message_id, q.trace, q.sender, r.address, r.state FROM takedown_message c
         JOIN queue q ON q.message_id = c.message_id JOIN queue_recipient r ON r.queue_id = q.id
         WHERE c.takedown_id = $1 ORDER BY r.id",
        params![case],
        |row| {
            Ok(Outgoing {
                queue: QueueId(row.int(0)?),
                message: MessageId(row.int(1)?),
                trace: row.text(2)?,
                sender: row.text(3)?,
                address: row.text(4)?,
                sealed: row.int(5)? == 3,
            })
        },
    )
}

/// An answer, or what was sent on with a reference to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// When it came (ms).
    pub at: i64,
    /// Its Message-ID; empty where it has none.
    pub name: String,
    /// The mailboxes and folders it lies in.
    pub places: Vec<(MailboxId, String)>,
}

/// Answers that were found, and how far was looked; `None` at the end.
pub type Answers = (Vec<Answer>, Option<(i64, MessageId)>);

/// Messages of a conversation behind one (time, row) that name `name` among those they answer; and how far it was looked, `None`
/// at the end. Looks at `limit` messages.
pub fn answers(
    tx: &mut Tx<'_>,
    name: &str,
    (at, id): (i64, MessageId),
    limit: i64,
) -> StoreResult<Answers> {
    let mut found = Vec::new();
    let mut end = None;
    let mut seen = 0;
    tx.each(
        "SELECT id, created_at, COALESCE(message_id, ''), refs FROM message
         WHERE (created_at, id) > ($1, $2) ORDER BY created_at, id LIMIT $3",
        params![at, id, limit],
        |row| {
            seen += 1;
            let place = (row.int(1)?, MessageId(row.int(0)?));
            end = Some(place);
            if row.text(3)?.split(' ').any(|answered| answered == name) {
                found.push((place.1, place.0, row.text(2)?));
            }
            Ok(true)
        },
    )?;
    let mut answers = Vec::new();
    for (message, at, name) in found {
        let places = tx.all(
            "SELECT f.mailbox_id, f.name FROM entry e JOIN folder f ON f.id = e.folder_id
             WHERE e.message_id = $1 ORDER BY f.mailbox_id, f.name",
            params![message],
            |row| Ok((MailboxId(row.int(0)?), row.text(1)?)),
        )?;
        answers.push(Answer { at, name, places });
    }
    Ok((answers, end.filter(|_| seen == limit)))
}
