//! Who may connect where now: slots, limits by destination, back-off.
//!
//! All of it is this process's own knowledge. One that starts knows of no destination whether it answers, and
//! finds in the queue all that became due while nothing ran; so each destination is tried by one connection
//! until it has taken something, and more are opened only then. What waits for its own next attempt
//! goes on waiting: that time is in the store, and was drawn with a jitter.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::Notify;

use super::{Limits, Schedule};

/// Destinations whose failures are remembered.
const REMEMBERED: usize = 50_000;

#[derive(Default)]
struct Place {
    /// Connections open or being opened.
    workers: usize,
    /// Of these, waiting for a next message.
    idle: usize,
    poke: Arc<Notify>,
    /// It was reached since this process first had something for it.
    proven: bool,
    /// Times in a row that it could not be reached.
    failures: u32,
    /// Left alone until (ms).
    until: i64,
}

#[derive(Default)]
struct Inner {
    places: HashMap<String, Place>,
    workers: usize,
    /// Of these, at destinations that could not be reached the last time.
    doubtful: usize,
}

/// The seats of all workers.
pub(super) struct Seats {
    inner: Mutex<Inner>,
    limits: Limits,
    /// Told whenever a seat is free again.
    pub(super) freed: Notify,
    /// Told when somebody waits for a seat: idle connections shall give theirs up.
    pub(super) crowded: Notify,
}

/// What may be done for a destination.
pub(super) enum Admitted {
    /// A worker may begin.
    Seat(Seat),
    /// One that is idle was told.
    Poked,
    /// It is left alone until then (ms).
    Blocked(i64),
    /// All of its connections, or all of ours, are busy.
    Full,
}

/// A worker's seat; free when dropped.
pub(super) struct Seat {
    seats: Arc<Seats>,
    destination: String,
    doubtful: bool,
    pub(super) poke: Arc<Notify>,
}

impl Seats {
    pub(super) fn new(limits: Limits) -> Arc<Self> {
        Arc::new(Self {
            inner: Mutex::default(),
            limits,
            freed: Notify::new(),
            crowded: Notify::new(),
        })
    }

    /// Whether a worker may begin for `destination`; `forced`: whatever its back-off.
    pub(super) fn admit(self: &Arc<Self>, destination: &str, now: i64, forced: bool) -> Admitted {
        let mut guard = self.inner.lock();
        let inner = &mut *guard;
        let place = inner.places.entry(destination.to_owned()).or_default();
        if forced {
            place.until = 0;
        }
        if place.until > now {
            return Admitted::Blocked(place.until);
        }
        if place.idle > 0 {
            place.poke.notify_one();
            return Admitted::Poked;
        }
        // One that could not be reached is tried by one alone, and all such together take half of
        // the seats at most.
        let doubtful = place.failures > 0;
        let most = if doubtful || !place.proven {
            1
        } else {
            self.limits.per_destination
        };
        if place.workers >= most
            || (doubtful && inner.doubtful >= (self.limits.connections / 2).max(1))
        {
            return Admitted::Full;
        }
        if inner.workers >= self.limits.connections {
            if place.workers == 0 && place.failures == 0 {
                inner.places.remove(destination);
            }
            self.crowded.notify_waiters();
            return Admitted::Full;
        }
        place.workers += 1;
        inner.workers += 1;
        inner.doubtful += usize::from(doubtful);
        Admitted::Seat(Seat {
            seats: Arc::clone(self),
            destination: destination.to_owned(),
            doubtful,
            poke: Arc::clone(&place.poke),
        })
    }

    pub(super) fn workers(&self) -> usize {
        self.inner.lock().workers
    }
}

impl Seat {
    pub(super) fn destination(&self) -> &str {
        &self.destination
    }

    fn place(&self, change: impl FnOnce(&mut Place)) {
        if let Some(place) = self.seats.inner.lock().places.get_mut(&self.destination) {
            change(place);
        }
    }

