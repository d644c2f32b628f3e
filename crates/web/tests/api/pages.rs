//! Pages: each thing once, and no page after the last.

use axum::http::StatusCode;
use congvu_governance::mailbox::issue;
use congvu_testing::{Ground, driven};
use std::collections::HashSet;

use super::support::{World, act, console, person};

driven!(crate::support::BEGIN; pages_meet_at_their_borders);

async fn pages_meet_at_their_borders(ground: &Ground) {
    let world = World::new(ground).await;
    let (law, agency) = (world.law, world.agency);
    // With those of the world's own there are six mailboxes at the agency and below.
    for given in ["An", "Bình", "Chi", "Giang"] {
        act(ground, move |tx| {
            issue(
                tx,
                law,
                &console(),
                &person(agency, ("Hoàng", "Thị", given)),
                None,
            )
        })
        .await
        .unwrap();
    }
    let decider = world.token(ground, &world.decider).await;
    let lists = [
        (format!("/mailboxes?organisation={agency}"), Some(6)),
        ("/organisations?".to_owned(), Some(3)),
        ("/directory?q=sonla.gov.vn".to_owned(), None),
        ("/directory?".to_owned(), Some(7)),
        ("/audit?".to_owned(), None),
        (format!("/audit?organisation={agency}"), None),
    ];
    for (list, expected) in lists {
        let (status, all) = world.get(&decider, &format!("{list}&limit=500")).await;
        assert_eq!(status, StatusCode::OK, "{list}: {all}");
        assert!(all["next"].is_null(), "{list}");
        let all: Vec<String> = items(&all);
        if let Some(expected) = expected {
            assert_eq!(all.len(), expected, "{list}");
        }
        for limit in [1, 2, 3, all.len().max(1), all.len() + 1] {
            let (mut seen, mut after) = (Vec::new(), String::new());
            loop {
                let path = format!("{list}&limit={limit}{after}");
                let (status, page) = world.get(&decider, &path).await;
                assert_eq!(status, StatusCode::OK, "{path}");
                let found = items(&page);
                assert!(found.len() <= limit, "{path}");
                seen.extend(found);
                if page["next"].is_null() {
                    break;
                }
                let next = page["next"].to_string();
                after = format!("&after={}", next.trim_matches('"'));
                assert!(seen.len() <= all.len(), "{path}: no end");
            }
            assert_eq!(seen, all, "{list} by {limit}");
            assert_eq!(seen.iter().collect::<HashSet<_>>().len(), seen.len());
        }
    }
    let (_, small) = world
        .get(
            &decider,
            &format!("/audit?organisation={}&limit=500", world.other),
        )
        .await;
    assert!(!small["items"].as_array().unwrap().is_empty());
    for record in small["items"].as_array().unwrap() {
        assert_eq!(record["organisation"], world.other.0);
    }
}

fn items(page: &serde_json::Value) -> Vec<String> {
    let items = page["items"].as_array().unwrap();
    items.iter().map(ToString::to_string).collect()
}
