//! An official without a role sees their own mailbox, and no other.

use axum::http::StatusCode;
use congvu_governance::token::Scope;
use congvu_testing::{Ground, driven};

use super::support::{World, issued};

driven!(crate::support::BEGIN; an_official_sees_their_own_mailbox_alone);

async fn an_official_sees_their_own_mailbox_alone(ground: &Ground) {
    let world = World::new(ground).await;
    let token = world.token(ground, &world.nobody).await;
    let (status, own) = world
        .get(&token, &format!("/mailboxes/{}", world.nobody.address))
        .await;
    assert_eq!(status, StatusCode::OK, "{own}");
    assert_eq!(own["address"], world.nobody.address.as_str());
    let (status, _) = world
        .get(&token, &format!("/mailboxes/{}", world.asker.address))
        .await;
    assert_eq!(status, StatusCode::FORBIDDEN);

    let (status, list) = world.get(&token, "/mailboxes").await;
    assert_eq!(status, StatusCode::OK, "{list}");
    let items = list["items"].as_array().unwrap();
    assert_eq!(items.len(), 1);
    assert_eq!(items[0]["address"], world.nobody.address.as_str());
    assert!(list["next"].is_null());
    let behind = format!("/mailboxes?after={}", items[0]["id"]);
    let (_, list) = world.get(&token, &behind).await;
    assert_eq!(list["items"].as_array().unwrap().len(), 0);
    // A place's list is for who has a role there.
    let (status, _) = world
        .get(&token, &format!("/mailboxes?organisation={}", world.agency))
        .await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    // Who has a role somewhere names the place, as before.
    let (status, _) = world
        .get(&world.token(ground, &world.asker).await, "/mailboxes")
        .await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    // A token for another place reaches not even that.
    let scopes = [Scope::ReadMailboxes];
    let (elsewhere, _) = issued(ground, &world.nobody, &scopes, Some(world.agency)).await;
    let path = format!("/mailboxes/{}", world.nobody.address);
    let (status, _) = world.get(&elsewhere, &path).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
}
