//! A request from its opening to the one-time passwords; acts on mailboxes; what is recorded of them.

use axum::http::StatusCode;
use congvu_governance::request::carry_out_all;
use congvu_testing::{Ground, driven};
use serde_json::{Value, json};

use super::support::{World, person};

driven!(crate::support::BEGIN;
    sl_14_2_a_request_is_opened_once_decided_and_handed_over,
    sl_14_2_faults_of_lines_are_told_with_their_places,
    sl_14_2_what_is_done_to_a_mailbox_is_recorded_with_its_clause_and_from_where,
);

fn line(world: &World, name: (&str, &str, &str)) -> Value {
    let mut line = json!(person(world.agency, name));
    line["ask"] = "issue".into();
    line
}

fn opening(world: &World, lines: &[Value]) -> Value {
    json!({
        "kind": "issue", "organisation": world.agency.0, "way": "documents", "document": "12/SKHCN-VP",
        "document_day": "2026-01-05", "reason": "Tuyển dụng mới", "lines": lines,
    })
}

async fn open(world: &World, token: &str, key: &str, body: &Value) -> (StatusCode, Value) {
    let headers = [
        ("content-type", "application/json"),
        ("idempotency-key", key),
    ];
    world
        .ask("POST", token, "/requests", &headers, &body.to_string())
        .await
}

async fn sl_14_2_a_request_is_opened_once_decided_and_handed_over(ground: &Ground) {
    let world = World::new(ground).await;
    let asker = world.token(ground, &world.asker).await;
    let decider = world.token(ground, &world.decider).await;
    let nobody = world.token(ground, &world.nobody).await;
    let names = [
        ("Hà", "Văn", "Sơn"),
        ("Vì", "Thị", "Lan"),
        ("Tòng", "Văn", "Hùng"),
    ];
    let body = opening(&world, &names.map(|name| line(&world, name)));
    // Twice at the same time, and once more.
    let (one, other) = tokio::join!(
        open(&world, &asker, "k1", &body),
        open(&world, &asker, "k1", &body)
    );
    let mut statuses = [one.0, other.0];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::OK, StatusCode::CREATED]);
    assert_eq!(one.1["id"], other.1["id"]);
    let id = one.1["id"].as_i64().unwrap();
    assert_eq!(open(&world, &asker, "k1", &body).await.0, StatusCode::OK);
    let another = opening(&world, &[line(&world, ("Lường", "Văn", "Phúc"))]);
    let (status, _) = open(&world, &asker, "k1", &another).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let (status, _) = open(&world, &nobody, "k2", &another).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (_, all) = world.get(&decider, "/requests?state=open").await;
    assert_eq!(all["items"].as_array().unwrap().len(), 1);
    assert_eq!(all["items"][0]["received_at"], "2026-01-05T08:00:00+07:00");

    // Who may not see it is told that there is none.
    for path in [format!("/requests/{id}"), format!("/requests/{id}/lines")] {
        assert_eq!(world.get(&nobody, &path).await.0, StatusCode::NOT_FOUND);
        assert_eq!(world.get(&asker, &path).await.0, StatusCode::OK);
    }
    let decisions = json!({ "decisions": [
        { "line": 1, "decision": "grant" },
        { "line": 2, "decision": "grant" },
        { "line": 3, "decision": "refuse", "reason": "" },
    ] });
    let path = format!("/requests/{id}/decisions");
    assert_eq!(
        world.post(&asker, &path, &decisions).await.0,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        world.post(&nobody, &path, &decisions).await.0,
        StatusCode::NOT_FOUND
    );
    // A refusal without a reason: nothing is decided.
    let (status, problem) = world.post(&decider, &path, &decisions).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem["faults"][0]["row"], 3);
    assert!(
        problem["faults"][0]["what"]
            .as_str()
            .unwrap()
            .contains("SL.7.3")
    );
    let (_, shown) = world.get(&decider, &format!("/requests/{id}")).await;
    assert_eq!(shown["tally"], json!({ "open": 3 }));

    let one = format!("/requests/{id}/lines/3/decision");
    let refuse = json!({ "decision": "refuse", "reason": "Chưa có quyết định tuyển dụng" });
    assert_eq!(world.post(&decider, &one, &refuse).await.0, StatusCode::OK);
    assert_eq!(
        world.post(&decider, &one, &refuse).await.0,
        StatusCode::CONFLICT
    );
    let granted = json!({ "decisions": [
        { "line": 1, "decision": "grant" }, { "line": 2, "decision": "grant" },
    ] });
    assert_eq!(
        world.post(&decider, &path, &granted).await.0,
        StatusCode::OK
    );
    let carried = carry_out_all(&ground.store, world.law).await.unwrap();
    assert_eq!((carried.done, carried.failed), (2, 0));
    let (_, shown) = world.get(&asker, &format!("/requests/{id}")).await;
    assert_eq!(shown["state"], "done");
    let withdraw = format!("/requests/{id}/withdraw");
    assert_eq!(
        world.post(&asker, &withdraw, &json!({})).await.0,
        StatusCode::CONFLICT
    );

    // The passwords are told once.
    let hand = format!("/requests/{id}/hand-over");
    assert_eq!(
        world.post(&nobody, &hand, &json!({})).await.0,
        StatusCode::NOT_FOUND
    );
    let (status, handed) = world.post(&asker, &hand, &json!({})).await;
    assert_eq!(status, StatusCode::OK);
    let items = handed["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    for item in items {
        assert!(
            item["password"]
                .as_str()
                .is_some_and(|password| password.len() >= 20)
        );
        assert!(item["address"].as_str().unwrap().ends_with("@sonla.gov.vn"));
    }
    let (_, again) = world.post(&asker, &hand, &json!({})).await;
    for item in again["items"].as_array().unwrap() {
        assert!(item.get("password").is_none() && item["problem"].is_string());
    }
    // Nothing that is read tells them again.
    let (_, lines) = world.get(&asker, &format!("/requests/{id}/lines")).await;
    let password = handed["items"][0]["password"].as_str().unwrap();
    assert!(!lines.to_string().contains(password));
    let (_, records) = world.get(&decider, "/audit?limit=500").await;
    assert!(!records.to_string().contains(password));
}

