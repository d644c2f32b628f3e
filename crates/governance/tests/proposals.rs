//! What is proposed to the department: it comes back while it is due, lapses with a record, and never outlives its mailbox.

#![allow(clippy::unwrap_used)]

mod support;

use congvu_governance::life::{Confirmed, Options, confirm, let_through, put_off, sweep};
use congvu_governance::mailbox::{self, Issued};
use congvu_governance::request::{Ask, Decision, NewRequest, decide, open};
use congvu_regulation::Moment;
use congvu_regulation::requests::{RequestKind, Way};
use congvu_store::proposal::{self, Proposal};
use congvu_store::{MailboxId, RequestId, StoreError};
use congvu_testing::{Ground, driven};
use support::{OPTIONS, Place, act, acts, at, begins, console, life_of, nights, notices, sweep_at};

// 2026-01-05T08:00 in Vietnam.
const BEGIN: i64 = 1_767_574_800_000;

driven!(super::BEGIN;
    a_refused_request_brings_the_proposal_back,
    put_off_it_comes_back_after_its_day,
    a_mailbox_that_goes_takes_its_proposals_along,
    a_clock_that_is_behind_lapses_nothing_in_bulk,
    a_clock_that_is_ahead_proposes_nothing_in_bulk,
    a_run_of_a_clock_that_was_ahead_is_not_the_last,
    one_mailbox_that_cannot_be_read_stops_no_other,
);

async fn waiting(ground: &Ground, mailbox: i64) -> Vec<Proposal> {
    let found = ground.store.read(|tx| proposal::open(tx, 0, 100));
    let found: Result<_, StoreError> = found.await;
    let mut found = found.unwrap();
    found.retain(|known| known.mailbox.0 == mailbox);
    found
}

/// Locks a mailbox as the profile's rule for disuse does, in April or July, and lets its term pass.
async fn proposed(ground: &Ground, profile: &'static str) -> (Place, Issued, Proposal) {
    let place = Place::new(ground, profile).await;
    let official = place.official(ground, ("Cầm", "Thị", "Duyên")).await;
    begins(ground, &official).await;
    nights(ground, place.law, "2026-07-05", "2026-07-09").await;
    let law = place.law;
    let id = MailboxId(official.mailbox);
    if profile == "quang-ninh" {
        act(ground, move |tx| {
            let now = Moment(tx.now());
            mailbox::note_receipt(tx, law, &console(), id, now)
        })
        .await
        .unwrap();
    }
    nights(ground, law, "2026-08-08", "2026-08-12").await;
    let found = waiting(ground, official.mailbox).await;
    assert_eq!(found.len(), 1, "{profile}");
    let first = found.into_iter().next().unwrap();
    (place, official, first)
}

async fn restore_asked(
    ground: &Ground,
    place: &Place,
    official: &Issued,
    key: &'static str,
) -> RequestId {
    let (law, agency) = (place.law, place.agency);
    let request = NewRequest {
        key: key.to_owned(),
        kind: RequestKind::Restore,
        organisation: agency,
        way: Way::Documents,
        document: "9/CV".to_owned(),
        document_day: Some("2026-01-05".parse().unwrap()),
        reason: "Đi công tác về".to_owned(),
        lines: vec![(
            1,
            Ask::Restore {
                address: official.address.clone(),
            },
        )],
        files: Vec::new(),
    };
    let opened = act(ground, move |tx| open(tx, law, &console(), &request));
    opened.await.unwrap().id
}

async fn a_refused_request_brings_the_proposal_back(ground: &Ground) {
    let (place, official, first) = proposed(ground, "son-la").await;
    let law = place.law;
    let request = restore_asked(ground, &place, &official, "lần một").await;
    sweep_at(ground, law, "2026-08-13").await;
    assert!(waiting(ground, official.mailbox).await.is_empty());
    let recorded = acts(ground, official.mailbox).await;
    let lapsed = recorded
        .iter()
        .filter(|(action, _)| action == "mailbox.propose-lapse");
    assert_eq!(lapsed.count(), 1);
    act(ground, move |tx| {
        let no = Decision::Refuse("Không đủ căn cứ".to_owned());
        decide(tx, law, &console(), (request, 1), &no)
    })
    .await
    .unwrap();
    sweep_at(ground, law, "2026-08-14").await;
    let again = waiting(ground, official.mailbox).await;
    assert_eq!(again.len(), 1);
    assert!(again[0].id != first.id && again[0].key == first.key);
    let told = notices(ground).await;
    let told = told
        .iter()
        .filter(|(kind, subject)| kind == "end-due" && subject.contains(official.address.as_str()));
    assert_eq!(told.count(), 2, "its agency hears of each");
    sweep_at(ground, law, "2026-08-15").await;
    assert_eq!(waiting(ground, official.mailbox).await, again);
    // Confirmed while a request waits, it lapses; taken back, it is proposed again.
    let request = restore_asked(ground, &place, &official, "lần hai").await;
    let number = again[0].id;
    let confirmed = act(ground, move |tx| confirm(tx, law, &console(), number, None));
    assert_eq!(confirmed.await.unwrap(), Confirmed::Lapsed);
    act(ground, move |tx| {
        congvu_governance::request::withdraw(tx, law, &console(), request)
    })
    .await
    .unwrap();
    sweep_at(ground, law, "2026-08-16").await;
    let third = waiting(ground, official.mailbox).await[0].id;
    let confirmed = act(ground, move |tx| confirm(tx, law, &console(), third, None));
    assert_eq!(confirmed.await.unwrap(), Confirmed::CarriedOut);
    assert!(life_of(ground, official.mailbox).await.deleted_at.is_some());
}

