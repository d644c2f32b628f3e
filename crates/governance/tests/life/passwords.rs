//! Passwords that expire, violations, and what stops what.

use congvu_governance::Refused;
use congvu_governance::mailbox::{self, Because};
use congvu_store::MailboxId;
use congvu_store::activity::Kind;
use congvu_testing::{Ground, driven};

use crate::support::{Cause, Place, act, acts, begins, console, life_of, nights, sweep_at, uses};

driven!(crate::BEGIN;
    sl_6_1_a_password_expires,
    sl_4_3_a_violation_without_a_lock_and_sl_8_2_c_one_with,
    a_reason_and_a_request_stop_what_they_stop,
);

async fn sl_6_1_a_password_expires(ground: &Ground) {
    let place = Place::new(ground, "son-la").await;
    let law = place.law;
    let official = place.official(ground, ("Cầm", "Thị", "Duyên")).await;
    begins(ground, &official).await;
    let swept = nights(ground, law, "2026-03-20", "2026-04-05").await;
    let told: usize = swept
        .iter()
        .map(|(_, swept)| {
            swept
                .items
                .iter()
                .filter(|item| {
                    item.mailbox.0 == official.mailbox
                        && matches!(
                            item.due.what,
                            congvu_regulation::lifecycle::What::RemindPassword { .. }
                        )
                })
                .count()
        })
        .sum();
    assert_eq!(told, 3, "14, 7 and 1 days before");
    uses(ground, &official, Kind::Interactive).await;
    assert_eq!(
        life_of(ground, official.mailbox)
            .await
            .opener
            .unwrap()
            .must_change,
        None
    );
    nights(ground, law, "2026-04-06", "2026-04-07").await;
    let opener = life_of(ground, official.mailbox).await.opener.unwrap();
    assert_eq!(opener.must_change.unwrap().0, Cause::Expired);
    let recorded = acts(ground, official.mailbox).await;
    assert!(
        recorded.contains(&("account.expire".to_owned(), "SL.6.1".to_owned())),
        "{recorded:?}"
    );
    // Changed: it holds for another three months.
    begins(ground, &official).await;
    let swept = sweep_at(ground, law, "2026-04-09").await;
    assert!(
        swept
            .items
            .iter()
            .all(|item| item.mailbox.0 != official.mailbox)
    );
}

async fn sl_4_3_a_violation_without_a_lock_and_sl_8_2_c_one_with(ground: &Ground) {
    let place = Place::new(ground, "son-la").await;
    let law = place.law;
    let official = place.official(ground, ("Cầm", "Thị", "Duyên")).await;
    let id = MailboxId(official.mailbox);
    let because = |violation| Because::Violation {
        id: violation,
        found: "thư ngày 04/01",
        document: Some("1/BC"),
    };
    let refused = act(ground, move |tx| {
        mailbox::lock(tx, law, &console(), id, because("outside-services"))
    })
    .await;
    assert!(refused.unwrap_err().to_string().contains("SL.4.3"));
    act(ground, move |tx| {
        mailbox::note_violation(tx, law, &console(), id, ("outside-services", "chatbot"))
    })
    .await
    .unwrap();
    assert!(life_of(ground, official.mailbox).await.lock.is_none());
    let unknown = act(ground, move |tx| {
        mailbox::lock(tx, law, &console(), id, because("no-such"))
    })
    .await;
    assert!(matches!(unknown, Err(Refused::Bad(_))));
    act(ground, move |tx| {
        mailbox::lock(tx, law, &console(), id, because("malware"))
    })
    .await
    .unwrap();
    assert_eq!(
        life_of(ground, official.mailbox).await.lock.unwrap().clause,
        "SL.8.2.c"
    );
}

async fn a_reason_and_a_request_stop_what_they_stop(ground: &Ground) {
    let place = Place::new(ground, "son-la").await;
    let law = place.law;
    let official = place.official(ground, ("Cầm", "Thị", "Duyên")).await;
    begins(ground, &official).await;
    let id = MailboxId(official.mailbox);
    let until = "2026-06-30".parse().unwrap();
    let empty = act(ground, move |tx| {
        mailbox::exempt(tx, law, &console(), id, (" ", until), None)
    })
    .await;
    assert!(matches!(empty, Err(Refused::Bad(_))));
    act(ground, move |tx| {
        mailbox::exempt(tx, law, &console(), id, ("Đi học", until), Some("2/QĐ"))
    })
    .await
    .unwrap();
    sweep_at(ground, law, "2026-06-30T23:00").await;
    assert!(life_of(ground, official.mailbox).await.lock.is_none());
    nights(ground, law, "2026-07-01", "2026-07-03").await;
    assert!(life_of(ground, official.mailbox).await.lock.is_some());
}