async fn sl_14_2_faults_of_lines_are_told_with_their_places(ground: &Ground) {
    let world = World::new(ground).await;
    let asker = world.token(ground, &world.asker).await;
    let mut elsewhere = line(&world, ("Vì", "Thị", "Lan"));
    elsewhere["organisation"] = world.other.0.into();
    let body = opening(
        &world,
        &[
            line(&world, ("Hà", "Văn", "Sơn")),
            elsewhere,
            line(&world, ("Hà", "Văn", "")),
        ],
    );
    let (status, problem) = open(&world, &asker, "k", &body).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let rows: Vec<&Value> = problem["faults"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| &fault["row"])
        .collect();
    assert_eq!(rows, [2, 3]);
    let (_, all) = world
        .get(&asker, &format!("/requests?organisation={}", world.agency))
        .await;
    assert_eq!(all, json!({ "items": [], "next": null }));
    let (status, _) = world.post(&asker, "/requests", &body).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "no key");
}

async fn sl_14_2_what_is_done_to_a_mailbox_is_recorded_with_its_clause_and_from_where(
    ground: &Ground,
) {
    let world = World::new(ground).await;
    let decider = world.token(ground, &world.decider).await;
    let address = &world.nobody.address;
    let of = |what: &str| format!("/mailboxes/{address}{what}");
    let (status, shown) = world.get(&decider, &of("")).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(shown["state"]["name"], "active");
    let coming = shown["coming"].as_array().unwrap();
    assert!(coming.iter().any(|due| {
        due["clause"]
            .as_str()
            .is_some_and(|id| id.starts_with("SL."))
    }));

    let exempt = json!({ "reason": "Nghỉ thai sản", "until": "2026-07-05" });
    assert_eq!(
        world.post(&decider, &of("/exempt"), &exempt).await.0,
        StatusCode::OK
    );
    // Ended it is told with what it was, and there is nothing more to end.
    assert_eq!(
        world.post(&decider, &of("/exempt/end"), &json!({})).await.0,
        StatusCode::OK
    );
    let (_, records) = world.get(&decider, "/audit?limit=1").await;
    let record = records["items"][0].to_string();
    assert!(
        record.contains("Nghỉ thai sản") && record.contains("before"),
        "{record}"
    );
    let (status, _) = world.post(&decider, &of("/exempt/end"), &json!({})).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let late = json!({ "reason": "Nghỉ", "until": "2025-07-05" });
    let (status, _) = world.post(&decider, &of("/exempt"), &late).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);

    let lock = json!({ "reason": "Nghi bị chiếm quyền", "clause": "SL.8.1" });
    let unknown = json!({ "reason": "Nghi bị chiếm quyền", "clause": "khoan 2" });
    let (status, _) = world.post(&decider, &of("/lock"), &unknown).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let (status, shown) = world.post(&decider, &of("/lock"), &lock).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(shown["state"]["name"], "locked");
    assert_eq!(shown["state"]["clause"], "SL.8.1");
    assert_eq!(
        world.post(&decider, &of("/lock"), &lock).await.0,
        StatusCode::CONFLICT
    );
    let receipt = json!({ "on": "2026-01-05T08:00" });
    let (status, problem) = world.post(&decider, &of("/receipt"), &receipt).await;
    assert_eq!(status, StatusCode::OK, "{problem}");
    let restore = json!({ "document": "15/UBND-VP" });
    let (status, shown) = world.post(&decider, &of("/restore"), &restore).await;
    assert_eq!(status, StatusCode::OK);
    assert_ne!(shown["state"]["name"], "locked");

    let (_, records) = world.get(&decider, "/audit").await;
    let records = records["items"].as_array().unwrap();
    let locked = records
        .iter()
        .find(|record| record["action"] == "mailbox.lock")
        .unwrap();
    assert_eq!(locked["actor"], world.decider.address);
    assert_eq!(locked["client_ip"], "192.0.2.7");
    assert_eq!(locked["clause"], "SL.8.1");
    assert_eq!(locked["at"], "2026-01-05T08:00:00+07:00");

    let asked = json!(person(world.agency, ("Cầm", "Thị", "Duyên")));
    let (status, preview) = world.post(&decider, "/mailboxes/preview", &asked).await;
    assert_eq!(status, StatusCode::OK);
    assert!(preview["why"].to_string().contains("SL.5"), "{preview}");
}
