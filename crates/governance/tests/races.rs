//! Two at once: whoever comes second sees what the first did.

#![allow(clippy::unwrap_used)]

mod support;

use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use congvu_governance::life::{Outcome, carry_out, sweep};
use congvu_governance::mailbox::{self, Because};
use congvu_governance::request::{Ask, Decision, NewRequest, decide, open, withdraw};
use congvu_governance::{Law, Refused};
use congvu_regulation::Moment;
use congvu_regulation::requests::Way;
use congvu_store::{
    AccountId, MailboxId, StoreError, Tx, address, organisation, rename, request as stored,
};
use congvu_testing::{Ground, driven};
use support::{OPTIONS, Place, act, at, console, life_of};

// 2026-01-05T08:00 in Vietnam, a Monday.
const BEGIN: i64 = 1_767_574_800_000;
/// How long the first holds its transaction open: time enough for the second to come as far as it comes.
const HELD: Duration = Duration::from_millis(400);

driven!(super::BEGIN;
    what_is_withdrawn_is_not_granted,
    what_is_granted_is_not_withdrawn,
    tq_8_4_what_is_restored_is_not_deleted,
    a_request_that_comes_first_stops_the_deletion,
    a_one_time_password_is_told_once,
    tq_5_an_address_goes_to_one_and_nobody_is_left_without,
);

