//! The end of a mailbox, and its locks.

use congvu_store::address::{self, Lookup, Target};
use congvu_store::blob::sweep;
use congvu_store::mailbox::{set_closed, set_locked, set_unlocked};
use congvu_store::queue::{self, NewQueued, NewRecipient};
use congvu_store::removed;
use congvu_store::search::{self, Segment, Writer};
use congvu_store::{
    Clock, FolderId, MailboxId, Store, StoreError, account, ending, entry, folder, group, keyword,
    mailbox, metadata, passkey, recovery, second_factor,
};

use super::fixture::{self, DOMAIN, Desk, Office, assert_sound, deliver, number};
use super::harness::Ground;

both!(
    tq_7_2_sl_7_2_nothing_is_left_of_a_deleted_mailbox,
    a_deletion_that_was_interrupted_goes_on,
    bs_7_đ4_what_was_taken_back_is_given_again,
    tq_8_1_sl_8_1_unlocking_undoes_what_locking_did,
    tq_8_1_a_closed_lock_holds_the_queue,
    tq_9_2_d_sl_11_2_d_mailboxes_that_fill_are_found,
);

const AT: i64 = 1_780_000_000_000;
const MINUTE: i64 = 60_000;

async fn look(store: &Store, local: &'static str) -> Lookup {
    store
        .read(move |tx| address::lookup(tx, local, DOMAIN))
        .await
        .unwrap()
}

async fn finish(store: &Store, limit: i64) {
    while store
        .write(move |tx| ending::step(tx, limit))
        .await
        .unwrap()
    {
        assert_sound(store).await;
    }
}

async fn destroyed(store: &Store, id: MailboxId) -> bool {
    store
        .read(move |tx| ending::is_destroyed(tx, id))
        .await
        .unwrap()
}

