//! Guessing passwords is slowed down, by address and by account, in bounded memory.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

/// Failures are counted over this time.
const WINDOW: Duration = Duration::from_secs(15 * 60);
/// So many keys are remembered at most; beyond, those longest quiet are forgotten.
const CAPACITY: usize = 100_000;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Address(IpAddr),
    Account(String),
}

#[derive(Clone, Copy, Debug)]
struct Failures {
    count: u32,
    since: Instant,
}

/// Counts failed sign-ins.
#[derive(Debug)]
pub(crate) struct Throttle {
    failures: Mutex<HashMap<Key, Failures>>,
    limit: u32,
}

impl Throttle {
    /// Up to `limit` failures in 15 minutes for an account; ten times as many for an address,
    /// behind which a whole office may sit. 0 switches it off.
    pub(crate) fn new(limit: u32) -> Self {
        Self {
            failures: Mutex::default(),
            limit,
        }
    }

    /// How long to wait before another guess is looked at, if at all.
    pub(crate) fn wait(&self, address: IpAddr, login: &str, now: Instant) -> Option<Duration> {
        if self.limit == 0 {
            return None;
        }
        let failures = self.failures.lock();
        let over = |key: &Key, limit: u32| {
            let failed = failures.get(key)?;
            let left = WINDOW.checked_sub(now.duration_since(failed.since))?;
            (failed.count >= limit && !left.is_zero()).then_some(left)
        };
        over(&Key::Account(login.to_owned()), self.limit).max(over(
            &Key::Address(network(address)),
            self.limit.saturating_mul(10),
        ))
    }

    pub(crate) fn failed(&self, address: IpAddr, login: &str, now: Instant) {
        if self.limit == 0 {
            return;
        }
        let mut failures = self.failures.lock();
        if failures.len() >= CAPACITY {
            failures.retain(|_, failed| now.duration_since(failed.since) < WINDOW);
            if failures.len() >= CAPACITY {
                failures.clear();
            }
        }
        for key in [
            Key::Address(network(address)),
            Key::Account(login.to_owned()),
        ] {
            let failed = failures.entry(key).or_insert(Failures {
                count: 0,
                since: now,
            });
            if now.duration_since(failed.since) >= WINDOW {
                *failed = Failures {
                    count: 0,
                    since: now,
                };
            }
            failed.count += 1;
        }
    }

    /// A right password forgives the account's failures, not the address's.
    pub(crate) fn succeeded(&self, login: &str) {
        self.failures.lock().remove(&Key::Account(login.to_owned()));
    }
}

/// An IPv6 customer has a /64.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => {
            let bits = u128::from(v6) & !u128::from(u64::MAX);
            IpAddr::V6(bits.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_after_the_limit_and_forgives() {
        let throttle = Throttle::new(3);
        let here: IpAddr = "192.0.2.1".parse().expect("address");
        let elsewhere: IpAddr = "192.0.2.2".parse().expect("address");
        let now = Instant::now();
        for _ in 0..3 {
            assert_eq!(throttle.wait(here, "a@x", now), None);
            throttle.failed(here, "a@x", now);
        }
        assert!(throttle.wait(here, "a@x", now).is_some());
        assert!(
            throttle.wait(elsewhere, "a@x", now).is_some(),
            "the account waits everywhere"
        );
        assert_eq!(
            throttle.wait(here, "b@x", now),
            None,
            "an office has many accounts"
        );
        assert_eq!(throttle.wait(here, "a@x", now + WINDOW), None);
        throttle.succeeded("a@x");
        assert_eq!(throttle.wait(here, "a@x", now), None);
    }
}
