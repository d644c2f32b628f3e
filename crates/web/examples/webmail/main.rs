//! How long pages of the webmail take in a mailbox with a folder of 100,000 messages: lists, a message, searches, signing in; asked
//! for through the router, packed as browsers want them. `cargo xtask bench webmail` runs it on both engines and keeps the figures.
//!
//! `cargo run --release -p congvu-web --example webmail -- FOLDER|postgres://… [messages] [times]`
//!
//! Standard output: a JSON object a figure, as `{"row": …, "value": …}` with milliseconds, or a number where the row is one.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a measurement for people"
)]

#[expect(dead_code, reason = "the tests of the pages stand on more of it")]
#[path = "../../tests/mail/ground.rs"]
mod ground;
mod letters;
#[path = "../governance/names.rs"]
mod names;
mod pages;

use std::path::PathBuf;
use std::time::Instant;

use congvu_store::{BlobPlace, Clock, Engine, Store, StoreConfig};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let place = arguments.next().unwrap();
    let mut number = |default: usize| -> usize {
        arguments
            .next()
            .map_or(default, |text| text.parse().unwrap())
    };
    let (messages, times) = (number(100_000), number(200));
    let is_postgres = place.starts_with("postgres://");
    let folder = match is_postgres {
        true => std::env::temp_dir().join(format!("congvu-bench-{}", std::process::id())),
        false => PathBuf::from(&place),
    };
    let store = Store::open(&StoreConfig {
        engine: match is_postgres {
            true => Engine::Postgres {
                url: place,
                writers: 4,
            },
            false => Engine::Sqlite {
                path: folder.join("congvu.db"),
            },
        },
        readers: 4,
        blobs: BlobPlace::Folder(folder.join("blobs")),
        inline_max: 16 << 10,
        server: true,
        clock: Clock::default(),
        undelete: std::time::Duration::ZERO,
    })
    .unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let began = Instant::now();
        let world = ground::World::new(&store).await;
        let filled = letters::fill(&world, messages).await;
        told("build", began.elapsed().as_secs_f64() * 1e3);
        told("messages", messages as f64);
        pages::measure(&world, &filled, times).await;
    });
    store.close();
    drop(std::fs::remove_dir_all(&folder));
}

/// A figure for who runs this.
fn told(row: &str, value: f64) {
    println!("{{\"row\": \"{row}\", \"value\": {value:.3}}}");
}

/// The median and the hundredth that took longest.
fn told_times(row: &str, mut times: Vec<f64>) {
    times.sort_by(f64::total_cmp);
    let at = |part: usize| times[(times.len() * part / 100).min(times.len() - 1)];
    told(row, at(50));
    told(&format!("{row}-p99"), at(99));
}
