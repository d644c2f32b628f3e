//! The life of mailboxes under the profiles.

use congvu_governance::Refused;
use congvu_governance::life::{Confirmed, confirm, put_off};
use congvu_governance::mailbox::{self, Because};
use congvu_regulation::Moment;
use congvu_store::activity::Kind;
use congvu_store::{MailboxId, StoreError, account, ending, proposal};
use congvu_testing::{Ground, driven};

use crate::support::{
    Cause, Place, act, acts, at, begins, console, life_of, nights, notices, sweep_at, uses,
};

driven!(crate::BEGIN;
    sl_8_2_a_sl_8_1_sl_8_3_ninety_days_without_sign_in,
    qn_7_1_qn_7_2_the_agency_s_term_runs_from_its_receipt,
    tq_8_2_d_tq_8_1_the_default_password_and_a_closed_mailbox,
    tq_8_4_three_years_locked_are_the_end,
    tq_7_2_what_is_destroyed_is_recorded_once,
    hcm_8_1_a_hcm_8_1_b_three_months_and_six,
    bs_7_d4_revoked_without_a_lock_and_given_again,
);

async fn sl_8_2_a_sl_8_1_sl_8_3_ninety_days_without_sign_in(ground: &Ground) {
    let place = Place::new(ground, "son-la").await;
    let law = place.law;
    let official = place.official(ground, ("Cầm", "Thị", "Duyên")).await;
    assert_eq!(official.address, "duyenct.skhcn@sonla.gov.vn");
    begins(ground, &official).await;
    // Polling, reading and sending are no sign-in here; only SL.8.2.a's kinds count.
    ground.clock.set(at("2026-03-01"));
    uses(ground, &official, Kind::Sent).await;
    let swept = nights(ground, law, "2026-03-02", "2026-04-08").await;
    let locks: Vec<_> = swept
        .iter()
        .filter(|(_, swept)| {
            swept.items.iter().any(|item| {
                item.mailbox.0 == official.mailbox
                    && matches!(item.due.what, congvu_regulation::lifecycle::What::Do(_))
            })
        })
        .collect();
    assert_eq!(locks.len(), 1);
    assert_eq!(locks[0].0.to_string(), "2026-04-07");
    let locked = life_of(ground, official.mailbox).await;
    let lock = locked.lock.unwrap();
    assert_eq!(
        (lock.sweep.as_str(), lock.clause.as_str()),
        ("unused", "SL.8.2.a")
    );
    // It still receives (SL.8.1), and nobody signs in.
    let address = official.address.clone();
    let found = ground.store.read(move |tx| account::by_login(tx, &address));
    let found: Result<_, StoreError> = found.await;
    assert!(found.unwrap().unwrap().locked);
    let told = notices(ground).await;
    let of_lock: Vec<_> = told.iter().filter(|(kind, _)| kind == "lock").collect();
    assert!(
        of_lock
            .iter()
            .any(|(_, subject)| subject.contains("duyenct.skhcn@sonla.gov.vn"))
    );
    // Thirty days later it is proposed, and stays until somebody confirms.
    nights(ground, law, "2026-04-09", "2026-05-10").await;
    let waiting = ground.store.read(|tx| proposal::open(tx, 0, 10));
    let waiting: Result<_, StoreError> = waiting.await;
    let waiting = waiting.unwrap();
    let own: Vec<_> = waiting
        .iter()
        .filter(|known| known.mailbox.0 == official.mailbox)
        .collect();
    assert_eq!(own.len(), 1);
    assert_eq!(
        (own[0].act.as_str(), own[0].clause.as_str()),
        ("revoke", "SL.8.1")
    );
    assert!(life_of(ground, official.mailbox).await.revoked_at.is_none());
    // The agency asks; the department restores; the password is changed first (SL.8.3), and the proposal lapses.
    let id = MailboxId(official.mailbox);
    act(ground, move |tx| {
        mailbox::restore(tx, law, &console(), id, Some("45/CV"))
    })
    .await
    .unwrap();
    let restored = life_of(ground, official.mailbox).await;
    assert!(restored.lock.is_none());
    assert_eq!(
        restored.opener.unwrap().must_change.unwrap().0,
        Cause::Restored
    );
    sweep_at(ground, law, "2026-05-11").await;
    let waiting = ground.store.read(|tx| proposal::open(tx, 0, 10));
    let waiting: Result<_, StoreError> = waiting.await;
    assert!(
        waiting
            .unwrap()
            .iter()
            .all(|known| known.mailbox.0 != official.mailbox)
    );
    let recorded: Vec<_> = acts(ground, official.mailbox).await;
    let of =
        |action: &str, clause: &str| recorded.contains(&(action.to_owned(), clause.to_owned()));
    assert!(of("mailbox.issue", "SL.7.1.a"), "{recorded:?}");
    assert!(of("mailbox.lock", "SL.8.2.a"), "{recorded:?}");
    assert!(of("mailbox.propose", "SL.8.1"), "{recorded:?}");
    assert!(of("mailbox.restore", "SL.8.3.a"), "{recorded:?}");
}

