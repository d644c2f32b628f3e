//! A line that cannot be carried out: it fails by itself, is told, stays an open request, and stops no other line.

#![allow(clippy::unwrap_used)]

mod support;

use congvu_governance::Refused;
use congvu_governance::mailbox::{Holder, Issue, Person};
use congvu_governance::request::{
    Ask, Decision, NewRequest, carry_out_all, carry_out_line, decide, open,
};
use congvu_regulation::requests::{RequestKind, Way};
use congvu_store::{OrganisationId, RequestId, StoreError, proposal, request as stored};
use congvu_testing::{Ground, driven};
use support::{Place, act, at, begins, console, life_of, nights, notices, write};

// 2026-01-05T08:00 in Vietnam, a Monday.
const BEGIN: i64 = 1_767_574_800_000;

driven!(super::BEGIN;
    one_poisoned_line_stops_no_other,
    a_failed_line_is_an_open_request,
    control_characters_are_refused_at_the_door,
);

fn official(place: OrganisationId, title: &str, given: &str) -> Ask {
    Ask::Issue(Issue {
        organisation: place.0,
        holder: Holder::Person(Person {
            family: "Lò".to_owned(),
            middle: "Văn".to_owned(),
            given: given.to_owned(),
            title: title.to_owned(),
            ..Person::default()
        }),
        local_part: None,
        former: None,
        quota: None,
    })
}

fn asked(place: OrganisationId, key: &str, lines: Vec<Ask>) -> NewRequest {
    NewRequest {
        key: key.to_owned(),
        kind: lines[0].kind(),
        organisation: place,
        way: Way::Documents,
        document: "12/SKHCN-VP".to_owned(),
        document_day: Some("2026-01-05".parse().unwrap()),
        reason: "Tuyển dụng mới".to_owned(),
        lines: (1..).zip(lines).collect(),
        files: Vec::new(),
    }
}

async fn opened(ground: &Ground, place: &Place, new: NewRequest) -> Result<RequestId, Refused> {
    let law = place.law;
    let opened = act(ground, move |tx| open(tx, law, &console(), &new));
    Ok(opened.await?.id)
}

async fn granted(ground: &Ground, place: &Place, line: (RequestId, u32)) {
    let law = place.law;
    act(ground, move |tx| {
        decide(
            tx,
            law,
            &console(),
            line,
            &Decision::Grant { local_part: None },
        )
    })
    .await
    .unwrap();
}

async fn line(ground: &Ground, id: RequestId, number: u32) -> stored::Line {
    let read = ground
        .store
        .read(move |tx| stored::get_line(tx, id, number));
    let read: Result<_, StoreError> = read.await;
    read.unwrap().unwrap()
}

async fn one_poisoned_line_stops_no_other(ground: &Ground) {
    let place = Place::new(ground, "son-la").await;
    let (law, agency) = (place.law, place.agency);
    let asks = vec![
        official(agency, "Văn thư", "Pánh"),
        official(agency, "Văn thư", "Hoàn"),
    ];
    let id = opened(ground, &place, asked(agency, "k", asks))
        .await
        .unwrap();
    granted(ground, &place, (id, 1)).await;
    granted(ground, &place, (id, 2)).await;
    // What the store refuses for good, every time: no bytes can be as many.
    write(ground, move |tx| {
        let line = stored::get_line(tx, id, 1)?.unwrap();
        let poisoned = line
            .data
            .replace("\"quota\":null", "\"quota\":18446744073709551615");
        assert_ne!(poisoned, line.data);
        tx.execute(
            "UPDATE request_line SET data = $2 WHERE request_id = $1 AND number = 1",
            &[id.0.into(), poisoned.as_str().into()],
        )
    })
    .await;
    // Another's mailbox has no counters that can be read: the store's own fault.
    let broken = place.official(ground, ("Cầm", "Thị", "Duyên")).await;
    let restore = vec![Ask::Quota {
        address: broken.address.clone(),
        bytes: 5 << 30,
        reason: String::new(),
    }];
    let second = opened(ground, &place, asked(agency, "k2", restore))
        .await
        .unwrap();
    granted(ground, &place, (second, 1)).await;
    let mailbox = broken.mailbox;
    write(ground, move |tx| {
        tx.execute(
            "UPDATE mailbox SET quota_bytes = -1 WHERE id = $1",
            &[mailbox.into()],
        )
    })
    .await;
    let third = vec![official(agency, "Văn thư", "Sơn")];
    let third = opened(ground, &place, asked(agency, "k3", third))
        .await
        .unwrap();
    granted(ground, &place, (third, 1)).await;
    let carried = carry_out_all(&ground.store, law).await.unwrap();
    assert_eq!((carried.done, carried.failed), (2, 2));
    let stuck = line(ground, second, 1).await;
    assert_eq!(stuck.state, "failed");
    assert!(
        stuck.reason.starts_with("Lỗi của hệ thống"),
        "{}",
        stuck.reason
    );
    let told = notices(ground).await;
    let told = told.iter().filter(|(kind, _)| kind == "request-failed");
    assert_eq!(told.count(), 2, "who decides is told of each");
    assert_eq!(
        carry_out_line(&ground.store, law, second, 1).await.unwrap(),
        None,
        "it waits for a decision"
    );
    write(ground, move |tx| {
        tx.execute(
            "UPDATE mailbox SET quota_bytes = 1073741824 WHERE id = $1",
            &[mailbox.into()],
        )
    })
    .await;
}

