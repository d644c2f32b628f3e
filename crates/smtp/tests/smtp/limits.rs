//! How fast one address or one account may send.

use std::time::Duration;

use congvu_delivery::SendingLimits;
use congvu_smtp::Role;

use crate::support::{World, message};

#[tokio::test]
async fn messages_of_one_address() {
    let world = World::new().await;
    let server = world.server(Role::Mx, |config| {
        config.messages_per_minute_per_address = 2;
        config.exempt = vec!["10.0.0.0/8".parse().expect("a network")];
    });
    let mut client = server.connect_from("192.0.2.1:1").await;
    client.say("EHLO x", "250").await;
    for _ in 0..2 {
        assert!(
            client
                .mail("", "an@tinh.example", &message("x"))
                .await
                .starts_with("250")
        );
    }
    client.say("MAIL FROM:<>", "450 4.7.1").await;
    let mut again = server.connect_from("192.0.2.1:2").await;
    again.say("EHLO x", "250").await;
    again.say("MAIL FROM:<>", "450 4.7.1").await;
    let mut exempt = server.connect_from("10.1.1.1:1").await;
    exempt.say("EHLO x", "250").await;
    for _ in 0..5 {
        exempt.say("MAIL FROM:<>", "250").await;
        exempt.say("RSET", "250").await;
    }
}

/// TQ.12.8: no account floods the world.
#[tokio::test]
async fn messages_and_recipients_of_one_account() {
    let world = World::sending(SendingLimits {
        messages_per_hour: 2,
        recipients_per_day: 3,
    })
    .await;
    let server = world.server(Role::Submission, |_| {});
    let mut client = server.signed_in().await;
    client
        .talk(
            "C: MAIL FROM:<an@tinh.example>
             S: 250
             C: RCPT TO:<an@tinh.example>
             S: 250
             C: RCPT TO:<binh@tinh.example>
             S: 250
             C: RSET
             S: 250
             C: MAIL FROM:<an@tinh.example>
             S: 250
             C: RCPT TO:<binh@tinh.example>
             S: 250
             C: RCPT TO:<an@tinh.example>
             S: 451 4.7.1
             C: RSET
             S: 250
             C: MAIL FROM:<an@tinh.example>
             S: 451 4.7.1",
        )
        .await;
}

/// Who does not sign in holds no place for long, however much is said.
#[tokio::test]
async fn the_time_to_sign_in() {
    let world = World::new().await;
    let server = world.server(Role::Submission, |config| {
        config.sign_in_timeout = Duration::from_millis(300);
    });
    let mut signed_in = server.signed_in().await;
    let mut client = server.greeted().await;
    for _ in 0..5 {
        client.say("NOOP", "250").await;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    client.expect("421 4.4.2").await;
    client.closed().await;
    signed_in.say("NOOP", "250").await;
}

#[tokio::test]
async fn commands_that_bear_no_fruit() {
    let world = World::new().await;
    let server = world.server(Role::Mx, |config| config.max_recipients = 10);
    let mut client = server.greeted().await;
    for _ in 0..2 {
        for _ in 0..200 {
            client.say("NOOP", "250").await;
        }
        let reply = client.mail("", "an@tinh.example", &message("x")).await;
        assert!(reply.starts_with("250"), "{reply}");
    }
    for _ in 0..220 {
        client.say("RSET", "250").await;
    }
    client.say("RSET", "421 4.7.0").await;
    client.closed().await;
}

#[tokio::test]
async fn messages_at_once() {
    let world = World::new().await;
    let server = world.server(Role::Mx, |config| {
        config.messages_at_once = 2;
        config.messages_at_once_per_address = 1;
    });
    let begin = async |peer| {
        let mut client = server.connect_from(peer).await;
        client.say("EHLO x", "250").await;
        client.say("MAIL FROM:<>", "250").await;
        client.say("RCPT TO:<an@tinh.example>", "250").await;
        client
    };
    let mut one = begin("192.0.2.1:1").await;
    one.say("DATA", "354").await;
    let mut same = begin("192.0.2.1:2").await;
    same.say("DATA", "451 4.3.2").await;
    let mut two = begin("192.0.2.2:1").await;
    two.send(b"BDAT 3\r\nA: ").await;
    two.expect("250").await;
    let mut three = begin("192.0.2.3:1").await;
    three.send(b"BDAT 6 LAST\r\nA: b\r\n").await;
    three.expect("451 4.3.2").await;
    three.say("NOOP", "250").await;
    one.send(&message("x")).await;
    one.expect("250").await;
    drop(two);
    let reply = same.mail("", "an@tinh.example", &message("x")).await;
    assert!(reply.starts_with("250"), "{reply}");
    assert_eq!(world.inbox("an").await.len(), 2);
}
