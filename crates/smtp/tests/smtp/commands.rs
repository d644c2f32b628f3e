//! Commands and their order.

use congvu_smtp::Role;

use crate::support::{World, message};

#[tokio::test]
async fn a_message_comes_in() {
    let world = World::new().await;
    let mut client = world.mx().connect_from("192.0.2.7:1234").await;
    client
        .talk(
            "C: EHLO client.example
             S: 250-mx.tinh.example
             C: MAIL FROM:<nguoi@ngoai.example> SIZE=100 BODY=8BITMIME
             S: 250 2.1.0
             C: RCPT TO:<an@tinh.example>
             S: 250 2.1.5
             C: DATA
             S: 354
             C: From: <nguoi@ngoai.example>
             C: Subject: Chao
             C:
             C: ..dot
             C: .
             S: 250 2.0.0
             C: QUIT
             S: 221 2.0.0",
        )
        .await;
    client.closed().await;
    let inbox = world.inbox("an").await;
    assert_eq!(inbox.len(), 1);
    assert!(inbox[0].starts_with(
        "Delivered-To: an@tinh.example\r\nReturn-Path: <nguoi@ngoai.example>\r\nReceived: from client.example ([192.0.2.7])\r\n\tby mx.tinh.example with ESMTP id "
    ), "{}", inbox[0]);
    assert!(inbox[0].ends_with("Subject: Chao\r\n\r\n.dot\r\n"));
}

#[tokio::test]
async fn ehlo_says_what_there_is() {
    let world = World::new().await;
    let mut client = world.mx().connect().await;
    let reply = client.say("EHLO x", "250-").await;
    assert_eq!(
        reply,
        "250-mx.tinh.example\n250-PIPELINING\n250-SIZE 52428800\n250-8BITMIME\n250-SMTPUTF8\n250-CHUNKING\n250-ENHANCEDSTATUSCODES\n250 HELP"
    );
    let mut client = world.mx().connect_tls("127.0.0.1:1").await;
    let reply = client.say("EHLO x", "250-").await;
    assert!(reply.contains("STARTTLS") && !reply.contains("AUTH"));
    let mut client = world.submission().connect_tls("127.0.0.1:1").await;
    let reply = client.say("EHLO x", "250-").await;
    assert!(reply.contains("STARTTLS") && reply.ends_with("AUTH SCRAM-SHA-256 PLAIN LOGIN"));
    let mut client = world.submission().connect_tls("192.0.2.1:1").await;
    let reply = client.say("EHLO x", "250-").await;
    assert!(!reply.contains("AUTH"), "not over the net without TLS");
}

#[tokio::test]
async fn order_and_syntax() {
    let world = World::new().await;
    let server = world.server(Role::Mx, |config| config.max_errors = 0);
    let mut client = server.connect().await;
    client
        .talk(
            "C: MAIL FROM:<a@b.example>
             S: 503 5.5.1
             C: DATA
             S: 503 5.5.1
             C: EHLO
             S: 501 5.5.4
             C: HELO x\u{7}y
             S: 501 5.5.4
             C: HELO client.example
             S: 250 mx.tinh.example
             C: RCPT TO:<an@tinh.example>
             S: 503 5.5.1
             C: DATA
             S: 503 5.5.1
             C: MAIL FROM:<a@b.example
             S: 501 5.5.4
             C: MAIL FROM:<a b@b.example>
             S: 501 5.1.7
             C: MAIL FROM:<a@b.example> BODY=BINARYMIME
             S: 555 5.5.4
             C: MAIL FROM:<a@b.example> AUTH=<>
             S: 555 5.5.4
             C: MAIL FROM:<a@b.example>
             S: 250 2.1.0
             C: MAIL FROM:<a@b.example>
             S: 503 5.5.1
             C: DATA
             S: 554 5.5.1
             C: RCPT TO:<an@tinh.example> NOTIFY=NEVER
             S: 555 5.5.4
             C: DATA now
             S: 501 5.5.4
             C: NOOP anything
             S: 250 2.0.0
             C: VRFY an
             S: 252 2.1.5
             C: VRFY
             S: 501 5.5.4
             C: EXPN list
             S: 502 5.5.1
             C: HELP
             S: 214 2.0.0
             C: STARTTLS
             S: 502 5.5.1
             C: AUTH PLAIN
             S: 502 5.5.1
             C: FOO
             S: 500 5.5.1
             C: RSET
             S: 250 2.0.0
             C: RCPT TO:<an@tinh.example>
             S: 503 5.5.1
             C: QUIT now
             S: 501 5.5.4
             C: QUIT
             S: 221 2.0.0",
        )
        .await;
    client.closed().await;
}

