//! Carries the queue out: wakes when something is due, gives each destination its workers.

use std::sync::Arc;
use std::time::{Duration, Instant};

use congvu_store::queue::{self, Due};
use congvu_store::{Change, StoreError, now_ms};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{Notify, broadcast, watch};
use tokio::task::JoinSet;

use super::backoff::{Admitted, Seats, Wish};
use super::lease::Leases;
use super::{OutboundConfig, Routes, Transport, ripe, worker};
use crate::Delivery;

/// What the clock says (ms since 1970).
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// How often the depth is counted for the metrics.
const COUNT_EVERY: Duration = Duration::from_secs(30);
/// Changes that come together are looked at together.
const TOGETHER: Duration = Duration::from_millis(5);

/// What all workers share.
pub(super) struct Sending {
    pub(super) delivery: Delivery,
    pub(super) config: Arc<OutboundConfig>,
    pub(super) routes: Arc<dyn Routes>,
    pub(super) transport: Arc<dyn Transport>,
    pub(super) clock: Clock,
    pub(super) leases: Arc<Leases>,
    pub(super) seats: Arc<Seats>,
    pub(super) wake: Notify,
    pub(super) stopping: watch::Receiver<bool>,
}

impl Sending {
    pub(super) fn now(&self) -> i64 {
        (self.clock)()
    }

    pub(super) fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }
}

/// Sends what is queued. Several nodes may run one each on the same store: a claim is one's alone.
pub struct Runner {
    sending: Arc<Sending>,
    stop: watch::Sender<bool>,
}

impl std::fmt::Debug for Runner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Runner")
    }
}

impl Runner {
    /// A runner for what `delivery` queues; `None` where it was made without outbound settings.
    #[must_use]
    pub fn new(
        delivery: &Delivery,
        routes: Arc<dyn Routes>,
        transport: Arc<dyn Transport>,
    ) -> Option<Self> {
        Self::with_clock(delivery, routes, transport, Arc::new(now_ms))
    }

    /// As [`Self::new`], by another clock.
    #[must_use]
    pub fn with_clock(
        delivery: &Delivery,
        routes: Arc<dyn Routes>,
        transport: Arc<dyn Transport>,
        clock: Clock,
    ) -> Option<Self> {
        let config = Arc::clone(delivery.0.outbound.as_ref()?);
        let (stop, stopping) = watch::channel(false);
        let sending = Sending {
            delivery: delivery.clone(),
            leases: Leases::new(config.limits.lease),
            seats: Seats::new(config.limits),
            config,
            routes,
            transport,
            clock,
            wake: Notify::new(),
            stopping,
        };
        Some(Self {
            sending: Arc::new(sending),
            stop,
        })
    }

    /// Sends until `stopping` completes; then the messages under way are finished and it returns.
    /// Dropped before, it leaves nothing undone that its claims' end does not bring back.
    pub async fn run(self, stopping: impl Future<Output = ()>) {
        let sending = &self.sending;
        let mut workers = JoinSet::new();
        {
            let store = sending.delivery.store();
            let background = async {
                tokio::join!(
                    sending.leases.keep(store, &sending.clock),
                    ripe::run(sending),
                    count(sending),
                );
            };
            tokio::select! {
                () = dispatch(sending, &mut workers) => {}
                () = background => {}
                () = stopping => {}
            }
        }
        self.stop.send_replace(true);
        let store = sending.delivery.store();
        let rest = async { while workers.join_next().await.is_some() {} };
        tokio::select! {
            () = rest => {}
            // A long message's claim is renewed to its end.
            () = sending.leases.keep(store, &sending.clock) => {}
        }
    }
}

async fn dispatch(sending: &Arc<Sending>, workers: &mut JoinSet<()>) {
    let mut changes = sending.delivery.store().hub().subscribe();
    loop {
        let begun = Instant::now();
        let next = match sending.delivery.store().read(queue::due).await {
            Ok(due) => admit(sending, workers, due),
            Err(error) => {
                let error: StoreError = error;
                tracing::warn!(%error, "the outbound queue cannot be read");
                i64::MAX
            }
        };
        // A look at many destinations is not made again right away.
        tokio::time::sleep((begun.elapsed() * 2).clamp(TOGETHER, sending.config.limits.poll)).await;
        let left = next.saturating_sub(sending.now()).max(0);
        let wait = Duration::from_millis(u64::try_from(left).unwrap_or(0));
        tokio::select! {
            () = tokio::time::sleep(wait.min(sending.config.limits.poll)) => {}
            () = queued(&mut changes) => {}
            () = sending.wake.notified() => {}
            () = sending.seats.freed.notified() => {}
        }
        while let Some(ended) = workers.try_join_next() {
            if let Err(error) = ended {
                tracing::error!(%error, "a worker failed; its claims end by themselves");
            }
        }
    }
}

/// Starts workers for what is due; returns when to look again at the latest (ms).
fn admit(sending: &Arc<Sending>, workers: &mut JoinSet<()>, due: Vec<Due>) -> i64 {
    let now = sending.now();
    let mut next = i64::MAX;
    // Where a person's mail waits first, then by how long it waits.
    let mut ready: Vec<(bool, i64, String)> = Vec::new();
    for due in due {
        let earliest = due.earliest();
        if earliest > now {
            next = next.min(earliest);
            continue;
        }
        let person = due.person.is_some_and(|at| at <= now);
        ready.push((!person, earliest, due.destination));
    }
    ready.sort_unstable();
    for (broadcast, earliest, destination) in ready {
        let wish = Wish {
            key: sending.routes.key(&destination),
            destination: &destination,
            forced: earliest == 0,
            person: !broadcast,
        };
        match sending.seats.admit(&wish, now) {
            Admitted::Seat(seat) => {
                workers.spawn(worker::work(Arc::clone(sending), seat));
            }
            Admitted::Blocked(until) => next = next.min(until),
            Admitted::Poked | Admitted::Full => {}
        }
    }
    next
}

async fn queued(changes: &mut broadcast::Receiver<Change>) {
    loop {
        match changes.recv().await {
            Ok(Change::Queue) | Err(RecvError::Lagged(_)) => return,
            Ok(_) => {}
            Err(RecvError::Closed) => std::future::pending::<()>().await,
        }
    }
}

/// The depth, for the metrics; for ever.
async fn count(sending: &Sending) {
    loop {
        let begun = Instant::now();
        match sending.delivery.store().read(queue::depth).await {
            Ok(depth) => {
                let gauge = |state: &'static str, value: u64| {
                    metrics::gauge!("congvu_outbound_recipients", "state" => state)
                        .set(value as f64);
                };
                gauge("waiting", depth.waiting);
                gauge("held", depth.held);
                let age = depth
                    .oldest_at
                    .map_or(0, |oldest| sending.now().saturating_sub(oldest).max(0));
                metrics::gauge!("congvu_outbound_oldest_seconds").set(age as f64 / 1000.0);
                metrics::gauge!("congvu_outbound_workers").set(sending.seats.workers() as f64);
            }
            Err(error) => {
                let error: StoreError = error;
                tracing::debug!(%error, "the outbound queue is not counted");
            }
        }
        // However much waits, a hundredth of the time goes into counting it.
        let every = COUNT_EVERY.max(sending.config.limits.poll);
        tokio::time::sleep(every.max(begun.elapsed() * 100)).await;
    }
}