/// QN.7.1.đ, too.
async fn qn_7_1_qn_7_2_the_agency_s_term_runs_from_its_receipt(ground: &Ground) {
    let place = Place::new(ground, "quang-ninh").await;
    let law = place.law;
    let official = place.official(ground, ("Phạm", "Văn", "A")).await;
    assert_eq!(official.address, "phamvana@quangninh.gov.vn");
    begins(ground, &official).await;
    // 06 months after its last use.
    nights(ground, law, "2026-07-04", "2026-07-07").await;
    let locked = life_of(ground, official.mailbox).await.lock.unwrap();
    assert_eq!(locked.clause, "QN.7.1");
    // Nobody recorded the receipt: nothing is ever proposed.
    nights(ground, law, "2026-07-08", "2026-09-20").await;
    let waiting = || async {
        let waiting = ground.store.read(|tx| proposal::open(tx, 0, 10));
        let waiting: Result<_, StoreError> = waiting.await;
        let mut waiting = waiting.unwrap();
        waiting.retain(|known| known.mailbox.0 == official.mailbox);
        waiting
    };
    assert!(waiting().await.is_empty());
    assert!(
        notices(ground)
            .await
            .iter()
            .any(|(kind, _)| kind == "ask-receipt")
    );
    // Received on Monday the 21st: 15 working days end on 12 October; from the 13th it is proposed.
    let id = MailboxId(official.mailbox);
    let early = Moment(at("2026-06-01"));
    let refused = act(ground, move |tx| {
        mailbox::note_receipt(tx, law, &console(), id, early)
    })
    .await;
    assert!(matches!(refused, Err(Refused::Bad(_))));
    ground.clock.set(at("2026-09-21T09:00"));
    let received = Moment(at("2026-09-21T08:00"));
    act(ground, move |tx| {
        mailbox::note_receipt(tx, law, &console(), id, received)
    })
    .await
    .unwrap();
    let again = act(ground, move |tx| {
        mailbox::note_receipt(tx, law, &console(), id, received)
    })
    .await;
    assert!(matches!(again, Err(Refused::State(_))));
    nights(ground, law, "2026-09-22", "2026-10-12").await;
    assert!(waiting().await.is_empty());
    nights(ground, law, "2026-10-13", "2026-10-13").await;
    let proposed = waiting().await;
    assert_eq!(proposed.len(), 1);
    assert_eq!(proposed[0].clause, "QN.7.2");
    // Confirmed: revoked and removed entirely, once.
    let number = proposed[0].id;
    let done = act(ground, move |tx| {
        confirm(tx, law, &console(), number, Some("77/QĐ"))
    })
    .await
    .unwrap();
    assert_eq!(done, Confirmed::CarriedOut);
    assert!(life_of(ground, official.mailbox).await.deleted_at.is_some());
    let again = act(ground, move |tx| confirm(tx, law, &console(), number, None)).await;
    assert!(matches!(again, Err(Refused::Missing(_))));
    let restored = act(ground, move |tx| {
        mailbox::restore(tx, law, &console(), id, None)
    })
    .await;
    assert!(restored.unwrap_err().to_string().contains("QN.7.2"));
}

