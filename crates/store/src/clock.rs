//! What tells the time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// What tells the time: the system, or whoever drives it, so that a year can be lived in seconds.
#[derive(Clone, Debug, Default)]
pub struct Clock(Option<Arc<AtomicI64>>);

impl Clock {
    /// One that stands at `at` (ms) until it is set.
    #[must_use]
    pub fn driven(at: i64) -> Self {
        Self(Some(Arc::new(AtomicI64::new(at))))
    }

    /// The time now (ms).
    #[must_use]
    pub fn now(&self) -> i64 {
        match &self.0 {
            Some(at) => at.load(Ordering::Relaxed),
            None => now_ms(),
        }
    }

    /// Sets a driven clock, for all who share it; the system's goes on as it does.
    pub fn set(&self, at: i64) {
        if let Some(clock) = &self.0 {
            clock.store(at, Ordering::Relaxed);
        }
    }
}

/// Milliseconds since 1970 (UTC): the unit of every `*_at` column.
#[must_use]
pub fn now_ms() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |elapsed| {
            i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX)
        })
}
