//! Every request has a clock, whatever its regulation says of terms, and whoever holds it hears when it runs out.

#![allow(clippy::unwrap_used)]

mod support;

use congvu_governance::mailbox::{Holder, Issue, Person};
use congvu_governance::report::overdue;
use congvu_governance::request::{Ask, NewRequest, forward, open, remind};
use congvu_governance::{Refused, Role, rights};
use congvu_regulation::Date;
use congvu_regulation::requests::{RequestKind, Way};
use congvu_store::notice::{self, Audience};
use congvu_store::{AccountId, NoticeId, StoreError, request};
use congvu_testing::{Ground, driven};
use support::{Place, act, at, console};

// 2026-01-05T08:00 in Vietnam, a Monday.
const BEGIN: i64 = 1_767_574_800_000;

driven!(super::BEGIN;
    quang_ninh_has_a_clock_where_its_text_sets_none,
    bim_son_has_a_clock_where_its_text_sets_none,
    tuyen_quang_has_a_clock_where_its_text_sets_none,
    son_la_has_a_clock_where_its_text_sets_none,
    hcm_3_hcm_9_the_office_hears_while_it_holds_a_request,
    hcm_8_3_b_the_clock_waits_for_the_day_it_may_be_handled,
);

fn asked(place: &Place, way: Way) -> NewRequest {
    let issue = Issue {
        organisation: place.agency.0,
        holder: Holder::Person(Person {
            family: "Trần".to_owned(),
            middle: "Thị".to_owned(),
            given: "Bình".to_owned(),
            ..Person::default()
        }),
        local_part: None,
        former: None,
        quota: None,
    };
    NewRequest {
        key: "1".to_owned(),
        kind: RequestKind::Issue,
        organisation: place.agency,
        way,
        document: "12/CV".to_owned(),
        document_day: Some("2026-01-05".parse().unwrap()),
        reason: "Tuyển dụng mới".to_owned(),
        lines: vec![(1, Ask::Issue(issue))],
        files: Vec::new(),
    }
}

/// Whom notices of a kind went to, in their order.
async fn told(ground: &Ground, kind: &'static str) -> Vec<Audience> {
    let read = ground
        .store
        .read(|tx| notice::unsent(tx, NoticeId(0), 10_000));
    let read: Result<Vec<_>, StoreError> = read.await;
    let all = read.unwrap().into_iter();
    all.filter(|notice| notice.kind == kind)
        .map(|notice| notice.audience)
        .collect()
}

async fn has_a_clock(ground: &Ground, profile: &'static str) {
    let place = Place::new(ground, profile).await;
    let law = place.law;
    let mut new = asked(&place, Way::Documents);
    new.document_day = None;
    let undated = new.clone();
    let refused = act(ground, move |tx| open(tx, law, &console(), &undated)).await;
    let refused = refused.unwrap_err();
    assert!(matches!(refused, Refused::Bad(_)), "{refused}");
    assert!(
        refused.to_string().contains("ngày của văn bản"),
        "{refused}"
    );
    new.document_day = Some("2026-01-05".parse().unwrap());
    let opened = act(ground, move |tx| open(tx, law, &console(), &new)).await;
    let id = opened.unwrap().id;
    let found = act(ground, move |tx| Ok(request::get(tx, id)?.unwrap())).await;
    let found = found.unwrap();
    let due = Date::from_epoch_day(found.due_day.unwrap());
    assert_eq!(due.to_string(), "2026-01-08");
    // A local setting, and shown as one.
    assert_eq!(found.due_clause, "");
    assert_eq!(remind(&ground.store, law).await.unwrap(), 0);
    ground.clock.set(at("2026-01-07T09:00"));
    assert_eq!(remind(&ground.store, law).await.unwrap(), 1);
    ground.clock.set(at("2026-01-09T09:00"));
    assert_eq!(remind(&ground.store, law).await.unwrap(), 1);
    assert_eq!(told(ground, "request-due").await.len(), 1);
    assert_eq!(told(ground, "request-overdue").await.len(), 1);
    let root = place.root;
    let late = act(ground, move |tx| overdue(tx, &console(), root)).await;
    let late = format!("{:?}", late.unwrap());
    assert!(
        late.contains("12/CV") && late.contains("thiết lập tại chỗ"),
        "{late}"
    );
}

