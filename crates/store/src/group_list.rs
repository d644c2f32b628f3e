//! Groups as they are listed and changed: those of a place and below, who is in them, and the end of one.

use crate::directory::{Beginning, MOST_WORDS};
use crate::group::Member;
use crate::sql::params;
use crate::{Change, GroupId, MailboxId, OrganisationId, StoreError, StoreResult, Tx};

/// A group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its row.
    pub id: GroupId,
    /// Where it belongs.
    pub organisation: OrganisationId,
    /// The name of that.
    pub place: String,
    /// Its name as it is registered.
    pub name: String,
    /// Who may write to it: `anyone`, `inside`, `members`.
    pub posting: String,
    /// Its address, also the one it had.
    pub address: String,
    /// How many members it has itself.
    pub members: u64,
    /// When it was registered (ms).
    pub created_at: i64,
    /// When it was ended (ms).
    pub ended_at: Option<i64>,
}

/// A group by its row, an ended one too.
pub fn get(tx: &mut Tx<'_>, id: GroupId) -> StoreResult<Option<Group>> {
    tx.one(
        "SELECT g.id, g.organisation_id, o.name, g.name, g.posting, COALESCE(a.local_part || '@' || d.name, ''),
                (SELECT COUNT(*) FROM group_member m WHERE m.group_id = g.id), g.created_at, g.ended_at
         FROM mail_group g JOIN organisation o ON o.id = g.organisation_id
         LEFT JOIN address a ON a.id = (SELECT MIN(id) FROM address WHERE group_id = g.id) LEFT JOIN domain d ON d.id = a.domain_id
         WHERE g.id = $1",
        params![id],
        group,
    )
}

fn group(row: &crate::Row<'_>) -> StoreResult<Group> {
    Ok(Group {
        id: GroupId(row.int(0)?),
        organisation: OrganisationId(row.int(1)?),
        place: row.text(2)?,
        name: row.text(3)?,
        posting: row.text(4)?,
        address: row.text(5)?,
        members: row.u64(6)?,
        created_at: row.int(7)?,
        ended_at: row.opt_int(8)?,
    })
}

/// The groups of a place and those below that go on, by name, after the name and row of one, at most `limit`. All of these
/// beginnings of words must be there.
pub fn below(
    tx: &mut Tx<'_>,
    top: OrganisationId,
    words: &[Beginning],
    after: (&str, GroupId),
    limit: i64,
) -> StoreResult<Vec<(String, Group)>> {
    let [w1, w2, w3, w4, w5, w6]: [String; MOST_WORDS] = std::array::from_fn(|at| {
        words
            .get(at)
            .map_or_else(|| "%".to_owned(), Beginning::pattern)
    });
    tx.all(
        "WITH RECURSIVE below (id, depth) AS (
             SELECT CAST($1 AS BIGINT), 0 UNION ALL
             SELECT o.id, b.depth + 1 FROM below b JOIN organisation o ON o.parent_id = b.id WHERE b.depth < 64
         )
         SELECT g.id, g.organisation_id, e.place, g.name, g.posting, e.address,
                (SELECT COUNT(*) FROM group_member m WHERE m.group_id = g.id), g.created_at, g.ended_at, e.key
         FROM directory e JOIN mail_group g ON g.id = e.group_id
         WHERE e.kind = 'group' AND (e.key > $2 OR (e.key = $2 AND g.id > $3)) AND e.organisation_id IN (SELECT id FROM below)
           AND e.words LIKE $5 AND e.words LIKE $6 AND e.words LIKE $7 AND e.words LIKE $8 AND e.words LIKE $9 AND e.words LIKE $10
         ORDER BY e.key, g.id LIMIT $4",
        params![top, after.0, after.1, limit, &w1, &w2, &w3, &w4, &w5, &w6],
        |row| Ok((row.text(9)?, group(row)?)),
    )
}

/// Somebody in a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Within {
    /// Who.
    pub member: Member,
    /// Their name, or the group's.
    pub name: String,
    /// Their address; empty where it leads nowhere any more.
    pub address: String,
    /// Where they belong.
    pub place: String,
    /// They take no mail now: locked, taken back.
    pub away: bool,
}

