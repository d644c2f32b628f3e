//! The mail log: time, from, to, the sender's IP, size, result or error (TQ.9.1, SL.11.1).

use crate::support::{World, message};

/// TQ.9.1, SL.11.1.
#[tokio::test]
async fn what_arrived_and_what_was_refused() {
    let world = World::new().await;
    let mut client = world.mx().connect_from("192.0.2.33:1").await;
    client.say("EHLO x", "250").await;
    client
        .say("MAIL FROM:<nguoi@ngoai.example> SIZE=77", "250")
        .await;
    client.say("RCPT TO:<khongco@tinh.example>", "550").await;
    client.say("RCPT TO:<an@tinh.example>", "250").await;
    client.say("DATA", "354").await;
    client.send(&message("x")).await;
    let reply = client.reply().await;
    let trace = reply.split(' ').nth(2).expect("a trace id").to_owned();
    client
        .mail("nguoi@ngoai.example", "an@tinh.example", b"x\ny\r\n.\r\n")
        .await;
    let log = world.log().await;
    let find = |code: i64, to: &str| {
        let found = log
            .iter()
            .find(|line| line.code == code && line.recipient == to);
        found.expect("a line").clone()
    };
    let arrived = find(250, "an@tinh.example");
    assert_eq!(
        (arrived.trace.as_str(), arrived.result.as_str()),
        (&*trace, "delivered")
    );
    let unknown = find(550, "khongco@tinh.example");
    assert_eq!(unknown.sender, "nguoi@ngoai.example");
    assert_eq!(unknown.client_ip, "192.0.2.33");
    assert_eq!((unknown.size, unknown.trace), (77, trace));
    assert_eq!(
        (unknown.direction.as_str(), unknown.result.as_str()),
        ("in", "No such recipient here")
    );
    let bare = find(550, "an@tinh.example");
    assert!(bare.result.contains("Bare CR or LF"));
    assert_eq!(log.len(), 3);
}

/// TQ.9.1, SL.11.1; TQ.4: an attempt to forge a sender is seen.
#[tokio::test]
async fn forged_senders() {
    let world = World::new().await;
    let mut client = world.submission().signed_in().await;
    client
        .say("MAIL FROM:<binh@tinh.example>", "550 5.7.1")
        .await;
    client
        .mail("an@tinh.example", "binh@tinh.example", &message("x"))
        .await;
    let log = world.log().await;
    assert_eq!(log.len(), 2);
    assert!(
        log.iter()
            .all(|line| line.code == 550 && line.direction == "submit")
    );
    assert!(log.iter().all(|line| line.result.contains("(TQ.4)")));
}

#[tokio::test]
async fn refusals_do_not_fill_the_disk() {
    let world = World::new().await;
    let server = world.server(congvu_smtp::Role::Mx, |config| config.max_errors = 0);
    let mut client = server.greeted().await;
    client.say("MAIL FROM:<>", "250").await;
    for _ in 0..300 {
        client.say("RCPT TO:<dong@tinh.example>", "550 5.2.1").await;
    }
    assert_eq!(world.log().await.len(), 120);
}
