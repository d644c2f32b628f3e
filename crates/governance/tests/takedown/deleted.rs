//! What a case does to a mailbox that was deleted for good meanwhile.

use congvu_governance::takedown::{self as cases, carry_on};
use congvu_store::{ending, entry, mailbox, removed};
use congvu_testing::{Ground, driven};

use super::cases::{named, sealed};
use super::world::{World, actor, letter};

driven!(crate::world::MONDAY;
    tq_7_2_sl_7_2_nothing_comes_back_into_a_deleted_mailbox,
);

/// TQ.7.2, SL.7.2: a copy that its reader had removed, sealed before the deletion and given back after it, stays away; that of
/// somebody who is still there comes back.
async fn tq_7_2_sl_7_2_nothing_comes_back_into_a_deleted_mailbox(ground: &Ground) {
    let world = World::new(ground, "tuyen-quang", 2).await;
    let (leaver, other) = (world.officials[0], world.officials[1]);
    for holder in [leaver, other] {
        let inbox = world.folder(holder, "INBOX").await;
        world.deliver(&letter("MẬT", "mat"), &[inbox]).await;
        let gone = ground
            .store
            .write(move |tx| entry::remove(tx, inbox, &[(1, 1)]));
        gone.await.unwrap();
    }
    let kept = async |of: super::world::Holder| {
        let page = world.read(move |tx| removed::page(tx, of.mailbox, None, 10));
        page.await.len()
    };
    assert_eq!((kept(leaver).await, kept(other).await), (1, 1));
    let id = sealed(&world, named("mat")).await;
    assert_eq!((kept(leaver).await, kept(other).await), (0, 0));
    world
        .write(move |tx| Ok(mailbox::destroy(tx, leaver.mailbox)?))
        .await
        .unwrap();
    while world.write(|tx| Ok(ending::step(tx, 10)?)).await.unwrap() {}
    let who = actor(world.first);
    world
        .write(move |tx| cases::release(tx, &who, id, ""))
        .await
        .unwrap();
    carry_on(&world.store, id).await.unwrap();
    assert_eq!((kept(leaver).await, kept(other).await), (0, 1));
    assert!(
        world
            .read(move |tx| ending::is_destroyed(tx, leaver.mailbox))
            .await
    );
}
