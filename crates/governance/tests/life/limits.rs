//! What the texts ask of mailboxes beside disuse: violations, restoring, how full they are, who decides.

use congvu_governance::mailbox::{self, Because};
use congvu_governance::request::{Ask, Decision, NewRequest, carry_out_all, decide, open};
use congvu_governance::{Actor, Refused, Role, rights};
use congvu_regulation::MB;
use congvu_regulation::requests::{RequestKind, Way};
use congvu_store::activity::Kind;
use congvu_store::{AccountId, MailboxId, OrganisationId, StoreError, request};
use congvu_testing::{Ground, driven};

use crate::support::{
    Cause, Place, act, acts, begins, console, life_of, nights, notices, sweep_at, uses, write,
};

driven!(crate::BEGIN;
    tq_8_2_a_tq_8_3_six_months_and_back_on_request,
    tq_8_2_c_a_prohibited_act_locks_with_its_clause,
    tq_9_2_d_sl_11_2_warned_once_at_each_percent,
    hcm_4_2_ten_gigabytes_are_the_most,
    qn_8_1_more_than_the_maximum_by_an_approved_request,
    qn_15_2_a_password_is_changed_every_three_months,
    qn_6_1_bs_3_tq_10_2_b_who_manages_decides_and_nobody_else,
);

async fn tq_8_2_a_tq_8_3_six_months_and_back_on_request(ground: &Ground) {
    let place = Place::new(ground, "tuyen-quang").await;
    let (law, agency) = (place.law, place.agency);
    let official = place.official(ground, ("Vương", "Ngọc", "Hà")).await;
    begins(ground, &official).await;
    // Six months from the 5th of January end on Sunday the 5th of July: on Monday it is still in time.
    nights(ground, law, "2026-07-01", "2026-07-06").await;
    assert!(life_of(ground, official.mailbox).await.lock.is_none());
    nights(ground, law, "2026-07-07", "2026-07-07").await;
    let lock = life_of(ground, official.mailbox).await.lock.unwrap();
    assert_eq!(lock.clause, "TQ.8.2.a");
    let new = NewRequest {
        key: "mở lại".to_owned(),
        kind: RequestKind::Restore,
        organisation: agency,
        way: Way::Documents,
        document: "45/CV".to_owned(),
        document_day: Some("2026-01-05".parse().unwrap()),
        reason: "đi học về".to_owned(),
        lines: vec![(
            2,
            Ask::Restore {
                address: official.address.clone(),
            },
        )],
        files: Vec::new(),
    };
    let opened = act(ground, move |tx| open(tx, law, &console(), &new));
    let id = opened.await.unwrap().id;
    let found: Result<_, StoreError> = ground.store.read(move |tx| request::get(tx, id)).await;
    let found = found.unwrap().unwrap();
    let due = congvu_regulation::Date::from_epoch_day(found.due_day.unwrap());
    // Received on Tuesday; three working days.
    assert_eq!(
        (due.to_string().as_str(), found.due_clause.as_str()),
        ("2026-07-10", "TQ.8.3.b")
    );
    act(ground, move |tx| {
        let grant = Decision::Grant { local_part: None };
        decide(tx, law, &console(), (id, 1), &grant).map(drop)
    })
    .await
    .unwrap();
    carry_out_all(&ground.store, law).await.unwrap();
    let restored = life_of(ground, official.mailbox).await;
    assert!(restored.lock.is_none());
    let must = restored.opener.unwrap().must_change.unwrap().0;
    assert_eq!(must, Cause::Restored);
    let told = notices(ground).await;
    assert!(
        told.iter().any(|(kind, _)| kind == "request-result"),
        "{told:?}"
    );
    // It counts from then.
    sweep_at(ground, law, "2026-07-20").await;
    assert!(life_of(ground, official.mailbox).await.lock.is_none());
}

