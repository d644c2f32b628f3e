//! Over real sockets.

use congvu_smtp::Role;
use congvu_wire::Limits;

use crate::support::{Client, PASSWORD, World, message, plain};

#[tokio::test]
async fn one_too_many_is_told_so() {
    let world = World::new().await;
    let limits = Limits {
        per_address: 1,
        ..Limits::default()
    };
    let addr = world.mx().listen(limits, false);
    let mut first = Client::to(addr).await;
    first.expect("220 ").await;
    let mut second = Client::to(addr).await;
    second.expect("421 4.7.0").await;
    second.closed().await;
    first.say("HELO x", "250").await;
    let reply = first.mail("", "an@tinh.example", &message("x")).await;
    assert!(reply.starts_with("250"), "{reply}");
    first.say("QUIT", "221").await;
    first.closed().await;
    assert!(world.inbox("an").await[0].contains(" with SMTP id "));
}

/// RFC 8314 §3.3: port 465.
#[tokio::test]
async fn implicit_tls() {
    let world = World::new().await;
    let server = world.server(Role::Submission, |config| config.cleartext_login = false);
    let addr = server.listen(Limits::default(), true);
    let mut client = Client::to(addr).await.start_tls(&world).await;
    client.expect("220 ").await;
    let reply = client.say("EHLO x", "250").await;
    assert!(reply.contains("AUTH ") && !reply.contains("STARTTLS"));
    client.say(&plain("an", PASSWORD), "235").await;
    client.say("QUIT", "221").await;
    client.closed().await;
}
