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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn a_hundred_thousand_messages() {
    let mut world = World::new().await;
    world.config.idle_timeout = std::time::Duration::from_secs(600);
    let mut client = world.client().await;
    for n in 0..100 {
        let date = format!("\"{:02}-Oct-2026 10:00:00 +0700\" ", n % 28 + 1);
        let flags = if n == 7 { "(\\Answered) " } else { "(\\Seen) " };
        client
            .append(
                "INBOX",
                &format!("{flags}{date}"),
                &message(&format!("m{n}")),
            )
            .await;
    }
    client.ok("SELECT INBOX").await;
    for _ in 0..9 {
        client.ok("UID COPY 1:100 INBOX").await;
    }
    let start = Instant::now();
    for _ in 0..9 {
        client.ok("UID COPY 1:1000 INBOX").await;
    }
    for _ in 0..9 {
        client.ok("UID COPY 1:10000 INBOX").await;
    }
    let each = start.elapsed().as_secs_f64() * 1000.0;
    println!("{each:8.2} ms  99,000 copies in 18 commands");
    client
        .append("INBOX", "(\\Deleted) ", &message("last"))
        .await;
    client.ok("UID STORE 5 -FLAGS.SILENT (\\Seen)").await;
    for command in [
        "SELECT INBOX",
        "UID SEARCH RETURN (COUNT) ALL",
        "UID SEARCH RETURN (COUNT) SEEN",
        "UID SEARCH RETURN (COUNT) UNSEEN",
        "UID SEARCH RETURN (COUNT) ANSWERED",
        "UID SEARCH RETURN (COUNT) UNANSWERED",
        "UID SEARCH RETURN (COUNT) DELETED",
        "UID SEARCH RETURN (COUNT) UNDELETED",
        "UID SEARCH RETURN (COUNT) DRAFT",
        "UID SEARCH RETURN (COUNT) UNDELETED UNDRAFT SEEN",
        "UID SEARCH RETURN (COUNT) SINCE 1-Nov-2026",
        "UID SEARCH RETURN (COUNT) SINCE 28-Oct-2026",
        "UID SEARCH RETURN (COUNT) SINCE 2-Oct-2026",
        "UID SEARCH RETURN (COUNT) BEFORE 1-Nov-2026",
        "UID SEARCH RETURN (COUNT) ON 9-Oct-2026",
        "UID SEARCH RETURN (COUNT) SINCE 9-Oct-2026 UNSEEN",
        "UID SEARCH RETURN (COUNT) DELETED SUBJECT last",
        "UID SEARCH RETURN (COUNT) OR DELETED DRAFT",
        "UID SEARCH RETURN (COUNT) KEYWORD $None",
        "UID SEARCH RETURN (COUNT) LARGER 100000",
        "STATUS INBOX (MESSAGES UNSEEN RECENT DELETED)",
    ] {
        let mut best = f64::MAX;
        for _ in 0..3 {
            let start = Instant::now();
            client.ok(command).await;
            best = best.min(start.elapsed().as_secs_f64() * 1000.0);
        }
        println!("{best:8.2} ms  {command}");
    }
    for command in [
        "COPY 1:* Archive",
        "STORE 1:* +FLAGS.SILENT (\\Flagged)",
        "STORE 1:* +FLAGS.SILENT (\\Deleted)",
        "EXPUNGE",
    ] {
        let store = world.store.clone();
        let (stop, mut stopped) = tokio::sync::oneshot::channel::<()>();
        let waits = tokio::spawn(async move {
            let mut longest = 0.0_f64;
            while stopped.try_recv().is_err() {
                let start = Instant::now();
                let write = store.write(|_| Ok::<_, congvu_store::StoreError>(()));
                write.await.unwrap();
                longest = longest.max(start.elapsed().as_secs_f64() * 1000.0);
                tokio::time::sleep(std::time::Duration::from_millis(2)).await;
            }
            longest
        });
        let start = Instant::now();
        client.ok(command).await;
        let took = start.elapsed().as_secs_f64() * 1000.0;
        stop.send(()).unwrap();
        let longest = waits.await.unwrap();
        println!("{took:8.2} ms  {command}; another write waited at most {longest:.0} ms");
    }
}
