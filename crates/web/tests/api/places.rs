//! The tree changed, brought in line with a list and handed out; addresses made anew; groups, roles, the sweep.

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use congvu_governance::token::Scope;
use congvu_testing::{Ground, driven};
use serde_json::{Value, json};

use super::support::{BEGIN, DAY, World, issued, send};

driven!(crate::support::BEGIN;
    qn_13_6_places_are_added_changed_and_spoken_for,
    tq_9_2_a_what_mailboxes_of_a_place_hold,
    places_merge_and_dissolve_after_a_look,
    a_part_splits_off_after_a_look,
    a_list_brings_the_tree_in_line_or_does_nothing,
    qn_6_3_b_addresses_are_made_anew_line_by_line,
    qn_4_3_groups_and_roles,
    the_sweep_is_seen_before_it_may_do_more,
    the_directory_is_handed_out,
);

async fn qn_13_6_places_are_added_changed_and_spoken_for(ground: &Ground) {
    let world = World::new(ground).await;
    let decider = world.token(ground, &world.decider).await;
    let asker = world.token(ground, &world.asker).await;
    let new = json!({
        "parent": world.root.0, "kind": "provincial", "name": "Sở Nội vụ", "short_name": "snv", "document": "1/QĐ",
    });
    let (status, _) = world.post(&asker, "/organisations", &new).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    for (name, value, wanted) in [
        ("kind", json!("palace"), StatusCode::UNPROCESSABLE_ENTITY),
        ("name", json!(""), StatusCode::UNPROCESSABLE_ENTITY),
        ("profile", json!("none"), StatusCode::UNPROCESSABLE_ENTITY),
        ("domain", json!("khac.vn"), StatusCode::NOT_FOUND),
        ("parent", json!(9_999), StatusCode::FORBIDDEN),
    ] {
        let mut wrong = new.clone();
        wrong[name] = value;
        let (status, told) = world.post(&decider, "/organisations", &wrong).await;
        assert!(
            status == wanted || status.is_client_error() && wanted != StatusCode::NOT_FOUND,
            "{name}: {status} {told}"
        );
    }
    let (status, added) = world.post(&decider, "/organisations", &new).await;
    assert_eq!(status, StatusCode::CREATED, "{added}");
    assert_eq!(
        (&added["name"], &added["short_name"]),
        (&json!("Sở Nội vụ"), &json!("snv"))
    );
    let (status, _) = world.post(&decider, "/organisations", &new).await;
    assert!(status.is_client_error(), "twice");
    let at = format!("/organisations/{}", added["id"]);
    let change = format!("{at}/change");
    let named = json!({ "name": "Sở Nội vụ và Lao động", "code": "H55", "document": "2/QĐ" });
    let (status, _) = world.post(&asker, &change, &named).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, told) = world.post(&decider, &change, &named).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    assert_eq!(
        (&told["code"], &told["short_name"]),
        (&json!("H55"), &json!("snv"))
    );
    let (status, told) = world
        .post(&decider, &change, &json!({ "code": null }))
        .await;
    assert_eq!(
        (status, &told["code"]),
        (StatusCode::OK, &Value::Null),
        "{told}"
    );
    let (_, told) = world.get(&decider, &format!("{at}/history")).await;
    assert_eq!(told["items"][0]["how"], "renamed");
    let (status, _) = world.get(&asker, &format!("{at}/history")).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    // A head belongs to the place.
    let speak = format!("/organisations/{}/spokesmen", world.agency);
    let head = json!({ "head": world.asker.address, "document": "3/QĐ" });
    let (status, _) = world.post(&asker, &speak, &head).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let stranger = json!({ "head": world.nobody.address });
    let (status, _) = world.post(&decider, &speak, &stranger).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let (status, told) = world.post(&decider, &speak, &head).await;
    assert_eq!(status, StatusCode::OK, "{told}");
}

async fn tq_9_2_a_what_mailboxes_of_a_place_hold(ground: &Ground) {
    let world = World::new(ground).await;
    let decider = world.token(ground, &world.decider).await;
    let asker = world.token(ground, &world.asker).await;
    let path = format!("/organisations/{}/limits", world.agency);
    let said = json!({
        "measure": "quota", "kind": "personal", "bytes": 3_u64 << 30, "raise": true, "document": "1/QĐ",
    });
    let (status, _) = world.post(&asker, &path, &said).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    for (name, value) in [
        ("measure", json!("weight")),
        ("kind", json!("robot")),
        ("bytes", Value::Null),
    ] {
        let mut wrong = said.clone();
        wrong[name] = value;
        let (status, _) = world.post(&decider, &path, &wrong).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
    }
    let (status, told) = world.post(&decider, &path, &said).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    assert_eq!(told["raised"], 2, "{told}");
    let mailbox = format!("/mailboxes/{}", world.asker.address);
    let (_, told) = world.get(&decider, &mailbox).await;
    assert_eq!(told["quota_bytes"], 3_u64 << 30);
    let attach = json!({ "measure": "attachment", "kind": "unit", "bytes": 1 << 20 });
    let (status, told) = world.post(&decider, &path, &attach).await;
    assert_eq!(status, StatusCode::OK, "{told}");
}

