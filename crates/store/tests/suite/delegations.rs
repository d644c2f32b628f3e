//! Who keeps a unit mailbox, what became of its messages, when it was looked into; mail between mailboxes.

use std::time::Duration;

use congvu_store::assignment::{self, Assignment};
use congvu_store::delegation::{self, NewDelegation, Rights};
use congvu_store::entry::{self, FlagChange, Want};
use congvu_store::{
    AccountId, Change, FolderId, MailboxId, Store, StoreError, address, keyword, mailbox, now_ms,
    unit_check,
};
use tokio::time::timeout;

use super::fixture::{DOMAIN, Desk, Office, deliver, desk, find_folder, new_mailbox, office};
use super::harness::Ground;

both!(
    a_delegation_opens_a_unit_mailbox_while_it_lasts,
    a_persons_mailbox_is_nobody_elses,
    a_mailbox_has_a_keeper_once,
    who_sends_in_a_units_name,
    an_end_is_heard_by_who_watches,
    what_became_of_a_message_moves_with_it,
    looks_are_counted_by_the_minute,
    copies_into_another_mailbox_are_counted_there_and_keep_their_keywords,
);

const HOUR: i64 = 3_600_000;

async fn unit(store: &Store, office: Office, local_part: &'static str) -> MailboxId {
    store
        .write(move |tx| new_mailbox(tx, office, local_part, None))
        .await
        .unwrap()
}

fn new(mailbox: MailboxId, account: AccountId, rights: Rights) -> NewDelegation<'static> {
    NewDelegation {
        mailbox,
        account,
        rights,
        from_at: now_ms() - HOUR,
        until_at: None,
        document: "",
        document_day: None,
        granted_by: "thủ trưởng",
    }
}

async fn give(store: &Store, new: NewDelegation<'static>) -> congvu_store::DelegationId {
    store
        .write(move |tx| delegation::grant(tx, &new))
        .await
        .unwrap()
}

async fn opens(store: &Store, an: Desk, mailbox: MailboxId) -> Option<Rights> {
    let found = store
        .read(move |tx| delegation::open(tx, an.account, mailbox))
        .await
        .unwrap();
    found.map(|kept| kept.rights)
}

async fn run(store: &Store, sql: &'static str) {
    store.write(move |tx| tx.execute(sql, &[])).await.unwrap();
}

async fn a_delegation_opens_a_unit_mailbox_while_it_lasts(ground: &Ground) {
    let office = office(ground).await;
    let (an, binh) = (
        desk(ground, office, "an").await,
        desk(ground, office, "binh").await,
    );
    let skhcn = unit(ground, office, "skhcn").await;
    assert_eq!(opens(ground, an, skhcn).await, None);
    let rights = Rights::READ.with(Rights::SEND);
    let first = give(ground, new(skhcn, an.account, rights)).await;
    assert_eq!(opens(ground, an, skhcn).await, Some(rights));
    assert_eq!(opens(ground, binh, skhcn).await, None);
    let kept = ground
        .read(move |tx| delegation::kept(tx, an.account))
        .await
        .unwrap();
    assert_eq!(kept[0].address, format!("skhcn@{DOMAIN}"));
    // Locked, revoked or deleted it is opened by no keeper.
    for (close, open) in [
        (
            "UPDATE mailbox SET locked_at = 1 WHERE kind = 'unit'",
            "UPDATE mailbox SET locked_at = NULL",
        ),
        (
            "UPDATE mailbox SET revoked_at = 1 WHERE kind = 'unit'",
            "UPDATE mailbox SET revoked_at = NULL",
        ),
        (
            "UPDATE mailbox SET deleted_at = 1 WHERE kind = 'unit'",
            "UPDATE mailbox SET deleted_at = NULL",
        ),
    ] {
        run(ground, close).await;
        assert_eq!(opens(ground, an, skhcn).await, None, "{close}");
        run(ground, open).await;
        assert_eq!(opens(ground, an, skhcn).await, Some(rights));
    }
    let end = async |id| {
        ground
            .write(move |tx| delegation::end(tx, id, "taken back"))
            .await
    };
    assert!(end(first).await.unwrap());
    assert!(!end(first).await.unwrap());
    assert_eq!(opens(ground, an, skhcn).await, None);
    // Of those to come and those that are over none opens it.
    let mut later = new(skhcn, an.account, rights);
    later.from_at = now_ms() + HOUR;
    let later = give(ground, later).await;
    assert_eq!(opens(ground, an, skhcn).await, None);
    end(later).await.unwrap();
    let mut over = new(skhcn, an.account, rights);
    over.until_at = Some(now_ms() - 1);
    give(ground, over).await;
    assert_eq!(opens(ground, an, skhcn).await, None);
}

