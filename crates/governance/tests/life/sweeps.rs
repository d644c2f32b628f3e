//! The sweep itself.

use congvu_governance::Refused;
use congvu_governance::life::{Options, sweep};
use congvu_regulation::Moment;
use congvu_testing::{Ground, driven};

use crate::support::{OPTIONS, Place, acts, at, begins, life_of, notices};

driven!(crate::BEGIN;
    a_broken_clock_locks_nobody,
    two_nodes_do_each_thing_once,
    a_rehearsal_changes_nothing,
);

async fn a_broken_clock_locks_nobody(ground: &Ground) {
    let place = Place::new(ground, "son-la").await;
    let law = place.law;
    for name in [
        ("Cầm", "Thị", "Duyên"),
        ("Trần", "", "Hoàn"),
        ("Lò", "Văn", "Pánh"),
    ] {
        let official = place.official(ground, name).await;
        begins(ground, &official).await;
    }
    ground.clock.set(at("2031-01-01"));
    let careful = Options { most: 2, ..OPTIONS };
    let swept = sweep(&ground.store, law, careful).await.unwrap();
    assert_eq!(swept.run.acts, 0);
    assert!(swept.run.held >= 3, "{:?}", swept.run);
    let held = swept.run.held as usize;
    sweep(&ground.store, law, careful).await.unwrap();
    let told = notices(ground).await;
    assert_eq!(
        told.iter().filter(|(kind, _)| kind == "sweep-held").count(),
        1,
        "once a day"
    );
    // Somebody looked: carried out. Fewer than there are is not enough.
    let fewer = Options {
        confirmed: Some(held - 1),
        ..careful
    };
    assert_eq!(sweep(&ground.store, law, fewer).await.unwrap().run.acts, 0);
    let confirmed = Options {
        confirmed: Some(held),
        ..careful
    };
    assert!(sweep(&ground.store, law, confirmed).await.unwrap().run.acts >= 3);
}

async fn two_nodes_do_each_thing_once(ground: &Ground) {
    let place = Place::new(ground, "son-la").await;
    let law = place.law;
    let mut ids = Vec::new();
    for name in [
        ("Cầm", "Thị", "Duyên"),
        ("Trần", "", "Hoàn"),
        ("Lò", "Văn", "Pánh"),
    ] {
        let official = place.official(ground, name).await;
        begins(ground, &official).await;
        ids.push(official.mailbox);
    }
    ground.clock.set(at("2026-04-10"));
    let other = ground.node().await;
    let (one, two) = tokio::join!(
        sweep(&ground.store, law, OPTIONS),
        sweep(&other, law, OPTIONS)
    );
    let (one, two) = (one.unwrap(), two.unwrap());
    assert!(one.busy != two.busy || one.run.acts == 0 || two.run.acts == 0);
    sweep(&ground.store, law, OPTIONS).await.unwrap();
    for id in ids {
        let locks = acts(ground, id).await;
        let locks = locks.iter().filter(|(action, _)| action == "mailbox.lock");
        assert_eq!(locks.count(), 1);
    }
}

async fn a_rehearsal_changes_nothing(ground: &Ground) {
    let place = Place::new(ground, "son-la").await;
    let law = place.law;
    let official = place.official(ground, ("Cầm", "Thị", "Duyên")).await;
    begins(ground, &official).await;
    let ahead = Options {
        as_of: Some(Moment(at("2026-05-01"))),
        dry_run: true,
        ..OPTIONS
    };
    let before = acts(ground, official.mailbox).await;
    let swept = sweep(&ground.store, law, ahead).await.unwrap();
    assert!(
        swept
            .items
            .iter()
            .any(|item| item.mailbox.0 == official.mailbox)
    );
    assert_eq!(acts(ground, official.mailbox).await, before);
    assert!(life_of(ground, official.mailbox).await.lock.is_none());
    let real = Options {
        dry_run: false,
        ..ahead
    };
    assert!(matches!(
        sweep(&ground.store, law, real).await,
        Err(Refused::Bad(_))
    ));
}
