//! Who is let in.

use crate::support::{BUSY, LONG, Server, Settings, certificates, line, rest, until};
use congvu_wire::{Conn, Limits, Shutdown};
use tokio::io::AsyncWriteExt;

/// Greets, waits for a line, ends.
async fn greet(mut conn: Conn, _: Shutdown) {
    conn.put(b"HELLO\r\n");
    if conn.flush(LONG).await.is_ok() {
        let _ = conn.read_line(100, LONG).await;
    }
    conn.close().await;
}

fn limited(connections: usize, per_address: usize, rate: u32, exempt: &[&str]) -> Settings {
    let exempt = exempt
        .iter()
        .map(|net| net.parse().expect("network"))
        .collect();
    let limits = Limits {
        connections,
        per_address,
        new_per_minute_per_address: rate,
        exempt,
    };
    Settings {
        limits,
        ..Settings::default()
    }
}

fn busy() -> String {
    String::from_utf8(BUSY.to_vec()).expect("ASCII")
}

#[tokio::test]
async fn addresses_are_known() {
    let server = Server::start(Settings::default(), |mut conn: Conn, _| async move {
        let text = format!("{} {} {:?}\r\n", conn.peer(), conn.local(), conn.tls());
        conn.put(text.as_bytes());
        conn.close().await;
    });
    let mut peer = server.connect().await;
    let expected = format!(
        "{} {} None\r\n",
        peer.local_addr().expect("bound"),
        server.addr
    );
    assert_eq!(rest(&mut peer).await, expected);
    server.stop().await;
}

/// Two get in, the third is told we are busy; when one leaves, there is a place again.
async fn check_two_places(settings: Settings) {
    let server = Server::start(settings, greet);
    let (mut one, mut two) = (server.connect().await, server.connect().await);
    assert_eq!(line(&mut one).await, "HELLO\r\n");
    assert_eq!(line(&mut two).await, "HELLO\r\n");
    let mut three = server.connect().await;
    assert_eq!(rest(&mut three).await, busy());
    assert_eq!(server.limits.open(), 2);
    one.write_all(b"QUIT\r\n").await.expect("taken");
    assert_eq!(rest(&mut one).await, "");
    drop(one);
    until(|| server.limits.open() == 1).await;
    let mut four = server.connect().await;
    assert_eq!(line(&mut four).await, "HELLO\r\n");
    drop((two, four));
    until(|| server.limits.open() == 0).await;
    server.stop().await;
}

#[tokio::test]
async fn connections_are_limited_in_all() {
    check_two_places(limited(2, 0, 0, &[])).await;
    check_two_places(limited(2, 1, 1, &["127.0.0.0/8"])).await;
}

#[tokio::test]
async fn connections_are_limited_per_address() {
    check_two_places(limited(100, 2, 0, &[])).await;
}

#[tokio::test]
async fn new_connections_are_limited_in_time() {
    let server = Server::start(limited(0, 0, 2, &[]), greet);
    for _ in 0..2 {
        assert_eq!(line(&mut server.connect().await).await, "HELLO\r\n");
    }
    assert_eq!(rest(&mut server.connect().await).await, busy());
    server.stop().await;
}

#[tokio::test]
async fn no_plain_word_where_tls_is_expected() {
    let (_, tls) = certificates();
    let settings = Settings {
        tls: Some(tls),
        implicit_tls: true,
        ..limited(1, 0, 0, &[])
    };
    let server = Server::start(settings, greet);
    let _one = server.connect().await;
    until(|| server.limits.open() == 1).await;
    assert_eq!(rest(&mut server.connect().await).await, "");
    server.stop().await;
}

#[tokio::test]
async fn a_panic_costs_one_connection() {
    let server = Server::start(Settings::default(), |mut conn: Conn, shutdown| async move {
        let line = conn.read_line(100, LONG).await.expect("a line");
        assert_ne!(line.bytes, b"PANIC");
        greet(conn, shutdown).await;
    });
    let mut bad = server.connect().await;
    bad.write_all(b"PANIC\r\n").await.expect("taken");
    assert_eq!(rest(&mut bad).await, "");
    let mut good = server.connect().await;
    good.write_all(b"hello\r\n").await.expect("taken");
    assert_eq!(line(&mut good).await, "HELLO\r\n");
    drop(good);
    until(|| server.limits.open() == 0).await;
    server.stop().await;
}

#[tokio::test]
async fn a_peer_that_talks_on_gets_the_last_words() {
    let server = Server::start(Settings::default(), |mut conn: Conn, _| async move {
        let _ = conn.read_line(100, LONG).await;
        conn.put(b"BYE\r\n");
        conn.close().await;
    });
    let mut peer = server.connect().await;
    let text = format!("QUIT\r\n{}", "more\r\n".repeat(5000));
    peer.write_all(text.as_bytes()).await.expect("taken");
    assert_eq!(rest(&mut peer).await, "BYE\r\n");
    server.stop().await;
}
