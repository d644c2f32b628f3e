//! Senders are told of a delay or of the end although no attempt was made: a destination that is left
//! alone keeps many waiting.

use std::time::Duration;

use congvu_store::{StoreError, queue};

use super::outcome::{self, Decided};
use super::runner::Sending;
use super::schedule::ms;
use super::settle::settle;

/// Recipients looked at in one transaction.
const CHUNK: i64 = 50;

/// For ever.
pub(super) async fn run(sending: &Sending) {
    loop {
        tokio::time::sleep(sending.config.limits.poll.min(Duration::from_secs(60))).await;
        if sending.is_stopping() {
            return;
        }
        if let Err(error) = round(sending).await {
            tracing::warn!(%error, "notices wait for the store");
        }
    }
}

async fn round(sending: &Sending) -> Result<(), StoreError> {
    let store = sending.delivery.store();
    loop {
        let now = sending.now();
        // Its own attempt, due at the same time, tells more.
        let before = now - ms(sending.config.limits.lease);
        let next = store.read(queue::next_notice).await?;
        if next.is_none_or(|next| next > before) {
            return Ok(());
        }
        let lease = sending.leases.open();
        let (holder, until) = (lease.holder, sending.leases.until(now));
        let held = sending.leases.others(holder);
        let jobs = store
            .write_bulk(move |tx| {
                queue::claim_ripe(tx, (holder, &held), (before, now, until), CHUNK)
            })
            .await?;
        if jobs.is_empty() || sending.is_stopping() {
            return Ok(());
        }
        for job in &jobs {
            let schedule = &sending.config.schedule;
            let decided: Vec<Decided> = job
                .recipients
                .iter()
                .map(|to| outcome::decide_untried(schedule, &job.queued, to, now))
                .collect();
            settle(sending, &lease, job, &decided).await;
        }
    }
}
