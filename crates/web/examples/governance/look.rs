//! Looking in the directory, and pages of the API.

use std::collections::BTreeSet;
use std::time::Instant;

use axum::body::{Body, to_bytes};
use axum::http::Request;
use axum::{Extension, Router};
use congvu_governance::directory::{self, Search};
use congvu_governance::mailbox::{List, list};
use congvu_governance::token::{self, Asked, Scope, Secret};
use congvu_governance::{Law, Refused, Role, rights};
use congvu_message::fold::fold;
use congvu_store::mailbox_list::{Place, Sieve};
use congvu_store::{Store, account, activity, organisation};
use congvu_web::api::{Api, Peer, router};
use serde_json::Value;
use tower_service::Service;

use crate::names::{FAMILY, FIELD, GIVEN, Lot, MIDDLE, TITLE};
use crate::province::{act, console};
use crate::{told, told_times};

/// What is typed, by kind of search.
fn typed(kind: &str, lot: &mut Lot) -> String {
    let family = lot.of(&FAMILY);
    let (middle, given, title) = (lot.of(&MIDDLE), lot.of(&GIVEN), lot.of(&TITLE));
    let field = FIELD[lot.below(FIELD.len())];
    match kind {
        "search-one" => fold(given),
        "search-one-marks" => given.to_owned(),
        "search-begun" => fold(family).chars().take(1 + lot.below(3)).collect(),
        "search-two" => fold(&format!("{family} {given}")),
        "search-two-marks" => format!("{family} {given}"),
        "search-five" => fold(&format!("chuyen vien {family} {middle} {given}")),
        // Each is common, and nobody has all of them.
        "search-five-none" => fold(&format!("chuyên viên trưởng phòng {middle}")),
        "search-title" => fold(title),
        "search-organisation" => fold(&format!("sở {field}")),
        _ => format!("canbo{}x{}", lot.below(300), lot.below(60)),
    }
}

pub(crate) async fn searches(store: &Store, queries: usize) {
    for kind in [
        "search-one",
        "search-one-marks",
        "search-begun",
        "search-two",
        "search-two-marks",
        "search-five",
        "search-five-none",
        "search-title",
        "search-organisation",
        "search-address",
    ] {
        let mut lot = Lot::new(7);
        let asked: Vec<String> = (0..queries).map(|_| typed(kind, &mut lot)).collect();
        let mut times = Vec::with_capacity(queries);
        let (mut longest, mut found) = ((0.0, String::new()), 0);
        // The first time round fills the caches of a server that was just started.
        for (at, text) in asked.iter().chain(&asked).enumerate() {
            let search = Search {
                text: text.clone(),
                limit: 20,
                ..Search::default()
            };
            let began = Instant::now();
            let page = store.read(move |tx| directory::search(tx, &search)).await;
            let took = began.elapsed().as_secs_f64() * 1e3;
            if at < queries {
                continue;
            }
            found += page.unwrap().entries.len();
            times.push(took);
            if took > longest.0 {
                longest = (took, text.clone());
            }
        }
        let different: BTreeSet<&String> = asked.iter().collect();
        eprintln!(
            "{kind}: {} different, {found} shown, longest {:.2} ms for “{}”",
            different.len(),
            longest.0,
            longest.1
        );
        told_times(kind, times);
    }
}