/// BS.III.9: whatever a row says.
async fn a_persons_mailbox_is_nobody_elses(ground: &Ground) {
    let office = office(ground).await;
    let (an, binh) = (
        desk(ground, office, "an").await,
        desk(ground, office, "binh").await,
    );
    give(ground, new(binh.mailbox, an.account, Rights::ALL)).await;
    assert_eq!(opens(ground, an, binh.mailbox).await, None);
}

async fn a_mailbox_has_a_keeper_once(ground: &Ground) {
    let office = office(ground).await;
    let an = desk(ground, office, "an").await;
    let skhcn = unit(ground, office, "skhcn").await;
    let first = give(ground, new(skhcn, an.account, Rights::READ)).await;
    let again = ground
        .write(move |tx| delegation::grant(tx, &new(skhcn, an.account, Rights::ALL)))
        .await;
    assert!(matches!(again, Err(StoreError::Conflict("delegation"))));
    ground
        .write(move |tx| {
            delegation::end(tx, first, "changed")?;
            delegation::grant(tx, &new(skhcn, an.account, Rights::ALL))
        })
        .await
        .unwrap();
    let of = async |all| {
        ground
            .read(move |tx| delegation::of_mailbox(tx, skhcn, all))
            .await
            .unwrap()
    };
    assert_eq!((of(false).await.len(), of(true).await.len()), (1, 2));
    assert_eq!(of(true).await[0].ended_how, "changed");
}

/// TQ.4
async fn who_sends_in_a_units_name(ground: &Ground) {
    let office = office(ground).await;
    let (an, binh) = (
        desk(ground, office, "an").await,
        desk(ground, office, "binh").await,
    );
    let skhcn = unit(ground, office, "skhcn").await;
    give(ground, new(skhcn, an.account, Rights::SEND)).await;
    give(ground, new(skhcn, binh.account, Rights::READ)).await;
    let may = async |account| {
        ground
            .read(move |tx| address::may_send_as(tx, account, "skhcn", DOMAIN))
            .await
            .unwrap()
    };
    assert!(may(an.account).await);
    assert!(!may(binh.account).await);
    run(
        ground,
        "UPDATE mailbox SET locked_at = 1 WHERE kind = 'unit'",
    )
    .await;
    assert!(!may(an.account).await);
}

async fn an_end_is_heard_by_who_watches(ground: &Ground) {
    let office = office(ground).await;
    let an = desk(ground, office, "an").await;
    let skhcn = unit(ground, office, "skhcn").await;
    let id = give(ground, new(skhcn, an.account, Rights::READ)).await;
    let mut watch = ground.hub().watch_several();
    watch.add(Change::Keepers(skhcn));
    watch.take();
    // By another node, or a tool beside the server.
    let other = ground.open(ground.is_postgres()).await;
    other
        .write(move |tx| delegation::end(tx, id, "taken back"))
        .await
        .unwrap();
    timeout(Duration::from_secs(2), watch.changed())
        .await
        .unwrap();
    assert_eq!(watch.take(), [Change::Keepers(skhcn)]);
}

/// TQ.11.4: by its content, wherever it is moved in the mailbox.
async fn what_became_of_a_message_moves_with_it(ground: &Ground) {
    let office = office(ground).await;
    let an = desk(ground, office, "an").await;
    let skhcn = unit(ground, office, "skhcn").await;
    let inbox = find_folder(ground, skhcn, "INBOX").await.id;
    let archive = find_folder(ground, skhcn, "Archive").await.id;
    deliver(ground, inbox, b"A: b\r\n\r\nx").await;
    let object = async |folder: FolderId| {
        ground
            .read(move |tx| {
                let mut found = Vec::new();
                entry::scan(tx, folder, (1, u32::MAX), Want::Entry, |entry| {
                    found.push(entry.object()?);
                    Ok(true)
                })?;
                Ok::<_, StoreError>(found)
            })
            .await
            .unwrap()
    };
    let first = object(inbox).await[0];
    let is_there = async |object| {
        ground
            .read(move |tx| assignment::is_there(tx, skhcn, object))
            .await
            .unwrap()
    };
    assert!(is_there(first).await);
    assert!(!is_there(first + 1).await);
    let new = Assignment {
        object: first,
        taken: Some((an.account, 7)),
        note: "gấp".to_owned(),
        ..Assignment::default()
    };
    let put = new.clone();
    ground
        .write(move |tx| assignment::put(tx, skhcn, &put))
        .await
        .unwrap();
    ground
        .write(move |tx| entry::move_to(tx, inbox, &[(1, 1)], archive))
        .await
        .unwrap();
    assert_eq!(object(archive).await, [first]);
    assert!(is_there(first).await);
    let waiting = async || {
        ground
            .read(move |tx| assignment::waiting(tx, skhcn, 0, 10))
            .await
            .unwrap()
    };
    assert_eq!(waiting().await, std::slice::from_ref(&new));
    let done = Assignment {
        done: Some((an.account, 9)),
        ..new
    };
    ground
        .write(move |tx| assignment::put(tx, skhcn, &done))
        .await
        .unwrap();
    assert_eq!(waiting().await, []);
}

