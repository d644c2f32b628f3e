//! Compression below the buffers.

#![allow(clippy::unwrap_used, reason = "a test's failure is its message")]

use crate::support::LONG;
use bytes::BytesMut;
use congvu_wire::{Conn, WireError};
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

struct Peer {
    stream: DuplexStream,
    deflate: Compress,
    inflate: Decompress,
}

impl Peer {
    fn squeeze(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(bytes.len() + 1024);
        self.deflate
            .compress_vec(bytes, &mut out, FlushCompress::Sync)
            .unwrap();
        out
    }

    async fn send(&mut self, bytes: &[u8]) {
        let squeezed = self.squeeze(bytes);
        self.stream.write_all(&squeezed).await.unwrap();
    }

    /// Exactly these bytes come, and how many that took on the wire.
    async fn expect(&mut self, expected: &[u8]) -> usize {
        let mut got = Vec::with_capacity(expected.len() + 4096);
        let mut taken = 0;
        while got.len() < expected.len() {
            let mut raw = BytesMut::new();
            taken += self.stream.read_buf(&mut raw).await.unwrap();
            assert!(!raw.is_empty(), "the end after {}", got.len());
            self.inflate
                .decompress_vec(&raw, &mut got, FlushDecompress::Sync)
                .unwrap();
        }
        assert!(got == expected);
        taken
    }
}

async fn pair() -> (Conn, Peer) {
    let (ours, theirs) = duplex(16 << 20);
    let mut conn = Conn::from_duplex(ours, SocketAddr::from(([127, 0, 0, 1], 1)));
    conn.put(b"OK\r\n");
    assert!(!conn.is_deflated());
    conn.start_deflate(LONG).await.unwrap();
    assert!(conn.is_deflated() && !conn.can_start_tls());
    let mut peer = Peer {
        stream: theirs,
        deflate: Compress::new(Compression::default(), false),
        inflate: Decompress::new(false),
    };
    // What was put before went as it was.
    let mut plain = [0; 4];
    peer.stream.read_exact(&mut plain).await.unwrap();
    assert_eq!(&plain, b"OK\r\n");
    (conn, peer)
}

async fn line(conn: &mut Conn) -> Vec<u8> {
    conn.read_line(1 << 20, LONG).await.unwrap().bytes
}

#[tokio::test]
async fn each_flush_can_be_read_at_once() {
    let (mut conn, mut peer) = pair().await;
    for n in 0..50 {
        let text = format!("line {n}\r\n");
        peer.send(text.as_bytes()).await;
        assert_eq!(line(&mut conn).await, format!("line {n}").as_bytes());
        conn.put(text.as_bytes());
        conn.flush(LONG).await.unwrap();
        peer.expect(text.as_bytes()).await;
    }
    let large = b"0123456789 the same again\r\n".repeat(40_000);
    conn.put(&large);
    conn.flush(LONG).await.unwrap();
    let taken = peer.expect(&large).await;
    assert!(taken * 20 < large.len(), "{taken} of {}", large.len());
    conn.close().await;
    let mut rest = Vec::new();
    peer.stream.read_to_end(&mut rest).await.unwrap();
}

#[tokio::test]
async fn a_rest_is_not_heard() {
    let (mut conn, mut peer) = pair().await;
    for n in 0..5 {
        let text = format!("* {n} EXISTS\r\n");
        conn.put(text.as_bytes());
        // Something waits: nothing is given back.
        conn.shrink();
        conn.flush(LONG).await.unwrap();
        conn.shrink();
        peer.expect(text.as_bytes()).await;
        peer.send(b"a NOOP\r\n").await;
        assert_eq!(line(&mut conn).await, b"a NOOP");
    }
}

#[tokio::test]
async fn bounds_are_of_what_was_inflated() {
    let (mut conn, mut peer) = pair().await;
    peer.send(&vec![b'a'; 10 << 20]).await;
    let mut last = 0;
    let error = loop {
        match conn.fill(100_000, LONG).await {
            Ok(_) => last = conn.buffered().len(),
            Err(error) => break error,
        }
        assert!(last <= 100_000);
    };
    assert!(matches!(error, WireError::TooLong), "{error}");
    assert_eq!(last, 100_000);
    // It comes all, if somebody takes it.
    let mut all = 0;
    while all < 10 << 20 {
        let here = conn.buffered().len();
        conn.consume(here);
        all += here;
        if all < 10 << 20 {
            conn.fill(100_000, LONG).await.unwrap();
        }
    }
    assert_eq!(all, 10 << 20);
}

#[tokio::test]
async fn noise_is_an_error() {
    let (mut conn, mut peer) = pair().await;
    peer.stream.write_all(&[0xff; 20]).await.unwrap();
    let error = conn.fill(100, LONG).await.unwrap_err();
    assert!(matches!(error, WireError::Io(_)), "{error}");
}

/// What was sent behind the end of the compression is plain, wherever the network cuts it.
#[tokio::test]
async fn the_end_is_where_the_peer_put_it() {
    let plain = b"b LOGIN\r\n";
    let length = {
        let (_conn, mut peer) = pair().await;
        peer.squeeze(b"a END\r\n").len() + plain.len()
    };
    for cut in 0..=length {
        let (mut conn, mut peer) = pair().await;
        let mut sent = peer.squeeze(b"a END\r\n");
        sent.extend_from_slice(plain);
        let (first, second) = sent.split_at(cut);
        peer.stream.write_all(first).await.unwrap();
        // What the first piece gives is looked at before the second comes.
        while conn.fill(1000, Duration::ZERO).await.is_ok() && conn.buffered().len() < 7 {}
        peer.stream.write_all(second).await.unwrap();
        assert_eq!(line(&mut conn).await, b"a END", "cut at {cut}");
        conn.put(b"a OK\r\n");
        conn.stop_deflate(LONG).await.unwrap();
        assert!(!conn.is_deflated());
        peer.expect(b"a OK\r\n").await;
        assert_eq!(line(&mut conn).await, b"b LOGIN", "cut at {cut}");
        conn.put(b"b OK\r\n");
        conn.flush(LONG).await.unwrap();
        let mut got = [0; 6];
        peer.stream.read_exact(&mut got).await.unwrap();
        assert_eq!(&got, b"b OK\r\n", "cut at {cut}");
    }
}
