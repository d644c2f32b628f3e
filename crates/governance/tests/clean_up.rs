//! Cleaning a mailbox up, labels and mail that is taken out: who may, what is left, what is on record.

#![allow(clippy::unwrap_used)]

mod support;

use congvu_governance::mailbox::Issued;
use congvu_governance::order::clean_up::{self, Step, Way};
use congvu_governance::order::export::{self, Export};
use congvu_governance::order::label::{self, Colour, WrittenLabel};
use congvu_governance::{Actor, Refused};
use congvu_regulation::Date;
use congvu_store::delegation::{self, NewDelegation, Rights};
use congvu_store::entry::{self, NewEntry, Sieve};
use congvu_store::keyword::flag;
use congvu_store::message::{self, NewMessage};
use congvu_store::{AccountId, FolderId, MailboxId, StoreError, folder, removed};
use congvu_testing::{Ground, driven};
use support::{Place, act, acts, at};

// 2026-11-23T09:00 in Vietnam, a Monday.
const BEGIN: i64 = 1_795_399_200_000;

driven!(super::BEGIN;
    hcm_12_7_old_mail_goes_in_steps_and_can_be_brought_back,
    hcm_12_7_a_unit_is_cleaned_up_by_keepers_who_may,
);

fn actor(who: &Issued) -> Actor {
    let account = AccountId(who.account.unwrap());
    Actor::signed_in(account, &who.address, "192.0.2.1")
}

/// Puts messages into a folder: when each was received, and its flags.
async fn fill(ground: &Ground, into: FolderId, mail: &[(&str, i64)]) {
    for (n, (when, flags)) in mail.iter().enumerate() {
        let bytes = format!("Subject: {n}\r\n\r\n{when} {into}\r\n");
        let staged = ground.store.blobs().stage(bytes.as_bytes()).await.unwrap();
        let (when, flags) = (at(when), *flags);
        let put = ground.store.write(move |tx| {
            let new = NewMessage {
                header_len: 14,
                sent_at: None,
                message_id: None,
                subject: "x".into(),
                preview: String::new(),
                references: String::new(),
                envelope: b"".to_vec(),
                structure: b"".to_vec(),
                marks: None,
            };
            let stored = message::put(tx, &staged, &new)?;
            let new = NewEntry {
                folder: into,
                message: stored.id,
                message_size: stored.size,
                flags,
                internal_at: when,
                prefix: b"",
            };
            entry::append(tx, &new)
        });
        let put: Result<_, StoreError> = put.await;
        put.unwrap();
    }
}

async fn folder_of(ground: &Ground, mailbox: MailboxId, name: &'static str) -> FolderId {
    act(ground, move |tx| {
        if folder::find(tx, mailbox, name)?.is_none() {
            folder::create(tx, mailbox, name, None)?;
        }
        Ok(folder::find(tx, mailbox, name)?.unwrap().id)
    })
    .await
    .unwrap()
}

async fn total(ground: &Ground, id: FolderId) -> u32 {
    act(ground, move |tx| Ok(folder::get(tx, id)?.unwrap().total))
        .await
        .unwrap()
}

async fn step(
    ground: &Ground,
    who: Actor,
    at: (MailboxId, FolderId),
    what: (Sieve, Way),
    after: (i64, i64),
) -> Result<Step, Refused> {
    act(ground, move |tx| {
        clean_up::step(tx, &who, at, (&what.0, what.1), (after, 2))
    })
    .await
}

