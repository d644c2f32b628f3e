//! Groups: addresses that expand, nested ones too.

use crate::filter::Orders;
use crate::sql::params;
use crate::{
    Change, DomainId, FolderId, GroupId, MailboxId, OrganisationId, StoreError, StoreResult, Tx,
    address,
};

/// What a new group is made of.
#[derive(Clone, Debug)]
pub struct NewGroup<'a> {
    /// Where it belongs.
    pub organisation: OrganisationId,
    /// Display name.
    pub name: &'a str,
    /// Who may write to it: `anyone`, `inside` (signed-in senders), `members`.
    pub posting: &'a str,
    /// Its address.
    pub local_part: &'a str,
    /// The address's domain.
    pub domain: DomainId,
}

/// Adds a group with its address.
pub fn create(tx: &mut Tx<'_>, new: &NewGroup<'_>) -> StoreResult<GroupId> {
    let id = tx
        .one(
            "INSERT INTO mail_group (organisation_id, name, posting, created_at) VALUES ($1, $2, $3, $4) RETURNING id",
            params![new.organisation, new.name, new.posting, tx.now()],
            |row| Ok(GroupId(row.int(0)?)),
        )?
        .ok_or(StoreError::NotFound("group"))?;
    address::create(
        tx,
        new.domain,
        new.local_part,
        "group",
        address::Holder::Group(id),
    )?;
    Ok(id)
}

/// Where a group belongs.
pub fn place(tx: &mut Tx<'_>, id: GroupId) -> StoreResult<OrganisationId> {
    tx.one(
        "SELECT organisation_id FROM mail_group WHERE id = $1",
        params![id],
        |row| Ok(OrganisationId(row.int(0)?)),
    )?
    .ok_or(StoreError::NotFound("group"))
}

/// A member of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Member {
    /// A mailbox.
    Mailbox(MailboxId),
    /// Another group. Circles are harmless: each mailbox is reached once.
    Group(GroupId),
}

impl Member {
    fn code(self) -> (i64, i64) {
        match self {
            Self::Mailbox(id) => (0, id.0),
            Self::Group(id) => (1, id.0),
        }
    }
}

/// Adds a member; one that is there already stays.
pub fn add(tx: &mut Tx<'_>, group: GroupId, member: Member) -> StoreResult<()> {
    let (kind, id) = member.code();
    tx.tell(Change::Directory);
    tx.execute(
        "INSERT INTO group_member (group_id, member_kind, member_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        params![group, kind, id],
    )?;
    Ok(())
}

/// Removes a member.
pub fn remove(tx: &mut Tx<'_>, group: GroupId, member: Member) -> StoreResult<()> {
    let (kind, id) = member.code();
    tx.tell(Change::Directory);
    tx.execute(
        "DELETE FROM group_member WHERE group_id = $1 AND member_kind = $2 AND member_id = $3",
        params![group, kind, id],
    )?;
    Ok(())
}

/// A mailbox a group reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reached {
    /// The mailbox.
    pub mailbox: MailboxId,
    /// Its INBOX.
    pub inbox: FolderId,
    /// What its owner wants done to mail that comes.
    pub orders: Orders,
}

/// The mailboxes that `group` reaches through any nesting, each once, in the order of their ids,
/// after `after`, at most `limit`.
pub fn expand(
    tx: &mut Tx<'_>,
    group: GroupId,
    after: MailboxId,
    limit: i64,
) -> StoreResult<Vec<Reached>> {
    tx.all(
        "WITH RECURSIVE reach (id) AS (
             SELECT CAST($1 AS BIGINT) UNION
             SELECT g.member_id FROM reach r JOIN group_member g ON g.group_id = r.id AND g.member_kind = 1
         )
         SELECT DISTINCT m.id, f.id, m.orders FROM reach r
         JOIN group_member g ON g.group_id = r.id AND g.member_kind = 0
         JOIN mailbox m ON m.id = g.member_id AND m.closed_at IS NULL AND m.revoked_at IS NULL AND m.deleted_at IS NULL
         JOIN folder f ON f.mailbox_id = m.id AND f.name = 'INBOX'
         WHERE m.id > $2 ORDER BY m.id LIMIT $3",
        params![group, after, limit],
        |row| {
            Ok(Reached {
                mailbox: MailboxId(row.int(0)?),
                inbox: FolderId(row.int(1)?),
                orders: Orders::from_bits(row.int(2)?),
            })
        },
    )
}

/// True where the mailbox is reached by the group.
pub fn reaches(tx: &mut Tx<'_>, group: GroupId, mailbox: MailboxId) -> StoreResult<bool> {
    Ok(expand(tx, group, MailboxId(mailbox.0 - 1), 1)?
        .first()
        .is_some_and(|found| found.mailbox == mailbox))
}
