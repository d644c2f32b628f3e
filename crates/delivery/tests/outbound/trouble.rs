//! Servers that break off or refuse: whose fault it is, and what the others claimed with it have to do with it.

use std::time::Duration;

use congvu_delivery::outbound::{Limits, OutboundConfig};
use congvu_store::StoreError;

use crate::net::Server;
use crate::world::{World, config, quick};
use congvu_testing::{Ground, both};

both!(
    what_one_recipient_was_told_is_not_the_others,
    one_message_that_a_server_cannot_bear,
    a_refusal_behind_one_that_broke_off,
    one_that_never_greets,
    more_recipients_than_a_server_takes_at_once,
    what_waits_behind_a_slow_message_is_given_back,
    one_address_beyond_ascii_is_no_matter_for_the_others,
    an_outcome_outlasts_a_store_that_is_away,
);

/// A server that knows one recipient of the first message not, and breaks off: nothing was said of the
/// messages behind it.
async fn what_one_recipient_was_told_is_not_the_others(ground: &Ground) {
    let world = World::new(ground).await;
    world.net.server("mx.xa.example", Server::Chokes(""));
    let first = world
        .submit(&["a@xa.example", "zz@xa.example"], "first")
        .await;
    let mut others = Vec::new();
    for n in 0..5 {
        others.push(world.submit(&["b@xa.example"], &format!("{n}")).await);
    }
    let run = world.run();
    for trace in &others {
        world
            .until("an outcome", async || world.log(trace).await.len() == 2)
            .await;
        let last = world.log(trace).await.pop().unwrap();
        assert_eq!(
            (last.1, last.2.as_str()),
            (421, "waits: mx.xa.example: 4.4.2 connection lost")
        );
    }
    run.abort();
    assert_eq!(world.queued().await, 6, "all but the one that was refused");
    assert_eq!(world.inbox().await.len(), 1);
    assert_eq!(world.log(&first).await.len(), 4);
    // Two that broke off in a row tell of the server.
    assert_eq!(world.net.connects("mx.xa.example"), 2);
}

/// The messages behind it are sent at once, over a new connection.
async fn one_message_that_a_server_cannot_bear(ground: &Ground) {
    let world = World::new(ground).await;
    world.net.server("mx.xa.example", Server::Chokes("poison"));
    world.submit(&["a@xa.example"], "poison").await;
    for n in 0..5 {
        world.submit(&["b@xa.example"], &format!("{n}")).await;
    }
    let run = world.run();
    world
        .until("the others", async || world.queued().await == 1)
        .await;
    run.abort();
    assert_eq!(world.net.took().len(), 5);
    assert_eq!(world.net.connects("mx.xa.example"), 2);
}

/// RFC 5321 §4.2.1: what one server puts off is not refused by another that serves nobody.
async fn a_refusal_behind_one_that_broke_off(ground: &Ground) {
    let world = World::new(ground).await;
    world.net.route("xa.example", &["a", "b"]);
    world.net.server("a", Server::Breaks);
    world.net.server("b", Server::Refuses);
    let run = world.run();
    let trace = world.submit(&["x@xa.example"], "x").await;
    world
        .until("an attempt", async || world.log(&trace).await.len() == 2)
        .await;
    run.abort();
    let last = world.log(&trace).await.pop().unwrap();
    assert_eq!(last.2, "waits: a: 4.4.2 connection lost");
    assert_eq!(world.queued().await, 1);
    assert!(world.inbox().await.is_empty());
}

/// A server that keeps us waiting leaves time for the next one.
async fn one_that_never_greets(ground: &Ground) {
    let limits = Limits {
        open: Duration::from_millis(200),
        ..config().limits
    };
    let world = World::with(ground, OutboundConfig { limits, ..config() }).await;
    world.net.route("xa.example", &["a", "b"]);
    world.net.server("a", Server::Silent);
    let run = world.run();
    world.submit(&["x@xa.example"], "x").await;
    world.drained().await;
    run.abort();
    assert_eq!(world.net.took()[0].host, "b");
}