/// Runs `first`, and `second` while the first has done all but commit.
async fn both<A: Send + 'static, B: Send + 'static>(
    ground: &Ground,
    mut first: impl FnMut(&mut Tx<'_>) -> Result<A, Refused> + Send + 'static,
    second: impl FnMut(&mut Tx<'_>) -> Result<B, Refused> + Send + 'static,
) -> (Result<A, Refused>, Result<B, Refused>) {
    let (done, waits): (Sender<()>, Receiver<()>) = channel();
    let first = ground.store.write(move |tx| {
        let done_first = first(tx);
        // Whoever waits may be gone after a retry.
        let _ = done.send(());
        std::thread::sleep(HELD);
        done_first
    });
    let second = async {
        let ready = tokio::task::spawn_blocking(move || waits.recv());
        ready.await.unwrap().unwrap();
        ground.store.write(second).await
    };
    tokio::join!(first, second)
}

fn asked(place: &Place, ask: Ask) -> NewRequest {
    NewRequest {
        key: "k".to_owned(),
        kind: ask.kind(),
        organisation: place.agency,
        way: Way::Documents,
        document: "12/SKHCN-VP".to_owned(),
        document_day: Some("2026-01-05".parse().unwrap()),
        reason: String::new(),
        lines: vec![(1, ask)],
        files: Vec::new(),
    }
}

async fn revocation(ground: &Ground) -> (Place, MailboxId, congvu_store::RequestId) {
    let place = Place::new(ground, "son-la").await;
    let law = place.law;
    let official = place.official(ground, ("Cầm", "Thị", "Duyên")).await;
    let revoke = Ask::Revoke {
        address: official.address.clone(),
        reason: String::new(),
    };
    let new = asked(&place, revoke);
    let opened = act(ground, move |tx| open(tx, law, &console(), &new));
    (place, MailboxId(official.mailbox), opened.await.unwrap().id)
}

fn granting(
    law: Law,
    id: congvu_store::RequestId,
) -> impl FnMut(&mut Tx<'_>) -> Result<(), Refused> + Send + 'static {
    move |tx| {
        let grant = Decision::Grant { local_part: None };
        decide(tx, law, &console(), (id, 1), &grant)
    }
}

async fn states(ground: &Ground, id: congvu_store::RequestId) -> (String, String) {
    let read = ground.store.read(move |tx| {
        let request = stored::get(tx, id)?.unwrap().state;
        Ok::<_, StoreError>((request, stored::get_line(tx, id, 1)?.unwrap().state))
    });
    read.await.unwrap()
}

async fn what_is_withdrawn_is_not_granted(ground: &Ground) {
    let (place, mailbox, id) = revocation(ground).await;
    let law = place.law;
    let (withdrawn, granted) = both(
        ground,
        move |tx| withdraw(tx, law, &console(), id),
        granting(law, id),
    )
    .await;
    withdrawn.unwrap();
    assert!(matches!(granted, Err(Refused::State(_))), "{granted:?}");
    assert_eq!(
        states(ground, id).await,
        ("withdrawn".into(), "open".into())
    );
    assert!(life_of(ground, mailbox.0).await.deleted_at.is_none());
}

async fn what_is_granted_is_not_withdrawn(ground: &Ground) {
    let (place, _, id) = revocation(ground).await;
    let law = place.law;
    let (granted, withdrawn) = both(ground, granting(law, id), move |tx| {
        withdraw(tx, law, &console(), id)
    })
    .await;
    granted.unwrap();
    assert!(matches!(withdrawn, Err(Refused::State(_))), "{withdrawn:?}");
    assert_eq!(states(ground, id).await, ("open".into(), "granted".into()));
}

/// A mailbox locked for three years, and the key of its deletion.
async fn locked_for_years(ground: &Ground) -> (Place, MailboxId, String, String) {
    let place = Place::new(ground, "tuyen-quang").await;
    let law = place.law;
    let official = place.official(ground, ("Vương", "Ngọc", "Hà")).await;
    let id = MailboxId(official.mailbox);
    act(ground, move |tx| {
        let because = Because::Asked {
            reason: "Theo văn bản",
            clause: None,
            document: Some("1/CV"),
        };
        mailbox::lock(tx, law, &console(), id, because)
    })
    .await
    .unwrap();
    ground.clock.set(at("2029-01-07"));
    let ahead = congvu_governance::life::Options {
        dry_run: true,
        ..OPTIONS
    };
    let seen = sweep(&ground.store, law, ahead).await.unwrap();
    let mut of = seen.items.iter().filter(|item| item.mailbox == id);
    let key = of.next().unwrap().due.key();
    assert!(key.contains("Delete"), "{key}");
    (place, id, key, official.address)
}

async fn tq_8_4_what_is_restored_is_not_deleted(ground: &Ground) {
    let (place, id, key, _) = locked_for_years(ground).await;
    let law = place.law;
    let now = Moment(at("2029-01-07"));
    let (restored, deleted) = both(
        ground,
        move |tx| mailbox::restore(tx, law, &console(), id, Some("45/CV")),
        move |tx| carry_out(tx, law, id, &key, now),
    )
    .await;
    restored.unwrap();
    assert_eq!(deleted.unwrap(), Outcome::Nothing);
    let life = life_of(ground, id.0).await;
    assert_eq!((life.lock, life.deleted_at), (None, None));
}

async fn a_request_that_comes_first_stops_the_deletion(ground: &Ground) {
    let (place, id, key, address) = locked_for_years(ground).await;
    let law = place.law;
    let now = Moment(at("2029-01-07"));
    let new = asked(&place, Ask::Restore { address });
    let (opened, deleted) = both(
        ground,
        move |tx| open(tx, law, &console(), &new),
        move |tx| carry_out(tx, law, id, &key, now),
    )
    .await;
    opened.unwrap();
    let deletes = life_of(ground, id.0).await.deleted_at.is_some();
    assert_eq!((deleted.unwrap(), deletes), (Outcome::Nothing, false));
}

async fn a_one_time_password_is_told_once(ground: &Ground) {
    let place = Place::new(ground, "son-la").await;
    let law = place.law;
    let official = place.official(ground, ("Cầm", "Thị", "Duyên")).await;
    let (id, account) = (
        MailboxId(official.mailbox),
        AccountId(official.account.unwrap()),
    );
    act(ground, move |tx| {
        mailbox::void_password(tx, law, &console(), id, None)
    })
    .await
    .unwrap();
    let handing = move |phc: &'static str| {
        move |tx: &mut Tx<'_>| mailbox::hand_over(tx, law, &console(), id, phc)
    };
    let (one, two) = both(ground, handing("$argon2id$one"), handing("$argon2id$two")).await;
    one.unwrap();
    assert!(matches!(two, Err(Refused::State(_))), "{two:?}");
    let kept = ground.store.read(move |tx| {
        tx.one(
            "SELECT password FROM account WHERE id = $1",
            &[account.0.into()],
            |row| row.text(0),
        )
    });
    let kept: Result<_, StoreError> = kept.await;
    assert_eq!(kept.unwrap().unwrap(), "$argon2id$one");
}

async fn tq_5_an_address_goes_to_one_and_nobody_is_left_without(ground: &Ground) {
    let place = Place::new(ground, "tuyen-quang").await;
    let one = place.official(ground, ("Vương", "Ngọc", "Hà")).await;
    let two = place.official(ground, ("Vương", "Ngọc", "Mai")).await;
    let (one, two) = (MailboxId(one.mailbox), MailboxId(two.mailbox));
    // As a bulk rename does it: who comes too late goes on with what they had.
    let moving = |mailbox: MailboxId| {
        move |tx: &mut Tx<'_>| {
            let domain = organisation::domain(tx, "tuyenquang.gov.vn")?.unwrap();
            match rename::readdress(tx, mailbox, domain, "moi.skhcn", None) {
                Ok(()) => Ok(true),
                Err(StoreError::Conflict(_)) => Ok(false),
                Err(error) => Err(error.into()),
            }
        }
    };
    let (first, second) = both(ground, moving(one), moving(two)).await;
    assert_eq!((first.unwrap(), second.unwrap()), (true, false));
    let read = ground.store.read(move |tx| {
        Ok::<_, StoreError>((address::primary(tx, one)?, address::primary(tx, two)?))
    });
    let (one, two) = read.await.unwrap();
    assert_eq!(one.as_deref(), Some("moi.skhcn@tuyenquang.gov.vn"));
    assert!(
        two.is_some_and(|kept| kept.starts_with("vnmai")),
        "it keeps its own"
    );
}