async fn a_failed_line_is_an_open_request(ground: &Ground) {
    let place = Place::new(ground, "son-la").await;
    let (law, agency) = (place.law, place.agency);
    let official = place.official(ground, ("Cầm", "Thị", "Duyên")).await;
    begins(ground, &official).await;
    nights(ground, law, "2026-04-07", "2026-04-08").await;
    assert!(life_of(ground, official.mailbox).await.lock.is_some());
    let restore = vec![Ask::Restore {
        address: official.address.clone(),
    }];
    let id = opened(ground, &place, asked(agency, "k", restore))
        .await
        .unwrap();
    granted(ground, &place, (id, 1)).await;
    // It cannot be carried out: somebody decides again, later than the term of thirty days.
    write(ground, move |tx| {
        let line = stored::get_line(tx, id, 1)?.unwrap();
        stored::settle(tx, &line, "failed", ("lỗi", ""), None)
    })
    .await;
    nights(ground, law, "2026-05-08", "2026-05-12").await;
    let waiting = ground.store.read(|tx| proposal::open(tx, 0, 10));
    let waiting: Result<_, StoreError> = waiting.await;
    let mut waiting = waiting.unwrap().into_iter();
    assert!(
        waiting.all(|known| known.mailbox.0 != official.mailbox),
        "an open request stops the term (SL.8.1)"
    );
    granted(ground, &place, (id, 1)).await;
    assert_eq!(carry_out_all(&ground.store, law).await.unwrap().done, 1);
    assert!(life_of(ground, official.mailbox).await.lock.is_none());
}

async fn control_characters_are_refused_at_the_door(ground: &Ground) {
    let place = Place::new(ground, "son-la").await;
    let agency = place.agency;
    let bell = official(agency, "Văn thư\u{7}", "Pánh");
    let nul = official(agency, "Văn\0thư", "Pánh");
    for ask in [bell, nul] {
        let refused = opened(ground, &place, asked(agency, "k", vec![ask])).await;
        assert!(matches!(refused, Err(Refused::Lines(_))), "{refused:?}");
    }
    let phone = Ask::Change {
        address: "skhcn@sonla.gov.vn".to_owned(),
        title: None,
        phone: Some("0912\0".to_owned()),
        name: None,
        local_part: None,
        organisation: None,
    };
    let refused = opened(ground, &place, asked(agency, "k", vec![phone])).await;
    assert!(matches!(refused, Err(Refused::Lines(_))), "{refused:?}");
    let fine = || asked(agency, "k", vec![official(agency, "Văn thư", "Pánh")]);
    for new in [
        NewRequest {
            key: "k\0".to_owned(),
            ..fine()
        },
        NewRequest {
            document: "12\0/CV".to_owned(),
            ..fine()
        },
        NewRequest {
            reason: "vì\0".to_owned(),
            ..fine()
        },
    ] {
        let refused = opened(ground, &place, new).await;
        assert!(matches!(refused, Err(Refused::Bad(_))), "{refused:?}");
    }
    ground.clock.set(at("2026-01-06"));
    let several = NewRequest {
        reason: "Hai lý do:\n\t1. tuyển dụng".to_owned(),
        kind: RequestKind::Issue,
        ..fine()
    };
    opened(ground, &place, several).await.unwrap();
}
