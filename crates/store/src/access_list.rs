//! Orders to read another's mailbox, and what was allowed, as lists of a place and those below.

use crate::sql::params;
use crate::{
    AccessGrantId, AccountId, JointOrderId, MailboxId, OrganisationId, Row, StoreResult, Tx,
};

/// An order about reading a mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ordered {
    /// Its number.
    pub id: JointOrderId,
    /// The mailbox.
    pub mailbox: MailboxId,
    /// Its name, and its last address.
    pub name: String,
    /// That address.
    pub address: String,
    /// Where both must be entrusted with deciding.
    pub organisation: OrganisationId,
    /// Number and date of the document.
    pub document: String,
    /// What for.
    pub reason: String,
    /// What exactly, as JSON.
    pub data: String,
    /// Who proposed it.
    pub proposed_by: AccountId,
    /// What they sign in with.
    pub proposer: String,
    /// When (ms).
    pub proposed_at: i64,
    /// When it lapses unless it is confirmed (ms).
    pub lapses_at: i64,
    /// What signs in who confirmed it.
    pub confirmer: Option<String>,
    /// When (ms).
    pub confirmed_at: Option<i64>,
    /// When it was withdrawn, or was found lapsed (ms).
    pub withdrawn_at: Option<i64>,
    /// What came of it.
    pub grant: Option<AccessGrantId>,
}

fn ordered(row: &Row<'_>) -> StoreResult<Ordered> {
    Ok(Ordered {
        id: JointOrderId(row.int(0)?),
        mailbox: MailboxId(row.int(1)?),
        name: row.text(2)?,
        address: row.text(3)?,
        organisation: OrganisationId(row.int(4)?),
        document: row.text(5)?,
        reason: row.text(6)?,
        data: row.text(7)?,
        proposed_by: AccountId(row.int(8)?),
        proposer: row.text(9)?,
        proposed_at: row.int(10)?,
        lapses_at: row.int(11)?,
        confirmer: row.opt_text(12)?,
        confirmed_at: row.opt_int(13)?,
        withdrawn_at: row.opt_int(14)?,
        grant: row.opt_int(15)?.map(AccessGrantId),
    })
}

/// The orders about mailboxes of a place and those below before a number, the newest first, at most `limit`; `waiting`: those
/// alone that the second person may still confirm.
pub fn orders(
    tx: &mut Tx<'_>,
    top: OrganisationId,
    waiting: bool,
    before: i64,
    limit: i64,
) -> StoreResult<Vec<Ordered>> {
    tx.all(
        "WITH RECURSIVE below (id, depth) AS (
             SELECT CAST($1 AS BIGINT), 0 UNION ALL
             SELECT o.id, b.depth + 1 FROM below b JOIN organisation o ON o.parent_id = b.id WHERE b.depth < 64
         )
         SELECT j.id, m.id, m.name, COALESCE((SELECT a.local_part || '@' || d.name FROM address a JOIN domain d ON d.id = a.domain_id
                                              WHERE a.mailbox_id = m.id AND a.kind = 'primary' ORDER BY a.id DESC LIMIT 1), ''),
                j.organisation_id, j.document, j.reason, j.data, j.proposed_by, p.login, j.proposed_at, j.lapses_at, c.login,
                j.confirmed_at, j.withdrawn_at, g.id
         FROM joint_order j JOIN mailbox m ON m.id = CASE WHEN j.kind = 'access' THEN CAST(SUBSTR(j.subject, 9) AS BIGINT) END
         JOIN account p ON p.id = j.proposed_by
         LEFT JOIN account c ON c.id = j.confirmed_by LEFT JOIN access_grant g ON g.order_id = j.id
         WHERE j.kind = 'access' AND j.id < $3 AND j.organisation_id IN (SELECT id FROM below)
           AND (CAST($2 AS BIGINT) = 0 OR (j.confirmed_at IS NULL AND j.withdrawn_at IS NULL AND j.lapses_at > $5))
         ORDER BY j.id DESC LIMIT $4",
        params![top, waiting, before, limit, tx.now()],
        ordered,
    )
}

/// One of them, by its number.
pub fn order(tx: &mut Tx<'_>, id: JointOrderId) -> StoreResult<Option<Ordered>> {
    tx.one(
        "SELECT j.id, m.id, m.name, COALESCE((SELECT a.local_part || '@' || d.name FROM address a JOIN domain d ON d.id = a.domain_id
                                              WHERE a.mailbox_id = m.id AND a.kind = 'primary' ORDER BY a.id DESC LIMIT 1), ''),
                j.organisation_id, j.document, j.reason, j.data, j.proposed_by, p.login, j.proposed_at, j.lapses_at, c.login,
                j.confirmed_at, j.withdrawn_at, g.id
         FROM joint_order j JOIN mailbox m ON m.id = CASE WHEN j.kind = 'access' THEN CAST(SUBSTR(j.subject, 9) AS BIGINT) END
         JOIN account p ON p.id = j.proposed_by
         LEFT JOIN account c ON c.id = j.confirmed_by LEFT JOIN access_grant g ON g.order_id = j.id
         WHERE j.kind = 'access' AND j.id = $1",
        params![id],
        ordered,
    )
}

