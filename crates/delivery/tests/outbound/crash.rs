//! Killed at any point: nothing is lost, and only what was in flight may come twice.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use congvu_delivery::outbound::{Limits, OutboundConfig};
use congvu_store::queue::{self, Selection, Stretch};
use congvu_store::random;

use crate::world::{World, config, quick};
use congvu_testing::{Ground, both};

both!(
    killed_again_and_again,
    two_nodes_send_each_once,
    a_long_message_outlasts_its_lease,
    a_stop_finishes_what_is_under_way,
);

fn hasty() -> OutboundConfig {
    OutboundConfig {
        schedule: quick(),
        limits: Limits {
            lease: Duration::from_millis(600),
            ..config().limits
        },
        ..config()
    }
}

/// How often each recipient got its message.
fn counts(world: &World) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for to in world.net.took().iter().flat_map(|took| &took.to) {
        *counts.entry(to.clone()).or_default() += 1;
    }
    counts
}

/// Addresses still in the queue.
async fn waiting(world: &World) -> HashSet<String> {
    let listed = world
        .store
        .read(|tx| queue::page(tx, &Selection::All, 0, Stretch::ALL, 10_000))
        .await
        .unwrap();
    let all = listed.into_iter().flat_map(|listed| listed.recipients);
    all.map(|recipient| recipient.address).collect()
}

async fn killed_again_and_again(ground: &Ground) {
    let world = World::with(ground, hasty()).await;
    world.net.pace(Duration::from_millis(3));
    for n in 0..100 {
        let (one, two) = (
            format!("x{n}@a{}.example", n % 7),
            format!("y{n}@b.example"),
        );
        world.submit(&[&one, &two], &format!("{n}")).await;
    }
    let mut in_flight: HashMap<String, usize> = HashMap::new();
    let mut kills = 0;
    while world.queued().await > 0 && kills < 60 {
        let run = world.run();
        let life = 20 + u64::from(random::<1>()[0]) / 2;
        tokio::time::sleep(Duration::from_millis(life)).await;
        run.abort();
        drop(run.await);
        kills += 1;
        // What the store was told before the end may still be committed.
        tokio::time::sleep(Duration::from_millis(60)).await;
        let left = waiting(&world).await;
        for (to, count) in counts(&world) {
            if left.contains(&to) {
                in_flight.insert(to, count);
            }
        }
    }
    let run = world.run();
    world.drained().await;
    run.abort();
    let counts = counts(&world);
    assert_eq!(counts.len(), 200, "nothing is lost");
    let mut repeated = 0;
    for (to, count) in &counts {
        let allowed = 1 + in_flight.get(to).copied().unwrap_or(0);
        assert!(*count <= allowed, "{to}: {count} times, {allowed} allowed");
        repeated += count - 1;
    }
    eprintln!(
        "{kills} kills, {} in flight at one, {repeated} repeated",
        in_flight.len()
    );
    assert!(repeated <= in_flight.values().sum::<usize>());
}

async fn two_nodes_send_each_once(ground: &Ground) {
    let world = World::new(ground).await;
    world.net.pace(Duration::from_millis(2));
    let other = ground.node().await;
    let one = world.run();
    let two = world.run_on(&other, config());
    for n in 0..150 {
        let (one, two) = (
            format!("x{n}@a.example"),
            format!("y{n}@b{}.example", n % 5),
        );
        world.submit(&[&one, &two], &format!("{n}")).await;
    }
    world.drained().await;
    one.abort();
    two.abort();
    let counts = counts(&world);
    assert_eq!(counts.len(), 300);
    assert!(counts.values().all(|count| *count == 1), "each once");
}

/// A claim is renewed as long as its message is under way: no other node begins it anew.
async fn a_long_message_outlasts_its_lease(ground: &Ground) {
    let outbound = OutboundConfig {
        limits: Limits {
            lease: Duration::from_millis(1200),
            ..config().limits
        },
        ..config()
    };
    let world = World::with(ground, outbound.clone()).await;
    world.net.pace(Duration::from_secs(3));
    let other = ground.node().await;
    let one = world.run();
    let two = world.run_on(&other, outbound);
    world.submit(&["x@a.example"], "long").await;
    world.drained().await;
    one.abort();
    two.abort();
    assert_eq!(world.net.took().len(), 1);
    assert_eq!(world.net.connects("mx.a.example"), 1);
}

async fn a_stop_finishes_what_is_under_way(ground: &Ground) {
    let world = World::new(ground).await;
    world.net.pace(Duration::from_millis(200));
    for n in 0..6 {
        world.submit(&[&format!("x{n}@a.example")], "x").await;
    }
    let (stop, stopped) = tokio::sync::oneshot::channel();
    let run = world.run_until(stopped);
    world
        .until("a connection", async || {
            world.net.connects("mx.a.example") > 0
        })
        .await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    stop.send(()).unwrap();
    run.await.unwrap();
    let took = world.net.took().len();
    assert!((1..=4).contains(&took), "{took}");
    assert_eq!(world.queued().await, 6 - took as u64);
    // What was claimed and not sent was given back: the next one has it at once.
    world.net.pace(Duration::ZERO);
    let run = world.run();
    world.drained().await;
    run.abort();
    assert!(counts(&world).values().all(|count| *count == 1));
}
