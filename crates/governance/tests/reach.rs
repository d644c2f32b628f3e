//! How far a decision, a list, a kept address and a transfer reach.

#![allow(clippy::unwrap_used)]

mod support;

use congvu_governance::mailbox::{self, Change, Holder, Issue, Issued, Person, issue};
use congvu_governance::request::{Ask, Decision, NewRequest, carry_out_all, decide, open};
use congvu_governance::unit::{self, NewKeeper, Terms};
use congvu_governance::{Actor, Refused, Role, rights};
use congvu_regulation::requests::Way;
use congvu_store::delegation::{self, Rights};
use congvu_store::organisation::{self, NewOrganisation};
use congvu_store::{
    AccountId, MailboxId, OrganisationId, PersonId, RequestId, StoreError, Tx, person,
};
use congvu_testing::{Ground, driven};
use support::{Place, act, acts, console, life_of, write};

// 2026-01-05T08:00 in Vietnam, a Monday.
const BEGIN: i64 = 1_767_574_800_000;

driven!(super::BEGIN;
    qn_6_1_who_decides_at_one_place_moves_nobody_to_another,
    qn_6_1_what_moved_away_is_not_the_asking_agency_s_any_more,
    bs_7_d4_a_kept_mailbox_goes_to_the_same_person_alone,
    tq_11_2_who_is_moved_keeps_nothing_of_where_they_were,
    a_code_in_a_list_moves_nobody,
);

/// Another agency beside that of the place.
async fn beside(ground: &Ground, place: &Place) -> OrganisationId {
    let root = place.root;
    write(ground, move |tx| {
        organisation::create(
            tx,
            &NewOrganisation {
                parent: Some(root),
                kind: "provincial",
                name: "Sở Tài chính",
                short_name: "stc",
                profile: None,
            },
        )
    })
    .await
}

/// An official with a role at a place.
async fn with_role(
    ground: &Ground,
    place: &Place,
    name: (&str, &str, &str),
    role: Role,
    at: OrganisationId,
) -> Actor {
    let official = place.official(ground, name).await;
    let account = AccountId(official.account.unwrap());
    let login = official.address.clone();
    act(ground, move |tx| {
        rights::grant(tx, &console(), (account, &login), role, at, None)
    })
    .await
    .unwrap();
    Actor::signed_in(account, &official.address, "192.0.2.7")
}

fn asked(place: OrganisationId, key: &str, ask: Ask) -> NewRequest {
    NewRequest {
        key: key.to_owned(),
        kind: ask.kind(),
        organisation: place,
        way: Way::Documents,
        document: "12/SKHCN-VP".to_owned(),
        document_day: Some("2026-01-05".parse().unwrap()),
        reason: "Theo nhu cầu".to_owned(),
        lines: vec![(1, ask)],
        files: Vec::new(),
    }
}

fn moved(address: &str, to: OrganisationId) -> Ask {
    Ask::Change {
        address: address.to_owned(),
        title: None,
        phone: None,
        name: None,
        local_part: None,
        organisation: Some(to.0),
    }
}

async fn opened(ground: &Ground, place: &Place, new: NewRequest) -> RequestId {
    let law = place.law;
    let opened = act(ground, move |tx| open(tx, law, &console(), &new));
    opened.await.unwrap().id
}

async fn grant(ground: &Ground, place: &Place, by: &Actor, id: RequestId) -> Result<(), Refused> {
    let (law, by) = (place.law, by.clone());
    act(ground, move |tx| {
        decide(tx, law, &by, (id, 1), &Decision::Grant { local_part: None })
    })
    .await
}

