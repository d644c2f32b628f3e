//! Unit mailboxes: delegation, hand-over, assignment and checks under the regulations, on both engines.

#![allow(clippy::unwrap_used)]

use congvu_governance::audit::{Key, is_signed, public_key};
use congvu_governance::unit::{self, HandedOver, NewHandOver, NewKeeper, Refused, Terms};
use congvu_governance::{Action, Actor, Law};
use congvu_message::filter::{Action as Does, Rule, Target, Test, Words};
use congvu_regulation::Date;
use congvu_store::account::{self, MustChange, NewAccount};
use congvu_store::audit::{self, Chain, Record};
use congvu_store::delegation::{self, Delegation, Rights};
use congvu_store::desk::Desk;
use congvu_store::entry::{self, NewEntry, Shown, Towards};
use congvu_store::filter::NewFilter;
use congvu_store::mailbox::{self, NewMailbox};
use congvu_store::message::{self, NewMessage};
use congvu_store::notice::{self, Audience};
use congvu_store::organisation::{self, NewOrganisation, NewPerson};
use congvu_store::passkey::NewPasskey;
use congvu_store::vacation::Vacation;
use congvu_store::{
    AccountId, DelegationId, DomainId, MailboxId, NoticeId, OrganisationId, StoreError,
    StoreResult, Tx, assignment, desk, ending, filter, folder, hand_over, passkey, recovery,
    second_factor, unit_check, vacation, writing,
};
use congvu_testing::{Ground, driven};

// 2026-11-23 (a Monday), 08:00 in Vietnam.
const NOW: i64 = 1_795_395_600_000;
const DAY: i64 = 86_400_000;

driven!(
    super::NOW;
    tq_11_2_a_delegation_needs_a_document_and_sl_9_2_none,
    hcm_12_1_several_persons_keep_it_each_under_their_name,
    tq_11_1_who_gives_it,
    qn_2_3_bs_iii_9_a_persons_mailbox_is_given_to_nobody,
    tq_11_2_within_the_organisation_and_a_period,
    a_change_and_an_end_are_recorded,
    the_signature_is_set_by_who_says_who_keeps_it,
    tq_11_3_hcm_12_2_hand_over_to_a_new_head,
    tq_11_4_hcm_12_4_what_becomes_of_a_message,
    tq_11_4_hcm_12_4_what_waits_and_on_whose_desk,
    tq_11_4_notes_between_keepers_end_with_the_mailbox,
    hcm_8_2_a_checks_in_the_four_windows,
    hcm_8_2_a_keepers_are_told_once_of_a_part_of_the_day_that_was_missed,
    bs_iii_11_no_hours_are_set_so_nobody_is_told,
);

fn console() -> Actor {
    Actor::console("root")
}

#[derive(Clone, Copy)]
struct Agency {
    place: OrganisationId,
    domain: DomainId,
    unit: MailboxId,
    unit_account: AccountId,
    head: AccountId,
}

fn person(
    tx: &mut Tx<'_>,
    place: OrganisationId,
    domain: DomainId,
    name: &str,
    kind: &str,
) -> StoreResult<(AccountId, MailboxId)> {
    let person = organisation::create_person(
        tx,
        &NewPerson {
            organisation: place,
            family: "Lò",
            middle: "",
            given: name,
            title: "",
            phone: "",
            born: None,
            code: None,
        },
    )?;
    let person = (kind == "personal").then_some(person);
    let login = format!("{name}@tinh.example");
    let account = account::create(
        tx,
        &NewAccount {
            login: &login,
            organisation: place,
            person,
            role: "user",
            password: Some("$argon2id$"),
            must_change: None,
        },
    )?;
    let mailbox = mailbox::create(
        tx,
        &NewMailbox {
            kind,
            organisation: place,
            account: Some(account),
            person,
            name,
            quota: 1 << 30,
            local_part: name,
            domain,
        },
    )?;
    if name == "head" {
        let statement = "UPDATE organisation SET head_id = (SELECT person_id FROM account WHERE login = 'head@tinh.example') WHERE short_name = 'so'";
        tx.execute(statement, &[])?;
    }
    Ok((account, mailbox))
}

/// A department with its head and its unit mailbox, below a province.
async fn agency(ground: &Ground, profile: &'static str) -> Agency {
    let made = ground.store.write(move |tx| {
        let mut place = |parent, name, profile| {
            organisation::create(
                tx,
                &NewOrganisation {
                    parent,
                    kind: "department",
                    name,
                    short_name: name,
                    profile,
                },
            )
        };
        let root = place(None, "tinh", Some(profile))?;
        let so = place(Some(root), "so", None)?;
        place(Some(so), "phong", None)?;
        place(Some(root), "khac", None)?;
        let domain = organisation::create_domain(tx, "tinh.example")?;
        let (head, _) = person(tx, so, domain, "head", "personal")?;
        let (unit_account, unit) = person(tx, so, domain, "so", "unit")?;
        Ok::<_, StoreError>(Agency {
            place: so,
            domain,
            unit,
            unit_account,
            head,
        })
    });
    made.await.unwrap()
}

impl Agency {
    async fn staff(self, ground: &Ground, name: &'static str, place: &'static str) -> AccountId {
        let made = ground.store.write(move |tx| {
            let place = organisation::by_short_name(tx, place)?.unwrap().id;
            person(tx, place, self.domain, name, "personal")
        });
        made.await.unwrap().0
    }

    async fn give(
        self,
        ground: &Ground,
        actor: Actor,
        account: AccountId,
        terms: Terms<'static>,
    ) -> Result<DelegationId, Refused> {
        let new = NewKeeper {
            mailbox: self.unit,
            account,
            terms,
        };
        let given = ground
            .store
            .write(move |tx| unit::delegate(tx, Law::default(), &actor, &new));
        given.await
    }

    async fn keepers(self, ground: &Ground) -> Vec<Delegation> {
        let found = ground
            .store
            .read(move |tx| delegation::of_mailbox(tx, self.unit, false));
        found.await.unwrap()
    }
}

