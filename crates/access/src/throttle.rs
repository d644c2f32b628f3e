//! Guessing passwords is slowed down, by address and by account, in bounded memory.
//!
//! Three counts: of one address for one account, of one address for all accounts, of one account from
//! everywhere. The last stops guessers who have many addresses, but would let anybody lock anybody
//! out; so it does not hold where the account signed in rightly not long ago.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

/// Failures are counted over this time.
const WINDOW: Duration = Duration::from_secs(15 * 60);
/// A place where an account signed in rightly is known as its own for so long.
const KNOWN: Duration = Duration::from_secs(14 * 24 * 3600);
/// So many keys are remembered at most, of failures and of known places.
const CAPACITY: usize = 100_000;
/// An office sits behind one address, and an account has many addresses to be guessed from.
const MANY: u32 = 10;

/// A login, as a keyed hash: what strangers type takes no more memory than that.
type Login = u64;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Key {
    Address(IpAddr),
    Account(Login),
    Pair(IpAddr, Login),
}

#[derive(Clone, Copy, Debug)]
struct Failures {
    count: u32,
    since: Instant,
}

#[derive(Debug, Default)]
struct State {
    failures: HashMap<Key, Failures>,
    known: HashMap<(IpAddr, Login), Instant>,
}

/// Counts failed sign-ins.
#[derive(Debug)]
pub(crate) struct Throttle {
    state: Mutex<State>,
    /// Held from the question to the count.
    counting: Mutex<()>,
    hasher: RandomState,
    limit: u32,
}

/// Where somebody tries to sign in from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    network: IpAddr,
    exempt: bool,
}

impl Place {
    /// `exempt`: many people sit behind it, who do not answer for each other.
    pub(crate) fn new(address: IpAddr, exempt: bool) -> Self {
        Self {
            network: network(address),
            exempt,
        }
    }
}

impl Throttle {
    /// Up to `limit` failures in 15 minutes of one address for one account, and ten times as many
    /// of one address or for one account. 0 switches it off.
    pub(crate) fn new(limit: u32) -> Self {
        Self {
            state: Mutex::default(),
            counting: Mutex::default(),
            hasher: RandomState::new(),
            limit,
        }
    }

    /// How long to wait before another guess is looked at, if at all.
    pub(crate) fn wait(&self, place: Place, login: &str, now: Instant) -> Option<Duration> {
        if self.limit == 0 {
            return None;
        }
        let login = self.hasher.hash_one(login);
        let state = self.state.lock();
        let over = |key: Key, limit: u32| {
            let failed = state.failures.get(&key)?;
            let left = WINDOW.checked_sub(now.duration_since(failed.since))?;
            (failed.count >= limit && !left.is_zero()).then_some(left)
        };
        let many = self.limit.saturating_mul(MANY);
        let pair = (place.network, login);
        let here = over(Key::Pair(pair.0, pair.1), self.limit);
        let of_address = (!place.exempt).then(|| over(Key::Address(pair.0), many));
        let is_known = state
            .known
            .get(&pair)
            .is_some_and(|since| now.duration_since(*since) < KNOWN);
        let of_account = (!is_known).then(|| over(Key::Account(login), many));
        here.max(of_address.flatten()).max(of_account.flatten())
    }

    /// Counts a guess as a failure before it is looked at, where one may be; how long to wait where none may. Asked and counted at once:
    /// guesses that come together do not pass together.
    pub(crate) fn count(&self, place: Place, login: &str, now: Instant) -> Result<(), Duration> {
        let _one_by_one = self.counting.lock();
        match self.wait(place, login, now) {
            Some(wait) => Err(wait),
            None => {
                self.failed(place, login, now);
                Ok(())
            }
        }
    }

    /// It was right.
    pub(crate) fn uncount(&self, place: Place, login: &str) {
        let login = self.hasher.hash_one(login);
        let mut state = self.state.lock();
        for key in keys(place, login) {
            if let Some(failed) = state.failures.get_mut(&key) {
                failed.count = failed.count.saturating_sub(1);
            }
        }
    }

    pub(crate) fn failed(&self, place: Place, login: &str, now: Instant) {
        if self.limit == 0 {
            return;
        }
        let login = self.hasher.hash_one(login);
        let mut state = self.state.lock();
        if state.failures.len() >= CAPACITY {
            make_room(&mut state.failures, now);
        }
        let fresh = Failures {
            count: 0,
            since: now,
        };
        for key in keys(place, login) {
            let failed = state.failures.entry(key).or_insert(fresh);
            if now.duration_since(failed.since) >= WINDOW {
                *failed = fresh;
            }
            failed.count += 1;
        }
    }

