//! The store: opened once, shared by everything.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};
use ring::rand::SecureRandom;

use crate::blob::Blobs;
use crate::clock::{Clock, now_ms};
use crate::engine::{self, Lane, Queue, task};
use crate::sql::params;
use crate::{Hub, StoreError, StoreResult, Tx, change, schema, takedown};

/// How often a node looks for what others changed, beside being woken. "Ended at once" allows
/// an idle session 2 s.
const POLL: Duration = Duration::from_millis(500);
/// A node that could not read the changes for so long must stop serving.
const STALE_MS: i64 = 3_000;
/// Rows of the change table live so long.
const KEEP_CHANGES_MS: i64 = 3_600_000;

/// Which database.
#[derive(Clone, Debug)]
pub enum Engine {
    /// A file on this machine.
    Sqlite {
        /// The database file; its log lies beside it.
        path: PathBuf,
    },
    /// A server, for several nodes.
    Postgres {
        /// `postgres://…`
        url: String,
        /// Writing connections.
        writers: usize,
    },
}

/// Where large blobs lie.
#[derive(Clone)]
pub enum BlobPlace {
    /// A folder on this machine, synced.
    Folder(PathBuf),
    /// An S3 bucket.
    S3(Bucket),
}

/// An S3 bucket and the keys to it.
#[derive(Clone)]
pub struct Bucket {
    /// `https://host:port`
    pub endpoint: String,
    /// The bucket's name.
    pub name: String,
    /// The region, `us-east-1` where the server does not care.
    pub region: String,
    /// Access key.
    pub access_key: String,
    /// Secret key.
    pub secret_key: String,
    /// Allow `http://` endpoints.
    pub allow_http: bool,
}

/// What the store needs to open.
#[derive(Clone)]
pub struct StoreConfig {
    /// The database.
    pub engine: Engine,
    /// Connections that read.
    pub readers: usize,
    /// The object store.
    pub blobs: BlobPlace,
    /// Blobs up to so many bytes (as stored) lie in the database.
    pub inline_max: usize,
    /// True for the server; false for a tool that works beside a running one and must tell it.
    pub server: bool,
    /// What tells the time: the system's, but for tests that drive it.
    pub clock: Clock,
    /// How long what people removed can be brought back ([`crate::removed`]); zero: not at all.
    pub undelete: Duration,
}

/// Wakes the thread that follows the changes, so that it ends at once.
#[derive(Default)]
struct Stopping {
    now: Mutex<bool>,
    wake: Condvar,
}

impl Stopping {
    fn stop(&self) {
        *self.now.lock() = true;
        self.wake.notify_all();
    }

    /// Waits so long or until the store stops; true where it does.
    fn wait(&self, duration: Duration) -> bool {
        let mut now = self.now.lock();
        if !*now {
            self.wake.wait_for(&mut now, duration);
        }
        *now
    }
}

struct Inner {
    reads: Arc<Queue>,
    ready: engine::sqlite::Ready,
    writes: Arc<Queue>,
    hub: Arc<Hub>,
    blobs: Blobs,
    decoy_key: [u8; 32],
    factor_key: [u8; 32],
    threads: Mutex<Vec<JoinHandle<()>>>,
    heard_ms: Arc<AtomicI64>,
    stopping: Arc<Stopping>,
    server: bool,
    clock: Clock,
    undelete: Duration,
    written: AtomicU64,
}

/// The store. Cheap to clone.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}

impl Inner {
    fn stop(&self) {
        self.stopping.stop();
        self.reads.close();
        self.ready.close();
        self.writes.close();
    }
}

impl Drop for Inner {
    /// The threads end by themselves once what waits is done.
    fn drop(&mut self) {
        self.stop();
    }
}

impl Store {
    /// Opens the store and brings its schema forward. Blocks; not for async threads.
    pub fn open(config: &StoreConfig) -> StoreResult<Self> {
        let (reads, writes) = (Arc::new(Queue::default()), Arc::new(Queue::default()));
        let opened = Self::open_on(config, &reads, &writes);
        if opened.is_err() {
            // Threads that were started already end.
            reads.close();
            writes.close();
        }
        opened
    }