/// A desk with all that a mailbox can have, one message of which lies in another's, too.
async fn furnished(store: &Store, office: Office) -> (Desk, Desk) {
    let (an, binh) = (
        fixture::desk(store, office, "an.nv").await,
        fixture::desk(store, office, "binh.tt").await,
    );
    for n in 0..12 {
        deliver(store, an.inbox, format!("bí mật {n}").as_bytes()).await;
    }
    deliver(store, an.inbox, "chung".as_bytes()).await;
    deliver(store, binh.inbox, "chung".as_bytes()).await;
    deliver(store, an.inbox, &fixture::noise(3, 40_000)).await;
    store
        .write(move |tx| {
            let old = folder::create(tx, an.mailbox, "Cũ", None)?;
            entry::copy_to(tx, an.inbox, &[(1, 3)], old)?;
            entry::remove(tx, an.inbox, &[(4, 5)])?;
            folder::delete(tx, old)?;
            keyword::ensure(tx, an.mailbox, "Gấp")?;
            let comment = [("/private/comment", Some(&b"x"[..]))];
            metadata::set(tx, an.mailbox, Some(an.inbox), &comment)?;
            account::add_app_password(tx, an.account, "phone", b"d", b"s", b"k")?;
            account::set_password(tx, an.account, "$second$", None)?;
            let key = passkey::NewPasskey {
                credential: b"c",
                public_key: b"p",
                counter: 0,
                label: "điện thoại",
            };
            passkey::add(tx, an.account, &key)?;
            second_factor::begin(tx, an.account, b"sealed")?;
            second_factor::set_codes(tx, an.account, &[b"code".to_vec()])?;
            let until = tx.now() + MINUTE;
            recovery::ask(tx, an.account, "an@nha.example", b"code", (until, 3))?;
            let group = group::create(
                tx,
                &group::NewGroup {
                    organisation: office.organisation,
                    name: "phòng",
                    posting: "anyone",
                    local_part: "phong",
                    domain: office.domain,
                },
            )?;
            group::add(tx, group, group::Member::Mailbox(an.mailbox))?;
            group::add(tx, group, group::Member::Mailbox(binh.mailbox))?;
            tx.execute(
                "INSERT INTO assignment (mailbox_id, object_id, note) VALUES ($1, 1, 'ghi chú')",
                &[an.mailbox.into()],
            )?;
            tx.execute(
                "INSERT INTO delegation (mailbox_id, account_id, rights, from_at, document, granted_by, granted_at)
                 VALUES ($1, $2, 1, 0, '', '', 0)",
                &[an.mailbox.into(), binh.account.into()],
            )?;
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();
    enqueue(store, an).await;
    index(store, an.inbox).await;
    (an, binh)
}

/// Rows of a search index: what the words of the mail lie in.
async fn index(store: &Store, folder: FolderId) {
    store
        .write(move |tx| {
            let segment = Segment {
                id: 0,
                level: 0,
                first: 1,
                last: 14,
                messages: 14,
            };
            let id = search::begin(tx, folder, &segment)?;
            let mut writer = Writer::new(1);
            for n in 0..3_000 {
                writer.add(format!("bí mật {n}").as_bytes(), &[(1, 3), (7, 9)]);
            }
            writer.finish();
            search::put_blocks(tx, folder, id, &writer.take())
        })
        .await
        .unwrap();
    assert!(number(store, "SELECT COUNT(*) FROM term_block").await > 1);
}

async fn enqueue(store: &Store, desk: Desk) {
    let message = fixture::message(store, b"to elsewhere").await.id;
    store
        .write(move |tx| {
            queue::enqueue(
                tx,
                &NewQueued {
                    message,
                    trace: "t",
                    sender: "an.nv@sonla.gov.vn",
                    account: Some(desk.account),
                    client_ip: "192.0.2.1",
                    prefix: b"",
                    size: 12,
                    envelope_id: None,
                    ret: None,
                    eight_bit: false,
                    utf8: false,
                    priority: queue::PERSON,
                    at: tx.now(),
                    expires_at: tx.now() + 1000 * MINUTE,
                    recipients: &[recipient("a@example.vn"), recipient("b@example.vn")],
                },
            )
        })
        .await
        .unwrap();
}

fn recipient(address: &str) -> NewRecipient {
    NewRecipient {
        destination: "example.vn".into(),
        address: address.into(),
        original: None,
        notify: None,
        notice_at: i64::MAX,
    }
}

async fn tq_7_2_sl_7_2_nothing_is_left_of_a_deleted_mailbox(ground: &Ground) {
    let clock = Clock::driven(AT);
    let store = ground.keeping(&clock).await;
    let office = fixture::office(&store).await;
    let (an, binh) = furnished(&store, office).await;
    let listed = store
        .read(move |tx| removed::page(tx, an.mailbox, None, 10))
        .await
        .unwrap();
    assert_eq!(listed.len(), 2);
    let epoch = store
        .read(move |tx| account::epoch(tx, an.account))
        .await
        .unwrap()
        .unwrap();
    store
        .write(move |tx| ending::destroy(tx, an.mailbox))
        .await
        .unwrap();
    // From the commit on it is nobody's, though bytes are left.
    assert_sound(&store).await;
    assert_eq!(look(&store, "an.nv").await, Lookup::Unknown);
    let now = store
        .read(move |tx| account::epoch(tx, an.account))
        .await
        .unwrap()
        .unwrap();
    assert!(now.0 > epoch.0 && !now.1);
    assert!(!destroyed(&store, an.mailbox).await);
    // A command that was under way makes a folder and puts something into it.
    let late = store
        .write(move |tx| {
            keyword::ensure(tx, an.mailbox, "muộn")?;
            folder::create(tx, an.mailbox, "muộn", None)
        })
        .await
        .unwrap();
    deliver(&store, late, "muộn".as_bytes()).await;
    let ids: Vec<_> = listed.iter().map(|one| one.id).collect();
    let refused = store
        .write(move |tx| removed::restore(tx, an.mailbox, &ids, an.inbox))
        .await;
    assert!(matches!(refused, Err(StoreError::NotFound(_))));
    let again = store
        .write(move |tx| {
            address::create(
                tx,
                office.domain,
                "an.nv",
                "primary",
                address::Holder::Mailbox(binh.mailbox),
            )
        })
        .await;
    assert!(matches!(again, Err(StoreError::Conflict(_))));
    finish(&store, 4).await;
    // The bytes wait for their time, and no longer.
    assert!(!destroyed(&store, an.mailbox).await);
    clock.set(AT + 6 * MINUTE);
    sweep::sweep(&store, clock.now()).await.unwrap();
    finish(&store, 4).await;
    assert!(destroyed(&store, an.mailbox).await);
    let finished = store.read(|tx| ending::finished(tx, 10)).await.unwrap();
    assert_eq!(finished, [an.mailbox]);
    let told = store
        .write(move |tx| {
            Ok::<_, StoreError>((
                ending::recorded(tx, an.mailbox)?,
                ending::recorded(tx, an.mailbox)?,
            ))
        })
        .await
        .unwrap();
    assert_eq!(told, (true, false));
    // What another has too is there for them: two messages, one of which nobody had but the sweeper.
    assert_eq!(fixture::uids(&store, binh.inbox).await, [1]);
    assert_eq!(number(&store, "SELECT COUNT(*) FROM entry").await, 1);
    assert_eq!(number(&store, "SELECT COUNT(*) FROM removed").await, 0);
    assert_eq!(number(&store, "SELECT COUNT(*) FROM term_block").await, 0);
    // Nor of what opened it: no key of a mailbox's own exists, what is kept is not encrypted by it.
    for left in [
        "SELECT COUNT(*) FROM app_password",
        "SELECT COUNT(*) FROM former_password",
        "SELECT COUNT(*) FROM passkey",
        "SELECT COUNT(*) FROM second_factor",
        "SELECT COUNT(*) FROM recovery_code",
        "SELECT COUNT(*) FROM recovery_address",
        "SELECT COUNT(*) FROM posting_block",
        "SELECT COUNT(*) FROM segment",
        "SELECT COUNT(*) FROM account a JOIN mailbox m ON m.account_id = a.id
         WHERE m.deleted_at IS NOT NULL AND a.password IS NOT NULL",
    ] {
        assert_eq!(number(&store, left).await, 0, "{left}");
    }
    let keepers = "SELECT COUNT(*) FROM delegation WHERE ended_at IS NULL";
    assert_eq!(number(&store, keepers).await, 0);
    assert_eq!(
        number(
            &store,
            "SELECT COUNT(*) FROM message WHERE id IN (SELECT message_id FROM entry)"
        )
        .await,
        1
    );
    assert_sound(&store).await;
}

async fn a_deletion_that_was_interrupted_goes_on(ground: &Ground) {
    let clock = Clock::driven(AT);
    let store = ground.keeping(&clock).await;
    let office = fixture::office(&store).await;
    let (an, _) = furnished(&store, office).await;
    store
        .write(move |tx| ending::destroy(tx, an.mailbox))
        .await
        .unwrap();
    for n in 1..40 {
        // Another node goes on with what this one has begun.
        let other = ground.keeping(&clock).await;
        let more = other.write(move |tx| ending::step(tx, 1)).await.unwrap();
        assert_sound(&other).await;
        other.close();
        clock.set(AT + n * 10 * MINUTE);
        sweep::sweep(&store, clock.now()).await.unwrap();
        if !more {
            break;
        }
    }
    assert!(destroyed(&store, an.mailbox).await);
}

async fn bs_7_đ4_what_was_taken_back_is_given_again(ground: &Ground) {
    let clock = Clock::driven(AT);
    let store = ground.keeping(&clock).await;
    let office = fixture::office(&store).await;
    let (an, binh) = furnished(&store, office).await;
    store
        .write(move |tx| {
            address::create(
                tx,
                office.domain,
                "an",
                "alias",
                address::Holder::Mailbox(an.mailbox),
            )?;
            address::create(
                tx,
                office.domain,
                "an.cu",
                "alias",
                address::Holder::Mailbox(an.mailbox),
            )?;
            address::retire(tx, office.domain, "an.cu")
        })
        .await
        .unwrap();
    clock.set(AT + MINUTE);
    store
        .write(move |tx| {
            ending::revoke(tx, an.mailbox)?;
            ending::revoke(tx, an.mailbox)
        })
        .await
        .unwrap();
    for local in ["an.nv", "an", "an.cu"] {
        assert_eq!(look(&store, local).await, Lookup::Unknown, "{local}");
    }
    let group = number(&store, "SELECT MAX(id) FROM mail_group").await;
    let reached = async || {
        let reached =
            store.read(move |tx| group::expand(tx, congvu_store::GroupId(group), MailboxId(0), 10));
        let reached = reached.await.unwrap();
        reached.iter().map(|to| to.mailbox).collect::<Vec<_>>()
    };
    assert_eq!(reached().await, [binh.mailbox]);
    let (_, open) = store
        .read(move |tx| account::epoch(tx, an.account))
        .await
        .unwrap()
        .unwrap();
    assert!(!open);
    assert_eq!(fixture::uids(&store, an.inbox).await.len(), 12);
    assert_eq!(
        number(
            &store,
            "SELECT COUNT(*) FROM queue_recipient WHERE state = 2"
        )
        .await,
        2
    );
    clock.set(AT + 2 * MINUTE);
    store
        .write(move |tx| ending::bring_back(tx, an.mailbox))
        .await
        .unwrap();
    assert!(matches!(look(&store, "an.nv").await, Lookup::Found(_)));
    assert!(matches!(look(&store, "an").await, Lookup::Found(_)));
    assert_eq!(look(&store, "an.cu").await, Lookup::Unknown);
    assert_eq!(reached().await, [an.mailbox, binh.mailbox]);
    assert_eq!(
        number(
            &store,
            "SELECT COUNT(*) FROM queue_recipient WHERE state = 0"
        )
        .await,
        2
    );
    store
        .write(move |tx| ending::destroy(tx, an.mailbox))
        .await
        .unwrap();
    let refused = store
        .write(move |tx| ending::bring_back(tx, an.mailbox))
        .await;
    assert!(matches!(refused, Err(StoreError::Conflict(_))));
    finish(&store, 100).await;
}

async fn tq_8_1_sl_8_1_unlocking_undoes_what_locking_did(ground: &Ground) {
    let clock = Clock::driven(AT);
    let store = ground.keeping(&clock).await;
    let desk = fixture::one_desk(&store).await;
    let id = desk.mailbox;
    let lock = async |mode| {
        store
            .write(move |tx| match mode {
                Some(closed) => set_locked(tx, id, closed),
                None => set_unlocked(tx, id),
            })
            .await
            .unwrap();
    };
    let close = async |closed| {
        store
            .write(move |tx| set_closed(tx, id, closed))
            .await
            .unwrap();
    };
    let state = async || {
        let closed = match look(&store, "an.nv").await {
            Lookup::Found(Target::Mailbox(target)) => target.closed,
            other => panic!("{other:?}"),
        };
        let (_, open) = store
            .read(move |tx| account::epoch(tx, desk.account))
            .await
            .unwrap()
            .unwrap();
        (open, closed)
    };
    assert_eq!(state().await, (true, false));
    lock(Some(false)).await;
    assert_eq!(state().await, (false, false));
    lock(Some(true)).await;
    assert_eq!(state().await, (false, true));
    lock(Some(false)).await;
    assert_eq!(state().await, (false, false));
    lock(Some(true)).await;
    lock(None).await;
    assert_eq!(state().await, (true, false));
    // Closed for another reason, before or during the lock: it stays so.
    close(true).await;
    lock(Some(true)).await;
    lock(None).await;
    assert_eq!(state().await, (true, true));
    close(false).await;
    lock(Some(true)).await;
    close(true).await;
    lock(None).await;
    assert_eq!(state().await, (true, true));
    // Opened during the lock: the lock still closes it.
    lock(Some(true)).await;
    close(false).await;
    assert_eq!(state().await, (false, true));
    lock(None).await;
    assert_eq!(state().await, (true, false));
}

async fn tq_8_1_a_closed_lock_holds_the_queue(ground: &Ground) {
    let clock = Clock::driven(AT);
    let store = ground.keeping(&clock).await;
    let desk = fixture::one_desk(&store).await;
    enqueue(&store, desk).await;
    enqueue(&store, desk).await;
    let due = async || store.read(queue::due).await.unwrap().len();
    assert_eq!(due().await, 1);
    // One is held by an administrator: that is nobody else's to undo.
    store
        .write(|tx| {
            let first = tx.one("SELECT MIN(id) FROM queue", &[], |row| row.int(0))?;
            let of = queue::Selection::Message(congvu_store::QueueId(first.unwrap()));
            queue::hold_chunk(tx, &of, AT, queue::Stretch::ALL, 10)
        })
        .await
        .unwrap();
    let lock = async |mode| {
        store
            .write(move |tx| match mode {
                Some(closed) => set_locked(tx, desk.mailbox, closed),
                None => set_unlocked(tx, desk.mailbox),
            })
            .await
            .unwrap();
    };
    lock(Some(false)).await;
    assert_eq!(due().await, 1);
    lock(Some(true)).await;
    assert_eq!(due().await, 0);
    let depth = store.read(queue::depth).await.unwrap();
    assert_eq!((depth.waiting, depth.held), (0, 4));
    lock(None).await;
    let depth = store.read(queue::depth).await.unwrap();
    assert_eq!((depth.waiting, depth.held), (2, 2));
    // Or it is dropped, a message at a time.
    lock(Some(true)).await;
    let mut dropped = 0;
    while let Some(chosen) = store
        .write(move |tx| queue::drop_of_account(tx, desk.account))
        .await
        .unwrap()
    {
        dropped += chosen.done;
    }
    assert_eq!(dropped, 4);
    assert_eq!(
        number(&store, "SELECT COUNT(*) FROM mail_log WHERE code = 550").await,
        4
    );
    assert_sound(&store).await;
}

async fn tq_9_2_d_sl_11_2_d_mailboxes_that_fill_are_found(ground: &Ground) {
    let store = ground.keeping(&Clock::driven(AT)).await;
    let office = fixture::office(&store).await;
    let mut desks = Vec::new();
    for name in ["a", "b", "c", "d"] {
        desks.push(fixture::desk(&store, office, name).await);
    }
    for (desk, quota) in desks.iter().zip([100_u64, 1_000, 1_000, u64::MAX]) {
        let id = desk.mailbox;
        deliver(&store, desk.inbox, &fixture::noise(1, 85)).await;
        store
            .write(move |tx| mailbox::set_quota(tx, id, quota))
            .await
            .unwrap();
    }
    let (full, fallen) = (desks[0].mailbox, desks[2].mailbox);
    store
        .write(move |tx| mailbox::set_quota_level(tx, fallen, 90))
        .await
        .unwrap();
    let found = store
        .read(|tx| mailbox::filling(tx, 80, MailboxId(0), 10))
        .await
        .unwrap();
    let found: Vec<_> = found
        .iter()
        .map(|one| (one.id, one.level, one.used_bytes))
        .collect();
    assert_eq!(found, [(full, 0, 85), (fallen, 90, 85)]);
}
