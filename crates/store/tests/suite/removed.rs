//! What people removed and can have back.

use std::time::Instant;

use congvu_store::blob::sweep;
use congvu_store::entry::{self, Want};
use congvu_store::message::{self};
use congvu_store::removed::{self, RemovedId};
use congvu_store::{Clock, FolderId, MailboxId, Store, StoreError, folder, mailbox};

use super::fixture::{
    self, assert_sound, deliver, facts, find_folder, get_folder, in_folder, number, uids,
};
use super::harness::Ground;

both!(
    an_expunged_message_comes_back,
    a_move_is_no_removal,
    a_deleted_folder_comes_back_with_its_content,
    what_is_pruned_is_gone,
    bytes_live_as_long_as_they_can_be_asked_for,
    pages_go_through_all,
    another_mailbox_gets_nothing,
);

const AT: i64 = 1_780_000_000_000;
const DAY: i64 = 86_400_000;

async fn page(store: &Store, mailbox: MailboxId) -> Vec<removed::Removed> {
    store
        .read(move |tx| removed::page(tx, mailbox, None, 100))
        .await
        .unwrap()
}

async fn restore(
    store: &Store,
    mailbox: MailboxId,
    ids: Vec<RemovedId>,
    into: FolderId,
) -> Vec<u32> {
    store
        .write(move |tx| removed::restore(tx, mailbox, &ids, into))
        .await
        .unwrap()
}

async fn an_expunged_message_comes_back(ground: &Ground) {
    let clock = Clock::driven(AT);
    let store = ground.keeping(&clock).await;
    let desk = fixture::one_desk(&store).await;
    for n in 0..5 {
        deliver(&store, desk.inbox, format!("thư {n}").as_bytes()).await;
    }
    let before = store
        .read(move |tx| mailbox::usage(tx, desk.mailbox))
        .await
        .unwrap();
    store
        .write(move |tx| {
            entry::store_flags(
                tx,
                desk.inbox,
                &[(2, 3)],
                entry::FlagChange::Add(8 | 1),
                None,
            )?;
            entry::expunge(tx, desk.inbox, &[(1, 9)])
        })
        .await
        .unwrap();
    let usage = store
        .read(move |tx| mailbox::usage(tx, desk.mailbox))
        .await
        .unwrap();
    assert_eq!(usage.unwrap().used_messages, 3);
    let listed = page(&store, desk.mailbox).await;
    assert_eq!(listed.len(), 2);
    let total = store
        .read(move |tx| removed::total(tx, desk.mailbox))
        .await
        .unwrap();
    assert_eq!(total, (2, listed.iter().map(|one| one.size).sum()));
    assert!(listed.iter().all(|one| one.id.folder() == desk.inbox));
    assert!(listed.iter().all(|one| one.folder == "INBOX"
        && !one.folder_gone
        && one.removed_at == AT
        && one.subject == "Giấy mời"));
    let ids: Vec<_> = listed.iter().map(|one| one.id).collect();
    assert_eq!(
        restore(&store, desk.mailbox, ids.clone(), desk.inbox).await,
        [6, 7]
    );
    // A second time does nothing.
    assert!(
        restore(&store, desk.mailbox, ids, desk.inbox)
            .await
            .is_empty()
    );
    assert_eq!(uids(&store, desk.inbox).await, [1, 4, 5, 6, 7]);
    assert_eq!(page(&store, desk.mailbox).await, []);
    let after = store
        .read(move |tx| mailbox::usage(tx, desk.mailbox))
        .await
        .unwrap();
    assert_eq!(after, before);
    // What it is stays: its place is its EMAILID; \Deleted is gone.
    let seen = store
        .read(move |tx| {
            let mut seen = Vec::new();
            entry::scan(tx, desk.inbox, (6, 7), Want::Entry, |entry| {
                seen.push((entry.flags()?, entry.object()?));
                Ok(true)
            })?;
            Ok::<_, StoreError>(seen)
        })
        .await
        .unwrap();
    let place = |uid: i64| (desk.inbox.0 << 32) | uid;
    assert_eq!(seen, [(1, place(2)), (1, place(3))]);
    assert_sound(&store).await;
}

async fn a_move_is_no_removal(ground: &Ground) {
    let store = ground.keeping(&Clock::driven(AT)).await;
    let desk = fixture::one_desk(&store).await;
    let trash = find_folder(&store, desk.mailbox, "Trash").await.id;
    deliver(&store, desk.inbox, b"a").await;
    deliver(&store, desk.inbox, b"b").await;
    store
        .write(move |tx| {
            entry::move_to(tx, desk.inbox, &[(1, 1)], trash)?;
            entry::discard(tx, desk.inbox, &[(2, 2)])
        })
        .await
        .unwrap();
    assert_eq!(page(&store, desk.mailbox).await, []);
    assert_sound(&store).await;
}

