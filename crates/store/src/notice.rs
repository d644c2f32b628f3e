//! The outbox: what governance tells people, written in the transaction of what it tells of and put into mailboxes behind it
//! (`congvu-delivery`'s outbox). Each has a key, so that nobody is told twice.

pub mod places;

use crate::sql::params;
use crate::{Change, MailboxId, NoticeId, OrganisationId, Row, StoreError, StoreResult, Tx};

/// What waits, in its order; by the index of what is not sent.
pub(crate) const UNSENT: &str =
    "SELECT id, key, kind, audience, mailbox_id, organisation_id, address, subject, body, clause,
            created_at, after_id, sent_at, failed, received_at
     FROM notice WHERE sent_at IS NULL AND failed = '' AND papers = '' AND id > $1 ORDER BY id LIMIT $2";

/// What waits for its files, in its order; by the index of those.
pub(crate) const WITHOUT_FILES: &str =
    "SELECT id, papers FROM notice WHERE papers <> '' AND id > $1 ORDER BY id LIMIT $2";

/// The newest to a mailbox before an id; by the index of mailboxes.
pub(crate) const OF_MAILBOX: &str =
    "SELECT id, key, kind, audience, mailbox_id, organisation_id, address, subject, body, clause,
            created_at, after_id, sent_at, failed, received_at
     FROM notice WHERE mailbox_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";

/// The newest to an organisation before an id; by the index of organisations.
pub(crate) const OF_ORGANISATION: &str =
    "SELECT id, key, kind, audience, mailbox_id, organisation_id, address, subject, body, clause,
            created_at, after_id, sent_at, failed, received_at
     FROM notice WHERE organisation_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";

/// Whom a notice is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Who opens this mailbox.
    Mailbox(MailboxId),
    /// An organisation: its main unit mailbox.
    Organisation(OrganisationId),
    /// Every mailbox that takes mail.
    All,
    /// An address, ours or another server's.
    Address(String),
}

impl Audience {
    fn columns(
        &self,
    ) -> (
        &'static str,
        Option<MailboxId>,
        Option<OrganisationId>,
        &str,
    ) {
        match self {
            Self::Mailbox(id) => ("mailbox", Some(*id), None, ""),
            Self::Organisation(id) => ("organisation", None, Some(*id), ""),
            Self::All => ("all", None, None, ""),
            Self::Address(address) => ("address", None, None, address),
        }
    }
}

/// A notice to send.
#[derive(Clone, Debug)]
pub struct NewNotice<'a> {
    /// What it is about: a second one with the same key is none.
    pub key: &'a str,
    /// Its kind, for lists (`lock`, `quota`, `maintenance` …).
    pub kind: &'a str,
    /// Whom it is for.
    pub audience: Audience,
    /// Subject.
    pub subject: &'a str,
    /// Plain text, lines ended by LF.
    pub body: &'a str,
    /// The clause it stands on.
    pub clause: &'a str,
    /// Of what files go with it (`report/12`): it waits until [`attach`] brings them. Empty: none.
    pub papers: &'a str,
}

/// A file that goes with a notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its bytes.
    pub data: Vec<u8>,
}

/// A notice as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its row.
    pub id: NoticeId,
    /// What it is about.
    pub key: String,
    /// Its kind.
    pub kind: String,
    /// Whom it is for.
    pub audience: Audience,
    /// Subject.
    pub subject: String,
    /// Plain text.
    pub body: String,
    /// The clause it stands on.
    pub clause: String,
    /// When it was written (ms).
    pub created_at: i64,
    /// [`Audience::All`]: the last mailbox that has it.
    pub after: MailboxId,
    /// When it was put into the mailboxes (ms).
    pub sent_at: Option<i64>,
    /// Why nobody can take it; empty where somebody can.
    pub failed: String,
    /// When its receipt was recorded (ms).
    pub received_at: Option<i64>,
}

