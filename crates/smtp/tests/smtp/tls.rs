//! STARTTLS (RFC 3207).

use congvu_smtp::Role;

use crate::support::{PASSWORD, World, message, plain};

#[tokio::test]
async fn submission_with_tls() {
    let world = World::new().await;
    let server = world.server(Role::Submission, |config| config.cleartext_login = false);
    let mut client = server.connect_tls("192.0.2.5:1").await;
    client.say("EHLO before.example", "250").await;
    client.say("STARTTLS now", "501 5.5.4").await;
    client.say("STARTTLS", "220 2.0.0").await;
    let mut client = client.start_tls(&world).await;
    // What was said before is forgotten.
    client.say("MAIL FROM:<an@tinh.example>", "503 5.5.1").await;
    let reply = client.say("EHLO after.example", "250").await;
    assert!(!reply.contains("STARTTLS") && reply.contains("AUTH "));
    client.say("STARTTLS", "503 5.5.1").await;
    client.say(&plain("an", PASSWORD), "235").await;
    let data = b"From: an@tinh.example\r\n\r\nx\r\n.\r\n";
    let reply = client
        .mail("an@tinh.example", "binh@tinh.example", data)
        .await;
    assert!(reply.starts_with("250 2.0.0"), "{reply}");
    let inbox = world.inbox("binh").await;
    assert!(
        inbox[0].contains("Received: from after.example ([192.0.2.5])\r\n\t(using TLSv1.3 TLS_")
    );
    assert!(inbox[0].contains(" with ESMTPSA id "));
}

/// CVE-2011-0411: what somebody on the way put behind STARTTLS is never carried out.
#[tokio::test]
async fn commands_before_the_handshake_are_dropped() {
    let world = World::new().await;
    let mut client = world.mx().connect_tls("192.0.2.5:1").await;
    client
        .send(b"EHLO x\r\nSTARTTLS\r\nEHLO evil\r\nMAIL FROM:<evil@x.example>\r\nRCPT TO:<an@tinh.example>\r\n")
        .await;
    client.expect("250").await;
    client.expect("220").await;
    let mut client = client.start_tls(&world).await;
    client.say("RCPT TO:<an@tinh.example>", "503 5.5.1").await;
    client.say("EHLO good", "250").await;
    let reply = client.mail("", "an@tinh.example", &message("x")).await;
    assert!(reply.starts_with("250"), "{reply}");
    assert!(world.inbox("an").await[0].contains(" with ESMTPS id "));
}

#[tokio::test]
async fn the_transaction_is_forgotten() {
    let world = World::new().await;
    let mut client = world.mx().connect_tls("192.0.2.5:1").await;
    client.say("EHLO x", "250").await;
    client.say("MAIL FROM:<a@b.example>", "250").await;
    client.say("RCPT TO:<an@tinh.example>", "250").await;
    client.say("STARTTLS", "220").await;
    let mut client = client.start_tls(&world).await;
    client.say("EHLO x", "250").await;
    client.say("DATA", "503").await;
}
