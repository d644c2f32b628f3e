//! SCIM 2.0 (RFC 7643, RFC 7644) on a real store.

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use congvu_governance::Refused;
use congvu_governance::request::{Decision, carry_out_all, decide};
use congvu_governance::token::Scope;
use congvu_store::{RequestId, StoreError, identity, organisation, person, request as stored};
use congvu_testing::{Ground, driven};
use serde_json::{Value, json};

use crate::support::{BEGIN, World, act, console, issued, send};

driven!(crate::support::BEGIN;
    sl_14_2_users_are_found_and_paged,
    sl_14_2_a_token_sees_its_place_alone,
    qn_5_3_what_a_platform_sends_is_a_request_to_be_decided,
    qn_5_2_the_mark_comes_and_goes_by_request,
    rfc_7644_3_6_a_user_is_never_deleted,
    rfc_7644_3_14_versions,
    hostile_input_is_told_in_scims_form,
    thousands_are_paged,
);

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const CONGVU: &str = "urn:congvu:params:scim:schemas:extension:identity:1.0:User";
const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Value,
}

async fn ask(
    world: &World,
    token: &str,
    (method, path): (&str, &str),
    headers: &[(&str, &str)],
    body: &str,
) -> Answer {
    let mut request = Request::builder()
        .method(method)
        .uri(format!("/scim/v2{path}"))
        .header("host", "mail.tinh.gov.vn")
        .header("authorization", format!("Bearer {token}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::from(body.to_owned())).unwrap();
    let response = send(&world.router, request).await;
    let (status, headers) = (response.status(), response.headers().clone());
    assert_eq!(headers["cache-control"], "no-store");
    let bytes = to_bytes(response.into_body(), 64 << 20).await.unwrap();
    let body: Value = match bytes.is_empty() {
        true => Value::Null,
        false => {
            assert_eq!(headers["content-type"], "application/scim+json");
            serde_json::from_slice(&bytes).unwrap()
        }
    };
    if status.is_client_error() {
        assert_eq!(
            body["schemas"][0],
            "urn:ietf:params:scim:api:messages:2.0:Error"
        );
        assert_eq!(body["status"], status.as_u16().to_string());
        assert!(body["detail"].as_str().is_some_and(|told| !told.is_empty()));
    }
    Answer {
        status,
        headers,
        body,
    }
}

async fn get(world: &World, token: &str, path: &str) -> Answer {
    ask(world, token, ("GET", path), &[], "").await
}

async fn put(world: &World, token: &str, method: &str, path: &str, body: &Value) -> Answer {
    let media = [("content-type", "application/scim+json")];
    ask(world, token, (method, path), &media, &body.to_string()).await
}

fn by(filter: &str) -> String {
    let mut query = String::from("/Users?filter=");
    query.extend(filter.bytes().map(|byte| format!("%{byte:02x}")));
    query
}

fn new_user(account: &str, document: Option<&str>) -> Value {
    json!({
        "schemas": [USER, CONGVU], "userName": account, "externalId": format!("nt-{account}"),
        "name": { "familyName": "Phạm", "middleName": "Văn", "givenName": "A" }, "title": "Chuyên viên",
        "phoneNumbers": [{ "value": "0203 3838 383", "type": "work" }],
        CONGVU: { "organisation": "skhcn", "subUnit": "Văn phòng", "document": document },
    })
}

async fn line_of(ground: &Ground, id: i64) -> stored::Line {
    let read = ground
        .store
        .read(move |tx| stored::get_line(tx, RequestId(id), 1));
    let read: Result<_, StoreError> = read.await;
    read.unwrap().unwrap()
}

async fn decided(ground: &Ground, world: &World, id: i64, decision: Decision) {
    let law = world.law;
    let done = act(ground, move |tx| {
        decide(tx, law, &console(), (RequestId(id), 1), &decision)
    });
    done.await.unwrap();
    carry_out_all(&ground.store, law).await.unwrap();
}

async fn granted(ground: &Ground, world: &World, id: i64) {
    decided(ground, world, id, Decision::Grant { local_part: None }).await;
}

async fn sl_14_2_users_are_found_and_paged(ground: &Ground) {
    let world = World::new(ground).await;
    let token = world.token(ground, &world.decider).await;
    let all = get(&world, &token, "/Users").await;
    assert_eq!(all.status, StatusCode::OK);
    assert_eq!(
        (&all.body["totalResults"], &all.body["itemsPerPage"]),
        (&json!(3), &json!(3))
    );
    let first = &all.body["Resources"][0];
    assert_eq!(first["userName"], "duyenct.skhcn@sonla.gov.vn");
    assert_eq!(first["name"]["familyName"], "Cầm");
    assert_eq!(first["displayName"], "Cầm Thị Duyên");
    assert_eq!(first["emails"][0]["value"], world.decider.address.as_str());
    assert_eq!(first[CONGVU]["organisation"], "skhcn");
    assert_eq!(first["groups"][0]["value"], world.agency.to_string());
    let location = first["meta"]["location"].as_str().unwrap();
    let id = first["id"].as_str().unwrap();
    assert_eq!(
        location,
        format!("https://mail.tinh.gov.vn/scim/v2/Users/{id}")
    );
    let page = get(&world, &token, "/Users?startIndex=2&count=1")
        .await
        .body;
    assert_eq!(
        (&page["startIndex"], &page["itemsPerPage"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(page["Resources"][0]["id"], all.body["Resources"][1]["id"]);
    let none = get(&world, &token, "/Users?count=0").await.body;
    assert_eq!(
        (&none["totalResults"], &none["Resources"]),
        (&json!(3), &json!([]))
    );
    // One person, by each of their names.
    ground.clock.set(BEGIN + 60_000);
    let note = json!({ "schemas": [PATCH], "Operations": [{ "op": "add", "path": "externalId", "value": "nt-7" }] });
    let noted = put(&world, &token, "PATCH", &format!("/Users/{id}"), &note).await;
    assert_eq!(
        (noted.status, &noted.body["externalId"]),
        (StatusCode::OK, &json!("nt-7"))
    );
    for filter in [
        r#"userName eq "DuyenCT.skhcn@sonla.gov.vn""#,
        r#"externalId eq "nt-7""#,
        r#"emails.value eq "duyenct.skhcn@sonla.gov.vn""#,
        r#"emails[value eq "duyenct.skhcn@sonla.gov.vn"]"#,
        r#"meta.lastModified gt "2026-01-05T01:00:30Z""#,
        &format!(r#"id eq "{id}""#),
    ] {
        let found = get(&world, &token, &by(filter)).await.body;
        assert_eq!(found["totalResults"], 1, "{filter}");
        assert_eq!(found["Resources"][0]["id"], id, "{filter}");
    }
    for filter in [
        r#"userName eq "khong-co""#,
        r#"externalId eq "nt-8""#,
        r#"userName eq "' OR 1=1 --""#,
    ] {
        let found = get(&world, &token, &by(filter)).await.body;
        assert_eq!(
            (&found["totalResults"], &found["Resources"]),
            (&json!(0), &json!([]))
        );
    }
    let search = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
        "filter": "externalId eq \"nt-7\"", "attributes": ["userName"],
    });
    let found = put(&world, &token, "POST", "/Users/.search", &search)
        .await
        .body;
    let members = found["Resources"][0].as_object().unwrap();
    assert_eq!(
        members.keys().collect::<Vec<_>>(),
        ["id", "schemas", "userName"]
    );
    let places = get(&world, &token, "/Groups").await.body;
    assert_eq!(places["totalResults"], 3);
    let place = get(&world, &token, &format!("/Groups/{}", world.agency))
        .await
        .body;
    assert_eq!(place["displayName"], "Sở Khoa học và Công nghệ");
    for (path, holds) in [
        ("/ServiceProviderConfig", "patch"),
        ("/ResourceTypes/User", "schemaExtensions"),
        (&format!("/Schemas/{USER}"), "attributes"),
        (&format!("/Schemas/{CONGVU}"), "attributes"),
        ("/Schemas", "Resources"),
    ] {
        let told = get(&world, &token, path).await;
        assert_eq!(told.status, StatusCode::OK, "{path}");
        assert!(
            told.body[holds].is_array() || told.body[holds].is_object(),
            "{path}"
        );
    }
}

async fn sl_14_2_a_token_sees_its_place_alone(ground: &Ground) {
    let world = World::new(ground).await;
    let (token, _) = issued(ground, &world.decider, Scope::ALL, Some(world.other)).await;
    let seen = get(&world, &token, "/Users").await.body;
    assert_eq!(seen["totalResults"], 1);
    let id = seen["Resources"][0]["id"].as_str().unwrap().to_owned();
    let read: Result<_, StoreError> = ground
        .store
        .read(|tx| identity::page(tx, identity::Among::default(), 0, 10))
        .await;
    for other in read.unwrap() {
        let shown = get(&world, &token, &format!("/Users/{other}")).await;
        let expected = match other.to_string() == id {
            true => StatusCode::OK,
            false => StatusCode::NOT_FOUND,
        };
        assert_eq!(shown.status, expected);
    }
    let hidden = get(
        &world,
        &token,
        &by(r#"userName eq "duyenct.skhcn@sonla.gov.vn""#),
    )
    .await;
    assert_eq!(hidden.body["totalResults"], 0);
    assert_eq!(
        get(&world, &token, &format!("/Groups/{}", world.agency))
            .await
            .status,
        403
    );
    // Nobody without a role, nobody without the scope, nobody without a token.
    let nobody = world.token(ground, &world.nobody).await;
    assert_eq!(
        get(&world, &nobody, "/Users").await.status,
        StatusCode::FORBIDDEN
    );
    let (blind, _) = issued(ground, &world.decider, &[Scope::ReadDirectory], None).await;
    assert_eq!(
        get(&world, &blind, "/Users").await.status,
        StatusCode::FORBIDDEN
    );
    let (reads, _) = issued(ground, &world.decider, &[Scope::ReadIdentities], None).await;
    let written = put(
        &world,
        &reads,
        "POST",
        "/Users",
        &new_user("phamvana", Some("1/VP")),
    )
    .await;
    assert_eq!(written.status, StatusCode::FORBIDDEN);
    let unknown = get(&world, "cvt_abc", "/Users").await;
    assert_eq!(unknown.status, StatusCode::UNAUTHORIZED);
    assert!(unknown.headers.contains_key("www-authenticate"));
}

async fn qn_5_3_what_a_platform_sends_is_a_request_to_be_decided(ground: &Ground) {
    let world = World::under(ground, "quang-ninh", "quangninh.gov.vn").await;
    let token = world.token(ground, &world.asker).await;
    // Written, with all that the text asks for.
    let without = put(
        &world,
        &token,
        "POST",
        "/Users",
        &new_user("phamvana", None),
    )
    .await;
    assert_eq!(without.status, StatusCode::FORBIDDEN);
    assert!(without.body["detail"].as_str().unwrap().contains("QN.5.3"));
    let mut mute = new_user("phamvana", Some("15/SKHCN ngày 05/01/2026"));
    mute["phoneNumbers"] = json!([]);
    let mute = put(&world, &token, "POST", "/Users", &mute).await;
    assert_eq!(
        (mute.status, &mute.body["scimType"]),
        (StatusCode::BAD_REQUEST, &json!("invalidValue"))
    );
    assert!(
        mute.body["detail"]
            .as_str()
            .unwrap()
            .contains("số điện thoại"),
        "{}",
        mute.body
    );
    // Nothing is in effect before it is decided; asked again it is asked once.
    let user = new_user("phamvana", Some("15/SKHCN ngày 05/01/2026"));
    let mut numbers = Vec::new();
    for _ in 0..2 {
        let sent = put(&world, &token, "POST", "/Users", &user).await;
        assert_eq!(sent.status, StatusCode::ACCEPTED, "{}", sent.body);
        assert!(sent.headers.contains_key("retry-after"));
        numbers.push(sent.body["requests"][0]["number"].as_i64().unwrap());
    }
    assert_eq!(numbers[0], numbers[1]);
    let found = get(&world, &token, &by(r#"userName eq "phamvana""#)).await;
    assert_eq!(found.body["totalResults"], 0);
    granted(ground, &world, numbers[0]).await;
    let made = put(&world, &token, "POST", "/Users", &user).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    assert_eq!(made.body["userName"], "phamvana");
    assert_eq!(made.body["externalId"], "nt-phamvana");
    assert_eq!(made.body["emails"][0]["value"], "phamvana@quangninh.gov.vn");
    assert_eq!(made.body[CONGVU]["mailOnly"], false);
    let location = made.headers["location"].to_str().unwrap();
    assert_eq!(location, made.body["meta"]["location"].as_str().unwrap());
    let twice = put(&world, &token, "POST", "/Users", &user).await;
    assert_eq!(
        (twice.status, &twice.body["scimType"]),
        (StatusCode::CONFLICT, &json!("uniqueness"))
    );
    // A change is a line as well; the same change back and forth is asked for each time.
    let path = format!("/Users/{}", made.body["id"].as_str().unwrap());
    for title in ["Phó phòng", "Chuyên viên", "Phó phòng"] {
        let change = json!({
            "schemas": [PATCH],
            "Operations": [
                { "op": "replace", "path": "title", "value": title },
                { "op": "replace", "path": format!("{CONGVU}:document"), "value": "16/SKHCN ngày 05/01/2026" },
            ],
        });
        let sent = put(&world, &token, "PATCH", &path, &change).await;
        assert_eq!(sent.status, StatusCode::ACCEPTED, "{title}: {}", sent.body);
        granted(
            ground,
            &world,
            sent.body["requests"][0]["number"].as_i64().unwrap(),
        )
        .await;
        let now = put(&world, &token, "PATCH", &path, &change).await;
        assert_eq!(
            (now.status, &now.body["title"]),
            (StatusCode::OK, &json!(title))
        );
    }
    // What people refuse stays refused, with their reason.
    let other = new_user("phamvana1", Some("17/SKHCN ngày 05/01/2026"));
    let sent = put(&world, &token, "POST", "/Users", &other).await;
    let number = sent.body["requests"][0]["number"].as_i64().unwrap();
    decided(
        ground,
        &world,
        number,
        Decision::Refuse("không thuộc cơ quan".to_owned()),
    )
    .await;
    let refused = put(&world, &token, "POST", "/Users", &other).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(
        refused.body["detail"]
            .as_str()
            .unwrap()
            .contains("không thuộc cơ quan")
    );
    // One account a person; another agency's people are not asked for.
    let renamed = json!({ "schemas": [USER], "userName": "phamvana9" });
    let renamed = put(&world, &token, "PUT", &path, &renamed).await;
    assert_eq!(renamed.body["scimType"], "mutability");
    let mut foreign = new_user("phamvana2", Some("18/SKHCN ngày 05/01/2026"));
    foreign[CONGVU]["organisation"] = "stc".into();
    assert_eq!(
        put(&world, &token, "POST", "/Users", &foreign).await.status,
        403
    );
}

async fn qn_5_2_the_mark_comes_and_goes_by_request(ground: &Ground) {
    let world = World::under(ground, "quang-ninh", "quangninh.gov.vn").await;
    let token = world.token(ground, &world.decider).await;
    let mut user = new_user("phamvana", Some("15/SKHCN ngày 05/01/2026"));
    (user[CONGVU]["mailOnly"], user["active"]) = (true.into(), false.into());
    let sent = put(&world, &token, "POST", "/Users", &user).await;
    granted(
        ground,
        &world,
        sent.body["requests"][0]["number"].as_i64().unwrap(),
    )
    .await;
    let made = put(&world, &token, "POST", "/Users", &user).await;
    assert_eq!(made.body[CONGVU]["mailOnly"], true);
    // Their mailbox is in use: nobody is shut out by being marked.
    assert_eq!(made.body["active"], true);
    let path = format!("/Users/{}", made.body["id"].as_str().unwrap());
    assert_eq!(
        put(&world, &token, "PUT", &path, &user).await.status,
        StatusCode::OK
    );
    user[CONGVU]["mailOnly"] = false.into();
    user["active"] = true.into();
    let sent = put(&world, &token, "PUT", &path, &user).await;
    assert_eq!(sent.status, StatusCode::ACCEPTED, "{}", sent.body);
    granted(
        ground,
        &world,
        sent.body["requests"][0]["number"].as_i64().unwrap(),
    )
    .await;
    let now = put(&world, &token, "PUT", &path, &user).await;
    assert_eq!(
        (now.status, &now.body[CONGVU]["mailOnly"]),
        (StatusCode::OK, &json!(false))
    );
}

/// Taking back is asked for, as QN.7.3 has it.
async fn rfc_7644_3_6_a_user_is_never_deleted(ground: &Ground) {
    let world = World::under(ground, "quang-ninh", "quangninh.gov.vn").await;
    let token = world.token(ground, &world.decider).await;
    let filter = format!(r#"emails eq "{}""#, world.asker.address);
    let found = get(&world, &token, &by(&filter)).await.body;
    let path = format!("/Users/{}", found["Resources"][0]["id"].as_str().unwrap());
    let bare = ask(&world, &token, ("DELETE", &path), &[], "").await;
    assert_eq!(bare.status, StatusCode::FORBIDDEN);
    let document = [("congvu-document", "20/SKHCN 05/01/2026")];
    let sent = ask(&world, &token, ("DELETE", &path), &document, "").await;
    assert_eq!(sent.status, StatusCode::ACCEPTED, "{}", sent.body);
    let number = sent.body["requests"][0]["number"].as_i64().unwrap();
    let read = ground
        .store
        .read(move |tx| stored::get(tx, RequestId(number)));
    let read: Result<_, StoreError> = read.await;
    assert_eq!(read.unwrap().unwrap().kind, "revoke");
    assert_eq!(get(&world, &token, &path).await.body["active"], true);
    granted(ground, &world, number).await;
    // The person is there still; only their mailbox was taken back.
    let after = get(&world, &token, &path).await.body;
    assert_eq!(after["active"], false);
    let again = ask(&world, &token, ("DELETE", &path), &document, "").await;
    assert_eq!(again.status, StatusCode::NO_CONTENT);
    assert_eq!(line_of(ground, number).await.state, "done");
}

async fn rfc_7644_3_14_versions(ground: &Ground) {
    let world = World::new(ground).await;
    let token = world.token(ground, &world.decider).await;
    let all = get(&world, &token, "/Users").await.body;
    let path = format!("/Users/{}", all["Resources"][0]["id"].as_str().unwrap());
    let shown = get(&world, &token, &path).await;
    let tag = shown.headers["etag"].to_str().unwrap().to_owned();
    assert_eq!(shown.body["meta"]["version"], tag.as_str());
    let same = ask(
        &world,
        &token,
        ("GET", &path),
        &[("if-none-match", &tag)],
        "",
    )
    .await;
    assert_eq!(same.status, StatusCode::NOT_MODIFIED);
    let note = json!({ "schemas": [PATCH], "Operations": [{ "op": "add", "path": "externalId", "value": "a" }] });
    let headers = [
        ("content-type", "application/json"),
        ("if-match", tag.as_str()),
    ];
    let first = ask(
        &world,
        &token,
        ("PATCH", &path),
        &headers,
        &note.to_string(),
    )
    .await;
    assert_eq!(first.status, StatusCode::OK);
    let late = ask(
        &world,
        &token,
        ("PATCH", &path),
        &headers,
        &note.to_string(),
    )
    .await;
    assert_eq!(late.status, StatusCode::PRECONDITION_FAILED);
}

async fn hostile_input_is_told_in_scims_form(ground: &Ground) {
    let world = World::under(ground, "quang-ninh", "quangninh.gov.vn").await;
    let token = world.token(ground, &world.decider).await;
    let all = get(&world, &token, "/Users").await.body;
    let path = format!("/Users/{}", all["Resources"][0]["id"].as_str().unwrap());
    let media = [("content-type", "application/scim+json")];
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    let long = json!({ "schemas": [USER], "userName": "a".repeat(301) }).to_string();
    let control = new_user("phamvana", Some("1\u{0}2")).to_string();
    for (body, kind) in [
        ("", "invalidSyntax"),
        ("{", "invalidSyntax"),
        ("[]", "invalidSyntax"),
        ("{\"userName\":\"x\"}", "invalidValue"),
        (deep.as_str(), "invalidSyntax"),
        (long.as_str(), "invalidValue"),
        (control.as_str(), "invalidValue"),
        (
            "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],\"userName\":7}",
            "invalidValue",
        ),
        (
            "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],\"emails\":{}}",
            "invalidValue",
        ),
    ] {
        for (method, path) in [("POST", "/Users"), ("PUT", path.as_str())] {
            let told = ask(&world, &token, (method, path), &media, body).await;
            let shown: String = body.chars().take(60).collect();
            assert_eq!(told.status, StatusCode::BAD_REQUEST, "{method} {shown}");
            assert_eq!(told.body["scimType"], kind, "{method} {shown}");
        }
    }
    let large = format!("{{\"a\":\"{}\"}}", "x".repeat(300 << 10));
    let told = ask(&world, &token, ("POST", "/Users"), &media, &large).await;
    assert_eq!(told.status, StatusCode::PAYLOAD_TOO_LARGE);
    let text = [("content-type", "text/plain")];
    let told = ask(&world, &token, ("POST", "/Users"), &text, "{}").await;
    assert_eq!(told.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    for path in [
        "/Users/0",
        "/Users/-1",
        "/Users/99999999999999999999",
        "/Users/abc",
        "/Users/1%00",
        "/Nobody",
        "/Schemas/x",
        "/Bulk",
    ] {
        assert_eq!(
            get(&world, &token, path).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    for query in [
        "filter=x",
        "filter=userName%20eq%20%22%01%22",
        "count=many",
        "startIndex=1.5",
    ] {
        let told = get(&world, &token, &format!("/Users?{query}")).await;
        assert_eq!(told.status, StatusCode::BAD_REQUEST, "{query}");
    }
    let far = get(
        &world,
        &token,
        "/Users?startIndex=9223372036854775807&count=200",
    )
    .await;
    assert_eq!(
        (far.status, &far.body["Resources"]),
        (StatusCode::OK, &json!([]))
    );
    let told = ask(&world, &token, ("POST", "/Groups"), &media, "{}").await;
    assert_eq!(told.status, StatusCode::METHOD_NOT_ALLOWED);
    for operation in [
        json!({ "op": "replace", "path": "emails", "value": [] }),
        json!({ "op": "replace", "path": "userName", "value": "khac" }),
        json!({ "op": "replace", "path": "title", "value": { "a": 1 } }),
        json!({ "op": "replace", "path": "active", "value": "perhaps" }),
        json!({ "op": "remove", "path": "name[a eq" }),
    ] {
        let message = json!({ "schemas": [PATCH], "Operations": [operation] });
        let told = put(&world, &token, "PATCH", &path, &message).await;
        assert!(
            matches!(told.status.as_u16(), 400 | 403),
            "{message}: {}",
            told.body
        );
    }
    let after = get(&world, &token, &path).await.body;
    assert_eq!(
        after["meta"]["version"],
        all["Resources"][0]["meta"]["version"]
    );
}

async fn thousands_are_paged(ground: &Ground) {
    let world = World::new(ground).await;
    let (place, law) = (world.agency, world.law);
    let _ = law;
    act(ground, move |tx| {
        for n in 0..3_000 {
            let given = format!("A{n}");
            let person = organisation::create_person(
                tx,
                &organisation::NewPerson {
                    organisation: place,
                    family: "Nguyễn",
                    middle: "Văn",
                    given: &given,
                    title: "",
                    phone: "",
                    born: None,
                    code: None,
                },
            )?;
            identity::touch(tx, person)?;
            assert!(person::get(tx, person)?.is_some());
        }
        Ok::<_, Refused>(())
    })
    .await
    .unwrap();
    let token = world.token(ground, &world.decider).await;
    let (mut start, mut seen) = (1, std::collections::BTreeSet::new());
    loop {
        let page = get(
            &world,
            &token,
            &format!("/Users?startIndex={start}&count=200"),
        )
        .await
        .body;
        assert_eq!(page["totalResults"], 3_003);
        let users = page["Resources"].as_array().unwrap();
        if users.is_empty() {
            break;
        }
        start += users.len();
        seen.extend(
            users
                .iter()
                .map(|user| user["id"].as_str().unwrap().to_owned()),
        );
    }
    assert_eq!(seen.len(), 3_003);
}
