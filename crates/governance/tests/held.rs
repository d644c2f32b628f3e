//! Held mail: how long, who is told, who decides about whom, and that it is decided once.

#![allow(clippy::unwrap_used)]

mod support;

use congvu_governance::{Actor, Refused, Role, held as cases, rights};
use congvu_regulation::content::{Description, Direction, Effect, File, Lock, Look, RealType};
use congvu_store::audit::{self, Chain};
use congvu_store::held::{self, Fate, Finding, NewHeld, NewRecipient};
use congvu_store::message::{self, NewMessage};
use congvu_store::{AccountId, HeldId, HeldRecipientId, StoreError};
use congvu_testing::{Ground, driven};
use support::{Place, act, console, notices, write};

// 2026-01-05T08:00 in Vietnam, a Monday.
const BEGIN: i64 = 1_767_574_800_000;

driven!(super::BEGIN;
    qn_15_6_a_locked_archive_waits_five_working_days,
    qn_15_6_who_decides_does_so_for_their_place_and_once,
);

async fn qn_15_6_a_locked_archive_waits_five_working_days(ground: &Ground) {
    let place = Place::new(ground, "quang-ninh").await;
    let (law, unit) = (place.law, place.unit);
    let judged = write(ground, move |tx| {
        let mut message = Description::new(Direction::Received);
        message.attach(File {
            real_type: RealType::Zip,
            look: Look::Locked(Lock::Archive),
            ..File::named("ho-so.zip")
        });
        cases::judge(tx, law, unit, message)
    });
    let judged = judged.await.unwrap();
    assert_eq!(judged.verdict.effect(), Effect::Hold);
    assert_eq!(judged.place, place.agency);
    // 10/1/2026 is a Saturday on which offices work.
    assert_eq!(judged.until_at, support::at("2026-01-11"));
}

/// A message from outside, held for the agency's unit mailbox and for somebody at the top.
async fn hold(ground: &Ground, place: &Place) -> (HeldId, Vec<HeldRecipientId>) {
    let bytes = b"Subject: Ho so\r\n\r\nx\r\n";
    let staged = ground.store.blobs().stage(bytes).await.unwrap();
    let new = NewMessage {
        header_len: 18,
        sent_at: None,
        message_id: None,
        subject: "Ho so".to_owned(),
        preview: String::new(),
        references: String::new(),
        envelope: Vec::new(),
        structure: Vec::new(),
        marks: None,
    };
    let finding = Finding {
        concern: "Tệp nén có mã hóa".to_owned(),
        clause: "QN.15.6".to_owned(),
        says: "Tệp nén “ho-so.zip” được đặt mật khẩu.".to_owned(),
    };
    let to = |address: &str, mailbox, organisation| NewRecipient {
        address: address.to_owned(),
        original: None,
        notify: None,
        mailbox,
        organisation,
        findings: vec![finding.clone()],
    };
    let recipients = [
        to("sttvtt@quangninh.gov.vn", Some(place.unit), place.agency),
        to("nhom@quangninh.gov.vn", None, place.root),
    ];
    let law = place.law;
    write(ground, move |tx| {
        let stored = message::put(tx, &staged, &new)?;
        let id = held::put(
            tx,
            &NewHeld {
                message: stored.id,
                trace: "0abcdefghjkmnpq",
                sender: "ai@ngoai.example",
                client_ip: "192.0.2.1",
                helo: "ngoai",
                protocol: "ESMTP",
                tls: None,
                envelope_id: None,
                ret: None,
                size: stored.size,
                until_at: tx.now() + 1,
                recipients: &recipients,
                parts: &[],
            },
        )?;
        cases::tell(tx, law, id)?;
        let all = held::recipients(tx, id)?;
        Ok((id, all.into_iter().map(|one| one.id).collect()))
    })
    .await
}

async fn qn_15_6_who_decides_does_so_for_their_place_and_once(ground: &Ground) {
    let place = Place::new(ground, "quang-ninh").await;
    let (id, all) = hold(ground, &place).await;
    let told = notices(ground).await;
    let told: Vec<_> = told.iter().filter(|(kind, _)| kind == "held").collect();
    assert_eq!(
        told.len(),
        1,
        "the mailbox is told, the group's members are not known"
    );
    assert!(told[0].1.contains("sttvtt@quangninh.gov.vn"), "{told:?}");

    let official = place.official(ground, ("Phạm", "Văn", "An")).await;
    let (account, agency) = (AccountId(official.account.unwrap()), place.agency);
    let login = official.address.clone();
    act(ground, move |tx| {
        rights::grant(
            tx,
            &console(),
            (account, &login),
            Role::Operate,
            agency,
            None,
        )
    })
    .await
    .unwrap();
    let by = Actor::signed_in(account, &official.address, "192.0.2.7");

    let (actor, both) = (by.clone(), all.clone());
    let done = act(ground, move |tx| cases::release(tx, &actor, id, &both, "")).await;
    assert!(matches!(done, Err(Refused::Forbidden(_))), "{done:?}");
    let (actor, own) = (by.clone(), vec![all[0]]);
    let done = act(ground, move |tx| {
        cases::reject(tx, &actor, id, &own, (true, " "))
    })
    .await;
    assert!(matches!(done, Err(Refused::Bad(_))), "{done:?}");
    let (actor, own) = (by.clone(), vec![all[0]]);
    act(ground, move |tx| {
        cases::release(tx, &actor, id, &own, "đã hỏi người nhận")
    })
    .await
    .unwrap();
    let (actor, own) = (by, vec![all[0]]);
    let done = act(ground, move |tx| cases::release(tx, &actor, id, &own, "")).await;
    assert!(matches!(done, Err(Refused::State(_))), "{done:?}");
    let rest = vec![all[1]];
    act(ground, move |tx| {
        cases::reject(tx, &console(), id, &rest, (false, "giả mạo"))
    })
    .await
    .unwrap();

    let read = ground.store.read(move |tx| {
        let fates: Vec<Fate> = held::recipients(tx, id)?
            .into_iter()
            .map(|one| one.fate)
            .collect();
        let acts: Vec<(String, String)> = audit::unsealed(tx, Chain::Acts, 1_000)?
            .into_iter()
            .filter(|one| one.record.subject == format!("held/{id}"))
            .map(|one| (one.record.action, one.record.clause))
            .collect();
        Ok::<_, StoreError>((fates, acts, held::waiting(tx, 10)?))
    });
    let (fates, acts, waiting) = read.await.unwrap();
    assert_eq!(fates, [Fate::Released, Fate::Dropped]);
    assert_eq!(waiting, 0);
    let names: Vec<&str> = acts.iter().map(|(action, _)| action.as_str()).collect();
    assert_eq!(
        names,
        ["mail.hold", "mail.hold", "mail.release", "mail.reject"]
    );
    assert!(acts.iter().all(|(_, clause)| clause == "QN.15.6"));
}
