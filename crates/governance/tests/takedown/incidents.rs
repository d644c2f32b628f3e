use congvu_governance::incident::{self, Kind, NewReport, Place, State};
use congvu_governance::{Law, Refused};
use congvu_store::notice::{self, Audience};
use congvu_store::{IncidentId, NoticeId, incident as store};
use congvu_testing::{Ground, driven};

use super::world::{World, actor, letter};

driven!(crate::world::MONDAY;
    sl_13_qn_9_1_a_an_incident_goes_from_report_to_close,
    qn_13_9_bs_iii_10_2_secret_material_is_reported_and_never_carried,
    qn_15_7_phishing_is_one_incident_however_many_report_it,
);

async fn sl_13_qn_9_1_a_an_incident_goes_from_report_to_close(ground: &Ground) {
    let world = World::new(ground, "son-la", 2).await;
    let (who, mailbox) = (actor(world.officials[0]), world.officials[0].mailbox);
    let report = NewReport {
        kind: Kind::Outage,
        place: None,
        mailbox: Some(mailbox),
        description: "Không mở được thư",
        happened_at: None,
    };
    let told = report.clone();
    let id = world
        .write(move |tx| incident::report(tx, Law::default(), &who, &told))
        .await
        .unwrap();
    let found = world.read(move |tx| store::get(tx, id)).await.unwrap();
    assert_eq!(
        (found.clause.as_str(), found.state.as_str()),
        ("SL.13", "reported")
    );
    assert_eq!(found.organisation, Some(world.agencies[0]));
    // Those who operate and who decide are told.
    let notices = world.read(|tx| notice::unsent(tx, NoticeId(0), 100)).await;
    assert_eq!(notices.len(), 3);
    let step = |who, to| world.write(move |tx| incident::advance(tx, &who, id, to, "ghi chú"));
    let refused = step(actor(world.officials[0]), State::Handling).await;
    assert!(matches!(refused, Err(Refused::Forbidden(_))));
    step(actor(world.operator), State::Handling).await.unwrap();
    let refused = step(actor(world.operator), State::Reported).await;
    assert!(matches!(refused, Err(Refused::State(_))));
    step(actor(world.operator), State::Fixed).await.unwrap();
    step(actor(world.operator), State::Closed).await.unwrap();
    let steps = world.read(move |tx| store::steps(tx, id)).await;
    let states: Vec<_> = steps.iter().map(|step| step.state.as_str()).collect();
    assert_eq!(states, ["reported", "handling", "fixed", "closed"]);
    let open = world
        .read(|tx| store::page(tx, Some("reported"), IncidentId(i64::MAX), 10))
        .await;
    assert_eq!(open, []);
}

/// QN.14.10: whoever finds it tells their head, who tells the department and the competent authority.
async fn qn_13_9_bs_iii_10_2_secret_material_is_reported_and_never_carried(ground: &Ground) {
    let world = World::new(ground, "quang-ninh", 4).await;
    let finder = world.officials[1];
    let inbox = world.folder(finder, "INBOX").await;
    world
        .deliver(&letter("Tuyệt mật XYZ", "mat"), &[inbox])
        .await;
    let at = Place {
        mailbox: finder.mailbox,
        folder: inbox,
        uid: 1,
    };
    let report = |who| {
        world.write(move |tx| {
            incident::report_secret(tx, Law::default(), &who, at, Some("ca@bo.example"))
        })
    };
    let refused = report(actor(world.officials[0])).await;
    assert!(matches!(refused, Err(Refused::Forbidden(_))));
    let id = report(actor(finder)).await.unwrap();
    assert!(matches!(
        report(actor(finder)).await,
        Err(Refused::State(_))
    ));
    let found = world.read(move |tx| store::get(tx, id)).await.unwrap();
    assert_eq!(
        (found.clause.as_str(), found.kind.as_str()),
        ("QN.14.10", "secret")
    );
    let notices = world.read(|tx| notice::unsent(tx, NoticeId(0), 100)).await;
    let all = format!("{found:?} {notices:?}");
    assert!(!all.contains("XYZ") && !all.contains("mat\\r"), "{all}");
    let to: Vec<_> = notices
        .iter()
        .map(|notice| notice.audience.clone())
        .collect();
    // The agency's head, the department, the agency that sent it, the authority.
    for audience in [
        Audience::Organisation(world.agencies[1]),
        Audience::Mailbox(world.first.mailbox),
        Audience::Mailbox(world.second.mailbox),
        Audience::Organisation(world.agencies[0]),
        Audience::Address("ca@bo.example".into()),
    ] {
        assert!(to.contains(&audience), "{audience:?} {to:?}");
    }
}

async fn qn_15_7_phishing_is_one_incident_however_many_report_it(ground: &Ground) {
    let world = World::new(ground, "quang-ninh", 4).await;
    let (one, two) = (world.officials[0], world.officials[1]);
    let inboxes = [
        world.folder(one, "INBOX").await,
        world.folder(two, "INBOX").await,
    ];
    world
        .deliver(&letter("Trúng thưởng XYZ", "bam"), &inboxes)
        .await;
    let report = |who: congvu_governance::Actor, mailbox, folder| {
        let uid = 1;
        let at = Place {
            mailbox,
            folder,
            uid,
        };
        world.write(move |tx| incident::report_phishing(tx, Law::default(), &who, at))
    };
    // Who may not open a mailbox is not told what lies there.
    let refused = report(actor(one), two.mailbox, inboxes[1]).await;
    assert!(matches!(refused, Err(Refused::Missing(_))));
    let id = report(actor(one), one.mailbox, inboxes[0]).await.unwrap();
    let told = world.read(|tx| notice::unsent(tx, NoticeId(0), 100)).await;
    assert!(!told.is_empty());
    let again = report(actor(two), two.mailbox, inboxes[1]).await.unwrap();
    assert_eq!(again, id);
    report(actor(two), two.mailbox, inboxes[1]).await.unwrap();
    let still = world.read(|tx| notice::unsent(tx, NoticeId(0), 100)).await;
    assert_eq!(still.len(), told.len(), "the operators are told once");
    let found = world.read(move |tx| store::get(tx, id)).await.unwrap();
    assert_eq!(
        (found.clause.as_str(), found.kind.as_str()),
        ("QN.15.7", "phishing")
    );
    let steps = world.read(move |tx| store::steps(tx, id)).await;
    assert_eq!(steps.len(), 2, "{steps:?}");
    let all = format!("{found:?} {still:?} {steps:?}");
    assert!(!all.contains("XYZ"), "{all}");
}
