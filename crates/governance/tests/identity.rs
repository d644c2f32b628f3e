//! Accounts of the e-government platform (QN.5): named, given, synchronised.

#![allow(clippy::unwrap_used)]

mod support;

use congvu_governance::identity::{self as identities, Platform};
use congvu_governance::mailbox::{self, Holder, Issue, Issued, Person, issue};
use congvu_governance::request::{Ask, Decision, NewRequest, carry_out_all, decide, open};
use congvu_governance::{Actor, Refused};
use congvu_regulation::requests::{RequestKind, Way};
use congvu_store::identity::{self, Among, Identity, Standing};
use congvu_store::{AccountId, MailboxId, PersonId, StoreError, account, request as stored};
use congvu_testing::{Ground, driven};
use support::{Place, act, console};

// 2026-01-05T08:00 in Vietnam, a Monday.
const BEGIN: i64 = 1_767_574_800_000;

driven!(super::BEGIN;
    qn_5_1_accounts_are_numbered_and_addresses_follow_them,
    qn_5_1_b_the_agency_where_another_holds_the_address,
    qn_5_1_a_who_has_an_address_keeps_it,
    qn_5_1_an_account_is_the_joined_name_and_never_with_an_agency,
    qn_5_1_a_name_without_a_domain_is_the_account_first,
    qn_5_2_who_uses_only_mail_has_a_marked_account,
    qn_5_3_a_granted_line_opens_the_account,
    qn_5_3_nothing_is_given_without_a_document,
    every_change_of_a_person_raises_the_version,
);

fn person(given: &str, platform: Option<Platform>) -> Person {
    Person {
        family: "Phạm".to_owned(),
        middle: "Văn".to_owned(),
        given: given.to_owned(),
        title: "Văn thư".to_owned(),
        phone: "0203 3838 383".to_owned(),
        platform,
        ..Person::default()
    }
}

fn account(name: Option<&str>) -> Option<Platform> {
    Some(Platform {
        account: name.map(str::to_owned),
        mail_only: false,
    })
}

async fn issued(ground: &Ground, place: &Place, person: Person) -> Result<Issued, Refused> {
    let (law, agency) = (place.law, place.agency);
    act(ground, move |tx| {
        let asked = Issue {
            organisation: agency.0,
            holder: Holder::Person(person.clone()),
            local_part: None,
            former: None,
            quota: None,
        };
        issue(tx, law, &console(), &asked, Some("12/STTTT-CNTT"))
    })
    .await
}

async fn of(ground: &Ground, mailbox: i64) -> Identity {
    let read = ground.store.read(move |tx| {
        let person = congvu_store::mailbox::person(tx, MailboxId(mailbox))?.unwrap();
        identity::get(tx, person)
    });
    let read: Result<_, StoreError> = read.await;
    read.unwrap().unwrap()
}

fn local(issued: &Issued) -> &str {
    issued.address.split('@').next().unwrap()
}

async fn qn_5_1_accounts_are_numbered_and_addresses_follow_them(ground: &Ground) {
    let place = Place::new(ground, "quang-ninh").await;
    for expected in ["phamvana", "phamvana1", "phamvana2"] {
        let made = issued(ground, &place, person("A", account(None)))
            .await
            .unwrap();
        assert_eq!(local(&made), expected);
        let known = of(ground, made.mailbox).await;
        assert_eq!(known.account.as_deref(), Some(expected));
        assert!(known.usable);
    }
    // Each person has at most one.
    let made = issued(ground, &place, person("B", account(None)))
        .await
        .unwrap();
    let (law, id) = (place.law, of(ground, made.mailbox).await.person);
    let again = act(ground, move |tx| {
        let other = account(Some("phamvanb1")).unwrap();
        identities::give(tx, law, &console(), id, &other, Some("13/STTTT"))
    });
    let refused = again.await.unwrap_err().to_string();
    assert!(
        refused.contains("phamvanb") && refused.contains("QN.5.1"),
        "{refused}"
    );
    // Other regulations have none: what is told of one is passed over.
    let other = act(ground, |tx| {
        tx.execute(
            "UPDATE organisation SET profile = 'son-la' WHERE profile = 'quang-ninh'",
            &[],
        )?;
        Ok(())
    });
    other.await.unwrap();
    let made = issued(ground, &place, person("C", account(None)))
        .await
        .unwrap();
    assert_eq!(of(ground, made.mailbox).await.account, None);
}

