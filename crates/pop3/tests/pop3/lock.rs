//! One session a maildrop (RFC 1939 §4).

use std::time::Duration;

use congvu_store::lease;
use tokio::time::{Instant, sleep};

use crate::support::{LOGIN, PASSWORD, World};

/// Waits until nobody holds the maildrop's lock.
pub(crate) async fn until_free(world: &World) {
    let name = format!("pop3:{}", world.mailbox);
    let until = Instant::now() + Duration::from_secs(5);
    loop {
        let name = name.clone();
        let free = world.store.write(move |tx| {
            let free = lease::take(tx, &name, 1, 1000)?;
            lease::release(tx, &name, 1)?;
            Ok::<_, congvu_store::StoreError>(free)
        });
        if free.await.unwrap() {
            return;
        }
        assert!(Instant::now() < until, "the lock is given back");
        sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_second_session_is_refused() {
    let world = World::with(&["A: 1\r\n\r\n"]).await;
    let mut first = world.signed_in().await;
    let mut second = world.connect().await;
    second
        .talk(&format!(
            "C: USER {LOGIN}
             S: +OK Send PASS
             C: PASS {PASSWORD}
             S: -ERR [IN-USE] Maildrop is in use by another session"
        ))
        .await;
    first
        .talk("C: DELE 1\nS: +OK Marked deleted\nC: QUIT\nS: +OK Bye")
        .await;
    // The lock is free as soon as QUIT is answered, and what was removed is not seen.
    second.sign_in().await;
    second.talk("C: STAT\nS: +OK 0 0").await;
}

#[tokio::test]
async fn a_closed_connection_frees_the_lock() {
    let world = World::new().await;
    for _ in 0..3 {
        let peer = world.signed_in().await;
        drop(peer);
        until_free(&world).await;
    }
}

#[tokio::test]
async fn a_lock_held_elsewhere_counts() {
    let world = World::new().await;
    let name = format!("pop3:{}", world.mailbox);
    let taken = world
        .store
        .write(move |tx| lease::take(tx, &name, 77, 60_000));
    assert!(taken.await.unwrap());
    let mut peer = world.connect().await;
    peer.talk(&format!(
        "C: USER {LOGIN}\nS: +OK Send PASS\nC: PASS {PASSWORD}\nS: -ERR [IN-USE] *"
    ))
    .await;
}
