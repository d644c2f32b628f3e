//! The graceful stop.

use crate::support::{LONG, SHORT, Server, Settings, certificates, line, rest, until};
use congvu_wire::{Conn, Shutdown};
use std::time::{Duration, Instant};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

/// Waits for input or the stop; at the stop it takes its time to say goodbye.
async fn patient(mut conn: Conn, shutdown: Shutdown) {
    conn.put(b"HELLO\r\n");
    let _ = conn.flush(LONG).await;
    tokio::select! {
        _ = conn.readable(None) => {}
        () = shutdown.stopping() => {
            tokio::time::sleep(SHORT).await;
            conn.put(b"BYE\r\n");
        }
    }
    conn.close().await;
}

#[tokio::test]
async fn handlers_may_say_goodbye() {
    let server = Server::start(Settings::default(), patient);
    let mut peer = server.connect().await;
    assert_eq!(line(&mut peer).await, "HELLO\r\n");
    let addr = server.addr;
    let begun = Instant::now();
    let stopped = tokio::spawn(server.stop());
    assert_eq!(rest(&mut peer).await, "BYE\r\n");
    drop(peer);
    stopped.await.expect("stops");
    assert!(begun.elapsed() >= SHORT);
    assert!(begun.elapsed() < LONG);
    assert!(TcpStream::connect(addr).await.is_err());
}

#[tokio::test]
async fn grace_has_an_end() {
    let settings = Settings {
        grace: SHORT,
        ..Settings::default()
    };
    let server = Server::start(settings, |conn: Conn, _| async move {
        let _held = conn;
        std::future::pending::<()>().await;
    });
    let mut peer = server.connect().await;
    until(|| server.limits.open() == 1).await;
    let limits = server.limits.clone();
    let begun = Instant::now();
    server.stop().await;
    assert!(begun.elapsed() >= SHORT);
    assert!(begun.elapsed() < Duration::from_secs(5));
    assert_eq!(limits.open(), 0);
    let _ = peer.read_u8().await.expect_err("the connection is gone");
}

#[tokio::test]
async fn a_handshake_does_not_hold_up_the_stop() {
    let (_, tls) = certificates();
    let settings = Settings {
        tls: Some(tls),
        implicit_tls: true,
        ..Settings::default()
    };
    let server = Server::start(settings, patient);
    let _silent = server.connect().await;
    until(|| server.limits.open() == 1).await;
    let begun = Instant::now();
    server.stop().await;
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn stopping_twice_and_before_the_start() {
    let server = Server::start(Settings::default(), patient);
    server.stopper.stop();
    server.stop().await;
}