/// RFC 5321 §4.5.3.1.10: the others go in a transaction of their own, over the same connection.
async fn more_recipients_than_a_server_takes_at_once(ground: &Ground) {
    let world = World::new(ground).await;
    world.net.server("mx.xa.example", Server::Few(3));
    let all: Vec<String> = (0..8).map(|n| format!("x{n}@xa.example")).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let run = world.run();
    world.submit(&all, "x").await;
    world.drained().await;
    run.abort();
    let took = world.net.took();
    let sent: Vec<&str> = took
        .iter()
        .flat_map(|took| &took.to)
        .map(String::as_str)
        .collect();
    assert_eq!(sent, all);
    assert_eq!(took.len(), 3);
    assert_eq!(world.net.connects("mx.xa.example"), 1);
}

async fn what_waits_behind_a_slow_message_is_given_back(ground: &Ground) {
    let limits = Limits {
        slow: Duration::ZERO,
        ..config().limits
    };
    let world = World::with(ground, OutboundConfig { limits, ..config() }).await;
    for n in 0..20 {
        world
            .submit(&[&format!("x{n}@xa.example")], &format!("{n}"))
            .await;
    }
    let run = world.run();
    world.drained().await;
    run.abort();
    assert_eq!(world.net.took().len(), 20, "each once");
}

/// RFC 6531 §3.5: whether a server can be told an address is a matter of that address.
async fn one_address_beyond_ascii_is_no_matter_for_the_others(ground: &Ground) {
    let world = World::new(ground).await;
    let run = world.run();
    world.submit(&["thủ@ya.example", "b@xa.example"], "x").await;
    world.drained().await;
    run.abort();
    let took = world.net.took();
    assert_eq!(took.len(), 2);
    assert!(took.iter().all(|took| !took.utf8), "{took:?}");
}

/// What was delivered is not sent again because it could not be written down for longer than its claim.
async fn an_outcome_outlasts_a_store_that_is_away(ground: &Ground) {
    let outbound = OutboundConfig {
        schedule: quick(),
        limits: Limits {
            lease: Duration::from_millis(400),
            ..config().limits
        },
        ..config()
    };
    let world = World::with(ground, outbound).await;
    world.net.pace(Duration::from_millis(100));
    let run = world.run();
    world.submit(&["x@xa.example"], "x").await;
    world
        .until("a connection", async || {
            world.net.connects("mx.xa.example") == 1
        })
        .await;
    away(&world, true).await;
    world
        .until("it is delivered", async || world.net.took().len() == 1)
        .await;
    let taken = world.now();
    world
        .until("the claim has lapsed", async || world.now() > taken + 1500)
        .await;
    away(&world, false).await;
    world.drained().await;
    run.abort();
    assert_eq!(world.net.took().len(), 1, "once");
}

/// Nothing can be written about recipients.
async fn away(world: &World, away: bool) {
    world
        .store
        .write(move |tx| {
            let statements: &[&'static str] = match (tx.is_postgres(), away) {
                (false, true) => &[
                    "CREATE TRIGGER away_u BEFORE UPDATE ON queue_recipient BEGIN SELECT RAISE(ABORT, 'away'); END",
                    "CREATE TRIGGER away_d BEFORE DELETE ON queue_recipient BEGIN SELECT RAISE(ABORT, 'away'); END",
                ],
                (false, false) => &["DROP TRIGGER away_u", "DROP TRIGGER away_d"],
                (true, true) => &[
                    "CREATE FUNCTION away() RETURNS trigger AS 'BEGIN RAISE EXCEPTION ''away''; END' LANGUAGE plpgsql",
                    "CREATE TRIGGER away BEFORE UPDATE OR DELETE ON queue_recipient EXECUTE FUNCTION away()",
                ],
                (true, false) => &[
                    "DROP TRIGGER away ON queue_recipient",
                    "DROP FUNCTION away()",
                ],
            };
            for statement in statements {
                tx.execute(statement, &[])?;
            }
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();
}
