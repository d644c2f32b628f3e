//! Messages taken down, incidents and stops of the service.

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use congvu_governance::takedown::carry_on;
use congvu_governance::token::{self, Asked, Scope, Secret};
use congvu_governance::{Actor, Role, rights};
use congvu_store::entry::{self, NewEntry};
use congvu_store::message::{self, NewMessage};
use congvu_store::{StoreError, TakedownId, folder};
use congvu_testing::{Ground, driven};
use serde_json::{Value, json};

use super::support::{Official, World, act, console, issued, send};

driven!(crate::support::BEGIN;
    qn_13_9_a_message_is_found_sealed_and_destroyed_by_two,
    qn_9_1_a_sl_13_incidents_are_reported_and_brought_forward,
    sl_14_6_a_a_stop_is_announced_in_time_or_not_at_all,
);

/// A token that its owner issued.
async fn own(ground: &Ground, whose: &Official) -> String {
    let secret = Secret::generate();
    let reveal = secret.reveal().to_owned();
    let whose = whose.clone();
    act(ground, move |tx| {
        let asked = Asked {
            label: "của mình".to_owned(),
            scopes: Scope::ALL.to_vec(),
            organisation: None,
            days: 60,
        };
        let actor = Actor::signed_in(whose.account, &whose.address, "192.0.2.1");
        token::issue(tx, &actor, whose.account, &asked, &secret)
    })
    .await
    .unwrap();
    reveal
}

/// A message into the inbox of each; the UID it has there.
async fn deliver(ground: &Ground, whose: &[&Official]) -> u32 {
    let bytes = b"Message-ID: <mat@x>\r\nSubject: MAT\r\n\r\nnoi dung\r\n";
    let staged = ground.store.blobs().stage(bytes).await.unwrap();
    let new = NewMessage {
        header_len: 37,
        sent_at: None,
        message_id: Some("<mat@x>".into()),
        subject: "MAT".into(),
        preview: String::new(),
        references: String::new(),
        envelope: Vec::new(),
        structure: Vec::new(),
        marks: None,
    };
    let boxes: Vec<_> = whose.iter().map(|one| one.mailbox).collect();
    let work = std::sync::Arc::new((staged, new));
    let delivered = ground.store.write(move |tx| {
        let stored = message::put(tx, &work.0, &work.1)?;
        let mut uid = 0;
        for mailbox in &boxes {
            let inbox = folder::find(tx, *mailbox, "INBOX")?.unwrap().id;
            let new = NewEntry {
                folder: inbox,
                message: stored.id,
                message_size: stored.size,
                flags: 0,
                internal_at: tx.now(),
                prefix: b"Delivered-To: x\r\n",
            };
            uid = entry::deliver(tx, &new)?.uid;
        }
        Ok::<_, StoreError>(uid)
    });
    delivered.await.unwrap()
}