async fn tq_8_2_d_tq_8_1_the_default_password_and_a_closed_mailbox(ground: &Ground) {
    let place = Place::new(ground, "tuyen-quang").await;
    let law = place.law;
    let official = place.official(ground, ("Vương", "Ngọc", "Hà")).await;
    assert_eq!(official.address, "vnha.skhcn@tuyenquang.gov.vn");
    nights(ground, law, "2026-02-03", "2026-02-06").await;
    let locked = life_of(ground, official.mailbox).await.lock.unwrap();
    assert_eq!(locked.clause, "TQ.8.2.d");
    let found = ground
        .store
        .read(|tx| congvu_store::address::lookup(tx, "vnha.skhcn", "tuyenquang.gov.vn"));
    let found: Result<_, StoreError> = found.await;
    let congvu_store::address::Lookup::Found(congvu_store::address::Target::Mailbox(target)) =
        found.unwrap()
    else {
        panic!("no mailbox");
    };
    assert!(target.closed, "TQ.8.1: it takes no mail");
    let id = MailboxId(official.mailbox);
    act(ground, move |tx| {
        mailbox::restore(tx, law, &console(), id, Some("9/CV"))
    })
    .await
    .unwrap();
    let found = ground
        .store
        .read(|tx| congvu_store::address::lookup(tx, "vnha.skhcn", "tuyenquang.gov.vn"));
    let found: Result<_, StoreError> = found.await;
    assert!(
        matches!(found.unwrap(), congvu_store::address::Lookup::Found(
        congvu_store::address::Target::Mailbox(target)) if !target.closed)
    );
}

async fn tq_8_4_three_years_locked_are_the_end(ground: &Ground) {
    let place = Place::new(ground, "tuyen-quang").await;
    let law = place.law;
    let official = place.official(ground, ("Vương", "Ngọc", "Hà")).await;
    begins(ground, &official).await;
    let id = MailboxId(official.mailbox);
    act(ground, move |tx| {
        mailbox::lock(
            tx,
            law,
            &console(),
            id,
            Because::Asked {
                reason: "Cơ quan đề nghị",
                clause: Some(&"TQ.8.1".parse().unwrap()),
                document: Some("3/CV"),
            },
        )
    })
    .await
    .unwrap();
    // Locked without a break: a second lock is none.
    let twice = act(ground, move |tx| {
        mailbox::lock(
            tx,
            law,
            &console(),
            id,
            Because::Asked {
                reason: "lại",
                clause: None,
                document: None,
            },
        )
    })
    .await;
    assert!(matches!(twice, Err(Refused::State(_))));
    sweep_at(ground, law, "2029-01-05").await;
    assert!(life_of(ground, official.mailbox).await.deleted_at.is_none());
    let swept = sweep_at(ground, law, "2029-01-07").await;
    assert!(swept.run.acts >= 1);
    assert!(life_of(ground, official.mailbox).await.deleted_at.is_some());
    let recorded = acts(ground, official.mailbox).await;
    assert!(
        recorded.contains(&("mailbox.delete".to_owned(), "TQ.8.4".to_owned())),
        "{recorded:?}"
    );
    assert!(
        recorded.contains(&("mailbox.lock".to_owned(), "TQ.8.1".to_owned())),
        "{recorded:?}"
    );
    // Nothing more ever happens to it, and its address is nobody's.
    let swept = sweep_at(ground, law, "2029-03-01").await;
    assert!(swept.items.iter().all(|item| item.mailbox != id));
}

async fn tq_7_2_what_is_destroyed_is_recorded_once(ground: &Ground) {
    let place = Place::new(ground, "tuyen-quang").await;
    let law = place.law;
    let official = place.official(ground, ("Nguyễn", "Văn", "An")).await;
    let id = MailboxId(official.mailbox);
    act(ground, move |tx| {
        mailbox::revoke(tx, law, &console(), id, None, Some("9/CV"))
    })
    .await
    .unwrap();
    let told = || act(ground, mailbox::record_destroyed);
    assert_eq!(told().await.unwrap(), 0, "its folders are still there");
    while ground
        .store
        .write(|tx| ending::step(tx, 1))
        .await
        .unwrap_or_else(|error: StoreError| panic!("{error}"))
    {}
    // Killed before the commit: the record is written in the transaction that notes it, or not at all.
    let killed = act(ground, |tx| {
        assert_eq!(mailbox::record_destroyed(tx)?, 1);
        Err::<(), _>(Refused::state("killed"))
    });
    assert!(killed.await.is_err());
    let node = ground.node().await;
    let other = node.write(mailbox::record_destroyed);
    let (one, other) = tokio::join!(told(), other);
    assert_eq!(one.unwrap() + other.unwrap(), 1);
    assert_eq!(told().await.unwrap(), 0);
    let recorded = acts(ground, official.mailbox).await;
    let by = |name: &str| -> Vec<&str> {
        let of = recorded.iter().filter(|(action, _)| action == name);
        of.map(|(_, clause)| clause.as_str()).collect()
    };
    assert_eq!(by("mailbox.destroyed").len(), 1);
    assert_eq!(by("mailbox.destroyed"), by("mailbox.revoke"));
}

