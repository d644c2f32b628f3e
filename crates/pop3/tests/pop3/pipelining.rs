//! Several commands at once (RFC 2449 §6.6).

use crate::support::{LOGIN, PASSWORD, World};

#[tokio::test]
async fn a_whole_session_in_one_packet() {
    let world = World::with(&["A: 1\r\n\r\n", "A: 2\r\n\r\n"]).await;
    let mut peer = world.connect().await;
    let sent = format!(
        "USER {LOGIN}\r\nPASS {PASSWORD}\r\nSTAT\r\nRETR 1\r\nDELE 1\r\nBAD\r\nQUIT\r\nNOOP\r\n"
    );
    peer.send(sent).await;
    let answers = "+OK Send PASS\r\n\
                   +OK Maildrop has 2 messages (16 octets)\r\n\
                   +OK 2 16\r\n\
                   +OK 8 octets\r\nA: 1\r\n\r\n.\r\n\
                   +OK Marked deleted\r\n\
                   -ERR Unknown command\r\n\
                   +OK Bye\r\n";
    assert_eq!(peer.at_once().await, answers, "one write");
    peer.talk("S: EOF").await;
    assert_eq!(world.uids().await, [2]);
}

#[tokio::test]
async fn a_command_in_pieces_waits_while_others_are_answered() {
    let world = World::new().await;
    let mut peer = world.signed_in().await;
    peer.send("NOOP\r\nSTAT\r\nST").await;
    assert_eq!(peer.at_once().await, "+OK Nothing done\r\n+OK 0 0\r\n");
    peer.send("AT\r\n").await;
    assert_eq!(peer.at_once().await, "+OK 0 0\r\n");
}

/// More than is read ahead or gathered at once.
#[tokio::test]
async fn many_commands() {
    let world = World::with(&["A: 1\r\n\r\n"]).await;
    let mut peer = world.signed_in().await;
    peer.send("TOP 1 0\r\nNOOP\r\n".repeat(3000)).await;
    for _ in 0..3000 {
        peer.talk("S: +OK Top of message follows\nS: A: 1\nS:\x20\nS: .\nS: +OK Nothing done")
            .await;
    }
}
