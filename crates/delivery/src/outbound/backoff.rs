//! Who may connect where now: slots, limits by destination, back-off.
//!
//! All of it is this process's own knowledge. One that starts knows of no destination whether it answers, and
//! finds in the queue all that became due while nothing ran; so each destination is tried by one connection
//! until it has taken something, and more are opened only then. What waits for its own next attempt
//! goes on waiting: that time is in the store, and was drawn with a jitter.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;
use tokio::sync::Notify;

use super::{Limits, Schedule};

/// Destinations whose failures are remembered.
const REMEMBERED: usize = 50_000;

/// One that an administrator wants tried is tried whatever its back-off, but not within so long (ms) of
/// the last failure: what waits there may be claimed a thousand times.
const FORCED_EVERY: i64 = 60_000;

/// One server, or the servers of one domain: what [`super::Routes::key`] names.
#[derive(Default)]
struct Place {
    /// Connections open or being opened.
    workers: usize,
    /// Where these workers send to; one destination, but for a server that many share.
    desks: HashMap<String, Desk>,
    crowded: Arc<Notify>,
    /// It was reached since this process first had something for it.
    proven: bool,
    /// Times in a row that it could not be reached.
    failures: u32,
    /// When it could not be reached last (ms).
    failed_at: i64,
    /// Left alone until (ms).
    until: i64,
}

/// The workers of one destination.
#[derive(Default)]
struct Desk {
    workers: usize,
    /// Of these, waiting for a next message.
    idle: usize,
    poke: Arc<Notify>,
}

#[derive(Default)]
struct Inner {
    places: HashMap<String, Place>,
    workers: usize,
    /// Of these, at places that could not be reached the last time.
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

/// Somebody who wants a seat.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wish<'a> {
    /// What its failures and connections are counted under.
    pub(super) key: &'a str,
    /// Where its mail goes.
    pub(super) destination: &'a str,
    /// An administrator wants it tried, whatever its back-off.
    pub(super) forced: bool,
    /// A person's mail is due there.
    pub(super) person: bool,
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
    key: String,
    destination: String,
    doubtful: AtomicBool,
    pub(super) poke: Arc<Notify>,
    /// Told when another destination waits for a connection to the same place.
    pub(super) crowded: Arc<Notify>,
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

    /// How many workers there may be for this one to begin: broadcasts leave some seats to persons.
    fn room(&self, person: bool) -> usize {
        let all = self.limits.connections;
        if person { all } else { all - all / 4 }
    }

    /// Whether a worker may begin.
    pub(super) fn admit(self: &Arc<Self>, wish: &Wish<'_>, now: i64) -> Admitted {
        let mut guard = self.inner.lock();
        let inner = &mut *guard;
        let place = inner.places.entry(wish.key.to_owned()).or_default();
        let until = if wish.forced {
            place
                .until
                .min(place.failed_at.saturating_add(FORCED_EVERY))
        } else {
            place.until
        };
        if until > now {
            return Admitted::Blocked(until);
        }
        place.until = 0;
        if let Some(desk) = place.desks.get(wish.destination)
            && desk.idle > 0
        {
            desk.poke.notify_one();
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
        if place.workers >= most {
            place.crowded.notify_waiters();
            return Admitted::Full;
        }
        if doubtful && inner.doubtful >= (self.limits.connections / 2).max(1) {
            return Admitted::Full;
        }
        if inner.workers >= self.room(wish.person) {
            if place.workers == 0 && place.failures == 0 {
                inner.places.remove(wish.key);
            }
            self.crowded.notify_waiters();
            return Admitted::Full;
        }
        let desk = place.desks.entry(wish.destination.to_owned()).or_default();
        desk.workers += 1;
        place.workers += 1;
        inner.workers += 1;
        inner.doubtful += usize::from(doubtful);
        Admitted::Seat(Seat {
            seats: Arc::clone(self),
            key: wish.key.to_owned(),
            destination: wish.destination.to_owned(),
            doubtful: AtomicBool::new(doubtful),
            poke: Arc::clone(&desk.poke),
            crowded: Arc::clone(&place.crowded),
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
        if let Some(place) = self.seats.inner.lock().places.get_mut(&self.key) {
            change(place);
        }
    }

    pub(super) fn idle(&self, idle: bool) {
        self.place(|place| {
            let Some(desk) = place.desks.get_mut(&self.destination) else {
                return;
            };
            if idle {
                desk.idle += 1;
            } else {
                desk.idle = desk.idle.saturating_sub(1);
            }
        });
    }

    /// The destination was reached: nothing is held against it. Says whether more connections may be
    /// opened than before, to it or to others that could not be reached.
    pub(super) fn reached(&self) -> bool {
        let mut more = false;
        self.place(|place| {
            more = !std::mem::replace(&mut place.proven, true) || place.failures > 0;
            place.failures = 0;
            place.until = 0;
        });
        more | self.is_beyond_doubt()
    }

    /// Gives back what is counted of doubtful ones; false where it was given back before.
    fn is_beyond_doubt(&self) -> bool {
        let doubtful = self.doubtful.swap(false, Ordering::Relaxed);
        if doubtful {
            let mut inner = self.seats.inner.lock();
            inner.doubtful = inner.doubtful.saturating_sub(1);
        }
        doubtful
    }

    /// It was not: it is left alone for a while. Several workers that fail together failed once.
    pub(super) fn unreachable(&self, schedule: &Schedule, now: i64, jitter: u8) {
        self.place(|place| {
            if place.until > now {
                return;
            }
            place.failures = place.failures.saturating_add(1);
            place.failed_at = now;
            place.until = now.saturating_add(schedule.backoff_ms(place.failures, jitter));
        });
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.is_beyond_doubt();
        let mut guard = self.seats.inner.lock();
        let inner = &mut *guard;
        inner.workers = inner.workers.saturating_sub(1);
        if let Some(place) = inner.places.get_mut(&self.key) {
            place.workers = place.workers.saturating_sub(1);
            if let Some(desk) = place.desks.get_mut(&self.destination) {
                desk.workers = desk.workers.saturating_sub(1);
                if desk.workers == 0 {
                    place.desks.remove(&self.destination);
                }
            }
            if place.workers == 0 && (place.failures == 0 || inner.places.len() > REMEMBERED) {
                inner.places.remove(&self.key);
            }
        }
        drop(guard);
        self.seats.freed.notify_one();
    }
}

#[cfg(test)]
#[path = "backoff_tests.rs"]
mod tests;
