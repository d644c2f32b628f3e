//! Conversations in a folder and in a mailbox.

use congvu_store::entry::{self, NewEntry, Towards, conversation};
use congvu_store::message::{self, NewMessage};
use congvu_store::{FolderId, MailboxId, Store, StoreError, folder};

use super::fixture::{Desk, assert_sound, desk, facts, office};
use super::harness::Ground;

both!(
    each_conversation_is_shown_once,
    copies_and_what_comes_back_belong_to_it,
);

/// Delivers message `id`, which answers `answers`; its UID.
async fn say(store: &Store, folder: FolderId, id: &str, answers: &str) -> u32 {
    let staged = store.blobs().stage(id.as_bytes()).await.unwrap();
    let facts = NewMessage {
        message_id: Some(format!("<{id}>")),
        references: answers.to_owned(),
        ..facts()
    };
    let write = store.write(move |tx| {
        let stored = message::put(tx, &staged, &facts)?;
        let new = NewEntry {
            folder,
            message: stored.id,
            message_size: stored.size,
            flags: 0,
            internal_at: tx.now(),
            prefix: b"",
        };
        entry::deliver(tx, &new)
    });
    write.await.unwrap().uid
}

/// The UIDs on a page, whether each answers something, and whether there is more behind.
async fn page(
    store: &Store,
    folder: FolderId,
    towards: Towards,
    most: u32,
) -> (Vec<(u32, bool)>, bool) {
    let read = store.read(move |tx| {
        let mut shown = Vec::new();
        let paged = conversation::page(tx, folder, towards, most, |entry, answers| {
            shown.push((entry.uid()?, answers));
            Ok(())
        })?;
        Ok::<_, StoreError>((shown, paged.more))
    });
    read.await.unwrap()
}

/// What belongs to the conversation of a message: in its folder by UID, and how much in the mailbox.
async fn whole(store: &Store, mailbox: MailboxId, folder: FolderId, uid: u32) -> (Vec<u32>, usize) {
    let read = store.read(move |tx| {
        let mut message = None;
        entry::scan(tx, folder, (uid, uid), entry::Want::Entry, |entry| {
            message = Some(entry.message()?);
            Ok(false)
        })?;
        let found = conversation::of_message(tx, message.unwrap())?.unwrap();
        let here = conversation::in_folder(tx, (mailbox, folder), &found, 100)?;
        let all = conversation::in_mailbox(tx, mailbox, &found, 100)?;
        Ok::<_, StoreError>((here.iter().map(|member| member.uid).collect(), all.len()))
    });
    read.await.unwrap()
}

async fn sent(store: &Store, desk: Desk) -> FolderId {
    let found = store.read(move |tx| folder::find(tx, desk.mailbox, "Sent"));
    let found: Result<_, StoreError> = found.await;
    found.unwrap().unwrap().id
}

async fn each_conversation_is_shown_once(ground: &Ground) {
    let office = office(ground).await;
    let an = desk(ground, office, "an.nv").await;
    let inbox = an.inbox;
    say(ground, inbox, "a", "").await;
    say(ground, inbox, "b", "").await;
    say(ground, inbox, "a1", "<a>").await;
    say(ground, inbox, "c", "").await;
    // The oldest that is named says which conversation it is, however many are.
    say(ground, inbox, "a2", "<a> <a1>").await;
    // What it answers never came here.
    say(ground, inbox, "z1", "<z>").await;
    let newest = Towards::Older(u32::MAX);
    let all = vec![(6, true), (5, true), (4, false), (2, false)];
    assert_eq!(page(ground, inbox, newest, 10).await, (all.clone(), false));
    assert_eq!(page(ground, inbox, newest, 4).await, (all, false));
    assert_eq!(
        page(ground, inbox, newest, 2).await,
        (vec![(6, true), (5, true)], true)
    );
    assert_eq!(
        page(ground, inbox, Towards::Older(5), 2).await,
        (vec![(4, false), (2, false)], false)
    );
    assert_eq!(
        page(ground, inbox, Towards::Newer(2), 2).await,
        (vec![(4, false), (5, true)], true)
    );
    // Behind the last row nothing but older messages of conversations that were shown.
    assert_eq!(
        page(ground, inbox, Towards::Older(2), 2).await,
        (vec![], false)
    );
    for uid in [1, 3, 5] {
        assert_eq!(
            whole(ground, an.mailbox, inbox, uid).await,
            (vec![1, 3, 5], 3)
        );
    }
    assert_eq!(whole(ground, an.mailbox, inbox, 2).await, (vec![2], 1));
    assert_eq!(whole(ground, an.mailbox, inbox, 6).await, (vec![6], 1));
    // The last one leaves: the one before it stands for all.
    let gone = ground.write(move |tx| entry::remove(tx, inbox, &[(5, 5)]));
    gone.await.unwrap();
    let now = vec![(6, true), (4, false), (3, true), (2, false)];
    assert_eq!(page(ground, inbox, newest, 10).await, (now, false));
    assert_sound(ground).await;
}

async fn copies_and_what_comes_back_belong_to_it(ground: &Ground) {
    let office = office(ground).await;
    let an = desk(ground, office, "an.nv").await;
    let other = desk(ground, office, "binh.nv").await;
    let out = sent(ground, an).await;
    say(ground, an.inbox, "a", "").await;
    // The same message, in the mailbox of another.
    say(ground, other.inbox, "a", "").await;
    say(ground, out, "a1", "<a>").await;
    assert_eq!(whole(ground, an.mailbox, an.inbox, 1).await, (vec![1], 2));
    assert_eq!(whole(ground, an.mailbox, out, 1).await, (vec![1], 2));
    assert_eq!(
        whole(ground, other.mailbox, other.inbox, 1).await,
        (vec![1], 1)
    );
    // A copy is one more; what was deleted and taken back belongs to it as before.
    let (inbox, mailbox) = (an.inbox, an.mailbox);
    let moved = ground.write(move |tx| entry::copy_to(tx, out, &[(1, 1)], inbox).map(drop));
    moved.await.unwrap();
    assert_eq!(whole(ground, mailbox, inbox, 1).await, (vec![1, 2], 3));
    let gone = ground.write(move |tx| entry::remove(tx, inbox, &[(2, 2)]));
    gone.await.unwrap();
    assert_eq!(whole(ground, mailbox, inbox, 1).await, (vec![1], 2));
    assert_sound(ground).await;
}
