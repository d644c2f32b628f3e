//! The night: the sweep, and the reports of the month before.

use std::time::Instant;

use congvu_governance::life::{Options, sweep};
use congvu_governance::{Law, report};
use congvu_store::{Clock, Store};

use crate::province::NIGHT;
use crate::told;

pub(crate) async fn sweeps(store: &Store) {
    let options = Options {
        as_of: None,
        dry_run: true,
        most: 1_000_000,
        confirmed: None,
    };
    let began = Instant::now();
    let seen = sweep(store, Law::default(), options).await.unwrap();
    told("sweep-dry", began.elapsed().as_secs_f64() * 1e3);
    let real = Options {
        dry_run: false,
        ..options
    };
    let began = Instant::now();
    let done = sweep(store, Law::default(), real).await.unwrap();
    told("sweep", began.elapsed().as_secs_f64() * 1e3);
    assert_eq!(done.failed, []);
    let carried_out = done.run.acts + done.run.notices + done.run.proposals;
    eprintln!("{} due, {:?}", seen.items.len(), done.run);
    assert!(carried_out as usize >= seen.items.len());
    let began = Instant::now();
    let again = sweep(store, Law::default(), real).await.unwrap();
    told("sweep-again", began.elapsed().as_secs_f64() * 1e3);
    assert_eq!(again.run.acts, 0);
    told("acts", f64::from(done.run.acts));
    told("notices", f64::from(done.run.notices));
}

pub(crate) async fn reports(store: &Store, clock: &Clock) {
    clock.set(NIGHT + 600_000);
    let began = Instant::now();
    let made = report::make_due(store, Law::default()).await.unwrap();
    told("reports", began.elapsed().as_secs_f64() * 1e3);
    eprintln!("{made:?}");
    told("reports-made", f64::from(made.made));
    let began = Instant::now();
    let again = report::make_due(store, Law::default()).await.unwrap();
    told("reports-again", began.elapsed().as_secs_f64() * 1e3);
    assert_eq!(again.made, 0);
}