/// Whose mailbox is `asker`'s goes to the other agency with its person; the agency stays.
async fn a_part_splits_off_after_a_look(ground: &Ground) {
    let world = World::new(ground).await;
    let decider = world.token(ground, &world.decider).await;
    let asker = world.token(ground, &world.asker).await;
    let path = "/organisations/split";
    let mut split = json!({
        "from": world.agency.0, "into": world.other.0, "mailboxes": [world.asker.address],
        "document": "5/NQ", "preview": true,
    });
    assert_eq!(
        world.post(&asker, path, &split).await.0,
        StatusCode::FORBIDDEN
    );
    for (name, value, expected) in [
        ("document", json!(""), StatusCode::UNPROCESSABLE_ENTITY),
        ("mailboxes", json!([]), StatusCode::UNPROCESSABLE_ENTITY),
        (
            "mailboxes",
            json!(["khongco@sonla.gov.vn"]),
            StatusCode::NOT_FOUND,
        ),
    ] {
        let mut wrong = split.clone();
        wrong[name] = value;
        let (status, told) = world.post(&decider, path, &wrong).await;
        assert_eq!(status, expected, "{name}: {told}");
    }
    let mailbox = format!("/mailboxes/{}", world.asker.address);
    for (preview, at) in [(true, world.agency), (false, world.other)] {
        split["preview"] = json!(preview);
        let (status, told) = world.post(&decider, path, &split).await;
        assert_eq!(status, StatusCode::OK, "{told}");
        let (_, now) = world.get(&decider, &mailbox).await;
        assert_eq!(now["organisation"], at.0, "{preview}");
    }
    let (_, stays) = world
        .get(&decider, &format!("/organisations/{}", world.agency))
        .await;
    assert_eq!(stays["ended_at"], Value::Null);
}

async fn places_merge_and_dissolve_after_a_look(ground: &Ground) {
    let world = World::new(ground).await;
    let decider = world.token(ground, &world.decider).await;
    let asker = world.token(ground, &world.asker).await;
    let mut merge = json!({
        "from": [world.other.0], "into": world.agency.0, "document": "5/NQ", "preview": true,
    });
    let (status, _) = world.post(&asker, "/organisations/merge", &merge).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, told) = world.post(&decider, "/organisations/merge", &merge).await;
    assert_eq!(
        (status, &told["mailboxes"]),
        (StatusCode::OK, &json!(1)),
        "{told}"
    );
    let other = format!("/organisations/{}", world.other);
    let (_, still) = world.get(&decider, &other).await;
    assert_eq!(still["ended_at"], Value::Null, "only looked at");
    for (name, value) in [
        ("document", json!("")),
        ("from", json!([])),
        ("into", Value::Null),
    ] {
        let mut wrong = merge.clone();
        wrong[name] = value;
        let (status, told) = world.post(&decider, "/organisations/merge", &wrong).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{name}: {told}");
    }
    let dissolve = format!("{other}/dissolve");
    let said = json!({ "document": "6/QĐ" });
    let (status, _) = world.post(&decider, &dissolve, &said).await;
    assert!(status.is_client_error(), "it has mailboxes");
    merge["preview"] = json!(false);
    let (status, told) = world.post(&decider, "/organisations/merge", &merge).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    assert_eq!(told["to"]["id"], world.agency.0);
    let (_, gone) = world.get(&decider, &other).await;
    assert!(gone["ended_at"].is_string());
    let mailbox = format!("/mailboxes/{}", world.nobody.address);
    let (_, moved) = world.get(&decider, &mailbox).await;
    assert_eq!(moved["organisation"], world.agency.0);
    // A place with nothing in it is dissolved, after a look.
    let new = json!({ "parent": world.root.0, "kind": "provincial", "name": "Ban Tạm", "short_name": "bt" });
    let (_, added) = world.post(&decider, "/organisations", &new).await;
    let at = format!("/organisations/{}", added["id"]);
    let dissolve = format!("{at}/dissolve");
    for (preview, ended) in [(true, false), (false, true)] {
        let said = json!({ "document": "7/QĐ", "preview": preview });
        let (status, _) = world.post(&asker, &dissolve, &said).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        let (status, told) = world.post(&decider, &dissolve, &said).await;
        assert_eq!(status, StatusCode::OK, "{told}");
        let (_, now) = world.get(&decider, &at).await;
        assert_eq!(now["ended_at"].is_string(), ended);
    }
}

