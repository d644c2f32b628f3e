//! Folders: making, renaming, deleting, subscribing.

use congvu_store::entry::{self, Want};
use congvu_store::folder;
use congvu_store::{MailboxId, Store, StoreError, StoreResult};

use super::fixture::{
    assert_sound, deliver, desk, find_folder, get_folder, number, office, one_desk, uids,
};
use super::harness::Ground;

both!(
    names_are_unique,
    renaming_takes_the_children_along,
    inbox_stays,
    a_deleted_folder_is_gone_at_once_and_purged_in_chunks,
    uid_validity_never_comes_back,
    renaming_inbox_moves_its_messages,
    subscriptions_need_no_folder,
    recent_is_told_once,
);

async fn create(store: &Store, mailbox: MailboxId, name: &'static str) -> StoreResult<()> {
    store
        .write(move |tx| folder::create(tx, mailbox, name, None))
        .await
        .map(drop)
}

async fn rename(
    store: &Store,
    mailbox: MailboxId,
    from: &'static str,
    to: &'static str,
) -> StoreResult<()> {
    store
        .write(move |tx| folder::rename(tx, mailbox, from, to))
        .await
}

async fn names(store: &Store, mailbox: MailboxId) -> Vec<String> {
    let all = store
        .read(move |tx| folder::list(tx, mailbox))
        .await
        .unwrap();
    all.into_iter()
        .map(|folder| folder.name)
        .filter(|name| {
            !congvu_store::mailbox::FIRST_FOLDERS
                .iter()
                .any(|(first, _)| first == name)
        })
        .collect()
}

async fn names_are_unique(ground: &Ground) {
    let office = office(ground).await;
    let an = desk(ground, office, "an").await.mailbox;
    let binh = desk(ground, office, "binh").await.mailbox;
    create(ground, an, "Việc").await.unwrap();
    create(ground, an, "việc").await.unwrap();
    create(ground, binh, "Việc").await.unwrap();
    let error = create(ground, an, "Việc").await.unwrap_err();
    assert!(matches!(error, StoreError::Conflict("folder")), "{error}");
    let error = create(ground, MailboxId(99), "x").await.unwrap_err();
    assert!(matches!(error, StoreError::NotFound("mailbox")), "{error}");
    // By bytes, on both engines.
    assert_eq!(names(ground, an).await, ["Việc", "việc"]);
}

async fn renaming_takes_the_children_along(ground: &Ground) {
    let mailbox = one_desk(ground).await.mailbox;
    for name in ["a", "a/b", "a/b/c", "ab", "d"] {
        create(ground, mailbox, name).await.unwrap();
    }
    let before = find_folder(ground, mailbox, "a/b/c").await;
    deliver(ground, before.id, b"x").await;
    rename(ground, mailbox, "a", "e").await.unwrap();
    assert_eq!(
        names(ground, mailbox).await,
        ["ab", "d", "e", "e/b", "e/b/c"]
    );
    let after = find_folder(ground, mailbox, "e/b/c").await;
    assert_eq!(
        (after.id, after.uid_validity),
        (before.id, before.uid_validity)
    );
    assert_eq!(after.total, 1);

    let error = rename(ground, mailbox, "e", "d").await.unwrap_err();
    assert!(matches!(error, StoreError::Conflict(_)), "{error}");
    let error = rename(ground, mailbox, "gone", "x").await.unwrap_err();
    assert!(matches!(error, StoreError::NotFound(_)), "{error}");
    // A child's new name is taken: nothing is renamed.
    create(ground, mailbox, "f/b").await.unwrap();
    assert!(rename(ground, mailbox, "e", "f").await.is_err());
    assert_eq!(
        names(ground, mailbox).await,
        ["ab", "d", "e", "e/b", "e/b/c", "f/b"]
    );
}

/// Without INBOX a mailbox could take no mail.
async fn inbox_stays(ground: &Ground) {
    let desk = one_desk(ground).await;
    let error = rename(ground, desk.mailbox, "INBOX", "x")
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::Conflict(_)), "{error}");
    let error = ground
        .write(move |tx| folder::delete(tx, desk.inbox))
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::Conflict(_)), "{error}");
    assert_eq!(
        find_folder(ground, desk.mailbox, "INBOX").await.id,
        desk.inbox
    );
}