async fn qn_5_1_b_the_agency_where_another_holds_the_address(ground: &Ground) {
    let place = Place::new(ground, "quang-ninh").await;
    // Somebody's address from before, without an account.
    let before = issued(ground, &place, person("A", None)).await.unwrap();
    assert_eq!(local(&before), "phamvana");
    assert_eq!(of(ground, before.mailbox).await.account, None);
    let told = person("A", account(Some("phamvana")));
    let follows = issued(ground, &place, told.clone()).await.unwrap();
    assert_eq!(local(&follows), "phamvana.sttvtt");
    let known = of(ground, follows.mailbox).await;
    assert_eq!(known.account.as_deref(), Some("phamvana"));
    // The account is theirs alone.
    let refused = issued(ground, &place, told).await.unwrap_err().to_string();
    assert!(refused.contains("đã cấp cho người khác"), "{refused}");
}

async fn qn_5_1_a_who_has_an_address_keeps_it(ground: &Ground) {
    let place = Place::new(ground, "quang-ninh").await;
    let one = issued(ground, &place, person("A", None)).await.unwrap();
    let two = issued(ground, &place, person("A", None)).await.unwrap();
    assert_eq!(local(&two), "phamvana.sttvtt");
    for (made, expected) in [(&two, "phamvana"), (&one, "phamvana1")] {
        let (law, id) = (place.law, of(ground, made.mailbox).await.person);
        let given = act(ground, move |tx| {
            identities::give(
                tx,
                law,
                &console(),
                id,
                &Platform::default(),
                Some("13/STTTT"),
            )
        });
        assert_eq!(given.await.unwrap(), expected);
        let known = of(ground, made.mailbox).await;
        assert_eq!(known.address.as_ref(), Some(&made.address));
    }
}

async fn qn_5_1_an_account_is_the_joined_name_and_never_with_an_agency(ground: &Ground) {
    let place = Place::new(ground, "quang-ninh").await;
    for wrong in [
        "phamvana.sttvtt",
        "anpv",
        "phamvanab",
        "phamvana 1",
        "phạmvana",
        "1phamvana",
    ] {
        let told = person("A", account(Some(wrong)));
        let refused = issued(ground, &place, told).await.unwrap_err().to_string();
        assert!(refused.contains("QN.5.1"), "{wrong}: {refused}");
    }
    let told = person("A", account(Some("PhamVanA7@quangninh.gov.vn")));
    let made = issued(ground, &place, told).await.unwrap();
    assert_eq!(local(&made), "phamvana7");
}

async fn qn_5_1_a_name_without_a_domain_is_the_account_first(ground: &Ground) {
    let place = Place::new(ground, "quang-ninh").await;
    let before = issued(ground, &place, person("A", None)).await.unwrap();
    let told = person("A", account(Some("phamvana")));
    let follows = issued(ground, &place, told).await.unwrap();
    let (one, two) = (before.account.unwrap(), follows.account.unwrap());
    let mailbox = follows.mailbox;
    let means = |typed: &'static str| async move {
        let read = ground
            .store
            .read(move |tx| account::by_sign_in(tx, typed, Some("quangninh.gov.vn")));
        let read: Result<_, StoreError> = read.await;
        read.unwrap().map(|account| account.id.0)
    };
    // The other's address before the @ is the account's name.
    assert_eq!(means("phamvana").await, Some(two));
    assert_eq!(means("phamvana@quangninh.gov.vn").await, Some(one));
    assert_eq!(means("phamvana.sttvtt").await, Some(two));
    // The other's account is printed with the domain, and nobody has that address.
    let (law, id) = (place.law, of(ground, before.mailbox).await.person);
    act(ground, move |tx| {
        identities::give(
            tx,
            law,
            &console(),
            id,
            &Platform::default(),
            Some("13/STTTT"),
        )
    })
    .await
    .unwrap();
    assert_eq!(means("phamvana1").await, Some(one));
    assert_eq!(means("phamvana1@quangninh.gov.vn").await, Some(one));
    assert_eq!(means("phamvana1@noi-khac.vn").await, None);
    // Where its holder's mailbox is gone, the name is not the other's again.
    act(ground, move |tx| {
        Ok(congvu_store::mailbox::destroy(tx, MailboxId(mailbox))?)
    })
    .await
    .unwrap();
    let read = ground
        .store
        .read(|tx| account::by_sign_in(tx, "phamvana", Some("quangninh.gov.vn")));
    let read: Result<_, StoreError> = read.await;
    assert!(
        read.unwrap()
            .is_none_or(|found| found.locked && found.id == AccountId(two))
    );
}