async fn qn_13_9_a_message_is_found_sealed_and_destroyed_by_two(ground: &Ground) {
    let world = World::new(ground).await;
    let (root, second) = (world.root, world.nobody.clone());
    act(ground, move |tx| {
        let whose = (second.account, second.address.as_str());
        rights::grant(tx, &console(), whose, Role::Decide, root, None)
    })
    .await
    .unwrap();
    deliver(ground, &[&world.asker, &world.nobody]).await;
    let (one, two) = (
        own(ground, &world.decider).await,
        own(ground, &world.nobody).await,
    );
    let asker = own(ground, &world.asker).await;
    let asked = json!({
        "message_id": "mat@x", "document": "1/CV", "clause": "SL.17.4", "reason": "mã độc", "contact": "Sở",
    });
    let (status, _) = world.post(&asker, "/takedowns", &asked).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    for (name, value) in [
        ("message_id", Value::Null),
        ("clause", json!("XX.1")),
        ("clause", json!("")),
        ("attachment", json!("12")),
        ("document", json!(" ")),
    ] {
        let mut wrong = asked.clone();
        wrong[name] = value;
        let (status, told) = world.post(&one, "/takedowns", &wrong).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{name}: {told}");
    }
    let (status, case) = world.post(&one, "/takedowns", &asked).await;
    assert_eq!(status, StatusCode::CREATED, "{case}");
    assert_eq!(
        (&case["messages"], &case["left_in_folders"]),
        (&json!(1), &json!(2))
    );
    let at = format!("/takedowns/{}", case["takedown"]);
    let to = |what: &str| format!("{at}/{what}");
    for what in ["preview", "seal", "release", "purge", "content", "evidence"] {
        let (status, _) = world.post(&asker, &to(what), &json!({})).await;
        let hidden = matches!(status, StatusCode::FORBIDDEN | StatusCode::CONFLICT);
        assert!(hidden, "{what}: {status}");
    }
    let (status, found) = world.post(&one, &to("preview"), &json!({})).await;
    assert_eq!(status, StatusCode::OK, "{found}");
    assert_eq!(found["places"].as_array().unwrap().len(), 2);
    assert!(!found.to_string().contains("MAT"), "never what it says");
    let purge = json!({ "document": "2/QĐ", "reason": "kết luận" });
    let (status, _) = world.post(&one, &to("purge"), &purge).await;
    assert_eq!(status, StatusCode::CONFLICT, "it is not sealed");
    for _ in 0..2 {
        let (status, told) = world.post(&one, &to("seal"), &json!({})).await;
        assert_eq!(
            (status, &told["state"]),
            (StatusCode::OK, &json!("sealed")),
            "{told}"
        );
    }
    let id = TakedownId(case["takedown"].as_i64().unwrap());
    carry_on(&ground.store, id).await.unwrap();
    let (_, told) = world.get(&one, &at).await;
    assert_eq!(told["left_in_folders"], 0);
    let (status, _) = world.post(&one, &to("purge"), &json!({})).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "no document");
    let (status, proposed) = world.post(&one, &to("purge"), &purge).await;
    assert_eq!(status, StatusCode::CREATED, "{proposed}");
    let order = |what: &str| format!("/takedown-orders/{}/{what}", proposed["order"]);
    // Nobody confirms what they proposed, and no program that somebody else let in.
    let (program, _) = issued(ground, &world.nobody, Scope::ALL, None).await;
    for token in [&one, &program, &asker] {
        let (status, _) = world.post(token, &order("confirm"), &json!({})).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
    }
    let (status, _) = world.post(&two, &order("confirm"), &json!({})).await;
    assert_eq!(status, StatusCode::OK);
    let (status, _) = world.post(&two, &order("withdraw"), &json!({})).await;
    assert_eq!(status, StatusCode::CONFLICT);
    let (status, _) = world
        .post(&two, "/takedown-orders/999/withdraw", &json!({}))
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    carry_on(&ground.store, id).await.unwrap();
    let (_, told) = world.get(&one, &at).await;
    assert_eq!(told["state"], "purged");
    let (_, all) = world.get(&one, "/takedowns").await;
    assert_eq!(all["items"][0]["takedown"], case["takedown"]);
    let (status, _) = world
        .post(&one, &to("evidence"), &json!({ "content": true }))
        .await;
    assert_eq!(status, StatusCode::FORBIDDEN, "nobody ordered that");
    let request = Request::post(format!("/api/v1{}", to("evidence")))
        .header("authorization", format!("Bearer {one}"))
        .body(Body::empty())
        .unwrap();
    let answer = send(&world.router, request).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()["content-type"], "application/zip");
    let packed = to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(packed.to_vec())).unwrap();
    assert!(archive.by_name("SHA256SUMS").is_ok() && archive.by_name("ban-sao.csv").is_ok());
}