#[tokio::test]
async fn ehlo_forgets_the_transaction() {
    let world = World::new().await;
    let mut client = world.mx().greeted().await;
    client.say("MAIL FROM:<>", "250").await;
    client.say("EHLO again", "250").await;
    client.say("RCPT TO:<an@tinh.example>", "503").await;
}

/// RFC 2920: commands come together, and so do their replies.
#[tokio::test]
async fn pipelining() {
    use tokio::io::AsyncReadExt;
    let world = World::new().await;
    let mut client = world.mx().greeted().await;
    client
        .send(b"MAIL FROM:<a@b.example>\r\nRCPT TO:<khong@tinh.example>\r\nRCPT TO:<an@tinh.example>\r\nRCPT TO:<binh@tinh.example>\r\nDATA\r\n")
        .await;
    let mut bytes = [0; 4096];
    let count = client.stream.read(&mut bytes).await.expect("read");
    let replies = String::from_utf8_lossy(&bytes[..count]).into_owned();
    let codes: Vec<&str> = replies.lines().map(|line| &line[..3]).collect();
    assert_eq!(codes, ["250", "550", "250", "250", "354"], "in one write");
    // The next transaction comes with the message, and behind its end.
    let mut rest = message("mot");
    rest.extend_from_slice(b"MAIL FROM:<a@b.example>\r\nRCPT TO:<an@tinh.example>\r\nDATA\r\n");
    client.send(&rest).await;
    for expected in ["250 2.0.0", "250 2.1.0", "250 2.1.5", "354"] {
        client.expect(expected).await;
    }
    client.send(&message("hai")).await;
    client.expect("250 2.0.0").await;
    assert_eq!(world.inbox("an").await.len(), 2);
    assert_eq!(world.inbox("binh").await.len(), 1);
}

#[tokio::test]
async fn odd_command_lines() {
    let world = World::new().await;
    let server = world.server(Role::Mx, |config| config.max_errors = 0);
    let mut client = server.greeted().await;
    for odd in [
        &b"NOOP\n"[..],
        b"NO\rOP\r\n",
        b"NO\0OP\r\n",
        b"NOOP\r\r\n",
        b"NOOP \xff\r\n",
    ] {
        client.send(odd).await;
        client.expect("500 5.5.2").await;
    }
    client
        .send(&[&[b'x'; 100_000][..], b"\r\nNOOP\r\n"].concat())
        .await;
    client.expect("500 5.5.2 Line too long").await;
    client.expect("250 2.0.0").await;
    // A long line that has come whole, between others.
    let long = [b"NOOP\r\nNOOP ", &[b'x'; 3000][..], b"\r\nNOOP\r\n"].concat();
    client.send(&long).await;
    for expected in ["250", "500 5.5.2 Line too long", "250"] {
        client.expect(expected).await;
    }
    // Octet by octet.
    for byte in b"NOOP\r\n" {
        client.send(&[*byte]).await;
        tokio::task::yield_now().await;
    }
    client.expect("250").await;
}

#[tokio::test]
async fn a_browser_is_sent_away() {
    let world = World::new().await;
    let mut client = world.mx().connect().await;
    client.say("POST / HTTP/1.1", "421 4.7.0").await;
    client.closed().await;
}

#[tokio::test]
async fn too_many_errors_end_the_connection() {
    let world = World::new().await;
    let server = world.server(Role::Mx, |config| config.max_errors = 3);
    let mut client = server.greeted().await;
    client.say("FOO", "500").await;
    client.say("FOO", "500").await;
    // A message makes up for them.
    assert!(
        client
            .mail("", "an@tinh.example", &message("x"))
            .await
            .starts_with("250")
    );
    client.say("FOO", "500").await;
    client.say("FOO", "500").await;
    client.say("FOO", "500").await;
    client.expect("421 4.7.0").await;
    client.closed().await;
}
