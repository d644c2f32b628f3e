//! Unit mailboxes given into hands, taken back and handed over; mailboxes changed; what is counted.

use axum::http::StatusCode;
use congvu_governance::mailbox::{self, Holder, Issue};
use congvu_governance::token::Scope;
use congvu_store::{OrganisationId, account};
use congvu_testing::{Ground, driven};
use serde_json::{Value, json};

use super::support::{DAY, World, act, console, issued};

driven!(crate::support::BEGIN;
    sl_9_2_a_head_gives_the_unit_s_mailbox_into_hands_and_takes_it_back,
    tq_11_2_tq_11_3_a_written_delegation_and_a_new_head,
    qn_6_3_b_a_mailbox_is_changed_sized_and_revoked,
    hcm_7_1_use_is_counted_and_what_is_overdue_told,
);

/// The main mailbox of an agency, with an account of its own.
async fn unit(ground: &Ground, world: &World, place: OrganisationId) -> String {
    let law = world.law;
    let made = act(ground, move |tx| {
        let asked = Issue {
            organisation: place.0,
            holder: Holder::Unit { own_account: true },
            local_part: None,
            former: None,
            quota: None,
        };
        mailbox::issue(tx, law, &console(), &asked, None)
    });
    made.await.unwrap().address
}

/// Says who is the head of the agency.
async fn head(world: &World, token: &str, address: &str, unit: &str) {
    let path = format!("/organisations/{}/spokesmen", world.agency);
    let said = json!({ "head": address, "mailbox": unit, "document": "1/QĐ" });
    let (status, told) = world.post(token, &path, &said).await;
    assert_eq!(status, StatusCode::OK, "{told}");
}

async fn sl_9_2_a_head_gives_the_unit_s_mailbox_into_hands_and_takes_it_back(ground: &Ground) {
    let world = World::new(ground).await;
    let unit = unit(ground, &world, world.agency).await;
    let decider = world.token(ground, &world.decider).await;
    head(&world, &decider, &world.asker.address, &unit).await;
    let mine = world.token(ground, &world.asker).await;
    let (elsewhere, _) = issued(ground, &world.asker, Scope::ALL, Some(world.other)).await;
    let keepers = format!("/units/{unit}/keepers");
    let asked = json!({
        "to": world.decider.address, "rights": ["read", "send"], "until": "2026-06-30", "document": "3/QĐ",
        "document_day": "2026-01-04",
    });
    // Who decides at the top does not say who keeps it, nor a token for another place.
    for token in [&decider, &elsewhere] {
        let (status, _) = world.post(token, &keepers, &asked).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
    }
    let wrong = json!({ "to": world.decider.address, "rights": ["all"] });
    let (status, _) = world.post(&mine, &keepers, &wrong).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let stranger = json!({ "to": world.nobody.address, "rights": ["read"] });
    let (status, told) = world.post(&mine, &keepers, &stranger).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        told["detail"].as_str().unwrap().contains("TQ.11.2"),
        "{told}"
    );
    let (status, given) = world.post(&mine, &keepers, &asked).await;
    assert_eq!(status, StatusCode::CREATED, "{given}");
    let (status, _) = world.post(&mine, &keepers, &asked).await;
    assert_eq!(status, StatusCode::CONFLICT);
    let nobody = world.token(ground, &world.nobody).await;
    let (status, _) = world.get(&nobody, &keepers).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (_, told) = world.get(&decider, &keepers).await;
    let kept = &told["items"][0];
    assert_eq!(kept["keeper"], world.decider.address.as_str());
    assert_eq!(kept["rights"], json!(["read", "send"]));
    assert_eq!(kept["until_at"], "2026-07-01T00:00:00+07:00");
    assert_eq!(
        (&kept["document_day"], &kept["live"]),
        (&json!("2026-01-04"), &json!(true))
    );
    let at = format!("/delegations/{}", given["delegation"]);
    let change = format!("{at}/change");
    let more = json!({ "rights": ["read", "organise"] });
    let (status, _) = world.post(&nobody, &change, &more).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, changed) = world.post(&mine, &change, &more).await;
    assert_eq!(status, StatusCode::CREATED, "{changed}");
    let (status, _) = world.post(&mine, &format!("{at}/end"), &json!({})).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "it was changed");
    let end = format!("/delegations/{}/end", changed["delegation"]);
    let (status, _) = world.post(&elsewhere, &end, &json!({})).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, ended) = world
        .post(&mine, &end, &json!({ "document": "4/QĐ" }))
        .await;
    assert_eq!(
        (status, &ended["outcome"]),
        (StatusCode::OK, &json!("ended"))
    );
    let (_, told) = world.get(&mine, &keepers).await;
    assert_eq!(told["items"], json!([]));
    let (_, told) = world.get(&mine, &format!("{keepers}?all=true")).await;
    assert_eq!(told["items"].as_array().unwrap().len(), 2);
    let (status, _) = world
        .get(&mine, &format!("/units/{}/keepers", world.asker.address))
        .await;
    assert_eq!(
        status,
        StatusCode::NOT_FOUND,
        "a person's mailbox has no keepers"
    );
}

