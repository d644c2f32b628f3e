//! One worker: a connection to one destination, and the messages that go over it.

use std::sync::Arc;
use std::time::Instant;

use congvu_store::queue::{self, Claim, Job};
use congvu_store::{StoreError, random};

use super::attempt::{self, Line, Said, Trouble, Way};
use super::backoff::Seat;
use super::lease::Lease;
use super::outcome::{self, Decided};
use super::runner::Sending;
use super::settle::settle;

/// Recipients claimed at once at most.
const RECIPIENTS: i64 = 100;
/// Messages claimed at once at most: what a killed node held waits for its lease to end.
const MESSAGES: usize = 8;

pub(super) async fn work(sending: Arc<Sending>, seat: Seat) {
    let lease = sending.leases.open();
    let mut line = None;
    let mut way = Way::default();
    let done = send_all(&sending, &seat, &lease, &mut way, &mut line).await;
    if let Err(error) = done {
        tracing::warn!(%error, "outbound mail waits for the store");
    }
    let (holder, now) = (lease.holder, sending.now());
    let store = sending.delivery.store();
    let released = store.write(move |tx| queue::release(tx, holder, now)).await;
    if let Err(error) = released {
        let error: StoreError = error;
        tracing::warn!(%error, "claims of outbound mail end by themselves");
    }
    drop(lease);
    if let Some(line) = line {
        line.quit().await;
    }
    drop(seat);
}

async fn send_all(
    sending: &Sending,
    seat: &Seat,
    lease: &Lease,
    way: &mut Way,
    line: &mut Option<Line>,
) -> Result<(), StoreError> {
    let mut broke = false;
    loop {
        if sending.is_stopping() {
            return Ok(());
        }
        let jobs = claim(sending, seat, lease).await?;
        if jobs.is_empty() {
            if line.is_none() || !wait(sending, seat).await {
                return Ok(());
            }
            continue;
        }
        if jobs.len() == MESSAGES {
            // There may be more than one connection can carry.
            sending.wake.notify_one();
        }
        for (at, job) in jobs.iter().enumerate() {
            if sending.is_stopping() || lease.has_lapsed() {
                return Ok(());
            }
            let spent = line.as_ref().is_some_and(|line| {
                !line.is_usable() || line.sent >= sending.config.limits.messages_per_connection
            });
            if spent && let Some(line) = line.take() {
                line.quit().await;
                way.forget();
            }
            let begun = Instant::now();
            let Some(attempt) = attempt::send(sending, lease, way, line, job).await else {
                return Ok(());
            };
            let decided = decide(sending, job, &attempt.outcomes);
            settle(sending, lease, job, &decided).await;
            match attempt.trouble {
                None => {
                    broke = false;
                    if line.is_some() && seat.reached() {
                        sending.wake.notify_one();
                    }
                }
                // Perhaps it cannot bear this one message: the next one shows.
                Some(Trouble::Broke(_)) if !broke => broke = true,
                Some(Trouble::Closed(said) | Trouble::Broke(said)) => {
                    seat.unreachable(&sending.config.schedule, sending.now(), jitter());
                    put_off(sending, lease, &jobs[at + 1..], &said).await;
                    return Ok(());
                }
            }
            let rest = &jobs[at + 1..];
            if begun.elapsed() > sending.config.limits.slow && !rest.is_empty() {
                give_back(sending, lease, rest).await?;
                break;
            }
        }
    }
}

/// One message took long: another connection may have what waits behind it.
async fn give_back(sending: &Sending, lease: &Lease, jobs: &[Job]) -> Result<(), StoreError> {
    let recipients: Vec<_> = jobs.iter().flat_map(|job| &job.recipients).collect();
    let recipients: Vec<_> = recipients.iter().map(|to| (to.id, to.due_at)).collect();
    let holder = lease.holder;
    let store = sending.delivery.store();
    store
        .write(move |tx| queue::give_back(tx, holder, &recipients))
        .await
}

/// The others claimed with one that could not be sent would fare no better; nobody asks for each of them.
async fn put_off(sending: &Sending, lease: &Lease, jobs: &[Job], said: &Said) {
    for job in jobs {
        let same = vec![said.clone(); job.recipients.len()];
        let decided = decide(sending, job, &same);
        settle(sending, lease, job, &decided).await;
    }
}

fn jitter() -> u8 {
    random::<1>()[0]
}

fn decide(sending: &Sending, job: &Job, outcomes: &[Said]) -> Vec<Decided> {
    // One draw for the message: recipients that wait together go together again, in one transfer.
    let (now, jitter) = (sending.now(), jitter());
    job.recipients
        .iter()
        .zip(outcomes)
        .map(|(recipient, (outcome, server))| {
            outcome::decide(
                &sending.config.schedule,
                &job.queued,
                recipient,
                (outcome, server.as_ref()),
                now,
                jitter,
            )
        })
        .collect()
}

async fn claim(sending: &Sending, seat: &Seat, lease: &Lease) -> Result<Vec<Job>, StoreError> {
    lease.begin();
    let destination = seat.destination().to_owned();
    let (holder, now) = (lease.holder, sending.now());
    let until = sending.leases.until(now);
    let held = sending.leases.others(holder);
    sending
        .delivery
        .store()
        .write(move |tx| {
            queue::claim(
                tx,
                &Claim {
                    destination: &destination,
                    holder,
                    held: &held,
                    now,
                    until,
                    limit: RECIPIENTS,
                    messages: MESSAGES,
                },
            )
        })
        .await
}

/// Waits with the connection open; false where it shall be closed.
async fn wait(sending: &Sending, seat: &Seat) -> bool {
    let mut stopping = sending.stopping.clone();
    seat.idle(true);
    let more = tokio::select! {
        () = seat.poke.notified() => true,
        () = tokio::time::sleep(sending.config.limits.idle) => false,
        () = sending.seats.crowded.notified() => false,
        () = seat.crowded.notified() => false,
        _ = stopping.wait_for(|stopping| *stopping) => false,
    };
    seat.idle(false);
    more
}
