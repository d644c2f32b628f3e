//! When persons looked into unit mailboxes (HCM.8.2.a): the minutes of each day, in Vietnam's time. Of personal mailboxes, how
//! many minutes there were (BS.III.11): a row a day.

use crate::activity::day;
use crate::sql::params;
use crate::{AccountId, MailboxId, OrganisationId, Row, StoreResult, Tx};

/// The looks of some days.
pub(crate) const OF_DAYS: &str = "SELECT day, minute, account_id FROM unit_check
     WHERE mailbox_id = $1 AND day BETWEEN $2 AND $3 ORDER BY day, minute, account_id";

/// A look into a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Look {
    /// The day, as days since 1970.
    pub day: i64,
    /// The minute, counted from midnight.
    pub minute: u16,
    /// Whose it was.
    pub account: AccountId,
}

/// The minute of `at` (ms) in Vietnam's time, counted from midnight.
#[must_use]
pub fn minute(at: i64) -> i64 {
    (at + 7 * 3_600_000).rem_euclid(86_400_000) / 60_000
}

/// Notes that somebody looked into a mailbox at `at` (ms); several times in one minute are once. Of a personal mailbox its
/// holder's looks are counted; they are told in the order in which they were.
pub fn add(tx: &mut Tx<'_>, mailbox: MailboxId, account: AccountId, at: i64) -> StoreResult<()> {
    tx.execute(
        "INSERT INTO unit_check (mailbox_id, day, minute, account_id)
         SELECT m.id, CAST($2 AS BIGINT), CAST($3 AS BIGINT), CAST($4 AS BIGINT) FROM mailbox m
         WHERE m.id = $1 AND m.kind = 'unit' ON CONFLICT DO NOTHING",
        params![mailbox, day(at), minute(at), account],
    )?;
    tx.execute(
        "INSERT INTO own_check (mailbox_id, day, checks, last_minute)
         SELECT m.id, CAST($2 AS BIGINT), 1, CAST($3 AS BIGINT) FROM mailbox m
         WHERE m.id = $1 AND m.kind = 'personal' AND m.account_id = $4
         ON CONFLICT (mailbox_id, day) DO UPDATE SET checks = own_check.checks + 1, last_minute = excluded.last_minute
         WHERE own_check.last_minute < excluded.last_minute",
        params![mailbox, day(at), minute(at), account],
    )?;
    Ok(())
}

/// How often the holder of a personal mailbox looked into it from the day `first` to the day `last`, both included: days
/// on which they did, and minutes.
pub fn own_of_days(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    first: i64,
    last: i64,
) -> StoreResult<Vec<(i64, u16)>> {
    tx.all(
        "SELECT day, checks FROM own_check WHERE mailbox_id = $1 AND day BETWEEN $2 AND $3 ORDER BY day",
        params![mailbox, first, last],
        |row| Ok((row.int(0)?, u16::try_from(row.int(1)?).unwrap_or(u16::MAX))),
    )
}

/// All looks into a mailbox from the day `first` to the day `last`, both included.
pub fn of_days(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    first: i64,
    last: i64,
) -> StoreResult<Vec<Look>> {
    tx.all(OF_DAYS, params![mailbox, first, last], |row| {
        Ok(Look {
            day: row.int(0)?,
            minute: u16::try_from(row.int(1)?).unwrap_or(0),
            account: AccountId(row.int(2)?),
        })
    })
}

/// A unit mailbox that somebody is to look into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watched {
    /// The mailbox.
    pub mailbox: MailboxId,
    /// Where it belongs.
    pub organisation: OrganisationId,
    /// Since when it is there (ms).
    pub created_at: i64,
}

/// The unit mailboxes after `after` that are open, in the order of their rows, at most `limit`.
pub fn watched(tx: &mut Tx<'_>, after: MailboxId, limit: i64) -> StoreResult<Vec<Watched>> {
    tx.all(
        "SELECT id, organisation_id, created_at FROM mailbox
         WHERE id > $1 AND kind = 'unit' AND locked_at IS NULL AND revoked_at IS NULL AND deleted_at IS NULL
         ORDER BY id LIMIT $2",
        params![after, limit],
        |row| {
            Ok(Watched {
                mailbox: MailboxId(row.int(0)?),
                organisation: OrganisationId(row.int(1)?),
                created_at: row.int(2)?,
            })
        },
    )
}

/// The mailboxes of their own at which those are reached who are to look into a unit mailbox: its keepers; where it has none,
/// the head and the contact of its place; where these have none, it itself.
pub fn lookers(tx: &mut Tx<'_>, mailbox: MailboxId) -> StoreResult<Vec<MailboxId>> {
    let id = |row: &Row<'_>| Ok(MailboxId(row.int(0)?));
    let keepers = tx.all(
        "SELECT DISTINCT k.id FROM delegation d JOIN mailbox k ON k.account_id = d.account_id
         WHERE d.mailbox_id = $1 AND d.ended_at IS NULL AND d.from_at <= $2 AND (d.until_at IS NULL OR d.until_at > $2)
           AND d.rights % 2 = 1 AND k.kind = 'personal' AND k.revoked_at IS NULL AND k.deleted_at IS NULL ORDER BY k.id",
        params![mailbox, tx.now()],
        id,
    )?;
    if !keepers.is_empty() {
        return Ok(keepers);
    }
    let office = tx.all(
        "SELECT DISTINCT m.id FROM mailbox u JOIN organisation o ON o.id = u.organisation_id
         JOIN mailbox m ON m.person_id IN (o.contact_id, o.head_id)
         WHERE u.id = $1 AND m.kind = 'personal' AND m.revoked_at IS NULL AND m.deleted_at IS NULL ORDER BY m.id",
        params![mailbox],
        id,
    )?;
    if office.is_empty() {
        return Ok(vec![mailbox]);
    }
    Ok(office)
}

#[cfg(test)]
mod tests {
    #[test]
    fn minutes_are_vietnams() {
        // 2026-11-22T16:59:59Z is 23:59:59 there.
        assert_eq!(super::minute(1_795_366_799_000), 23 * 60 + 59);
        assert_eq!(super::minute(1_795_366_800_000), 0);
    }
}