async fn qn_6_1_who_decides_at_one_place_moves_nobody_to_another(ground: &Ground) {
    let place = Place::new(ground, "son-la").await;
    let other = beside(ground, &place).await;
    let here = ("Lò", "Văn", "Pánh");
    let here = with_role(ground, &place, here, Role::Decide, place.agency).await;
    let above = ("Lò", "Văn", "Hoàn");
    let above = with_role(ground, &place, above, Role::Decide, place.root).await;
    let official = place.official(ground, ("Cầm", "Thị", "Duyên")).await;
    let id = opened(
        ground,
        &place,
        asked(place.agency, "k", moved(&official.address, other)),
    )
    .await;
    let refused = grant(ground, &place, &here, id).await;
    assert!(matches!(refused, Err(Refused::Forbidden(_))), "{refused:?}");
    // Who decides at both may; and the mandate reaches what was decided, no farther.
    grant(ground, &place, &above, id).await.unwrap();
    let carried = carry_out_all(&ground.store, place.law).await.unwrap();
    assert_eq!((carried.done, carried.failed), (1, 0));
    let life = life_of(ground, official.mailbox).await;
    assert_eq!(life.organisation, other);
    // Nobody is sent to a place that is not there.
    let law = place.law;
    let nowhere = asked(other, "k2", moved(&official.address, OrganisationId(999)));
    let refused = act(ground, move |tx| open(tx, law, &console(), &nowhere)).await;
    assert!(matches!(refused, Err(Refused::Lines(_))), "{refused:?}");
}

async fn qn_6_1_what_moved_away_is_not_the_asking_agency_s_any_more(ground: &Ground) {
    let place = Place::new(ground, "son-la").await;
    let (law, other) = (place.law, beside(ground, &place).await);
    let here = ("Lò", "Văn", "Pánh");
    let here = with_role(ground, &place, here, Role::Decide, place.agency).await;
    let mut requests = Vec::new();
    for (key, given) in [("k1", "Duyên"), ("k2", "Sơn")] {
        let official = place.official(ground, ("Cầm", "Thị", given)).await;
        let revoke = Ask::Revoke {
            address: official.address.clone(),
            reason: String::new(),
        };
        let id = opened(ground, &place, asked(place.agency, key, revoke)).await;
        requests.push((id, official));
    }
    // One is granted before the mailbox moves, one after it has.
    grant(ground, &place, &here, requests[0].0).await.unwrap();
    for (_, official) in &requests {
        let id = MailboxId(official.mailbox);
        act(ground, move |tx| {
            let change = Change {
                organisation: Some(other),
                ..Change::default()
            };
            mailbox::change(tx, law, &console(), id, &change, None)
        })
        .await
        .unwrap();
    }
    let carried = carry_out_all(&ground.store, law).await.unwrap();
    assert_eq!((carried.done, carried.failed), (0, 1));
    let refused = grant(ground, &place, &here, requests[1].0).await;
    assert!(matches!(refused, Err(Refused::State(_))), "{refused:?}");
    for (_, official) in &requests {
        let life = life_of(ground, official.mailbox).await;
        assert_eq!((life.revoked_at, life.deleted_at), (None, None));
    }
}

fn someone(name: (&str, &str, &str), born: Option<u16>, code: Option<&str>) -> Person {
    Person {
        family: name.0.to_owned(),
        middle: name.1.to_owned(),
        given: name.2.to_owned(),
        born,
        code: code.map(str::to_owned),
        ..Person::default()
    }
}

async fn issued(
    ground: &Ground,
    place: &Place,
    at: OrganisationId,
    holder: Holder,
    (local_part, former): (Option<&str>, Option<&str>),
) -> Result<Issued, Refused> {
    let law = place.law;
    let asked = Issue {
        organisation: at.0,
        holder,
        local_part: local_part.map(str::to_owned),
        former: former.map(str::to_owned),
        quota: None,
    };
    act(ground, move |tx| {
        issue(tx, law, &console(), &asked, Some("7/CV"))
    })
    .await
}

