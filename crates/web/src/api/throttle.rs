//! Wrong tokens are counted by network, in bounded memory. A token of 160 bits is not guessed; what is held off is a client
//! that asks the store again and again for one that is over.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

/// Failures are counted over this time.
const WINDOW: Duration = Duration::from_secs(15 * 60);
/// So many are let through.
const LIMIT: u32 = 60;
/// So many networks are remembered at most.
const CAPACITY: usize = 50_000;

/// Counts failures.
#[derive(Debug, Default)]
pub(super) struct Throttle(Mutex<HashMap<IpAddr, (u32, Instant)>>);

impl Throttle {
    /// How long a network has to wait, if at all.
    pub(super) fn wait(&self, address: IpAddr, now: Instant) -> Option<Duration> {
        let (count, since) = *self.0.lock().get(&network(address))?;
        let left = WINDOW.checked_sub(now.duration_since(since))?;
        (count >= LIMIT && !left.is_zero()).then_some(left)
    }

    pub(super) fn failed(&self, address: IpAddr, now: Instant) {
        let mut failures = self.0.lock();
        let key = network(address);
        if failures.len() >= CAPACITY && !failures.contains_key(&key) {
            failures.retain(|_, (_, since)| now.duration_since(*since) < WINDOW);
            let mut least = 1;
            while failures.len() >= CAPACITY / 4 * 3 {
                failures.retain(|_, (count, _)| *count > least);
                least *= 2;
            }
        }
        let entry = failures.entry(key).or_insert((0, now));
        if now.duration_since(entry.1) >= WINDOW {
            *entry = (0, now);
        }
        entry.0 = entry.0.saturating_add(1);
    }
}

/// An IPv6 customer has a /64.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) & !u128::from(u64::MAX)).into()),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_after_the_limit_and_forgets() {
        let throttle = Throttle::default();
        let now = Instant::now();
        let (here, there): (IpAddr, IpAddr) = ([192, 0, 2, 1].into(), [192, 0, 2, 2].into());
        for _ in 0..LIMIT {
            assert_eq!(throttle.wait(here, now), None);
            throttle.failed(here, now);
        }
        assert_eq!(throttle.wait(here, now), Some(WINDOW));
        assert_eq!(throttle.wait(there, now), None);
        assert_eq!(throttle.wait(here, now + WINDOW), None);
        throttle.failed(here, now + WINDOW);
        assert_eq!(throttle.wait(here, now + WINDOW), None);
    }

    #[test]
    fn memory_is_bounded_and_floods_free_nobody() {
        let throttle = Throttle::default();
        let now = Instant::now();
        let here = IpAddr::from([192, 0, 2, 1]);
        for _ in 0..LIMIT {
            throttle.failed(here, now);
        }
        for n in 0..120_000_u32 {
            throttle.failed((n | 0x0a00_0000).to_be_bytes().into(), now);
        }
        assert!(throttle.wait(here, now).is_some());
        assert!(throttle.0.lock().len() <= CAPACITY);
    }
}
