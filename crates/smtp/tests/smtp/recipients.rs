//! Who is accepted as a recipient.

use std::time::{Duration, Instant};

use congvu_delivery::Delivery;
use congvu_delivery::outbound::OutboundConfig;
use congvu_smtp::Role;

use crate::support::{World, message};

/// TQ.8.1: a closed mailbox takes no mail.
#[tokio::test]
async fn from_outside() {
    let world = World::new().await;
    let server = world.server(Role::Mx, |config| config.max_errors = 0);
    let mut client = server.greeted().await;
    client
        .talk(
            "C: MAIL FROM:<nguoi@ngoai.example>
             S: 250
             C: RCPT TO:<an@tinh.example>
             S: 250 2.1.5
             C: RCPT TO:<AN@TINH.EXAMPLE>
             S: 250 2.1.5
             C: RCPT TO:<vanthu@tinh.example>
             S: 250 2.1.5
             C: RCPT TO:<@relay.example,@b.example:binh@tinh.example>
             S: 250 2.1.5
             C: RCPT TO:<khongco@tinh.example>
             S: 550 5.1.1
             C: RCPT TO:<dong@tinh.example>
             S: 550 5.2.1
             C: RCPT TO:<moinguoi@tinh.example>
             S: 250 2.1.5
             C: RCPT TO:<noibo@tinh.example>
             S: 550 5.7.2
             C: RCPT TO:<lanhdao@tinh.example>
             S: 550 5.7.2
             C: RCPT TO:<>
             S: 501 5.1.3
             C: RCPT TO:<an>
             S: 501 5.1.3",
        )
        .await;
    client.say("DATA", "354").await;
    client.send(&message("x")).await;
    client.expect("250 2.0.0").await;
    // Each mailbox once, however often it was named.
    assert_eq!(world.inbox("an").await.len(), 1);
    assert_eq!(world.inbox("binh").await.len(), 1);
}

#[tokio::test]
async fn no_open_relay() {
    let world = World::new().await;
    let server = world.server(Role::Mx, |config| config.max_errors = 0);
    let mut client = server.greeted().await;
    client.say("MAIL FROM:<an@tinh.example>", "250").await;
    for to in [
        "x@noikhac.example",
        "@tinh.example:x@noikhac.example",
        "\"x@noikhac.example\"@khac.example",
        "x%noikhac.example@khac.example",
        "x@[192.0.2.1]",
        "x@tinh.example.noikhac.example",
    ] {
        client
            .say(&format!("RCPT TO:<{to}>"), "550 5.7.1 Relaying denied")
            .await;
    }
    // Ours, but nobody's.
    client
        .say("RCPT TO:<x%noikhac.example@tinh.example>", "550 5.1.1")
        .await;
    client
        .say("RCPT TO:<\"x@noikhac.example\"@tinh.example>", "550 5.1.1")
        .await;
    let mut client = world.submission().signed_in().await;
    client.say("MAIL FROM:<an@tinh.example>", "250").await;
    client.say("RCPT TO:<x@noikhac.example>", "550 5.1.2").await;
    client.say("RCPT TO:<noibo@tinh.example>", "250").await;
    client
        .say("RCPT TO:<lanhdao@tinh.example>", "550 5.7.2")
        .await;
}

#[tokio::test]
async fn a_full_mailbox() {
    let world = World::new().await;
    let mut client = world.mx().greeted().await;
    client.say("MAIL FROM:<> SIZE=100", "250").await;
    client.say("RCPT TO:<day@tinh.example>", "452 4.2.2").await;
    let mut client = world.submission().signed_in().await;
    client
        .say("MAIL FROM:<an@tinh.example> SIZE=100", "250")
        .await;
    client.say("RCPT TO:<day@tinh.example>", "552 5.2.2").await;
}

/// Without SIZE the size is known only once the message came.
#[tokio::test]
async fn a_mailbox_that_the_message_would_overfill() {
    let world = World::new().await;
    let mut client = world.mx().greeted().await;
    let reply = client.mail("", "day@tinh.example", &message("x")).await;
    assert!(reply.starts_with("452 4.2.2"), "{reply}");
    let mut client = world.submission().signed_in().await;
    let own = b"Subject: x\r\n\r\nx\r\n.\r\n";
    let reply = client
        .mail("an@tinh.example", "day@tinh.example", own)
        .await;
    assert!(reply.starts_with("552 5.2.2"), "{reply}");
    assert!(world.inbox("day").await.is_empty());
    // Where another has room, nobody loses it.
    client.say("MAIL FROM:<an@tinh.example>", "250").await;
    client.say("RCPT TO:<binh@tinh.example>", "250").await;
    client.say("RCPT TO:<day@tinh.example>", "250").await;
    client.say("DATA", "354").await;
    client.send(own).await;
    client.expect("250 2.0.0").await;
    assert_eq!(world.inbox("day").await.len(), 1);
    client.say("MAIL FROM:<an@tinh.example>", "250").await;
    client.say("RCPT TO:<day@tinh.example>", "552 5.2.2").await;
}

