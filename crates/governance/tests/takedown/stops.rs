use congvu_governance::stop::{self, NewPlan};
use congvu_governance::{Law, Refused};
use congvu_store::notice::{self, Audience};
use congvu_store::{NoticeId, StopId, incident, stop as store};
use congvu_testing::{Ground, driven};

use super::world::{DAY, MONDAY, World, actor, console};

driven!(crate::world::MONDAY;
    qn_9_1_c_a_stop_is_announced_three_working_days_before,
    tq_10_2_a_sl_14_6_a_a_stop_tells_when_the_service_is_back,
    tq_10_2_a_the_notice_of_a_stop_cites_its_clause,
    an_emergency_is_an_incident,
);

fn new_plan(world: &World, days: i64, hours: Option<i64>) -> NewPlan<'static> {
    let from_at = MONDAY + days * DAY;
    NewPlan {
        place: world.root,
        what: "Nâng cấp máy chủ",
        document: "7/TB",
        from_at,
        until_at: hours.map(|hours| from_at + hours * 3_600_000),
    }
}

async fn planned(world: &World, days: i64, hours: Option<i64>) -> Result<StopId, Refused> {
    let (who, new) = (actor(world.operator), new_plan(world, days, hours));
    world
        .write(move |tx| stop::plan(tx, Law::default(), &who, &new))
        .await
}

async fn told(world: &World) -> Vec<(String, Audience)> {
    let all = world.read(|tx| notice::unsent(tx, NoticeId(0), 100)).await;
    all.into_iter().map(|one| (one.key, one.audience)).collect()
}

/// The text of the first notice.
async fn body(world: &World) -> String {
    let all = world.read(|tx| notice::unsent(tx, NoticeId(0), 1)).await;
    all.into_iter().next().unwrap().body
}

async fn current(world: &World) -> usize {
    world
        .read(|tx| Ok(store::current_and_coming(tx)?.len()))
        .await
}

async fn qn_9_1_c_a_stop_is_announced_three_working_days_before(ground: &Ground) {
    let world = World::new(ground, "quang-ninh", 1).await;
    // Monday 23/11; Tuesday is a day off: Wednesday, Thursday, Friday are the three working days.
    let refused = planned(&world, 3, Some(2)).await.unwrap_err();
    assert!(refused.to_string().contains("QN.9.1.c"), "{refused}");
    // Refused means that it is neither kept nor told.
    assert_eq!((current(&world).await, told(&world).await), (0, vec![]));
    // A part of the system stops nothing for all, nor under its own regulation.
    let (who, part) = (
        console(),
        NewPlan {
            place: world.agencies[0],
            ..new_plan(&world, 4, Some(2))
        },
    );
    let of_part = world
        .write(move |tx| stop::plan(tx, Law::default(), &who, &part))
        .await;
    assert!(matches!(of_part, Err(Refused::Bad(_))), "{of_part:?}");
    let id = planned(&world, 4, Some(2)).await.unwrap();
    let key = format!("stop-planned stop/{id}");
    assert_eq!(told(&world).await, [(key, Audience::All)]);
    let body = body(&world).await;
    assert!(body.contains("QN.9.1.c, "), "{body}");
    assert_eq!(current(&world).await, 1);
    let who = actor(world.officials[0]);
    let refused = world.write(move |tx| stop::cancel(tx, &who, id, "")).await;
    assert!(matches!(refused, Err(Refused::Forbidden(_))));
    let who = actor(world.operator);
    world
        .write(move |tx| stop::cancel(tx, &who, id, "hoãn"))
        .await
        .unwrap();
    assert_eq!((current(&world).await, told(&world).await.len()), (0, 2));
    // One that took place is over at its time, and is said to be over once.
    let id = planned(&world, 4, Some(2)).await.unwrap();
    ground.clock.set(MONDAY + 4 * DAY + 60_000);
    assert_eq!(current(&world).await, 1);
    let done = || {
        let who = actor(world.operator);
        world.write(move |tx| stop::done(tx, &who, id))
    };
    done().await.unwrap();
    assert!(matches!(done().await, Err(Refused::State(_))));
    assert_eq!(current(&world).await, 0);
}

async fn tq_10_2_a_sl_14_6_a_a_stop_tells_when_the_service_is_back(ground: &Ground) {
    let world = World::new(ground, "son-la", 1).await;
    let refused = planned(&world, 4, None).await.unwrap_err();
    assert!(refused.to_string().contains("SL.14.6.a"), "{refused}");
    assert!(planned(&world, 4, Some(-1)).await.is_err());
    assert!(planned(&world, -1, Some(2)).await.is_err());
    assert_eq!(told(&world).await, []);
    planned(&world, 4, Some(3)).await.unwrap();
    let body = body(&world).await;
    assert!(
        body.contains("phục hồi lúc 12 giờ 00 ngày 27/11/2026"),
        "{body}"
    );
    assert!(body.contains("SL.14.6.a, "), "{body}");
}

async fn tq_10_2_a_the_notice_of_a_stop_cites_its_clause(ground: &Ground) {
    let world = World::new(ground, "tuyen-quang", 1).await;
    planned(&world, 4, Some(3)).await.unwrap();
    let body = body(&world).await;
    assert!(body.contains("TQ.10.2.a, "), "{body}");
}

async fn an_emergency_is_an_incident(ground: &Ground) {
    let world = World::new(ground, "quang-ninh", 1).await;
    let (who, new) = (actor(world.operator), new_plan(&world, 0, None));
    let id = world
        .write(move |tx| stop::emergency(tx, Law::default(), &who, &new))
        .await
        .unwrap();
    let found = world.read(move |tx| store::get(tx, id)).await.unwrap();
    let told_as = found.incident.unwrap();
    let state = async || {
        world
            .read(move |tx| Ok(incident::get(tx, told_as)?.unwrap().state))
            .await
    };
    assert_eq!(state().await, "reported");
    ground.clock.set(MONDAY + 2 * DAY);
    assert_eq!(current(&world).await, 1);
    let who = actor(world.operator);
    world
        .write(move |tx| stop::done(tx, &who, id))
        .await
        .unwrap();
    assert_eq!(
        (state().await.as_str(), current(&world).await),
        ("fixed", 0)
    );
}