async fn quang_ninh_has_a_clock_where_its_text_sets_none(ground: &Ground) {
    has_a_clock(ground, "quang-ninh").await;
}

async fn bim_son_has_a_clock_where_its_text_sets_none(ground: &Ground) {
    has_a_clock(ground, "bim-son").await;
}

async fn tuyen_quang_has_a_clock_where_its_text_sets_none(ground: &Ground) {
    has_a_clock(ground, "tuyen-quang").await;
}

async fn son_la_has_a_clock_where_its_text_sets_none(ground: &Ground) {
    has_a_clock(ground, "son-la").await;
}

async fn hcm_3_hcm_9_the_office_hears_while_it_holds_a_request(ground: &Ground) {
    let place = Place::new(ground, "hcm-donre").await;
    let law = place.law;
    let clerk = place.official(ground, ("Lê", "Thị", "Hoa")).await;
    let (account, login) = (AccountId(clerk.account.unwrap()), clerk.address.clone());
    let (agency, root) = (place.agency, place.root);
    act(ground, move |tx| {
        let who = (account, login.as_str());
        rights::grant(tx, &console(), who, Role::Forward, agency, None)
    })
    .await
    .unwrap();
    let new = asked(&place, Way::UnitMailbox);
    let opened = act(ground, move |tx| open(tx, law, &console(), &new)).await;
    let id = opened.unwrap().id;
    let office = Audience::Organisation(agency);
    let department = Audience::Organisation(root);
    ground.clock.set(at("2026-01-07T09:00"));
    assert_eq!(remind(&ground.store, law).await.unwrap(), 1);
    assert_eq!(told(ground, "request-due").await, [office.clone()]);
    // Late: who decides hears that it has not come.
    ground.clock.set(at("2026-01-09T09:00"));
    assert_eq!(remind(&ground.store, law).await.unwrap(), 1);
    assert_eq!(remind(&ground.store, law).await.unwrap(), 0);
    assert_eq!(
        told(ground, "request-overdue").await,
        [office.clone(), department.clone()]
    );
    // Passed on: from now on who decides alone hears, and the same day.
    act(ground, move |tx| forward(tx, law, &console(), id, None))
        .await
        .unwrap();
    assert_eq!(remind(&ground.store, law).await.unwrap(), 1);
    assert_eq!(
        told(ground, "request-overdue").await,
        [office, department.clone(), department]
    );
}

async fn hcm_8_3_b_the_clock_waits_for_the_day_it_may_be_handled(ground: &Ground) {
    let place = Place::new(ground, "hcm-donre").await;
    let law = place.law;
    let official = place.official(ground, ("Trần", "Thị", "Bình")).await;
    let account = AccountId(official.account.unwrap());
    let (began, ended) = (
        "UPDATE account SET first_began_at = $2 WHERE id = $1",
        "UPDATE account SET first_ended_at = $2 WHERE id = $1",
    );
    for (sql, when) in [(began, "09:00"), (ended, "10:00")] {
        ground.clock.set(at(&format!("2026-01-06T{when}")));
        act(ground, move |tx| {
            tx.execute(sql, &[account.0.into(), tx.now().into()])?;
            Ok(())
        })
        .await
        .unwrap();
    }
    support::sweep_at(ground, law, "2026-01-06T10:30").await;
    let mut new = asked(&place, Way::UnitMailbox);
    new.kind = RequestKind::Restore;
    new.lines = vec![(
        1,
        Ask::Restore {
            address: official.address.clone(),
        },
    )];
    let found = act(ground, move |tx| {
        let id = open(tx, law, &console(), &new)?.id;
        Ok(request::get(tx, id)?.unwrap())
    })
    .await
    .unwrap();
    // From day D+6, and three working days: Monday 12/1 to Thursday 15/1.
    let day = |day: i64| Date::from_epoch_day(day).to_string();
    assert_eq!(day(found.clock_day), "2026-01-12");
    assert_eq!(day(found.due_day.unwrap()), "2026-01-15");
}
