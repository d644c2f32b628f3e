//! Facts of all mailboxes at once, as they stood at a time: what reports are made of. Each statement passes over the
//! mailboxes once, however many places there are. What was replaced since is [`crate::former`]'s.

use crate::sql::params;
use crate::{AccountId, MailboxId, OrganisationId, RequestId, Row, StoreResult, Tx};

/// A lock that was in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    /// Since when (ms).
    pub at: i64,
    /// By which clause.
    pub clause: String,
    /// `receives` or `closed`.
    pub mode: String,
}

/// A mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// Its row.
    pub mailbox: MailboxId,
    /// `personal` or `unit`.
    pub kind: String,
    /// Where it belongs now.
    pub organisation: OrganisationId,
    /// Its display name now.
    pub name: String,
    /// Its primary address now, also where it is retired.
    pub address: String,
    /// When it was issued (ms).
    pub created_at: i64,
    /// When it was taken back (ms), if it is now.
    pub revoked_at: Option<i64>,
    /// When it was destroyed (ms).
    pub deleted_at: Option<i64>,
    /// The account of its own.
    pub account: Option<AccountId>,
    /// When its holder last chose the password (ms), as of now.
    pub own_at: Option<i64>,
    /// Whether the password must be changed now.
    pub must_change: bool,
    /// The last time (ms) up to the day: signed in with a browser, with a program, body fetched, sent.
    pub last: [Option<i64>; 4],
    /// The lock in force at the time.
    pub lock: Option<Lock>,
}

/// Some mailboxes: those of a stretch of rows, of one place or of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Those that belong to that place itself now; none: all.
    pub place: Option<OrganisationId>,
    /// Behind this row.
    pub after: MailboxId,
    /// Up to this one.
    pub last: MailboxId,
}

impl Stretch {
    /// All of a place, or all.
    #[must_use]
    pub fn all(place: Option<OrganisationId>) -> Self {
        Self {
            place,
            after: MailboxId(0),
            last: MailboxId(i64::MAX),
        }
    }

    /// One.
    #[must_use]
    pub fn one(mailbox: MailboxId) -> Self {
        Self {
            place: None,
            after: MailboxId(mailbox.0 - 1),
            last: mailbox,
        }
    }
}

/// Asks for the mailboxes `m` of a stretch: what stands before and behind that condition, the sign of its last parameter, those
/// from `$3` on.
macro_rules! of_stretch {
    ($tx:ident, $of:ident, $head:literal, $place:literal, $tail:literal, [$($param:expr),*], $row:expr) => {
        match $of.place {
            None => $tx.all(
                concat!($head, " m.id > $1 AND m.id <= $2 ", $tail),
                params![$of.after, $of.last $(, $param)*],
                $row,
            ),
            Some(place) => $tx.all(
                concat!($head, " m.organisation_id = ", $place, " AND m.id > $1 AND m.id <= $2 ", $tail),
                params![$of.after, $of.last $(, $param)*, place],
                $row,
            ),
        }
    };
}
pub(crate) use of_stretch;

/// The first `limit` mailboxes of a stretch that were issued before `end` (ms), in the order of their rows; activity up to before
/// `end_day`, the lock in force at `end`.
pub fn mailboxes(
    tx: &mut Tx<'_>,
    of: &Stretch,
    limit: i64,
    end: i64,
    end_day: i64,
) -> StoreResult<Vec<Counted>> {
    of_stretch!(
        tx,
        of,
        "SELECT m.id, m.kind, m.organisation_id, m.name, COALESCE(d.local_part || '@' || n.name, ''), m.created_at,
                m.revoked_at, m.deleted_at, m.account_id, a.own_at, COALESCE(a.must_change, 0),
                (SELECT u.last_at FROM activity u WHERE u.mailbox_id = m.id AND u.kind = 'interactive' AND u.day < $4 ORDER BY u.day DESC LIMIT 1),
                (SELECT u.last_at FROM activity u WHERE u.mailbox_id = m.id AND u.kind = 'app' AND u.day < $4 ORDER BY u.day DESC LIMIT 1),
                (SELECT u.last_at FROM activity u WHERE u.mailbox_id = m.id AND u.kind = 'fetched' AND u.day < $4 ORDER BY u.day DESC LIMIT 1),
                (SELECT u.last_at FROM activity u WHERE u.mailbox_id = m.id AND u.kind = 'sent' AND u.day < $4 ORDER BY u.day DESC LIMIT 1),
                l.at, l.clause, l.mode
         FROM mailbox m LEFT JOIN account a ON a.id = m.account_id
         LEFT JOIN mailbox_lock l ON l.id = (SELECT MAX(k.id) FROM mailbox_lock k
             WHERE k.mailbox_id = m.id AND k.at < $3 AND (k.ended_at IS NULL OR k.ended_at >= $3))
         LEFT JOIN address d ON d.id = (SELECT p.id FROM address p WHERE p.mailbox_id = m.id AND p.kind = 'primary'
             ORDER BY COALESCE(p.retired_at, 0), p.id LIMIT 1)
         LEFT JOIN domain n ON n.id = d.domain_id
         WHERE m.created_at < $3 AND",
        "$6",
        "ORDER BY m.id LIMIT $5",
        [end, end_day, limit],
        counted
    )
}

