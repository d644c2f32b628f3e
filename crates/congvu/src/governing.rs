//! What governance does by itself while the server runs: granted requests are carried out, those who decide are reminded,
//! and once a day what fell due is carried out.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use congvu_governance::life::{Options, sweep};
use congvu_governance::{
    Law, Refused, access_order, directory, incident, mailbox, organisation, report, request, unit,
};
use congvu_regulation::Moment;
use congvu_store::proposal::LastRun;
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

/// How long after a run that held everything the next one looks again (ms): the clock may be right by then.
const HELD: i64 = 3_600_000;

/// Runs until it is aborted, whatever becomes of one round of it, or of one part of a round.
pub(crate) async fn keep_governing(store: Store, law: Law, schedule: Schedule) {
    let mut round: u32 = 0;
    // The day (since 1970) whose reports this node has made. Another node's are kept by the store, so that none is made twice.
    let reported = Arc::new(AtomicI64::new(i64::MIN));
    loop {
        let seldom = round.is_multiple_of(SELDOM);
        round = round.wrapping_add(1);
        once(&store, law, schedule, seldom, &reported).await;
        tokio::time::sleep(TICK).await;
    }
}

/// A round. No part of it waits for another's success.
async fn once(
    store: &Store,
    law: Law,
    schedule: Schedule,
    seldom: bool,
    reported: &Arc<AtomicI64>,
) {
    let (of, day) = (store.clone(), Arc::clone(reported));
    part("granted lines", carry_out(of, law)).await;
    part("records of deletion", record_destroyed(store.clone())).await;
    part("lists of places", resume_lists(store.clone())).await;
    part("entries of the directory", catch_up(store.clone())).await;
    if !seldom {
        return;
    }
    part("reminders of requests", remind(store.clone(), law)).await;
    part("notices to owners", tell_owners(store.clone())).await;
    part(
        "looks into unit mailboxes",
        remind_units(store.clone(), law),
    )
    .await;
    part("bursts of mail", take_up_bursts(store.clone(), law)).await;
    part("the sweep", swept(store.clone(), law, schedule)).await;
    part("reports", reports(store.clone(), law, schedule, day)).await;
}

/// Runs a part in a task of its own: it may fail, or panic, by itself. It is aborted with this one.
async fn part(name: &str, work: impl Future<Output = Result<(), Refused>> + Send + 'static) {
    let mut task = JoinSet::new();
    task.spawn(work);
    match task.join_next().await {
        Some(Ok(Err(error))) => tracing::warn!(%error, part = name, "governance tries again"),
        Some(Err(error)) => tracing::error!(%error, part = name, "a part of governance failed"),
        _ => {}
    }
}

async fn carry_out(store: Store, law: Law) -> Result<(), Refused> {
    request::carry_out_all(&store, law).await.map(drop)
}

/// A list whose command was interrupted.
async fn resume_lists(store: Store) -> Result<(), Refused> {
    organisation::resume_import(&store).await.map(drop)
}

async fn catch_up(store: Store) -> Result<(), Refused> {
    directory::catch_up(&store).await.map(drop)
}

async fn remind(store: Store, law: Law) -> Result<(), Refused> {
    request::remind(&store, law).await.map(drop)
}

/// The end of a final deletion is in the record (TQ.7.2).
async fn record_destroyed(store: Store) -> Result<(), Refused> {
    while store.write_bulk(mailbox::record_destroyed).await? > 0 {}
    Ok(())
}

async fn remind_units(store: Store, law: Law) -> Result<(), Refused> {
    unit::remind(&store, law).await.map(drop)
}

/// Owners hear of lawful access on the day its order sets, at the latest (BS.III.9).
async fn tell_owners(store: Store) -> Result<(), Refused> {
    let told = store.write_bulk(access_order::due_owner_notices).await;
    told.map(drop)
}

/// Somebody hears of a mailbox that sends more than a person writes (TQ.8.2.b).
async fn take_up_bursts(store: Store, law: Law) -> Result<(), Refused> {
    let taken = store.write_bulk(move |tx| incident::take_up_bursts(tx, law));
    taken.await.map(drop)
}

/// Once a day, from the time that is set.
async fn swept(store: Store, law: Law, schedule: Schedule) -> Result<(), Refused> {
    let now = Moment(store.now());
    let last: Result<_, StoreError> = store.read(proposal::last_run).await;
    if now.minute_of_day() < schedule.sweep_at || is_swept(last?, now) {
        return Ok(());
    }
    let options = Options {
        as_of: None,
        dry_run: false,
        most: schedule.sweep_most,
        confirmed: None,
    };
    let swept = sweep(&store, law, options).await?;
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

/// Whether the day's sweep is done: by a run of this very day that did something, or that held all a little while ago.
fn is_swept(last: Option<LastRun>, now: Moment) -> bool {
    last.is_some_and(|last| {
        let recent = now.0 - last.started_at < HELD;
        Moment(last.as_of).date() == now.date() && (last.held == 0 || recent)
    })
}

/// Once a day, after the time of the sweep; again where the store was away.
async fn reports(
    store: Store,
    law: Law,
    schedule: Schedule,
    reported: Arc<AtomicI64>,
) -> Result<(), Refused> {
    let now = Moment(store.now());
    let today = now.date().epoch_day();
    // Compared so, and not by which is later: a clock may have been ahead.
    if now.minute_of_day() < schedule.sweep_at || reported.load(Ordering::Relaxed) == today {
        return Ok(());
    }
    let run = report::make_due(&store, law).await?;
    reported.store(today, Ordering::Relaxed);
    if run != report::MadeNow::default() {
        tracing::info!(
            made = run.made,
            reminded = run.reminded,
            failed = run.failed,
            "reports made"
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Moment {
        text.parse().expect("a time")
    }

    fn run(when: &str, held: u32) -> Option<LastRun> {
        let at = at(when).0;
        Some(LastRun {
            started_at: at,
            as_of: at,
            held,
        })
    }

    #[test]
    fn a_day_is_swept_by_a_run_of_that_day_that_held_nothing() {
        let now = at("2026-04-08T03:00");
        assert!(!is_swept(None, now));
        assert!(!is_swept(run("2026-04-07T01:31", 0), now));
        assert!(is_swept(run("2026-04-08T01:31", 0), now));
        // The clock was ahead for a while.
        assert!(!is_swept(run("2030-01-01T01:31", 0), now));
        // Held: looked at again within the hour, not each minute.
        assert!(!is_swept(run("2026-04-08T01:31", 700), now));
        assert!(is_swept(run("2026-04-08T02:31", 700), now));
    }
}
