//! DELE, RSET, QUIT: what is removed, and when (RFC 1939 §5, §6).

use congvu_store::entry;

use crate::support::World;

const THREE: [&str; 3] = ["A: 1\r\n\r\n", "A: 22\r\n\r\n", "A: 333\r\n\r\n"];

#[tokio::test]
async fn quit_removes_what_is_marked() {
    let world = World::with(&THREE).await;
    let validity = world.uid_validity().await;
    let mut peer = world.signed_in().await;
    peer.talk(&format!(
        "C: DELE 2
         S: +OK Marked deleted
         C: DELE 2
         S: -ERR Message is deleted
         C: STAT
         S: +OK 2 18
         C: LIST
         S: +OK 2 messages (18 octets)
         S: 1 8
         S: 3 10
         S: .
         C: LIST 2
         S: -ERR Message is deleted
         C: UIDL
         S: +OK Unique-ids follow
         S: 1 {validity}.1
         S: 3 {validity}.3
         S: .
         C: RETR 2
         S: -ERR Message is deleted
         C: TOP 2 0
         S: -ERR Message is deleted"
    ))
    .await;
    assert_eq!(world.uids().await, [1, 2, 3], "marked is not removed");
    world.deliver("", ["A: 4\r\n\r\nnew\r\n"]).await;
    peer.talk("C: QUIT\nS: +OK Bye\nS: EOF").await;
    assert_eq!(world.uids().await, [1, 3, 4]);
    let mut peer = world.signed_in().await;
    peer.talk(&format!(
        "C: STAT\nS: +OK 3 31\nC: UIDL 3\nS: +OK 3 {validity}.4"
    ))
    .await;
}

#[tokio::test]
async fn rset_takes_marks_back() {
    let world = World::with(&THREE).await;
    let mut peer = world.signed_in().await;
    peer.talk(
        "C: DELE 1
         S: +OK Marked deleted
         C: DELE 3
         S: +OK Marked deleted
         C: STAT
         S: +OK 1 9
         C: RSET
         S: +OK 3 messages (27 octets)
         C: STAT
         S: +OK 3 27
         C: DELE 1
         S: +OK Marked deleted
         C: QUIT
         S: +OK Bye
         S: EOF",
    )
    .await;
    assert_eq!(world.uids().await, [2, 3]);
}

#[tokio::test]
async fn a_lost_connection_removes_nothing() {
    let world = World::with(&THREE).await;
    let mut peer = world.signed_in().await;
    peer.talk("C: DELE 1\nS: +OK Marked deleted").await;
    // The beginning of QUIT is no QUIT.
    peer.send("QUIT").await;
    drop(peer);
    // Once the lock is free again, the session has ended.
    crate::lock::until_free(&world).await;
    assert_eq!(world.uids().await, [1, 2, 3]);
}

#[tokio::test]
async fn mail_that_comes_later_is_not_seen() {
    let world = World::with(&THREE).await;
    let mut peer = world.signed_in().await;
    world.deliver("", ["A: 4\r\n\r\n"]).await;
    peer.talk("C: STAT\nS: +OK 3 27\nC: LIST 4\nS: -ERR No such message")
        .await;
}

#[tokio::test]
async fn what_another_program_removed() {
    let world = World::with(&THREE).await;
    let mut peer = world.signed_in().await;
    let inbox = world.inbox;
    let removed = world
        .store
        .write(move |tx| entry::remove(tx, inbox, &[(1, 2)]));
    removed.await.unwrap();
    peer.talk(
        "C: RETR 1
         S: -ERR Message was removed by another program
         C: TOP 2 1
         S: -ERR Message was removed by another program
         C: DELE 2
         S: +OK Marked deleted
         C: DELE 3
         S: +OK Marked deleted
         C: QUIT
         S: +OK Bye
         S: EOF",
    )
    .await;
    assert!(world.uids().await.is_empty());
}

#[tokio::test]
async fn many_are_removed_in_chunks() {
    let world = World::new().await;
    for _ in 0..1203 {
        world.deliver("", [THREE[0]]).await;
    }
    let mut peer = world.signed_in().await;
    let most: String = (1..=1203)
        .filter(|n| n % 3 != 0)
        .map(|n| format!("DELE {n}\r\n"))
        .collect();
    let (asked, count) = (most, 802);
    peer.send(asked).await;
    for _ in 0..count {
        peer.talk("S: +OK Marked deleted").await;
    }
    peer.talk("C: STAT\nS: +OK 401 3208\nC: QUIT\nS: +OK Bye\nS: EOF")
        .await;
    let left: Vec<u32> = (1..=1203).filter(|n| n % 3 == 0).collect();
    assert_eq!(world.uids().await, left);
}

/// RFC 1939 §6: QUIT tells where messages could not be removed.
#[tokio::test]
async fn quit_tells_of_failure() {
    let world = World::with(&THREE).await;
    let mut peer = world.signed_in().await;
    peer.talk("C: DELE 1\nS: +OK Marked deleted").await;
    let store = world.store.clone();
    tokio::task::spawn_blocking(move || store.close())
        .await
        .unwrap();
    peer.talk(
        "C: RETR 2
         S: -ERR [SYS/TEMP] The mail store failed, try again later
         C: QUIT
         S: -ERR [SYS/TEMP] Some deleted messages were not removed
         S: EOF",
    )
    .await;
}