async fn file(world: &World, token: &str, path: &str) -> (StatusCode, String, Vec<u8>) {
    let request = Request::get(format!("/api/v1{path}"))
        .header("authorization", format!("Bearer {token}"))
        .body(Body::empty())
        .unwrap();
    let answer = send(&world.router, request).await;
    let status = answer.status();
    let media = answer.headers()["content-type"]
        .to_str()
        .unwrap()
        .to_owned();
    let bytes = to_bytes(answer.into_body(), 10 << 20).await.unwrap();
    (status, media, bytes.to_vec())
}

async fn a_list_brings_the_tree_in_line_or_does_nothing(ground: &Ground) {
    let world = World::new(ground).await;
    let decider = world.token(ground, &world.decider).await;
    let asker = world.token(ground, &world.asker).await;
    let head = "Mã,Tên cơ quan,Loại,Cấp trên,Tên viết tắt\n";
    let good = format!("{head},Sở Y tế,provincial,Ủy ban nhân dân tỉnh,syt\n");
    let wrong = format!("{head},Sở Y tế,palace,Ủy ban nhân dân tỉnh,syt\n,,provincial,,\n");
    let csv = [("content-type", "text/csv")];
    let sent = async |token: &str, path: &str, body: &str| {
        world.ask("POST", token, path, &csv, body).await
    };
    let (status, _) = sent(&asker, "/organisations/list", &good).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, told) = sent(&decider, "/organisations/list", &wrong).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let rows: Vec<i64> = told["faults"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| fault["row"].as_i64().unwrap())
        .collect();
    assert!(rows.contains(&2) && rows.contains(&3), "{told}");
    let (status, told) = sent(&decider, "/organisations/list?preview=true", &good).await;
    assert_eq!(
        (status, &told["added"]),
        (StatusCode::OK, &json!(1)),
        "{told}"
    );
    let count = async || {
        let (_, told) = world.get(&decider, "/organisations").await;
        told["items"].as_array().unwrap().len()
    };
    assert_eq!(
        count().await,
        3,
        "only looked at, and nothing of the wrong one"
    );
    let (status, told) = sent(&decider, "/organisations/list?document=8/QĐ", &good).await;
    assert_eq!(
        (status, &told["rows"][0]["came"]),
        (StatusCode::OK, &json!("added")),
        "{told}"
    );
    assert_eq!(count().await, 4);
    let pdf = [("content-type", "application/pdf")];
    let (status, _) = world
        .ask("POST", &decider, "/organisations/list", &pdf, "x")
        .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);

    let (status, media, bytes) = file(&world, &decider, "/organisations/file?format=csv").await;
    assert_eq!(
        (status, media.as_str()),
        (StatusCode::OK, "text/csv; charset=utf-8")
    );
    assert!(String::from_utf8_lossy(&bytes).contains("Sở Y tế"));
    let (status, _, bytes) = file(&world, &decider, "/organisations/file?people=true").await;
    assert_eq!(status, StatusCode::OK);
    assert!(bytes.starts_with(b"PK"));
    let own = format!(
        "/organisations/file?organisation={}&format=csv&people=true",
        world.agency
    );
    let (status, _, bytes) = file(&world, &asker, &own).await;
    assert_eq!(status, StatusCode::OK);
    let text = String::from_utf8_lossy(&bytes).into_owned();
    assert!(text.contains(&world.asker.address) && !text.contains(&world.nobody.address));
    let (status, _, _) = file(&world, &asker, "/organisations/file").await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, _, _) = file(&world, &decider, "/organisations/file?format=pdf").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