async fn bs_7_d4_a_kept_mailbox_goes_to_the_same_person_alone(ground: &Ground) {
    let place = Place::new(ground, "bim-son").await;
    let (law, agency) = (place.law, place.agency);
    let other = beside(ground, &place).await;
    let name = ("Nguyễn", "Văn", "Hùng");
    let hung = |born, code| Holder::Person(someone(name, born, code));
    let kept = Some("hungnv.bimson");
    let first = hung(Some(1980), Some("038080000001"));
    let first = issued(ground, &place, agency, first, (kept, None))
        .await
        .unwrap();
    let unit = Holder::Unit { own_account: true };
    let unit = issued(ground, &place, other, unit, (Some("stc.bimson"), None))
        .await
        .unwrap();
    for gone in [first.mailbox, unit.mailbox] {
        let id = MailboxId(gone);
        act(ground, move |tx| {
            mailbox::revoke(tx, law, &console(), id, None, None)
        })
        .await
        .unwrap();
        assert!(life_of(ground, gone).await.deleted_at.is_none());
    }
    let again = |at, holder, former| issued(ground, &place, at, holder, (None, former));
    // Of the same name, but another: by the code, by the year; or somebody whose name only looks so.
    for other_one in [
        hung(Some(1980), Some("038080000002")),
        hung(Some(1991), None),
        Holder::Person(someone(("Nguyễn", "Văn", "Hưng"), None, None)),
        Holder::Unit { own_account: true },
    ] {
        let refused = again(agency, other_one.clone(), kept).await;
        assert!(refused.is_err(), "{other_one:?}");
    }
    // Not from another agency; and a unit's mailbox is no person's.
    let refused = again(other, hung(None, Some("038080000001")), kept).await;
    assert!(matches!(refused, Err(Refused::State(_))), "{refused:?}");
    let refused = again(other, hung(None, None), Some("stc.bimson")).await;
    assert!(refused.is_err());
    assert!(life_of(ground, first.mailbox).await.revoked_at.is_some());
    let same = again(agency, hung(None, Some("038080000001")), kept)
        .await
        .unwrap();
    assert_eq!(same.mailbox, first.mailbox);
    assert!(life_of(ground, first.mailbox).await.revoked_at.is_none());
    let same = again(
        other,
        Holder::Unit { own_account: true },
        Some("stc.bimson"),
    )
    .await;
    assert_eq!(same.unwrap().mailbox, unit.mailbox);
}

fn holder_of(tx: &mut Tx<'_>, account: AccountId) -> Result<PersonId, StoreError> {
    Ok(person::of_account(tx, account)?.unwrap())
}

async fn tq_11_2_who_is_moved_keeps_nothing_of_where_they_were(ground: &Ground) {
    let place = Place::new(ground, "tuyen-quang").await;
    let (law, agency, unit) = (place.law, place.agency, place.unit);
    let other = beside(ground, &place).await;
    let official = place.official(ground, ("Vương", "Ngọc", "Hà")).await;
    let stays = place.official(ground, ("Vương", "Ngọc", "Mai")).await;
    let account = AccountId(official.account.unwrap());
    let (keeper, other_keeper) = (account, AccountId(stays.account.unwrap()));
    act(ground, move |tx| {
        let (head, contact) = (holder_of(tx, keeper)?, holder_of(tx, other_keeper)?);
        organisation::set_spokesmen(tx, agency, Some(head), Some(contact), Some(unit))?;
        Ok(())
    })
    .await
    .unwrap();
    act_on_unit(ground, move |tx| {
        for account in [keeper, other_keeper] {
            let terms = Terms {
                rights: Rights::READ.with(Rights::SEND),
                document: Some("5/QĐ"),
                ..Terms::default()
            };
            let new = NewKeeper {
                mailbox: unit,
                account,
                terms,
            };
            // One person keeps it beside the head.
            unit::delegate(tx, law, &console(), &new)?;
        }
        Ok(())
    })
    .await;
    let id = MailboxId(official.mailbox);
    act(ground, move |tx| {
        let change = Change {
            organisation: Some(other),
            ..Change::default()
        };
        mailbox::change(tx, law, &console(), id, &change, Some("8/QĐ"))
    })
    .await
    .unwrap();
    let (open, office, stays_open, spokesmen, ask) = act(ground, move |tx| {
        let actor = Actor::signed_in(keeper, "x", "192.0.2.7");
        Ok((
            delegation::open(tx, keeper, unit)?,
            delegation::office(tx, keeper, unit)?,
            delegation::open(tx, other_keeper, unit)?,
            organisation::get(tx, agency)?.unwrap(),
            rights::has(tx, &actor, &[Role::Ask], agency)?,
        ))
    })
    .await
    .unwrap();
    assert!(open.is_none() && !office.head && !ask);
    assert!(stays_open.is_some());
    assert!(spokesmen.head.is_none() && spokesmen.contact.is_some());
    let recorded = acts(ground, unit.0).await;
    let ends = recorded.iter().filter(|(action, _)| action == "unit.end");
    assert_eq!(ends.count(), 1, "{recorded:?}");
}