async fn qn_5_2_who_uses_only_mail_has_a_marked_account(ground: &Ground) {
    let place = Place::new(ground, "quang-ninh").await;
    let only = Some(Platform {
        account: None,
        mail_only: true,
    });
    let made = issued(ground, &place, person("A", only)).await.unwrap();
    let known = of(ground, made.mailbox).await;
    assert_eq!(
        (known.account.as_deref(), known.usable),
        (Some("phamvana"), false)
    );
    let told = identities::scim::pushed(&known);
    assert_eq!(told["active"], false);
    assert_eq!(told[identities::scim::CONGVU]["mailOnly"], true);
    // From a day on they use both.
    let (law, id) = (place.law, known.person);
    act(ground, move |tx| {
        identities::give(
            tx,
            law,
            &console(),
            id,
            &Platform::default(),
            Some("14/STTTT"),
        )
    })
    .await
    .unwrap();
    let now = of(ground, made.mailbox).await;
    assert!(now.usable && now.version > known.version);
    assert_eq!(identities::scim::pushed(&now)["active"], true);
}

fn sync(given: &str, account: Option<&str>, address: Option<&str>, mail_only: bool) -> Ask {
    Ask::Sync {
        full_name: format!("Phạm Văn {given}"),
        sub_unit: "Văn phòng".to_owned(),
        title: "Chánh Văn phòng".to_owned(),
        phone: "0203 1111 222".to_owned(),
        account: account.map(str::to_owned),
        address: address.map(str::to_owned),
        mail_only,
    }
}

async fn qn_5_3_a_granted_line_opens_the_account(ground: &Ground) {
    let place = Place::new(ground, "quang-ninh").await;
    let (law, agency) = (place.law, place.agency);
    let has = issued(ground, &place, person("A", None)).await.unwrap();
    let unit = ground
        .store
        .read(move |tx| congvu_store::address::primary(tx, place.unit));
    let unit: Result<_, StoreError> = unit.await;
    let unit = unit.unwrap().unwrap();
    let lines = vec![
        sync("A", None, Some(&has.address), true),
        sync("B", Some("phamvanb"), None, false),
        sync("C", None, Some(&unit), false),
        sync("D", Some("phamvanb"), None, false),
    ];
    let id = act(ground, move |tx| {
        let new = NewRequest {
            key: "s1".to_owned(),
            kind: RequestKind::Sync,
            organisation: agency,
            way: Way::Documents,
            document: "15/STTTT".to_owned(),
            document_day: Some("2026-01-05".parse().unwrap()),
            reason: String::new(),
            lines: (2..).zip(lines.clone()).collect(),
            files: Vec::new(),
        };
        let id = open(tx, law, &console(), &new)?.id;
        for number in 1..=4 {
            let grant = Decision::Grant { local_part: None };
            decide(tx, law, &console(), (id, number), &grant)?;
        }
        Ok(id)
    });
    let id = id.await.unwrap();
    // Nothing is done before it is carried out, and nothing twice.
    assert_eq!(of(ground, has.mailbox).await.account, None);
    carry_out_all(&ground.store, law).await.unwrap();
    carry_out_all(&ground.store, law).await.unwrap();
    let known = of(ground, has.mailbox).await;
    assert_eq!(
        (known.account.as_deref(), known.usable),
        (Some("phamvana"), false)
    );
    assert_eq!(
        (known.title.as_str(), known.phone.as_str()),
        ("Chánh Văn phòng", "0203 1111 222")
    );
    assert_eq!(known.address.as_ref(), Some(&has.address));
    let read = ground.store.read(move |tx| stored::lines(tx, id, 0, 10));
    let read: Result<_, StoreError> = read.await;
    let lines = read.unwrap();
    let states: Vec<&str> = lines.iter().map(|line| line.state.as_str()).collect();
    // A unit has no such account; the account of the second line is that person's.
    assert_eq!(states, ["done", "done", "failed", "failed"], "{lines:?}");
    let outcome: serde_json::Value = serde_json::from_str(&lines[1].outcome).unwrap();
    assert_eq!(outcome["account"], "phamvanb");
    assert_eq!(outcome["address"], "phamvanb@quangninh.gov.vn");
}

