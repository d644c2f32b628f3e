//! Annotations of folders and mailboxes.

use congvu_store::metadata::{self, Annotation, Depth, Touched};
use congvu_store::{FolderId, MailboxId, Store, StoreError, folder};

use super::fixture::{assert_sound, desk, number, office, one_desk};
use super::harness::Ground;

both!(
    entries_are_set_read_and_removed,
    depth_says_how_far_below,
    each_mailbox_and_each_folder_has_its_own,
    changes_are_told_by_their_versions,
    a_deleted_folder_takes_its_entries_along,
    a_copy_has_the_same_entries,
);

type Value = Option<&'static str>;

async fn set(
    store: &Store,
    mailbox: MailboxId,
    folder: Option<FolderId>,
    entries: &'static [(&'static str, Value)],
) -> i64 {
    let write = store.write(move |tx| {
        let entries: Vec<_> = entries
            .iter()
            .map(|&(name, value)| (name, value.map(str::as_bytes)))
            .collect();
        metadata::set(tx, mailbox, folder, &entries)
    });
    write.await.unwrap()
}

async fn get(
    store: &Store,
    mailbox: MailboxId,
    folder: Option<FolderId>,
    name: &'static str,
    depth: Depth,
) -> Vec<(String, String)> {
    let read = store.read(move |tx| metadata::get(tx, mailbox, folder, name, depth));
    let text = |Annotation { name, value }| (name, String::from_utf8(value).unwrap());
    read.await.unwrap().into_iter().map(text).collect()
}

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter()
        .map(|&(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

async fn entries_are_set_read_and_removed(ground: &Ground) {
    let desk = one_desk(ground).await;
    let (mailbox, inbox) = (desk.mailbox, Some(desk.inbox));
    let read = |name| get(ground, mailbox, inbox, name, Depth::Zero);
    set(
        ground,
        mailbox,
        inbox,
        &[("/shared/a", Some("1")), ("/shared/b", Some(""))],
    )
    .await;
    assert_eq!(read("/shared/a").await, pairs(&[("/shared/a", "1")]));
    assert_eq!(read("/shared/b").await, pairs(&[("/shared/b", "")]));
    set(
        ground,
        mailbox,
        inbox,
        &[
            ("/shared/a", Some("hai")),
            ("/shared/b", None),
            ("/shared/c", None),
        ],
    )
    .await;
    assert_eq!(read("/shared/a").await, pairs(&[("/shared/a", "hai")]));
    assert_eq!(read("/shared/b").await, []);
    let usage = ground.read(move |tx| metadata::usage(tx, mailbox, inbox));
    let usage = usage.await.unwrap();
    assert_eq!((usage.entries, usage.bytes), (1, 12));
    // What was removed is not remembered for ever.
    for _ in 0..65 {
        set(ground, mailbox, inbox, &[("/shared/a", Some("x"))]).await;
    }
    assert_eq!(number(ground, "SELECT COUNT(*) FROM metadata").await, 1);
    assert_sound(ground).await;
}

async fn depth_says_how_far_below(ground: &Ground) {
    let desk = one_desk(ground).await;
    let (mailbox, inbox) = (desk.mailbox, Some(desk.inbox));
    set(
        ground,
        mailbox,
        inbox,
        &[
            ("/private/a", Some("0")),
            ("/private/a/b", Some("1")),
            ("/private/a/b/c", Some("2")),
            ("/private/a0", Some("no")),
            ("/private/a-b", Some("no")),
            ("/private/ab", Some("no")),
        ],
    )
    .await;
    let read = |depth| get(ground, mailbox, inbox, "/private/a", depth);
    let all = pairs(&[
        ("/private/a", "0"),
        ("/private/a/b", "1"),
        ("/private/a/b/c", "2"),
    ]);
    assert_eq!(read(Depth::Zero).await, all[..1]);
    assert_eq!(read(Depth::One).await, all[..2]);
    assert_eq!(read(Depth::Infinity).await, all);
}

async fn each_mailbox_and_each_folder_has_its_own(ground: &Ground) {
    let office = office(ground).await;
    let (an, binh) = (
        desk(ground, office, "an").await,
        desk(ground, office, "binh").await,
    );
    set(ground, an.mailbox, None, &[("/private/a", Some("an"))]).await;
    set(
        ground,
        an.mailbox,
        Some(an.inbox),
        &[("/private/a", Some("an inbox"))],
    )
    .await;
    set(ground, binh.mailbox, None, &[("/private/a", Some("binh"))]).await;
    for (mailbox, folder, value) in [
        (an.mailbox, None, "an"),
        (an.mailbox, Some(an.inbox), "an inbox"),
        (binh.mailbox, None, "binh"),
    ] {
        let got = get(ground, mailbox, folder, "/private/a", Depth::Zero).await;
        assert_eq!(got, pairs(&[("/private/a", value)]));
    }
    let got = get(
        ground,
        binh.mailbox,
        Some(binh.inbox),
        "/private",
        Depth::Infinity,
    )
    .await;
    assert_eq!(got, []);
    let nobody = ground.write(|tx| metadata::set(tx, MailboxId(99), None, &[]));
    assert!(matches!(nobody.await, Err(StoreError::NotFound("mailbox"))));
}

async fn changes_are_told_by_their_versions(ground: &Ground) {
    let desk = one_desk(ground).await;
    let (mailbox, inbox) = (desk.mailbox, Some(desk.inbox));
    let first = set(
        ground,
        mailbox,
        inbox,
        &[("/shared/a", Some("1")), ("/shared/b", Some("1"))],
    )
    .await;
    let second = set(ground, mailbox, inbox, &[("/shared/a", None)]).await;
    let third = set(ground, mailbox, None, &[("/private/c", Some("1"))]).await;
    assert!(first < second && second < third);
    let read = ground.read(move |tx| {
        Ok::<_, StoreError>((
            metadata::touched(tx, mailbox, first)?,
            metadata::version(tx, mailbox)?,
        ))
    });
    let (touched, version) = read.await.unwrap();
    let entry = |folder, name: &str, version| Touched {
        folder,
        name: name.to_owned(),
        version,
    };
    assert_eq!(version, third);
    assert_eq!(
        touched,
        [
            entry(inbox, "/shared/a", second),
            entry(None, "/private/c", third)
        ]
    );
}

async fn a_deleted_folder_takes_its_entries_along(ground: &Ground) {
    let mailbox = one_desk(ground).await.mailbox;
    let made = ground.write(move |tx| folder::create(tx, mailbox, "a", None));
    let made = made.await.unwrap();
    set(ground, mailbox, Some(made), &[("/shared/a", Some("1"))]).await;
    ground
        .write(move |tx| folder::delete(tx, made))
        .await
        .unwrap();
    assert_eq!(number(ground, "SELECT COUNT(*) FROM metadata").await, 0);
    // One that is set beside the deleting keeps nothing back.
    set(ground, mailbox, Some(made), &[("/shared/a", Some("late"))]).await;
    let purge = |tx: &mut congvu_store::Tx<'_>| folder::purge(tx, 100);
    while ground.write(purge).await.unwrap() {}
    assert_eq!(number(ground, "SELECT COUNT(*) FROM metadata").await, 0);
    assert_sound(ground).await;
}

async fn a_copy_has_the_same_entries(ground: &Ground) {
    let desk = one_desk(ground).await;
    let (mailbox, inbox) = (desk.mailbox, desk.inbox);
    set(
        ground,
        mailbox,
        Some(inbox),
        &[("/shared/a", Some("1")), ("/shared/b", Some("2"))],
    )
    .await;
    set(ground, mailbox, Some(inbox), &[("/shared/b", None)]).await;
    let copy = ground.write(move |tx| {
        let made = folder::create(tx, mailbox, "old", None)?;
        metadata::copy(tx, mailbox, inbox, made)?;
        Ok::<_, StoreError>(made)
    });
    let made = copy.await.unwrap();
    for folder in [inbox, made] {
        let got = get(ground, mailbox, Some(folder), "/shared", Depth::Infinity).await;
        assert_eq!(got, pairs(&[("/shared/a", "1")]));
    }
}