/// Puts a notice into the outbox; `None` where one with its key was there already.
pub fn add(tx: &mut Tx<'_>, new: &NewNotice<'_>) -> StoreResult<Option<NoticeId>> {
    let (audience, mailbox, organisation, address) = new.audience.columns();
    let id = tx.one(
        "INSERT INTO notice (key, kind, audience, mailbox_id, organisation_id, address, subject, body, clause, created_at, papers)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (key) DO NOTHING RETURNING id",
        params![
            new.key,
            new.kind,
            audience,
            mailbox,
            organisation,
            address,
            new.subject,
            new.body,
            new.clause,
            tx.now(),
            new.papers
        ],
        |row| Ok(NoticeId(row.int(0)?)),
    )?;
    if id.is_some() {
        tx.tell(Change::Notice);
    }
    Ok(id)
}

/// A notice by its row.
pub fn get(tx: &mut Tx<'_>, id: NoticeId) -> StoreResult<Option<Notice>> {
    tx.one(
        "SELECT id, key, kind, audience, mailbox_id, organisation_id, address, subject, body, clause,
                created_at, after_id, sent_at, failed, received_at FROM notice WHERE id = $1",
        params![id],
        from_row,
    )
}

/// A notice by what it is about.
pub fn by_key(tx: &mut Tx<'_>, key: &str) -> StoreResult<Option<Notice>> {
    tx.one(
        "SELECT id, key, kind, audience, mailbox_id, organisation_id, address, subject, body, clause,
                created_at, after_id, sent_at, failed, received_at FROM notice WHERE key = $1",
        params![key],
        from_row,
    )
}

/// What is neither sent nor given up, in the order in which it was written, after `after`.
pub fn unsent(tx: &mut Tx<'_>, after: NoticeId, limit: i64) -> StoreResult<Vec<Notice>> {
    tx.all(UNSENT, params![after, limit], from_row)
}

/// Whether there is a notice with this key, sent or not.
pub fn is_there(tx: &mut Tx<'_>, key: &str) -> StoreResult<bool> {
    let found = tx.one("SELECT 1 FROM notice WHERE key = $1", params![key], |_| {
        Ok(())
    })?;
    Ok(found.is_some())
}

/// Locks a notice for the transaction that delivers it; `None` where another did, or it was given up.
pub fn take(tx: &mut Tx<'_>, id: NoticeId) -> StoreResult<Option<Notice>> {
    if tx.is_postgres() {
        tx.one(
            "SELECT id FROM notice WHERE id = $1 FOR UPDATE",
            params![id],
            |_| Ok(()),
        )?;
    }
    let found = get(tx, id)?;
    Ok(found.filter(|notice| notice.sent_at.is_none() && notice.failed.is_empty()))
}

/// Notes how far a notice to all has come.
pub fn reached(tx: &mut Tx<'_>, id: NoticeId, after: MailboxId) -> StoreResult<()> {
    change(
        tx,
        "UPDATE notice SET after_id = $2 WHERE id = $1",
        params![id, after],
    )
}

/// What waits for its files after `after`, each with what they are made of.
pub fn without_files(
    tx: &mut Tx<'_>,
    after: NoticeId,
    limit: i64,
) -> StoreResult<Vec<(NoticeId, String)>> {
    tx.all(WITHOUT_FILES, params![after, limit], |row| {
        Ok((NoticeId(row.int(0)?), row.text(1)?))
    })
}

/// Gives a notice its files, after which it goes; false where another did.
pub fn attach(tx: &mut Tx<'_>, id: NoticeId, files: &[File]) -> StoreResult<bool> {
    let rows = tx.execute(
        "UPDATE notice SET papers = '' WHERE id = $1 AND papers <> ''",
        params![id],
    )?;
    if rows == 0 {
        return Ok(false);
    }
    for (position, file) in (0_i64..).zip(files) {
        tx.execute(
            "INSERT INTO notice_file (notice_id, position, name, media_type, data) VALUES ($1, $2, $3, $4, $5)",
            params![id, position, &file.name, &file.media_type, &file.data],
        )?;
    }
    tx.tell(Change::Notice);
    Ok(true)
}

/// The files that go with a notice that is not sent.
pub fn files(tx: &mut Tx<'_>, id: NoticeId) -> StoreResult<Vec<File>> {
    tx.all(
        "SELECT name, media_type, data FROM notice_file WHERE notice_id = $1 ORDER BY position",
        params![id],
        |row| {
            Ok(File {
                name: row.text(0)?,
                media_type: row.text(1)?,
                data: row.bytes(2)?.to_vec(),
            })
        },
    )
}