async fn tq_8_2_c_a_prohibited_act_locks_with_its_clause(ground: &Ground) {
    let place = Place::new(ground, "tuyen-quang").await;
    let law = place.law;
    let official = place.official(ground, ("Vương", "Ngọc", "Hà")).await;
    let id = MailboxId(official.mailbox);
    act(ground, move |tx| {
        let because = Because::Violation {
            id: "forgery",
            found: "thư ngày 04/01",
            document: Some("1/BC"),
        };
        mailbox::lock(tx, law, &console(), id, because)
    })
    .await
    .unwrap();
    let lock = life_of(ground, official.mailbox).await.lock.unwrap();
    assert_eq!(lock.clause, "TQ.8.2.c");
    let recorded = acts(ground, official.mailbox).await;
    let wanted = ("mailbox.lock".to_owned(), "TQ.8.2.c".to_owned());
    assert!(recorded.contains(&wanted), "{recorded:?}");
}

async fn tq_9_2_d_sl_11_2_warned_once_at_each_percent(ground: &Ground) {
    let place = Place::new(ground, "tuyen-quang").await;
    let law = place.law;
    let official = place.official(ground, ("Vương", "Ngọc", "Hà")).await;
    begins(ground, &official).await;
    let id = official.mailbox;
    let quota = life_of(ground, id).await.quota;
    let fill = async |percent: u64| {
        let bytes = i64::try_from(quota / 100 * percent).unwrap() + 1;
        write(ground, move |tx| {
            tx.execute(
                "UPDATE mailbox SET used_bytes = $2 WHERE id = $1",
                &[id.into(), bytes.into()],
            )
        })
        .await;
    };
    let mut seen = Vec::new();
    for (day, percent) in [
        (7, 79),
        (8, 81),
        (9, 85),
        (12, 91),
        (13, 96),
        (14, 50),
        (15, 82),
    ] {
        fill(percent).await;
        let when = format!("2026-01-{day:02}T01:30");
        sweep_at(ground, law, &when).await;
        sweep_at(ground, law, &format!("2026-01-{day:02}T02:30")).await;
        let told = notices(ground).await;
        seen.push(told.iter().filter(|(kind, _)| kind == "quota").count());
    }
    assert_eq!(seen, [0, 1, 1, 2, 3, 3, 4]);
    // There was no such mail.
    write(ground, move |tx| {
        tx.execute(
            "UPDATE mailbox SET used_bytes = 0 WHERE id = $1",
            &[id.into()],
        )
    })
    .await;
}

async fn hcm_4_2_ten_gigabytes_are_the_most(ground: &Ground) {
    let place = Place::new(ground, "hcm-donre").await;
    let (law, id) = (place.law, place.unit);
    let set = |bytes, approved| {
        act(ground, move |tx| {
            mailbox::set_quota(tx, law, &console(), id, bytes, approved)
        })
    };
    set(10 * 1024 * MB, None).await.unwrap();
    for approved in [None, Some("1/QĐ")] {
        let refused = set(10 * 1024 * MB + 1, approved).await.unwrap_err();
        assert!(refused.to_string().contains("HCM.4.2"), "{refused}");
    }
}