async fn a_deleted_folder_comes_back_with_its_content(ground: &Ground) {
    let clock = Clock::driven(AT);
    let store = ground.keeping(&clock).await;
    let desk = fixture::one_desk(&store).await;
    let made = store
        .write(move |tx| folder::create(tx, desk.mailbox, "Hồ sơ/2026", None))
        .await
        .unwrap();
    for n in 0..25 {
        deliver(&store, made, format!("hồ sơ {n}").as_bytes()).await;
    }
    store
        .write(move |tx| entry::remove(tx, made, &[(1, 1)]))
        .await
        .unwrap();
    clock.set(AT + 1);
    store
        .write(move |tx| folder::delete(tx, made))
        .await
        .unwrap();
    clock.set(AT + DAY);
    // Half of its entries are still to be removed when it is asked for.
    store.write(move |tx| folder::purge(tx, 10)).await.unwrap();
    assert_sound(&store).await;
    let listed = store
        .read(move |tx| removed::folders(tx, desk.mailbox, 10))
        .await
        .unwrap();
    assert_eq!(
        listed
            .iter()
            .map(|one| (one.name.as_str(), one.messages, one.removed_at))
            .collect::<Vec<_>>(),
        [("Hồ sơ/2026", 24, AT + 1)]
    );
    let mut restored = 0;
    loop {
        let step = store
            .write(move |tx| removed::restore_folder(tx, desk.mailbox, made, 10))
            .await
            .unwrap();
        assert_eq!(step.name, "Hồ sơ/2026");
        restored += step.restored;
        assert_sound(&store).await;
        if !step.more {
            break;
        }
    }
    assert_eq!(restored, 24);
    let back = find_folder(&store, desk.mailbox, "Hồ sơ/2026").await;
    assert_ne!(back.id, made);
    assert_eq!((back.total, back.uid_next), (24, 25));
    // What was expunged from it before is still to be had, and asking again does nothing.
    let listed = page(&store, desk.mailbox).await;
    assert_eq!(listed.len(), 1);
    assert!(listed[0].folder == "Hồ sơ/2026" && listed[0].folder_gone);
    let again = store
        .write(move |tx| removed::restore_folder(tx, desk.mailbox, made, 10))
        .await
        .unwrap();
    assert_eq!((again.restored, again.more), (0, false));
    let none = store
        .read(move |tx| removed::folders(tx, desk.mailbox, 10))
        .await
        .unwrap();
    assert_eq!(none, []);
}

async fn what_is_pruned_is_gone(ground: &Ground) {
    let clock = Clock::driven(AT);
    let store = ground.keeping(&clock).await;
    let desk = fixture::one_desk(&store).await;
    let made = store
        .write(move |tx| folder::create(tx, desk.mailbox, "Cũ", None))
        .await
        .unwrap();
    for n in 0..7 {
        deliver(&store, made, format!("cũ {n}").as_bytes()).await;
        deliver(&store, desk.inbox, format!("mới {n}").as_bytes()).await;
    }
    store
        .write(move |tx| folder::delete(tx, made))
        .await
        .unwrap();
    while store.write(|tx| folder::purge(tx, 3)).await.unwrap() {}
    clock.set(AT + DAY);
    store
        .write(move |tx| entry::remove(tx, desk.inbox, &[(1, 7)]))
        .await
        .unwrap();
    let prune = async |before| {
        while store
            .write(move |tx| removed::prune(tx, before, 3))
            .await
            .unwrap()
        {}
    };
    prune(AT).await;
    assert_eq!(page(&store, desk.mailbox).await.len(), 14);
    prune(AT + 1).await;
    assert_eq!(page(&store, desk.mailbox).await.len(), 7);
    let none = store
        .read(move |tx| removed::folders(tx, desk.mailbox, 10))
        .await
        .unwrap();
    assert_eq!(none, []);
    let refused = store
        .write(move |tx| removed::restore_folder(tx, desk.mailbox, made, 10))
        .await;
    assert!(matches!(refused, Err(StoreError::NotFound(_))));
    assert_sound(&store).await;
}