async fn put_off_it_comes_back_after_its_day(ground: &Ground) {
    for profile in ["hcm-donre", "quang-ninh", "son-la"] {
        if profile != "hcm-donre" {
            support::write(ground, |tx| {
                tx.execute("UPDATE organisation SET short_name = 'cu' || id", &[])
                    .map(drop)
            })
            .await;
        }
        ground.clock.set(BEGIN);
        let (place, official, first) = proposed(ground, profile).await;
        let law = place.law;
        let until = "2026-09-30".parse().unwrap();
        let number = first.id;
        act(ground, move |tx| {
            let why = ("Nghỉ thai sản", until);
            put_off(tx, law, &console(), number, why, Some("15/CV"))
        })
        .await
        .unwrap();
        for day in ["2026-08-13", "2026-09-15", "2026-09-30T23:00"] {
            sweep_at(ground, law, day).await;
            let found = waiting(ground, official.mailbox).await;
            assert!(found.is_empty(), "{profile} {day}");
        }
        sweep_at(ground, law, "2026-10-01").await;
        let found = waiting(ground, official.mailbox).await;
        assert_eq!(found.len(), 1, "{profile}: put off is not given up");
        assert!(found[0].id != first.id);
    }
}

async fn a_mailbox_that_goes_takes_its_proposals_along(ground: &Ground) {
    let (place, official, _) = proposed(ground, "son-la").await;
    let (law, id) = (place.law, MailboxId(official.mailbox));
    act(ground, move |tx| {
        mailbox::revoke(tx, law, &console(), id, None, Some("3/CV"))
    })
    .await
    .unwrap();
    assert!(waiting(ground, official.mailbox).await.is_empty());
}

/// So many mailboxes that a small brake holds them.
async fn several(ground: &Ground, profile: &'static str) -> (Place, Vec<Issued>) {
    let place = Place::new(ground, profile).await;
    let mut all = Vec::new();
    for given in ["Duyên", "Hoàn", "Pánh", "Sơn"] {
        let official = place.official(ground, ("Cầm", "Thị", given)).await;
        begins(ground, &official).await;
        all.push(official);
    }
    (place, all)
}

async fn a_clock_that_is_behind_lapses_nothing_in_bulk(ground: &Ground) {
    let (place, all) = several(ground, "bim-son").await;
    let law = place.law;
    sweep_at(ground, law, "2026-04-10").await;
    for official in &all {
        assert_eq!(waiting(ground, official.mailbox).await.len(), 1);
    }
    // The clock falls back: nothing is due any more, and nothing is given up before somebody looked.
    ground.clock.set(at("2026-01-06"));
    let careful = Options { most: 2, ..OPTIONS };
    let swept = sweep(&ground.store, law, careful).await.unwrap();
    assert!(swept.run.held >= 4, "{:?}", swept.run);
    for official in &all {
        assert_eq!(waiting(ground, official.mailbox).await.len(), 1);
    }
}

async fn a_clock_that_is_ahead_proposes_nothing_in_bulk(ground: &Ground) {
    let (place, all) = several(ground, "bim-son").await;
    ground.clock.set(at("2031-01-01"));
    let before = notices(ground).await.len();
    let careful = Options { most: 2, ..OPTIONS };
    let swept = sweep(&ground.store, place.law, careful).await.unwrap();
    assert!(swept.run.held >= 4, "{:?}", swept.run);
    assert_eq!((swept.run.proposals, swept.run.notices), (0, 0));
    for official in &all {
        assert!(waiting(ground, official.mailbox).await.is_empty());
    }
    // Who lets it through is in the record, and is entrusted with all of it.
    let (nobody, most) = (congvu_governance::Actor::system(), 100);
    let refused = act(ground, move |tx| let_through(tx, &nobody, most)).await;
    assert!(matches!(
        refused,
        Err(congvu_governance::Refused::Forbidden(_))
    ));
    act(ground, move |tx| let_through(tx, &console(), most))
        .await
        .unwrap();
    // Who decides hears that all is held, and nobody else of anything.
    assert_eq!(notices(ground).await.len(), before + 1);
}

async fn a_run_of_a_clock_that_was_ahead_is_not_the_last(ground: &Ground) {
    let place = Place::new(ground, "son-la").await;
    let law = place.law;
    sweep_at(ground, law, "2026-01-06").await;
    sweep_at(ground, law, "2030-01-01").await;
    ground.clock.set(at("2026-01-07"));
    let last = ground.store.read(proposal::last_run);
    let last: Result<_, StoreError> = last.await;
    assert_eq!(last.unwrap().unwrap().as_of, at("2026-01-06"));
}

async fn one_mailbox_that_cannot_be_read_stops_no_other(ground: &Ground) {
    let (place, all) = several(ground, "son-la").await;
    let broken = all[1].mailbox;
    support::write(ground, move |tx| {
        tx.execute(
            "UPDATE mailbox SET quota_bytes = -1 WHERE id = $1",
            &[broken.into()],
        )
    })
    .await;
    ground.clock.set(at("2026-05-01"));
    let swept = sweep(&ground.store, place.law, OPTIONS).await.unwrap();
    assert_eq!(swept.failed.len(), 1, "{:?}", swept.failed);
    assert!(swept.failed[0].0.ends_with(&format!("/{broken}")));
    for official in [&all[0], &all[2], &all[3]] {
        assert!(life_of(ground, official.mailbox).await.lock.is_some());
    }
    support::write(ground, move |tx| {
        tx.execute(
            "UPDATE mailbox SET quota_bytes = 1 << 30 WHERE id = $1",
            &[broken.into()],
        )
    })
    .await;
}
