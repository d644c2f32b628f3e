//! How fast one address or one account may send, in bounded memory; an account by whatever door: a mail program, a browser.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use congvu_store::AccountId;
use parking_lot::Mutex;

use crate::Delivery;

/// Keys remembered at most.
const TRACKED: usize = 65_536;

/// Token buckets, one a key: so many in a window on average, and as many at once.
pub struct Meter<K> {
    full: f64,
    per_second: f64,
    tracked: usize,
    known: Mutex<HashMap<K, Bucket>>,
}

struct Bucket {
    tokens: f64,
    at: Instant,
}

impl<K: Eq + Hash> Meter<K> {
    /// `amount` in `window`; 0 for no limit.
    #[must_use]
    pub fn new(amount: u32, window: Duration) -> Self {
        Self {
            full: f64::from(amount),
            per_second: f64::from(amount) / window.as_secs_f64(),
            tracked: TRACKED,
            known: Mutex::default(),
        }
    }

    /// Counts one; false where that is too many.
    pub fn take(&self, key: K) -> bool {
        self.take_at(key, 1, Instant::now())
    }

    /// Counts so many at once, or none of them.
    fn take_at(&self, key: K, count: u32, now: Instant) -> bool {
        let count = f64::from(count);
        if self.full == 0.0 {
            return true;
        }
        let mut known = self.known.lock();
        if known.len() >= self.tracked && !known.contains_key(&key) {
            self.forget(&mut known, now);
        }
        let bucket = known.entry(key).or_insert(Bucket {
            tokens: self.full,
            at: now,
        });
        self.refill(bucket, now);
        if bucket.tokens < count {
            return false;
        }
        bucket.tokens -= count;
        true
    }

    fn refill(&self, bucket: &mut Bucket, now: Instant) {
        let seconds = now.saturating_duration_since(bucket.at).as_secs_f64();
        bucket.tokens = (bucket.tokens + seconds * self.per_second).min(self.full);
        bucket.at = now;
    }

    /// Makes room: first what is full again, then, if that is too little to be worth the walk, all.
    fn forget(&self, known: &mut HashMap<K, Bucket>, now: Instant) {
        known.retain(|_, bucket| {
            self.refill(bucket, now);
            bucket.tokens < self.full
        });
        if known.len() > self.tracked / 4 * 3 {
            known.clear();
        }
    }
}

/// What counts as one address: an IPv6 subscriber holds at least a /64 (RFC 6177 §2).
#[must_use]
pub fn source(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6((v6.to_bits() & !u128::from(u64::MAX)).into()),
        v4 => v4,
    }
}

/// How much one account may send (TQ.12.8), whatever it sends with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SendingLimits {
    /// Messages in an hour; 0 for no limit.
    pub messages_per_hour: u32,
    /// Recipients in a day; 0 for no limit.
    pub recipients_per_day: u32,
}

/// Which limit is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooMany {
    /// Of messages, in an hour.
    Messages,
    /// Of recipients, in a day.
    Recipients,
}

/// What accounts have sent.
pub(crate) struct Sent {
    messages: Meter<AccountId>,
    recipients: Meter<AccountId>,
}

impl Sent {
    pub(crate) fn new(limits: SendingLimits) -> Self {
        let hour = Duration::from_secs(3600);
        Self {
            messages: Meter::new(limits.messages_per_hour, hour),
            recipients: Meter::new(limits.recipients_per_day, hour * 24),
        }
    }
}

impl Delivery {
    /// Counts a message that an account begins to send.
    ///
    /// # Errors
    /// [`TooMany::Messages`]: it sent too many in the last hour.
    pub fn count_message(&self, account: AccountId) -> Result<(), TooMany> {
        let taken = self.0.sent.messages.take(account);
        taken.then_some(()).ok_or(TooMany::Messages)
    }

    /// Counts recipients of a message that an account sends: all, or none.
    ///
    /// # Errors
    /// [`TooMany::Recipients`]: it wrote to too many in the last day.
    pub fn count_recipients(&self, account: AccountId, recipients: usize) -> Result<(), TooMany> {
        let count = u32::try_from(recipients).unwrap_or(u32::MAX);
        let taken = self
            .0
            .sent
            .recipients
            .take_at(account, count, Instant::now());
        taken.then_some(()).ok_or(TooMany::Recipients)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_come_back_with_time() {
        let meter = Meter::new(2, Duration::from_secs(60));
        let start = Instant::now();
        assert!(meter.take_at(1, 1, start) && meter.take_at(1, 1, start));
        assert!(!meter.take_at(1, 1, start));
        assert!(meter.take_at(2, 1, start), "another key");
        assert!(meter.take_at(1, 1, start + Duration::from_secs(31)));
        assert!(!meter.take_at(1, 1, start + Duration::from_secs(32)));
    }

    #[test]
    fn many_are_taken_together_or_not_at_all() {
        let meter = Meter::new(5, Duration::from_secs(60));
        let now = Instant::now();
        assert!(!meter.take_at(1, 6, now));
        assert!(meter.take_at(1, 3, now) && !meter.take_at(1, 3, now));
        assert!(meter.take_at(1, 2, now) && !meter.take_at(1, 1, now));
    }

    #[test]
    fn nought_is_no_limit_and_takes_no_memory() {
        let meter = Meter::new(0, Duration::from_secs(60));
        assert!((0..1000).all(|_| meter.take(1)));
        assert!(meter.known.lock().is_empty());
    }

    #[test]
    fn memory_is_bounded() {
        let mut meter = Meter::new(5, Duration::from_secs(3600));
        meter.tracked = 100;
        let now = Instant::now();
        for key in 0..10_000 {
            meter.take_at(key, 1, now);
            assert!(meter.known.lock().len() <= 100);
        }
    }

    #[test]
    fn an_ipv6_64_is_one_source() {
        let ip = |text: &str| source(text.parse().expect("address"));
        assert_eq!(ip("2001:db8::1"), ip("2001:db8::ffff:2"));
        assert_ne!(ip("2001:db8::1"), ip("2001:db8:0:1::1"));
        assert_eq!(ip("::ffff:192.0.2.1"), ip("192.0.2.1"));
    }
}
