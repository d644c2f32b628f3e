//! Changes of staff, as agencies report them, and what they mean for addresses and passwords.

#![allow(clippy::unwrap_used)]

mod support;

use congvu_governance::mailbox::PasswordRule;
use congvu_governance::request::{Ask, Decision, NewRequest, carry_out_all, decide, open};
use congvu_regulation::requests::{RequestKind, Way};
use congvu_store::organisation::{self, NewOrganisation};
use congvu_store::{MailboxId, mailbox, person};
use congvu_testing::{Ground, driven};
use support::{Place, act, console, life_of};

// 2026-01-05T08:00 in Vietnam, a Monday.
const BEGIN: i64 = 1_767_574_800_000;

driven!(super::BEGIN;
    qn_13_6_qn_13_11_an_agency_reports_changes_of_its_staff,
    qn_6_3_b_an_address_is_changed_for_a_digital_signature,
    tq_6_2_the_bodies_above_are_named_in_no_password,
);

/// One line that the agency asks for, granted and carried out.
async fn done(ground: &Ground, place: &Place, kind: RequestKind, reason: &str, ask: Ask) {
    let law = place.law;
    let new = NewRequest {
        key: format!("{}-{reason}", kind.id()),
        kind,
        organisation: place.agency,
        way: Way::Documents,
        document: "15/STTTT-VP".to_owned(),
        document_day: Some("2026-01-05".parse().unwrap()),
        reason: reason.to_owned(),
        lines: vec![(1, ask)],
        files: Vec::new(),
    };
    let opened = act(ground, move |tx| open(tx, law, &console(), &new)).await;
    let id = opened.unwrap().id;
    act(ground, move |tx| {
        let grant = Decision::Grant { local_part: None };
        decide(tx, law, &console(), (id, 1), &grant)
    })
    .await
    .unwrap();
    let carried = carry_out_all(&ground.store, law).await.unwrap();
    assert_eq!((carried.done, carried.failed), (1, 0));
}

fn change(address: &str) -> Ask {
    Ask::Change {
        address: address.to_owned(),
        title: None,
        phone: None,
        name: None,
        local_part: None,
        organisation: None,
    }
}

async fn qn_13_6_qn_13_11_an_agency_reports_changes_of_its_staff(ground: &Ground) {
    let place = Place::new(ground, "quang-ninh").await;
    let official = place.official(ground, ("Trần", "Thị", "Bình")).await;
    let mut ask = change(&official.address);
    if let Ask::Change { title, phone, .. } = &mut ask {
        *title = Some("Trưởng phòng".to_owned());
        *phone = Some("0912 345 678".to_owned());
    }
    done(
        ground,
        &place,
        RequestKind::Directory,
        "Thay đổi nhân sự",
        ask,
    )
    .await;
    let id = MailboxId(official.mailbox);
    let holder = act(ground, move |tx| {
        let holder = mailbox::person(tx, id)?.unwrap();
        Ok(person::get(tx, holder)?.unwrap())
    });
    let holder = holder.await.unwrap();
    assert_eq!(
        (holder.title.as_str(), holder.phone.as_str()),
        ("Trưởng phòng", "0912 345 678")
    );
    // A report of staff moves no address: that is a request of its own.
    let mut ask = change(&official.address);
    if let Ask::Change { local_part, .. } = &mut ask {
        *local_part = Some("binh".to_owned());
    }
    assert!(!ask.serves(RequestKind::Directory) && ask.serves(RequestKind::Change));
}

async fn qn_6_3_b_an_address_is_changed_for_a_digital_signature(ground: &Ground) {
    let place = Place::new(ground, "quang-ninh").await;
    let official = place.official(ground, ("Trần", "Thị", "Bình")).await;
    let mut ask = change(&official.address);
    if let Ask::Change { local_part, .. } = &mut ask {
        *local_part = Some("tranthibinh2".to_owned());
    }
    let reason = "Đăng ký sử dụng chữ ký số: địa chỉ bị trùng";
    done(ground, &place, RequestKind::Change, reason, ask).await;
    let life = life_of(ground, official.mailbox).await;
    assert_eq!(life.address, "tranthibinh2@quangninh.gov.vn");
    let (old, _) = official.address.split_once('@').unwrap();
    let old = old.to_owned();
    let leads = act(ground, move |tx| {
        let domain = organisation::domain(tx, "quangninh.gov.vn")?.unwrap();
        Ok(congvu_store::address::mailbox_of(tx, domain, &old)?)
    });
    assert_eq!(leads.await.unwrap(), Some(MailboxId(official.mailbox)));
}

async fn tq_6_2_the_bodies_above_are_named_in_no_password(ground: &Ground) {
    let place = Place::new(ground, "tuyen-quang").await;
    let (law, agency) = (place.law, place.agency);
    let rule = act(ground, move |tx| {
        let new = NewOrganisation {
            parent: Some(agency),
            kind: "subunit",
            name: "Phòng Bưu chính",
            short_name: "pbc.skhcn",
            profile: None,
        };
        let room = organisation::create(tx, &new)?;
        PasswordRule::at(tx, law, room, ("ltan.skhcn", "Lò Thị An"))
    });
    let rule = rule.await.unwrap();
    for (password, fine) in [
        // Of the room, and of the agency above it.
        ("Buuchinh#2026", false),
        ("KhoahocCongnghe#26", false),
        ("xSKHCNx#2026", false),
        // The province is everybody's.
        ("Uybannhandan#2026", true),
        ("Congviec#Moi95", true),
    ] {
        let faults = rule.faults(password, |_, _| false);
        assert_eq!(faults.is_empty(), fine, "{password}: {faults:?}");
        assert!(
            fine || faults
                .iter()
                .any(|fault| fault.to_string().contains("TQ.6.2")),
            "{faults:?}"
        );
    }
}
