//! Acts that ask no rule show the clause they stand on all the same; what a change was is recorded before and after.

#![allow(clippy::unwrap_used)]

mod support;

use congvu_governance::cite::{Basis, basis};
use congvu_governance::mailbox::{self, Because, Change, end_exemption, exempt, note_receipt};
use congvu_governance::organisation::{Spokesmen, set_spokesmen};
use congvu_governance::request::{Ask, NewRequest, open, withdraw};
use congvu_governance::{Action, Role, rights};
use congvu_regulation::Moment;
use congvu_regulation::requests::{RequestKind, Way};
use congvu_store::audit::{self, Chain, Record};
use congvu_store::{AccountId, MailboxId, StoreError, organisation};
use congvu_testing::{Ground, driven};
use support::{Place, act, begins, console};

// 2026-01-05T08:00 in Vietnam, a Monday.
const BEGIN: i64 = 1_767_574_800_000;

driven!(super::BEGIN;
    qn_6_1_qn_7_1_d_acts_that_ask_no_rule_show_their_clause,
    sl_3_2_sl_6_1_acts_that_ask_no_rule_show_their_clause,
    qn_6_3_b_what_changed_is_recorded_before_and_after,
);

async fn records(ground: &Ground) -> Vec<Record> {
    let read = ground
        .store
        .read(|tx| audit::unsealed(tx, Chain::Acts, 10_000));
    let read: Result<Vec<_>, StoreError> = read.await;
    read.unwrap().into_iter().map(|one| one.record).collect()
}

#[track_caller]
fn cites(records: &[Record], action: Action, clause: &str) {
    let all: Vec<&str> = records
        .iter()
        .filter(|record| record.action == action.name())
        .map(|record| record.clause.as_str())
        .collect();
    assert!(!all.is_empty(), "{}", action.name());
    assert!(
        all.iter().all(|of| *of == clause),
        "{}: {all:?}",
        action.name()
    );
}

/// A role, a spokesman, a reason and its end, a receipt, a request that is withdrawn.
async fn acts(ground: &Ground, profile: &'static str) -> Vec<Record> {
    let place = Place::new(ground, profile).await;
    let official = place.official(ground, ("Phạm", "Văn", "A")).await;
    begins(ground, &official).await;
    let (law, agency, unit) = (place.law, place.agency, place.unit);
    let (id, account) = (
        MailboxId(official.mailbox),
        AccountId(official.account.unwrap()),
    );
    let address = official.address.clone();
    act(ground, move |tx| {
        let who = (account, address.as_str());
        rights::grant(tx, &console(), who, Role::Operate, agency, None)?;
        rights::end(tx, &console(), who, Role::Operate, agency, None)?;
        let person = congvu_store::mailbox::person(tx, id)?;
        let new = Spokesmen {
            head: person,
            contact: None,
            mailbox: Some(unit),
        };
        set_spokesmen(tx, &console(), agency, new, None)?;
        let until = congvu_governance::today(tx).plus_days(30);
        exempt(tx, law, &console(), id, ("đi học", until), None)?;
        end_exemption(tx, law, &console(), id)?;
        let new = NewRequest {
            key: "1".to_owned(),
            kind: RequestKind::Password,
            organisation: agency,
            way: Way::Notice,
            document: String::new(),
            document_day: None,
            reason: String::new(),
            lines: vec![(
                1,
                Ask::Password {
                    address: address.clone(),
                },
            )],
            files: Vec::new(),
        };
        let asked = open(tx, law, &console(), &new)?.id;
        withdraw(tx, law, &console(), asked)?;
        let spam = Because::Violation {
            id: "spam",
            found: "",
            document: None,
        };
        if profile == "quang-ninh" {
            mailbox::lock(tx, law, &console(), id, spam)?;
            let now = Moment(tx.now());
            note_receipt(tx, law, &console(), id, now)?;
        }
        assert!(organisation::root(tx)?.is_some());
        Ok(())
    })
    .await
    .unwrap();
    records(ground).await
}

async fn qn_6_1_qn_7_1_d_acts_that_ask_no_rule_show_their_clause(ground: &Ground) {
    let all = acts(ground, "quang-ninh").await;
    for (action, clause) in [
        (Action::RoleGrant, "QN.6.1"),
        (Action::RoleEnd, "QN.6.1"),
        (Action::Exempt, "QN.7.1"),
        (Action::ExemptEnd, "QN.7.1"),
        (Action::RequestWithdraw, "QN.14.3"),
        (Action::PasswordHandOver, "QN.14.3"),
    ] {
        cites(&all, action, clause);
    }
    let receipt = all.iter().find(|one| one.action == "mailbox.lock-receipt");
    assert!(receipt.unwrap().clause.starts_with("QN.7."), "{receipt:?}");
    // Whatever regulations do not speak of says why.
    for action in Action::ALL {
        if let Basis::Nothing(why) = basis(*action) {
            assert!(why.len() > 15, "{}", action.name());
        }
    }
}

async fn sl_3_2_sl_6_1_acts_that_ask_no_rule_show_their_clause(ground: &Ground) {
    let all = acts(ground, "son-la").await;
    for (action, clause) in [
        (Action::RoleGrant, "SL.3.2"),
        (Action::OrganisationSpokesmen, "SL.3.2"),
        (Action::Exempt, "SL.8.2.a"),
        (Action::PasswordHandOver, "SL.6.1"),
    ] {
        cites(&all, action, clause);
    }
}

async fn qn_6_3_b_what_changed_is_recorded_before_and_after(ground: &Ground) {
    let place = Place::new(ground, "quang-ninh").await;
    let official = place.official(ground, ("Phạm", "Văn", "A")).await;
    let (law, id) = (place.law, MailboxId(official.mailbox));
    for (title, phone) in [
        ("Chuyên viên", "0912 345 678"),
        ("Phó phòng", "0912 345 678"),
    ] {
        let change = Change {
            title: Some(title.to_owned()),
            phone: Some(phone.to_owned()),
            name: Some(("Phạm".to_owned(), "Thị".to_owned(), "A".to_owned())),
            ..Change::default()
        };
        act(ground, move |tx| {
            mailbox::change(tx, law, &console(), id, &change, Some("3/CV"))
        })
        .await
        .unwrap();
    }
    let all = records(ground).await;
    let changes: Vec<serde_json::Value> = all
        .iter()
        .filter(|record| record.action == "mailbox.change")
        .map(|record| serde_json::from_str(&record.detail).unwrap())
        .collect();
    assert_eq!(changes[0]["title"]["before"], "");
    assert_eq!(changes[0]["title"]["after"], "Chuyên viên");
    assert_eq!(changes[0]["name"]["before"], "Phạm Văn A");
    assert_eq!(changes[0]["name"]["after"], "Phạm Thị A");
    assert_eq!(changes[1]["title"]["before"], "Chuyên viên");
    assert_eq!(changes[1]["title"]["after"], "Phó phòng");
    // What stayed is not told as a change.
    assert!(changes[1].get("phone").is_none() && changes[1].get("name").is_none());
}
