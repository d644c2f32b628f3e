//! Who is let in: limits on open connections and on how fast new ones come.

use crate::Network;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

/// Addresses remembered at most, unless more connections than half of it are allowed.
const TRACKED: usize = 65_536;

/// How many connections are allowed. In each number, 0 means no limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Open connections in all.
    pub connections: usize,
    /// Open connections of one IPv4 address or one IPv6 /64.
    pub per_address: usize,
    /// New connections of one IPv4 address or one IPv6 /64 in a minute, on average; as many may
    /// come at once.
    pub new_per_minute_per_address: u32,
    /// Networks whose connections count in `connections` only: load balancers, own offices.
    pub exempt: Vec<Network>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 20_000,
            per_address: 100,
            new_per_minute_per_address: 300,
            exempt: Vec::new(),
        }
    }
}

/// Why a connection is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Too many open connections in all.
    Connections,
    /// Too many open connections from this address.
    PerAddress,
    /// New connections from this address come too fast.
    Rate,
}

impl Refusal {
    /// A short name for metrics and logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Connections => "connections",
            Self::PerAddress => "per_address",
            Self::Rate => "rate",
        }
    }
}

/// Keeps count for [`Limits`]. Endpoints that share a `Limiter` share its counts. Its memory is
/// bounded: when too many addresses are known, those without open connections are forgotten.
pub struct Limiter {
    limits: Limits,
    tracked: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    open: usize,
    known: HashMap<Source, Known>,
}

/// What counts as one address. An IPv6 subscriber holds at least a /64 (RFC 6177 §2).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Source {
    V4(u32),
    V6(u64),
}

impl Source {
    fn of(ip: IpAddr) -> Self {
        match ip.to_canonical() {
            IpAddr::V4(v4) => Self::V4(v4.to_bits()),
            IpAddr::V6(v6) => Self::V6((v6.to_bits() >> 64) as u64),
        }
    }
}

/// A token bucket and the number of open connections of one source.
struct Known {
    open: u32,
    tokens: f32,
    at: Instant,
}

impl Known {
    fn refill(&mut self, per_minute: u32, now: Instant) {
        let seconds = now.saturating_duration_since(self.at).as_secs_f32();
        let full = per_minute as f32;
        self.tokens = (self.tokens + seconds * full / 60.0).min(full);
        self.at = now;
    }
}

impl Limiter {
    /// With these limits.
    pub fn new(limits: Limits) -> Self {
        let tracked = TRACKED.max(limits.connections.saturating_mul(2));
        Self::tracking(limits, tracked)
    }

    fn tracking(limits: Limits, tracked: usize) -> Self {
        Self {
            limits,
            tracked,
            state: Mutex::default(),
        }
    }

    /// The limits it was made with.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// How many connections are open now.
    pub fn open(&self) -> usize {
        self.state.lock().open
    }

    /// Lets a new connection from `ip` in, or says why not. The connection counts as open until
    /// the permit is dropped. A refused connection does not count.
    ///
    /// # Errors
    /// The limit that is reached.
    pub fn admit(self: &Arc<Self>, ip: IpAddr) -> Result<Permit, Refusal> {
        self.admit_at(ip, Instant::now())
    }

    fn admit_at(self: &Arc<Self>, ip: IpAddr, now: Instant) -> Result<Permit, Refusal> {
        let limits = &self.limits;
        let mut state = self.state.lock();
        if limits.connections != 0 && state.open >= limits.connections {
            return Err(Refusal::Connections);
        }
        let counted = limits.per_address != 0 || limits.new_per_minute_per_address != 0;
        let source = if counted && !limits.exempt.iter().any(|net| net.contains(ip)) {
            let source = Source::of(ip);
            self.count(&mut state, source, now)?;
            Some(source)
        } else {
            None
        };
        state.open += 1;
        Ok(Permit {
            limiter: Arc::clone(self),
            source,
        })
    }

    fn count(&self, state: &mut State, source: Source, now: Instant) -> Result<(), Refusal> {
        let rate = self.limits.new_per_minute_per_address;
        if state.known.len() >= self.tracked && !state.known.contains_key(&source) {
            self.forget(&mut state.known, now);
            if state.known.len() >= self.tracked {
                return Err(Refusal::Connections);
            }
        }
        let known = state.known.entry(source).or_insert(Known {
            open: 0,
            tokens: rate as f32,
            at: now,
        });
        let per_address = self.limits.per_address;
        if per_address != 0 && known.open as usize >= per_address {
            return Err(Refusal::PerAddress);
        }
        if rate != 0 {
            known.refill(rate, now);
            if known.tokens < 1.0 {
                return Err(Refusal::Rate);
            }
            known.tokens -= 1.0;
        }
        known.open += 1;
        Ok(())
    }

    /// Makes room: first what would be no different if it were new, and if that frees too little
    /// to be worth a walk over the table, everything without an open connection.
    fn forget(&self, known: &mut HashMap<Source, Known>, now: Instant) {
        let rate = self.limits.new_per_minute_per_address;
        known.retain(|_, k| {
            k.refill(rate, now);
            k.open > 0 || k.tokens < rate as f32
        });
        if known.len() > self.tracked / 4 * 3 {
            known.retain(|_, k| k.open > 0);
        }
    }