    fn open_on(config: &StoreConfig, reads: &Arc<Queue>, writes: &Arc<Queue>) -> StoreResult<Self> {
        let hub = Arc::new(Hub::default());
        let node = i64::from_ne_bytes(random::<8>());
        let mut threads;
        let mut ready = engine::sqlite::Ready::default();
        let readers = config.readers.max(1);
        match &config.engine {
            Engine::Sqlite { path } => {
                if let Some(folder) = path.parent() {
                    std::fs::create_dir_all(folder)
                        .map_err(|error| StoreError::Unavailable(error.to_string()))?;
                }
                let mut connection = engine::sqlite::open_writer(path)?;
                schema::migrate(&mut Tx::sqlite(&mut connection))?;
                drop(connection);
                let here = readers / 2;
                ready = engine::sqlite::Ready::open(path, here)?;
                threads = engine::sqlite::start_readers(path, readers - here, reads, &hub)?;
                let announce = (!config.server).then_some(node);
                threads.push(engine::sqlite::start_writer(path, announce, writes, &hub)?);
            }
            Engine::Postgres { url, writers } => {
                let mut connection = engine::postgres::connect(url)?;
                engine::postgres::check_durable(&mut connection)?;
                schema::migrate(&mut Tx::postgres(&mut connection))?;
                drop(connection);
                use engine::postgres::{Access, start};
                threads = start(url, readers, Access::Read, reads, &hub)?;
                threads.extend(start(
                    url,
                    (*writers).max(1),
                    Access::Write(node),
                    writes,
                    &hub,
                )?);
            }
        }
        let key = blocking_write(writes, |tx| secret(tx, "blob_key"))?;
        let decoy_key = blocking_write(writes, |tx| secret(tx, "decoy_key"))?;
        let factor_key = blocking_write(writes, |tx| secret(tx, "factor_key"))?;
        let blobs = Blobs::open(&config.blobs, config.inline_max, key)?;
        let heard_ms = Arc::new(AtomicI64::new(now_ms()));
        let stopping = Arc::new(Stopping::default());
        let store = Self(Arc::new(Inner {
            reads: Arc::clone(reads),
            ready,
            writes: Arc::clone(writes),
            hub,
            blobs,
            decoy_key,
            factor_key,
            threads: Mutex::new(threads),
            heard_ms,
            stopping,
            server: config.server,
            clock: config.clock.clone(),
            undelete: config.undelete,
            written: AtomicU64::new(0),
        }));
        if blocking_write(writes, takedown::any_sealed)? {
            store.0.hub.watch_takedowns();
        }
        if config.server {
            store.start_listening(node)?;
        }
        Ok(store)
    }

