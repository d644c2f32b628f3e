//! How many 4 kB messages a second the store takes: blob, message, entry and mail log in one
//! synced transaction each, from tasks that deliver at once.
//!
//! `cargo run --release -p congvu-store --example deliver -- [folder] [tasks] [seconds]`
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement for people"
)]

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use congvu_store::entry::{self, NewEntry};
use congvu_store::mail_log::{self, Line};
use congvu_store::mailbox::{self, NewMailbox};
use congvu_store::message::{self, NewMessage};
use congvu_store::organisation::{self, NewOrganisation};
use congvu_store::{
    BlobPlace, Engine, FolderId, Store, StoreConfig, StoreResult, folder, now_ms, random,
};

const MAILBOXES: usize = 500;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().unwrap_or_else(|| "target/deliver".into()))
        .join(format!("{:08x}", u32::from_ne_bytes(random::<4>())));
    let mut number = |default: u64| {
        arguments
            .next()
            .map_or(default, |text| text.parse().unwrap())
    };
    let (tasks, seconds) = (number(20), number(10));
    let store = Store::open(&StoreConfig {
        engine: Engine::Sqlite {
            path: folder.join("congvu.db"),
        },
        readers: 2,
        blobs: BlobPlace::Folder(folder.join("objects")),
        inline_max: 16 << 10,
        server: true,
        clock: congvu_store::Clock::default(),
        undelete: std::time::Duration::ZERO,
    })
    .unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(measure(&store, tasks, Duration::from_secs(seconds)));
    store.close();
    std::fs::remove_dir_all(&folder).unwrap();
}

async fn measure(store: &Store, tasks: u64, time: Duration) {
    let inboxes = Arc::new(furnish(store).await);
    let delivered = Arc::new(AtomicU64::new(0));
    let start = Instant::now();
    let running: Vec<_> = (0..tasks)
        .map(|_| {
            let (store, inboxes) = (store.clone(), Arc::clone(&inboxes));
            let delivered = Arc::clone(&delivered);
            tokio::spawn(async move {
                while start.elapsed() < time {
                    let n = delivered.fetch_add(1, Ordering::Relaxed);
                    deliver(&store, inboxes[n as usize % MAILBOXES], n).await;
                }
            })
        })
        .collect();
    for task in running {
        task.await.unwrap();
    }
    let count = delivered.load(Ordering::Relaxed);
    let rate = count as f64 / start.elapsed().as_secs_f64();
    println!("{count} deliveries, {rate:.0} a second with {tasks} at once");
}

async fn furnish(store: &Store) -> Vec<FolderId> {
    let furnish = |tx: &mut congvu_store::Tx<'_>| -> StoreResult<Vec<FolderId>> {
        let organisation = organisation::create(
            tx,
            &NewOrganisation {
                parent: None,
                kind: "province",
                name: "x",
                short_name: "x",
                profile: None,
            },
        )?;
        let domain = organisation::create_domain(tx, "x.gov.vn")?;
        (0..MAILBOXES)
            .map(|n| {
                let id = mailbox::create(
                    tx,
                    &NewMailbox {
                        kind: "unit",
                        organisation,
                        account: None,
                        person: None,
                        name: "x",
                        quota: 1 << 40,
                        local_part: &format!("cb{n}"),
                        domain,
                    },
                )?;
                Ok(folder::find(tx, id, "INBOX")?.unwrap().id)
            })
            .collect()
    };
    store.write(furnish).await.unwrap()
}

/// 4 kB that shrink to about 3 kB, as mail does, and that no other message has.
fn text(n: u64) -> Vec<u8> {
    use std::fmt::Write as _;
    let mut text = format!("Subject: {n}\r\n\r\n");
    let mut state = n.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    while text.len() < 4096 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        write!(text, "Kính gửi {state:016x} ").unwrap();
    }
    text.into_bytes()
}

async fn deliver(store: &Store, folder: FolderId, n: u64) {
    let staged = store.blobs().stage(&text(n)).await.unwrap();
    let facts = NewMessage {
        header_len: 16,
        sent_at: Some(now_ms()),
        message_id: Some(format!("<{n}@x.gov.vn>")),
        subject: format!("Giấy mời số {n}"),
        preview: "Kính mời".into(),
        references: String::new(),
        envelope: vec![b'e'; 250],
        structure: vec![b's'; 80],
        marks: None,
    };
    let trace = format!("{n:016x}");
    store
        .write(move |tx| {
            let stored = message::put(tx, &staged, &facts)?;
            let at = now_ms();
            entry::append(
                tx,
                &NewEntry {
                    folder,
                    message: stored.id,
                    message_size: stored.size,
                    flags: 0,
                    internal_at: at,
                    prefix: &[b'p'; 200],
                },
            )?;
            mail_log::add(
                tx,
                &Line {
                    at,
                    direction: "in",
                    trace: &trace,
                    sender: "someone@example.com",
                    recipient: "cb@x.gov.vn",
                    client_ip: "192.0.2.1",
                    size: stored.size,
                    code: 250,
                    result: "accepted",
                    account: None,
                },
            )
        })
        .await
        .unwrap();
}