async fn qn_6_3_b_addresses_are_made_anew_line_by_line(ground: &Ground) {
    let world = World::new(ground).await;
    let decider = world.token(ground, &world.decider).await;
    let asker = world.token(ground, &world.asker).await;
    let change = format!("/organisations/{}/change", world.agency);
    let (status, told) = world
        .post(&decider, &change, &json!({ "short_name": "khcn" }))
        .await;
    assert_eq!(status, StatusCode::OK, "{told}");
    let plan = json!({ "organisations": [world.agency.0], "document": "9/QĐ" });
    let (status, _) = world.post(&asker, "/renames", &plan).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let nothing = json!({ "document": "9/QĐ" });
    let (status, _) = world.post(&decider, "/renames", &nothing).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let (status, made) = world.post(&decider, "/renames", &plan).await;
    assert_eq!(
        (status, &made["state"]),
        (StatusCode::CREATED, &json!("draft")),
        "{made}"
    );
    let at = format!("/renames/{}", made["rename"]);
    let (status, _) = world.get(&asker, &at).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (_, seen) = world.get(&asker, "/renames").await;
    assert_eq!(seen["items"], json!([]), "others' are not told");
    let (_, seen) = world.get(&decider, "/renames").await;
    assert_eq!(seen["items"].as_array().unwrap().len(), 1);
    let (_, told) = world.get(&decider, &format!("{at}/lines")).await;
    let lines = told["items"].as_array().unwrap();
    assert_eq!(lines.len(), 2, "{told}");
    assert!(
        lines
            .iter()
            .all(|line| line["after"].as_str().unwrap().contains(".khcn@"))
    );
    let skip = format!("{at}/lines/{}/choose", lines[0]["line"]);
    let (status, _) = world.post(&asker, &skip, &json!({})).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, told) = world.post(&decider, &skip, &json!({})).await;
    assert_eq!(
        (status, &told["state"]),
        (StatusCode::OK, &json!("skipped")),
        "{told}"
    );
    let bad = json!({ "local_part": "-" });
    let choose = format!("{at}/lines/{}/choose", lines[1]["line"]);
    let (status, _) = world.post(&decider, &choose, &bad).await;
    assert!(status.is_client_error());
    let (status, told) = world
        .post(&decider, &format!("{at}/apply"), &json!({}))
        .await;
    assert_eq!(
        (status, &told["done"]),
        (StatusCode::OK, &json!(1)),
        "{told}"
    );
    let before = lines[1]["before"].as_str().unwrap();
    let (status, told) = world.get(&decider, &format!("/mailboxes/{before}")).await;
    assert_eq!(
        (status, &told["address"]),
        (StatusCode::OK, &lines[1]["after"]),
        "the old one leads there"
    );
    let (status, undoing) = world
        .post(
            &decider,
            &format!("{at}/undo"),
            &json!({ "document": "10/QĐ" }),
        )
        .await;
    assert_eq!(status, StatusCode::CREATED, "{undoing}");
    let other = format!("/renames/{}/drop", undoing["rename"]);
    let (status, _) = world.post(&asker, &other, &json!({})).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, _) = world.post(&decider, &other, &json!({})).await;
    assert_eq!(status, StatusCode::OK);
    let (status, _) = world.get(&decider, "/renames/999").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

async fn qn_4_3_groups_and_roles(ground: &Ground) {
    let world = World::new(ground).await;
    let decider = world.token(ground, &world.decider).await;
    let asker = world.token(ground, &world.asker).await;
    let group = json!({
        "organisation": world.agency.0, "name": "Toàn thể", "posting": "inside",
        "address": "toanthe.skhcn@sonla.gov.vn",
    });
    let (status, _) = world.post(&asker, "/groups", &group).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    for (name, value) in [("posting", json!("all")), ("address", json!("toanthe"))] {
        let mut wrong = group.clone();
        wrong[name] = value;
        let (status, _) = world.post(&decider, "/groups", &wrong).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
    }
    let (status, told) = world.post(&decider, "/groups", &group).await;
    assert_eq!(status, StatusCode::CREATED, "{told}");
    let members = "/groups/toanthe.skhcn@sonla.gov.vn/members";
    let add = json!({ "add": [world.asker.address, world.decider.address] });
    let (status, _) = world.post(&asker, members, &add).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let half = json!({ "add": [world.nobody.address, "ai@sonla.gov.vn"] });
    let (status, _) = world.post(&decider, members, &half).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, _) = world.post(&decider, members, &json!({})).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let (status, _) = world.post(&decider, members, &add).await;
    assert_eq!(status, StatusCode::OK);
    let (_, told) = world.get(&asker, members).await;
    assert_eq!(
        told["items"].as_array().unwrap().len(),
        2,
        "all or none: {told}"
    );
    let remove = json!({ "remove": [world.decider.address] });
    let (status, _) = world.post(&decider, members, &remove).await;
    assert_eq!(status, StatusCode::OK);
    let (_, told) = world.get(&asker, members).await;
    assert_eq!(told["items"][0]["address"], world.asker.address.as_str());
    let person = format!("/groups/{}/members", world.asker.address);
    let (status, _) = world.get(&decider, &person).await;
    assert_eq!(status, StatusCode::NOT_FOUND);

    let role = json!({
        "account": world.nobody.address, "role": "audit", "organisation": world.other.0, "document": "11/QĐ",
    });
    let (status, _) = world.post(&asker, "/roles", &role).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let mut wrong = role.clone();
    wrong["role"] = json!("king");
    let (status, _) = world.post(&decider, "/roles", &wrong).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    wrong["role"] = json!("audit");
    wrong["account"] = json!("ai@sonla.gov.vn");
    let (status, _) = world.post(&decider, "/roles", &wrong).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, _) = world.post(&decider, "/roles", &role).await;
    assert_eq!(status, StatusCode::CREATED);
    let at = format!("/roles?organisation={}", world.other);
    let (_, told) = world.get(&decider, &at).await;
    assert_eq!(told["items"][0]["account"], world.nobody.address.as_str());
    let (status, _) = world.get(&asker, "/roles").await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, _) = world.post(&decider, "/roles/end", &role).await;
    assert_eq!(status, StatusCode::OK);
    let (status, _) = world.post(&decider, "/roles/end", &role).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