pub(crate) async fn pages(store: &Store, queries: usize) {
    let secret = Secret::generate();
    let token = secret.reveal().to_owned();
    let agency = act(store, move |tx| {
        let who = account::by_login(tx, "canbo0x0@quangninh.gov.vn")?;
        let who = who.ok_or_else(|| Refused::missing("canbo0x0"))?;
        let root = organisation::root(tx)?.ok_or_else(|| Refused::missing("root"))?;
        rights::grant(
            tx,
            &console(),
            (who.id, &who.login),
            Role::Decide,
            root.id,
            None,
        )?;
        let asked = Asked {
            label: "Đo".to_owned(),
            scopes: Scope::ALL.to_vec(),
            organisation: None,
            days: 30,
        };
        token::issue(tx, &console(), who.id, &asked, &secret)?;
        let place = account::place(tx, who.id)?;
        Ok(place.map_or(0, |(place, _)| place.0))
    })
    .await;
    let router = router(&Api::new(store, Law::default())).layer(Extension(Peer {
        ip: [127, 0, 0, 1].into(),
        is_tls: true,
    }));
    let page = async |path: String| ask(&router, &token, &path).await;
    let mut times = Vec::new();
    let (mut after, mut shown) = (0, 0);
    loop {
        let began = Instant::now();
        let answer = page(format!("/mailboxes?limit=500&after={after}")).await;
        times.push(began.elapsed().as_secs_f64() * 1e3);
        shown += answer["items"].as_array().unwrap().len();
        match answer["next"].as_i64() {
            Some(next) => after = next,
            None => break,
        }
    }
    eprintln!("{shown} mailboxes on {} pages", times.len());
    told_times("page-mailboxes", times);
    for (row, path) in [
        (
            "page-agency",
            format!("/mailboxes?limit=500&organisation={agency}"),
        ),
        ("page-places", "/organisations?limit=500".to_owned()),
    ] {
        let mut times = Vec::new();
        for _ in 0..queries.min(50) {
            let began = Instant::now();
            page(path.clone()).await;
            times.push(began.elapsed().as_secs_f64() * 1e3);
        }
        told_times(row, times);
    }
    let mut times = Vec::new();
    for _ in 0..queries.min(50) {
        let began = Instant::now();
        let root = store.read(|tx| directory::tree(tx, None)).await;
        let root = root.unwrap().first().map(|child| child.place.id);
        let below = store.read(move |tx| directory::tree(tx, root)).await;
        times.push(began.elapsed().as_secs_f64() * 1e3);
        assert!(!below.unwrap().is_empty());
    }
    told_times("tree", times);
    told("mailboxes", shown as f64);
}

/// The console's lists of mailboxes, by what they are sifted by.
pub(crate) async fn lists(store: &Store, queries: usize) {
    let root = store.read(organisation::root).await.unwrap().unwrap().id;
    let all = List {
        tops: vec![root],
        ..List::default()
    };
    let by = |sieve| List {
        sieve: Some(sieve),
        ..all.clone()
    };
    let text = |text: &str| List {
        text: text.to_owned(),
        ..all.clone()
    };
    let day = activity::day(store.now()) - 150;
    for (row, asked) in [
        ("list", all.clone()),
        ("list-active", by(Sieve::Active)),
        ("list-unused", by(Sieve::Unused)),
        ("list-locked", by(Sieve::Locked)),
        ("list-idle", by(Sieve::Idle(day))),
        (
            "list-full",
            List {
                percent: 80,
                ..all.clone()
            },
        ),
        ("list-words", text("nguyen anh")),
        (
            "list-unit",
            List {
                kind: "unit",
                ..all.clone()
            },
        ),
    ] {
        let mut times = Vec::new();
        for _ in 0..queries.min(50) {
            let (asked, began) = (asked.clone(), Instant::now());
            let found = store.read(move |tx| list(tx, &asked, &Place::default(), 51));
            found.await.unwrap();
            times.push(began.elapsed().as_secs_f64() * 1e3);
        }
        told_times(row, times);
    }
}

async fn ask(router: &Router, token: &str, path: &str) -> Value {
    let request = Request::builder()
        .uri(format!("/api/v1{path}"))
        .header("authorization", format!("Bearer {token}"))
        .body(Body::empty())
        .unwrap();
    let response = router.clone().call(request).await.unwrap();
    let status = response.status();
    let bytes = to_bytes(response.into_body(), 64 << 20).await.unwrap();
    assert!(
        status.is_success(),
        "{path}: {status}: {}",
        String::from_utf8_lossy(&bytes)
    );
    serde_json::from_slice(&bytes).unwrap()
}
