use congvu_governance::access_order::{self, NewAccess};
use congvu_governance::{Actor, Refused, Role};
use congvu_store::{AccessGrantId, access_grant, notice};
use congvu_testing::{Ground, driven};

use super::world::{DAY, Holder, MONDAY, World, actor, console};

driven!(crate::world::MONDAY;
    bs_iii_9_nobody_reads_anothers_mail_by_role,
    bs_iii_9_the_owner_consents_and_takes_it_back_at_once,
    bs_iii_9_two_persons_order_it_and_the_owner_sees_it,
    bs_iii_9_a_lawful_order_puts_the_notice_off_to_a_set_day,
);

fn access(of: Holder, to: Holder, days: i64) -> NewAccess {
    NewAccess {
        mailbox: of.mailbox,
        to: to.account,
        purpose: "xác minh đơn thư".into(),
        from_at: MONDAY,
        until_at: MONDAY + days * DAY,
        tell_at: None,
    }
}

async fn refused(world: &World, who: Actor, new: NewAccess) -> bool {
    let done = world
        .write(move |tx| access_order::consent(tx, &who, &new))
        .await;
    done.is_err()
}

async fn reads(world: &World, who: Holder, of: Holder) -> bool {
    world
        .write(move |tx| Ok(access_order::allowed(tx, who.account, of.mailbox).is_ok()))
        .await
        .unwrap()
}

async fn notices(world: &World, of: Holder) -> usize {
    world
        .read(move |tx| Ok(notice::of_mailbox(tx, of.mailbox, None, 10)?.len()))
        .await
}

async fn bs_iii_9_nobody_reads_anothers_mail_by_role(ground: &Ground) {
    let world = World::new(ground, "bim-son", 2).await;
    let owner = world.officials[0];
    let all = world.officials[1];
    let (account, root) = (all.account, world.root);
    world
        .write(move |tx| {
            for role in Role::ALL {
                congvu_store::role::grant(tx, account, role.name(), root, "")?;
            }
            Ok(())
        })
        .await
        .unwrap();
    // Who decides, who operates, and somebody with every role there is, the auditor's among them.
    for who in [world.first, world.second, world.operator, all] {
        assert!(!reads(&world, who, owner).await);
        assert!(refused(&world, actor(who), access(owner, who, 1)).await);
    }
    assert!(refused(&world, console(), access(owner, world.operator, 1)).await);
}

async fn bs_iii_9_the_owner_consents_and_takes_it_back_at_once(ground: &Ground) {
    let world = World::new(ground, "bim-son", 2).await;
    let (owner, reader) = (world.officials[0], world.officials[1]);
    assert!(refused(&world, actor(owner), access(owner, reader, 91)).await);
    assert!(refused(&world, actor(owner), access(owner, reader, 0)).await);
    let give = |days| {
        let new = access(owner, reader, days);
        let who = actor(owner);
        world.write(move |tx| access_order::consent(tx, &who, &new))
    };
    let id = give(10).await.unwrap();
    assert!(reads(&world, reader, owner).await);
    let who = actor(reader);
    world
        .write(move |tx| access_order::note_use(tx, &who, id, "INBOX"))
        .await
        .unwrap();
    let who = actor(owner);
    let seen = world
        .write(move |tx| access_order::seen_by_owner(tx, &who, owner.mailbox))
        .await
        .unwrap();
    assert_eq!((seen.len(), seen[0].1.len()), (1, 1));
    assert_eq!(
        (seen[0].1[0].what.as_str(), seen[0].1[0].client_ip.as_str()),
        ("INBOX", "192.0.2.9")
    );
    // Not the reader, and nobody else of no role there, ends it.
    let who = actor(reader);
    assert!(
        world
            .write(move |tx| access_order::end(tx, &who, id))
            .await
            .is_err()
    );
    let who = actor(owner);
    world
        .write(move |tx| access_order::end(tx, &who, id))
        .await
        .unwrap();
    assert!(!reads(&world, reader, owner).await);
    let who = actor(reader);
    assert!(
        world
            .write(move |tx| access_order::note_use(tx, &who, id, "INBOX"))
            .await
            .is_err()
    );
    // By itself at the end of its period.
    give(2).await.unwrap();
    assert!(reads(&world, reader, owner).await);
    ground.clock.set(MONDAY + 2 * DAY);
    assert!(!reads(&world, reader, owner).await);
}

async fn ordered(world: &World, new: NewAccess) -> Result<AccessGrantId, Refused> {
    let (one, two) = (actor(world.first), actor(world.second));
    let order = world
        .write(move |tx| access_order::propose(tx, &one, &new, "5/QĐ-CA"))
        .await?;
    world
        .write(move |tx| access_order::confirm(tx, &two, order))
        .await
}