async fn qn_5_3_nothing_is_given_without_a_document(ground: &Ground) {
    let place = Place::new(ground, "quang-ninh").await;
    let made = issued(ground, &place, person("A", None)).await.unwrap();
    let (law, id) = (place.law, of(ground, made.mailbox).await.person);
    let nobody = Actor::signed_in(AccountId(made.account.unwrap()), "ai-do", "192.0.2.1");
    for (actor, document) in [
        (console(), None),
        (console(), Some(" ")),
        (nobody, Some("1/VP")),
    ] {
        let given = act(ground, move |tx| {
            identities::give(tx, law, &actor, id, &Platform::default(), document)
        });
        assert!(given.await.is_err());
    }
    assert_eq!(of(ground, made.mailbox).await.account, None);
}

async fn every_change_of_a_person_raises_the_version(ground: &Ground) {
    let place = Place::new(ground, "quang-ninh").await;
    let made = issued(ground, &place, person("A", account(None)))
        .await
        .unwrap();
    let (law, id) = (place.law, MailboxId(made.mailbox));
    let mut version = of(ground, made.mailbox).await.version;
    let mut rises = async |what: &str, standing: Standing| {
        let now = of(ground, made.mailbox).await;
        assert!(now.version > version, "{what}");
        assert_eq!(now.standing, standing, "{what}");
        version = now.version;
    };
    ground.clock.set(BEGIN + 60_000);
    act(ground, move |tx| {
        let change = mailbox::Change {
            title: Some("Phó phòng".to_owned()),
            ..mailbox::Change::default()
        };
        mailbox::change(tx, law, &console(), id, &change, None)
    })
    .await
    .unwrap();
    rises("title", Standing::Active).await;
    act(ground, move |tx| {
        let because = mailbox::Because::Asked {
            reason: "đề nghị",
            clause: None,
            document: None,
        };
        mailbox::lock(tx, law, &console(), id, because)
    })
    .await
    .unwrap();
    rises("lock", Standing::Locked).await;
    act(ground, move |tx| {
        mailbox::restore(tx, law, &console(), id, None).map(drop)
    })
    .await
    .unwrap();
    rises("restore", Standing::Active).await;
    act(ground, move |tx| {
        let change = mailbox::Change {
            local_part: Some("phamvana.moi".to_owned()),
            ..mailbox::Change::default()
        };
        mailbox::change(tx, law, &console(), id, &change, None)
    })
    .await
    .unwrap();
    rises("address", Standing::Active).await;
    act(ground, move |tx| {
        Ok(congvu_store::mailbox::revoke_keep(tx, id)?)
    })
    .await
    .unwrap();
    rises("revoked", Standing::Revoked).await;
    let read = ground.store.read(|tx| {
        let since = Among {
            top: None,
            since: Some(BEGIN),
        };
        let none = Among {
            since: Some(BEGIN + 60_000),
            ..since
        };
        Ok::<_, StoreError>((
            identity::page(tx, since, 0, 10)?,
            identity::count(tx, none)?,
            identity::count(tx, Among::default())?,
        ))
    });
    let (changed, none, all): (Vec<PersonId>, i64, i64) = read.await.unwrap();
    assert_eq!((changed.len(), none, all), (1, 0, 1));
}
