//! What identifies a content for ever, and the columns that sorting and threading read.

use congvu_store::entry::{self, Headers, Want};
use congvu_store::folder;
use congvu_store::{FolderId, Store};

use super::fixture::{assert_sound, deliver, in_folder, message, one_desk};
use super::harness::Ground;

both!(
    copies_keep_what_identifies_them,
    headers_are_read_without_their_messages,
);

/// UID and content of each entry.
async fn objects(store: &Store, folder: FolderId) -> Vec<(u32, i64)> {
    let read = store.read(move |tx| {
        let mut found = Vec::new();
        entry::scan(tx, folder, (1, u32::MAX), Want::Entry, |row| {
            found.push((row.uid()?, row.object()?));
            Ok(true)
        })?;
        Ok::<_, congvu_store::StoreError>(found)
    });
    read.await.unwrap()
}

async fn with_object(
    store: &Store,
    folder: FolderId,
    object: i64,
    most: usize,
) -> Option<Vec<(u32, u32)>> {
    let read = store.read(move |tx| entry::with_object(tx, folder, object, most));
    read.await.unwrap()
}

async fn copies_keep_what_identifies_them(ground: &Ground) {
    let desk = one_desk(ground).await;
    let inbox = desk.inbox;
    let other = ground
        .write(move |tx| folder::create(tx, desk.mailbox, "Other", None))
        .await
        .unwrap();
    for text in ["A: 1\r\n\r\nx", "A: 2\r\n\r\nx", "A: 2\r\n\r\nx"] {
        deliver(ground, inbox, text.as_bytes()).await;
    }
    let born = objects(ground, inbox).await;
    // The same bytes, delivered twice, are two contents: their own header lines may differ.
    assert!(born[0].1 != born[1].1 && born[1].1 != born[2].1);
    let first = born[0].1;
    ground
        .write(move |tx| {
            entry::copy_to(tx, inbox, &[(1, 2)], other)?;
            entry::copy_to(tx, inbox, &[(1, 1)], inbox)?;
            entry::copy_to(tx, other, &[(1, 1)], other)?;
            entry::move_to(tx, other, &[(3, 3)], inbox)
        })
        .await
        .unwrap();
    let now = objects(ground, inbox).await;
    assert_eq!(now[..3], born);
    assert_eq!(now[3..], [(4, first), (5, first)]);
    assert_eq!(objects(ground, other).await, [(1, first), (2, born[1].1)]);
    // Found by it, wherever it was born; `None` where there are more than wanted.
    assert_eq!(
        with_object(ground, inbox, first, 9).await,
        Some(vec![(1, 1), (4, 5)])
    );
    assert_eq!(
        with_object(ground, other, first, 9).await,
        Some(vec![(1, 1)])
    );
    assert_eq!(
        with_object(ground, inbox, first, 3).await,
        Some(vec![(1, 1), (4, 5)])
    );
    assert_eq!(with_object(ground, inbox, first, 2).await, None);
    assert_eq!(with_object(ground, other, born[2].1, 9).await, Some(vec![]));
    // What was born here and is gone leaves its copies.
    ground
        .write(move |tx| entry::remove(tx, inbox, &[(1, 1)]))
        .await
        .unwrap();
    assert_eq!(
        with_object(ground, inbox, first, 9).await,
        Some(vec![(4, 5)])
    );
    // Neither its place nor a folder's is given out again.
    ground
        .write(move |tx| {
            entry::remove(tx, inbox, &[(1, u32::MAX)])?;
            folder::delete(tx, other)?;
            while folder::purge(tx, 100)? {}
            Ok::<_, congvu_store::StoreError>(())
        })
        .await
        .unwrap();
    let again = ground
        .write(move |tx| folder::create(tx, desk.mailbox, "Other", None))
        .await
        .unwrap();
    assert!(again > other);
    deliver(ground, inbox, b"A: 1\r\n\r\nx").await;
    deliver(ground, again, b"A: 1\r\n\r\nx").await;
    for (_, fresh) in [objects(ground, inbox).await, objects(ground, again).await].concat() {
        assert!(born.iter().all(|(_, old)| *old != fresh));
    }
    assert_sound(ground).await;
}

async fn headers_are_read_without_their_messages(ground: &Ground) {
    let inbox = one_desk(ground).await.inbox;
    let stored = message(ground, b"A: b\r\n\r\n1234").await;
    ground
        .write(move |tx| entry::append(tx, &in_folder(inbox, stored, 0, b"P: q\r\n")))
        .await
        .unwrap();
    deliver(ground, inbox, b"A: c\r\n\r\n1234").await;
    let read = ground.read(move |tx| {
        let mut found = Vec::new();
        for which in [
            Headers::Entries,
            Headers::Subjects,
            Headers::Addresses,
            Headers::References,
        ] {
            entry::headers(tx, inbox, (1, 2), which, |row| {
                found.push((row.uid()?, row.size()?));
                assert!(row.internal_at()? > 0);
                if which >= Headers::Subjects {
                    assert_eq!(row.sent_at()?, 1_700_000_000_000);
                    assert_eq!(row.subject()?, "Giấy mời");
                }
                if which == Headers::Addresses {
                    assert_eq!(row.envelope()?, b"envelope");
                }
                if which == Headers::References {
                    assert_eq!(row.message_id()?.as_deref(), Some("<1@sonla.gov.vn>"));
                    assert_eq!(row.references()?, "");
                }
                // The first is enough but for the first time.
                Ok(which == Headers::Entries)
            })?;
        }
        Ok::<_, congvu_store::StoreError>(found)
    });
    let found = read.await.unwrap();
    assert_eq!(found, [(1, 18), (2, 12), (1, 18), (1, 18), (1, 18)]);
    let preview = ground.read(move |tx| {
        let mut preview = String::new();
        entry::scan(tx, inbox, (1, 1), Want::Message, |row| {
            preview = row.preview()?;
            Ok(true)
        })?;
        Ok::<_, congvu_store::StoreError>(preview)
    });
    assert_eq!(preview.await.unwrap(), "Kính mời");
}
