//! Requests sent as lists and taken as forms; reports made, taken as files, handed in and back.

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use congvu_governance::lists::Row;
use congvu_governance::request::columns;
use congvu_papers::{CSV, PDF, XLSX, lists};
use congvu_regulation::requests::RequestKind;
use congvu_testing::{Ground, driven};
use serde_json::{Value, json};

use super::support::{BEGIN, DAY, World, read, send};

driven!(crate::support::BEGIN;
    qn_6_2_tq_7_1_sl_7_1_a_list_is_sent_and_its_form_taken,
    qn_6_2_every_fault_of_a_list_is_told_and_nothing_is_kept,
    qn_6_2_what_is_no_list_is_refused,
    tq_11_6_sl_16_3_a_report_is_made_taken_and_handed_in_and_back,
    qn_10_qn_13_8_use_and_what_is_late_are_told_and_taken_as_files,
);

const ASKED: &str = "kind=issue&way=documents&document=12%2FSKHCN-VP&document_day=2026-01-05";

fn request(method: &str, token: &str, path: &str) -> axum::http::request::Builder {
    Request::builder()
        .method(method)
        .uri(format!("/api/v1{path}"))
        .header("authorization", format!("Bearer {token}"))
}

async fn upload(
    world: &World,
    token: &str,
    key: &str,
    (query, media): (&str, &str),
    bytes: impl Into<Vec<u8>>,
) -> (StatusCode, Value) {
    let path = format!("/requests/list?organisation={}&{query}", world.agency.0);
    let request = request("POST", token, &path)
        .header("idempotency-key", key)
        .header("content-type", media)
        .body(Body::from(bytes.into()))
        .unwrap();
    read(send(&world.router, request).await).await
}

/// A file, and what it is.
async fn file(world: &World, token: &str, path: &str) -> (String, Vec<u8>) {
    let request = request("GET", token, path).body(Body::empty()).unwrap();
    let response = send(&world.router, request).await;
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    let headers = response.headers();
    assert_eq!(headers["x-content-type-options"], "nosniff");
    let named = headers["content-disposition"].to_str().unwrap();
    assert!(named.starts_with("attachment; filename="), "{named}");
    let media = headers["content-type"].to_str().unwrap().to_owned();
    let bytes = to_bytes(response.into_body(), 64 << 20).await.unwrap();
    (media, bytes.to_vec())
}

fn list(names: &[&str]) -> Vec<u8> {
    let rows: Vec<Row> = (2..)
        .zip(names)
        .map(|(number, name)| {
            let row = Row {
                number,
                ..Row::default()
            };
            row.with("full-name", name).with("title", "Chuyên viên")
        })
        .collect();
    lists::to_xlsx("Danh sách", &rows, columns(RequestKind::Issue)).unwrap()
}