fn as_account(account: AccountId, name: &str) -> Actor {
    Actor::signed_in(account, &format!("{name}@tinh.example"), "192.0.2.7")
}

fn rights(rights: Rights) -> Terms<'static> {
    Terms {
        rights,
        ..Terms::default()
    }
}

/// What was recorded about the unit mailbox, the oldest first.
async fn records(ground: &Ground, mailbox: MailboxId) -> Vec<Record> {
    let found = ground.store.read(move |tx| {
        audit::of_subject(
            tx,
            Chain::Acts,
            &format!("mailbox/{mailbox}"),
            i64::MAX,
            100,
        )
    });
    let mut found: Vec<Record> = found
        .await
        .unwrap()
        .into_iter()
        .map(|one| one.record)
        .collect();
    found.reverse();
    found
}

async fn tq_11_2_a_delegation_needs_a_document_and_sl_9_2_none(ground: &Ground) {
    let agency = agency(ground, "tuyen-quang").await;
    let an = agency.staff(ground, "an", "so").await;
    let refused = agency
        .give(ground, console(), an, rights(Rights::READ))
        .await;
    let refused = refused.unwrap_err();
    assert!(matches!(&refused, Refused::NeedsDocument(clause) if clause == "TQ.11.2"));
    assert!(refused.to_string().contains("(TQ.11.2)"), "{refused}");
    let written = Terms {
        document: Some("15/UQ-SKHCN"),
        document_day: Some(20_000),
        ..rights(Rights::READ)
    };
    agency
        .give(ground, console(), an, written.clone())
        .await
        .unwrap();
    let kept = agency.keepers(ground).await;
    assert_eq!(
        (&kept[0].document[..], kept[0].document_day),
        ("15/UQ-SKHCN", Some(20_000))
    );
    let recorded = records(ground, agency.unit).await;
    assert_eq!(recorded[0].action, Action::UnitDelegate.name());
    assert_eq!(
        (&recorded[0].clause[..], &recorded[0].document[..]),
        ("TQ.11.2", "15/UQ-SKHCN")
    );
    // TQ speaks of the person in charge: one beside the head.
    let binh = agency.staff(ground, "binh", "so").await;
    let second = agency.give(ground, console(), binh, written.clone()).await;
    assert!(
        matches!(second, Err(Refused::OneKeeper { keeper, .. }) if keeper == "an@tinh.example")
    );
    agency
        .give(ground, console(), agency.head, written)
        .await
        .unwrap();

    ground
        .store
        .write(|tx| tx.execute("UPDATE organisation SET profile = 'son-la'", &[]))
        .await
        .unwrap();
    agency
        .give(ground, console(), binh, rights(Rights::READ))
        .await
        .unwrap();
    assert_eq!(records(ground, agency.unit).await[2].clause, "SL.9.2");
}

async fn hcm_12_1_several_persons_keep_it_each_under_their_name(ground: &Ground) {
    let agency = agency(ground, "hcm-donre").await;
    let all = Rights::READ.with(Rights::ORGANISE).with(Rights::SEND);
    let (an, binh) = (
        agency.staff(ground, "an", "so").await,
        agency.staff(ground, "binh", "phong").await,
    );
    let head = as_account(agency.head, "head");
    for keeper in [an, binh] {
        agency
            .give(ground, head.clone(), keeper, rights(all))
            .await
            .unwrap();
    }
    let again = agency.give(ground, head.clone(), an, rights(all)).await;
    assert!(matches!(again, Err(Refused::Already(_))));
    // Not under the unit's own account, which is nobody's name.
    let own = agency
        .give(ground, head, agency.unit_account, rights(all))
        .await;
    assert!(matches!(own, Err(Refused::NotAPerson)));
    let kept = agency.keepers(ground).await;
    let logins: Vec<&str> = kept.iter().map(|one| one.login.as_str()).collect();
    assert_eq!(logins, ["an@tinh.example", "binh@tinh.example"]);
    let recorded = records(ground, agency.unit).await;
    assert_eq!(recorded.len(), 2);
    for record in recorded {
        assert_eq!(record.actor, "head@tinh.example");
        assert_eq!(record.actor_id, Some(agency.head));
        assert_eq!(record.client_ip, "192.0.2.7");
        assert_eq!(record.clause, "HCM.12.1");
        assert_eq!(record.organisation, Some(agency.place));
    }
}

async fn tq_11_1_who_gives_it(ground: &Ground) {
    let agency = agency(ground, "son-la").await;
    let (an, binh) = (
        agency.staff(ground, "an", "so").await,
        agency.staff(ground, "binh", "so").await,
    );
    let (an_, binh_) = (as_account(an, "an"), as_account(binh, "binh"));
    let refused = agency
        .give(ground, an_.clone(), an, rights(Rights::READ))
        .await;
    assert!(matches!(refused, Err(Refused::NotYours)));
    let own = as_account(agency.unit_account, "so");
    let refused = agency.give(ground, own, an, rights(Rights::READ)).await;
    assert!(matches!(refused, Err(Refused::NotYours)));
    // The head gives that right too; who has it gives others, but not that one.
    let head = as_account(agency.head, "head");
    let manages = rights(Rights::READ.with(Rights::MANAGE));
    agency
        .give(ground, head, an, manages.clone())
        .await
        .unwrap();
    let refused = agency.give(ground, an_.clone(), binh, manages).await;
    assert!(matches!(refused, Err(Refused::ManageIsTheHeads)));
    let given = agency
        .give(ground, an_, binh, rights(Rights::READ))
        .await
        .unwrap();
    // A keeper gives up what is theirs, and nobody else's.
    let of_an = agency.keepers(ground).await[0].id;
    let end = async |actor: Actor, id| {
        let ended = ground
            .store
            .write(move |tx| unit::end(tx, &actor, id, None));
        ended.await
    };
    assert!(matches!(
        end(binh_.clone(), of_an).await,
        Err(Refused::NotYours)
    ));
    end(binh_.clone(), given).await.unwrap();
    assert!(matches!(end(binh_, given).await, Err(Refused::Ended)));
}

