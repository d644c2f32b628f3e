//! What is queued is sent: once, in order, to whoever answers.

use std::time::{Duration, Instant};

use congvu_delivery::outbound::{Limits, OutboundConfig};
use congvu_delivery::{AcceptError, RecipientRefusal, Writer};
use congvu_message::address::Address;
use congvu_store::StoreError;
use congvu_store::queue::{self, Selection, Stretch};

use crate::net::Server;
use crate::world::{World, config, delivery, quick};
use congvu_testing::{Ground, both};

both!(
    tq_9_1_and_sl_11_1_from_acceptance_to_the_far_reply,
    no_open_relay,
    without_settings_nothing_leaves,
    hops_are_tried_in_turn,
    so_many_connections_and_messages,
    persons_mail_goes_first,
    a_dead_destination_keeps_nobody_waiting,
    a_final_reply_that_never_came,
    hold_retry_drop,
    mail_that_comes_while_a_connection_is_open,
);

/// Everything about one message, in one list: accepted, put off, sent.
async fn tq_9_1_and_sl_11_1_from_acceptance_to_the_far_reply(ground: &Ground) {
    let world = World::with(
        ground,
        OutboundConfig {
            schedule: quick(),
            ..config()
        },
    )
    .await;
    world
        .net
        .server("mx.xa.example", Server::Says(450, "4.2.0", "greylisted"));
    let run = world.run();
    let to = [
        "binh@xa.example",
        "Chi@xa.example",
        "BINH@xa.example",
        "an@bimson.example",
    ];
    let trace = world.submit(&to, "Giấy mời").await;
    world
        .until("two attempts", async || world.log(&trace).await.len() >= 5)
        .await;
    world
        .net
        .server("mx.xa.example", Server::Takes { dsn: true });
    world.drained().await;
    let lines = world.log(&trace).await;
    let expected = [
        ("submit", 250, "delivered"),
        ("submit", 250, "queued for xa.example"),
        ("submit", 250, "queued for xa.example"),
        ("out", 450, "waits: mx.xa.example: 4.2.0 greylisted"),
        ("out", 450, "waits: mx.xa.example: 4.2.0 greylisted"),
        ("out", 250, "sent: mx.xa.example (in clear): 2.0.0 OK id=77"),
        ("out", 250, "sent: mx.xa.example (in clear): 2.0.0 OK id=77"),
    ];
    let lines: Vec<_> = lines
        .iter()
        .map(|(direction, code, words)| (direction.as_str(), *code, words.as_str()))
        .collect();
    assert_eq!(lines, expected);
    let took = world.net.took();
    let sent: Vec<&String> = took.iter().flat_map(|took| &took.to).collect();
    assert_eq!(sent, ["binh@xa.example", "Chi@xa.example"], "each once");
    let body = &took[0].body;
    assert!(body.starts_with(
        "Received: from may-tinh ([192.0.2.7])\r\n\tby mail.bimson.example with ESMTPSA id "
    ));
    assert!(body.contains("\r\nFrom: <an@bimson.example>\r\n") && !body.contains("Return-Path"));
    run.abort();
}

/// Only those who signed in write to others, whatever an envelope says.
async fn no_open_relay(ground: &Ground) {
    let world = World::new(ground).await;
    let outside = world.recipient("x@xa.example", Writer::Outside).await;
    assert_eq!(outside, Err(RecipientRefusal::NotOurs));
    let mut envelope = world
        .envelope(
            "a@ngoai.example",
            Writer::Account(world.account),
            &["x@xa.example"],
        )
        .await
        .unwrap();
    envelope.account = None;
    let accepted = world.accept(envelope, "x").await;
    assert!(matches!(accepted, Err(AcceptError::NoRecipient)));
    assert_eq!(world.queued().await, 0);
}

async fn without_settings_nothing_leaves(ground: &Ground) {
    let world = World::new(ground).await;
    let closed = delivery(&world.store, None);
    for (to, refusal) in [
        ("x@xa.example", RecipientRefusal::NotOurs),
        ("x@bimson.example", RecipientRefusal::Unknown),
    ] {
        let writer = Writer::Account(world.account);
        let address = Address::parse(to).unwrap();
        assert_eq!(closed.recipient(&address, writer, 1).await, Err(refusal));
    }
}

async fn hops_are_tried_in_turn(ground: &Ground) {
    let world = World::new(ground).await;
    world.net.route("xa.example", &["a", "b", "c", "d"]);
    world.net.server("a", Server::Dead);
    world.net.server("b", Server::Breaks);
    world.net.server("c", Server::Takes { dsn: true });
    let run = world.run();
    world.submit(&["x@xa.example", "y@xa.example"], "x").await;
    world.drained().await;
    let took = world.net.took();
    assert_eq!(
        (took.len(), took[0].host.as_str(), took[0].to.len()),
        (1, "c", 2)
    );
    assert_eq!(world.net.connects("d"), 0);
    run.abort();
}