fn counted(row: &Row<'_>) -> StoreResult<Counted> {
    let lock = match row.opt_int(15)? {
        None => None,
        Some(at) => Some(Lock {
            at,
            clause: row.text(16)?,
            mode: row.text(17)?,
        }),
    };
    Ok(Counted {
        mailbox: MailboxId(row.int(0)?),
        kind: row.text(1)?,
        organisation: OrganisationId(row.int(2)?),
        name: row.text(3)?,
        address: row.text(4)?,
        created_at: row.int(5)?,
        revoked_at: row.opt_int(6)?,
        deleted_at: row.opt_int(7)?,
        account: row.opt_int(8)?.map(AccountId),
        own_at: row.opt_int(9)?,
        must_change: row.int(10)? != 0,
        last: [
            row.opt_int(11)?,
            row.opt_int(12)?,
            row.opt_int(13)?,
            row.opt_int(14)?,
        ],
        lock,
    })
}

/// How a mailbox was used over some days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Used {
    /// The mailbox.
    pub mailbox: MailboxId,
    /// The kind of use, as [`crate::activity::Kind::name`].
    pub kind: String,
    /// On how many days.
    pub days: i64,
    /// How often.
    pub times: i64,
}

/// How the mailboxes of a stretch were used from one day to before another.
pub fn uses(tx: &mut Tx<'_>, of: &Stretch, from_day: i64, end_day: i64) -> StoreResult<Vec<Used>> {
    // From the mailboxes, so that each is a range of the key and the years before are not read.
    of_stretch!(
        tx,
        of,
        "SELECT m.id, u.kind, COUNT(*), CAST(SUM(u.count) AS BIGINT)
         FROM mailbox m JOIN activity u ON u.mailbox_id = m.id AND u.kind IN ('interactive', 'app', 'fetched', 'sent')
              AND u.day >= $3 AND u.day < $4
         WHERE",
        "$5",
        "GROUP BY m.id, u.kind",
        [from_day, end_day],
        |row| {
            Ok(Used {
                mailbox: MailboxId(row.int(0)?),
                kind: row.text(1)?,
                days: row.int(2)?,
                times: row.int(3)?,
            })
        }
    )
}

/// A lock that began or ended within a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locked {
    /// The mailbox.
    pub mailbox: MailboxId,
    /// When it began (ms).
    pub at: i64,
    /// By which clause.
    pub clause: String,
    /// When it ended (ms), if it has, and how: `restored` …
    pub ended: Option<(i64, String)>,
}

/// The locks of the mailboxes of a stretch that began or ended from `from` to before `end` (ms).
pub fn locks(tx: &mut Tx<'_>, of: &Stretch, from: i64, end: i64) -> StoreResult<Vec<Locked>> {
    of_stretch!(
        tx,
        of,
        "SELECT l.mailbox_id, l.at, l.clause, l.ended_at, l.ended_how
         FROM mailbox m JOIN mailbox_lock l ON l.mailbox_id = m.id AND l.at < $4 AND (l.at >= $3 OR l.ended_at >= $3)
         WHERE",
        "$5",
        "ORDER BY l.at, l.id",
        [from, end],
        |row| {
            let ended = match row.opt_int(3)? {
                Some(at) => Some((at, row.text(4)?)),
                None => None,
            };
            Ok(Locked {
                mailbox: MailboxId(row.int(0)?),
                at: row.int(1)?,
                clause: row.text(2)?,
                ended,
            })
        }
    )
}

/// How many messages of each kind of document the mailboxes of a stretch sent from the day `first` to the day `last`, both
/// included (HCM.7.1): mailbox, kind, number.
pub fn categories(
    tx: &mut Tx<'_>,
    of: &Stretch,
    first: i64,
    last: i64,
) -> StoreResult<Vec<(MailboxId, String, i64)>> {
    of_stretch!(
        tx,
        of,
        "SELECT m.id, c.category, CAST(SUM(c.messages) AS BIGINT)
         FROM mailbox m JOIN sent_category c ON c.mailbox_id = m.id AND c.day BETWEEN $3 AND $4 WHERE",
        "$5",
        "GROUP BY m.id, c.category ORDER BY m.id, c.category",
        [first, last],
        |row| Ok((MailboxId(row.int(0)?), row.text(1)?, row.int(2)?))
    )
}

