//! What governance does by itself while the server runs: granted requests are carried out, those who decide are reminded,
//! and once a day what fell due is carried out.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use congvu_governance::life::{Options, sweep};
use congvu_governance::{Law, Refused, access_order, mailbox, report, request, unit};
use congvu_regulation::Moment;
use congvu_store::{Store, StoreError, proposal};
use tokio::task::JoinSet;

/// How often it looks for granted requests and for the time of day.
const TICK: Duration = Duration::from_secs(5);
/// Rounds between two looks at what is less urgent.
const SELDOM: u32 = 12;

/// When and how much.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Schedule {
    /// Minutes after midnight in Vietnam from which the day's sweep is run.
    pub(crate) sweep_at: u16,
    /// The most acts that people feel in one sweep.
    pub(crate) sweep_most: usize,
}

/// Runs until it is aborted, whatever becomes of one round of it.
pub(crate) async fn keep_governing(store: Store, law: Law, schedule: Schedule) {
    let mut round: u32 = 0;
    // The day (since 1970) whose reports this node has made. Another node's are kept by the store, so that none is made twice.
    let reported = Arc::new(AtomicI64::new(i64::MIN));
    loop {
        let (store, reported) = (store.clone(), Arc::clone(&reported));
        let seldom = round.is_multiple_of(SELDOM);
        round = round.wrapping_add(1);
        // Aborted with this task.
        let mut work = JoinSet::new();
        work.spawn(async move { once(&store, law, schedule, seldom, &reported).await });
        match work.join_next().await {
            Some(Ok(Err(error))) => tracing::warn!(%error, "governance waits for its next round"),
            Some(Err(error)) => tracing::error!(%error, "a round of governance failed"),
            _ => {}
        }
        tokio::time::sleep(TICK).await;
    }
}

async fn once(
    store: &Store,
    law: Law,
    schedule: Schedule,
    seldom: bool,
    reported: &AtomicI64,
) -> Result<(), Refused> {
    request::carry_out_all(store, law).await?;
    while store.write_bulk(mailbox::record_destroyed).await? > 0 {}
    if !seldom {
        return Ok(());
    }
    request::remind(store, law).await?;
    // Owners hear of lawful access on the day its order sets, at the latest (BS.III.9).
    store.write_bulk(access_order::due_owner_notices).await?;
    unit::remind(store, law).await?;
    let now = Moment(store.now());
    let last = store.read(proposal::last_run);
    let last: Result<_, StoreError> = last.await;
    let swept_today = last?.is_some_and(|(as_of, _)| Moment(as_of).date() >= now.date());
    if now.minute_of_day() < schedule.sweep_at {
        return Ok(());
    }
    if swept_today {
        return make_reports(store, law, now, reported).await;
    }
    let options = Options {
        as_of: None,
        dry_run: false,
        most: schedule.sweep_most,
        confirmed: None,
    };
    let swept = sweep(store, law, options).await?;
    if !swept.busy {
        let run = swept.run;
        tracing::info!(
            mailboxes = run.mailboxes,
            acts = run.acts,
            proposals = run.proposals,
            notices = run.notices,
            held = run.held,
            failed = swept.failed.len(),
            "swept"
        );
    }
    Ok(())
}

/// Once a day, in the round after the sweep; again where it failed.
async fn make_reports(
    store: &Store,
    law: Law,
    now: Moment,
    reported: &AtomicI64,
) -> Result<(), Refused> {
    let today = now.date().epoch_day();
    if reported.load(Ordering::Relaxed) >= today {
        return Ok(());
    }
    let run = report::make_due(store, law).await?;
    reported.store(today, Ordering::Relaxed);
    if run != report::MadeNow::default() {
        tracing::info!(made = run.made, reminded = run.reminded, "reports made");
    }
    Ok(())
}