/// What was allowed, with the mailbox it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// Its row.
    pub id: AccessGrantId,
    /// To what.
    pub mailbox: MailboxId,
    /// The name of that.
    pub name: String,
    /// Its last address.
    pub address: String,
    /// Where it belongs.
    pub organisation: OrganisationId,
    /// What signs in who may read.
    pub login: String,
    /// `consent` or `order`.
    pub way: String,
    /// Number and date of the document.
    pub document: String,
    /// What for.
    pub purpose: String,
    /// From when (ms).
    pub from_at: i64,
    /// Until when (ms).
    pub until_at: i64,
    /// Who gave it.
    pub granted_by: String,
    /// When its owner is told (ms); `None` once that is done.
    pub tell_at: Option<i64>,
    /// When it was ended early (ms).
    pub ended_at: Option<i64>,
    /// The order that it came from.
    pub order: Option<JointOrderId>,
    /// How often it was used.
    pub uses: u64,
}

fn allowed(row: &Row<'_>) -> StoreResult<Allowed> {
    Ok(Allowed {
        id: AccessGrantId(row.int(0)?),
        mailbox: MailboxId(row.int(1)?),
        name: row.text(2)?,
        address: row.text(3)?,
        organisation: OrganisationId(row.int(4)?),
        login: row.text(5)?,
        way: row.text(6)?,
        document: row.text(7)?,
        purpose: row.text(8)?,
        from_at: row.int(9)?,
        until_at: row.int(10)?,
        granted_by: row.text(11)?,
        tell_at: row.opt_int(12)?,
        ended_at: row.opt_int(13)?,
        order: row.opt_int(14)?.map(JointOrderId),
        uses: row.u64(15)?,
    })
}

/// What was allowed for mailboxes of a place and those below before a row, the newest first, at most `limit`.
pub fn grants(
    tx: &mut Tx<'_>,
    top: OrganisationId,
    before: i64,
    limit: i64,
) -> StoreResult<Vec<Allowed>> {
    tx.all(
        "WITH RECURSIVE below (id, depth) AS (
             SELECT CAST($1 AS BIGINT), 0 UNION ALL
             SELECT o.id, b.depth + 1 FROM below b JOIN organisation o ON o.parent_id = b.id WHERE b.depth < 64
         )
         SELECT g.id, m.id, m.name, COALESCE((SELECT a.local_part || '@' || d.name FROM address a JOIN domain d ON d.id = a.domain_id
                                              WHERE a.mailbox_id = m.id AND a.kind = 'primary' ORDER BY a.id DESC LIMIT 1), ''),
                m.organisation_id, r.login, g.way, g.document, g.purpose, g.from_at, g.until_at, g.granted_by, g.tell_at, g.ended_at,
                g.order_id, (SELECT COUNT(*) FROM access_use u WHERE u.grant_id = g.id)
         FROM access_grant g JOIN mailbox m ON m.id = g.mailbox_id JOIN account r ON r.id = g.account_id
         WHERE g.id < $2 AND m.organisation_id IN (SELECT id FROM below) ORDER BY g.id DESC LIMIT $3",
        params![top, before, limit],
        allowed,
    )
}

/// One of them, by its row.
pub fn grant(tx: &mut Tx<'_>, id: AccessGrantId) -> StoreResult<Option<Allowed>> {
    tx.one(
        "SELECT g.id, m.id, m.name, COALESCE((SELECT a.local_part || '@' || d.name FROM address a JOIN domain d ON d.id = a.domain_id
                                              WHERE a.mailbox_id = m.id AND a.kind = 'primary' ORDER BY a.id DESC LIMIT 1), ''),
                m.organisation_id, r.login, g.way, g.document, g.purpose, g.from_at, g.until_at, g.granted_by, g.tell_at, g.ended_at,
                g.order_id, (SELECT COUNT(*) FROM access_use u WHERE u.grant_id = g.id)
         FROM access_grant g JOIN mailbox m ON m.id = g.mailbox_id JOIN account r ON r.id = g.account_id WHERE g.id = $1",
        params![id],
        allowed,
    )
}
