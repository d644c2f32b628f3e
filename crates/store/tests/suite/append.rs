//! Messages coming into folders: UIDs, counters, one copy of the bytes.

use congvu_store::entry::{self, Want};
use congvu_store::keyword::flag;
use congvu_store::{MessageId, StoreError, message};

use super::fixture::{
    assert_sound, deliver, desk, facts, get_folder, in_folder, message as store_message, number,
    office, one_desk, uids,
};
use super::harness::Ground;

both!(
    uids_rise_and_counters_follow,
    sixty_four_at_once_leave_no_gap,
    the_same_bytes_are_stored_once,
    the_same_bytes_at_once_are_stored_once,
    nothing_is_put_where_nothing_is,
    a_scan_stops_where_it_is_told,
);

async fn uids_rise_and_counters_follow(ground: &Ground) {
    let inbox = one_desk(ground).await.inbox;
    let stored = store_message(ground, b"A: b\r\n\r\n1234").await;
    let seen = ground
        .write(move |tx| {
            entry::append(
                tx,
                &in_folder(inbox, stored, flag::SEEN, b"Received: x\r\n"),
            )
        })
        .await
        .unwrap();
    let unseen = ground
        .write(move |tx| entry::append(tx, &in_folder(inbox, stored, flag::FLAGGED, b"")))
        .await
        .unwrap();
    assert_eq!((seen.uid, unseen.uid), (1, 2));
    let folder = get_folder(ground, inbox).await;
    assert_eq!(
        (folder.total, folder.unseen, folder.bytes),
        (2, 1, 12 + 13 + 12)
    );
    assert_eq!((folder.uid_next, folder.modseq), (3, 3));
    assert_eq!(folder.uid_validity, seen.uid_validity);
    let rows = ground
        .read(move |tx| {
            let mut rows = Vec::new();
            entry::scan(tx, inbox, (1, u32::MAX), Want::Entry, |entry| {
                rows.push((
                    entry.uid()?,
                    entry.flags()?,
                    entry.modseq()?,
                    entry.size()?,
                    entry.prefix()?.to_vec(),
                    entry.internal_at()?,
                ));
                assert_eq!(entry.message()?, stored.id);
                assert!(entry.saved_at()? > 1_700_000_000_000);
                Ok(true)
            })?;
            Ok::<_, StoreError>(rows)
        })
        .await
        .unwrap();
    assert_eq!(
        rows,
        [
            (
                1,
                flag::SEEN,
                2,
                25,
                b"Received: x\r\n".to_vec(),
                1_700_000_000_000
            ),
            (2, flag::FLAGGED, 3, 12, Vec::new(), 1_700_000_000_000),
        ]
    );
    assert_sound(ground).await;
}

async fn sixty_four_at_once_leave_no_gap(ground: &Ground) {
    let inbox = one_desk(ground).await.inbox;
    let tasks: Vec<_> = (0..64_u8)
        .map(|n| {
            let store = (**ground).clone();
            tokio::spawn(async move { deliver(&store, inbox, &[n; 100]).await.uid })
        })
        .collect();
    let mut given = Vec::new();
    for task in tasks {
        given.push(task.await.unwrap());
    }
    given.sort_unstable();
    let expect: Vec<u32> = (1..=64).collect();
    assert_eq!(given, expect);
    assert_eq!(uids(ground, inbox).await, expect);
    assert_sound(ground).await;
}

async fn the_same_bytes_are_stored_once(ground: &Ground) {
    let office = office(ground).await;
    let an = desk(ground, office, "an").await;
    let binh = desk(ground, office, "binh").await;
    let first = store_message(ground, b"same").await;
    let second = store_message(ground, b"same").await;
    assert_eq!(first.id, second.id);
    assert!(first.fresh);
    deliver(ground, an.inbox, b"same").await;
    deliver(ground, binh.inbox, b"same").await;
    assert_eq!(number(ground, "SELECT COUNT(*) FROM blob").await, 1);
    assert_eq!(number(ground, "SELECT COUNT(*) FROM message").await, 1);
    assert_sound(ground).await;
}

async fn the_same_bytes_at_once_are_stored_once(ground: &Ground) {
    let office = office(ground).await;
    let mut tasks = Vec::new();
    for n in 0..16 {
        let inbox = desk(ground, office, &format!("cb{n}")).await.inbox;
        let store = (**ground).clone();
        tasks.push(tokio::spawn(async move {
            deliver(&store, inbox, b"to all of you").await
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(number(ground, "SELECT COUNT(*) FROM blob").await, 1);
    assert_eq!(number(ground, "SELECT COUNT(*) FROM message").await, 1);
    assert_eq!(number(ground, "SELECT COUNT(*) FROM entry").await, 16);
}

async fn nothing_is_put_where_nothing_is(ground: &Ground) {
    let inbox = one_desk(ground).await.inbox;
    let staged = ground.blobs().stage(b"x").await.unwrap();
    let error = ground
        .write(move |tx| {
            let stored = message::put(tx, &staged, &facts())?;
            entry::append(
                tx,
                &in_folder(congvu_store::FolderId(987_654), stored, 0, b""),
            )
        })
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::NotFound("folder")), "{error}");
    assert_eq!(number(ground, "SELECT COUNT(*) FROM blob").await, 0);

    // A message that was swept meanwhile.
    let mut gone = store_message(ground, b"y").await;
    gone.id = MessageId(987_654);
    let error = ground
        .write(move |tx| entry::append(tx, &in_folder(inbox, gone, 0, b"")))
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::Conflict(_)), "{error}");
    assert_sound(ground).await;
}

async fn a_scan_stops_where_it_is_told(ground: &Ground) {
    let inbox = one_desk(ground).await.inbox;
    for n in 0..5_u8 {
        deliver(ground, inbox, &[n; 3]).await;
    }
    let seen = ground
        .read(move |tx| {
            let mut seen = Vec::new();
            entry::scan(tx, inbox, (2, 5), Want::Entry, |entry| {
                seen.push(entry.uid()?);
                Ok(seen.len() < 2)
            })?;
            let error = entry::scan(tx, inbox, (1, 5), Want::Entry, |_| {
                Err(StoreError::NotFound("on purpose"))
            });
            assert!(error.is_err());
            // The transaction goes on.
            assert_eq!(entry::first_unseen(tx, inbox)?, Some(1));
            Ok::<_, StoreError>(seen)
        })
        .await
        .unwrap();
    assert_eq!(seen, [2, 3]);
}
