//! What strangers and broken programs send.

use axum::Extension;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use congvu_governance::token::{Scope, Secret};
use congvu_testing::{Ground, driven};
use congvu_web::api::{Api, Peer, router};
use std::sync::Arc;

use super::support::{World, issued, on_tls, read, send};

driven!(crate::support::BEGIN;
    nothing_without_a_token,
    wrong_tokens_are_slowed_down,
    what_makes_no_sense_is_refused_with_a_reason,
    only_enciphered_or_through_a_proxy_of_ours,
);

async fn nothing_without_a_token(ground: &Ground) {
    let mut world = World::new(ground).await;
    // So many wrong tokens would slow it down.
    let api = Api::new(&ground.store, world.law).exempting(Arc::new(|_| true));
    world.router = on_tls(router(&api));
    for route in congvu_web::api::ROUTES {
        let path = route
            .path
            .replace("{id}", "1")
            .replace("{number}", "1")
            .replace("{address}", "a@b");
        let method = route.method.to_uppercase();
        let (status, _) = world.ask(&method, "", &path, &[], "").await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{method} {path}");
        // A token without the scope opens nothing else.
        let Some(scope) = route.scope else { continue };
        let others: Vec<Scope> = Scope::ALL
            .iter()
            .copied()
            .filter(|other| *other != scope)
            .collect();
        let (token, _) = issued(ground, &world.decider, &others, None).await;
        let (status, _) = world.ask(&method, &token, &path, &[], "").await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{method} {path}");
    }
    let request = Request::get("/api/v1/openapi.json")
        .body(Body::empty())
        .unwrap();
    assert_eq!(
        read(send(&world.router, request).await).await.0,
        StatusCode::OK
    );
}

async fn wrong_tokens_are_slowed_down(ground: &Ground) {
    let world = World::new(ground).await;
    let right = world.token(ground, &world.decider).await;
    for n in 0..60 {
        let wrong = Secret::generate();
        let (status, _) = world.get(wrong.reveal(), "/token").await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{n}");
    }
    let (status, _) = world.get(&right, "/token").await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
}

