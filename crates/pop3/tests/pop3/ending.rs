//! Sessions that end other than by QUIT.

use std::time::Duration;

use congvu_store::{account, mailbox, removed};
use tokio::time::{Instant, timeout};

use crate::support::World;

const ONE: [&str; 1] = ["A: 1\r\n\r\n"];

/// A locked account's session ends within two seconds, and removes nothing.
#[tokio::test]
async fn a_locked_account() {
    let world = World::with(&ONE).await;
    let mut idle = world.signed_in().await;
    idle.talk("C: DELE 1\nS: +OK Marked deleted").await;
    let account = world.account;
    let locked = world
        .store
        .write(move |tx| account::set_disabled(tx, account, true));
    locked.await.unwrap();
    let ended = idle.talk("S: -ERR [AUTH] Session ended, sign in again\nS: EOF");
    timeout(Duration::from_secs(2), ended)
        .await
        .expect("ended at once");
    crate::lock::until_free(&world).await;
    assert_eq!(world.uids().await, [1]);
}

/// TQ.8.1, SL.8.1: a locked mailbox is opened by nobody, in either mode; who is in is out at once.
#[tokio::test]
async fn tq_8_1_sl_8_1_a_locked_mailbox() {
    for closed in [false, true] {
        let world = World::with(&ONE).await;
        let mut idle = world.signed_in().await;
        idle.talk("C: DELE 1\nS: +OK Marked deleted").await;
        let account = world.account;
        let locked = world.store.write(move |tx| {
            let mailbox = mailbox::of_account(tx, account)?.unwrap();
            mailbox::set_locked(tx, mailbox, closed)
        });
        locked.await.unwrap();
        let ended = idle.talk("S: -ERR [AUTH] Session ended, sign in again\nS: EOF");
        timeout(Duration::from_secs(2), ended)
            .await
            .expect("ended at once");
        crate::lock::until_free(&world).await;
        assert_eq!(world.uids().await, [1]);
    }
}

/// What DELE removed can be brought back for a while.
#[tokio::test]
async fn what_was_removed_is_kept() {
    let world = World::with(&ONE).await;
    let mut client = world.signed_in().await;
    client
        .talk("C: DELE 1\nS: +OK Marked deleted\nC: QUIT\nS: +OK Bye\nS: EOF")
        .await;
    crate::lock::until_free(&world).await;
    assert!(world.uids().await.is_empty());
    let account = world.account;
    let kept = world.store.read(move |tx| {
        let mailbox = mailbox::of_account(tx, account)?.unwrap();
        removed::page(tx, mailbox, None, 10)
    });
    assert_eq!(kept.await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_program_stops() {
    let world = World::with(&ONE).await;
    let mut greeted = world.connect().await;
    let mut open = world.signed_in().await;
    open.talk("C: DELE 1\nS: +OK Marked deleted").await;
    world.stopper.stop();
    let stopping = "S: -ERR [SYS/TEMP] Server is stopping\nS: EOF";
    greeted.talk(stopping).await;
    open.talk(stopping).await;
    crate::lock::until_free(&world).await;
    assert_eq!(world.uids().await, [1]);
}

/// RFC 1939 §3: the autologout says nothing and removes nothing. A command that does not come to
/// its end is none.
#[tokio::test]
async fn a_silent_peer() {
    let mut world = World::with(&ONE).await;
    world.config.idle_timeout = Duration::from_millis(300);
    let mut peer = world.signed_in().await;
    peer.talk("C: DELE 1\nS: +OK Marked deleted").await;
    let since = Instant::now();
    peer.send("QU").await;
    peer.talk("S: EOF").await;
    assert!(since.elapsed() >= Duration::from_millis(290));
    crate::lock::until_free(&world).await;
    assert_eq!(world.uids().await, [1]);
}

/// A peer that takes nothing is not waited for longer than the write time-out.
#[tokio::test]
async fn a_peer_that_reads_nothing() {
    let mut world = World::new().await;
    world.config.write_timeout = Duration::from_millis(300);
    let line = format!("{}\r\n", "x".repeat(998));
    let header = std::iter::once("A: 1\r\n\r\n");
    world
        .deliver("", header.chain(std::iter::repeat_n(line.as_str(), 2000)))
        .await;
    let mut peer = world.signed_in().await;
    peer.send("RETR 1\r\n").await;
    crate::lock::until_free(&world).await;
    let sent = peer.rest().await;
    assert!(
        !sent.ends_with(b"\r\n.\r\n"),
        "half is not passed for the whole"
    );
}

/// A session that ends while a message is sent breaks off, and what is pipelined behind is not
/// carried out.
#[tokio::test]
async fn a_locked_account_gets_no_further_octets() {
    let world = World::with(&ONE).await;
    let line = format!("{}\r\n", "x".repeat(998));
    let header = std::iter::once("A: 1\r\n\r\n");
    let body = std::iter::repeat_n(line.as_str(), 2000);
    world.deliver("", header.chain(body)).await;
    let mut peer = world.signed_in().await;
    peer.send("DELE 1\r\nRETR 2\r\nQUIT\r\n").await;
    peer.talk("S: +OK Marked deleted\nS: +OK *\nS: A: 1").await;
    let account = world.account;
    let locked = world
        .store
        .write(move |tx| account::set_disabled(tx, account, true));
    locked.await.unwrap();
    crate::lock::until_free(&world).await;
    let sent = peer.rest().await;
    assert!(sent.len() < 1 << 20 && !sent.ends_with(b"\r\n.\r\n"));
    assert_eq!(world.uids().await, [1, 2]);
}

/// Who does not sign in holds no place for long, however much is said.
#[tokio::test]
async fn a_peer_that_talks_and_does_not_sign_in() {
    let mut world = World::with(&ONE).await;
    world.config.sign_in_timeout = Duration::from_millis(300);
    let mut peer = world.connect().await;
    let mut signed_in = world.signed_in().await;
    for _ in 0..5 {
        peer.talk("C: AUTH PLAIN\nS: + \nC: *\nS: -ERR Authentication cancelled")
            .await;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    peer.talk("S: EOF").await;
    signed_in.talk("C: NOOP\nS: +OK Nothing done").await;
}