async fn a_deleted_folder_is_gone_at_once_and_purged_in_chunks(ground: &Ground) {
    let desk = one_desk(ground).await;
    create(ground, desk.mailbox, "Cũ").await.unwrap();
    let old = find_folder(ground, desk.mailbox, "Cũ").await.id;
    for n in 0..7_u8 {
        deliver(ground, old, &[n; 10]).await;
    }
    deliver(ground, desk.inbox, b"stays").await;
    let delete = async || ground.write(move |tx| folder::delete(tx, old)).await;
    delete().await.unwrap();
    assert!(matches!(delete().await, Err(StoreError::NotFound(_))));
    let usage = ground
        .read(move |tx| congvu_store::mailbox::usage(tx, desk.mailbox))
        .await
        .unwrap()
        .unwrap();
    assert_eq!((usage.used_messages, usage.used_bytes), (1, 5));
    // The name is free, nothing can be put into the old one, nothing copied out of it.
    create(ground, desk.mailbox, "Cũ").await.unwrap();
    let (into, out) = (
        ground
            .write(move |tx| entry::copy_to(tx, desk.inbox, &[(1, 1)], old))
            .await,
        ground
            .write(move |tx| entry::copy_to(tx, old, &[(1, 1)], desk.inbox))
            .await,
    );
    assert!(matches!(into, Err(StoreError::NotFound(_))));
    assert!(matches!(out, Err(StoreError::NotFound(_))));
    assert_sound(ground).await;

    let mut chunks = 0;
    while ground.write_bulk(|tx| folder::purge(tx, 3)).await.unwrap() {
        chunks += 1;
        assert_sound(ground).await;
    }
    assert_eq!(chunks, 3);
    assert_eq!(number(ground, "SELECT COUNT(*) FROM entry").await, 1);
    assert_eq!(number(ground, "SELECT COUNT(*) FROM loose").await, 7);
    assert_eq!(
        number(
            ground,
            "SELECT COUNT(*) FROM folder WHERE gone_at IS NOT NULL"
        )
        .await,
        0
    );
}

/// RFC 9051 §2.3.1.1: a folder made again under an old name has a greater UIDVALIDITY.
async fn uid_validity_never_comes_back(ground: &Ground) {
    let mailbox = one_desk(ground).await.mailbox;
    let mut last = 0;
    for round in 0..5 {
        create(ground, mailbox, "Tạm").await.unwrap();
        let folder = find_folder(ground, mailbox, "Tạm").await;
        assert!(folder.uid_validity > last);
        last = folder.uid_validity;
        let id = folder.id;
        if round % 2 == 0 {
            ground
                .write(move |tx| folder::delete(tx, id))
                .await
                .unwrap();
        } else {
            rename(ground, mailbox, "Tạm", if round == 1 { "x" } else { "y" })
                .await
                .unwrap();
        }
    }
}

/// RFC 9051 §6.3.6
async fn renaming_inbox_moves_its_messages(ground: &Ground) {
    let desk = one_desk(ground).await;
    for n in 0..3_u8 {
        deliver(ground, desk.inbox, &[n; 10]).await;
    }
    create(ground, desk.mailbox, "2025").await.unwrap();
    let to = find_folder(ground, desk.mailbox, "2025").await.id;
    ground
        .write(move |tx| folder::move_all(tx, desk.inbox, to))
        .await
        .unwrap();
    assert_eq!(uids(ground, to).await, [1, 2, 3]);
    let inbox = get_folder(ground, desk.inbox).await;
    assert_eq!((inbox.total, inbox.bytes, inbox.unseen), (0, 0, 0));
    assert_eq!(inbox.uid_next, 4);
    // An empty one moves nothing.
    ground
        .write(move |tx| folder::move_all(tx, desk.inbox, to))
        .await
        .unwrap();
    assert_eq!(get_folder(ground, to).await.total, 3);
    assert_sound(ground).await;
}

async fn subscriptions_need_no_folder(ground: &Ground) {
    let mailbox = one_desk(ground).await.mailbox;
    ground
        .write(move |tx| {
            folder::subscribe(tx, mailbox, "Không có")?;
            folder::subscribe(tx, mailbox, "Không có")?;
            folder::unsubscribe(tx, mailbox, "Junk")?;
            folder::unsubscribe(tx, mailbox, "Chưa từng")
        })
        .await
        .unwrap();
    let names = ground
        .read(move |tx| folder::subscriptions(tx, mailbox))
        .await
        .unwrap();
    assert_eq!(
        names,
        ["Archive", "Drafts", "INBOX", "Không có", "Sent", "Trash"]
    );
}

async fn recent_is_told_once(ground: &Ground) {
    let inbox = one_desk(ground).await.inbox;
    deliver(ground, inbox, b"1").await;
    assert_eq!(get_folder(ground, inbox).await.recent_uid, 1);
    ground
        .write(move |tx| folder::take_recent(tx, inbox))
        .await
        .unwrap();
    deliver(ground, inbox, b"2").await;
    let folder = get_folder(ground, inbox).await;
    assert_eq!((folder.recent_uid, folder.uid_next), (2, 3));
    ground
        .read(move |tx| {
            entry::scan(tx, inbox, (2, 2), Want::Message, |entry| {
                assert_eq!(entry.subject()?, "Giấy mời");
                assert_eq!(entry.envelope()?, b"envelope");
                assert_eq!(entry.structure()?, b"structure");
                assert_eq!(entry.header_len()?, 4);
                assert_eq!(entry.sent_at()?, Some(1_700_000_000_000));
                Ok(true)
            })
        })
        .await
        .unwrap();
}
