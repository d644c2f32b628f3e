//! A full disk on SQLite: the group fails, nothing is half done, later writes work.

use congvu_store::{Store, StoreError, blob, message, organisation};

use super::fixture::{assert_sound, deliver, facts, noise, number, one_desk};
use super::harness::{Ground, Hold};

on_sqlite!(a_full_disk_fails_the_group_and_nothing_else);

/// SQLite's own limit: the same answer as a full disk gives, and the same each time.
async fn limit_pages(store: &Store, sql: &'static str) {
    store
        .write(move |tx| tx.one(sql, &[], |row| row.int(0)))
        .await
        .unwrap();
}

async fn a_full_disk_fails_the_group_and_nothing_else(ground: &Ground) {
    let inbox = one_desk(ground).await.inbox;
    deliver(ground, inbox, b"before").await;
    limit_pages(ground, "PRAGMA max_page_count = 1").await;

    let big = ground.blobs().stage(&noise(1, 16_000)).await.unwrap();
    let hold = Hold::writer(ground).await;
    let small = ground.write(|tx| organisation::create_domain(tx, "small.vn"));
    let facts = facts();
    let large = ground.write(move |tx| {
        let _ = message::put(tx, &big, &facts)?;
        // Nor does it help to ignore the error.
        let _ = blob::put(tx, &big);
        Ok::<_, StoreError>(())
    });
    let after = ground.write(|tx| organisation::create_domain(tx, "after.vn"));
    let (small, large, after, ()) = tokio::join!(small, large, after, async move { drop(hold) });
    for outcome in [small.map(drop), large, after.map(drop)] {
        assert!(matches!(outcome, Err(StoreError::DiskFull)), "{outcome:?}");
    }
    assert_eq!(number(ground, "SELECT COUNT(*) FROM domain").await, 1);
    assert_eq!(number(ground, "SELECT COUNT(*) FROM blob").await, 1);
    assert_sound(ground).await;

    limit_pages(ground, "PRAGMA max_page_count = 1073741823").await;
    deliver(ground, inbox, &noise(1, 16_000)).await;
    assert_eq!(number(ground, "SELECT COUNT(*) FROM entry").await, 2);
    assert_sound(ground).await;
}