/// One line of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The request.
    pub request: RequestId,
    /// The line's number in it.
    pub number: u32,
    /// Who asks.
    pub organisation: OrganisationId,
    /// `issue`, `change` …
    pub kind: String,
    /// Number of the document.
    pub document: String,
    /// When it came (ms).
    pub received_at: i64,
    /// The last day to answer it (days since 1970).
    pub due_day: Option<i64>,
    /// `done`, `refused`, `withdrawn`, or another that is none of these yet; with when (ms).
    pub end: Option<(String, i64)>,
    /// Why it was refused.
    pub reason: String,
}

/// `requests!(where)`: the statement for those requests that came before `$2` and had not ended before `$1` (ms).
macro_rules! requests {
    ($more:literal) => {
        concat!(
            "SELECT r.id, l.number, r.organisation_id, r.kind, r.document, r.received_at, r.due_day,
                CASE WHEN l.state IN ('done', 'refused') THEN l.state WHEN r.state = 'withdrawn' THEN r.state ELSE '' END,
                CASE WHEN l.state = 'done' THEN l.done_at WHEN l.state = 'refused' THEN l.decided_at
                     WHEN r.state = 'withdrawn' THEN r.closed_at END,
                CASE WHEN l.state = 'refused' THEN l.reason ELSE '' END
             FROM request r JOIN request_line l ON l.request_id = r.id
             WHERE r.received_at < $2 AND (r.closed_at IS NULL OR r.closed_at >= $1)",
            $more,
            " ORDER BY r.id, l.number"
        )
    };
}

/// The lines of the requests of a place itself, or of all, that came before `end` and had not ended before `from` (ms).
pub fn requests(
    tx: &mut Tx<'_>,
    place: Option<OrganisationId>,
    from: i64,
    end: i64,
) -> StoreResult<Vec<Asked>> {
    match place {
        None => tx.all(requests!(""), params![from, end], asked),
        Some(place) => tx.all(
            requests!(" AND r.organisation_id = $3"),
            params![from, end, place],
            asked,
        ),
    }
}

fn asked(row: &Row<'_>) -> StoreResult<Asked> {
    let state = row.text(7)?;
    Ok(Asked {
        request: RequestId(row.int(0)?),
        number: row.u32(1)?,
        organisation: OrganisationId(row.int(2)?),
        kind: row.text(3)?,
        document: row.text(4)?,
        received_at: row.int(5)?,
        due_day: row.opt_int(6)?,
        end: row.opt_int(8)?.map(|at| (state, at)),
        reason: row.text(9)?,
    })
}

/// A place, as of now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its row.
    pub id: OrganisationId,
    /// The place above.
    pub parent: Option<OrganisationId>,
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// The profile bound to itself.
    pub profile: Option<String>,
    /// When it was added (ms).
    pub created_at: i64,
    /// When it ceased to be (ms).
    pub ended_at: Option<i64>,
}

/// All places, in the order of their rows.
pub fn places(tx: &mut Tx<'_>) -> StoreResult<Vec<Place>> {
    tx.all(
        "SELECT id, parent_id, kind, name, profile, created_at, ended_at FROM organisation ORDER BY id",
        params![],
        |row| {
            Ok(Place {
                id: OrganisationId(row.int(0)?),
                parent: row.opt_int(1)?.map(OrganisationId),
                kind: row.text(2)?,
                name: row.text(3)?,
                profile: row.opt_text(4)?,
                created_at: row.int(5)?,
                ended_at: row.opt_int(6)?,
            })
        },
    )
}

/// What mailboxes held is forgotten so many days after: beyond the years for which anybody asks for a report again.
const KEPT_DAYS: i64 = 3 * 366;

/// Whether what all mailboxes hold is noted for a day.
pub fn is_storage_noted(tx: &mut Tx<'_>, day: i64) -> StoreResult<bool> {
    let open = tx.one(
        "SELECT 1 FROM mailbox m WHERE m.deleted_at IS NULL
         AND NOT EXISTS (SELECT 1 FROM storage_day s WHERE s.day = $1 AND s.mailbox_id = m.id) LIMIT 1",
        params![day],
        |_| Ok(()),
    )?;
    Ok(open.is_none())
}