/// Somebody of the agency with a role at a place.
async fn entrusted(
    ground: &Ground,
    place: &Place,
    name: (&'static str, &'static str, &'static str),
    role: (Role, OrganisationId),
) -> Actor {
    let official = place.official(ground, name).await;
    begins(ground, &official).await;
    let account = AccountId(official.account.unwrap());
    let login = official.address.clone();
    act(ground, move |tx| {
        rights::grant(tx, &console(), (account, &login), role.0, role.1, None)
    })
    .await
    .unwrap();
    Actor::signed_in(account, &official.address, "192.0.2.4")
}

async fn qn_6_1_bs_3_tq_10_2_b_who_manages_decides_and_nobody_else(ground: &Ground) {
    let place = Place::new(ground, "bim-son").await;
    let (law, root, agency) = (place.law, place.root, place.agency);
    let of = |name, role, at| entrusted(ground, &place, name, (role, at));
    let office = of(("Bùi", "Huy", "Hùng"), Role::Decide, root).await;
    let centre = of(("Lê", "Văn", "Tám"), Role::Operate, root).await;
    let contact = of(("Trần", "Thị", "Mai"), Role::Ask, agency).await;
    let auditor = of(("Phạm", "Thu", "Lan"), Role::Audit, root).await;
    let official = place.official(ground, ("Đỗ", "Minh", "Quân")).await;
    uses(ground, &official, Kind::Interactive).await;
    let id = MailboxId(official.mailbox);
    let new = NewRequest {
        key: "thu hồi".to_owned(),
        kind: RequestKind::Revoke,
        organisation: agency,
        way: Way::Documents,
        document: "45/CV".to_owned(),
        document_day: Some("2026-01-05".parse().unwrap()),
        reason: "nghỉ hưu".to_owned(),
        lines: vec![(
            2,
            Ask::Revoke {
                address: official.address.clone(),
                reason: "nghỉ hưu".to_owned(),
            },
        )],
        files: Vec::new(),
    };
    let asks = contact.clone();
    let opened = act(ground, move |tx| open(tx, law, &asks, &new));
    let request = opened.await.unwrap().id;
    let grants = |who: &Actor| {
        let who = who.clone();
        act(ground, move |tx| {
            let grant = Decision::Grant { local_part: None };
            decide(tx, law, &who, (request, 1), &grant).map(drop)
        })
    };
    let revokes = |who: &Actor| {
        let who = who.clone();
        act(ground, move |tx| {
            mailbox::revoke(tx, law, &who, id, None, Some("1/QĐ"))
        })
    };
    for who in [&centre, &contact, &auditor] {
        let refused = grants(who).await;
        assert!(matches!(refused, Err(Refused::Forbidden(_))), "{who:?}");
        let refused = revokes(who).await;
        assert!(matches!(refused, Err(Refused::Forbidden(_))), "{who:?}");
    }
    grants(&office).await.unwrap();
    carry_out_all(&ground.store, law).await.unwrap();
    assert!(life_of(ground, official.mailbox).await.revoked_at.is_some());
}

async fn qn_8_1_more_than_the_maximum_by_an_approved_request(ground: &Ground) {
    let place = Place::new(ground, "quang-ninh").await;
    let (law, agency, id) = (place.law, place.agency, place.unit);
    let usual = life_of(ground, id.0).await;
    let refused = act(ground, move |tx| {
        mailbox::set_quota(tx, law, &console(), id, 6_000 * MB, None)
    })
    .await;
    assert!(refused.unwrap_err().to_string().contains("QN.8.1"));
    let new = NewRequest {
        key: "dung lượng".to_owned(),
        kind: RequestKind::Quota,
        organisation: agency,
        way: Way::Documents,
        document: "45/CV".to_owned(),
        document_day: Some("2026-01-05".parse().unwrap()),
        reason: "nhiều hồ sơ".to_owned(),
        lines: vec![(
            2,
            Ask::Quota {
                address: usual.address.clone(),
                bytes: 6_000 * MB,
                reason: "nhiều hồ sơ".to_owned(),
            },
        )],
        files: Vec::new(),
    };
    let opened = act(ground, move |tx| open(tx, law, &console(), &new));
    let request = opened.await.unwrap().id;
    carry_out_all(&ground.store, law).await.unwrap();
    assert_eq!(life_of(ground, id.0).await.quota, usual.quota);
    act(ground, move |tx| {
        let grant = Decision::Grant { local_part: None };
        decide(tx, law, &console(), (request, 1), &grant).map(drop)
    })
    .await
    .unwrap();
    carry_out_all(&ground.store, law).await.unwrap();
    assert_eq!(life_of(ground, id.0).await.quota, 6_000 * MB);
}

async fn qn_15_2_a_password_is_changed_every_three_months(ground: &Ground) {
    let place = Place::new(ground, "quang-ninh").await;
    let law = place.law;
    let official = place.official(ground, ("Phạm", "Văn", "An")).await;
    begins(ground, &official).await;
    nights(ground, law, "2026-03-20", "2026-04-05").await;
    let told = notices(ground).await;
    let count = told
        .iter()
        .filter(|(kind, _)| kind.contains("password"))
        .count();
    assert!(count >= 1, "{told:?}");
    let opener = life_of(ground, official.mailbox).await.opener.unwrap();
    assert_eq!(opener.must_change, None);
    nights(ground, law, "2026-04-06", "2026-04-07").await;
    let opener = life_of(ground, official.mailbox).await.opener.unwrap();
    assert_eq!(opener.must_change.unwrap().0, Cause::Expired);
    let recorded = acts(ground, official.mailbox).await;
    let wanted = ("account.expire".to_owned(), "QN.15.2".to_owned());
    assert!(recorded.contains(&wanted), "{recorded:?}");
}
