//! When persons looked into unit mailboxes (HCM.8.2.a): the minutes of each day, in Vietnam's time.

use crate::activity::day;
use crate::sql::params;
use crate::{AccountId, MailboxId, StoreResult, Tx};

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

/// Notes that somebody looked into a mailbox at `at` (ms); several times in one minute are once. Of a mailbox that is
/// no unit's nothing is kept.
pub fn add(tx: &mut Tx<'_>, mailbox: MailboxId, account: AccountId, at: i64) -> StoreResult<()> {
    tx.execute(
        "INSERT INTO unit_check (mailbox_id, day, minute, account_id)
         SELECT m.id, CAST($2 AS BIGINT), CAST($3 AS BIGINT), CAST($4 AS BIGINT) FROM mailbox m
         WHERE m.id = $1 AND m.kind = 'unit' ON CONFLICT DO NOTHING",
        params![mailbox, day(at), minute(at), account],
    )?;
    Ok(())
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

#[cfg(test)]
mod tests {
    #[test]
    fn minutes_are_vietnams() {
        // 2026-11-22T16:59:59Z is 23:59:59 there.
        assert_eq!(super::minute(1_795_366_799_000), 23 * 60 + 59);
        assert_eq!(super::minute(1_795_366_800_000), 0);
    }
}
