use congvu_governance::mailbox::{self, Holder, Issue, Person, Subject};
use congvu_governance::organisation::{self as places, Kind, Measure};
use congvu_governance::{Actor, Law, Refused, Role, rights};
use congvu_message::address::Address;
use congvu_regulation::content::{Description, Direction, Effect, File};
use congvu_regulation::{MB, MailboxKind};
use congvu_store::{MailboxId, OrganisationId, Store, life};
use congvu_testing::{Ground, both};

use crate::fixture::{act, acts, add, console, holder, top, under};

both!(
    tq_9_2_a_sl_11_2_a_place_sets_how_much_its_mailboxes_get,
    more_than_the_regulation_gives_needs_a_document,
    tq_9_2_b_sl_11_2_b_a_place_sets_how_much_a_message_carries,
    qn_8_1_bs_6_hcm_4_2_more_to_attach_by_document_or_not_at_all,
);

const OF: MailboxKind = MailboxKind::Personal;
const GB: u64 = 1024 * MB;

async fn issued(store: &Store, place: OrganisationId, given: &'static str) -> MailboxId {
    act(store, move |tx| {
        let asked = Issue {
            organisation: place.0,
            holder: Holder::Person(Person {
                family: "Phạm".to_owned(),
                middle: "Văn".to_owned(),
                given: given.to_owned(),
                ..Person::default()
            }),
            local_part: None,
            former: None,
            quota: None,
        };
        let made = mailbox::issue(tx, Law::default(), &console(), &asked, None)?;
        Ok(MailboxId(made.mailbox))
    })
    .await
    .unwrap()
}

async fn quota(store: &Store, mailbox: MailboxId) -> u64 {
    act(store, move |tx| Ok(life::get(tx, mailbox)?.unwrap().quota))
        .await
        .unwrap()
}

async fn set(
    store: &Store,
    actor: Actor,
    place: OrganisationId,
    bytes: Option<u64>,
    document: Option<&'static str>,
) -> Result<(), Refused> {
    act(store, move |tx| {
        places::set_limit(
            tx,
            Law::default(),
            &actor,
            (place, OF, Measure::Quota),
            bytes,
            document,
        )
    })
    .await
}

/// TQ.9.2.c: each account is tied to the room that it was given.
async fn tq_9_2_a_sl_11_2_a_place_sets_how_much_its_mailboxes_get(ground: &Ground) {
    let store = &ground.store;
    let top = top(store, "tuyen-quang", "tuyenquang.gov.vn").await;
    let agency = add(store, top, Kind::Provincial, "Sở Nội vụ", "snv").await;
    let room = add(store, agency, Kind::Subunit, "Phòng Tổ chức", "ptc.snv").await;
    let beside = add(store, top, Kind::Provincial, "Sở Y tế", "syt").await;
    let before = issued(store, agency, "An").await;
    let usual = quota(store, before).await;
    // Who decides elsewhere sets nothing here.
    let stranger = act(store, move |tx| {
        let who = holder(tx, beside, ("Lê", "Văn", "B"), "", "lvb")?;
        let login = (who.account, "lvb@tuyenquang.gov.vn");
        rights::grant(tx, &console(), login, Role::Decide, beside, None)?;
        Ok(Actor::signed_in(who.account, login.1, ""))
    })
    .await
    .unwrap();
    let more = usual + GB / 2;
    let refused = set(store, stranger, agency, Some(more), None).await;
    assert!(matches!(refused, Err(Refused::Forbidden(_))), "{refused:?}");
    let of = (agency, OF);
    let law = Law::default();
    let nothing = places::raise_quotas(store, law, &console(), of).await;
    assert!(matches!(nothing, Err(Refused::State(_))), "{nothing:?}");
    set(store, console(), agency, Some(more), Some("7/CV"))
        .await
        .unwrap();
    // From now on, and below; those that are there when somebody says so, each once.
    let below = issued(store, room, "Bình").await;
    assert_eq!(quota(store, below).await, more);
    assert_eq!(quota(store, before).await, usual);
    let elsewhere = issued(store, beside, "Chung").await;
    assert_eq!(quota(store, elsewhere).await, usual);
    let raised = places::raise_quotas(store, law, &console(), of).await;
    assert_eq!(raised.unwrap(), 1);
    assert_eq!(quota(store, before).await, more);
    let raised = places::raise_quotas(store, law, &console(), of).await;
    assert_eq!(raised.unwrap(), 0);
    // What is set further down holds there.
    set(store, console(), room, Some(usual), None)
        .await
        .unwrap();
    let in_room = issued(store, room, "Dung").await;
    assert_eq!(quota(store, in_room).await, usual);
    let raised = places::raise_quotas(store, law, &console(), of).await;
    assert_eq!((raised.unwrap(), quota(store, in_room).await), (0, usual));
    set(store, console(), agency, None, None).await.unwrap();
    let after = issued(store, agency, "Giang").await;
    assert_eq!(quota(store, after).await, usual);
    let acts = acts(store).await;
    let count = |name: &str| acts.iter().filter(|act| *act == name).count();
    assert_eq!(
        (count("organisation.quota"), count("mailbox.quota")),
        (3, 1)
    );
}