/// QN.2.4: a personal mailbox is its official's alone; only a unit's is kept by others.
async fn qn_2_3_bs_iii_9_a_persons_mailbox_is_given_to_nobody(ground: &Ground) {
    let agency = agency(ground, "bim-son").await;
    let an = agency.staff(ground, "an", "so").await;
    let refused = ground.store.write(move |tx| {
        let of_the_head = mailbox::of_account(tx, agency.head)?.unwrap();
        let new = NewKeeper {
            mailbox: of_the_head,
            account: an,
            terms: rights(Rights::READ),
        };
        unit::delegate(tx, Law::default(), &console(), &new)
    });
    let refused = refused.await.unwrap_err();
    assert!(matches!(refused, Refused::NotAUnit));
    assert!(refused.to_string().contains("BS.III.9"));
}

async fn tq_11_2_within_the_organisation_and_a_period(ground: &Ground) {
    let agency = agency(ground, "son-la").await;
    let far = agency.staff(ground, "far", "khac").await;
    let above = agency.staff(ground, "above", "tinh").await;
    for stranger in [far, above] {
        let refused = agency
            .give(ground, console(), stranger, rights(Rights::READ))
            .await;
        assert!(matches!(refused, Err(Refused::Elsewhere(_))));
    }
    let an = agency.staff(ground, "an", "phong").await;
    for (from_at, until_at) in [
        (Some(NOW - DAY), None),
        (None, Some(NOW)),
        (Some(NOW + DAY), Some(NOW + DAY)),
    ] {
        let terms = Terms {
            from_at,
            until_at,
            ..rights(Rights::READ)
        };
        let refused = agency.give(ground, console(), an, terms).await;
        assert!(
            matches!(refused, Err(Refused::Past)),
            "{from_at:?} {until_at:?}"
        );
    }
    for nothing in [Rights::NONE, Rights::ORGANISE, Rights::MANAGE] {
        let refused = agency.give(ground, console(), an, rights(nothing)).await;
        assert!(matches!(refused, Err(Refused::NoRights)));
    }
    // A day of it, from this morning; then it is over by itself, and may be given anew.
    let today = Terms {
        from_at: Some(NOW - 3_600_000),
        until_at: Some(NOW + DAY),
        ..rights(Rights::READ)
    };
    agency.give(ground, console(), an, today).await.unwrap();
    let open = async || {
        let found = ground
            .store
            .read(move |tx| delegation::open(tx, an, agency.unit));
        found.await.unwrap().is_some()
    };
    assert!(open().await);
    ground.clock.set(NOW + DAY);
    assert!(!open().await);
    agency
        .give(ground, console(), an, rights(Rights::READ))
        .await
        .unwrap();
    assert!(open().await);
    let all = ground
        .store
        .read(move |tx| delegation::of_mailbox(tx, agency.unit, true));
    assert_eq!(all.await.unwrap()[0].ended_how, "expired");
}

async fn a_change_and_an_end_are_recorded(ground: &Ground) {
    let agency = agency(ground, "son-la").await;
    let an = agency.staff(ground, "an", "so").await;
    let first = agency
        .give(ground, console(), an, rights(Rights::READ))
        .await
        .unwrap();
    let more = rights(Rights::READ.with(Rights::SEND));
    let terms = more.clone();
    let changed = ground
        .store
        .write(move |tx| unit::change(tx, Law::default(), &console(), first, &terms));
    let changed = changed.await.unwrap();
    let kept = agency.keepers(ground).await;
    assert_eq!(
        (kept.len(), kept[0].id, kept[0].rights),
        (1, changed, more.rights)
    );
    let again = ground
        .store
        .write(move |tx| unit::change(tx, Law::default(), &console(), first, &more));
    assert!(matches!(again.await, Err(Refused::Ended)));
    let ended = ground
        .store
        .write(move |tx| unit::end(tx, &console(), changed, Some("3/QĐ")));
    ended.await.unwrap();
    assert_eq!(agency.keepers(ground).await, []);
    let recorded = records(ground, agency.unit).await;
    let actions: Vec<&str> = recorded.iter().map(|one| one.action.as_str()).collect();
    assert_eq!(actions, ["unit.delegate", "unit.change", "unit.end"]);
    assert_eq!(recorded[2].document, "3/QĐ");
    let detail: serde_json::Value = serde_json::from_str(&recorded[1].detail).unwrap();
    assert_eq!(detail["before"]["rights"], serde_json::json!(["read"]));
    assert_eq!(
        detail["after"]["rights"],
        serde_json::json!(["read", "send"])
    );
}

