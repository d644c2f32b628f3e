//! How fast one address or one account may send, in bounded memory.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

/// Keys remembered at most.
const TRACKED: usize = 65_536;

/// Token buckets, one a key: so many in a window on average, and as many at once.
pub(crate) struct Meter<K> {
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
    pub(crate) fn new(amount: u32, window: Duration) -> Self {
        Self {
            full: f64::from(amount),
            per_second: f64::from(amount) / window.as_secs_f64(),
            tracked: TRACKED,
            known: Mutex::default(),
        }
    }

    /// Counts one; false where that is too many.
    pub(crate) fn take(&self, key: K) -> bool {
        self.take_at(key, Instant::now())
    }

    fn take_at(&self, key: K, now: Instant) -> bool {
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
        if bucket.tokens < 1.0 {
            return false;
        }
        bucket.tokens -= 1.0;
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
pub(crate) fn source(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6((v6.to_bits() & !u128::from(u64::MAX)).into()),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_come_back_with_time() {
        let meter = Meter::new(2, Duration::from_secs(60));
        let start = Instant::now();
        assert!(meter.take_at(1, start) && meter.take_at(1, start));
        assert!(!meter.take_at(1, start));
        assert!(meter.take_at(2, start), "another key");
        assert!(meter.take_at(1, start + Duration::from_secs(31)));
        assert!(!meter.take_at(1, start + Duration::from_secs(32)));
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
            meter.take_at(key, now);
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