    /// A right password forgives what was typed wrongly there, and makes the place known.
    pub(crate) fn succeeded(&self, place: Place, login: &str, now: Instant) {
        if self.limit == 0 {
            return;
        }
        let pair = (place.network, self.hasher.hash_one(login));
        let mut state = self.state.lock();
        state.failures.remove(&Key::Pair(pair.0, pair.1));
        if state.known.len() >= CAPACITY && !state.known.contains_key(&pair) {
            let mut ages: Vec<Instant> = state.known.values().copied().collect();
            let (_, middle, _) = ages.select_nth_unstable(CAPACITY / 2);
            let middle = *middle;
            state.known.retain(|_, since| *since > middle);
        }
        state.known.insert(pair, now);
    }
}

/// What a failure is counted under.
fn keys(place: Place, login: Login) -> impl Iterator<Item = Key> {
    [
        Some(Key::Account(login)),
        Some(Key::Pair(place.network, login)),
        (!place.exempt).then_some(Key::Address(place.network)),
    ]
    .into_iter()
    .flatten()
}

/// Forgets what is over and then those that failed least: somebody who fills the table with names
/// does not free those who are waiting.
fn make_room(failures: &mut HashMap<Key, Failures>, now: Instant) {
    failures.retain(|_, failed| now.duration_since(failed.since) < WINDOW);
    let mut least = 1;
    while failures.len() > CAPACITY / 4 * 3 {
        failures.retain(|_, failed| failed.count > least);
        least *= 2;
    }
}

/// An IPv6 customer has a /64.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let bits = u128::from(v6) & !u128::from(u64::MAX);
            IpAddr::V6(bits.into())
        }
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(n: u8) -> Place {
        Place::new(IpAddr::from([192, 0, 2, n]), false)
    }

    #[test]
    fn waits_after_the_limit_and_forgives() {
        let throttle = Throttle::new(3);
        let now = Instant::now();
        for _ in 0..3 {
            assert_eq!(throttle.wait(place(1), "a@x", now), None);
            throttle.failed(place(1), "a@x", now);
        }
        assert!(throttle.wait(place(1), "a@x", now).is_some());
        assert_eq!(throttle.wait(place(2), "a@x", now), None, "elsewhere");
        assert_eq!(throttle.wait(place(1), "b@x", now), None, "an office");
        assert_eq!(throttle.wait(place(1), "a@x", now + WINDOW), None);
        throttle.succeeded(place(1), "a@x", now);
        assert_eq!(throttle.wait(place(1), "a@x", now), None);
    }

    #[test]
    fn what_is_counted_first_is_forgiven_where_it_was_right() {
        let throttle = Throttle::new(3);
        let now = Instant::now();
        for _ in 0..100 {
            assert_eq!(throttle.count(place(1), "a@x", now), Ok(()));
            throttle.uncount(place(1), "a@x");
        }
        for _ in 0..3 {
            assert_eq!(throttle.count(place(1), "a@x", now), Ok(()));
        }
        assert_eq!(throttle.count(place(1), "a@x", now), Err(WINDOW));
        assert_eq!(throttle.count(place(1), "b@x", now), Ok(()));
    }

    #[test]
    fn one_address_guesses_for_many_accounts() {
        let throttle = Throttle::new(3);
        let now = Instant::now();
        let exempt = Place::new(IpAddr::from([10, 0, 0, 1]), true);
        for n in 0..30 {
            assert_eq!(throttle.wait(place(1), "new@x", now), None);
            throttle.failed(place(1), &format!("{n}@x"), now);
            throttle.failed(exempt, &format!("{n}@x"), now);
        }
        assert!(throttle.wait(place(1), "new@x", now).is_some());
        assert_eq!(throttle.wait(exempt, "new@x", now), None);
    }

    #[test]
    fn many_addresses_guess_and_nobody_is_locked_out() {
        let throttle = Throttle::new(3);
        let now = Instant::now();
        throttle.succeeded(place(200), "a@x", now);
        for n in 0..30 {
            assert_eq!(throttle.wait(place(n), "a@x", now), None);
            throttle.failed(place(n), "a@x", now);
        }
        assert!(throttle.wait(place(99), "a@x", now).is_some());
        assert_eq!(throttle.wait(place(200), "a@x", now), None, "its own place");
        for _ in 0..3 {
            throttle.failed(place(200), "a@x", now);
        }
        assert!(throttle.wait(place(200), "a@x", now).is_some());
    }

    #[test]
    fn memory_is_bounded_and_floods_free_nobody() {
        let throttle = Throttle::new(3);
        let now = Instant::now();
        for _ in 0..3 {
            throttle.failed(place(1), "a@x", now);
        }
        for n in 0..(CAPACITY as u32 * 2) {
            let stranger = Place::new(IpAddr::from(n.to_be_bytes()), false);
            throttle.failed(stranger, &n.to_string(), now);
            throttle.succeeded(stranger, &n.to_string(), now);
        }
        assert!(throttle.wait(place(1), "a@x", now).is_some());
        let state = throttle.state.lock();
        assert!(state.failures.len() <= CAPACITY + 3 && state.known.len() <= CAPACITY);
    }
}
