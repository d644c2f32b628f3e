//! By what way a request came is not for its sender to say.

#![allow(clippy::unwrap_used)]

mod support;

use congvu_governance::mailbox::{Holder, Issue, Person};
use congvu_governance::request::{Ask, NewRequest, open};
use congvu_governance::unit::{self, NewKeeper, Terms};
use congvu_governance::{Actor, Refused, Role, rights};
use congvu_regulation::requests::Way;
use congvu_store::delegation::Rights;
use congvu_store::{AccountId, account};
use congvu_testing::{Ground, driven};
use support::{Place, act, begins, console, nights};

// 2026-01-05T08:00 in Vietnam, a Monday.
const BEGIN: i64 = 1_767_574_800_000;

driven!(super::BEGIN;
    hcm_6_2_a_personal_account_is_no_unit_mailbox,
    tq_12_2_self_service_is_for_one_s_own_mailbox,
);

fn request(place: &Place, key: &str, way: Way, ask: Ask) -> NewRequest {
    NewRequest {
        key: key.to_owned(),
        kind: ask.kind(),
        organisation: place.agency,
        way,
        document: String::new(),
        document_day: Some("2026-01-05".parse().unwrap()),
        reason: "Tuyển dụng mới".to_owned(),
        lines: vec![(1, ask)],
        files: Vec::new(),
    }
}

async fn sent(
    ground: &Ground,
    place: &Place,
    actor: &Actor,
    new: NewRequest,
) -> Result<(), Refused> {
    let (law, actor) = (place.law, actor.clone());
    let opened = act(ground, move |tx| open(tx, law, &actor, &new));
    opened.await.map(drop)
}

async fn entrusted(ground: &Ground, place: &Place, given: &'static str, role: Role) -> Actor {
    let official = place.official(ground, ("Trần", "Thị", given)).await;
    let account = AccountId(official.account.unwrap());
    let (login, agency) = (official.address.clone(), place.agency);
    act(ground, move |tx| {
        rights::grant(tx, &console(), (account, &login), role, agency, None)
    })
    .await
    .unwrap();
    Actor::signed_in(account, &official.address, "192.0.2.7")
}

async fn hcm_6_2_a_personal_account_is_no_unit_mailbox(ground: &Ground) {
    let place = Place::new(ground, "hcm-donre").await;
    let (law, agency, unit) = (place.law, place.agency, place.unit);
    let new = |key: &str| {
        let person = Person {
            family: "Lê".to_owned(),
            given: key.to_owned(),
            ..Person::default()
        };
        let issue = Issue {
            organisation: agency.0,
            holder: Holder::Person(person),
            local_part: None,
            former: None,
            quota: None,
        };
        request(&place, key, Way::UnitMailbox, Ask::Issue(issue))
    };
    let asks = entrusted(ground, &place, "Bình", Role::Ask).await;
    let refused = sent(ground, &place, &asks, new("An")).await;
    assert!(matches!(refused, Err(Refused::Forbidden(_))), "{refused:?}");
    // The unit mailbox's own account sends it.
    let own = act(ground, move |tx| Ok(account::of_mailbox(tx, unit)?)).await;
    let own = own.unwrap().unwrap();
    act(ground, move |tx| {
        let login = "ccbvmt.stnmt@tphcm.gov.vn";
        rights::grant(tx, &console(), (own, login), Role::Ask, agency, None)
    })
    .await
    .unwrap();
    let unit_itself = Actor::signed_in(own, "ccbvmt.stnmt@tphcm.gov.vn", "192.0.2.7");
    sent(ground, &place, &unit_itself, new("Ba")).await.unwrap();
    // Or a keeper who may send in its name; not one who only reads it.
    let keeper = asks.account.unwrap();
    for (rights, key, may) in [
        (Rights::READ, "Chi", false),
        (Rights::READ.with(Rights::SEND), "Dung", true),
    ] {
        let given = ground.store.write(move |tx| {
            for before in congvu_store::delegation::of_mailbox(tx, unit, false)? {
                unit::end(tx, &console(), before.id, None)?;
            }
            let terms = Terms {
                rights,
                ..Terms::default()
            };
            let new = NewKeeper {
                mailbox: unit,
                account: keeper,
                terms,
            };
            unit::delegate(tx, law, &console(), &new).map(drop)
        });
        given.await.unwrap();
        let came = sent(ground, &place, &asks, new(key)).await;
        assert_eq!(came.is_ok(), may, "{came:?}");
    }
    // Who takes requests in notes what they received. HCM.6.1 wants the reason told, whoever sends it.
    let office = entrusted(ground, &place, "Lan", Role::Forward).await;
    sent(ground, &place, &office, new("Em")).await.unwrap();
    let no_reason = NewRequest {
        reason: " ".to_owned(),
        ..new("Phi")
    };
    let refused = sent(ground, &place, &office, no_reason).await.unwrap_err();
    assert!(refused.to_string().contains("HCM.6.1"), "{refused}");
}

async fn tq_12_2_self_service_is_for_one_s_own_mailbox(ground: &Ground) {
    let place = Place::new(ground, "tuyen-quang").await;
    let asks = entrusted(ground, &place, "Bình", Role::Ask).await;
    let other = place.official(ground, ("Vương", "Ngọc", "Hà")).await;
    begins(ground, &other).await;
    nights(ground, place.law, "2026-01-06", "2026-01-06").await;
    let password = |key: &str, address: &str| {
        let ask = Ask::Password {
            address: address.to_owned(),
        };
        request(&place, key, Way::SelfService, ask)
    };
    let refused = sent(ground, &place, &asks, password("1", &other.address)).await;
    assert!(matches!(refused, Err(Refused::Forbidden(_))), "{refused:?}");
    let own = asks.name.clone();
    sent(ground, &place, &asks, password("2", &own))
        .await
        .unwrap();
}