async fn bytes_live_as_long_as_they_can_be_asked_for(ground: &Ground) {
    let clock = Clock::driven(AT);
    let store = ground.keeping(&clock).await;
    let desk = fixture::one_desk(&store).await;
    deliver(&store, desk.inbox, b"only here").await;
    store
        .write(move |tx| entry::remove(tx, desk.inbox, &[(1, 1)]))
        .await
        .unwrap();
    clock.set(AT + 29 * DAY);
    sweep::sweep(&store, clock.now()).await.unwrap();
    assert_eq!(number(&store, "SELECT COUNT(*) FROM blob").await, 1);
    let before = AT + 1;
    store
        .write(move |tx| removed::prune(tx, before, 10))
        .await
        .unwrap();
    clock.set(AT + 30 * DAY);
    sweep::sweep(&store, clock.now()).await.unwrap();
    clock.set(AT + 31 * DAY);
    sweep::sweep(&store, clock.now()).await.unwrap();
    assert_eq!(number(&store, "SELECT COUNT(*) FROM blob").await, 0);
    assert_sound(&store).await;
}

async fn pages_go_through_all(ground: &Ground) {
    let clock = Clock::driven(AT);
    let store = ground.keeping(&clock).await;
    let desk = fixture::one_desk(&store).await;
    for n in 0..20 {
        deliver(&store, desk.inbox, format!("{n}").as_bytes()).await;
    }
    for n in 0..4_u32 {
        clock.set(AT + i64::from(n) * 1000);
        store
            .write(move |tx| entry::remove(tx, desk.inbox, &[(5 * n + 1, 5 * n + 5)]))
            .await
            .unwrap();
    }
    let (mut seen, mut before) = (Vec::new(), None);
    loop {
        let page = store
            .read(move |tx| removed::page(tx, desk.mailbox, before, 3))
            .await
            .unwrap();
        let Some(last) = page.last() else { break };
        before = Some(last.id);
        seen.extend(page.iter().map(|one| one.id));
    }
    assert_eq!(seen.len(), 20);
    assert!(seen.windows(2).all(|two| two[0] > two[1]));
}

async fn another_mailbox_gets_nothing(ground: &Ground) {
    let store = ground.keeping(&Clock::driven(AT)).await;
    let office = fixture::office(&store).await;
    let (an, binh) = (
        fixture::desk(&store, office, "an.nv").await,
        fixture::desk(&store, office, "binh.tt").await,
    );
    deliver(&store, an.inbox, b"hers").await;
    store
        .write(move |tx| entry::remove(tx, an.inbox, &[(1, 1)]))
        .await
        .unwrap();
    let ids: Vec<_> = page(&store, an.mailbox)
        .await
        .iter()
        .map(|r| r.id)
        .collect();
    assert!(
        restore(&store, binh.mailbox, ids.clone(), binh.inbox)
            .await
            .is_empty()
    );
    let refused = store
        .write(move |tx| removed::restore(tx, an.mailbox, &ids, binh.inbox))
        .await;
    assert!(matches!(refused, Err(StoreError::NotFound(_))));
    assert_eq!(page(&store, an.mailbox).await.len(), 1);
    assert_eq!(get_folder(&store, binh.inbox).await.total, 0);
}

/// What EXPUNGE of many costs with and without keeping them: `cargo nextest run -p congvu-store expunge_of_many --run-ignored
/// all --no-capture`.
#[test]
#[ignore = "a measurement"]
fn expunge_of_many() {
    super::harness::sqlite(async |ground: &Ground| {
        for keeps in [false, true] {
            let store = if keeps {
                ground.keeping(&Clock::default()).await
            } else {
                ground.open(true).await
            };
            let name = format!("folder {keeps}");
            let mailbox = if keeps {
                MailboxId(number(&store, "SELECT MAX(id) FROM mailbox").await)
            } else {
                fixture::one_desk(&store).await.mailbox
            };
            let folder = store
                .write(move |tx| folder::create(tx, mailbox, &name, None))
                .await
                .unwrap();
            let mut stored = Vec::new();
            for n in 0..10_000 {
                let staged = store
                    .blobs()
                    .stage(format!("{keeps} {n}").as_bytes())
                    .await
                    .unwrap();
                stored.push(staged);
            }
            let stored = std::sync::Arc::new(stored);
            store
                .write(move |tx| {
                    for staged in stored.iter() {
                        let put = message::put(tx, staged, &facts())?;
                        entry::append(tx, &in_folder(folder, put, 8, &[b'x'; 300]))?;
                    }
                    Ok::<_, StoreError>(())
                })
                .await
                .unwrap();
            let began = Instant::now();
            store
                .write(move |tx| entry::expunge(tx, folder, &[(1, u32::MAX)]))
                .await
                .unwrap();
            eprintln!("keeps {keeps}: {:?}", began.elapsed());
        }
    });
}
