//! Messages of all kinds.

use std::time::Duration;

use congvu_smtp::Role;

use crate::support::{World, message};

#[tokio::test]
async fn sizes() {
    let world = World::new().await;
    let server = world.server(Role::Mx, |config| config.max_message_size = 10_000);
    let mut client = server.greeted().await;
    client.say("MAIL FROM:<> SIZE=10001", "552 5.3.4").await;
    let fits = [b"Subject: x\r\n\r\n", &[b'x'; 9_984][..], b"\r\n.\r\n"].concat();
    let reply = client.mail("", "an@tinh.example", &fits).await;
    assert!(reply.starts_with("250"), "{reply}");
    let large = [b"Subject: x\r\n\r\n", &[b'x'; 9_985][..], b"\r\n.\r\n"].concat();
    let reply = client.mail("", "an@tinh.example", &large).await;
    assert!(reply.starts_with("552 5.3.4"), "{reply}");
    let huge = [
        b"Subject: x\r\n\r\n",
        &[b'x'; 2_000_000][..],
        b"\r\n.\r\nNOOP\r\n",
    ]
    .concat();
    let reply = client.mail("", "an@tinh.example", &huge).await;
    assert!(reply.starts_with("552 5.3.4"), "{reply}");
    client.expect("250 2.0.0 OK").await;
    assert_eq!(world.inbox("an").await.len(), 1);
}

/// Larger than any buffer, with long lines and dots everywhere.
#[tokio::test]
async fn a_large_message_arrives_whole() {
    let world = World::new().await;
    let mut client = world.mx().greeted().await;
    let mut text = String::from("Subject: x\r\n\r\n");
    for n in 0..20_000_u32 {
        text.push_str(&format!(
            "{}{n}\r\n",
            ["", ".", "..", "\r\n"][n as usize % 4]
        ));
    }
    text.push_str(&"dai".repeat(50_000));
    text.push_str("\r\n");
    let stuffed = text.replace("\r\n.", "\r\n..") + ".\r\n";
    let reply = client.mail("", "an@tinh.example", stuffed.as_bytes()).await;
    assert!(reply.starts_with("250"), "{reply}");
    assert!(world.inbox("an").await[0].ends_with(&text));
}

#[tokio::test]
async fn an_empty_message() {
    let world = World::new().await;
    let mut client = world.mx().greeted().await;
    assert!(
        client
            .mail("", "an@tinh.example", b".\r\n")
            .await
            .starts_with("250")
    );
}

/// RFC 5321 §6.3.
#[tokio::test]
async fn a_loop_is_stopped() {
    let world = World::new().await;
    let mut client = world.mx().greeted().await;
    let hops = |n| {
        format!(
            "{}Subject: x\r\n\r\nx\r\n.\r\n",
            "Received: x\r\n".repeat(n)
        )
    };
    let reply = client.mail("", "an@tinh.example", hops(5).as_bytes()).await;
    assert!(reply.starts_with("250"), "{reply}");
    let reply = client.mail("", "an@tinh.example", hops(6).as_bytes()).await;
    assert!(reply.starts_with("554 5.4.6"), "{reply}");
}

/// RFC 5321 §4.1.1.4: without its end a message was not sent.
#[tokio::test]
async fn a_client_that_goes_away_leaves_nothing() {
    let world = World::new().await;
    for data in [&b"Subject: x\r\n\r\nx\r\n."[..], b"", b"x\r\n.\r"] {
        let mut client = world.mx().greeted().await;
        client.say("MAIL FROM:<>", "250").await;
        client.say("RCPT TO:<an@tinh.example>", "250").await;
        client.say("DATA", "354").await;
        client.send(data).await;
        drop(client);
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(world.inbox("an").await.is_empty());
    let log = world.log().await;
    assert_eq!(log.len(), 3);
    assert!(log.iter().all(|line| line.code == 421));
}

#[tokio::test]
async fn silent_and_slow_clients() {
    let world = World::new().await;
    let server = world.server(Role::Mx, |config| {
        config.timeout = Duration::from_millis(150);
        config.data_timeout = Duration::from_millis(150);
        config.message_timeout = Duration::from_millis(400);
    });
    let mut silent = server.connect().await;
    silent.expect("421 4.4.2").await;
    silent.closed().await;
    // A command that trickles does not win time.
    let mut slow = server.connect().await;
    slow.send(b"EH").await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    slow.send(b"LO").await;
    slow.expect("421 4.4.2").await;
    for trickle in [false, true] {
        let mut client = server.greeted().await;
        client.say("MAIL FROM:<>", "250").await;
        client.say("RCPT TO:<an@tinh.example>", "250").await;
        client.say("DATA", "354").await;
        for _ in 0..5 {
            client.send(b"x\r\n").await;
            if trickle {
                tokio::time::sleep(Duration::from_millis(70)).await;
            }
        }
        client.expect("421 4.4.2").await;
        client.closed().await;
    }
    assert!(world.inbox("an").await.is_empty());
}

#[tokio::test]
async fn the_stop_lets_a_message_finish() {
    let world = World::new().await;
    let mut idle = world.mx().greeted().await;
    let mut busy = world.mx().greeted().await;
    busy.say("MAIL FROM:<>", "250").await;
    busy.say("RCPT TO:<an@tinh.example>", "250").await;
    busy.say("DATA", "354").await;
    world.stop();
    idle.expect("421 4.3.2").await;
    idle.closed().await;
    busy.send(&message("x")).await;
    busy.expect("250 2.0.0").await;
    busy.expect("421 4.3.2").await;
    busy.closed().await;
    assert_eq!(world.inbox("an").await.len(), 1);
}

/// An idle connection costs little.
#[tokio::test]
async fn a_connection_is_small() {
    let world = World::new().await;
    let server = world.mx().server;
    let (_near, far) = tokio::io::duplex(64);
    let conn = congvu_wire::Conn::from_duplex(far, ([127, 0, 0, 1], 1).into());
    let (_stopper, shutdown) = congvu_wire::Shutdown::new();
    let life = server.handle(conn, shutdown);
    let size = std::mem::size_of_val(&life);
    assert!(size < 4096, "{size} octets");
}

/// A store that fails is no reason to lose mail: the sender keeps it and tries again.
#[tokio::test]
async fn a_store_that_is_gone() {
    let world = World::new().await;
    let mut client = world.mx().greeted().await;
    client.say("MAIL FROM:<>", "250").await;
    client.say("RCPT TO:<an@tinh.example>", "250").await;
    client.say("DATA", "354").await;
    let store = world.store.clone();
    tokio::task::spawn_blocking(move || store.close())
        .await
        .expect("closed");
    client.send(&message("x")).await;
    client.expect("451 4.3.0").await;
    client.say("MAIL FROM:<>", "250").await;
    client.say("RCPT TO:<binh@tinh.example>", "451 4.3.0").await;
}