async fn the_signature_is_set_by_who_says_who_keeps_it(ground: &Ground) {
    let agency = agency(ground, "son-la").await;
    let (an, binh) = (
        agency.staff(ground, "an", "so").await,
        agency.staff(ground, "binh", "so").await,
    );
    for (keeper, may) in [(an, Rights::MANAGE), (binh, Rights::SEND)] {
        let terms = rights(Rights::READ.with(may));
        agency.give(ground, console(), keeper, terms).await.unwrap();
    }
    let sign = async |actor: Actor, mailbox, html: &'static str, enforced| {
        let signed = ground.store.write(move |tx| {
            let new = unit::NewSignature {
                html,
                text: "SỞ",
                enforced,
            };
            unit::sign(tx, &actor, mailbox, new)
        });
        signed.await
    };
    let kept = async || {
        let kept = ground
            .store
            .read(move |tx| writing::of_unit(tx, agency.unit));
        kept.await.unwrap()
    };
    let refused = sign(as_account(binh, "binh"), agency.unit, "<b>SỞ</b>", true).await;
    assert!(matches!(refused, Err(Refused::NotYours)));
    assert_eq!(kept().await, None);
    let an_ = as_account(an, "an");
    sign(an_.clone(), agency.unit, "<b>SỞ</b>", true)
        .await
        .unwrap();
    // The same once more is no act.
    sign(an_, agency.unit, "<b>SỞ</b>", true).await.unwrap();
    let signature = kept().await.unwrap();
    assert_eq!(
        (signature.html.as_str(), signature.enforced),
        ("<b>SỞ</b>", true)
    );
    let head = as_account(agency.head, "head");
    sign(head.clone(), agency.unit, "", true).await.unwrap();
    assert_eq!(kept().await, None);
    let recorded = records(ground, agency.unit).await;
    let signed: Vec<_> = recorded
        .iter()
        .filter(|one| one.action == "unit.signature")
        .map(|one| {
            (
                one.actor.as_str(),
                serde_json::from_str(&one.detail).unwrap(),
            )
        })
        .map(|(actor, detail): (_, serde_json::Value)| {
            (
                actor.to_owned(),
                detail["enforced"].as_bool(),
                detail["was_enforced"].as_bool(),
            )
        })
        .collect();
    assert_eq!(
        signed,
        [
            ("an@tinh.example".to_owned(), Some(true), Some(false)),
            ("head@tinh.example".to_owned(), Some(false), Some(true)),
        ]
    );
    // A person's mailbox has the person's own.
    let of_the_head = ground
        .store
        .read(move |tx| mailbox::of_account(tx, agency.head));
    let of_the_head = of_the_head.await.unwrap().unwrap();
    let refused = sign(head, of_the_head, "x", false).await;
    assert!(matches!(refused, Err(Refused::NotAUnit)));
}

async fn deliver(ground: &Ground, mailbox: MailboxId) -> i64 {
    let staged = ground.store.blobs().stage(b"A: b\r\n\r\nx").await.unwrap();
    let new = NewMessage {
        marks: None,
        header_len: 8,
        sent_at: None,
        message_id: None,
        subject: "x".into(),
        preview: "x".into(),
        references: String::new(),
        envelope: b"e".to_vec(),
        structure: b"s".to_vec(),
    };
    let delivered = ground.store.write(move |tx| {
        let inbox = folder::find(tx, mailbox, "INBOX")?.unwrap().id;
        let stored = message::put(tx, &staged, &new)?;
        let appended = entry::deliver(
            tx,
            &NewEntry {
                folder: inbox,
                message: stored.id,
                message_size: stored.size,
                flags: 0,
                internal_at: NOW,
                prefix: b"",
            },
        )?;
        Ok::<_, StoreError>((inbox.0 << 32) + i64::from(appended.uid))
    });
    delivered.await.unwrap()
}