    fn release(&self, source: Option<Source>) {
        let mut state = self.state.lock();
        state.open = state.open.saturating_sub(1);
        if let Some(source) = source
            && let Some(known) = state.known.get_mut(&source)
        {
            known.open = known.open.saturating_sub(1);
            if known.open == 0 && self.limits.new_per_minute_per_address == 0 {
                state.known.remove(&source);
            }
        }
    }
}

impl fmt::Debug for Limiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limiter")
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// One open connection in the counts of a [`Limiter`]; dropping it gives the place back.
pub struct Permit {
    limiter: Arc<Limiter>,
    source: Option<Source>,
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.limiter.release(self.source);
    }
}

impl fmt::Debug for Permit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Permit")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;
    use std::time::Duration;

    fn limiter(connections: usize, per_address: usize, rate: u32) -> Arc<Limiter> {
        let exempt = vec!["10.0.0.0/8".parse().expect("network")];
        Arc::new(Limiter::new(Limits {
            connections,
            per_address,
            new_per_minute_per_address: rate,
            exempt,
        }))
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("address")
    }

    #[test]
    fn counts_in_all() {
        let limiter = limiter(2, 0, 0);
        let one = limiter.admit(ip("192.0.2.1")).expect("first");
        let _two = limiter.admit(ip("10.0.0.1")).expect("second");
        assert_eq!(
            limiter.admit(ip("192.0.2.3")).err(),
            Some(Refusal::Connections)
        );
        drop(one);
        assert_eq!(limiter.open(), 1);
        limiter.admit(ip("192.0.2.3")).expect("a place came free");
    }

    #[test]
    fn counts_per_address() {
        let limiter = limiter(0, 1, 0);
        let one = limiter.admit(ip("192.0.2.1")).expect("first");
        assert_eq!(
            limiter.admit(ip("192.0.2.1")).err(),
            Some(Refusal::PerAddress)
        );
        assert_eq!(
            limiter.admit(ip("::ffff:192.0.2.1")).err(),
            Some(Refusal::PerAddress)
        );
        let _other = limiter.admit(ip("192.0.2.2")).expect("another address");
        drop(one);
        limiter.admit(ip("192.0.2.1")).expect("a place came free");
        assert_eq!(limiter.state.lock().known.len(), 1);
    }

    #[test]
    fn an_ipv6_64_is_one_address() {
        let limiter = limiter(0, 1, 0);
        let _one = limiter.admit(ip("2001:db8:0:1::1")).expect("first");
        assert_eq!(
            limiter.admit(ip("2001:db8:0:1:ffff::2")).err(),
            Some(Refusal::PerAddress)
        );
        limiter.admit(ip("2001:db8:0:2::1")).expect("another /64");
    }

    #[test]
    fn exempt_networks_are_not_counted_per_address() {
        let limiter = limiter(0, 1, 1);
        let open: Vec<_> = (0..9)
            .map(|_| limiter.admit(ip("10.1.2.3")).expect("exempt"))
            .collect();
        assert_eq!(limiter.open(), open.len());
        assert!(limiter.state.lock().known.is_empty());
    }

    #[test]
    fn rate_comes_back_with_time() {
        let limiter = limiter(0, 0, 3);
        let start = Instant::now();
        for _ in 0..3 {
            limiter
                .admit_at(ip("192.0.2.1"), start)
                .expect("within the burst");
        }
        let soon = start + Duration::from_secs(19);
        assert_eq!(
            limiter.admit_at(ip("192.0.2.1"), soon).err(),
            Some(Refusal::Rate)
        );
        let later = start + Duration::from_secs(21);
        limiter
            .admit_at(ip("192.0.2.1"), later)
            .expect("one a 20 seconds");
        assert_eq!(
            limiter.admit_at(ip("192.0.2.1"), later).err(),
            Some(Refusal::Rate)
        );
    }

    #[test]
    fn memory_is_bounded() {
        let limits = Limits {
            connections: 0,
            per_address: 5,
            new_per_minute_per_address: 2,
            exempt: Vec::new(),
        };
        let limiter = Arc::new(Limiter::tracking(limits, 100));
        let now = Instant::now();
        let held: Vec<_> = (0..50)
            .map(|n| {
                limiter
                    .admit_at(Ipv4Addr::from_bits(n).into(), now)
                    .expect("held")
            })
            .collect();
        for n in 0..10_000 {
            let source = Ipv4Addr::from_bits(1_000_000 + n).into();
            limiter.admit_at(source, now).expect("let in");
            assert!(limiter.state.lock().known.len() <= 100);
        }
        // What is open is never forgotten.
        for n in 0..50 {
            assert!(limiter.state.lock().known.contains_key(&Source::V4(n)));
        }
        drop(held);
        assert_eq!(limiter.open(), 0);
    }

    #[test]
    fn a_table_full_of_open_connections_refuses() {
        let limits = Limits {
            connections: 0,
            per_address: 5,
            ..Limits::default()
        };
        let limiter = Arc::new(Limiter::tracking(limits, 2));
        let _one = limiter.admit(ip("192.0.2.1")).expect("first");
        let _two = limiter.admit(ip("192.0.2.2")).expect("second");
        assert_eq!(
            limiter.admit(ip("192.0.2.3")).err(),
            Some(Refusal::Connections)
        );
        limiter.admit(ip("192.0.2.2")).expect("known already");
    }
}
