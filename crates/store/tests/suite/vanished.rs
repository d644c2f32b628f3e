//! What left a folder when (RFC 7162 §5.3), and what lies below a name.

use congvu_store::entry;
use congvu_store::{FolderId, Store, StoreError, folder};

use super::fixture::{assert_sound, deliver, get_folder, one_desk};
use super::harness::Ground;

both!(what_left_is_known_up_to_a_point, what_lies_below_a_name);

async fn since(store: &Store, folder: FolderId, modseq: i64) -> Option<Vec<(u32, u32)>> {
    let read = store.read(move |tx| entry::vanished_since(tx, folder, modseq));
    read.await.unwrap()
}

async fn forget(store: &Store, folder: FolderId, keep: i64) {
    let write = store.write(move |tx| entry::forget_vanished(tx, folder, keep));
    write.await.unwrap();
}

async fn what_left_is_known_up_to_a_point(ground: &Ground) {
    let inbox = one_desk(ground).await.inbox;
    for n in 0..12_u8 {
        deliver(ground, inbox, &[n; 3]).await;
    }
    let came = get_folder(ground, inbox).await.modseq;
    // Each removal has a modseq of its own, the last two rows.
    for ranges in [&[(2, 2)][..], &[(3, 4)], &[(9, 9)], &[(6, 6), (11, 12)]] {
        let done = ground.write(move |tx| entry::remove(tx, inbox, ranges));
        done.await.unwrap();
    }
    let all = vec![(2, 2), (3, 4), (9, 9), (6, 6), (11, 12)];
    assert_eq!(since(ground, inbox, 0).await, Some(all.clone()));
    assert_eq!(since(ground, inbox, came).await, Some(all));
    assert_eq!(
        since(ground, inbox, came + 2).await,
        Some(vec![(9, 9), (6, 6), (11, 12)])
    );
    // Fewer than are to be kept: nothing happens.
    forget(ground, inbox, 5).await;
    assert!(since(ground, inbox, came).await.is_some());
    forget(ground, inbox, 3).await;
    assert_eq!(since(ground, inbox, 0).await, None);
    assert_eq!(since(ground, inbox, came + 1).await, None);
    assert_eq!(
        since(ground, inbox, came + 2).await,
        Some(vec![(9, 9), (6, 6), (11, 12)])
    );
    // All rows of a modseq go together.
    forget(ground, inbox, 1).await;
    assert_eq!(since(ground, inbox, came + 3).await, None);
    assert_eq!(since(ground, inbox, came + 4).await, Some(vec![]));
    let done = ground.write(move |tx| entry::remove(tx, inbox, &[(1, 1)]));
    done.await.unwrap();
    assert_eq!(since(ground, inbox, came + 3).await, None);
    assert_eq!(since(ground, inbox, came + 4).await, Some(vec![(1, 1)]));
    forget(ground, inbox, 0).await;
    assert_eq!(since(ground, inbox, came + 4).await, None);
    assert_eq!(since(ground, inbox, came + 5).await, Some(vec![]));
    assert_sound(ground).await;
}

async fn what_lies_below_a_name(ground: &Ground) {
    let desk = one_desk(ground).await;
    let mailbox = get_folder(ground, desk.inbox).await.mailbox;
    let work = ground.write(move |tx| {
        for name in ["a", "a0", "ab", "b/c/d", "đ", "đ/ế"] {
            folder::create(tx, mailbox, name, None)?;
        }
        let gone = folder::create(tx, mailbox, "ab/gone", None)?;
        folder::delete(tx, gone)?;
        let mut found = Vec::new();
        for name in ["a", "ab", "b", "b/c", "b/c/d", "đ", "INBOX"] {
            if folder::has_below(tx, mailbox, name)? {
                found.push(name);
            }
        }
        Ok::<_, StoreError>(found)
    });
    assert_eq!(work.await.unwrap(), ["b", "b/c", "đ"]);
}

/// Many statements: on PostgreSQL it would take minutes and show nothing else.
mod many {
    use super::*;

    on_sqlite!(what_is_kept_does_not_grow_for_ever);

    /// Flags change between the removals, as programs do it, so their modseqs are all odd or all even.
    async fn what_is_kept_does_not_grow_for_ever(ground: &Ground) {
        let inbox = one_desk(ground).await.inbox;
        deliver(ground, inbox, b"x").await;
        let work = ground.write(move |tx| {
            for n in 0..14 {
                entry::copy_to(tx, inbox, &[(1, 1 << n)], inbox)?;
            }
            for n in 1..=4_300_u32 {
                entry::store_flags(
                    tx,
                    inbox,
                    &[(2 * n, 2 * n)],
                    entry::FlagChange::Add(8),
                    None,
                )?;
                entry::remove(tx, inbox, &[(2 * n, 2 * n)])?;
            }
            let mut rows = 0;
            tx.each(
                "SELECT 1 FROM expunged WHERE folder_id = $1",
                &[inbox.into()],
                |_| {
                    rows += 1;
                    Ok(true)
                },
            )?;
            Ok::<_, StoreError>(rows)
        });
        let rows = work.await.unwrap();
        assert!((4_096..4_300).contains(&rows), "{rows} rows");
        assert_eq!(since(ground, inbox, 1).await, None);
        let now = get_folder(ground, inbox).await.modseq;
        assert_eq!(
            since(ground, inbox, now - 4).await,
            Some(vec![(8_598, 8_598), (8_600, 8_600)])
        );
        assert_sound(ground).await;
    }
}