/// HCM.8.2.a
async fn looks_are_counted_by_the_minute(ground: &Ground) {
    let office = office(ground).await;
    let an = desk(ground, office, "an").await;
    let other = desk(ground, office, "binh").await;
    let skhcn = unit(ground, office, "skhcn").await;
    // 2026-11-22, 08:15:00 in Vietnam.
    let at = 1_795_310_100_000;
    ground
        .write(move |tx| {
            for at in [at, at + 59_000, at + 60_000, at + 24 * HOUR] {
                unit_check::add(tx, skhcn, an.account, at)?;
                // Of a person's mailbox only how many there were.
                unit_check::add(tx, an.mailbox, an.account, at)?;
                unit_check::add(tx, an.mailbox, other.account, at)?;
            }
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();
    let of = async |mailbox, first, last| {
        ground
            .read(move |tx| unit_check::of_days(tx, mailbox, first, last))
            .await
            .unwrap()
    };
    let day = congvu_store::activity::day(at);
    let minutes: Vec<u16> = of(skhcn, day, day)
        .await
        .iter()
        .map(|one| one.minute)
        .collect();
    assert_eq!(minutes, [8 * 60 + 15, 8 * 60 + 16]);
    assert_eq!(of(skhcn, day, day + 1).await.len(), 3);
    assert_eq!(of(an.mailbox, day, day + 1).await, []);
    let own = ground.read(move |tx| unit_check::own_of_days(tx, an.mailbox, day - 1, day + 1));
    assert_eq!(own.await.unwrap(), [(day, 2), (day + 1, 1)]);
}

async fn copies_into_another_mailbox_are_counted_there_and_keep_their_keywords(ground: &Ground) {
    let office = office(ground).await;
    let an = desk(ground, office, "an").await;
    let skhcn = unit(ground, office, "skhcn").await;
    let inbox = find_folder(ground, skhcn, "INBOX").await.id;
    for _ in 0..4 {
        deliver(ground, inbox, b"A: b\r\n\r\nx").await;
    }
    ground
        .write(move |tx| {
            // The same bit is another word in the other mailbox.
            keyword::ensure(tx, an.mailbox, "rieng")?;
            let gap = keyword::ensure(tx, skhcn, "gap")?.unwrap();
            let mat = keyword::ensure(tx, skhcn, "moi")?.unwrap();
            entry::store_flags(tx, inbox, &[(1, 2)], FlagChange::Add(gap | 1), None)?;
            entry::store_flags(tx, inbox, &[(4, 4)], FlagChange::Add(gap | mat), None)?;
            entry::move_to(tx, inbox, &[(1, 1), (3, 4)], an.inbox)
        })
        .await
        .unwrap();
    let (words, used, left) = ground
        .read(move |tx| {
            let names = keyword::list(tx, an.mailbox)?;
            let mut words = Vec::new();
            entry::scan(tx, an.inbox, (1, u32::MAX), Want::Entry, |entry| {
                let flags = entry.flags()?;
                let set = names.iter().filter(|(bit, _)| flags >> bit & 1 == 1);
                let mut set: Vec<String> = set.map(|(_, name)| name.clone()).collect();
                set.push((flags & 1).to_string());
                words.push(set.join(" "));
                Ok(true)
            })?;
            let used = mailbox::usage(tx, an.mailbox)?.unwrap();
            let left = mailbox::usage(tx, skhcn)?.unwrap();
            Ok::<_, StoreError>((words, used.used_messages, left.used_messages))
        })
        .await
        .unwrap();
    assert_eq!(words, ["gap 1", "0", "gap moi 0"]);
    assert_eq!((used, left), (3, 1));
    super::fixture::assert_sound(ground).await;
}
