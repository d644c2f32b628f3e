//! Claims of this node, renewed while their holders live.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use congvu_store::{Store, StoreError, queue, random};
use parking_lot::Mutex;
use tokio::sync::watch;

use super::Clock;
use super::schedule::ms;

/// The claims of this node.
pub(super) struct Leases {
    held: Mutex<HashMap<i64, watch::Sender<Instant>>>,
    lease: Duration,
}

/// One holder's claims: what it claims is its until it is dropped or cannot be renewed.
pub(super) struct Lease {
    leases: Arc<Leases>,
    /// The number it claims under.
    pub(super) holder: i64,
    good_until: watch::Receiver<Instant>,
}

impl Leases {
    pub(super) fn new(lease: Duration) -> Arc<Self> {
        Arc::new(Self {
            held: Mutex::default(),
            lease,
        })
    }

    /// A new holder; to be opened right before it claims.
    pub(super) fn open(self: &Arc<Self>) -> Lease {
        let holder = i64::from_ne_bytes(random::<8>());
        let (sender, good_until) = watch::channel(self.good_from(Instant::now()));
        self.held.lock().insert(holder, sender);
        Lease {
            leases: Arc::clone(self),
            holder,
            good_until,
        }
    }

    /// Somewhat before the claim ends in the store, so that nothing is sent when it does.
    fn good_from(&self, claimed: Instant) -> Instant {
        claimed + self.lease * 5 / 6
    }

    /// How long a claim made now lasts (ms).
    pub(super) fn until(&self, now: i64) -> i64 {
        now.saturating_add(ms(self.lease))
    }

    /// The other holders of this node that live: what they have is not to be taken from them, whatever
    /// the clock says.
    pub(super) fn others(&self, holder: i64) -> Vec<i64> {
        let held = self.held.lock();
        held.keys().copied().filter(|one| *one != holder).collect()
    }

    /// Renews all claims, for ever.
    pub(super) async fn keep(&self, store: &Store, clock: &Clock) {
        loop {
            tokio::time::sleep(self.lease / 4).await;
            let holders: Vec<i64> = self.held.lock().keys().copied().collect();
            if holders.is_empty() {
                continue;
            }
            let (begun, until) = (Instant::now(), self.until(clock()));
            let each = holders.clone();
            let renewed = store
                .write(move |tx| {
                    for holder in &each {
                        queue::renew(tx, *holder, until)?;
                    }
                    Ok::<_, StoreError>(())
                })
                .await;
            match renewed {
                Ok(()) => {
                    let held = self.held.lock();
                    for sender in holders.iter().filter_map(|holder| held.get(holder)) {
                        sender.send_replace(self.good_from(begun));
                    }
                }
                Err(error) => tracing::warn!(%error, "claims of outbound mail are not renewed"),
            }
        }
    }
}

impl Lease {
    /// Returns once the claims are no longer good: another node may send what was claimed.
    pub(super) async fn lapsed(&self) {
        let mut good_until = self.good_until.clone();
        loop {
            let until = *good_until.borrow_and_update();
            tokio::select! {
                () = tokio::time::sleep_until(until.into()) => {
                    if *good_until.borrow() <= Instant::now() {
                        return;
                    }
                }
                changed = good_until.changed() => {
                    if changed.is_err() {
                        return;
                    }
                }
            }
        }
    }

    /// As [`Self::lapsed`], now.
    pub(super) fn has_lapsed(&self) -> bool {
        *self.good_until.borrow() <= Instant::now()
    }

    /// What is claimed from now on is good for a whole lease: nothing older is held.
    pub(super) fn begin(&self) {
        if let Some(sender) = self.leases.held.lock().get(&self.holder) {
            sender.send_replace(self.leases.good_from(Instant::now()));
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.leases.held.lock().remove(&self.holder);
    }
}
