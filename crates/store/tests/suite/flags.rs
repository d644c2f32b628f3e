//! STORE, and STORE with UNCHANGEDSINCE (RFC 7162 §3.1.3).

use congvu_store::FolderId;
use congvu_store::Store;
use congvu_store::entry::{self, Changed, FlagChange, FlagsStored};
use congvu_store::keyword::flag;

use super::fixture::{assert_sound, deliver, get_folder, one_desk};
use super::harness::Ground;

both!(
    flags_are_added_removed_replaced,
    unchanged_since_refuses_what_changed,
    ranges_as_clients_write_them,
    catching_up_costs_what_it_returns,
    finding_ends_at_its_limit,
);

async fn store_flags(
    store: &Store,
    folder: FolderId,
    ranges: &'static [(u32, u32)],
    change: FlagChange,
    since: Option<i64>,
) -> FlagsStored {
    store
        .write(move |tx| entry::store_flags(tx, folder, ranges, change, since))
        .await
        .unwrap()
}

async fn flags_are_added_removed_replaced(ground: &Ground) {
    let inbox = one_desk(ground).await.inbox;
    for n in 0..3_u8 {
        deliver(ground, inbox, &[n; 3]).await;
    }
    let add = FlagChange::Add(flag::SEEN | flag::FLAGGED);
    let stored = store_flags(ground, inbox, &[(1, 2)], add, None).await;
    assert_eq!(stored.changed, [(1, 5), (2, 5)]);
    assert_eq!(stored.modseq, 5);
    assert_eq!(get_folder(ground, inbox).await.unseen, 1);
    // What has them already is not changed.
    let stored = store_flags(ground, inbox, &[(1, 3)], add, None).await;
    assert_eq!(stored.changed, [(3, 5)]);
    assert_eq!(get_folder(ground, inbox).await.unseen, 0);
    let remove = FlagChange::Remove(flag::SEEN | flag::DRAFT);
    let stored = store_flags(ground, inbox, &[(2, 2)], remove, None).await;
    assert_eq!(stored.changed, [(2, 4)]);
    assert_eq!(get_folder(ground, inbox).await.unseen, 1);
    let replace = FlagChange::Replace(1 << 62);
    let stored = store_flags(ground, inbox, &[(1, u32::MAX)], replace, None).await;
    assert_eq!(stored.changed, [(1, 1 << 62), (2, 1 << 62), (3, 1 << 62)]);
    assert_eq!(get_folder(ground, inbox).await.unseen, 3);
    let error = ground
        .write(move |tx| entry::store_flags(tx, FolderId(4711), &[(1, 1)], add, None))
        .await;
    assert!(error.is_err());
    assert_sound(ground).await;
}

async fn unchanged_since_refuses_what_changed(ground: &Ground) {
    let inbox = one_desk(ground).await.inbox;
    for n in 0..3_u8 {
        deliver(ground, inbox, &[n; 3]).await;
    }
    let since = get_folder(ground, inbox).await.modseq;
    store_flags(ground, inbox, &[(2, 2)], FlagChange::Add(flag::SEEN), None).await;
    let stored = store_flags(
        ground,
        inbox,
        &[(1, 3)],
        FlagChange::Add(flag::DELETED),
        Some(since),
    )
    .await;
    assert_eq!(stored.refused, [2]);
    assert_eq!(stored.changed, [(1, 8), (3, 8)]);
    // 0: only what never was, hence nothing.
    let stored = store_flags(ground, inbox, &[(1, 3)], FlagChange::Replace(0), Some(0)).await;
    assert_eq!(stored.refused, [1, 2, 3]);
    assert_eq!(stored.changed, []);
    assert_eq!(get_folder(ground, inbox).await.unseen, 2);
}