    pub(super) fn idle(&self, idle: bool) {
        self.place(|place| {
            if idle {
                place.idle += 1;
            } else {
                place.idle = place.idle.saturating_sub(1);
            }
        });
    }

    /// The destination was reached: nothing is held against it. Says whether more connections to it may be
    /// opened than before.
    pub(super) fn reached(&self) -> bool {
        let mut more = false;
        self.place(|place| {
            more = !std::mem::replace(&mut place.proven, true) || place.failures > 0;
            place.failures = 0;
            place.until = 0;
        });
        more
    }

    /// It was not: it is left alone for a while.
    pub(super) fn unreachable(&self, schedule: &Schedule, now: i64, jitter: u8) {
        self.place(|place| {
            place.failures = place.failures.saturating_add(1);
            place.until = now.saturating_add(schedule.backoff_ms(place.failures, jitter));
        });
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut guard = self.seats.inner.lock();
        let inner = &mut *guard;
        inner.workers = inner.workers.saturating_sub(1);
        inner.doubtful = inner.doubtful.saturating_sub(usize::from(self.doubtful));
        if let Some(place) = inner.places.get_mut(&self.destination) {
            place.workers = place.workers.saturating_sub(1);
            if place.workers == 0 && (place.failures == 0 || inner.places.len() > REMEMBERED) {
                inner.places.remove(&self.destination);
            }
        }
        drop(guard);
        self.seats.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seat(seats: &Arc<Seats>, destination: &str, now: i64) -> Option<Seat> {
        match seats.admit(destination, now, false) {
            Admitted::Seat(seat) => Some(seat),
            _ => None,
        }
    }

    #[test]
    fn so_many_connections_to_one_and_in_all() {
        let limits = Limits {
            connections: 5,
            per_destination: 2,
            ..Limits::default()
        };
        let seats = Seats::new(limits);
        let mut taken: Vec<_> = (0..3).filter_map(|_| seat(&seats, "a", 0)).collect();
        // Nobody knows yet whether it answers.
        assert_eq!(taken.len(), 1);
        assert!(taken[0].reached());
        assert!(!taken[0].reached(), "that is known already");
        taken.extend((0..3).filter_map(|_| seat(&seats, "a", 0)));
        assert_eq!(taken.len(), 2);
        let more: Vec<_> = ["b", "c", "d", "e"]
            .iter()
            .filter_map(|name| seat(&seats, name, 0))
            .collect();
        assert_eq!(more.len(), 3);
        drop(taken);
        assert!(seat(&seats, "e", 0).is_some());
        drop(more);
        assert_eq!(seats.workers(), 0);
    }

    #[test]
    fn a_dead_destination_does_not_eat_the_seats() {
        let limits = Limits {
            connections: 4,
            per_destination: 2,
            ..Limits::default()
        };
        let (seats, schedule) = (Seats::new(limits), Schedule::default());
        for name in ["x", "y", "z"] {
            let dead = seat(&seats, name, 0).expect("a seat");
            dead.unreachable(&schedule, 0, 0);
        }
        assert!(matches!(
            seats.admit("x", 1000, false),
            Admitted::Blocked(54_000)
        ));
        // What an administrator asks for is tried all the same.
        assert!(matches!(seats.admit("x", 1000, true), Admitted::Seat(_)));
        // Later each is tried by one worker, and all of them by half of the workers.
        let (x, y) = (seat(&seats, "x", 90_000), seat(&seats, "y", 90_000));
        assert!(x.is_some() && y.is_some());
        assert!(seat(&seats, "x", 90_000).is_none());
        assert!(seat(&seats, "z", 90_000).is_none());
        let first = seat(&seats, "live", 0).expect("a seat");
        first.reached();
        let live = (first, seat(&seats, "live", 0));
        assert!(live.1.is_some());
        x.expect("a seat").reached();
        drop(live);
        assert!(seat(&seats, "x", 90_000).is_some());
    }
}
