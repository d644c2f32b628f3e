//! A lost or leaked password under each regulation: the department makes it worthless, hands a new one over once, and it is changed first.

#![allow(clippy::unwrap_used)]

mod support;

use congvu_governance::mailbox::{hand_over, void_password};
use congvu_governance::{Actor, Refused, Role, rights};
use congvu_store::{AccountId, MailboxId, account};
use congvu_testing::{Ground, driven};
use support::{Cause, Place, act, acts, begins, console, life_of};

// 2026-01-05T08:00 in Vietnam, a Monday.
const BEGIN: i64 = 1_767_574_800_000;

driven!(super::BEGIN;
    qn_14_3_the_department_gives_a_new_password,
    bs_iii_11_mk_the_department_gives_a_new_password,
    tq_12_2_the_department_gives_a_new_password,
    hcm_11_2_the_department_gives_a_new_password,
    the_department_gives_a_new_password_in_son_la,
);

async fn given_anew(ground: &Ground, profile: &'static str, clause: &str, first: &str) {
    let place = Place::new(ground, profile).await;
    let (law, root) = (place.law, place.root);
    let official = place.official(ground, ("Trần", "Thị", "Bình")).await;
    begins(ground, &official).await;
    let clerk = place.official(ground, ("Lê", "Văn", "Hùng")).await;
    let decider = AccountId(clerk.account.unwrap());
    let actor = Actor::signed_in(decider, &clerk.address, "192.0.2.1");
    let (id, own) = (
        MailboxId(official.mailbox),
        AccountId(official.account.unwrap()),
    );
    act(ground, move |tx| {
        account::add_app_password(tx, own, "điện thoại", b"d", b"s", b"k")?;
        Ok(())
    })
    .await
    .unwrap();
    let who = actor.clone();
    let early = act(ground, move |tx| void_password(tx, law, &who, id, None)).await;
    assert!(matches!(early, Err(Refused::Forbidden(_))), "{early:?}");
    let login = clerk.address.clone();
    act(ground, move |tx| {
        let whom = (decider, login.as_str());
        rights::grant(tx, &console(), whom, Role::Decide, root, None)
    })
    .await
    .unwrap();
    let epoch = move |tx: &mut congvu_store::Tx<'_>| Ok(account::epoch(tx, own)?.unwrap().0);
    let before = act(ground, epoch).await.unwrap();
    let who = actor.clone();
    act(ground, move |tx| {
        void_password(tx, law, &who, id, Some("5/CV ngày 05/01/2026"))
    })
    .await
    .unwrap();
    // What was signed in, and every mail program, is out; the old password opens nothing.
    assert!(act(ground, epoch).await.unwrap() > before);
    let (apps, known) = act(ground, move |tx| {
        Ok((
            account::app_passwords(tx, own)?.len(),
            account::get(tx, own)?.unwrap(),
        ))
    })
    .await
    .unwrap();
    assert_eq!((apps, known.password), (0, None));
    // Handed over once; its holder changes it first.
    for (phc, works) in [("$argon2id$one-time", true), ("$argon2id$another", false)] {
        let who = actor.clone();
        let handed = act(ground, move |tx| hand_over(tx, law, &who, id, phc)).await;
        assert_eq!(handed.is_ok(), works, "{handed:?}");
    }
    let opener = life_of(ground, official.mailbox).await.opener.unwrap();
    assert_eq!(
        opener.must_change.map(|(cause, _)| cause),
        Some(Cause::Reset)
    );
    let recorded = acts(ground, official.mailbox).await;
    let last = |name: &str| {
        let mut all = recorded.iter().rev();
        all.find(|(action, _)| action == name)
            .map(|(_, of)| of.clone())
    };
    assert_eq!(last("account.password").as_deref(), Some(clause));
    assert_eq!(last("account.hand-over").as_deref(), Some(first));
}

async fn qn_14_3_the_department_gives_a_new_password(ground: &Ground) {
    given_anew(ground, "quang-ninh", "QN.14.3", "QN.14.3").await;
}

async fn bs_iii_11_mk_the_department_gives_a_new_password(ground: &Ground) {
    given_anew(ground, "bim-son", "BS.III.11.mk", "BS.III.11").await;
}

async fn tq_12_2_the_department_gives_a_new_password(ground: &Ground) {
    given_anew(ground, "tuyen-quang", "TQ.12.2", "TQ.6.1").await;
}

async fn hcm_11_2_the_department_gives_a_new_password(ground: &Ground) {
    given_anew(ground, "hcm-donre", "HCM.11.2", "HCM.8.3.b").await;
}

/// SL is silent on lost passwords: no clause is cited for that.
async fn the_department_gives_a_new_password_in_son_la(ground: &Ground) {
    given_anew(ground, "son-la", "", "SL.6.1").await;
}
