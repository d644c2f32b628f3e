//! Locks: what they cite, who is warned of them, and what restoring leaves as it was.

#![allow(clippy::unwrap_used)]

mod support;

use congvu_governance::mailbox::{self, Because};
use congvu_governance::{Refused, incident};
use congvu_regulation::ClauseId;
use congvu_store::incident::NewIncident;
use congvu_store::notice::{self, Audience, Notice};
use congvu_store::{AccountId, MailboxId, NoticeId, StoreError, account};
use congvu_testing::{Ground, driven};
use support::{Place, act, at, begins, console, life_of, nights, write};

// 2026-01-05T08:00 in Vietnam.
const BEGIN: i64 = 1_767_574_800_000;

driven!(super::BEGIN;
    tq_8_1_a_clause_is_quoted_with_its_own_words,
    sl_8_2_a_the_agency_is_warned_beside_the_holder,
    tq_8_2_d_who_cannot_read_is_warned_through_the_agency,
    what_an_administrator_shut_stays_shut,
    tq_8_2_b_sl_8_2_b_a_burst_is_told_under_the_clause_in_force,
    hcm_8_3_b_a_restored_password_has_its_terms_anew,
    hcm_8_1_a_the_agency_is_told_how_to_ask,
);

/// The notices of a kind, as they go out.
async fn told(ground: &Ground, kind: &'static str) -> Vec<Notice> {
    let read = ground
        .store
        .read(|tx| notice::unsent(tx, NoticeId(0), 10_000));
    let read: Result<Vec<Notice>, StoreError> = read.await;
    let mut unsent = read.unwrap();
    unsent.retain(|notice| notice.kind == kind);
    unsent
}

async fn locked(
    ground: &Ground,
    place: &Place,
    id: MailboxId,
    clause: &str,
) -> Result<(), Refused> {
    let (law, clause): (_, ClauseId) = (place.law, clause.parse().unwrap());
    act(ground, move |tx| {
        let because = Because::Asked {
            reason: "máy tính nghi nhiễm mã độc",
            clause: Some(&clause),
            document: Some("1/CV"),
        };
        mailbox::lock(tx, law, &console(), id, because)
    })
    .await
}

async fn tq_8_1_a_clause_is_quoted_with_its_own_words(ground: &Ground) {
    let place = Place::new(ground, "tuyen-quang").await;
    let official = place.official(ground, ("Vương", "Ngọc", "Hà")).await;
    let id = MailboxId(official.mailbox);
    // Of another regulation, or of none.
    for foreign in [
        "BS.6".to_owned(),
        "QN.7.1".to_owned(),
        format!("TQ.{}.9", 99),
    ] {
        let refused = locked(ground, &place, id, &foreign).await;
        assert!(matches!(refused, Err(Refused::Bad(_))), "{foreign}");
    }
    locked(ground, &place, id, "TQ.8.1").await.unwrap();
    let lock = told(ground, "lock").await.pop().unwrap();
    assert!(lock.body.contains("máy tính nghi nhiễm mã độc"));
    assert!(!lock.body.contains(FROM_THE_UNIT), "{}", lock.body);
    assert!(
        !lock.body.contains("“máy tính nghi nhiễm mã độc”"),
        "{}",
        lock.body
    );
    // Where a value of the profile rests on the clause, its words are the text's.
    let other = place.official(ground, ("Vương", "Ngọc", "Mai")).await;
    locked(ground, &place, MailboxId(other.mailbox), "TQ.8.4")
        .await
        .unwrap();
    let lock = told(ground, "lock").await.pop().unwrap();
    let text = congvu_regulation::profile("tuyen-quang").unwrap();
    let words = text.words_of(&"TQ.8.4".parse().unwrap()).unwrap();
    assert!(lock.body.contains(&format!("“{words}”")), "{}", lock.body);
}

/// HCM.8.1.a: by letter for a unit's mailbox, from the unit's mailbox for a person's; no other text says so.
async fn hcm_8_1_a_the_agency_is_told_how_to_ask(ground: &Ground) {
    let place = Place::new(ground, "hcm-donre").await;
    let official = place.official(ground, ("Vương", "Ngọc", "Hà")).await;
    let id = MailboxId(official.mailbox);
    locked(ground, &place, id, "HCM.8.1.a").await.unwrap();
    let lock = told(ground, "lock").await.pop().unwrap();
    for words in ["HCM.8.1.a", "thì gửi công văn", FROM_THE_UNIT] {
        assert!(lock.body.contains(words), "{}", lock.body);
    }
}

const FROM_THE_UNIT: &str = "từ hộp thư điện tử của đơn vị";

async fn sl_8_2_a_the_agency_is_warned_beside_the_holder(ground: &Ground) {
    let place = Place::new(ground, "son-la").await;
    let official = place.official(ground, ("Cầm", "Thị", "Duyên")).await;
    begins(ground, &official).await;
    nights(ground, place.law, "2026-03-20", "2026-04-04").await;
    let about = |told: Vec<Notice>| {
        let of = told
            .into_iter()
            .filter(|one| one.subject.contains(official.address.as_str()));
        of.collect::<Vec<_>>()
    };
    let holder = about(told(ground, "lock-soon").await);
    let agency = about(told(ground, "lock-soon-agency").await);
    assert!(!holder.is_empty());
    assert_eq!(holder.len(), agency.len());
    for one in agency {
        assert_eq!(one.audience, Audience::Organisation(place.agency));
    }
}