async fn the_sweep_is_seen_before_it_may_do_more(ground: &Ground) {
    let world = World::new(ground).await;
    ground.clock.set(BEGIN + 120 * DAY);
    let decider = world.token(ground, &world.decider).await;
    let (asker, _) = issued(ground, &world.asker, Scope::ALL, None).await;
    let (status, _) = world.get(&asker, "/sweep").await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, told) = world.get(&decider, "/sweep").await;
    assert_eq!(status, StatusCode::OK, "{told}");
    let total = told["total"].as_u64().unwrap();
    assert!(
        total > 0
            && told["by_clause"]
                .as_object()
                .is_some_and(|all| !all.is_empty())
    );
    let (mut seen, mut after) = (0, String::new());
    loop {
        let (_, page) = world.get(&decider, &format!("/sweep?limit=1{after}")).await;
        seen += page["items"].as_array().unwrap().len();
        match page["next"].as_i64() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(u64::try_from(seen).unwrap(), total);
    let own = format!("/sweep?organisation={}", world.other);
    let (_, part) = world.get(&decider, &own).await;
    assert!(part["total"].as_u64().unwrap() < total);
    let (status, _) = world.get(&decider, "/sweep?at=never").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let (status, _) = world.post(&asker, "/sweep", &json!({ "most": 100 })).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, _) = world.post(&decider, "/sweep", &json!({ "most": 0 })).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let (status, told) = world
        .post(&decider, "/sweep", &json!({ "most": 100 }))
        .await;
    assert_eq!(
        (status, &told["held"]),
        (StatusCode::OK, &json!(0)),
        "{told}"
    );
    assert!(told["acts"].as_u64().unwrap() > 0, "{told}");
}

async fn the_directory_is_handed_out(ground: &Ground) {
    let world = World::new(ground).await;
    let nobody = world.token(ground, &world.nobody).await;
    let (status, media, bytes) = file(&world, &nobody, "/directory/file").await;
    assert_eq!(
        (status, media.as_str()),
        (StatusCode::OK, "text/csv; charset=utf-8")
    );
    let text = String::from_utf8_lossy(&bytes).into_owned();
    assert!(text.contains(&world.asker.address) && text.contains(&world.nobody.address));
    let own = format!("/directory/file?organisation={}&format=vcard", world.agency);
    let (_, media, bytes) = file(&world, &nobody, &own).await;
    assert_eq!(media, "text/vcard; charset=utf-8");
    let text = String::from_utf8_lossy(&bytes).into_owned();
    assert!(text.starts_with("BEGIN:VCARD") && !text.contains(&world.nobody.address));
    // The feed is for an agency's own pages: there is none where the directory is kept inside.
    let (status, _, _) = file(&world, &nobody, "/directory/file?format=json").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let (status, _, _) = file(&world, &nobody, "/directory/file?format=pdf").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let (bound, _) = issued(
        ground,
        &world.nobody,
        &[Scope::ReadDirectory],
        Some(world.other),
    )
    .await;
    let (status, _, _) = file(&world, &bound, &own).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    // Here the directory is kept inside.
    let (status, told) = world.get(&nobody, "/directory/file?public=true").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{told}");
}