async fn act_on_unit(
    ground: &Ground,
    work: impl FnMut(&mut Tx<'_>) -> Result<(), unit::Refused> + Send + 'static,
) {
    ground.store.write(work).await.unwrap();
}

async fn a_code_in_a_list_moves_nobody(ground: &Ground) {
    let place = Place::new(ground, "son-la").await;
    let agency = place.agency;
    let other = beside(ground, &place).await;
    let code = Some("014090000001");
    let her = || Person {
        title: "Văn thư".to_owned(),
        phone: "0912 345 678".to_owned(),
        ..someone(("Cầm", "Thị", "Duyên"), None, code)
    };
    let first = issued(ground, &place, agency, Holder::Person(her()), (None, None));
    let first = first.await.unwrap();
    let account = AccountId(first.account.unwrap());
    let known = |ground| async move {
        act(ground, move |tx| {
            let id = holder_of(tx, account)?;
            Ok(person::get(tx, id)?.unwrap())
        })
        .await
        .unwrap()
    };
    let before = known(ground).await;
    // Another agency's list names her, and a wrong row of it somebody else.
    let listed = Holder::Person(someone(("Cầm", "Thị", "Duyên"), None, code));
    let refused = issued(ground, &place, other, listed.clone(), (None, None)).await;
    assert!(matches!(refused, Err(Refused::State(_))), "{refused:?}");
    let wrong = Holder::Person(someone(("Lò", "Văn", "Pánh"), None, code));
    for at in [agency, other] {
        let refused = issued(ground, &place, at, wrong.clone(), (None, None)).await;
        assert!(matches!(refused, Err(Refused::State(_))), "{refused:?}");
    }
    assert_eq!(known(ground).await, before);
    // Named again where she works, what the list leaves out stays.
    let again = issued(
        ground,
        &place,
        agency,
        listed.clone(),
        (Some("duyenct2.skhcn"), None),
    );
    again.await.unwrap();
    assert_eq!(known(ground).await, before);
    // Who has no mailbox in use comes anew, and that is in the record.
    let law = place.law;
    let all = act(ground, move |tx| {
        let id = holder_of(tx, account)?;
        Ok(congvu_store::mailbox::of_person(tx, id)?)
    });
    for id in all.await.unwrap() {
        act(ground, move |tx| {
            mailbox::revoke(tx, law, &console(), id, None, None)
        })
        .await
        .unwrap();
    }
    let comes = issued(ground, &place, other, listed, (None, None))
        .await
        .unwrap();
    assert_eq!(known(ground).await.organisation, other);
    assert_eq!(known(ground).await.phone, "0912 345 678");
    let comes = AccountId(comes.account.unwrap());
    let person = write(ground, move |tx| holder_of(tx, comes)).await;
    let recorded = act(ground, move |tx| {
        let subject = format!("person/{person}");
        let all = congvu_store::audit::unsealed(tx, congvu_store::audit::Chain::Acts, 10_000)?;
        let of = all.iter().filter(|one| one.record.subject == subject);
        Ok(of.count())
    });
    assert_eq!(recorded.await.unwrap(), 2);
}
