//! Sending.

use crate::support::{LONG, SHORT, rest};
use congvu_wire::{Conn, WireError};
use tokio::io::duplex;

#[tokio::test]
async fn nothing_is_sent_before_a_flush() {
    let (ours, mut theirs) = duplex(1024);
    let mut conn = Conn::from_duplex(ours, ([192, 0, 2, 1], 1).into());
    conn.put(b"* OK ");
    conn.out().extend_from_slice(b"ready\r\n");
    conn.flush_if_over(100, LONG).await.expect("nothing to do");
    assert_eq!(conn.out(), b"* OK ready\r\n");
    conn.flush_if_over(5, LONG).await.expect("sent");
    assert_eq!(conn.out(), b"");
    conn.put(b"* BYE\r\n");
    conn.close().await;
    assert_eq!(rest(&mut theirs).await, "* OK ready\r\n* BYE\r\n");
}

#[tokio::test]
async fn a_slow_reader_times_out_and_loses_nothing() {
    let (ours, mut theirs) = duplex(10);
    let mut conn = Conn::from_duplex(ours, ([192, 0, 2, 1], 1).into());
    conn.put(b"0123456789abcdef");
    assert!(matches!(conn.flush(SHORT).await, Err(WireError::TimedOut)));
    assert_eq!(conn.out(), b"abcdef");
    conn.put(b"!");
    let reader = tokio::spawn(async move { rest(&mut theirs).await });
    conn.flush(LONG).await.expect("the rest");
    conn.close().await;
    assert_eq!(reader.await.expect("reader ends"), "0123456789abcdef!");
}

#[tokio::test]
async fn a_peer_that_is_gone() {
    let (ours, theirs) = duplex(10);
    let mut conn = Conn::from_duplex(ours, ([192, 0, 2, 1], 1).into());
    drop(theirs);
    conn.put(b"hello");
    assert!(matches!(conn.flush(LONG).await, Err(WireError::Closed)));
}

#[test]
fn a_connection_can_be_shared_between_threads() {
    fn check<T: Send + Sync>() {}
    check::<Conn>();
}

/// An idle connection must cost little: a task holds its `Conn` more than once.
#[test]
fn a_connection_is_small() {
    assert!(size_of::<Conn>() <= 320, "{}", size_of::<Conn>());
}
