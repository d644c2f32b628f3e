//! Activity by mailbox, day and kind: what inactivity rules count by.

use crate::sql::params;
use crate::{MailboxId, StoreResult, Tx};

/// What was done (FACTS: a profile names the kinds that count for each of its sweeps).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Signed in with a browser.
    Interactive,
    /// Signed in with a mail program.
    App,
    /// Fetched a message's body.
    Fetched,
    /// Sent mail.
    Sent,
}

impl Kind {
    /// Its name in the table.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Interactive => "interactive",
            Self::App => "app",
            Self::Fetched => "fetched",
            Self::Sent => "sent",
        }
    }
}

/// The day of `at` (ms) in Vietnam's time, as days since 1970.
#[must_use]
pub fn day(at: i64) -> i64 {
    (at + 7 * 3_600_000).div_euclid(86_400_000)
}

/// Adds `count` to a mailbox's activity.
pub fn add(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    kind: Kind,
    at: i64,
    count: i64,
) -> StoreResult<()> {
    tx.execute(
        "INSERT INTO activity (mailbox_id, day, kind, count, last_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (mailbox_id, kind, day) DO UPDATE
         SET count = activity.count + excluded.count,
             last_at = CASE WHEN excluded.last_at > activity.last_at THEN excluded.last_at ELSE activity.last_at END",
        params![mailbox, day(at), kind.name(), count, at],
    )?;
    Ok(())
}

/// The last time (ms) something of this kind was done.
pub fn last(tx: &mut Tx<'_>, mailbox: MailboxId, kind: Kind) -> StoreResult<Option<i64>> {
    tx.one(
        "SELECT last_at FROM activity WHERE mailbox_id = $1 AND kind = $2 ORDER BY day DESC LIMIT 1",
        params![mailbox, kind.name()],
        |row| row.int(0),
    )
}

#[cfg(test)]
mod tests {
    #[test]
    fn days_turn_at_midnight_in_vietnam() {
        // 2026-11-22T16:59:59Z is 23:59:59 of the 22nd in Vietnam; a second later it is the 23rd.
        let last = super::day(1_795_366_799_000);
        assert_eq!(super::day(1_795_366_800_000), last + 1);
    }
}