async fn hcm_8_1_a_hcm_8_1_b_three_months_and_six(ground: &Ground) {
    let place = Place::new(ground, "hcm-donre").await;
    let law = place.law;
    let official = place.official(ground, ("Trần", "Thị", "Bình")).await;
    begins(ground, &official).await;
    nights(ground, law, "2026-04-03", "2026-04-07").await;
    assert_eq!(
        life_of(ground, official.mailbox).await.lock.unwrap().clause,
        "HCM.8.1.a"
    );
    nights(ground, law, "2026-07-01", "2026-07-07").await;
    let waiting = ground.store.read(|tx| proposal::open(tx, 0, 10));
    let waiting: Result<_, StoreError> = waiting.await;
    let waiting = waiting.unwrap();
    let own = waiting
        .iter()
        .find(|known| known.mailbox.0 == official.mailbox)
        .unwrap();
    assert_eq!(
        (own.act.as_str(), own.clause.as_str()),
        ("delete", "HCM.8.1.b")
    );
    let number = own.id;
    // A person decides: leave until the end of August.
    let until = "2026-08-31".parse().unwrap();
    act(ground, move |tx| {
        put_off(
            tx,
            law,
            &console(),
            number,
            ("Nghỉ thai sản", until),
            Some("15/CV"),
        )
    })
    .await
    .unwrap();
    nights(ground, law, "2026-07-08", "2026-07-12").await;
    let waiting = ground.store.read(|tx| proposal::open(tx, 0, 10));
    let waiting: Result<_, StoreError> = waiting.await;
    assert!(
        waiting
            .unwrap()
            .iter()
            .all(|known| known.mailbox.0 != official.mailbox)
    );
    assert!(life_of(ground, official.mailbox).await.deleted_at.is_none());
}

async fn bs_7_d4_revoked_without_a_lock_and_given_again(ground: &Ground) {
    let place = Place::new(ground, "bim-son").await;
    let law = place.law;
    let official = place.official(ground, ("Bùi", "Hữu", "Hùng")).await;
    assert_eq!(official.address, "hungbh.bimson@thanhhoa.gov.vn");
    // Never used: the term runs from the issue.
    nights(ground, law, "2026-04-03", "2026-04-07").await;
    let life = life_of(ground, official.mailbox).await;
    assert!(life.lock.is_none());
    let waiting = ground.store.read(|tx| proposal::open(tx, 0, 10));
    let waiting: Result<_, StoreError> = waiting.await;
    let waiting = waiting.unwrap();
    let own = waiting
        .iter()
        .find(|known| known.mailbox.0 == official.mailbox)
        .unwrap();
    assert!(own.clause.starts_with("BS.7"), "{own:?}");
    let number = own.id;
    act(ground, move |tx| confirm(tx, law, &console(), number, None))
        .await
        .unwrap();
    let life = life_of(ground, official.mailbox).await;
    assert!(life.revoked_at.is_some() && life.deleted_at.is_none());
    // The same person gets the same mailbox again.
    let id = MailboxId(official.mailbox);
    act(ground, move |tx| {
        mailbox::restore(tx, law, &console(), id, Some("8/CV"))
    })
    .await
    .unwrap();
    let life = life_of(ground, official.mailbox).await;
    assert_eq!(
        (life.revoked_at, life.address.as_str()),
        (None, "hungbh.bimson@thanhhoa.gov.vn")
    );
}
