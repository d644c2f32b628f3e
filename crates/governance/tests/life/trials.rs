//! A regulation tried before it is bound: what is told is what a sweep under it would find.

use std::collections::BTreeMap;

use congvu_governance::life::{Options, Trial, sweep, trial};
use congvu_governance::{Actor, Refused};
use congvu_regulation::Moment;
use congvu_store::organisation::{self, NewOrganisation};
use congvu_store::{AccountId, MailboxId};
use congvu_testing::{Ground, driven};

use crate::support::{OPTIONS, Place, at, begins, console, life_of, write};

driven!(crate::BEGIN;
    a_trial_tells_what_a_sweep_would_find,
    a_trial_is_of_the_places_that_would_be_governed,
);

async fn tried(
    ground: &Ground,
    place: &Place,
    (profile, day): (&'static str, &'static str),
    most: u32,
) -> Result<Trial, Refused> {
    let about = (place.root, profile, Moment(at(day)));
    let first = MailboxId(0);
    trial(
        &ground.store,
        place.law,
        &console(),
        about,
        first,
        (most, 10),
    )
    .await
}

async fn bind(ground: &Ground, place: &Place, profile: &'static str) {
    let root = place.root;
    write(ground, move |tx| {
        tx.execute(
            "UPDATE organisation SET profile = $2 WHERE id = $1",
            &[root.into(), profile.into()],
        )
    })
    .await;
}

async fn a_trial_tells_what_a_sweep_would_find(ground: &Ground) {
    let place = Place::new(ground, "quang-ninh").await;
    let law = place.law;
    let mut ids = Vec::new();
    for name in [("Cầm", "Thị", "Duyên"), ("Trần", "", "Hoàn")] {
        let official = place.official(ground, name).await;
        begins(ground, &official).await;
        ids.push(official.mailbox);
    }
    let day = "2026-05-20";
    let found = tried(ground, &place, ("son-la", day), 1_000).await.unwrap();
    assert_eq!((found.mailboxes, found.after), (3, None));
    let look = Options {
        as_of: Some(Moment(at(day))),
        dry_run: true,
        ..OPTIONS
    };
    let sum = |counts: &BTreeMap<&str, u32>| counts.values().sum::<u32>() as usize;
    let under_own = sweep(&ground.store, law, look).await.unwrap();
    assert_eq!(sum(&found.now), under_own.items.len());
    bind(ground, &place, "son-la").await;
    let under_other = sweep(&ground.store, law, look).await.unwrap();
    assert_eq!(sum(&found.then), under_other.items.len());
    assert!(found.then["lock"] >= 2, "{:?}", found.then);
    let clauses = found
        .items
        .iter()
        .map(|item| item.due.origin.to_string())
        .collect::<Vec<_>>();
    assert!(
        clauses.iter().all(|clause| clause.starts_with("SL.")),
        "{clauses:?}"
    );
    // Nothing was changed.
    for id in ids {
        assert!(life_of(ground, id).await.lock.is_none());
    }
    let over = tried(ground, &place, ("son-la", "2026-01-04"), 1_000).await;
    assert!(matches!(over, Err(Refused::Bad(_))), "{over:?}");
    let nobody = Actor::signed_in(AccountId(1), "ai-do", "192.0.2.7");
    let about = (place.root, "son-la", Moment(at(day)));
    let refused = trial(&ground.store, law, &nobody, about, MailboxId(0), (9, 9)).await;
    assert!(matches!(refused, Err(Refused::Forbidden(_))), "{refused:?}");
}

async fn a_trial_is_of_the_places_that_would_be_governed(ground: &Ground) {
    let place = Place::new(ground, "quang-ninh").await;
    let root = place.root;
    // A part with a regulation of its own is not asked.
    let own = write(ground, move |tx| {
        let new = NewOrganisation {
            parent: Some(root),
            kind: "commune",
            name: "Thị xã Bỉm Sơn",
            short_name: "bimson",
            profile: Some("bim-son"),
        };
        organisation::create(tx, &new)
    })
    .await;
    let official = place.official(ground, ("Lò", "Văn", "Pánh")).await;
    begins(ground, &official).await;
    let mailbox = official.mailbox;
    write(ground, move |tx| {
        tx.execute(
            "UPDATE mailbox SET organisation_id = $2 WHERE id = $1",
            &[mailbox.into(), own.into()],
        )
    })
    .await;
    let found = tried(ground, &place, ("son-la", "2026-05-20"), 1_000).await;
    assert_eq!(found.unwrap().mailboxes, 1, "the unit mailbox alone");
}
