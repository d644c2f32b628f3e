//! Not a test: `cargo test --release -p congvu-imap --test imap -- --ignored --nocapture measure`.
#![allow(clippy::print_stdout)]

use std::time::Instant;

use crate::support::{World, message};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn ten_thousand_messages() {
    let world = World::new().await;
    let mut client = world.client().await;
    for n in 0..100 {
        client.append("INBOX", "", &message(&format!("m{n}"))).await;
    }
    client.ok("SELECT INBOX").await;
    for _ in 0..99 {
        client.ok("UID COPY 1:100 INBOX").await;
    }
    for command in [
        "SELECT INBOX",
        "FETCH 1:* FLAGS",
        "FETCH 1:* (UID FLAGS INTERNALDATE RFC822.SIZE)",
        "FETCH 1:* ENVELOPE",
        "FETCH 1:* BODYSTRUCTURE",
        "FETCH 1:* BODY.PEEK[HEADER.FIELDS (From To Subject Date Message-ID)]",
        "FETCH 1:* BODY.PEEK[]",
        "UID SEARCH RETURN (COUNT) ALL",
        "UID SEARCH RETURN (COUNT) UNSEEN",
        "UID SEARCH RETURN (COUNT) SUBJECT m7",
        "UID SEARCH RETURN (COUNT) FROM nguyen",
        "UID SEARCH RETURN (COUNT) BODY \"text of m7\"",
        "STORE 1:* +FLAGS.SILENT (\\Seen)",
        "STATUS INBOX (MESSAGES UNSEEN RECENT)",
        "FETCH 9999 (UID FLAGS)",
    ] {
        let mut best = f64::MAX;
        for _ in 0..3 {
            let start = Instant::now();
            client.ok(command).await;
            best = best.min(start.elapsed().as_secs_f64() * 1000.0);
        }
        println!("{best:8.2} ms  {command}");
    }
}
