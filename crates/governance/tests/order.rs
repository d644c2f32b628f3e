//! What is done to mail by itself: filters and answers, who may set them, and where mail goes on to.

#![allow(clippy::unwrap_used)]

mod support;

use congvu_governance::mailbox::Issued;
use congvu_governance::order::{self, Written};
use congvu_governance::{Actor, Refused};
use congvu_message::filter::{Action, Rule, Target, Test, Words};
use congvu_store::delegation::{self, NewDelegation, Rights};
use congvu_store::vacation::{self, Vacation};
use congvu_store::{AccountId, FilterId, MailboxId, StoreError, filter, folder};
use congvu_testing::{Ground, driven};
use support::{Place, act, acts};

// 2026-01-05T08:00 in Vietnam.
const BEGIN: i64 = 1_767_574_800_000;
const DAY: i64 = 86_400_000;

driven!(super::BEGIN;
    qn_14_8_filters_send_mail_on_to_state_mailboxes_only,
    a_unit_is_arranged_by_keepers_who_may,
);

fn actor(who: &Issued) -> Actor {
    let account = AccountId(who.account.unwrap());
    Actor::signed_in(account, &who.address, "192.0.2.1")
}

fn written(actions: Vec<Action>) -> Written {
    let tests = vec![Test::Subject(Words::new("họp").unwrap())];
    Written {
        name: "Họp".into(),
        rule: Rule::new(tests, true, actions).unwrap(),
        enabled: true,
    }
}

fn to(address: &str) -> Vec<Action> {
    vec![Action::Forward(Target::new(address).unwrap())]
}

async fn put(
    ground: &Ground,
    place: &Place,
    who: Actor,
    (mailbox, id): (MailboxId, Option<FilterId>),
    actions: Vec<Action>,
) -> Result<FilterId, Refused> {
    let law = place.law;
    let new = written(actions);
    act(ground, move |tx| {
        order::put_filter(tx, law, &who, (mailbox, id), &new)
    })
    .await
}

async fn qn_14_8_filters_send_mail_on_to_state_mailboxes_only(ground: &Ground) {
    let place = Place::new(ground, "quang-ninh").await;
    let official = place.official(ground, ("Cầm", "Thị", "Duyên")).await;
    let mailbox = MailboxId(official.mailbox);
    let put =
        async |id, actions| put(ground, &place, actor(&official), (mailbox, id), actions).await;
    let refused = put(None, to("duyen@gmail.com")).await.unwrap_err();
    assert!(refused.to_string().contains("QN.14.8"), "{refused}");
    // Itself, nobody, no longer anybody's folder.
    for actions in [
        to(&official.address),
        to("khong-co@quangninh.gov.vn"),
        vec![Action::Move(4_711)],
    ] {
        let refused = put(None, actions).await;
        assert!(matches!(refused, Err(Refused::Bad(_))), "{refused:?}");
    }
    let id = put(None, to("duyen@moha.gov.vn")).await.unwrap();
    // Whoever delivers asks again.
    let law = place.law;
    let asked = ground.store.read(move |tx| {
        Ok::<_, StoreError>((
            order::may_forward(tx, law, mailbox, "moha.gov.vn")?,
            order::may_forward(tx, law, mailbox, "gmail.com")?,
        ))
    });
    assert_eq!(asked.await.unwrap(), (true, false));
    // What goes on is on record, and so is that it no longer does.
    put(Some(id), vec![Action::Star]).await.unwrap();
    put(Some(id), vec![Action::Star, Action::Stop])
        .await
        .unwrap();
    let said: Vec<String> = acts(ground, official.mailbox)
        .await
        .into_iter()
        .map(|(action, _)| action)
        .filter(|action| action.starts_with("mailbox.forward"))
        .collect();
    assert_eq!(said, ["mailbox.forward", "mailbox.forward-end"]);
}

async fn a_unit_is_arranged_by_keepers_who_may(ground: &Ground) {
    let place = Place::new(ground, "quang-ninh").await;
    let keeper = place.official(ground, ("Cầm", "Thị", "Duyên")).await;
    let stranger = place.official(ground, ("Lò", "Văn", "Hoa")).await;
    let unit = place.unit;
    let give = async |rights: Rights| {
        let account = AccountId(keeper.account.unwrap());
        act(ground, move |tx| {
            for known in delegation::of_mailbox(tx, unit, false)? {
                delegation::end(tx, known.id, "changed")?;
            }
            delegation::grant(
                tx,
                &NewDelegation {
                    mailbox: unit,
                    account,
                    rights,
                    from_at: 0,
                    until_at: None,
                    document: "1/QĐ",
                    document_day: None,
                    granted_by: "x",
                },
            )?;
            Ok(())
        })
        .await
        .unwrap();
    };
    let at = (unit, None);
    let star = || vec![Action::Star];
    let refused = put(ground, &place, actor(&stranger), at, star()).await;
    assert!(matches!(refused, Err(Refused::Missing(_))), "{refused:?}");
    give(Rights::READ).await;
    let refused = put(ground, &place, actor(&keeper), at, star()).await;
    assert!(matches!(refused, Err(Refused::Forbidden(_))), "{refused:?}");
    give(Rights::READ.with(Rights::ORGANISE)).await;
    let id = put(ground, &place, actor(&keeper), at, star())
        .await
        .unwrap();
    let refused = put(ground, &place, actor(&keeper), at, to("a@moha.gov.vn")).await;
    assert!(matches!(refused, Err(Refused::Forbidden(_))), "{refused:?}");
    // Another mailbox's folder is none of its own.
    let own = MailboxId(keeper.mailbox);
    let inbox = ground.store.read(move |tx| folder::find(tx, own, "INBOX"));
    let inbox: Result<_, StoreError> = inbox.await;
    let moves = vec![Action::Move(inbox.unwrap().unwrap().id.0)];
    let refused = put(ground, &place, actor(&keeper), at, moves).await;
    assert!(matches!(refused, Err(Refused::Bad(_))), "{refused:?}");
    // An answer goes in its name: that takes the right to send.
    let who = actor(&keeper);
    let away = async |until_at: i64| {
        let who = who.clone();
        act(ground, move |tx| {
            let new = Vacation {
                from_at: BEGIN,
                until_at,
                body: " Đi vắng ".into(),
                inside_only: true,
                answered: 0,
            };
            order::set_vacation(tx, &who, unit, &new)
        })
        .await
    };
    assert!(matches!(
        away(BEGIN + DAY).await,
        Err(Refused::Forbidden(_))
    ));
    give(Rights::ALL).await;
    assert!(matches!(away(BEGIN).await, Err(Refused::Bad(_))));
    assert!(matches!(
        away(BEGIN + 400 * DAY).await,
        Err(Refused::Bad(_))
    ));
    away(BEGIN + DAY).await.unwrap();
    let who = actor(&keeper);
    let left = act(ground, move |tx| {
        let set = vacation::get(tx, unit)?;
        order::end_vacation(tx, &who, unit)?;
        order::remove_filter(tx, &who, (unit, id))?;
        Ok((set, filter::list(tx, unit)?.len(), vacation::get(tx, unit)?))
    })
    .await
    .unwrap();
    assert_eq!(left.0.unwrap().body, "Đi vắng");
    assert_eq!((left.1, left.2), (0, None));
    let said = acts(ground, unit.0).await;
    let arranged = said.iter().filter(|(action, _)| action == "unit.arrange");
    assert_eq!(arranged.count(), 4, "{said:?}");
}