/// The members of a group after one (`kind`: 0 mailboxes, 1 groups, and the row), mailboxes first, at most `limit`.
pub fn members(
    tx: &mut Tx<'_>,
    id: GroupId,
    after: (i64, i64),
    limit: i64,
) -> StoreResult<Vec<Within>> {
    tx.all(
        "SELECT m.member_kind, m.member_id, COALESCE(b.name, g.name, ''),
                COALESCE((SELECT a.local_part || '@' || d.name FROM address a JOIN domain d ON d.id = a.domain_id
                          WHERE a.retired_at IS NULL AND ((m.member_kind = 0 AND a.mailbox_id = m.member_id AND a.kind = 'primary')
                             OR (m.member_kind = 1 AND a.group_id = m.member_id)) ORDER BY a.id LIMIT 1), ''),
                COALESCE(o.name, ''), CAST(CASE WHEN b.closed_at IS NOT NULL OR b.locked_at IS NOT NULL OR b.revoked_at IS NOT NULL
                    OR b.deleted_at IS NOT NULL OR g.ended_at IS NOT NULL THEN 1 ELSE 0 END AS BIGINT)
         FROM group_member m LEFT JOIN mailbox b ON m.member_kind = 0 AND b.id = m.member_id
         LEFT JOIN mail_group g ON m.member_kind = 1 AND g.id = m.member_id
         LEFT JOIN organisation o ON o.id = COALESCE(b.organisation_id, g.organisation_id)
         WHERE m.group_id = $1 AND (m.member_kind > $2 OR (m.member_kind = $2 AND m.member_id > $3))
         ORDER BY m.member_kind, m.member_id LIMIT $4",
        params![id, after.0, after.1, limit],
        |row| {
            let id = row.int(1)?;
            Ok(Within {
                member: match row.int(0)? {
                    0 => Member::Mailbox(MailboxId(id)),
                    _ => Member::Group(GroupId(id)),
                },
                name: row.text(2)?,
                address: row.text(3)?,
                place: row.text(4)?,
                away: row.int(5)? == 1,
            })
        },
    )
}

/// The groups that a group is a member of, by name.
pub fn containing(tx: &mut Tx<'_>, id: GroupId) -> StoreResult<Vec<(GroupId, String)>> {
    tx.all(
        "SELECT g.id, g.name FROM group_member m JOIN mail_group g ON g.id = m.group_id
         WHERE m.member_kind = 1 AND m.member_id = $1 AND g.ended_at IS NULL ORDER BY g.name, g.id",
        params![id],
        |row| Ok((GroupId(row.int(0)?), row.text(1)?)),
    )
}

/// Writes a group's name and who may write to it.
pub fn set(tx: &mut Tx<'_>, id: GroupId, name: &str, posting: &str) -> StoreResult<()> {
    tx.tell(Change::Directory);
    let rows = tx.execute(
        "UPDATE mail_group SET name = $2, posting = $3 WHERE id = $1 AND ended_at IS NULL",
        params![id, name, posting],
    )?;
    found(rows)
}

/// Ends a group: it has no members any more and is in no other; its address is nobody's from now on.
pub fn end(tx: &mut Tx<'_>, id: GroupId) -> StoreResult<()> {
    tx.tell(Change::Directory);
    let rows = tx.execute(
        "UPDATE mail_group SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL",
        params![id, tx.now()],
    )?;
    found(rows)?;
    tx.execute(
        "UPDATE address SET retired_at = $2 WHERE group_id = $1 AND retired_at IS NULL",
        params![id, tx.now()],
    )?;
    tx.execute(
        "DELETE FROM group_member WHERE group_id = $1 OR (member_kind = 1 AND member_id = $1)",
        params![id],
    )?;
    Ok(())
}

fn found(rows: u64) -> StoreResult<()> {
    match rows {
        0 => Err(StoreError::NotFound("group")),
        _ => Ok(()),
    }
}