async fn ranges_as_clients_write_them(ground: &Ground) {
    let inbox = one_desk(ground).await.inbox;
    for n in 0..6_u8 {
        deliver(ground, inbox, &[n; 3]).await;
    }
    let delete = FlagChange::Add(flag::DELETED | flag::SEEN);
    let stored = store_flags(ground, inbox, &[(5, 4), (2, 4), (1, 2)], delete, Some(99)).await;
    let changed: Vec<_> = stored.changed.iter().map(|(uid, _)| *uid).collect();
    assert_eq!(changed, [1, 2, 3, 4, 5]);
    let removed = ground
        .write(move |tx| entry::expunge(tx, inbox, &[(4, 2), (3, 9), (2, 2)]))
        .await
        .unwrap();
    assert_eq!(removed, [2, 3, 4, 5]);
    let copied = ground
        .write(move |tx| entry::copy_to(tx, inbox, &[(6, 6), (1, 6), (6, 1)], inbox))
        .await
        .unwrap();
    assert_eq!((copied.source, copied.first), (vec![1, 6], 7));
    let moved = ground
        .write(move |tx| entry::move_to(tx, inbox, &[(8, 7), (7, 7)], inbox))
        .await
        .unwrap();
    assert_eq!((moved.source, moved.first), (vec![7, 8], 9));
    assert_eq!(super::fixture::uids(ground, inbox).await, [1, 6, 9, 10]);
    assert_sound(ground).await;
}

/// A mailbox where everything has been read, and then a new message.
async fn catching_up_costs_what_it_returns(ground: &Ground) {
    let inbox = one_desk(ground).await.inbox;
    for n in 0..600_u16 {
        deliver(ground, inbox, &n.to_be_bytes()).await;
    }
    let all: &[(u32, u32)] = &[(1, u32::MAX)];
    store_flags(ground, inbox, all, FlagChange::Add(flag::SEEN), None).await;
    let since = get_folder(ground, inbox).await.modseq;
    deliver(ground, inbox, b"new").await;
    store_flags(
        ground,
        inbox,
        &[(3, 3)],
        FlagChange::Add(flag::FLAGGED),
        None,
    )
    .await;
    let changed = ground
        .read(move |tx| entry::changed_since(tx, inbox, since))
        .await
        .unwrap();
    assert_eq!(
        changed,
        [
            Changed {
                uid: 3,
                flags: 5,
                modseq: since + 2
            },
            Changed {
                uid: 601,
                flags: 0,
                modseq: since + 1
            },
        ]
    );
    let everything = ground
        .read(move |tx| entry::changed_since(tx, inbox, 0))
        .await
        .unwrap();
    assert_eq!(everything.len(), 601);
}

async fn finding_ends_at_its_limit(ground: &Ground) {
    let inbox = one_desk(ground).await.inbox;
    let stored = super::fixture::message(ground, b"x").await;
    for at in [30, 10, 20, 10, 40] {
        let new = entry::NewEntry {
            internal_at: at,
            ..super::fixture::in_folder(inbox, stored, flag::SEEN, b"")
        };
        let put = ground.write(move |tx| entry::append(tx, &new)).await;
        put.unwrap();
    }
    let expunge = ground.write(move |tx| entry::remove(tx, inbox, &[(3, 3)]));
    expunge.await.unwrap();
    let found = ground
        .read(move |tx| {
            let all = (i64::MIN, i64::MAX);
            let everywhere = (1, u32::MAX);
            let seen = entry::Mark::Seen;
            Ok::<_, congvu_store::StoreError>((
                entry::received(tx, inbox, (10, 30), 9)?,
                entry::received(tx, inbox, all, 4)?,
                entry::received(tx, inbox, all, 3)?,
                entry::marked(tx, inbox, seen, (2, 4), 2)?,
                entry::marked(tx, inbox, seen, everywhere, 3)?,
                entry::changed_up_to(tx, inbox, 4, 2)?.map(|changed| changed.len()),
                entry::changed_up_to(tx, inbox, 4, 1)?.map(|changed| changed.len()),
                (
                    entry::count_from(tx, inbox, 1, 6)?,
                    entry::count_from(tx, inbox, 4, 6)?,
                    entry::count_from(tx, inbox, 6, 6)?,
                ),
            ))
        })
        .await
        .unwrap();
    assert_eq!(
        found,
        (
            Some(vec![(2, 2), (4, 4)]),
            Some(vec![(1, 2), (4, 5)]),
            None,
            Some(vec![(2, 2), (4, 4)]),
            None,
            Some(2),
            None,
            (4, 2, 0),
        )
    );
}