async fn qn_9_1_a_sl_13_incidents_are_reported_and_brought_forward(ground: &Ground) {
    let world = World::new(ground).await;
    let decider = world.token(ground, &world.decider).await;
    let nobody = world.token(ground, &world.nobody).await;
    let said = json!({ "kind": "outage", "description": "Không gửi được thư" });
    for (name, value) in [
        ("kind", json!("secret")),
        ("kind", json!("lunch")),
        ("description", json!(" ")),
        ("happened_at", json!("hôm qua")),
    ] {
        let mut wrong = said.clone();
        wrong[name] = value;
        let (status, _) = world.post(&nobody, "/incidents", &wrong).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
    }
    // Anybody reports; who operates or decides looks at it.
    let (status, told) = world.post(&nobody, "/incidents", &said).await;
    assert_eq!(status, StatusCode::CREATED, "{told}");
    let at = format!("/incidents/{}", told["incident"]);
    let (bound, _) = issued(ground, &world.nobody, Scope::ALL, Some(world.other)).await;
    let mut elsewhere = said.clone();
    elsewhere["organisation"] = json!(world.agency.0);
    let (status, _) = world.post(&bound, "/incidents", &elsewhere).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    for path in ["/incidents", at.as_str()] {
        let (status, _) = world.get(&nobody, path).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        let (status, _) = world.get(&decider, path).await;
        assert_eq!(status, StatusCode::OK);
    }
    let (_, told) = world.get(&decider, &at).await;
    assert_eq!(
        (&told["clause"], &told["state"]),
        (&json!("SL.13"), &json!("reported"))
    );
    let step = format!("{at}/step");
    let handled = json!({ "state": "handling", "note": "đang xem" });
    let (status, _) = world.post(&nobody, &step, &handled).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, told) = world.post(&decider, &step, &handled).await;
    assert_eq!(
        (status, &told["state"]),
        (StatusCode::OK, &json!("handling"))
    );
    assert_eq!(
        told["steps"].as_array().unwrap().last().unwrap()["note"],
        "đang xem"
    );
    let (status, _) = world
        .post(&decider, &step, &json!({ "state": "reported" }))
        .await;
    assert_eq!(status, StatusCode::CONFLICT);
    let (status, _) = world
        .post(&decider, &step, &json!({ "state": "gone" }))
        .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let (_, open) = world.get(&decider, "/incidents?state=handling").await;
    assert_eq!(open["items"].as_array().unwrap().len(), 1);
    let (status, _) = world.get(&decider, "/incidents?state=lost").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let (status, _) = world.get(&decider, "/incidents/999").await;
    assert_eq!(status, StatusCode::NOT_FOUND);

    let uid = deliver(ground, &[&world.nobody]).await;
    let secret = json!({ "mailbox": world.nobody.address, "uid": uid });
    let stranger = world.token(ground, &world.asker).await;
    let (status, _) = world.post(&stranger, "/incidents/secret", &secret).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let mut wrong = secret.clone();
    wrong["uid"] = json!(uid + 1);
    let (status, _) = world.post(&nobody, "/incidents/secret", &wrong).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, told) = world.post(&nobody, "/incidents/secret", &secret).await;
    assert_eq!(status, StatusCode::CREATED, "{told}");
}

async fn sl_14_6_a_a_stop_is_announced_in_time_or_not_at_all(ground: &Ground) {
    let world = World::new(ground).await;
    let decider = world.token(ground, &world.decider).await;
    let asker = world.token(ground, &world.asker).await;
    let said = json!({
        "from": "2026-01-20T22:00", "until": "2026-01-21T02:00", "what": "Nâng cấp", "document": "1/TB",
    });
    let (status, _) = world.post(&asker, "/stops", &said).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let mut open_end = said.clone();
    open_end.as_object_mut().unwrap().remove("until");
    let (status, told) = world.post(&decider, "/stops", &open_end).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(told["clause"], "SL.14.6.a", "{told}");
    let mut wrong = said.clone();
    wrong["until"] = json!("2026-01-20T21:00");
    let (status, _) = world.post(&decider, "/stops", &wrong).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let (status, told) = world.post(&decider, "/stops", &said).await;
    assert_eq!(status, StatusCode::CREATED, "{told}");
    let planned = format!("/stops/{}", told["stop"]);
    let mut now = said.clone();
    now["emergency"] = json!(true);
    let (status, told) = world.post(&decider, "/stops", &now).await;
    assert_eq!(status, StatusCode::CREATED, "{told}");
    let emergency = format!("/stops/{}", told["stop"]);
    // Everybody was told of them.
    let (status, told) = world.get(&asker, "/stops").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(told["items"].as_array().unwrap().len(), 2);
    assert!(told["items"][0]["incident"].is_i64());
    let cancel = json!({ "reason": "hoãn" });
    let (status, _) = world
        .post(&asker, &format!("{planned}/cancel"), &cancel)
        .await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let empty = json!({ "reason": " " });
    let (status, _) = world
        .post(&decider, &format!("{planned}/cancel"), &empty)
        .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let (status, _) = world
        .post(&decider, &format!("{planned}/cancel"), &cancel)
        .await;
    assert_eq!(status, StatusCode::OK);
    let (status, _) = world
        .post(&decider, &format!("{emergency}/cancel"), &cancel)
        .await;
    assert_eq!(status, StatusCode::CONFLICT);
    let (status, _) = world
        .post(&asker, &format!("{emergency}/done"), &json!({}))
        .await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, _) = world
        .post(&decider, &format!("{emergency}/done"), &json!({}))
        .await;
    assert_eq!(status, StatusCode::OK);
    let (status, _) = world
        .post(&decider, &format!("{emergency}/done"), &json!({}))
        .await;
    assert_eq!(status, StatusCode::CONFLICT);
}
