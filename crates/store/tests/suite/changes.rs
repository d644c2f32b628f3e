//! What is heard after a commit, here and on other nodes.

use std::time::Duration;

use congvu_store::{AccountId, Change, Store, StoreError, account};
use tokio::sync::broadcast::Receiver;
use tokio::time::timeout;

use super::fixture::{deliver, desk, office, one_desk};
use super::harness::Ground;

both!(
    a_raised_epoch_is_heard_here_and_elsewhere,
    what_is_rolled_back_is_not_heard,
    a_watched_folder_tells_of_new_mail,
    what_a_tool_does_is_heard,
    a_store_that_polls_is_fresh,
);
mod nodes {
    use super::a_delivery_on_another_node_is_heard;

    on_postgres!(a_delivery_on_another_node_is_heard);
}

/// "Ended at once": within 2 s for an idle session, on every node.
const AT_ONCE: Duration = Duration::from_secs(2);

async fn hears(receiver: &mut Receiver<Change>, id: AccountId) {
    timeout(AT_ONCE, async {
        while receiver.recv().await.unwrap() != Change::Account(id) {}
    })
    .await
    .expect("heard within two seconds");
}

async fn raise(store: &Store, id: AccountId) {
    store
        .write(move |tx| account::raise_epoch(tx, id))
        .await
        .unwrap();
}

async fn a_raised_epoch_is_heard_here_and_elsewhere(ground: &Ground) {
    let id = one_desk(ground).await.account;
    let mut here = ground.hub().subscribe();
    raise(ground, id).await;
    // The store published before it answered.
    assert_eq!(here.try_recv().unwrap(), Change::Account(id));

    // Another server, or on SQLite a tool beside this one, raises; this node hears.
    let other = ground.open(ground.is_postgres()).await;
    raise(&other, id).await;
    hears(&mut here, id).await;
    if ground.is_postgres() {
        let mut there = other.hub().subscribe();
        raise(ground, id).await;
        hears(&mut there, id).await;
    }
    // What a node did itself it does not hear a second time.
    tokio::time::sleep(Duration::from_millis(1200)).await;
    while let Ok(change) = here.try_recv() {
        assert_eq!(change, Change::Account(id));
        assert!(ground.is_postgres(), "heard twice");
    }
    other.close();
}

async fn what_a_tool_does_is_heard(ground: &Ground) {
    let id = one_desk(ground).await.account;
    let mut here = ground.hub().subscribe();
    let tool = ground.open(false).await;
    raise(&tool, id).await;
    hears(&mut here, id).await;
    tool.close();
}

async fn what_is_rolled_back_is_not_heard(ground: &Ground) {
    let id = one_desk(ground).await.account;
    let mut here = ground.hub().subscribe();
    let failed = ground
        .write(move |tx| {
            account::raise_epoch(tx, id)?;
            Err::<(), _>(StoreError::NotFound("on purpose"))
        })
        .await;
    assert!(failed.is_err());
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert!(here.try_recv().is_err());
}

async fn a_watched_folder_tells_of_new_mail(ground: &Ground) {
    let office = office(ground).await;
    let an = desk(ground, office, "an.nv").await;
    let binh = desk(ground, office, "binh.tt").await;
    let mut watch = ground.hub().watch(an.inbox);
    assert!(!watch.take());
    deliver(ground, binh.inbox, b"x").await;
    assert!(!watch.take());
    deliver(ground, an.inbox, b"x").await;
    timeout(AT_ONCE, watch.changed()).await.unwrap();
    assert!(!watch.take());
    deliver(ground, an.inbox, b"y").await;
    assert!(watch.take());
    let second = ground.hub().watch(an.inbox);
    drop(watch);
    let mut second = second;
    deliver(ground, an.inbox, b"z").await;
    assert!(second.take());
}

async fn a_delivery_on_another_node_is_heard(ground: &Ground) {
    let inbox = one_desk(ground).await.inbox;
    let other = ground.open(true).await;
    let mut watch = ground.hub().watch(inbox);
    deliver(&other, inbox, b"x").await;
    timeout(AT_ONCE, watch.changed()).await.unwrap();
    other.close();
}

async fn a_store_that_polls_is_fresh(ground: &Ground) {
    assert!(ground.is_fresh());
    tokio::time::sleep(Duration::from_millis(3_500)).await;
    assert!(ground.is_fresh());
}