async fn more_than_the_regulation_gives_needs_a_document(ground: &Ground) {
    let store = &ground.store;
    let top = top(store, "quang-ninh", "quangninh.gov.vn").await;
    let agency = add(store, top, Kind::Provincial, "Sở Nội vụ", "snv").await;
    let refused = set(store, console(), agency, Some(2 * GB), None).await;
    match refused {
        Err(Refused::Rule(refusal)) => {
            assert!(refusal.to_string().contains("QN.8.1"), "{refusal}");
        }
        other => panic!("{other:?}"),
    }
    set(store, console(), agency, Some(2 * GB), Some("9/QĐ"))
        .await
        .unwrap();
    let made = issued(store, agency, "An").await;
    assert_eq!(quota(store, made).await, 2 * GB);
}

async fn attach(
    store: &Store,
    place: OrganisationId,
    bytes: Option<u64>,
    document: Option<&'static str>,
) -> Result<(), Refused> {
    act(store, move |tx| {
        let of = (place, OF, Measure::Attachment);
        places::set_limit(tx, Law::default(), &console(), of, bytes, document)
    })
    .await
}

async fn attach_own(
    store: &Store,
    mailbox: MailboxId,
    bytes: Option<u64>,
    document: Option<&'static str>,
) -> Result<(), Refused> {
    act(store, move |tx| {
        mailbox::set_attachment(tx, Law::default(), &console(), mailbox, bytes, document)
    })
    .await
}

async fn limit(store: &Store, of: MailboxId) -> u64 {
    act(store, move |tx| {
        let subject = Subject::load(tx, Law::default(), of)?;
        mailbox::attachment_limit(tx, &subject)
    })
    .await
    .unwrap()
}

async fn tq_9_2_b_sl_11_2_b_a_place_sets_how_much_a_message_carries(ground: &Ground) {
    let store = &ground.store;
    let top = top(store, "tuyen-quang", "tuyenquang.gov.vn").await;
    for (profile, agency, room) in [
        ("tuyen-quang", "snv", "ptc.snv"),
        ("son-la", "syt", "ptc.syt"),
    ] {
        let agency = under(store, top, profile, agency).await;
        let room = add(store, agency, Kind::Subunit, "Phòng Tổ chức", room).await;
        let here = issued(store, agency, "An").await;
        let below = issued(store, room, "Bình").await;
        let usual = limit(store, here).await;
        // At once, and below; what is nearer holds.
        attach(store, agency, Some(usual / 2), None).await.unwrap();
        assert_eq!(limit(store, below).await, usual / 2);
        attach(store, room, Some(40 * MB), Some("3/CV"))
            .await
            .unwrap();
        assert_eq!(limit(store, below).await, 40 * MB);
        assert_eq!(limit(store, here).await, usual / 2);
        attach_own(store, here, Some(MB), None).await.unwrap();
        assert_eq!(limit(store, here).await, MB);
        // What a message is told that carries more, whatever address of the account it goes under.
        let told = act(store, move |tx| {
            let life = life::get(tx, here)?.unwrap();
            let account = life.opener.unwrap().account;
            let sender = Address::parse(&life.address).unwrap();
            let law = Law::default();
            let mut told = Vec::new();
            for (sender, size) in [(Some(&sender), MB), (Some(&sender), MB + 1), (None, 2 * MB)] {
                let mut message = Description::new(Direction::Inside);
                message.attach(File {
                    size,
                    ..File::named("bang.csv")
                });
                let verdict = mailbox::judge(tx, law, account, sender, message)?.unwrap();
                let words: Vec<String> =
                    verdict.findings().iter().map(ToString::to_string).collect();
                told.push((verdict.effect(), words.join(" ")));
            }
            Ok(told)
        })
        .await
        .unwrap();
        let effects: Vec<Effect> = told.iter().map(|(effect, _)| *effect).collect();
        assert_eq!(
            effects,
            [Effect::Pass, Effect::Refuse, Effect::Refuse],
            "{told:?}"
        );
        assert!(told[1].1.contains("giới hạn 1 MB"), "{told:?}");
        attach_own(store, here, None, None).await.unwrap();
        attach(store, agency, None, None).await.unwrap();
        assert_eq!(limit(store, here).await, usual);
        let nothing = attach(store, agency, Some(0), None).await;
        assert!(matches!(nothing, Err(Refused::Rule(_))), "{nothing:?}");
    }
    let done = acts(store).await;
    let count = |name: &str| done.iter().filter(|act| *act == name).count();
    assert_eq!(
        (
            count("organisation.attachment"),
            count("mailbox.attachment")
        ),
        (6, 4)
    );
}

async fn qn_8_1_bs_6_hcm_4_2_more_to_attach_by_document_or_not_at_all(ground: &Ground) {
    let store = &ground.store;
    let top = top(store, "quang-ninh", "quangninh.gov.vn").await;
    for (profile, agency, clause, excepted) in [
        ("quang-ninh", "snv", "QN.8.1", true),
        ("bim-son", "bimson", "BS.6", false),
        ("hcm-donre", "stnmt", "HCM.4.2", false),
    ] {
        let agency = under(store, top, profile, agency).await;
        let usual = Law::default().profile(profile).unwrap();
        let usual = usual.attachment_limit(OF).value;
        for (document, fine) in [(None, false), (Some("9/QĐ"), excepted)] {
            match attach(store, agency, Some(usual + 1), document).await {
                Ok(()) => assert!(fine, "{profile}"),
                Err(Refused::Rule(refusal)) => {
                    assert!(!fine, "{profile}: {refusal}");
                    assert!(refusal.to_string().contains(clause), "{refusal}");
                }
                Err(other) => panic!("{other}"),
            }
        }
    }
}