/// What RCPT was told may not be true any more when the message is there.
#[tokio::test]
async fn a_recipient_who_goes_between_rcpt_and_data() {
    let world = World::new().await;
    for (to, others, expected) in [
        ("dong", "", "550 5.1.1"),
        ("vanthu", "", "550 5.1.1"),
        ("moinguoi", "RCPT TO:<binh@tinh.example>", "451 4.2.1"),
    ] {
        world.open("dong").await;
        let mut client = world.mx().greeted().await;
        client.say("MAIL FROM:<>", "250").await;
        client
            .say(&format!("RCPT TO:<{to}@tinh.example>"), "250")
            .await;
        if !others.is_empty() {
            client.say(others, "250").await;
        }
        client.say("DATA", "354").await;
        world.retire(to).await;
        client.send(&message("x")).await;
        client.expect(expected).await;
        client.say("MAIL FROM:<>", "250").await;
        client
            .say(&format!("RCPT TO:<{to}@tinh.example>"), "550")
            .await;
    }
    for name in ["an", "binh", "dong"] {
        assert!(world.inbox(name).await.is_empty(), "{name}");
    }
}

/// RFC 5321 §4.5.1.
#[tokio::test]
async fn postmaster() {
    let world = World::new().await;
    for to in [
        "postmaster",
        "PostMaster",
        "postmaster@tinh.example",
        "abuse@tinh.example",
    ] {
        let mut client = world.mx().greeted().await;
        let reply = client.mail("", to, &message("x")).await;
        assert!(reply.starts_with("250 2.0.0"), "{to}: {reply}");
    }
    assert_eq!(world.inbox("an").await.len(), 4);
}

#[tokio::test]
async fn so_many_and_no_more() {
    let world = World::new().await;
    let server = world.server(Role::Mx, |config| config.max_recipients = 2);
    let mut client = server.greeted().await;
    client
        .talk(
            "C: MAIL FROM:<>
             S: 250
             C: RCPT TO:<an@tinh.example>
             S: 250
             C: RCPT TO:<binh@tinh.example>
             S: 250
             C: RCPT TO:<vanthu@tinh.example>
             S: 452 4.5.3
             C: RCPT TO:<an@tinh.example>
             S: 250",
        )
        .await;
}

#[tokio::test]
async fn guessing_is_slow_and_ends() {
    let world = World::new().await;
    let server = world.server(Role::Mx, |config| config.max_errors = 7);
    let mut client = server.greeted().await;
    client.say("MAIL FROM:<>", "250").await;
    let begun = Instant::now();
    for n in 0..7 {
        client
            .say(&format!("RCPT TO:<x{n}@tinh.example>"), "550 5.1.1")
            .await;
    }
    client.expect("421 4.7.0").await;
    client.closed().await;
    assert!(begun.elapsed() >= Duration::from_millis(700));
}

/// RFC 6531.
#[tokio::test]
async fn utf_8_addresses() {
    let world = World::new().await;
    let mut client = world.mx().greeted().await;
    client
        .talk(
            "C: MAIL FROM:<người@ngoài.example>
             S: 553 5.6.7
             C: MAIL FROM:<a@b.example>
             S: 250
             C: RCPT TO:<thủ@tinh.example>
             S: 553 5.6.7
             C: RSET
             S: 250
             C: MAIL FROM:<người@ngoài.example> SMTPUTF8
             S: 250
             C: RCPT TO:<thủ@tinh.example>
             S: 250
             C: DATA
             S: 354
             C: Subject: Kính gửi
             C:
             C: Chào anh.
             C: .
             S: 250 2.0.0",
        )
        .await;
    let inbox = world.inbox("thủ").await;
    assert!(inbox[0].contains("Delivered-To: thủ@tinh.example\r\n"));
    assert!(inbox[0].contains("Return-Path: <người@ngoài.example>\r\n"));
    assert!(inbox[0].contains(" with UTF8SMTP id "));
}

/// RFC 3461: who submits may ask for notices; another server may not.
#[tokio::test]
async fn notices() {
    let mut world = World::new().await;
    let mut client = world.submission().connect().await;
    let reply = client.say("EHLO client.example", "250-").await;
    assert!(reply.contains("DSN"), "{reply}");
    let mut client = world.submission().signed_in().await;
    client
        .talk(
            "C: MAIL FROM:<an@tinh.example> RET=HDRS ENVID=QQ+2B1
             S: 250
             C: RCPT TO:<binh@tinh.example> NOTIFY=SUCCESS ORCPT=rfc822;b+2Bb@tinh.example
             S: 250
             C: RCPT TO:<vanthu@tinh.example> NOTIFY=NEVER
             S: 250
             C: DATA
             S: 354
             C: From: an@tinh.example
             C: Subject: x
             C:
             C: x
             C: .
             S: 250 2.0.0",
        )
        .await;
    let inbox = world.inbox("an").await;
    let notice = inbox.iter().find(|mail| mail.contains("Action: delivered"));
    let notice = notice.expect("a notice");
    for line in [
        "Return-Path: <>",
        "Original-Envelope-Id: QQ+1",
        "Original-Recipient: rfc822; b+b@tinh.example",
        "Final-Recipient: rfc822; binh@tinh.example",
    ] {
        assert!(notice.contains(&format!("{line}\r\n")), "{line}: {notice}");
    }
    assert!(!notice.contains("rfc822; vanthu"));
    strangers_may_not(&world).await;
    // Nor where mail goes out: the notice would go to whoever stands in the reverse path.
    let config = world.delivery.config().clone();
    world.delivery = Delivery::with_outbound(&world.store, config, OutboundConfig::default());
    strangers_may_not(&world).await;
}

async fn strangers_may_not(world: &World) {
    let mut client = world.mx().greeted().await;
    client
        .say("MAIL FROM:<a@ngoai.example> RET=FULL", "555")
        .await;
    client.say("MAIL FROM:<a@ngoai.example>", "250").await;
    client
        .say("RCPT TO:<an@tinh.example> NOTIFY=SUCCESS", "555")
        .await;
    client.say("RCPT TO:<an@tinh.example>", "250").await;
}