    /// Runs `work` in a read transaction: one consistent view.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        // A reader never runs a closure twice; the queue's jobs are FnMut for the writers' sake.
        let mut work = Some(work);
        let clock = self.0.clock.clone();
        let (job, answer) = task(move |tx: &mut Tx<'_>| match work.take() {
            Some(work) => {
                tx.set_now(clock.now());
                work(tx)
            }
            None => Err(StoreError::Unavailable("asked to read again".into()).into()),
        });
        if let Some(job) = self.0.ready.run(job, &self.0.hub) {
            self.0.reads.push(Lane::Interactive, job);
        }
        answer.await.unwrap_or_else(|_| Err(stopped().into()))
    }

    /// Runs `work` in a write transaction; `Ok` means committed and synced. `work` may run more
    /// than once.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.0.written.fetch_add(1, Ordering::Relaxed);
        self.write_in(Lane::Interactive, work).await
    }

    /// How many writes people and mail asked for since the store was opened: background work looks
    /// how busy they are.
    #[must_use]
    pub fn writes(&self) -> u64 {
        self.0.written.load(Ordering::Relaxed)
    }

    /// As [`Self::write`], behind everything interactive: for background work in bounded chunks.
    pub async fn write_bulk<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.write_in(Lane::Bulk, work).await
    }

    async fn write_in<T, E, F>(&self, lane: Lane, mut work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let clock = self.0.clock.clone();
        let keeps = !self.0.undelete.is_zero();
        let hub = Arc::clone(&self.0.hub);
        let (job, answer) = task(move |tx: &mut Tx<'_>| {
            tx.set_now(clock.now());
            tx.set_keeps(keeps);
            tx.set_watched(hub.watches_takedowns());
            work(tx)
        });
        self.0.writes.push(lane, job);
        answer.await.unwrap_or_else(|_| Err(stopped().into()))
    }

    /// The time now (ms), by the store's clock.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.0.clock.now()
    }

    /// How long what people removed can be brought back; zero: not at all.
    #[must_use]
    pub fn undelete(&self) -> Duration {
        self.0.undelete
    }

    /// Large and small stored bytes.
    #[must_use]
    pub fn blobs(&self) -> &Blobs {
        &self.0.blobs
    }

    /// What answers for accounts that do not exist are made with, so that they are the same on
    /// every node and after every start.
    #[must_use]
    pub fn decoy_key(&self) -> &[u8; 32] {
        &self.0.decoy_key
    }

    /// What the secrets of second factors are sealed with. It lies in the same database: a copy of their table alone, a row in a log, an
    /// index that went astray tell none of them; whoever has all of the database has them.
    #[must_use]
    pub fn factor_key(&self) -> &[u8; 32] {
        &self.0.factor_key
    }

    /// Where changes are published.
    #[must_use]
    pub fn hub(&self) -> &Arc<Hub> {
        &self.0.hub
    }

    /// False where this node could not read for some seconds what others changed: it must stop
    /// serving, for it would not hear of a lock.
    #[must_use]
    pub fn is_fresh(&self) -> bool {
        !self.0.server || now_ms() - self.0.heard_ms.load(Ordering::Relaxed) < STALE_MS
    }

    /// Ends the database threads once what waits is done. Blocks.
    pub fn close(&self) {
        self.0.stop();
        for thread in std::mem::take(&mut *self.0.threads.lock()) {
            drop(thread.join());
        }
    }

    /// Follows the change table of other nodes and tools.
    fn start_listening(&self, node: i64) -> StoreResult<()> {
        let mut cursor = blocking_write(&self.0.writes, change::cursor_at_end)?;
        let (reads, writes) = (Arc::clone(&self.0.reads), Arc::clone(&self.0.writes));
        let (hub, heard) = (Arc::clone(&self.0.hub), Arc::clone(&self.0.heard_ms));
        let stopping = Arc::clone(&self.0.stopping);
        let work = move || {
            let mut pruned_ms = now_ms();
            while !stopping.wait(POLL) {
                let mine = std::mem::take(&mut cursor);
                let mut slot = Some(mine);
                let polled = blocking(&reads, Lane::Interactive, move |tx: &mut Tx<'_>| {
                    let mut cursor = slot.take().unwrap_or_default();
                    let changes = change::poll(tx, node, &mut cursor);
                    Ok::<_, StoreError>((cursor, changes))
                });
                match polled {
                    Ok((next, changes)) => {
                        cursor = next;
                        match changes {
                            Ok(changes) => {
                                heard.store(now_ms(), Ordering::Relaxed);
                                hub.publish(&changes);
                            }
                            Err(error) => tracing::warn!(%error, "cannot read the changes"),
                        }
                    }
                    Err(error) => tracing::warn!(%error, "cannot read the changes"),
                }
                if now_ms() - pruned_ms > KEEP_CHANGES_MS / 4 {
                    pruned_ms = now_ms();
                    let pruned = blocking(&writes, Lane::Bulk, move |tx: &mut Tx<'_>| {
                        change::prune(tx, now_ms() - KEEP_CHANGES_MS)
                    });
                    if let Err(error) = pruned {
                        tracing::warn!(%error, "cannot prune the change table");
                    }
                }
            }
        };
        let thread = std::thread::Builder::new()
            .name("db-changes".into())
            .spawn(work)
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        self.0.threads.lock().push(thread);
        Ok(())
    }
}

fn stopped() -> StoreError {
    StoreError::Unavailable("the store is stopping".into())
}

fn blocking<T, F>(queue: &Queue, lane: Lane, work: F) -> StoreResult<T>
where
    T: Send + 'static,
    F: FnMut(&mut Tx<'_>) -> StoreResult<T> + Send + 'static,
{
    let (job, answer) = task(work);
    queue.push(lane, job);
    answer.blocking_recv().unwrap_or_else(|_| Err(stopped()))
}

fn blocking_write<T, F>(queue: &Queue, work: F) -> StoreResult<T>
where
    T: Send + 'static,
    F: FnMut(&mut Tx<'_>) -> StoreResult<T> + Send + 'static,
{
    blocking(queue, Lane::Interactive, work)
}

/// A secret of this store, made when it is first asked for. The blobs' hashes have one: a hash
/// alone tells nobody whether a known document lies here.
fn secret(tx: &mut Tx<'_>, name: &str) -> StoreResult<[u8; 32]> {
    let fresh = random::<32>();
    tx.execute(
        "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
        params![name, &fresh[..]],
    )?;
    tx.one(
        "SELECT value FROM meta WHERE name = $1",
        params![name],
        |row| {
            row.bytes(0)?
                .try_into()
                .map_err(|_| StoreError::Corrupt("a secret is not 32 bytes".into()))
        },
    )?
    .ok_or(StoreError::NotFound("secret"))
}

/// Random bytes from the system.
#[must_use]
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    ring::rand::SystemRandom::new()
        .fill(&mut bytes)
        .expect("the system gives random bytes");
    bytes
}
