//! Bytes that nobody refers to any more go; others never.

use congvu_store::blob::sweep::{Swept, sweep, sweep_orphans};
use congvu_store::entry::{self, Want};
use congvu_store::{BlobId, FolderId, Store, StoreError, message, now_ms};

use super::fixture::{
    assert_sound, deliver, desk, facts, in_folder, noise, number, office, one_desk,
};
use super::harness::Ground;

both!(
    an_expunged_message_goes_after_the_grace_period,
    what_somebody_still_has_stays,
    a_condemned_blob_is_not_used_again,
    orphans_go_once_they_are_old,
    many_go_in_chunks,
    a_parked_message_waits_for_its_entry,
);
on_s3!(
    an_expunged_message_goes_after_the_grace_period,
    orphans_go_once_they_are_old,
);

const MINUTE: i64 = 60_000;

async fn remove(store: &Store, folder: FolderId, uid: u32) {
    store
        .write(move |tx| entry::remove(tx, folder, &[(uid, uid)]))
        .await
        .unwrap();
}

async fn at(store: &Store, minutes: i64) -> Swept {
    sweep(store, now_ms() + minutes * MINUTE).await.unwrap()
}

fn swept(messages: u64, blobs: u64) -> Swept {
    Swept { messages, blobs }
}

async fn an_expunged_message_goes_after_the_grace_period(ground: &Ground) {
    let inbox = one_desk(ground).await.inbox;
    deliver(ground, inbox, &noise(1, 50_000)).await;
    deliver(ground, inbox, b"small").await;
    deliver(ground, inbox, b"the newest stays").await;
    remove(ground, inbox, 1).await;
    remove(ground, inbox, 2).await;
    // A copy under way might still take them.
    assert_eq!(at(ground, 5).await, swept(0, 0));
    assert_eq!(at(ground, 11).await, swept(2, 0));
    // A reader may still be at them.
    assert_eq!(at(ground, 30).await, swept(0, 0));
    assert_eq!(ground.objects().len(), 1);
    assert_sound(ground).await;
    assert_eq!(at(ground, 80).await, swept(0, 2));
    assert!(ground.objects().is_empty());
    assert_eq!(number(ground, "SELECT COUNT(*) FROM blob").await, 1);
    assert_eq!(number(ground, "SELECT COUNT(*) FROM message").await, 1);
    assert_eq!(at(ground, 200).await, swept(0, 0));
    assert_sound(ground).await;
}

async fn what_somebody_still_has_stays(ground: &Ground) {
    let office = office(ground).await;
    let an = desk(ground, office, "an").await.inbox;
    let binh = desk(ground, office, "binh").await.inbox;
    deliver(ground, an, b"shared").await;
    deliver(ground, binh, b"shared").await;
    deliver(ground, binh, b"newest").await;
    remove(ground, an, 1).await;
    assert_eq!(at(ground, 300).await, swept(0, 0));
    assert_eq!(number(ground, "SELECT COUNT(*) FROM loose").await, 0);
    remove(ground, binh, 1).await;
    assert_eq!(at(ground, 300).await, swept(1, 0));
}

async fn only_blob(store: &Store, folder: FolderId) -> BlobId {
    let found = store
        .read(move |tx| {
            let mut found = None;
            entry::scan(tx, folder, (1, u32::MAX), Want::Blob, |entry| {
                found = Some(entry.blob()?.id);
                Ok(true)
            })?;
            Ok::<_, StoreError>(found)
        })
        .await;
    found.unwrap().unwrap()
}

async fn a_condemned_blob_is_not_used_again(ground: &Ground) {
    let office = office(ground).await;
    let an = desk(ground, office, "an").await.inbox;
    let binh = desk(ground, office, "binh").await.inbox;
    deliver(ground, an, b"comes back").await;
    deliver(ground, binh, b"newest").await;
    let before = only_blob(ground, an).await;
    remove(ground, an, 1).await;
    assert_eq!(at(ground, 11).await, swept(1, 0));
    deliver(ground, an, b"comes back").await;
    let after = only_blob(ground, an).await;
    assert_ne!(before, after);
    assert_eq!(at(ground, 200).await, swept(0, 1));
    assert_eq!(only_blob(ground, an).await, after);
    assert_sound(ground).await;
}

async fn orphans_go_once_they_are_old(ground: &Ground) {
    let inbox = one_desk(ground).await.inbox;
    deliver(ground, inbox, &noise(1, 50_000)).await;
    let kept = ground.objects();
    // An upload that a crash cut off before its row was written.
    drop(ground.blobs().stage(&noise(2, 50_000)).await.unwrap());
    assert_eq!(ground.objects().len(), 2);
    assert_eq!(sweep_orphans(ground, now_ms()).await.unwrap(), 0);
    let later = now_ms() + 25 * 60 * MINUTE;
    assert_eq!(sweep_orphans(ground, later).await.unwrap(), 1);
    assert_eq!(ground.objects(), kept);
    assert_sound(ground).await;
}

async fn many_go_in_chunks(ground: &Ground) {
    let inbox = one_desk(ground).await.inbox;
    let tasks: Vec<_> = (0..450_u16)
        .map(|n| {
            let store = (**ground).clone();
            tokio::spawn(async move { deliver(&store, inbox, &n.to_be_bytes()).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    ground
        .write(move |tx| entry::remove(tx, inbox, &[(1, 1000)]))
        .await
        .unwrap();
    deliver(ground, inbox, b"newest").await;
    assert_eq!(at(ground, 11).await, swept(450, 0));
    assert_eq!(at(ground, 100).await, swept(0, 450));
    assert_sound(ground).await;
}

/// What waits for its entry goes if none comes, and stays once one has come.
async fn a_parked_message_waits_for_its_entry(ground: &Ground) {
    let inbox = one_desk(ground).await.inbox;
    let mut parked = Vec::new();
    for text in [&b"one"[..], b"two"] {
        let staged = ground.blobs().stage(text).await.unwrap();
        let park = ground.write(move |tx| message::park(tx, &staged, &facts()));
        parked.push(park.await.unwrap());
    }
    deliver(ground, inbox, b"the newest stays").await;
    assert_eq!(at(ground, 5).await, swept(0, 0));
    let one = parked[0];
    let keep = ground.write(move |tx| {
        assert!(message::hold(tx, one.id)?);
        entry::append(tx, &in_folder(inbox, one, 0, b""))
    });
    keep.await.unwrap();
    assert_eq!(at(ground, 11).await, swept(1, 0));
    let two = parked[1];
    let gone = ground.write(move |tx| message::hold(tx, two.id));
    assert!(!gone.await.unwrap());
    assert_sound(ground).await;
}