async fn qn_6_2_tq_7_1_sl_7_1_a_list_is_sent_and_its_form_taken(ground: &Ground) {
    let world = World::new(ground).await;
    let asker = world.token(ground, &world.asker).await;
    let nobody = world.token(ground, &world.nobody).await;
    let (media, blank) = file(&world, &asker, "/requests/template?kind=issue").await;
    assert_eq!(media, XLSX);
    assert!(lists::read(&blank, columns(RequestKind::Issue)).is_ok());
    let (media, csv) = file(&world, &asker, "/requests/template?kind=change&format=csv").await;
    assert_eq!(media, CSV);
    assert!(String::from_utf8(csv).unwrap().contains("Thông tin mới"));

    let names = ["Hà Văn Sơn", "Vì Thị Lan"];
    let (status, opened) = upload(&world, &asker, "k1", (ASKED, XLSX), list(&names)).await;
    assert_eq!(status, StatusCode::CREATED, "{opened}");
    assert_eq!(
        (
            &opened["lines"],
            &opened["document"],
            &opened["document_day"]
        ),
        (&json!(2), &json!("12/SKHCN-VP"), &json!("2026-01-05"))
    );
    let again = upload(&world, &asker, "k1", (ASKED, XLSX), list(&names)).await;
    assert_eq!((again.0, &again.1["id"]), (StatusCode::OK, &opened["id"]));
    let other = upload(&world, &asker, "k1", (ASKED, XLSX), list(&names[..1])).await;
    assert_eq!(other.0, StatusCode::UNPROCESSABLE_ENTITY);
    let text = "\u{feff}Họ và tên;Chức vụ\nTòng Văn Hùng;Văn thư\n";
    let (status, second) = upload(&world, &asker, "k2", (ASKED, "text/csv"), text).await;
    assert_eq!((status, &second["lines"]), (StatusCode::CREATED, &json!(1)));
    let (status, _) = upload(&world, &nobody, "k3", (ASKED, XLSX), list(&names)).await;
    assert_eq!(status, StatusCode::FORBIDDEN);

    let path = format!("/requests/{}/form", opened["id"]);
    let (media, pdf) = file(&world, &asker, &path).await;
    assert_eq!(media, PDF);
    assert!(pdf.starts_with(b"%PDF-"));
    let (_, csv) = file(&world, &asker, &format!("{path}?format=csv")).await;
    assert!(String::from_utf8(csv).unwrap().contains("Vì Thị Lan"));
    let (_, xlsx) = file(&world, &asker, &format!("{path}?format=xlsx")).await;
    let back = lists::read(&xlsx, columns(RequestKind::Issue)).unwrap();
    assert_eq!((back.rows.len(), back.faults.len()), (2, 0));
    assert_eq!(world.get(&nobody, &path).await.0, StatusCode::NOT_FOUND);
}