/// BS.III.11: what is not needed any more is deleted by the same tool.
async fn hcm_12_7_old_mail_goes_in_steps_and_can_be_brought_back(ground: &Ground) {
    let place = Place::new(ground, "hcm-donre").await;
    let official = place.official(ground, ("Cầm", "Thị", "Duyên")).await;
    let mailbox = MailboxId(official.mailbox);
    let (law, who) = (place.law, actor(&official));
    let age = act(ground, {
        let who = who.clone();
        move |tx| clean_up::age(tx, law, &who, mailbox)
    })
    .await
    .unwrap();
    assert_eq!(age.months, 6);
    assert_eq!(age.clause.as_deref(), Some("HCM.12.7"));
    assert_eq!(age.before, "2026-05-23".parse::<Date>().unwrap());
    let inbox = folder_of(ground, mailbox, "INBOX").await;
    let trash = folder_of(ground, mailbox, "Trash").await;
    let mail = [
        ("2026-01-02T08:00", 0),
        // Six months to the day is not over six months.
        ("2026-05-23T00:30", 0),
        ("2026-02-03T08:00", flag::SEEN),
        ("2026-05-22T23:30", 0),
        ("2026-03-01T08:00", flag::FLAGGED),
        ("2026-11-20T08:00", 0),
        ("2026-04-01T08:00", 0),
    ];
    fill(ground, inbox, &mail).await;
    let sieve = Sieve {
        before: age.before.start().0,
        at_least: 0,
        saved_until: BEGIN,
        keep_flagged: true,
    };
    let begin = (i64::MIN, 0);
    let go = async |way, after| {
        step(ground, who.clone(), (mailbox, inbox), (sieve, way), after)
            .await
            .unwrap()
    };
    // Four are meant; a kill between the steps loses nothing and does nothing twice.
    let first = go(Way::Move(trash), begin).await;
    assert_eq!((first.done, first.next.is_some()), (2, true));
    let again = go(Way::Move(trash), begin).await;
    assert_eq!(again.done, 2);
    let last = go(Way::Move(trash), again.next.unwrap()).await;
    assert_eq!(
        last,
        Step {
            done: 0,
            next: None
        }
    );
    assert_eq!(total(ground, inbox).await, 3);
    assert_eq!(total(ground, trash).await, 4);
    // From there for good; the store keeps it for a while.
    let all = Sieve {
        before: i64::MAX,
        ..sieve
    };
    let mut after = begin;
    loop {
        let at = (mailbox, trash);
        let done = step(ground, who.clone(), at, (all, Way::Remove), after)
            .await
            .unwrap();
        let Some(next) = done.next else { break };
        after = next;
    }
    assert_eq!(total(ground, trash).await, 0);
    let kept = act(ground, move |tx| Ok(removed::page(tx, mailbox, None, 10)?))
        .await
        .unwrap();
    let expected = if ground.store.undelete().is_zero() {
        0
    } else {
        4
    };
    assert_eq!(kept.len(), expected);
}

async fn hcm_12_7_a_unit_is_cleaned_up_by_keepers_who_may(ground: &Ground) {
    let place = Place::new(ground, "hcm-donre").await;
    let keeper = place.official(ground, ("Cầm", "Thị", "Duyên")).await;
    let stranger = place.official(ground, ("Lò", "Văn", "Hoa")).await;
    let unit = place.unit;
    let give = async |rights: Rights| {
        let account = AccountId(keeper.account.unwrap());
        act(ground, move |tx| {
            for known in delegation::of_mailbox(tx, unit, false)? {
                delegation::end(tx, known.id, "changed")?;
            }
            let new = NewDelegation {
                mailbox: unit,
                account,
                rights,
                from_at: 0,
                until_at: None,
                document: "1/QĐ",
                document_day: None,
                granted_by: "x",
            };
            delegation::grant(tx, &new)?;
            Ok(())
        })
        .await
        .unwrap();
    };
    let inbox = folder_of(ground, unit, "INBOX").await;
    fill(ground, inbox, &[("2026-01-02T08:00", 0); 3]).await;
    let sieve = Sieve {
        before: i64::MAX,
        at_least: 0,
        saved_until: BEGIN,
        keep_flagged: true,
    };
    let clean = async |who: &Issued| {
        let what = (sieve, Way::Remove);
        step(ground, actor(who), (unit, inbox), what, (i64::MIN, 0)).await
    };
    let take = async |who: &Issued| {
        let who = actor(who);
        act(ground, move |tx| {
            let export = Export {
                form: "eml",
                what: "INBOX",
                messages: 3,
            };
            export::note(tx, &who, unit, &export)
        })
        .await
    };
    let name = async |who: &Issued| {
        let who = actor(who);
        act(ground, move |tx| {
            let written = WrittenLabel {
                name: "Gấp".into(),
                colour: Colour::Red,
            };
            label::put_label(tx, &who, (unit, None), &written)
        })
        .await
    };
    assert!(matches!(clean(&stranger).await, Err(Refused::Missing(_))));
    assert!(matches!(take(&stranger).await, Err(Refused::Missing(_))));
    give(Rights::READ).await;
    assert!(matches!(clean(&keeper).await, Err(Refused::Forbidden(_))));
    assert!(matches!(take(&keeper).await, Err(Refused::Forbidden(_))));
    assert!(matches!(name(&keeper).await, Err(Refused::Forbidden(_))));
    give(Rights::READ.with(Rights::ORGANISE)).await;
    take(&keeper).await.unwrap();
    name(&keeper).await.unwrap();
    assert_eq!(clean(&keeper).await.unwrap().done, 2);
    assert_eq!(total(ground, inbox).await, 1);
    let said = acts(ground, unit.0).await;
    for expected in ["mailbox.export", "unit.arrange", "unit.expunge"] {
        let count = said.iter().filter(|(action, _)| action == expected);
        assert_eq!(count.count(), 1, "{expected}: {said:?}");
    }
    // Another mailbox's folder is none of its own.
    let own = folder_of(ground, MailboxId(stranger.mailbox), "INBOX").await;
    let what = (sieve, Way::Move(own));
    let refused = step(ground, actor(&keeper), (unit, inbox), what, (i64::MIN, 0)).await;
    assert!(refused.is_err());
}
