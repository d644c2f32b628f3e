//! Sessions as they are seen on the wire.

use crate::support::World;

const HELLO: &str = "Subject: one\r\n\r\nhello\r\n";

#[tokio::test]
async fn a_session() {
    let world = World::with(&[HELLO, "Subject: two\r\n\r\n"]).await;
    let validity = world.uid_validity().await;
    let mut peer = world.signed_in().await;
    peer.talk(&format!(
        "C: STAT
         S: +OK 2 39
         C: LIST
         S: +OK 2 messages (39 octets)
         S: 1 23
         S: 2 16
         S: .
         C: LIST 2
         S: +OK 2 16
         C: UIDL
         S: +OK Unique-ids follow
         S: 1 {validity}.1
         S: 2 {validity}.2
         S: .
         C: uidl 1
         S: +OK 1 {validity}.1
         C: RETR 1
         S: +OK 23 octets
         S: Subject: one
         S:\x20
         S: hello
         S: .
         C: NOOP
         S: +OK Nothing done
         C: QUIT
         S: +OK Bye
         S: EOF"
    ))
    .await;
    assert_eq!(world.uids().await, [1, 2]);
}

#[tokio::test]
async fn an_empty_maildrop() {
    let world = World::new().await;
    let mut peer = world.signed_in().await;
    peer.talk(
        "C: STAT
         S: +OK 0 0
         C: LIST
         S: +OK 0 messages (0 octets)
         S: .
         C: UIDL
         S: +OK Unique-ids follow
         S: .
         C: RETR 1
         S: -ERR No such message
         C: QUIT
         S: +OK Bye
         S: EOF",
    )
    .await;
}

/// RFC 2449 §5; a plain connection on which nobody may sign in offers no way to.
#[tokio::test]
async fn capabilities() {
    let world = World::new().await;
    let always = "C: CAPA
                  S: +OK Capabilities follow
                  S: TOP
                  S: UIDL
                  S: PIPELINING
                  S: RESP-CODES
                  S: AUTH-RESP-CODE";
    let ways = "S: USER\nS: SASL SCRAM-SHA-256 PLAIN LOGIN";
    let mut near = world.connect().await;
    near.talk(&format!("{always}\n{ways}\nS: .")).await;
    near.sign_in().await;
    near.talk(&format!("{always}\n{ways}\nS: .")).await;
    let mut far = world.connect_from_afar().await;
    far.talk(&format!("{always}\nS: STLS\nS: .")).await;
    let mut far = world.start_tls(far).await;
    far.talk(&format!("{always}\n{ways}\nS: .")).await;
}

#[tokio::test]
async fn commands_belong_to_states() {
    let world = World::with(&[HELLO]).await;
    let mut peer = world.connect().await;
    peer.talk(
        "C: STAT
         S: -ERR Sign in first
         C: RETR 1
         S: -ERR Sign in first
         C: NOOP
         S: -ERR Sign in first
         C: PASS x
         S: -ERR Send USER first
         C: STLS
         S: -ERR TLS is not offered here",
    )
    .await;
    peer.sign_in().await;
    peer.talk(
        "C: USER lan
         S: -ERR Already signed in
         C: AUTH PLAIN
         S: -ERR Already signed in
         C: STLS
         S: -ERR Already signed in
         C: LAST
         S: -ERR Unknown command
         C: TOP 1
         S: -ERR Usage: TOP message lines
         C: LIST 0
         S: -ERR No such message
         C: UIDL 2
         S: -ERR No such message
         C: QUIT
         S: +OK Bye
         S: EOF",
    )
    .await;
}

/// RFC 2449 §4: 255 octets with the ending.
#[tokio::test]
async fn lines_have_a_limit() {
    let world = World::new().await;
    let mut peer = world.connect().await;
    peer.send(format!("USER {}\r\n", "x".repeat(248))).await;
    peer.talk("S: +OK Send PASS").await;
    peer.send(format!("USER {}\r\n", "x".repeat(249))).await;
    peer.talk("S: -ERR Line too long").await;
    peer.send("y".repeat(100_000)).await;
    peer.send("\r\nCAPA x\r\n").await;
    peer.talk("S: -ERR Line too long\nS: -ERR Usage: CAPA")
        .await;
}

#[tokio::test]
async fn line_endings() {
    let world = World::new().await;
    let mut peer = world.connect().await;
    peer.send("CAPA x\nNOOP\rNOOP\r\nNO\0OP\r\nNOOP\r\r\n")
        .await;
    let odd = "S: -ERR Line with octets that no command has";
    peer.talk(&format!("S: -ERR Usage: CAPA\n{odd}\n{odd}\n{odd}"))
        .await;
}

#[tokio::test]
async fn who_speaks_another_protocol_is_let_go() {
    let world = World::new().await;
    let mut peer = world.connect().await;
    peer.send("GET / HTTP/1.1\r\n".repeat(40)).await;
    for _ in 0..20 {
        peer.talk("S: -ERR Unknown command").await;
    }
    peer.talk("S: EOF").await;
}
