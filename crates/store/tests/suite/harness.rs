//! A fresh store for each case, on either engine.

use std::path::{Path, PathBuf};
use std::time::Duration;

use congvu_store::{BlobPlace, Bucket, Engine, Store, StoreConfig, random};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// `both!(case)`: an `async fn case(ground: &Ground)` as `sqlite::case` and `postgres::case`.
macro_rules! both {
    ($($case:ident),* $(,)?) => {
        on_sqlite!($($case),*);
        on_postgres!($($case),*);
    };
}

/// As `both!`, on SQLite alone.
macro_rules! on_sqlite {
    ($($case:ident),* $(,)?) => {
        mod sqlite {
            $(#[test] fn $case() { crate::suite::harness::sqlite(super::$case); })*
        }
    };
}

/// As `both!`, on PostgreSQL alone.
macro_rules! on_postgres {
    ($($case:ident),* $(,)?) => {
        mod postgres {
            $(#[test] fn $case() { crate::suite::harness::postgres(super::$case); })*
        }
    };
}

/// SQLite with the large blobs on an S3 server.
macro_rules! on_s3 {
    ($($case:ident),* $(,)?) => {
        mod s3 {
            $(#[test] fn $case() { crate::suite::harness::s3(super::$case); })*
        }
    };
}

/// What a case stands on.
pub struct Ground {
    store: Store,
    config: StoreConfig,
    objects: PathBuf,
    folder: PathBuf,
}

impl std::ops::Deref for Ground {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

impl Ground {
    /// Opens the same database once more: another node, or a tool beside the server.
    pub async fn open(&self, server: bool) -> Store {
        self.try_open(server).await.unwrap()
    }

    pub async fn try_open(&self, server: bool) -> congvu_store::StoreResult<Store> {
        let config = StoreConfig {
            server,
            clock: congvu_store::Clock::default(),
            ..self.config.clone()
        };
        tokio::task::spawn_blocking(move || Store::open(&config))
            .await
            .unwrap()
    }

    /// Opens it as a server that keeps what people remove, on a clock that the case drives.
    pub async fn keeping(&self, clock: &congvu_store::Clock) -> Store {
        let config = StoreConfig {
            clock: clock.clone(),
            undelete: Duration::from_secs(30 * 86_400),
            ..self.config.clone()
        };
        tokio::task::spawn_blocking(move || Store::open(&config).unwrap())
            .await
            .unwrap()
    }

    /// Opens the PostgreSQL database through another address.
    pub async fn open_through(&self, host: std::net::SocketAddr) -> Store {
        let mut config = self.config.clone();
        if let Engine::Postgres { url, writers } = &mut config.engine {
            let mut parsed = url::Url::parse(url).unwrap();
            parsed.set_ip_host(host.ip()).unwrap();
            parsed.set_port(Some(host.port())).unwrap();
            *url = parsed.into();
            *writers = 1;
        }
        tokio::task::spawn_blocking(move || Store::open(&config).unwrap())
            .await
            .unwrap()
    }

    /// Opens it with the bucket behind a line that breaks after so many bytes of an answer.
    pub async fn open_behind_a_bad_line(&self, bytes: u64) -> Store {
        let mut config = self.config.clone();
        if let BlobPlace::S3(bucket) = &mut config.blobs {
            let server = bucket.endpoint.trim_start_matches("http://").to_owned();
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            bucket.endpoint = format!("http://{}", listener.local_addr().unwrap());
            tokio::spawn(async move {
                while let Ok((near, _)) = listener.accept().await {
                    let far = tokio::net::TcpStream::connect(&server).await.unwrap();
                    tokio::spawn(async move {
                        let (mut from_near, mut to_near) = near.into_split();
                        let (from_far, mut to_far) = far.into_split();
                        let asked = tokio::io::copy(&mut from_near, &mut to_far);
                        let mut answer = tokio::io::AsyncReadExt::take(from_far, bytes);
                        let answered = tokio::io::copy(&mut answer, &mut to_near);
                        tokio::select! { _ = asked => {}, _ = answered => {} }
                    });
                }
            });
        }
        tokio::task::spawn_blocking(move || Store::open(&config).unwrap())
            .await
            .unwrap()
    }

    pub fn postgres_url(&self) -> Option<String> {
        match &self.config.engine {
            Engine::Postgres { url, .. } => Some(url.clone()),
            Engine::Sqlite { .. } => None,
        }
    }

    /// Where the PostgreSQL server listens.
    pub fn server(&self) -> Option<(String, u16)> {
        let url = url::Url::parse(&self.postgres_url()?).unwrap();
        Some((url.host_str()?.to_owned(), url.port().unwrap_or(5432)))
    }

    /// Everything the case has, an S3 server's own files among it.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The SQLite file.
    pub fn database(&self) -> PathBuf {
        self.folder.join("congvu.db")
    }

    pub fn is_postgres(&self) -> bool {
        matches!(self.config.engine, Engine::Postgres { .. })
    }

    /// A connection that knows nothing of the store: what damages are made with.
    pub fn raw(&self) -> rusqlite::Connection {
        let raw = rusqlite::Connection::open(self.database()).unwrap();
        raw.busy_timeout(Duration::from_secs(5)).unwrap();
        raw.pragma_update(None, "foreign_keys", "OFF").unwrap();
        raw
    }

    /// The files that large blobs lie in.
    pub fn objects(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        walk(&self.objects, &mut found);
        found
    }
}

/// A writer that is held up until this is dropped: what is asked for meanwhile waits together.
pub struct Hold(#[expect(dead_code, reason = "its end is the signal")] std::sync::mpsc::Sender<()>);

impl Hold {
    pub async fn writer(store: &Store) -> Self {
        let (release, wait) = std::sync::mpsc::channel();
        let (started, running) = tokio::sync::oneshot::channel();
        let mut started = Some(started);
        let store = store.clone();
        tokio::spawn(async move {
            let held = store.write(move |_| {
                if let Some(started) = started.take() {
                    started.send(()).unwrap();
                }
                // Ends when the other side is dropped.
                let _ = wait.recv();
                Ok::<_, congvu_store::StoreError>(())
            });
            held.await.unwrap();
        });
        running.await.unwrap();
        Self(release)
    }
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, found);
        } else if !path.file_name().unwrap().to_string_lossy().starts_with('.') {
            found.push(path);
        }
    }
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
}

fn run(
    runtime: &Runtime,
    folder: &Path,
    engine: Engine,
    blobs: Option<BlobPlace>,
    case: impl AsyncFnOnce(&Ground),
) {
    let objects = folder.join("objects");
    let config = StoreConfig {
        engine,
        readers: 2,
        blobs: blobs.unwrap_or_else(|| BlobPlace::Folder(objects.clone())),
        inline_max: 16 << 10,
        server: true,
        clock: congvu_store::Clock::default(),
        undelete: std::time::Duration::ZERO,
    };
    let ground = Ground {
        store: Store::open(&config).unwrap(),
        config,
        objects,
        folder: folder.to_owned(),
    };
    runtime.block_on(case(&ground));
    ground.store.close();
}

fn file(folder: &TempDir) -> Engine {
    Engine::Sqlite {
        path: folder.path().join("congvu.db"),
    }
}

pub fn sqlite(case: impl AsyncFnOnce(&Ground)) {
    let folder = TempDir::new().unwrap();
    run(&runtime(), folder.path(), file(&folder), None, case);
}

pub fn postgres(case: impl AsyncFnOnce(&Ground)) {
    let Some(database) = Database::create() else {
        return;
    };
    let folder = TempDir::new().unwrap();
    let engine = Engine::Postgres {
        url: database.url.clone(),
        writers: 3,
    };
    run(&runtime(), folder.path(), engine, None, case);
}

pub fn s3(case: impl AsyncFnOnce(&Ground)) {
    let folder = TempDir::new().unwrap();
    let runtime = runtime();
    // The bucket is a folder under the server's root, which is the case's own.
    std::fs::create_dir(folder.path().join("objects")).unwrap();
    let endpoint = runtime.block_on(serve_s3(folder.path()));
    let place = BlobPlace::S3(Bucket {
        endpoint,
        name: "objects".into(),
        region: "us-east-1".into(),
        access_key: "congvu".into(),
        secret_key: "a secret of this test".into(),
        allow_http: true,
    });
    run(&runtime, folder.path(), file(&folder), Some(place), case);
}

/// An S3 server whose bucket is the folder `objects` under `root`.
async fn serve_s3(root: &Path) -> String {
    use hyper_util::rt::{TokioExecutor, TokioIo};
    let service = {
        let files = s3s_fs::FileSystem::new(root).unwrap();
        let mut builder = s3s::service::S3ServiceBuilder::new(files);
        builder.set_auth(s3s::auth::SimpleAuth::from_single(
            "congvu",
            "a secret of this test",
        ));
        builder.build()
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let server = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
        while let Ok((socket, _)) = listener.accept().await {
            let connection = server
                .serve_connection(TokioIo::new(socket), service.clone())
                .into_owned();
            tokio::spawn(connection);
        }
    });
    endpoint
}

/// A database of the case's own, dropped at its end.
struct Database {
    admin: String,
    name: String,
    url: String,
}

impl Database {
    fn create() -> Option<Self> {
        let Ok(admin) = std::env::var("CONGVU_TEST_PG") else {
            assert!(
                std::env::var("CONGVU_TEST_SKIP_PG").is_ok_and(|skip| skip == "1"),
                "PostgreSQL is missing: run through `cargo xtask test`, which starts PostgreSQL, or set CONGVU_TEST_PG"
            );
            eprintln!("note: not run on PostgreSQL (CONGVU_TEST_SKIP_PG=1)");
            return None;
        };
        let name = format!("congvu_test_{:016x}", u64::from_ne_bytes(random::<8>()));
        let mut url = url::Url::parse(&admin).unwrap();
        url.set_path(&name);
        let database = Self {
            admin,
            name,
            url: url.into(),
        };
        database.run(&format!(
            "CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0",
            database.name
        ));
        Some(database)
    }

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