/// Notes that it lies in the mailboxes (or in the queue to another server). What opens an account is kept no longer.
pub fn sent(tx: &mut Tx<'_>, id: NoticeId) -> StoreResult<()> {
    tx.execute("DELETE FROM notice_file WHERE notice_id = $1", params![id])?;
    change(
        tx,
        "UPDATE notice SET sent_at = $2, body = CASE WHEN kind IN ('reset-link', 'reset-address') THEN '' ELSE body END
         WHERE id = $1 AND sent_at IS NULL",
        params![id, tx.now()],
    )
}

/// Gives a notice up: nobody can take it, and why (for people).
pub fn fail(tx: &mut Tx<'_>, id: NoticeId, why: &str) -> StoreResult<()> {
    change(
        tx,
        "UPDATE notice SET failed = $2 WHERE id = $1 AND sent_at IS NULL",
        params![id, why],
    )
}

/// Records that it was received (SL.8.2.a: "from the receipt of the notice"), at `at` (ms); false where that is recorded already.
pub fn received(tx: &mut Tx<'_>, id: NoticeId, at: i64) -> StoreResult<bool> {
    let rows = tx.execute(
        "UPDATE notice SET received_at = $2 WHERE id = $1 AND received_at IS NULL",
        params![id, at],
    )?;
    Ok(rows == 1)
}

/// The newest notices to anybody, before `before` (`None`: from the newest).
pub fn newest(tx: &mut Tx<'_>, before: Option<NoticeId>, limit: i64) -> StoreResult<Vec<Notice>> {
    let before = before.map_or(i64::MAX, |id| id.0);
    tx.all(
        "SELECT id, key, kind, audience, mailbox_id, organisation_id, address, subject, body, clause,
                created_at, after_id, sent_at, failed, received_at FROM notice WHERE id < $1 ORDER BY id DESC LIMIT $2",
        params![before, limit],
        from_row,
    )
}

/// The newest notices to a mailbox itself, before `before` (`None`: from the newest).
pub fn of_mailbox(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    before: Option<NoticeId>,
    limit: i64,
) -> StoreResult<Vec<Notice>> {
    let before = before.map_or(i64::MAX, |id| id.0);
    tx.all(OF_MAILBOX, params![mailbox, before, limit], from_row)
}

/// The newest notices to an organisation, before `before` (`None`: from the newest).
pub fn of_organisation(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    before: Option<NoticeId>,
    limit: i64,
) -> StoreResult<Vec<Notice>> {
    let before = before.map_or(i64::MAX, |id| id.0);
    tx.all(
        OF_ORGANISATION,
        params![organisation, before, limit],
        from_row,
    )
}

fn change(tx: &mut Tx<'_>, sql: &'static str, params: &[crate::Value<'_>]) -> StoreResult<()> {
    match tx.execute(sql, params)? {
        0 => Err(StoreError::NotFound("notice")),
        _ => Ok(()),
    }
}

fn from_row(row: &Row<'_>) -> StoreResult<Notice> {
    let audience = match (row.text(3)?.as_str(), row.opt_int(4)?, row.opt_int(5)?) {
        ("mailbox", Some(id), _) => Audience::Mailbox(MailboxId(id)),
        ("organisation", _, Some(id)) => Audience::Organisation(OrganisationId(id)),
        ("all", ..) => Audience::All,
        ("address", ..) => Audience::Address(row.text(6)?),
        (other, ..) => {
            return Err(StoreError::Corrupt(format!(
                "a notice for the audience {other}"
            )));
        }
    };
    Ok(Notice {
        id: NoticeId(row.int(0)?),
        key: row.text(1)?,
        kind: row.text(2)?,
        audience,
        subject: row.text(7)?,
        body: row.text(8)?,
        clause: row.text(9)?,
        created_at: row.int(10)?,
        after: MailboxId(row.int(11)?),
        sent_at: row.opt_int(12)?,
        failed: row.text(13)?,
        received_at: row.opt_int(14)?,
    })
}
