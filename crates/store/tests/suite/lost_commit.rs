//! A connection that is lost in COMMIT: whether the commit took place is found out.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use congvu_store::{StoreError, organisation};

use super::harness::Ground;

on_postgres!(
    a_commit_whose_answer_was_lost_is_a_success,
    a_commit_that_never_arrived_is_a_failure,
);

const OPEN: u8 = 0;
/// Pass the next COMMIT on, then cut the line before the answer.
const LOSE_ANSWER: u8 = 1;
/// Cut the line before the next COMMIT.
const LOSE_COMMIT: u8 = 2;

/// A line to the server that can be cut at the worst moment.
fn line(server: (String, u16), mode: &Arc<AtomicU8>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let mode = Arc::clone(mode);
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let (client, server) = (client.unwrap(), TcpStream::connect(&server).unwrap());
            let back = (server.try_clone().unwrap(), client.try_clone().unwrap());
            let mode = Arc::clone(&mode);
            std::thread::spawn(move || forward(client, server, &mode));
            std::thread::spawn(move || forward(back.0, back.1, &AtomicU8::new(OPEN)));
        }
    });
    address
}

fn forward(mut from: TcpStream, mut to: TcpStream, mode: &AtomicU8) {
    let mut buffer = [0; 8192];
    while let Ok(read) = from.read(&mut buffer) {
        let bytes = &buffer[..read];
        // A simple query: 'Q', the length, the text, a zero.
        let commit = bytes.windows(7).any(|part| part == b"COMMIT\0");
        let cut = if commit {
            mode.swap(OPEN, Ordering::SeqCst)
        } else {
            OPEN
        };
        if cut == LOSE_ANSWER {
            // The answer has no way back any more.
            from.shutdown(Shutdown::Both).unwrap();
        }
        if read == 0 || cut == LOSE_COMMIT || to.write_all(bytes).is_err() || cut != OPEN {
            std::thread::sleep(Duration::from_millis(50));
            break;
        }
    }
    // Either may be closed already.
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}

async fn write_through(ground: &Ground, cut: u8) -> Result<(), StoreError> {
    let mode = Arc::new(AtomicU8::new(OPEN));
    let address = line(ground.server().unwrap(), &mode);
    let store = ground.open_through(address).await;
    let before = organisation::domains;
    assert_eq!(store.read(before).await.unwrap(), [""; 0]);
    mode.store(cut, Ordering::SeqCst);
    let outcome = store
        .write(|tx| organisation::create_domain(tx, "x.gov.vn"))
        .await;
    // The next write finds a connection again.
    store
        .write(|tx| organisation::create_domain(tx, "y.gov.vn"))
        .await
        .unwrap();
    store.close();
    outcome.map(drop)
}

async fn a_commit_whose_answer_was_lost_is_a_success(ground: &Ground) {
    write_through(ground, LOSE_ANSWER).await.unwrap();
    let names = ground.read(organisation::domains).await.unwrap();
    assert_eq!(names, ["x.gov.vn", "y.gov.vn"]);
}

async fn a_commit_that_never_arrived_is_a_failure(ground: &Ground) {
    let error = write_through(ground, LOSE_COMMIT).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error}");
    let names = ground.read(organisation::domains).await.unwrap();
    assert_eq!(names, ["y.gov.vn"]);
}
