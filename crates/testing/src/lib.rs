//! For tests: a store of a case's own, on either engine. After each case the store is verified.

#![allow(clippy::unwrap_used)]

use congvu_store::{BlobPlace, Clock, Engine, Store, StoreConfig, random};

/// `both!(case)`: an `async fn case(ground: &Ground)` as `sqlite::case` and `postgres::case`.
#[macro_export]
macro_rules! both {
    ($($case:ident),* $(,)?) => {
        mod sqlite {
            $(#[test] fn $case() { $crate::sqlite(super::$case); })*
        }
        mod postgres {
            $(#[test] fn $case() { $crate::postgres(super::$case); })*
        }
    };
}

/// As [`both!`], on a clock that the case drives: it stands at the given time (ms) until it is set.
#[macro_export]
macro_rules! driven {
    ($at:expr; $($case:ident),* $(,)?) => {
        mod sqlite {
            $(#[test] fn $case() { $crate::sqlite_at($at, super::$case); })*
        }
        mod postgres {
            $(#[test] fn $case() { $crate::postgres_at($at, super::$case); })*
        }
    };
}

/// What a case stands on.
pub struct Ground {
    /// The store.
    pub store: Store,
    /// What tells its time.
    pub clock: Clock,
    config: StoreConfig,
}

impl Ground {
    /// Another node on PostgreSQL; SQLite has one server.
    pub async fn node(&self) -> Store {
        if matches!(self.config.engine, Engine::Sqlite { .. }) {
            return self.store.clone();
        }
        let config = self.config.clone();
        tokio::task::spawn_blocking(move || Store::open(&config).unwrap())
            .await
            .unwrap()
    }
}

fn run(engine: Engine, clock: Clock, folder: &std::path::Path, case: impl AsyncFnOnce(&Ground)) {
    let config = StoreConfig {
        engine,
        readers: 2,
        blobs: BlobPlace::Folder(folder.join("blobs")),
        inline_max: 4096,
        server: true,
        clock: clock.clone(),
        undelete: std::time::Duration::from_secs(30 * 86_400),
    };
    let ground = Ground {
        store: Store::open(&config).unwrap(),
        clock,
        config,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        case(&ground).await;
        let report = congvu_store::verify::verify(&ground.store, |_| {})
            .await
            .unwrap();
        assert_eq!(report.findings, []);
    });
    ground.store.close();
}

/// Runs a case on SQLite.
pub fn sqlite(case: impl AsyncFnOnce(&Ground)) {
    on_sqlite(Clock::default(), case);
}

/// Runs a case on SQLite, on a clock that stands at `at` (ms) until it is set.
pub fn sqlite_at(at: i64, case: impl AsyncFnOnce(&Ground)) {
    on_sqlite(Clock::driven(at), case);
}

/// Runs a case on a PostgreSQL database of its own; without a server it fails, unless `CONGVU_TEST_SKIP_PG=1`.
pub fn postgres(case: impl AsyncFnOnce(&Ground)) {
    on_postgres(Clock::default(), case);
}

/// As [`postgres`], on a clock that stands at `at` (ms) until it is set.
pub fn postgres_at(at: i64, case: impl AsyncFnOnce(&Ground)) {
    on_postgres(Clock::driven(at), case);
}

fn on_sqlite(clock: Clock, case: impl AsyncFnOnce(&Ground)) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("congvu.db");
    run(Engine::Sqlite { path }, clock, folder.path(), case);
}

fn on_postgres(clock: Clock, case: impl AsyncFnOnce(&Ground)) {
    let Ok(admin) = std::env::var("CONGVU_TEST_PG") else {
        assert!(
            std::env::var("CONGVU_TEST_SKIP_PG").is_ok_and(|skip| skip == "1"),
            "PostgreSQL is missing: run through `cargo xtask test`, which starts PostgreSQL, or set CONGVU_TEST_PG"
        );
        return;
    };
    let name = format!("congvu_test_{:016x}", u64::from_ne_bytes(random::<8>()));
    let database = Database { admin, name };
    database.run(&format!(
        "CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0",
        database.name
    ));
    let mut url = url::Url::parse(&database.admin).unwrap();
    url.set_path(&database.name);
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::Postgres {
        url: url.into(),
        writers: 4,
    };
    run(engine, clock, folder.path(), case);
}

struct Database {
    admin: String,
    name: String,
}

impl Database {
    fn run(&self, sql: &str) {
        postgres::Client::connect(&self.admin, postgres::NoTls)
            .unwrap()
            .batch_execute(sql)
            .unwrap();
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.run(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
    }
}
