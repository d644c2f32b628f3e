//! Accounts that suddenly send more than a person writes (TQ.8.2.b): counted in memory, by node; noted as an incident in the
//! transaction that accepts the message. It only notes: governance tells people, who decide whether to lock the mailbox.

use std::collections::HashMap;

use congvu_store::incident::{self, NewIncident};
use congvu_store::{AccountId, StoreError, Tx, access_grant, mailbox};
use parking_lot::Mutex;

const MINUTE_MS: i64 = 60_000;
/// The longer of the two windows, in minutes.
const HOUR: i64 = 60;
const TEN: i64 = 10;
/// So many accounts are remembered before those that were silent for an hour are forgotten.
const REMEMBERED: usize = 1_000;

/// From how many recipients on it is a burst; 0: never.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BurstLimits {
    /// In ten minutes.
    pub ten_minutes: u64,
    /// In an hour.
    pub hour: u64,
}

/// Somebody sends more than a person writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Burst {
    account: AccountId,
    recipients: u64,
    minutes: i64,
    /// The hour it belongs to: it is told once.
    hour: i64,
}

/// Recipients by account and minute, for the last hour.
#[derive(Debug)]
pub(crate) struct Bursts {
    limits: BurstLimits,
    counts: Mutex<HashMap<AccountId, Vec<(i64, u64)>>>,
}

impl Bursts {
    pub(crate) fn new(limits: BurstLimits) -> Self {
        Self {
            limits,
            counts: Mutex::default(),
        }
    }

    /// Counts a message that an account sends now (ms).
    pub(crate) fn count(&self, account: AccountId, recipients: u64, now: i64) -> Option<Burst> {
        if self.limits == BurstLimits::default() {
            return None;
        }
        let minute = now.div_euclid(MINUTE_MS);
        let mut counts = self.counts.lock();
        if counts.len() >= REMEMBERED && !counts.contains_key(&account) {
            counts.retain(|_, sent| sent.last().is_some_and(|last| last.0 > minute - HOUR));
        }
        let sent = counts.entry(account).or_default();
        sent.retain(|one| one.0 > minute - HOUR && one.0 <= minute);
        match sent.last_mut().filter(|last| last.0 == minute) {
            Some(last) => last.1 += recipients,
            None => sent.push((minute, recipients)),
        }
        let within = |minutes: i64| {
            let recent = sent.iter().filter(|one| one.0 > minute - minutes);
            recent.map(|one| one.1).sum::<u64>()
        };
        let windows = [(TEN, self.limits.ten_minutes), (HOUR, self.limits.hour)];
        let (minutes, recipients) = windows
            .into_iter()
            .map(|(minutes, limit)| (minutes, within(minutes), limit))
            .find(|(_, recipients, limit)| *limit > 0 && recipients >= limit)
            .map(|(minutes, recipients, _)| (minutes, recipients))?;
        Some(Burst {
            account,
            recipients,
            minutes,
            hour: minute.div_euclid(HOUR),
        })
    }
}

impl Burst {
    /// Notes it, once an hour.
    pub(crate) fn report(&self, tx: &mut Tx<'_>, client_ip: &str) -> Result<(), StoreError> {
        let Some(mailbox) = mailbox::of_account(tx, self.account)? else {
            return Ok(());
        };
        let place = access_grant::owner(tx, mailbox)?.map(|owner| owner.1);
        let key = format!("burst/{}/{}", self.account, self.hour);
        let description = format!(
            "Hộp thư gửi tới {} người nhận trong {} phút; có thể đã bị chiếm quyền.",
            self.recipients, self.minutes
        );
        // An address of the Internet needs no quoting.
        let data = format!(
            "{{\"account\":{},\"recipients\":{},\"minutes\":{},\"client_ip\":\"{client_ip}\"}}",
            self.account, self.recipients, self.minutes
        );
        let new = NewIncident {
            key: Some(&key),
            kind: "burst",
            // The regulation in force there is governance's to know.
            clause: "",
            organisation: place,
            mailbox: Some(mailbox),
            told_by: "system",
            description: &description,
            data: &data,
            happened_at: tx.now(),
        };
        incident::add(tx, &new)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use congvu_store::AccountId;

    use super::{BurstLimits, Bursts, MINUTE_MS};

    #[test]
    fn tq_8_2_b_a_burst_is_told_in_either_window() {
        let bursts = Bursts::new(BurstLimits {
            ten_minutes: 100,
            hour: 150,
        });
        let (one, other) = (AccountId(1), AccountId(2));
        assert_eq!(bursts.count(one, 99, 0), None);
        assert_eq!(bursts.count(other, 1, 0), None);
        let found = bursts
            .count(one, 1, 9 * MINUTE_MS)
            .map(|burst| (burst.recipients, burst.minutes));
        assert_eq!(found, Some((100, 10)));
        // Ten minutes later only the hour counts.
        assert_eq!(bursts.count(one, 49, 30 * MINUTE_MS), None);
        let found = bursts
            .count(one, 1, 59 * MINUTE_MS)
            .map(|burst| (burst.recipients, burst.minutes));
        assert_eq!(found, Some((150, 60)));
        assert_eq!(bursts.count(one, 1, 61 * MINUTE_MS), None);
    }

    #[test]
    fn without_limits_nothing_is_counted() {
        let bursts = Bursts::new(BurstLimits::default());
        assert_eq!(bursts.count(AccountId(1), u64::MAX, 0), None);
        assert!(bursts.counts.lock().is_empty());
    }
}
