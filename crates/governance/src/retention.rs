//! How long logs are kept (TQ.9.1, SL.11.1): as long as is set, which the profiles in force bound from below.

use std::time::Duration;

use congvu_regulation::{Date, Profile, Refusal};
use congvu_store::{Store, StoreError, StoreResult, held, lease, mail_log, random};

use crate::audit;

const DAY_MS: i64 = 86_400_000;
const VIETNAM_MS: i64 = 7 * 3_600_000;
/// How often it is looked whether a new day has begun.
const EVERY: Duration = Duration::from_secs(600);
/// Lines removed in one transaction.
const CHUNK: i64 = 2_000;
/// One node does it a day; another goes on where that one stopped for so long.
const LEASE: &str = "retention";
const LEASE_MS: i64 = 60_000;

/// How long logs are kept, in months.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    mail: u32,
    sign_ins: u32,
}

impl Retention {
    /// Mail log and record of sign-ins for so many months, where no profile in force asks for more.
    ///
    /// # Errors
    /// The first profile that does, with its clause.
    pub fn new<'p>(
        mail: u32,
        sign_ins: u32,
        in_force: impl IntoIterator<Item = &'p Profile>,
    ) -> Result<Self, Refusal> {
        for profile in in_force {
            profile.check_log_retention(mail.min(sign_ins))?;
        }
        Ok(Self { mail, sign_ins })
    }
}

/// What was removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    /// Lines of the mail log.
    pub mail: u64,
    /// Records of sign-ins.
    pub sign_ins: u64,
}

/// Midnight in Vietnam so many calendar months before `now`, both ms: what is younger is kept.
#[must_use]
pub fn cutoff(now: i64, months: u32) -> i64 {
    let today = Date::from_epoch_day((now + VIETNAM_MS).div_euclid(DAY_MS));
    let wanted = i64::from(today.year()) * 12 + i64::from(today.month()) - 1 - i64::from(months);
    let year = u16::try_from(wanted.div_euclid(12)).unwrap_or(0);
    let month = u8::try_from(wanted.rem_euclid(12) + 1).unwrap_or(1);
    // A month without such a day ends before it (Bộ luật Dân sự 2015, Điều 148.3).
    let day = (1..=today.day())
        .rev()
        .find_map(|day| Date::new(year, month, day));
    day.map_or(i64::MIN, |day| day.epoch_day() * DAY_MS - VIETNAM_MS)
}

/// Removes what is older than it has to be kept, by the store's clock.
///
/// # Errors
/// What the store answers; the next call goes on.
pub async fn prune(store: &Store, retention: Retention) -> StoreResult<Removed> {
    let now = store.now();
    let (mail, sign_ins) = (cutoff(now, retention.mail), cutoff(now, retention.sign_ins));
    let mut removed = Removed::default();
    loop {
        let gone = store
            .write_bulk(move |tx| mail_log::prune(tx, mail, CHUNK))
            .await?;
        removed.mail += gone;
        if gone == 0 {
            break;
        }
    }
    // What was held is told of as long as its lines are.
    while store
        .write_bulk(move |tx| held::prune(tx, mail, CHUNK))
        .await?
        > 0
    {}
    removed.sign_ins = audit::prune(store, sign_ins).await?;
    Ok(removed)
}

/// Does so each day, on one node, until the future is dropped.
pub async fn run(store: &Store, retention: Retention) {
    let holder = i64::from_ne_bytes(random::<8>());
    let mut every = tokio::time::interval(EVERY);
    let mut done = i64::MIN;
    loop {
        every.tick().await;
        let today = (store.now() + VIETNAM_MS).div_euclid(DAY_MS);
        if today == done {
            continue;
        }
        let ours = store.write_bulk(move |tx| lease::take(tx, LEASE, holder, LEASE_MS));
        match ours.await {
            Ok(true) => {}
            Ok(false) => continue,
            Err(error) => {
                let error: StoreError = error;
                tracing::warn!(%error, "logs are shortened later");
                continue;
            }
        }
        match prune(store, retention).await {
            Ok(removed) => {
                done = today;
                if removed != Removed::default() {
                    let Removed { mail, sign_ins } = removed;
                    tracing::info!(
                        mail,
                        sign_ins,
                        "logs were shortened to the time they are kept"
                    );
                }
            }
            Err(error) => tracing::warn!(%error, "logs are shortened later"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, hours: i64) -> i64 {
        let day: Date = text.parse().expect("a day");
        day.epoch_day() * DAY_MS - VIETNAM_MS + hours * 3_600_000
    }

    #[test]
    fn tq_9_1_sl_11_1_months_are_whole() {
        for (now, hours, months, cut) in [
            ("2026-11-22", 0, 6, "2026-05-22"),
            ("2026-11-22", 23, 6, "2026-05-22"),
            ("2026-11-22", 9, 12, "2025-11-22"),
            ("2026-08-31", 1, 6, "2026-02-28"),
            ("2026-03-05", 1, 6, "2025-09-05"),
        ] {
            assert_eq!(cutoff(at(now, hours), months), at(cut, 0), "{now} {months}");
        }
    }
}