async fn qn_6_2_every_fault_of_a_list_is_told_and_nothing_is_kept(ground: &Ground) {
    let world = World::new(ground).await;
    let asker = world.token(ground, &world.asker).await;
    let text = "Họ và tên;Năm sinh;Màu\nHà Văn Sơn;1990;\n;1991;xanh\nVì Thị Lan;abc;\n";
    let (status, told) = upload(&world, &asker, "k", (ASKED, "text/csv"), text).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let faults: Vec<(i64, &str)> = told["faults"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| {
            (
                fault["row"].as_i64().unwrap(),
                fault["column"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        faults,
        [(0, ""), (3, "Họ và tên"), (4, "Năm sinh")],
        "{told}"
    );
    let listed = format!("/requests?organisation={}", world.agency.0);
    assert_eq!(world.get(&asker, &listed).await.1["items"], json!([]));
}

async fn qn_6_2_what_is_no_list_is_refused(ground: &Ground) {
    let world = World::new(ground).await;
    let asker = world.token(ground, &world.asker).await;
    let bad = StatusCode::UNPROCESSABLE_ENTITY;
    for (media, bytes, status) in [
        (XLSX, b"PK\x03\x04 damaged".to_vec(), bad),
        (PDF, b"%PDF-1.7 a scan".to_vec(), bad),
        ("text/csv", b"a,b\n1,2\n".to_vec(), bad),
        ("text/csv", Vec::new(), bad),
        (
            "application/json",
            b"{}".to_vec(),
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ),
        (
            "text/csv",
            vec![b'a'; (10 << 20) + 1],
            StatusCode::PAYLOAD_TOO_LARGE,
        ),
    ] {
        let told = upload(&world, &asker, "k", (ASKED, media), bytes).await;
        assert_eq!(told.0, status, "{media}: {}", told.1);
    }
    let without = "kind=issue&way=documents";
    let told = upload(&world, &asker, "k", (without, XLSX), list(&["Hà Văn Sơn"])).await;
    assert_eq!(told.0, bad, "no number of a document: {}", told.1);
    let told = upload(
        &world,
        &asker,
        "k",
        ("way=documents&kind=x", XLSX),
        list(&[]),
    )
    .await;
    assert_eq!(told.0, bad);
    let listed = format!("/requests?organisation={}", world.agency.0);
    assert_eq!(world.get(&asker, &listed).await.1["items"], json!([]));
}

async fn tq_11_6_sl_16_3_a_report_is_made_taken_and_handed_in_and_back(ground: &Ground) {
    let world = World::new(ground).await;
    let asker = world.token(ground, &world.asker).await;
    let decider = world.token(ground, &world.decider).await;
    let nobody = world.token(ground, &world.nobody).await;
    let place = format!("organisation={}", world.agency.0);
    let (_, kinds) = world.get(&asker, &format!("/reports/kinds?{place}")).await;
    let kinds = kinds["items"].as_array().unwrap().clone();
    let asked = kinds
        .iter()
        .find(|kind| kind["every"] == "request")
        .unwrap();
    let making = json!({
        "report": asked["report"], "organisation": world.agency.0, "from": "2025-12-01", "to": "2025-12-31",
    });
    let (status, made) = world.post(&asker, "/reports", &making).await;
    assert_eq!(status, StatusCode::OK, "{made}");
    let id = made["id"].as_i64().unwrap();
    assert_eq!(world.post(&asker, "/reports", &making).await.1["id"], id);
    assert!(!made["content"]["sums"].as_array().unwrap().is_empty());
    let mut future = making.clone();
    future["to"] = "2026-12-31".into();
    let (status, _) = world.post(&asker, "/reports", &future).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let (_, listed) = world.get(&asker, &format!("/reports?{place}")).await;
    assert_eq!(
        (&listed["items"][0]["id"], &listed["next"]),
        (&json!(id), &json!(null))
    );
    let (_, shown) = world.get(&asker, &format!("/reports/{id}")).await;
    assert_eq!(shown, made);
    let (status, _) = world.get(&nobody, &format!("/reports/{id}")).await;
    assert_eq!(status, StatusCode::FORBIDDEN);

    let path = format!("/reports/{id}/file");
    for (format, media, begins) in [
        ("pdf", PDF, &b"%PDF-"[..]),
        ("xlsx", XLSX, b"PK\x03\x04"),
        ("csv", CSV, b"\xef\xbb\xbf"),
    ] {
        let asked = format!("{path}?format={format}");
        let (told, bytes) = file(&world, &asker, &asked).await;
        assert_eq!(told, media);
        assert!(bytes.starts_with(begins), "{format}");
        // The same each time.
        assert_eq!(file(&world, &asker, &asked).await.1, bytes, "{format}");
    }
    let (status, _) = world.get(&asker, &format!("{path}?format=doc")).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    // Made once more it is the same, and until it is handed in it can be made anew.
    let (_, again) = world.get(&asker, &format!("/reports/{id}/remade")).await;
    assert_eq!(
        (&again["same"], &again["content"]),
        (&json!(true), &made["content"])
    );
    let anew = world
        .post(&asker, &format!("/reports/{id}/refresh"), &json!({}))
        .await;
    assert_eq!(
        (anew.0, &anew.1["id"]),
        (StatusCode::OK, &json!(id)),
        "{}",
        anew.1
    );
    for (way, path) in [("GET", "remade"), ("POST", "refresh")] {
        let path = format!("/reports/{id}/{path}");
        let (status, _) = world
            .ask(
                way,
                &nobody,
                &path,
                &[("content-type", "application/json")],
                "{}",
            )
            .await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{path}");
    }
    let kind = asked["report"].as_str().unwrap();
    let sum = format!("/reports/summary?report={kind}&from=2025-12-01");
    let (status, told) = world.get(&decider, &sum).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    let rows = told["rows"].as_array().unwrap();
    assert_eq!((rows.len(), &told["total"]), (2, &json!(true)), "{told}");
    assert_eq!(rows[1][0], "Tổng cộng");
    let (media, csv) = file(&world, &decider, &format!("{sum}&format=csv")).await;
    assert_eq!(media, CSV);
    assert!(String::from_utf8(csv).unwrap().contains("Tổng cộng"));
    assert_eq!(world.get(&asker, &sum).await.0, StatusCode::FORBIDDEN);

    let step = async |token: &str, step: &str, body: Value| {
        let path = format!("/reports/{id}/{step}");
        let (status, told) = world.post(token, &path, &body).await;
        (status.as_u16(), told["state"].as_str().map(str::to_owned))
    };
    let state = |status: u16, state: &str| (status, Some(state.to_owned()));
    assert_eq!(
        step(&asker, "hand-in", json!({})).await,
        state(200, "submitted")
    );
    assert_eq!(step(&asker, "hand-in", json!({})).await.0, 409);
    let reason = || json!({ "reason": "Thiếu số liệu" });
    assert_eq!(step(&asker, "hand-back", reason()).await.0, 403);
    assert_eq!(
        step(&decider, "hand-back", json!({ "reason": " " }))
            .await
            .0,
        422
    );
    assert_eq!(
        step(&decider, "hand-back", reason()).await,
        state(200, "made")
    );
    assert_eq!(step(&decider, "hand-back", reason()).await.0, 409);
    assert_eq!(
        step(&asker, "hand-in", json!({})).await,
        state(200, "submitted")
    );
    assert_eq!(
        step(&decider, "accept", json!({})).await,
        state(200, "accepted")
    );
}

async fn qn_10_qn_13_8_use_and_what_is_late_are_told_and_taken_as_files(ground: &Ground) {
    let world = World::new(ground).await;
    let asker = world.token(ground, &world.asker).await;
    let nobody = world.token(ground, &world.nobody).await;
    let place = format!("organisation={}", world.agency);
    let none = world.get(&asker, &format!("/overdue?{place}")).await.1;
    assert_eq!(none["rows"], json!([]));
    let (status, _) = upload(&world, &asker, "k", (ASKED, XLSX), list(&["Hà Văn Sơn"])).await;
    assert_eq!(status, StatusCode::CREATED);
    ground.clock.set(BEGIN + 10 * DAY);
    let used = format!("/statistics?{place}&from=2026-01-06&until=2026-01-12");
    let late = format!("/overdue?{place}");
    let (_, told) = world.get(&asker, &used).await;
    // Whoever has the file alone sees of which days it is.
    assert_eq!(
        told["title"],
        "Tình hình sử dụng hộp thư từ 06/01/2026 đến 12/01/2026"
    );
    let columns = told["columns"].as_array().unwrap();
    let mailboxes = columns
        .iter()
        .position(|column| column["id"] == "mailboxes");
    // The agency and nothing else: those who ask, decide and do nothing have a mailbox there or elsewhere.
    let rows = told["rows"].as_array().unwrap();
    assert!(!rows.is_empty(), "{told}");
    assert_ne!(rows[0][mailboxes.unwrap()], "0", "{told}");
    let (_, told) = world.get(&asker, &late).await;
    let row = &told["rows"][0];
    assert_eq!(row[0], "Đề nghị", "{told}");
    assert!(row[2].as_str().unwrap().contains("12/SKHCN-VP"), "{told}");
    assert_eq!(told["rows"].as_array().unwrap().len(), 1, "{told}");
    for path in [&used, &late] {
        for (format, media, begins) in [
            ("pdf", PDF, &b"%PDF-"[..]),
            ("xlsx", XLSX, b"PK\x03\x04"),
            ("csv", CSV, b"\xef\xbb\xbf"),
        ] {
            let (told, bytes) = file(&world, &asker, &format!("{path}&format={format}")).await;
            assert_eq!(told, media);
            assert!(bytes.starts_with(begins), "{path} {format}");
        }
        let (_, csv) = file(&world, &asker, &format!("{path}&format=csv")).await;
        let csv = String::from_utf8(csv).unwrap();
        assert!(csv.lines().count() >= 2, "{csv}");
        assert_eq!(csv.contains("12/SKHCN-VP"), path == &late, "{csv}");
        let (status, _) = world.get(&asker, &format!("{path}&format=doc")).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        for format in ["", "&format=csv"] {
            let (status, _) = world.get(&nobody, &format!("{path}{format}")).await;
            assert_eq!(status, StatusCode::FORBIDDEN);
        }
    }
}
