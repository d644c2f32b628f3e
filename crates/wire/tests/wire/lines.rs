//! Reading octets and lines.

use crate::support::{LONG, SHORT};
use congvu_wire::{Conn, Ending, WireError};
use std::time::Duration;
use tokio::io::{AsyncWriteExt, DuplexStream, duplex};

fn pair() -> (Conn, DuplexStream) {
    let (ours, theirs) = duplex(64 * 1024);
    let peer = ([192, 0, 2, 1], 4711).into();
    (Conn::from_duplex(ours, peer), theirs)
}

/// Sends `sent` in pieces of `piece` octets and tells what lines come out of it.
async fn check(sent: &[u8], piece: usize, lines: &[(&[u8], Ending)]) {
    let (mut conn, mut peer) = pair();
    let sent = sent.to_vec();
    let sender = tokio::spawn(async move {
        for piece in sent.chunks(piece) {
            peer.write_all(piece).await.expect("taken");
            tokio::task::yield_now().await;
        }
    });
    for (bytes, ending) in lines {
        let line = conn.read_line(100, LONG).await.expect("a line");
        assert_eq!((line.bytes.as_slice(), line.ending), (*bytes, *ending));
    }
    assert!(matches!(
        conn.read_line(100, LONG).await,
        Err(WireError::Closed)
    ));
    sender.await.expect("sender ends");
}

#[tokio::test]
async fn lines_in_odd_pieces() {
    use Ending::{CrLf, Lf};
    let sent = b"EHLO a\r\n\r\n\nbare\rCR\r\r\nlone\nx\r\nunfinished";
    let lines: &[(&[u8], Ending)] = &[
        (b"EHLO a", CrLf),
        (b"", CrLf),
        (b"", Lf),
        (b"bare\rCR\r", CrLf),
        (b"lone", Lf),
        (b"x", CrLf),
    ];
    for piece in [1, 2, 3, 5, 7, 1000] {
        check(sent, piece, lines).await;
    }
}

#[tokio::test]
async fn a_line_may_be_as_long_as_allowed() {
    let (mut conn, mut peer) = pair();
    peer.write_all(b"12345678\r\n123456789\r\nnext\r\n")
        .await
        .expect("taken");
    assert_eq!(
        conn.read_line(10, LONG).await.expect("10 octets").bytes,
        b"12345678"
    );
    assert!(matches!(
        conn.read_line(10, LONG).await,
        Err(WireError::TooLong)
    ));
    conn.discard_line(LONG).await.expect("skipped");
    assert_eq!(conn.read_line(10, LONG).await.expect("next").bytes, b"next");
}

#[tokio::test]
async fn a_huge_line_is_skipped_in_little_memory() {
    let (mut conn, mut peer) = pair();
    let sender = tokio::spawn(async move {
        for _ in 0..1000 {
            peer.write_all(&[b'x'; 1000]).await.expect("taken");
        }
        peer.write_all(b"\nafter\r\n").await.expect("taken");
        peer
    });
    assert!(matches!(
        conn.read_line(2000, LONG).await,
        Err(WireError::TooLong)
    ));
    assert_eq!(conn.buffered().len(), 2000);
    conn.discard_line(LONG).await.expect("skipped");
    assert!(conn.buffered().len() <= 64 * 1024);
    assert_eq!(
        conn.read_line(2000, LONG).await.expect("after").bytes,
        b"after"
    );
    sender.await.expect("sender ends");
}

#[tokio::test]
async fn fill_never_passes_its_bound() {
    let (mut conn, mut peer) = pair();
    peer.write_all(b"0123456789").await.expect("taken");
    assert_eq!(conn.fill(4, LONG).await.expect("some"), 4);
    assert_eq!(conn.buffered(), b"0123");
    assert!(matches!(conn.fill(4, LONG).await, Err(WireError::TooLong)));
    conn.consume(3);
    assert_eq!(conn.fill(4, LONG).await.expect("more"), 3);
    assert_eq!(conn.buffered(), b"3456");
    conn.consume(1000);
    assert_eq!(conn.buffered(), b"");
}

#[tokio::test]
async fn silence_times_out() {
    let (mut conn, mut peer) = pair();
    assert!(matches!(
        conn.fill(10, SHORT).await,
        Err(WireError::TimedOut)
    ));
    assert!(matches!(
        conn.readable(Some(SHORT)).await,
        Err(WireError::TimedOut)
    ));
    assert!(matches!(
        conn.discard_line(SHORT).await,
        Err(WireError::TimedOut)
    ));
    // What came of a line stays for the next try.
    peer.write_all(b"NO").await.expect("taken");
    assert!(matches!(
        conn.read_line(10, SHORT).await,
        Err(WireError::TimedOut)
    ));
    peer.write_all(b"OP\r\n").await.expect("taken");
    assert_eq!(
        conn.read_line(10, SHORT).await.expect("whole").bytes,
        b"NOOP"
    );
}

#[tokio::test]
async fn a_slow_sender_cannot_stretch_a_line() {
    let (mut conn, mut peer) = pair();
    let sender = tokio::spawn(async move {
        while peer.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    assert!(matches!(
        conn.read_line(10_000, SHORT).await,
        Err(WireError::TimedOut)
    ));
    drop(conn);
    sender.await.expect("sender ends");
}

#[tokio::test]
async fn readable_loses_nothing_when_dropped() {
    let (mut conn, mut peer) = pair();
    for _ in 0..3 {
        tokio::select! {
            result = conn.readable(None) => panic!("nothing came: {result:?}"),
            () = tokio::time::sleep(Duration::from_millis(5)) => {}
        }
    }
    peer.write_all(b"DONE\r\n").await.expect("taken");
    conn.readable(None).await.expect("now");
    conn.readable(Some(Duration::ZERO)).await.expect("still");
    conn.shrink();
    assert_eq!(conn.read_line(10, LONG).await.expect("DONE").bytes, b"DONE");
    conn.shrink();
    drop(peer);
    assert!(matches!(conn.readable(None).await, Err(WireError::Closed)));
}
