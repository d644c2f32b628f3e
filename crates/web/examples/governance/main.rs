//! How long governance takes over a province: the night's sweep, all monthly reports and their files, looking in the directory, pages of the
//! API. `cargo xtask bench governance` runs it on both engines and keeps the figures.
//!
//! `cargo run --release -p congvu-web --example governance -- FOLDER|postgres://… [mailboxes] [places] [queries]`
//!
//! Standard output: a JSON object a figure, as `{"row": …, "value": …}` with milliseconds, or a number where the row is one.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a measurement for people"
)]

mod look;
mod names;
mod night;
mod province;

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
    let (mailboxes, places, queries) = (number(20_000), number(300), number(200));
    let is_postgres = place.starts_with("postgres://");
    let folder = match is_postgres {
        true => std::env::temp_dir().join(format!("congvu-bench-{}", std::process::id())),
        false => PathBuf::from(&place),
    };
    let clock = Clock::driven(province::BEGIN);
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
        clock: clock.clone(),
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
        province::fill(&store, &clock, places, mailboxes).await;
        told("build", began.elapsed().as_secs_f64() * 1e3);
        clock.set(province::NIGHT);
        look::searches(&store, queries).await;
        look::pages(&store, queries).await;
        look::lists(&store, queries).await;
        night::sweeps(&store).await;
        night::reports(&store, &clock).await;
        night::files(&store).await;
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
