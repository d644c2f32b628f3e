//! BDAT (RFC 3030).

use congvu_smtp::Role;

use crate::support::World;

const START: &str = "C: MAIL FROM:<a@b.example>
                     S: 250
                     C: RCPT TO:<an@tinh.example>
                     S: 250";

#[tokio::test]
async fn chunks_make_a_message() {
    let world = World::new().await;
    let mut client = world.mx().greeted().await;
    client.talk(START).await;
    client
        .send(b"BDAT 12\r\nSubject: x\r\nBDAT 8\r\n\r\n.\r\nQUI")
        .await;
    client.expect("250 2.0.0 12 octets").await;
    client.expect("250 2.0.0 8 octets").await;
    client.send(b"BDAT 3\r\nT\r\nBDAT 0 LAST\r\n").await;
    client.expect("250 2.0.0 3 octets").await;
    client.expect("250 2.0.0").await;
    let inbox = world.inbox("an").await;
    assert!(
        inbox[0].ends_with("Subject: x\r\n\r\n.\r\nQUIT\r\n"),
        "dots are data"
    );
}

#[tokio::test]
async fn one_chunk_with_last_and_the_next_message_behind_it() {
    let world = World::new().await;
    let mut client = world.mx().greeted().await;
    for _ in 0..2 {
        client
            .send(
                b"MAIL FROM:<>\r\nRCPT TO:<an@tinh.example>\r\nBDAT 14 LAST\r\nSubject: x\r\n\r\n",
            )
            .await;
    }
    for _ in 0..2 {
        for expected in ["250 2.1.0", "250 2.1.5", "250 2.0.0"] {
            client.expect(expected).await;
        }
    }
    assert_eq!(world.inbox("an").await.len(), 2);
}

#[tokio::test]
async fn order() {
    let world = World::new().await;
    let mut client = world.mx().greeted().await;
    client.send(b"BDAT 6\r\nQUIT\r\n").await;
    client.expect("503 5.5.1").await;
    client.say("MAIL FROM:<a@b.example>", "250").await;
    client.send(b"BDAT 6 LAST\r\nQUIT\r\n").await;
    client.expect("554 5.5.1").await;
    client.say("RCPT TO:<an@tinh.example>", "250").await;
    client.send(b"BDAT 2\r\nx:").await;
    client.expect("250").await;
    client
        .talk(
            "C: DATA
             S: 503 5.5.1
             C: MAIL FROM:<a@b.example>
             S: 503 5.5.1
             C: RCPT TO:<binh@tinh.example>
             S: 503 5.5.1
             C: NOOP
             S: 250
             C: BDAT 0 LAST
             S: 250 2.0.0",
        )
        .await;
    assert_eq!(world.inbox("an").await.len(), 1);
}

#[tokio::test]
async fn rset_throws_the_chunks_away() {
    let world = World::new().await;
    let mut client = world.mx().greeted().await;
    client.talk(START).await;
    client.send(b"BDAT 5\r\nhello").await;
    client.expect("250").await;
    client.say("RSET", "250").await;
    client.say("BDAT 0 LAST", "503").await;
    assert!(world.inbox("an").await.is_empty());
}

/// A message with a bare CR or LF could not be passed on by DATA.
#[tokio::test]
async fn bare_line_ends_are_refused() {
    let world = World::new().await;
    let server = world.server(Role::Mx, |config| config.max_errors = 0);
    for (chunks, expected) in [
        (&b"BDAT 3 LAST\r\na\nb"[..], &["550 5.6.11"][..]),
        (b"BDAT 2 LAST\r\na\r", &["550 5.6.11"]),
        (b"BDAT 2\r\na\rBDAT 2 LAST\r\n\nb", &["250", "250 2.0.0"]),
        (b"BDAT 2\r\na\rBDAT 1 LAST\r\nb", &["250", "550 5.6.11"]),
        (
            b"BDAT 3\r\na\nbBDAT 5 LAST\r\nQUIT\n",
            &["550 5.6.11", "503"],
        ),
    ] {
        let mut client = server.greeted().await;
        client.talk(START).await;
        client.send(chunks).await;
        for code in expected {
            client.expect(code).await;
        }
        client.say("NOOP", "250").await;
    }
    assert_eq!(world.inbox("an").await.len(), 1);
}

#[tokio::test]
async fn too_large_in_all() {
    let world = World::new().await;
    let server = world.server(Role::Mx, |config| config.max_message_size = 1000);
    let mut client = server.greeted().await;
    client.talk(START).await;
    let chunk = [b"BDAT 600\r\n", &[b'x'; 600][..]].concat();
    client
        .send(&[&chunk[..], &chunk, b"NOOP\r\n"].concat())
        .await;
    for expected in ["250", "552 5.3.4", "250"] {
        client.expect(expected).await;
    }
    client.talk(START).await;
    let chunk = [b"BDAT 600000 LAST\r\n", &[b'x'; 600_000][..]].concat();
    client.send(&chunk).await;
    client.expect("552 5.3.4").await;
    client.say("NOOP", "250").await;
    assert!(world.inbox("an").await.is_empty());
}

#[tokio::test]
async fn without_a_length_nothing_is_taken_for_commands() {
    let world = World::new().await;
    let mut client = world.mx().greeted().await;
    client.talk(START).await;
    client.say("BDAT many", "421 4.5.4").await;
    client.closed().await;
}