async fn tq_11_3_hcm_12_2_hand_over_to_a_new_head(ground: &Ground) {
    let folder = tempfile::tempdir().unwrap();
    let key = Key::open(&folder.path().join("key")).unwrap();
    let public = public_key(&key.public()).unwrap();
    let agency = agency(ground, "hcm-donre").await;
    let an = agency.staff(ground, "an", "so").await;
    let next = agency.staff(ground, "next", "so").await;
    agency
        .give(ground, console(), an, rights(Rights::READ))
        .await
        .unwrap();
    deliver(ground, agency.unit).await;
    deliver(ground, agency.unit).await;
    ground
        .store
        .write(move |tx| {
            account::add_app_password(tx, agency.unit_account, "Outlook", b"d", b"s", b"k")
        })
        .await
        .unwrap();
    // What the head before arranged, and comes in by.
    ground
        .store
        .write(move |tx| {
            let account = agency.unit_account;
            let key = NewPasskey {
                credential: b"c",
                public_key: b"p",
                counter: 0,
                label: "Máy cũ",
            };
            passkey::add(tx, account, &key)?;
            recovery::ask(tx, account, "cu@nha.example", b"code", (NOW + DAY, 3))?;
            recovery::confirm(tx, account, b"code")?;
            second_factor::begin(tx, account, b"sealed")?;
            second_factor::confirm(tx, account, b"sealed", 1)?;
            let away = Vacation {
                from_at: NOW - DAY,
                until_at: NOW + DAY,
                body: "Tôi đi vắng".to_owned(),
                inside_only: true,
                answered: 0,
            };
            vacation::set(tx, agency.unit, &away, "so@tinh.example")?;
            for (name, does) in [
                (
                    "Chuyển đi",
                    Does::Forward(Target::new("cu@ubnd.gov.vn").unwrap()),
                ),
                ("Đánh dấu", Does::Star),
            ] {
                let tests = vec![Test::Subject(Words::new("họp").unwrap())];
                let rule = Rule::new(tests, true, vec![does]).unwrap().to_bytes();
                let new = NewFilter {
                    name,
                    rule: &rule,
                    enabled: true,
                    by: "so@tinh.example",
                };
                filter::put(tx, agency.unit, None, &new)?;
            }
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();
    let epoch = async || {
        let found = ground
            .store
            .read(move |tx| account::epoch(tx, agency.unit_account));
        found.await.unwrap().unwrap().0
    };
    let before = epoch().await;
    let key = std::sync::Arc::new(key);
    let hand = async |password: Option<&'static str>| {
        let key = key.clone();
        let done = ground.store.write(move |tx| {
            let new = NewHandOver {
                mailbox: agency.unit,
                from: "Nguyễn Văn Cũ, Trưởng phòng",
                to: next,
                password,
                document: Some("7/QĐ-STNMT"),
            };
            unit::hand_over(tx, Law::default(), &console(), &key, &new)
        });
        done.await
    };
    // Nothing is done by halves.
    assert!(matches!(hand(None).await, Err(Refused::NeedsPassword)));
    assert_eq!(agency.keepers(ground).await.len(), 1);
    let handed = hand(Some("$argon2id$new")).await.unwrap();
    assert_eq!(
        handed,
        HandedOver {
            at: NOW,
            mailbox: "so@tinh.example".to_owned(),
            name: "so".to_owned(),
            from: "Nguyễn Văn Cũ, Trưởng phòng".to_owned(),
            to: "next@tinh.example".to_owned(),
            by: "console:root".to_owned(),
            folders: 6,
            messages: 2,
            bytes: 18,
            unread: 2,
            delegations_ended: vec!["an@tinh.example".to_owned()],
            app_passwords_revoked: 1,
            passkeys_removed: 1,
            recovery_address_removed: true,
            second_factor_removed: true,
            forwards_ended: vec!["cu@ubnd.gov.vn".to_owned()],
            absence_ended: true,
            password_reset: true,
            last_sign_in_at: None,
            document: "7/QĐ-STNMT".to_owned(),
            clause: "HCM.12.2".to_owned(),
        }
    );
    // They are the head now, so that it is theirs to give (TQ.11.1).
    let office = ground
        .store
        .read(move |tx| delegation::office(tx, next, agency.unit));
    assert!(office.await.unwrap().head);
    let spokesmen = ground.store.read(move |tx| {
        let subject = format!("organisation/{}", agency.place);
        audit::of_subject(tx, Chain::Acts, &subject, i64::MAX, 10)
    });
    let spokesmen = spokesmen.await.unwrap();
    assert_eq!(spokesmen[0].record.action, "organisation.spokesmen");
    assert_eq!(spokesmen[0].record.document, "7/QĐ-STNMT");
    // Who had it in hand opens it no more, by no way.
    assert_eq!(agency.keepers(ground).await, []);
    assert!(epoch().await > before);
    let (account, apps) = ground
        .store
        .read(move |tx| {
            let account = account::by_login(tx, "so@tinh.example")?.unwrap();
            let apps = account::app_passwords(tx, agency.unit_account)?;
            Ok::<_, StoreError>((account, apps))
        })
        .await
        .unwrap();
    assert_eq!(account.password.as_deref(), Some("$argon2id$new"));
    assert_eq!(
        (account.must_change, apps.len()),
        (Some(MustChange::Reset), 0)
    );
    // Nothing of what was theirs opens it, or goes on by itself.
    let (keys, address, factor, away, filters) = ground
        .store
        .read(move |tx| {
            let account = agency.unit_account;
            Ok::<_, StoreError>((
                passkey::of_account(tx, account)?,
                recovery::get(tx, account)?.address,
                second_factor::get(tx, account)?,
                vacation::get(tx, agency.unit)?,
                filter::list(tx, agency.unit)?,
            ))
        })
        .await
        .unwrap();
    assert!(keys.is_empty() && address.is_empty() && factor.is_none() && away.is_none());
    let on: Vec<(&str, bool)> = filters
        .iter()
        .map(|one| (one.name.as_str(), one.enabled))
        .collect();
    assert_eq!(on, [("Chuyển đi", false), ("Đánh dấu", true)]);
    // The record, and the row with its signature.
    let recorded = records(ground, agency.unit).await;
    let last = recorded.last().unwrap();
    assert_eq!(
        (&last.action[..], &last.clause[..]),
        ("unit.hand-over", "HCM.12.2")
    );
    assert_eq!(
        serde_json::from_str::<HandedOver>(&last.detail).unwrap(),
        handed
    );
    let rows = ground
        .store
        .read(move |tx| hand_over::of_mailbox(tx, agency.unit))
        .await
        .unwrap();
    assert_eq!(
        serde_json::from_str::<HandedOver>(&rows[0].data).unwrap(),
        handed
    );
    assert!(is_signed(&rows[0].data, &rows[0].signature, &public));
    let forged = rows[0].data.replace("\"messages\":2", "\"messages\":1");
    assert!(!is_signed(&forged, &rows[0].signature, &public));
}

async fn tq_11_4_hcm_12_4_what_becomes_of_a_message(ground: &Ground) {
    let agency = agency(ground, "hcm-donre").await;
    let keeps = Rights::READ.with(Rights::ORGANISE);
    let (an, binh, chi) = (
        agency.staff(ground, "an", "so").await,
        agency.staff(ground, "binh", "so").await,
        agency.staff(ground, "chi", "so").await,
    );
    agency
        .give(ground, console(), an, rights(keeps))
        .await
        .unwrap();
    let of_binh = agency
        .give(ground, console(), binh, rights(keeps))
        .await
        .unwrap();
    let object = deliver(ground, agency.unit).await;
    let (an_, binh_) = (as_account(an, "an"), as_account(binh, "binh"));
    let (chi_, head_) = (as_account(chi, "chi"), as_account(agency.head, "head"));
    let take = async |actor: &Actor, object| {
        let actor = actor.clone();
        let taken = ground
            .store
            .write(move |tx| unit::take(tx, Law::default(), &actor, agency.unit, object));
        taken.await
    };
    let state = async || {
        let found = ground
            .store
            .read(move |tx| assignment::get(tx, agency.unit, object));
        found.await.unwrap().unwrap()
    };
    assert!(matches!(
        take(&an_, object + 1).await,
        Err(Refused::NoMessage)
    ));
    assert!(matches!(
        take(&chi_, object).await,
        Err(Refused::NotAKeeper(_))
    ));
    take(&an_, object).await.unwrap();
    take(&an_, object).await.unwrap();
    let refused = take(&binh_, object).await;
    assert!(matches!(refused, Err(Refused::Taken(who)) if who == "an@tinh.example"));
    // The head gives it to another: to a keeper, nobody else.
    let assign = async |to| {
        let head = head_.clone();
        let given = ground.store.write(move |tx| {
            let at = (agency.unit, object);
            unit::assign(tx, Law::default(), &head, at, to, "trước 25/11")
        });
        given.await
    };
    assert!(matches!(assign(chi).await, Err(Refused::NotAKeeper(_))));
    assign(binh).await.unwrap();
    let now = state().await;
    assert_eq!((now.taken, now.assigned), (None, Some((binh, NOW))));
    assert_eq!(
        (&now.assigned_by[..], &now.note[..]),
        ("head@tinh.example", "trước 25/11")
    );
    assert!(matches!(take(&an_, object).await, Err(Refused::Taken(_))));
    ground.clock.set(NOW + 1_000);
    let actor = binh_.clone();
    ground
        .store
        .write(move |tx| {
            unit::take(tx, Law::default(), &actor, agency.unit, object)?;
            unit::answered(tx, Law::default(), &actor, agency.unit, object)?;
            unit::done(tx, Law::default(), &actor, (agency.unit, object), "đã gửi")
        })
        .await
        .unwrap();
    let now = state().await;
    let by_binh = Some((binh, NOW + 1_000));
    assert_eq!((now.answered, now.done), (by_binh, by_binh));
    let recorded = records(ground, agency.unit).await;
    let done: Vec<(&str, &str, &str)> = recorded
        .iter()
        .skip(2)
        .map(|one| (&one.actor[..], &one.action[..], &one.clause[..]))
        .collect();
    let binh_name = "binh@tinh.example";
    assert_eq!(
        done,
        [
            ("an@tinh.example", "unit.take", "HCM.12.4"),
            ("an@tinh.example", "unit.take", "HCM.12.4"),
            ("head@tinh.example", "unit.assign", "HCM.12.4"),
            (binh_name, "unit.take", "HCM.12.4"),
            (binh_name, "unit.answer", "HCM.12.4"),
            (binh_name, "unit.done", "HCM.12.4"),
        ]
    );
    // What somebody had in hand who keeps the mailbox no longer is free again.
    let second = deliver(ground, agency.unit).await;
    take(&binh_, second).await.unwrap();
    ground
        .store
        .write(move |tx| unit::end(tx, &console(), of_binh, None))
        .await
        .unwrap();
    take(&an_, second).await.unwrap();
}

/// What a list shows of a unit mailbox's inbox to an account: counts of what nobody has, what it has, and what waits; and the
/// UIDs of each.
async fn shown(ground: &Ground, unit: MailboxId, account: AccountId) -> [Vec<u32>; 3] {
    let found = ground.store.read(move |tx| {
        let inbox = folder::find(tx, unit, "INBOX")?.unwrap().id;
        let counts = desk::counts(tx, inbox, account)?;
        let mut lists = [Vec::new(), Vec::new(), Vec::new()];
        let asked = [Shown::Unclaimed, Shown::Held(account), Shown::Waiting];
        for (list, shown) in lists.iter_mut().zip(asked) {
            entry::page(tx, inbox, shown, Towards::Older(u32::MAX), 50, |entry| {
                list.push(entry.uid()?);
                Ok(())
            })?;
            let mut back = Vec::new();
            entry::page(tx, inbox, shown, Towards::Newer(0), 50, |entry| {
                back.push(entry.uid()?);
                Ok(())
            })?;
            back.reverse();
            assert_eq!(*list, back);
        }
        let counted = [counts.unclaimed, counts.held, counts.waiting];
        assert_eq!(
            counted.map(|count| count as usize),
            lists.each_ref().map(Vec::len)
        );
        Ok::<_, StoreError>(lists)
    });
    found.await.unwrap()
}

async fn tq_11_4_hcm_12_4_what_waits_and_on_whose_desk(ground: &Ground) {
    let agency = agency(ground, "hcm-donre").await;
    let (unit, law) = (agency.unit, Law::default());
    let keeps = Rights::READ.with(Rights::ORGANISE);
    let writes = Rights::READ.with(Rights::SEND);
    let mut keepers = Vec::new();
    for (name, given) in [
        ("an", keeps),
        ("binh", keeps),
        ("chi", writes),
        ("dung", Rights::READ),
    ] {
        let account = agency.staff(ground, name, "so").await;
        let given = agency.give(ground, console(), account, rights(given)).await;
        keepers.push((account, as_account(account, name), given.unwrap()));
    }
    let (an, an_) = (keepers[0].0, keepers[0].1.clone());
    let (binh, binh_, of_binh) = keepers[1].clone();
    let (chi, chi_) = (keepers[2].0, keepers[2].1.clone());
    let dung_ = keepers[3].1.clone();
    let act = async |actor: &Actor,
                     work: fn(&mut Tx<'_>, Law, &Actor, MailboxId, i64) -> Result<(), Refused>,
                     object: i64| {
        let actor = actor.clone();
        let done = ground
            .store
            .write(move |tx| work(tx, law, &actor, unit, object));
        done.await
    };
    // What a person got waits on no desk; what came to the unit waits for anybody.
    let own = ground.store.read(move |tx| {
        let mailbox = mailbox::of_account(tx, an)?;
        Ok::<_, StoreError>(mailbox.unwrap())
    });
    let own = own.await.unwrap();
    deliver(ground, own).await;
    assert!(shown(ground, own, an).await.iter().all(Vec::is_empty));
    let (one, two) = (deliver(ground, unit).await, deliver(ground, unit).await);
    assert_eq!(
        shown(ground, unit, an).await,
        [vec![2, 1], vec![], vec![2, 1]]
    );
    act(&an_, unit::take, one).await.unwrap();
    assert_eq!(
        shown(ground, unit, an).await,
        [vec![2], vec![1], vec![2, 1]]
    );
    assert_eq!(
        shown(ground, unit, binh).await,
        [vec![2], vec![], vec![2, 1]]
    );
    // Given back by who has it, or by who says who keeps the mailbox; by nobody else.
    assert!(matches!(
        act(&binh_, unit::give_back, one).await,
        Err(Refused::NotHeld)
    ));
    act(&an_, unit::give_back, one).await.unwrap();
    assert!(matches!(
        act(&an_, unit::give_back, one).await,
        Err(Refused::NotHeld)
    ));
    act(&binh_, unit::take, one).await.unwrap();
    let head = as_account(agency.head, "head");
    act(&head, unit::give_back, one).await.unwrap();
    assert_eq!(shown(ground, unit, binh).await[0], [2, 1]);
    // Who only reads does nothing; who writes in its name answers.
    assert!(matches!(
        act(&dung_, unit::take, one).await,
        Err(Refused::NotAKeeper(_))
    ));
    assert!(matches!(
        act(&dung_, unit::answered, one).await,
        Err(Refused::NotAKeeper(_))
    ));
    assert!(matches!(
        act(&chi_, unit::take, one).await,
        Err(Refused::NotAKeeper(_))
    ));
    let saw = async |actor: &Actor, object| {
        let actor = actor.clone();
        let done = ground
            .store
            .write(move |tx| unit::was_answered(tx, law, &actor, unit, object));
        done.await.unwrap();
    };
    saw(&dung_, one).await;
    assert_eq!(shown(ground, unit, an).await[2], [2, 1]);
    act(&an_, unit::take, one).await.unwrap();
    ground.clock.set(NOW + 1_000);
    saw(&chi_, one).await;
    ground.clock.set(NOW + 2_000);
    // A fact that is known is not recorded again.
    saw(&an_, one).await;
    let state = ground
        .store
        .read(move |tx| assignment::get(tx, unit, one))
        .await;
    assert_eq!(state.unwrap().unwrap().answered, Some((chi, NOW + 1_000)));
    assert_eq!(shown(ground, unit, an).await, [vec![2], vec![], vec![2]]);
    // What is taken again waits again, also where it is moved to; a copy in a person's mailbox does not.
    act(&an_, unit::take, one).await.unwrap();
    act(&binh_, unit::take, two).await.unwrap();
    let moved = ground.store.write(move |tx| {
        let inbox = folder::find(tx, unit, "INBOX")?.unwrap().id;
        folder::create(tx, unit, "Việc", None)?;
        let to = folder::find(tx, unit, "Việc")?.unwrap().id;
        let theirs = folder::find(tx, own, "INBOX")?.unwrap().id;
        entry::copy_to(tx, inbox, &[(1, 1)], theirs)?;
        entry::move_to(tx, inbox, &[(1, 1)], to)?;
        desk::of(tx, to, 1)
    });
    assert_eq!(moved.await.unwrap(), Some(Desk::Held(an)));
    assert!(shown(ground, own, an).await[2].is_empty());
    // What somebody had in hand waits for anybody when they keep the mailbox no longer.
    assert_eq!(shown(ground, unit, binh).await, [vec![], vec![2], vec![2]]);
    let ended = ground
        .store
        .write(move |tx| unit::end(tx, &console(), of_binh, None));
    ended.await.unwrap();
    assert_eq!(shown(ground, unit, binh).await, [vec![2], vec![], vec![2]]);
    // Moved, it is found by its content, and done wherever it lies.
    act(
        &an_,
        |tx, law, actor, mailbox, object| unit::done(tx, law, actor, (mailbox, object), ""),
        one,
    )
    .await
    .unwrap();
    let left = ground.store.read(move |tx| {
        let to = folder::find(tx, unit, "Việc")?.unwrap().id;
        desk::of(tx, to, 1)
    });
    assert_eq!(left.await.unwrap(), None);
    let recorded = records(ground, unit).await;
    let returned: Vec<&str> = recorded
        .iter()
        .filter(|one| one.action == "unit.return")
        .map(|one| &one.actor[..])
        .collect();
    assert_eq!(returned, ["an@tinh.example", "head@tinh.example"]);
    let answers = recorded.iter().filter(|one| one.action == "unit.answer");
    assert_eq!(answers.count(), 1);
}

async fn tq_11_4_notes_between_keepers_end_with_the_mailbox(ground: &Ground) {
    let agency = agency(ground, "tuyen-quang").await;
    let (unit, law) = (agency.unit, Law::default());
    let (an, chi) = (
        agency.staff(ground, "an", "so").await,
        agency.staff(ground, "chi", "so").await,
    );
    let keeps = Terms {
        document: Some("05/QĐ-SO"),
        ..rights(Rights::READ.with(Rights::ORGANISE))
    };
    agency.give(ground, console(), an, keeps).await.unwrap();
    let object = deliver(ground, unit).await;
    let note = async |actor: Actor, words: &'static str| {
        let done = ground
            .store
            .write(move |tx| unit::note(tx, law, &actor, (unit, object), words));
        done.await
    };
    let an_ = as_account(an, "an");
    assert!(matches!(
        note(an_.clone(), " \n ").await,
        Err(Refused::NoWords(_))
    ));
    let long: &'static str = Box::leak("ă".repeat(unit::LONGEST_NOTE + 1).into_boxed_str());
    assert!(matches!(
        note(an_.clone(), long).await,
        Err(Refused::NoWords(_))
    ));
    let refused = note(as_account(chi, "chi"), "x").await;
    assert!(matches!(refused, Err(Refused::NotAKeeper(_))));
    note(an_, " Đã gọi điện, chờ bổ sung số lô. ")
        .await
        .unwrap();
    let notes = || {
        ground
            .store
            .read(move |tx| desk::notes(tx, unit, object, 10))
    };
    let found = notes().await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].account, &found[0].words[..]),
        (an, "Đã gọi điện, chờ bổ sung số lô.")
    );
    // The record says who wrote one; not what it says.
    let recorded = records(ground, unit).await;
    let last = recorded.last().unwrap();
    assert_eq!(
        (&last.action[..], &last.clause[..], &last.actor[..]),
        ("unit.note", "TQ.11.4", "an@tinh.example")
    );
    assert!(!last.detail.contains("gọi điện"), "{}", last.detail);
    let opened = ground.store.write(move |tx| {
        let inbox = folder::find(tx, unit, "INBOX")?.unwrap().id;
        desk::opened(tx, inbox, &[(1, 1)], an)?;
        desk::opened(tx, inbox, &[(1, 1)], chi)?;
        desk::opened_by(tx, unit, object)
    });
    assert_eq!(opened.await.unwrap(), Some((an, NOW)));
    let gone = ground.store.write(move |tx| {
        ending::destroy(tx, unit)?;
        desk::opened_by(tx, unit, object)
    });
    assert_eq!(gone.await.unwrap(), None);
    assert_eq!(notes().await.unwrap(), []);
}

