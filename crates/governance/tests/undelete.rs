//! Bringing removed mail back for another: by time and size, and on record.

#![allow(clippy::unwrap_used)]

mod support;

use congvu_governance::{Actor, Refused, Role, rights, undelete};
use congvu_store::audit::{self, Chain};
use congvu_store::entry::{self, NewEntry};
use congvu_store::message::{self, NewMessage};
use congvu_store::{AccountId, MailboxId, StoreError, folder};
use congvu_testing::{Ground, driven};
use support::{Place, act, acts, console};

// 2026-11-23T09:00 in Vietnam, a Monday.
const BEGIN: i64 = 1_795_399_200_000;

driven!(super::BEGIN; bs_iii_9_who_brings_mail_back_reads_none_of_it,);

async fn put(ground: &Ground, mailbox: MailboxId, into: &'static str, subject: &'static str) {
    let bytes = format!("Subject: {subject}\r\n\r\n{subject}\r\n");
    let staged = ground.store.blobs().stage(bytes.as_bytes()).await.unwrap();
    let put = ground.store.write(move |tx| {
        let new = NewMessage {
            header_len: 14,
            sent_at: None,
            message_id: None,
            subject: subject.into(),
            preview: String::new(),
            references: String::new(),
            envelope: b"".to_vec(),
            structure: b"".to_vec(),
            marks: None,
        };
        let stored = message::put(tx, &staged, &new)?;
        let into = match folder::find(tx, mailbox, into)? {
            Some(found) => found.id,
            None => folder::create(tx, mailbox, into, None)?,
        };
        let new = NewEntry {
            folder: into,
            message: stored.id,
            message_size: stored.size,
            flags: 0,
            internal_at: tx.now(),
            prefix: b"",
        };
        entry::append(tx, &new)
    });
    let put: Result<_, StoreError> = put.await;
    put.unwrap();
}

async fn bs_iii_9_who_brings_mail_back_reads_none_of_it(ground: &Ground) {
    let place = Place::new(ground, "bim-son").await;
    let official = place.official(ground, ("Cầm", "Thị", "Duyên")).await;
    let other = place.official(ground, ("Lò", "Văn", "Hà")).await;
    let mailbox = MailboxId(official.mailbox);
    put(ground, mailbox, "INBOX", "Đơn xin thôi việc").await;
    put(ground, mailbox, "Việc riêng", "Kết quả khám bệnh").await;
    act(ground, move |tx| {
        let find = |tx: &mut congvu_store::Tx<'_>, name| folder::find(tx, mailbox, name);
        let inbox = find(tx, "INBOX")?.unwrap().id;
        entry::remove(tx, inbox, &[(1, 9)])?;
        let own = find(tx, "Việc riêng")?.unwrap().id;
        folder::delete(tx, own)?;
        Ok(())
    })
    .await
    .unwrap();

    // Who is no administrator there does not even see how many there are.
    let stranger = Actor::signed_in(AccountId(other.account.unwrap()), &other.address, "");
    let asked = stranger.clone();
    let refused = act(ground, move |tx| {
        undelete::look(tx, &asked, mailbox, None, 10)
    })
    .await;
    assert!(matches!(refused, Err(Refused::Forbidden(_))), "{refused:?}");

    let operator = stranger;
    let (root, login) = (place.root, other.address.clone());
    let account = AccountId(other.account.unwrap());
    act(ground, move |tx| {
        let who = (account, login.as_str());
        rights::grant(tx, &console(), who, Role::Operate, root, None)
    })
    .await
    .unwrap();
    let asked = operator.clone();
    let found = act(ground, move |tx| {
        undelete::look(tx, &asked, mailbox, None, 10)
    })
    .await
    .unwrap();
    let told = format!("{found:?}");
    assert_eq!((found.folders.len(), found.folders[0].messages), (1, 1));
    assert!(found.count >= 1 && found.bytes > 0, "{told}");
    for theirs in ["Đơn", "khám", "riêng", "INBOX"] {
        assert!(!told.contains(theirs), "{told}");
    }

    let id = found
        .messages
        .iter()
        .find(|one| !one.folder_gone)
        .unwrap()
        .id;
    let (asked, gone) = (operator.clone(), found.folders[0].id);
    let back = act(ground, move |tx| {
        let back = undelete::messages(tx, &asked, mailbox, &[id], "INBOX")?;
        let named = undelete::folder_called(tx, &asked, mailbox, "Việc riêng")?;
        let numbered = undelete::folder_called(tx, &asked, mailbox, &gone.to_string())?;
        assert_eq!((named, numbered), (gone, gone));
        let (mut restored, mut more) = (0, true);
        while more {
            let step = undelete::folder_step(tx, &asked, mailbox, gone, 100)?;
            (restored, more) = (restored + step.0, step.1);
        }
        Ok((back, restored))
    })
    .await
    .unwrap();
    assert_eq!(back, (1, 1));

    let recorded = acts(ground, official.mailbox).await;
    let of = |name: &str| {
        let of = recorded.iter().filter(|(action, _)| action == name);
        of.map(|(_, clause)| clause.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(of("mail.removed-look"), ["BS.III.9"]);
    assert_eq!(of("mail.restore"), ["BS.III.9", "BS.III.9"]);
    // Nor does the record tell what it was.
    let written: String = act(ground, |tx| {
        let all = audit::unsealed(tx, Chain::Acts, 10_000)?;
        Ok(all.into_iter().map(|one| one.record.detail).collect())
    })
    .await
    .unwrap();
    assert!(
        !written.contains("riêng") && !written.contains("khám"),
        "{written}"
    );
}
