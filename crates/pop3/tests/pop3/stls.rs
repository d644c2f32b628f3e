//! STLS (RFC 2595 §4).

use crate::support::World;

#[tokio::test]
async fn from_plain_to_tls() {
    let world = World::with(&["A: 1\r\n\r\n"]).await;
    let peer = world.connect_from_afar().await;
    let mut peer = world.start_tls(peer).await;
    peer.talk("C: STLS\nS: -ERR TLS is active already").await;
    peer.sign_in().await;
    peer.talk(
        "C: STAT
         S: +OK 1 8
         C: DELE 1
         S: +OK Marked deleted
         C: QUIT
         S: +OK Bye
         S: EOF",
    )
    .await;
    assert!(world.uids().await.is_empty());
}

/// Octets that somebody put behind STLS on the way are not taken for the peer's.
#[tokio::test]
async fn what_was_sent_in_plain_is_forgotten() {
    let world = World::new().await;
    let mut peer = world.connect_from_afar().await;
    peer.send("STLS\r\nUSER evil@so.example\r\nCAPA\r\n").await;
    peer.talk("S: +OK Begin TLS").await;
    let mut peer = world.handshake(peer).await;
    peer.talk("C: PASS x\nS: -ERR Send USER first").await;
    peer.sign_in().await;
}