async fn what_makes_no_sense_is_refused_with_a_reason(ground: &Ground) {
    let world = World::new(ground).await;
    let token = world.token(ground, &world.decider).await;
    let deep = "[".repeat(100_000);
    let large = format!("{{\"reason\": \"{}\"}}", "x".repeat(10 << 20));
    let json = "application/json";
    let lock = format!("/mailboxes/{}/lock", world.nobody.address);
    for (media, body, expected) in [
        (json, "{", StatusCode::BAD_REQUEST),
        (json, deep.as_str(), StatusCode::UNPROCESSABLE_ENTITY),
        (json, "{\"reason\": \"\u{0}\"}", StatusCode::BAD_REQUEST),
        (json, "[]", StatusCode::UNPROCESSABLE_ENTITY),
        (json, "{\"reason\": 7}", StatusCode::UNPROCESSABLE_ENTITY),
        (
            json,
            "{\"reasons\": \"x\"}",
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            json,
            "{\"reason\": \"  \"}",
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (json, large.as_str(), StatusCode::PAYLOAD_TOO_LARGE),
        ("text/plain", "{}", StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (
            "application/x-www-form-urlencoded",
            "reason=x",
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ),
    ] {
        let (status, _) = world
            .ask("POST", &token, &lock, &[("content-type", media)], body)
            .await;
        let shown: String = body.chars().take(40).collect();
        assert_eq!(status, expected, "{shown}");
    }
    for (path, expected) in [
        ("/mailboxes?limit=0", StatusCode::UNPROCESSABLE_ENTITY),
        ("/mailboxes?limit=501", StatusCode::UNPROCESSABLE_ENTITY),
        ("/mailboxes?limit=x", StatusCode::UNPROCESSABLE_ENTITY),
        ("/mailboxes?after=-1", StatusCode::UNPROCESSABLE_ENTITY),
        (
            "/mailboxes?after=99999999999999999999",
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        ("/mailboxes?unknown=1", StatusCode::UNPROCESSABLE_ENTITY),
        ("/mailboxes?organisation=-5", StatusCode::FORBIDDEN),
        ("/requests?state=lost", StatusCode::UNPROCESSABLE_ENTITY),
        ("/audit?after=1", StatusCode::UNPROCESSABLE_ENTITY),
        ("/audit?after=x.y", StatusCode::UNPROCESSABLE_ENTITY),
        ("/requests/0", StatusCode::NOT_FOUND),
        ("/requests/x", StatusCode::NOT_FOUND),
        ("/requests/9223372036854775807", StatusCode::NOT_FOUND),
        ("/mailboxes/nobody@sonla.gov.vn", StatusCode::NOT_FOUND),
        ("/mailboxes/%00%ff@x", StatusCode::NOT_FOUND),
        (
            "/mailboxes/%27%20OR%201=1--@sonla.gov.vn",
            StatusCode::NOT_FOUND,
        ),
        ("/mailboxes/x", StatusCode::UNPROCESSABLE_ENTITY),
        ("/nothing", StatusCode::NOT_FOUND),
        ("/../../etc/passwd", StatusCode::NOT_FOUND),
        ("/directory?q=%25_%27", StatusCode::OK),
    ] {
        let (status, told) = world.get(&token, path).await;
        assert_eq!(status, expected, "{path}: {told}");
    }
    let (status, _) = world.ask("DELETE", &token, "/requests", &[], "").await;
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
    let (status, _) = world
        .ask(
            "OPTIONS",
            &token,
            "/requests",
            &[("origin", "https://x")],
            "",
        )
        .await;
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
}

async fn only_enciphered_or_through_a_proxy_of_ours(ground: &Ground) {
    let world = World::new(ground).await;
    let token = world.token(ground, &world.decider).await;
    let api = Api::new(&ground.store, world.law)
        .behind(Arc::new(|ip| ip == std::net::IpAddr::from([10, 0, 0, 1])));
    let ask = async |ip: [u8; 4], is_tls, forwarded: &str| {
        let peer = Peer {
            ip: ip.into(),
            is_tls,
        };
        let request = Request::post(format!(
            "/api/v1/mailboxes/{}/violation",
            world.nobody.address
        ))
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
        .header("x-forwarded-for", forwarded)
        .body(Body::from(r#"{"violation": "none", "found": ""}"#))
        .unwrap();
        let router = router(&api).layer(Extension(peer));
        read(send(&router, request).await).await.0
    };
    // 422: it came through, and there is no such violation.
    let came = StatusCode::UNPROCESSABLE_ENTITY;
    assert_eq!(
        ask([192, 0, 2, 1], false, "127.0.0.1").await,
        StatusCode::FORBIDDEN
    );
    assert_eq!(ask([192, 0, 2, 1], true, "").await, came);
    assert_eq!(ask([127, 0, 0, 1], false, "").await, came);
    assert_eq!(
        ask([10, 0, 0, 1], false, "198.51.100.4, 203.0.113.9, 10.0.0.1").await,
        came
    );

    // What a proxy says of its client is recorded, what a client says of itself is not.
    let whose = async |ip: [u8; 4], is_tls, forwarded: &str| {
        let peer = Peer {
            ip: ip.into(),
            is_tls,
        };
        let path = format!("/api/v1/mailboxes/{}/exempt", world.nobody.address);
        let request = Request::post(path)
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json")
            .header("x-forwarded-for", forwarded)
            .body(Body::from(r#"{"reason": "Nghỉ", "until": "2026-02-01"}"#))
            .unwrap();
        let router = router(&api).layer(Extension(peer));
        assert_eq!(read(send(&router, request).await).await.0, StatusCode::OK);
        let (_, records) = world.get(&token, "/audit?limit=1").await;
        records["items"][0]["client_ip"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(
        whose([10, 0, 0, 1], false, "198.51.100.4, 203.0.113.9").await,
        "203.0.113.9"
    );
    assert_eq!(
        whose([10, 0, 0, 1], false, "203.0.113.9, 10.0.0.1").await,
        "203.0.113.9"
    );
    assert_eq!(whose([10, 0, 0, 1], false, "nonsense").await, "10.0.0.1");
    assert_eq!(
        whose([192, 0, 2, 1], true, "203.0.113.9").await,
        "192.0.2.1"
    );
}