async fn bs_iii_9_two_persons_order_it_and_the_owner_sees_it(ground: &Ground) {
    let world = World::new(ground, "bim-son", 2).await;
    let (owner, reader) = (world.officials[0], world.operator);
    let new = access(owner, reader, 5);
    let one = actor(world.first);
    let proposed = new.clone();
    let order = world
        .write(move |tx| access_order::propose(tx, &one, &proposed, "5/QĐ-CA"))
        .await
        .unwrap();
    assert!(!reads(&world, reader, owner).await);
    for who in [actor(world.first), console(), actor(owner)] {
        let refused = world
            .write(move |tx| access_order::confirm(tx, &who, order))
            .await;
        assert!(matches!(refused, Err(Refused::Forbidden(_))));
    }
    let two = actor(world.second);
    let id = world
        .write(move |tx| access_order::confirm(tx, &two, order))
        .await
        .unwrap();
    assert!(reads(&world, reader, owner).await);
    assert_eq!(notices(&world, owner).await, 1);
    let who = actor(reader);
    world
        .write(move |tx| access_order::note_use(tx, &who, id, "INBOX/1"))
        .await
        .unwrap();
    let who = actor(owner);
    let seen = world
        .write(move |tx| access_order::seen_by_owner(tx, &who, owner.mailbox))
        .await
        .unwrap();
    assert_eq!(
        (seen[0].0.document.as_str(), seen[0].1.len()),
        ("5/QĐ-CA", 1)
    );
    // The owner cannot end what was ordered; who decides can.
    let who = actor(owner);
    assert!(
        world
            .write(move |tx| access_order::end(tx, &who, id))
            .await
            .is_err()
    );
    let who = actor(world.first);
    world
        .write(move |tx| access_order::end(tx, &who, id))
        .await
        .unwrap();
    assert!(!reads(&world, reader, owner).await);
    let acts = world
        .read(move |tx| {
            let subject = format!("mailbox/{}", owner.mailbox);
            congvu_store::audit::of_subject(
                tx,
                congvu_store::audit::Chain::Acts,
                &subject,
                i64::MAX,
                100,
            )
        })
        .await;
    let mut names: Vec<_> = acts
        .iter()
        .rev()
        .map(|act| act.record.action.as_str())
        .collect();
    names.dedup();
    assert_eq!(
        names,
        [
            "joint.propose",
            "joint.confirm",
            "access.give",
            "access.use",
            "access.end"
        ]
    );
    assert!(acts.iter().all(|act| act.record.clause == "BS.III.9"));
}

async fn bs_iii_9_a_lawful_order_puts_the_notice_off_to_a_set_day(ground: &Ground) {
    let world = World::new(ground, "bim-son", 2).await;
    let owner = world.officials[0];
    let late = NewAccess {
        tell_at: Some(MONDAY + 400 * DAY),
        ..access(owner, world.operator, 5)
    };
    assert!(matches!(ordered(&world, late).await, Err(Refused::Bad(_))));
    let off = NewAccess {
        tell_at: Some(MONDAY + 30 * DAY),
        ..access(owner, world.operator, 5)
    };
    ordered(&world, off).await.unwrap();
    assert_eq!(notices(&world, owner).await, 0);
    let seen = |who: Holder| {
        let who = actor(who);
        let mailbox = owner.mailbox;
        let seen = world.write(move |tx| access_order::seen_by_owner(tx, &who, mailbox));
        async move { seen.await.unwrap().len() }
    };
    assert_eq!((seen(owner).await, seen(world.first).await), (0, 1));
    ground.clock.set(MONDAY + 30 * DAY - 1);
    assert_eq!(
        world.write(access_order::due_owner_notices).await.unwrap(),
        0
    );
    ground.clock.set(MONDAY + 30 * DAY);
    assert_eq!(
        world.write(access_order::due_owner_notices).await.unwrap(),
        1
    );
    assert_eq!(
        world.write(access_order::due_owner_notices).await.unwrap(),
        0
    );
    assert_eq!((notices(&world, owner).await, seen(owner).await), (1, 1));
    let told = world
        .read(move |tx| notice::of_mailbox(tx, owner.mailbox, None, 1))
        .await;
    assert!(told[0].body.contains("BS.III.9, "), "{}", told[0].body);
    let live = world
        .read(move |tx| access_grant::of_mailbox(tx, owner.mailbox))
        .await;
    assert_eq!(live.len(), 1);
}
