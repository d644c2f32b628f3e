//! How fast one address or one account may send.

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

#[tokio::test]
async fn messages_and_recipients_of_one_account() {
    let world = World::new().await;
    let server = world.server(Role::Submission, |config| {
        config.messages_per_hour = 2;
        config.recipients_per_day = 3;
    });
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