async fn tq_8_2_d_who_cannot_read_is_warned_through_the_agency(ground: &Ground) {
    let place = Place::new(ground, "tuyen-quang").await;
    let official = place.official(ground, ("Vương", "Ngọc", "Hà")).await;
    // The password handed over is never changed.
    nights(ground, place.law, "2026-01-06", "2026-04-10").await;
    assert!(life_of(ground, official.mailbox).await.lock.is_some());
    let warned = told(ground, "lock-soon-password").await;
    let mut warned = warned
        .iter()
        .filter(|one| one.subject.contains(official.address.as_str()));
    let first = warned.next().expect("the agency is warned");
    assert_eq!(first.audience, Audience::Organisation(place.agency));
    assert!(first.body.contains("đổi mật khẩu") && first.body.contains("TQ.8.2.d"));
    let own = Audience::Mailbox(MailboxId(official.mailbox));
    let to_holder = told(ground, "lock-soon").await;
    assert!(to_holder.iter().all(|one| one.audience != own));
}

async fn what_an_administrator_shut_stays_shut(ground: &Ground) {
    let place = Place::new(ground, "son-la").await;
    let law = place.law;
    let official = place.official(ground, ("Cầm", "Thị", "Duyên")).await;
    begins(ground, &official).await;
    let account = AccountId(official.account.unwrap());
    for by_rule in [false, true] {
        write(ground, move |tx| {
            account::set_disabled(tx, account, false)?;
            match by_rule {
                true => account::disable_by_rule(tx, account),
                false => account::set_disabled(tx, account, true),
            }
        })
        .await;
        let id = MailboxId(official.mailbox);
        locked(ground, &place, id, "SL.8.1").await.unwrap();
        act(ground, move |tx| {
            mailbox::restore(tx, law, &console(), id, Some("45/CV"))
        })
        .await
        .unwrap();
        let life = life_of(ground, official.mailbox).await;
        assert!(life.lock.is_none());
        assert_eq!(life.opener.unwrap().disabled_at.is_none(), by_rule);
    }
    // A rule never takes over what a person shut.
    write(ground, move |tx| {
        account::set_disabled(tx, account, true)?;
        account::disable_by_rule(tx, account)
    })
    .await;
    let opener = life_of(ground, official.mailbox).await.opener.unwrap();
    assert!(!opener.disabled_by_rule);
}

async fn tq_8_2_b_sl_8_2_b_a_burst_is_told_under_the_clause_in_force(ground: &Ground) {
    for (profile, clause) in [
        ("son-la", "SL.8.2.b"),
        ("tuyen-quang", "TQ.8.2.b"),
        ("hcm-donre", ""),
    ] {
        write(ground, |tx| {
            tx.execute("UPDATE organisation SET short_name = 'cu' || id", &[])
                .map(drop)
        })
        .await;
        ground.clock.set(at("2026-01-05T08:00"));
        let place = Place::new(ground, profile).await;
        let (law, agency, unit) = (place.law, place.agency, place.unit);
        let id = act(ground, move |tx| {
            let own = account::of_mailbox(tx, unit)?.unwrap();
            let operate = congvu_governance::Role::Operate;
            congvu_governance::rights::grant(
                tx,
                &console(),
                (own, profile),
                operate,
                agency,
                None,
            )?;
            let key = format!("burst/{profile}");
            let noted = NewIncident {
                key: Some(&key),
                kind: "burst",
                organisation: Some(agency),
                mailbox: Some(unit),
                told_by: "system",
                description: "Hộp thư gửi tới 900 người nhận trong 10 phút.",
                data: "{}",
                ..NewIncident::default()
            };
            Ok(congvu_store::incident::add(tx, &noted)?.unwrap())
        })
        .await
        .unwrap();
        let before = told(ground, "incident").await.len();
        for taken in [1, 0] {
            let found = act(ground, move |tx| incident::take_up_bursts(tx, law)).await;
            assert_eq!(found.unwrap(), taken, "once");
        }
        let now = told(ground, "incident").await;
        assert_eq!(now.len(), before + 1);
        let last = now.last().unwrap();
        assert_eq!(last.audience, Audience::Mailbox(unit));
        assert_eq!(last.clause, clause);
        assert_eq!(last.body.contains("TQ.8.2.b"), clause == "TQ.8.2.b");
        let kept = act(ground, move |tx| incident::get(tx, id)).await.unwrap();
        assert_eq!(kept.clause, clause);
    }
}

async fn hcm_8_3_b_a_restored_password_has_its_terms_anew(ground: &Ground) {
    let place = Place::new(ground, "hcm-donre").await;
    let law = place.law;
    let official = place.official(ground, ("Trần", "Thị", "Bình")).await;
    let (id, account) = (MailboxId(official.mailbox), official.account.unwrap());
    // Twice the holder opens it with the password handed over, and leaves it unchanged.
    for (opens, swept, restored) in [
        ("2026-01-06T09:00", "2026-01-08", "2026-01-15"),
        ("2026-01-16T09:00", "2026-01-18", "2026-01-26"),
    ] {
        ground.clock.set(at(opens));
        write(ground, move |tx| {
            tx.execute(
                "UPDATE account SET first_began_at = COALESCE(first_began_at, $2) WHERE id = $1",
                &[account.into(), tx.now().into()],
            )
        })
        .await;
        nights(ground, law, &opens[..10], swept).await;
        let lock = life_of(ground, official.mailbox).await.lock;
        assert_eq!(lock.expect("locked again").clause, "HCM.8.3.b");
        ground.clock.set(at(restored));
        act(ground, move |tx| {
            mailbox::restore(tx, law, &console(), id, Some("45/CV"))
        })
        .await
        .unwrap();
    }
}