async fn so_many_connections_and_messages(ground: &Ground) {
    let world = World::with(
        ground,
        OutboundConfig {
            limits: Limits {
                connections: 5,
                per_destination: 3,
                messages_per_connection: 10,
                ..config().limits
            },
            ..config()
        },
    )
    .await;
    world.net.pace(Duration::from_millis(4));
    for n in 0..90 {
        world.submit(&["x@xa.example"], &format!("{n}")).await;
    }
    let run = world.run();
    world.drained().await;
    run.abort();
    assert_eq!(world.net.took().len(), 90);
    let most = world.net.most("mx.xa.example");
    assert!((2..=3).contains(&most), "{most} at once");
    assert!(world.net.connects("mx.xa.example") >= 9);
}

async fn persons_mail_goes_first(ground: &Ground) {
    let world = World::with(
        ground,
        OutboundConfig {
            limits: Limits {
                per_destination: 1,
                ..config().limits
            },
            ..config()
        },
    )
    .await;
    let all: Vec<String> = (0..120).map(|n| format!("x{n}@xa.example")).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    world.submit(&all, "to all").await;
    world.submit(&["binh@xa.example"], "to one").await;
    let run = world.run();
    world.drained().await;
    run.abort();
    let took = world.net.took();
    assert!(
        took[0].body.contains("Subject: to one\r\n"),
        "a person's first"
    );
    assert_eq!(took.iter().map(|took| took.to.len()).sum::<usize>(), 121);
}

async fn a_dead_destination_keeps_nobody_waiting(ground: &Ground) {
    let world = World::with(
        ground,
        OutboundConfig {
            limits: Limits {
                connections: 2,
                ..config().limits
            },
            ..config()
        },
    )
    .await;
    world.net.server("mx.chet.example", Server::Dead);
    let run = world.run();
    for n in 0..40 {
        world
            .submit(&["x@chet.example"], &format!("dead {n}"))
            .await;
    }
    let begun = Instant::now();
    for n in 0..40 {
        world.submit(&["x@xa.example"], &format!("{n}")).await;
    }
    world
        .until("the living", async || world.queued().await == 40)
        .await;
    assert_eq!(world.net.took().len(), 40);
    assert!(begun.elapsed() < Duration::from_secs(20));
    // A connection or two were tried, not one for each message.
    assert!(world.net.connects("mx.chet.example") <= 2);
    run.abort();
}

/// A reply that never came: sent again, counted, told in the log.
async fn a_final_reply_that_never_came(ground: &Ground) {
    let world = World::with(
        ground,
        OutboundConfig {
            schedule: quick(),
            ..config()
        },
    )
    .await;
    world.net.server("mx.xa.example", Server::InFlight(1));
    let run = world.run();
    let trace = world.submit(&["x@xa.example"], "x").await;
    world.drained().await;
    run.abort();
    assert_eq!(world.net.took().len(), 2, "once repeated");
    let lines = world.log(&trace).await;
    assert!(lines[1].2.contains("có thể gửi lặp"), "{lines:?}");
    assert_eq!(lines.len(), 3);
}

async fn hold_retry_drop(ground: &Ground) {
    let world = World::new(ground).await;
    world.net.server("mx.xa.example", Server::Dead);
    let run = world.run();
    let kept = world.submit(&["x@xa.example"], "kept").await;
    world
        .until("an attempt", async || world.log(&kept).await.len() == 2)
        .await;
    let hold = async |destination: &'static str| {
        world
            .store
            .write(move |tx| {
                let by = Selection::Destination(destination.into());
                queue::hold_chunk(tx, &by, i64::MAX, Stretch::ALL, 100)
            })
            .await
            .map_err(|error: StoreError| error)
            .unwrap()
            .done
    };
    assert_eq!(hold("xa.example").await, 1);
    world
        .net
        .server("mx.xa.example", Server::Takes { dsn: true });
    world.forward(48 * 3_600_000);
    world.wake().await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(world.queued().await, 1, "held");
    // Tried at once, although its destination was left alone.
    let now = world.now();
    world
        .store
        .write(move |tx| queue::retry_chunk(tx, &Selection::All, now, Stretch::ALL, 100))
        .await
        .map_err(|error: StoreError| error)
        .unwrap();
    world.drained().await;
    assert_eq!(world.net.took().len(), 1);
    world
        .net
        .server("mx.xa.example", Server::Says(450, "4.0.0", "later"));
    let dropped = world.submit(&["y@xa.example"], "dropped").await;
    world
        .until("an attempt", async || world.log(&dropped).await.len() == 2)
        .await;
    world
        .store
        .write(move |tx| queue::drop_chunk(tx, &Selection::All, i64::MAX, Stretch::ALL, 100))
        .await
        .map_err(|error: StoreError| error)
        .unwrap();
    let lines = world.log(&dropped).await;
    assert_eq!(lines[2].2, "dropped by an administrator");
    run.abort();
}

async fn mail_that_comes_while_a_connection_is_open(ground: &Ground) {
    let world = World::with(
        ground,
        OutboundConfig {
            limits: Limits {
                idle: Duration::from_secs(30),
                ..config().limits
            },
            ..config()
        },
    )
    .await;
    let run = world.run();
    for n in 0..5 {
        world.submit(&["x@xa.example"], &format!("{n}")).await;
        world.drained().await;
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    assert_eq!(world.net.connects("mx.xa.example"), 1);
    run.abort();
}
