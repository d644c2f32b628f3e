//! How much of the machine indexing takes: nearly nothing while others write.

use std::time::{Duration, Instant};

use congvu_store::Store;

/// Writes of people and mail a second from which on the machine is theirs.
const BUSY: f64 = 20.0;
/// A pause is so many times as long as the work before it: while others write, and otherwise.
const BUSY_PAUSE: f64 = 30.0;
const PAUSE: f64 = 0.5;
const LONGEST: Duration = Duration::from_secs(3);
/// The writes of so long are looked at.
const LOOK: Duration = Duration::from_millis(300);

/// Pauses between pieces of work.
#[derive(Debug)]
pub(super) struct Pace {
    store: Option<Store>,
    worked: Instant,
    looked: Instant,
    writes: u64,
    busy: bool,
}

impl Pace {
    /// No pauses.
    pub(super) fn at_once() -> Self {
        Self {
            store: None,
            worked: Instant::now(),
            looked: Instant::now(),
            writes: 0,
            busy: false,
        }
    }

    /// Behind those who write into `store`.
    pub(super) fn behind(store: &Store) -> Self {
        Self {
            store: Some(store.clone()),
            writes: store.writes(),
            ..Self::at_once()
        }
    }

    /// After a piece of work.
    pub(super) async fn rest(&mut self) {
        let Some(store) = &self.store else {
            return;
        };
        // What lies between two rounds is no work.
        let worked = self.worked.elapsed().min(LONGEST);
        let since = self.looked.elapsed();
        if since > LOOK {
            let writes = store.writes();
            self.busy = (writes - self.writes) as f64 > BUSY * since.as_secs_f64();
            (self.looked, self.writes) = (Instant::now(), writes);
        }
        let times = if self.busy { BUSY_PAUSE } else { PAUSE };
        tokio::time::sleep(worked.mul_f64(times).min(LONGEST)).await;
        self.worked = Instant::now();
    }

    /// At the beginning of a round.
    pub(super) fn begin(&mut self) {
        self.worked = Instant::now();
    }
}
