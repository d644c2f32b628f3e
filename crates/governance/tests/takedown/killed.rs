//! Cut off anywhere: it goes on, nothing twice, nothing half done.

use std::time::Duration;

use congvu_governance::takedown::{self as cases, Follower, carry_on};
use congvu_store::takedown::{self, State};
use congvu_store::{FolderId, entry, random};
use congvu_testing::{Ground, both};

use super::cases::{named, opened, state};
use super::world::{World, actor, letter};

both!(qn_13_9_sealing_releasing_and_destroying_cut_off_anywhere);

const MAILBOXES: usize = 40;
const EACH: usize = 8;

/// Carries a case on and cuts that off after some milliseconds, again and again; in the end by who follows it.
async fn cut_off(world: &World, id: congvu_store::TakedownId) {
    for _ in 0..12 {
        let wait = Duration::from_micros(u64::from(u16::from_ne_bytes(random::<2>())) / 4);
        let (store, other) = (world.store.clone(), world.store.clone());
        let one = tokio::spawn(async move { carry_on(&store, id).await });
        // Two at a time: a server follows it while somebody runs the command.
        let two = tokio::spawn(async move { carry_on(&other, id).await });
        tokio::time::sleep(wait).await;
        one.abort();
        two.abort();
        drop((one.await, two.await));
    }
    Follower::new(&world.store).round().await.unwrap();
}

async fn subjects(world: &World, folders: &[FolderId]) -> Vec<String> {
    let mut all = Vec::new();
    for folder in folders {
        all.extend(world.subjects(*folder).await);
    }
    all
}

async fn qn_13_9_sealing_releasing_and_destroying_cut_off_anywhere(ground: &Ground) {
    let world = World::new(ground, "quang-ninh", MAILBOXES).await;
    let mut folders = Vec::new();
    for official in &world.officials {
        folders.push(world.folder(*official, "INBOX").await);
    }
    world.deliver(&letter("MẬT", "mat"), &folders).await;
    world.deliver(&letter("thường", "khac"), &folders).await;
    // Copies of copies.
    for folder in folders.clone() {
        let copied = ground.store.write(move |tx| {
            for _ in 1..EACH {
                entry::copy_to(tx, folder, &[(1, 1)], folder)?;
            }
            Ok::<_, congvu_store::StoreError>(())
        });
        copied.await.unwrap();
    }
    let copies = MAILBOXES * EACH;
    let counts = async || {
        let all = subjects(&world, &folders).await;
        let count = |what: &dyn Fn(&String) -> bool| all.iter().filter(|s| what(s)).count();
        (
            count(&|s| s == "MẬT"),
            count(&|s| s.starts_with("[Đã niêm phong]")),
            count(&|s| s == "thường"),
        )
    };
    assert_eq!(counts().await, (copies, 0, MAILBOXES));

    let id = opened(&world, named("mat")).await;
    cases::seal(&world.store, &actor(world.first), id)
        .await
        .unwrap();
    cut_off(&world, id).await;
    assert_eq!(counts().await, (0, copies, MAILBOXES));
    let rows = world
        .read(move |tx| takedown::copies(tx, id, 0, 10_000))
        .await;
    assert_eq!(rows.len(), copies);

    let who = actor(world.first);
    world
        .write(move |tx| cases::release(tx, &who, id, ""))
        .await
        .unwrap();
    cut_off(&world, id).await;
    assert_eq!(state(&world, id).await, State::Released);
    assert_eq!(counts().await, (copies, 0, MAILBOXES));

    let id = opened(&world, named("mat")).await;
    cases::seal(&world.store, &actor(world.first), id)
        .await
        .unwrap();
    cut_off(&world, id).await;
    let (one, two) = (actor(world.first), actor(world.second));
    let order = world
        .write(move |tx| cases::propose_purge(tx, &one, id, "1/QĐ", ""))
        .await
        .unwrap();
    world
        .write(move |tx| cases::confirm(tx, &two, order))
        .await
        .unwrap();
    cut_off(&world, id).await;
    assert_eq!(state(&world, id).await, State::Purged);
    assert_eq!(counts().await, (0, copies, MAILBOXES));
    let closed = world
        .read(move |tx| {
            let subject = format!("takedown/{id}");
            congvu_store::audit::of_subject(
                tx,
                congvu_store::audit::Chain::Acts,
                &subject,
                i64::MAX,
                100,
            )
        })
        .await;
    let closed = closed
        .iter()
        .filter(|act| act.record.action == "takedown.close")
        .count();
    assert_eq!(closed, 1, "the end is recorded once");
}