/// Notes what the next `limit` mailboxes after one hold and may hold, as of a day; what is noted for that day stays. The last
/// of them; none where all are noted.
pub fn note_storage(
    tx: &mut Tx<'_>,
    day: i64,
    after: MailboxId,
    limit: i64,
) -> StoreResult<Option<MailboxId>> {
    let last = tx.one(
        "SELECT MAX(id) FROM (SELECT id FROM mailbox WHERE id > $1 ORDER BY id LIMIT $2) AS page",
        params![after, limit],
        |row| row.opt_int(0),
    )?;
    let Some(last) = last.flatten().map(MailboxId) else {
        return Ok(None);
    };
    tx.execute(
        "INSERT INTO storage_day (day, mailbox_id, used, quota)
         SELECT CAST($1 AS BIGINT), id, used_bytes, quota_bytes FROM mailbox
         WHERE id > $2 AND id <= $3 AND deleted_at IS NULL ON CONFLICT DO NOTHING",
        params![day, after, last],
    )?;
    Ok(Some(last))
}

/// Forgets some of what mailboxes held long before a day, at most `limit` rows; how many.
pub fn forget_storage(tx: &mut Tx<'_>, day: i64, limit: i64) -> StoreResult<u64> {
    tx.execute(
        "DELETE FROM storage_day WHERE (day, mailbox_id) IN
         (SELECT day, mailbox_id FROM storage_day WHERE day < $1 ORDER BY day, mailbox_id LIMIT $2)",
        params![day - KEPT_DAYS, limit],
    )
}

/// What the mailboxes of a stretch held (bytes) and might hold, as noted for a day; nothing where nobody noted it.
pub fn storage(tx: &mut Tx<'_>, of: &Stretch, day: i64) -> StoreResult<Vec<(MailboxId, u64, u64)>> {
    of_stretch!(
        tx,
        of,
        "SELECT m.id, s.used, s.quota FROM mailbox m JOIN storage_day s ON s.mailbox_id = m.id AND s.day = $3 WHERE",
        "$4",
        "",
        [day],
        |row| Ok((MailboxId(row.int(0)?), row.u64(1)?, row.u64(2)?))
    )
}

/// Mailboxes that somebody should look after, of a place and those below it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heeded {
    /// All that are not taken back.
    pub all: u64,
    /// Their one-time password was not changed yet.
    pub unchanged: u64,
    /// Nobody ever signed in.
    pub never: u64,
    /// Their password is to be changed because it is too old.
    pub expired: u64,
    /// Nothing was fetched or sent since a day, and they are older than that.
    pub idle: u64,
    /// Filled to four fifths of their quota.
    pub filling: u64,
    /// Locked.
    pub locked: u64,
}

/// Counts the mailboxes of a place and those below it that somebody should look after; idle: nothing fetched or sent since `day` (since
/// 1970). Passes over all of them.
pub fn heeded(tx: &mut Tx<'_>, top: OrganisationId, day: i64) -> StoreResult<Heeded> {
    let found = tx.one(
        "WITH RECURSIVE below (id, depth) AS (
             SELECT CAST($1 AS BIGINT), 0 UNION ALL
             SELECT o.id, b.depth + 1 FROM below b JOIN organisation o ON o.parent_id = b.id WHERE b.depth < 64
         )
         SELECT COUNT(*),
                COALESCE(SUM(CASE WHEN a.must_change IN (1, 2, 3) THEN 1 ELSE 0 END), 0),
                COALESCE(SUM(CASE WHEN a.id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM activity u WHERE u.mailbox_id = m.id) THEN 1 ELSE 0 END), 0),
                COALESCE(SUM(CASE WHEN a.must_change = 4 THEN 1 ELSE 0 END), 0),
                COALESCE(SUM(CASE WHEN m.created_at < CAST($2 AS BIGINT) * 86400000
                     AND NOT EXISTS (SELECT 1 FROM activity u WHERE u.mailbox_id = m.id AND u.kind = 'fetched' AND u.day >= $2)
                     AND NOT EXISTS (SELECT 1 FROM activity u WHERE u.mailbox_id = m.id AND u.kind = 'sent' AND u.day >= $2) THEN 1 ELSE 0 END), 0),
                COALESCE(SUM(CASE WHEN m.used_bytes >= m.quota_bytes / 100 * 80 THEN 1 ELSE 0 END), 0),
                COALESCE(SUM(CASE WHEN m.locked_at IS NOT NULL THEN 1 ELSE 0 END), 0)
         FROM mailbox m LEFT JOIN account a ON a.id = m.account_id
         WHERE m.revoked_at IS NULL AND m.deleted_at IS NULL AND m.organisation_id IN (SELECT id FROM below)",
        params![top, day],
        |row| {
            Ok(Heeded {
                all: row.u64(0)?,
                unchanged: row.u64(1)?,
                never: row.u64(2)?,
                expired: row.u64(3)?,
                idle: row.u64(4)?,
                filling: row.u64(5)?,
                locked: row.u64(6)?,
            })
        },
    )?;
    Ok(found.unwrap_or_default())
}