async fn tq_11_2_tq_11_3_a_written_delegation_and_a_new_head(ground: &Ground) {
    let world = World::under(ground, "tuyen-quang", "tuyenquang.gov.vn").await;
    let unit = unit(ground, &world, world.agency).await;
    let decider = world.token(ground, &world.decider).await;
    head(&world, &decider, &world.asker.address, &unit).await;
    let mine = world.token(ground, &world.asker).await;
    let keepers = format!("/units/{unit}/keepers");
    let mut asked = json!({ "to": world.decider.address, "rights": ["read"] });
    let (status, told) = world.post(&mine, &keepers, &asked).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        told["detail"].as_str().unwrap().contains("TQ.11.2"),
        "{told}"
    );
    asked["document"] = json!("3/UQ");
    let (status, told) = world.post(&mine, &keepers, &asked).await;
    assert_eq!(status, StatusCode::CREATED, "{told}");
    let path = format!("/units/{unit}/hand-over");
    let said = json!({ "from": "Lò Văn Hặc", "to": world.decider.address, "document": "5/QĐ" });
    let (status, _) = world.post(&decider, &path, &said).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let mut elsewhere = said.clone();
    elsewhere["to"] = json!(world.nobody.address);
    let (status, _) = world.post(&mine, &path, &elsewhere).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let (status, handed) = world.post(&mine, &path, &said).await;
    assert_eq!(status, StatusCode::OK, "{handed}");
    assert_eq!(handed["clause"], "TQ.11.3");
    assert_eq!(handed["delegations_ended"], json!([world.decider.address]));
    let password = handed["password"].as_str().unwrap().to_owned();
    let login = unit.clone();
    let kept = act(ground, move |tx| {
        let found = account::by_login(tx, &login)?.unwrap();
        Ok(found.password.unwrap())
    });
    assert!(congvu_access::verify_password(
        &kept.await.unwrap(),
        &password
    ));
    // Who handed it over has nothing to say there any more.
    let (status, _) = world.post(&mine, &path, &said).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
}

async fn qn_6_3_b_a_mailbox_is_changed_sized_and_revoked(ground: &Ground) {
    let world = World::new(ground).await;
    let decider = world.token(ground, &world.decider).await;
    let asker = world.token(ground, &world.asker).await;
    let at = format!("/mailboxes/{}", world.nobody.address);
    let size = 3_u64 << 30;
    for (what, body) in [
        ("change", json!({ "title": "Trưởng phòng" })),
        ("quota", json!({ "bytes": size })),
        ("attachment", json!({ "bytes": 5 << 20 })),
        ("revoke", json!({ "confirm": world.nobody.address })),
    ] {
        let path = format!("{at}/{what}");
        let (status, _) = world.post(&asker, &path, &body).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{what}");
    }
    let change = format!("{at}/change");
    let (status, _) = world.post(&decider, &change, &json!({})).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let taken = json!({ "local_part": world.decider.address.split('@').next() });
    let (status, _) = world.post(&decider, &change, &taken).await;
    assert!(status.is_client_error());
    let (status, told) = world
        .post(
            &decider,
            &change,
            &json!({ "title": "Trưởng phòng", "document": "8/QĐ" }),
        )
        .await;
    assert_eq!(status, StatusCode::OK, "{told}");
    assert_eq!(told["address"], world.nobody.address.as_str());
    let quota = format!("{at}/quota");
    let (status, told) = world
        .post(
            &decider,
            &quota,
            &json!({ "bytes": u64::from(u32::MAX) << 20 }),
        )
        .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{told}");
    assert!(told["detail"].as_str().is_some_and(|said| !said.is_empty()));
    let approved = json!({ "bytes": size, "document": "9/QĐ" });
    let (status, told) = world.post(&decider, &quota, &approved).await;
    assert_eq!(
        (status, &told["quota_bytes"]),
        (StatusCode::OK, &json!(size)),
        "{told}"
    );
    let attachment = format!("{at}/attachment");
    for bytes in [json!(1 << 20), Value::Null] {
        let said = json!({ "bytes": bytes });
        let (status, told) = world.post(&decider, &attachment, &said).await;
        assert_eq!(status, StatusCode::OK, "{told}");
    }
    let revoke = format!("{at}/revoke");
    let other = json!({ "confirm": world.asker.address });
    let (status, _) = world.post(&decider, &revoke, &other).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let said = json!({ "confirm": world.nobody.address, "document": "10/QĐ" });
    let (status, told) = world.post(&decider, &revoke, &said).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    let state = told["state"]["name"].as_str().unwrap();
    assert!(matches!(state, "revoked" | "deleted"), "{told}");
    let (status, _) = world.post(&decider, &revoke, &said).await;
    assert!(status.is_client_error());
}

async fn hcm_7_1_use_is_counted_and_what_is_overdue_told(ground: &Ground) {
    let world = World::new(ground).await;
    ground.clock.set(super::support::BEGIN + 10 * DAY);
    let decider = world.token(ground, &world.decider).await;
    let nobody = world.token(ground, &world.nobody).await;
    let days = "from=2026-01-06&until=2026-01-12";
    for about in ["use", "checks", "categories"] {
        let path = format!("/statistics?about={about}&{days}");
        let (status, told) = world.get(&decider, &path).await;
        assert_eq!(status, StatusCode::OK, "{told}");
        assert!(!told["columns"].as_array().unwrap().is_empty());
        let (status, _) = world.get(&nobody, &path).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
    }
    for wrong in [
        "from=2026-01-06&until=2026-02-12",
        "from=2026-01-06",
        "about=mail&from=2026-01-06&until=2026-01-12",
    ] {
        let (status, _) = world.get(&decider, &format!("/statistics?{wrong}")).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    let (status, told) = world.get(&decider, "/overdue").await;
    assert_eq!((status, &told["rows"]), (StatusCode::OK, &json!([])));
    let (status, _) = world.get(&nobody, "/overdue").await;
    assert_eq!(status, StatusCode::FORBIDDEN);
}