async fn hcm_8_2_a_checks_in_the_four_windows(ground: &Ground) {
    let agency = agency(ground, "hcm-donre").await;
    let an = agency.staff(ground, "an", "so").await;
    let day = |day: u8| Date::new(2026, 11, day).unwrap();
    let at = |date: Date, hour: i64, minute: i64| date.start().0 + (hour * 60 + minute) * 60_000;
    ground
        .store
        .write(move |tx| {
            // Monday: in each window. Tuesday: as often, but never late in the morning.
            for (date, hour, minute) in [
                (23, 7, 30),
                (23, 11, 0),
                (23, 13, 15),
                (23, 16, 0),
                (24, 7, 30),
                (24, 7, 45),
                (24, 13, 15),
                (24, 16, 0),
            ] {
                unit_check::add(tx, agency.unit, an, at(day(date), hour, minute))?;
            }
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();
    let report = ground.store.read(move |tx| {
        let period = (day(22), day(25));
        unit::checks(tx, Law::default(), agency.unit, period)
    });
    let report = report.await.unwrap();
    assert_eq!(
        (report.per_day, report.clause.as_deref()),
        (Some(4), Some("HCM.8.2.a"))
    );
    let days: Vec<(bool, u16, bool)> = report
        .days
        .iter()
        .map(|day| (day.working, day.checks, day.enough))
        .collect();
    // A Sunday asks for nothing; the 24th of November is a holiday from 2026 on.
    assert_eq!(
        days,
        [
            (false, 0, false),
            (true, 4, true),
            (false, 4, false),
            (true, 0, false)
        ]
    );
    let met: Vec<bool> = report.days[2].windows.iter().map(|(_, met)| *met).collect();
    assert_eq!(met, [true, false, true, true]);
    assert_eq!(report.days[1].by, ["an@tinh.example"]);
    let missed: Vec<Date> = report.missed().map(|day| day.date).collect();
    assert_eq!(missed, [day(25)]);
}

async fn told(ground: &Ground) -> Vec<(MailboxId, String)> {
    let unsent = ground
        .store
        .read(|tx| notice::unsent(tx, NoticeId(0), 100))
        .await
        .unwrap();
    let unchecked = unsent.into_iter().filter(|one| one.kind == "unchecked");
    unchecked
        .map(|one| match one.audience {
            Audience::Mailbox(mailbox) => (mailbox, one.subject),
            other => panic!("{other:?}"),
        })
        .collect()
}

/// 25 November 2026 is a Wednesday; the 24th is a holiday.
const WEDNESDAY: i64 = NOW + 2 * DAY - 8 * HOUR;
const HOUR: i64 = 3_600_000;

async fn remind_at(ground: &Ground, at: i64) -> u64 {
    ground.clock.set(at);
    unit::remind(&ground.store, Law::default()).await.unwrap()
}

async fn hcm_8_2_a_keepers_are_told_once_of_a_part_of_the_day_that_was_missed(ground: &Ground) {
    let agency = agency(ground, "hcm-donre").await;
    let (an, binh) = (
        agency.staff(ground, "an", "so").await,
        agency.staff(ground, "binh", "so").await,
    );
    let own = async |account| {
        let found = ground
            .store
            .read(move |tx| mailbox::of_account(tx, account))
            .await;
        found.unwrap().unwrap()
    };
    let (of_head, of_an, of_binh) = (own(agency.head).await, own(an).await, own(binh).await);
    let node = ground.node().await;
    // Nobody keeps it: the head hears, once, also where two servers look.
    assert_eq!(remind_at(ground, WEDNESDAY + 8 * HOUR).await, 0);
    assert_eq!(remind_at(ground, WEDNESDAY + 9 * HOUR).await, 1);
    assert_eq!(unit::remind(&node, Law::default()).await.unwrap(), 0);
    assert_eq!(remind_at(ground, WEDNESDAY + 9 * HOUR + 60_000).await, 0);
    let first = told(ground).await;
    assert_eq!(first[0].0, of_head);
    assert!(
        first[0].1.contains("so@tinh.example") && first[0].1.contains("đầu buổi sáng"),
        "{first:?}"
    );
    // A server that stood still tells nobody hours later.
    assert_eq!(remind_at(ground, WEDNESDAY + 13 * HOUR).await, 0);
    // Its keepers, where it has some who read.
    for (who, given) in [(an, Rights::READ), (binh, Rights::READ.with(Rights::SEND))] {
        agency
            .give(ground, console(), who, rights(given))
            .await
            .unwrap();
    }
    assert_eq!(remind_at(ground, WEDNESDAY + 14 * HOUR + HOUR / 2).await, 2);
    let all = told(ground).await;
    assert_eq!([all[1].0, all[2].0], [of_an, of_binh]);
    // Somebody looked: nobody is told.
    ground
        .store
        .write(move |tx| unit_check::add(tx, agency.unit, an, WEDNESDAY + 17 * HOUR))
        .await
        .unwrap();
    assert_eq!(remind_at(ground, WEDNESDAY + 18 * HOUR).await, 0);
    // Not on a holiday or a Sunday.
    assert_eq!(remind_at(ground, WEDNESDAY - DAY + 9 * HOUR).await, 0);
    assert_eq!(remind_at(ground, WEDNESDAY + 4 * DAY + 9 * HOUR).await, 0);
    // A locked mailbox is looked into by nobody.
    ground
        .store
        .write(move |tx| mailbox::set_locked(tx, agency.unit, false))
        .await
        .unwrap();
    assert_eq!(remind_at(ground, WEDNESDAY + DAY + 9 * HOUR).await, 0);
}

async fn bs_iii_11_no_hours_are_set_so_nobody_is_told(ground: &Ground) {
    agency(ground, "bim-son").await;
    for hour in 0..24 {
        assert_eq!(remind_at(ground, WEDNESDAY + hour * HOUR).await, 0);
    }
}
