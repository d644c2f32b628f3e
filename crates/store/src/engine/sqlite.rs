//! SQLite: one writer thread that groups waiting writes into one synced commit, several readers.

use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::{Job, Queue, may_block};
use crate::tx::SqliteConnection;
use crate::{Change, Hub, StoreError, StoreResult, Tx, change};

/// How long to wait for another process that holds the file.
const BUSY: Duration = Duration::from_secs(10);
/// At most so many writes share one commit: bounds how long the first of them waits.
const GROUP: usize = 256;
/// Pages of the log before a checkpoint copies them home (16 MiB of 4 KiB pages).
const CHECKPOINT_PAGES: i64 = 4096;

/// SQLite does not wait by itself where two processes switch a new file at once.
fn switch_to_wal(conn: &Connection) -> rusqlite::Result<String> {
    let begun = Instant::now();
    loop {
        let mode = conn.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0));
        match mode {
            Err(error)
                if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy)
                    && begun.elapsed() < BUSY =>
            {
                std::thread::sleep(Duration::from_millis(10));
            }
            mode => return mode,
        }
    }
}

/// For each connection.
fn prepare(conn: &Connection) -> StoreResult<()> {
    conn.busy_timeout(BUSY)?;
    // Plans do not depend on the values bound: else each statement with a range or a limit would be prepared
    // anew whenever it gets other ones, which costs more than most of them do.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

/// Opens the database for writing, with the settings durability rests on.
pub(crate) fn open_writer(path: &Path) -> StoreResult<SqliteConnection> {
    let conn = Connection::open(path)?;
    prepare(&conn)?;
    let mode = switch_to_wal(&conn)?;
    if !mode.eq_ignore_ascii_case("wal") {
        return Err(StoreError::Unavailable(format!(
            "SQLite cannot keep a write-ahead log here (journal_mode {mode}): is it a network drive?"
        )));
    }
    // FULL: each commit is synced before it returns; NORMAL would sync only at checkpoints.
    conn.pragma_update(None, "synchronous", "FULL")?;
    conn.pragma_update(None, "secure_delete", "ON")?;
    conn.pragma_update(None, "foreign_keys", "ON")?;
    conn.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    conn.pragma_update(None, "cache_size", -16_384)?;
    Ok(SqliteConnection::new(conn))
}

fn open_reader(path: &Path) -> StoreResult<SqliteConnection> {
    let conn = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    prepare(&conn)?;
    conn.pragma_update(None, "query_only", "ON")?;
    conn.pragma_update(None, "cache_size", -4_096)?;
    Ok(SqliteConnection::new(conn))
}

/// After a failed sync the kernel may have dropped the dirty pages: nothing this process
/// believes about the file holds any more, so it stops and recovers from the log at its start.
pub(crate) fn stop_after_failed_sync(error: &rusqlite::Error) {
    use rusqlite::ffi;
    let Some(failure) = error.sqlite_error() else {
        return;
    };
    if matches!(
        failure.extended_code,
        ffi::SQLITE_IOERR_FSYNC | ffi::SQLITE_IOERR_DIR_FSYNC
    ) {
        tracing::error!(
            code = failure.extended_code,
            "fsync failed: stopping, so that nothing is acknowledged that may be lost"
        );
        std::process::exit(74);
    }
}

/// Reading connections that lie ready for whoever may wait for the disk where it is: a read then costs no
/// switch between threads, there and back, which is more than most reads cost themselves.
/// None once the store is closed.
#[derive(Default)]
pub(crate) struct Ready(Mutex<Option<Vec<SqliteConnection>>>);

impl Ready {
    pub(crate) fn open(path: &Path, count: usize) -> StoreResult<Self> {
        let connections = (0..count).map(|_| open_reader(path));
        Ok(Self(Mutex::new(Some(
            connections.collect::<StoreResult<_>>()?,
        ))))
    }

    /// Runs the job here, or gives it back: where this thread may not block, or no connection is left.
    pub(crate) fn run(&self, mut job: Box<dyn Job>, hub: &Hub) -> Option<Box<dyn Job>> {
        if !may_block() {
            return Some(job);
        }
        // The one that worked last: its pages are warm.
        let Some(mut connection) = self.0.lock().as_mut().and_then(Vec::pop) else {
            return Some(job);
        };
        let outcome = tokio::task::block_in_place(|| read_one(&mut connection, job.as_mut()));
        // One that a transaction is stuck in would be taken each time.
        if connection.conn.is_autocommit()
            && let Some(ready) = self.0.lock().as_mut()
        {
            ready.push(connection);
        }
        job.finish(outcome, hub);
        None
    }

    /// No more of them.
    pub(crate) fn close(&self) {
        self.0.lock().take();
    }
}

/// Starts the reader threads.
pub(crate) fn start_readers(
    path: &Path,
    count: usize,
    queue: &Arc<Queue>,
    hub: &Arc<Hub>,
) -> StoreResult<Vec<JoinHandle<()>>> {
    (0..count)
        .map(|n| {
            let mut connection = open_reader(path)?;
            let (queue, hub) = (Arc::clone(queue), Arc::clone(hub));
            spawn(format!("db-read-{n}"), move || {
                loop {
                    let jobs = queue.take(1);
                    if jobs.is_empty() {
                        return;
                    }
                    for mut job in jobs {
                        let outcome = read_one(&mut connection, job.as_mut());
                        job.finish(outcome, &hub);
                    }
                }
            })
        })
        .collect()
}

fn read_one(connection: &mut SqliteConnection, job: &mut dyn Job) -> StoreResult<()> {
    let mut tx = Tx::sqlite(connection);
    tx.batch("BEGIN")?;
    job.run(&mut tx);
    let ended = tx.batch("COMMIT");
    if ended.is_err() {
        // The next read must find no transaction open.
        drop(connection.conn.execute_batch("ROLLBACK"));
    }
    ended
}

/// Starts the writer thread. `announce` writes changes into the change table too: what a tool
/// beside the running server does.
pub(crate) fn start_writer(
    path: &Path,
    announce: Option<i64>,
    queue: &Arc<Queue>,
    hub: &Arc<Hub>,
) -> StoreResult<JoinHandle<()>> {
    let mut connection = open_writer(path)?;
    let (queue, hub) = (Arc::clone(queue), Arc::clone(hub));
    spawn("db-write".into(), move || {
        loop {
            let mut jobs = queue.take(GROUP);
            if jobs.is_empty() {
                return;
            }
            metrics::histogram!("congvu_store_group_size").record(jobs.len() as f64);
            let outcome = write_group(&mut connection, &mut jobs, announce);
            for job in jobs {
                job.finish(copy(&outcome), &hub);
            }
        }
    })
}

/// Runs all jobs in one transaction, each in its savepoint, and commits once.
fn write_group(
    connection: &mut SqliteConnection,
    jobs: &mut [Box<dyn Job>],
    announce: Option<i64>,
) -> StoreResult<()> {
    let mut tx = Tx::sqlite(connection);
    tx.batch("BEGIN IMMEDIATE")?;
    let result = run_group(&mut tx, jobs, announce).and_then(|()| tx.batch("COMMIT"));
    if result.is_err() {
        // SQLite has rolled back by itself after a full disk or an I/O error; then this fails.
        drop(connection.conn.execute_batch("ROLLBACK"));
    }
    result
}

fn run_group(tx: &mut Tx<'_>, jobs: &mut [Box<dyn Job>], announce: Option<i64>) -> StoreResult<()> {
    for job in jobs {
        tx.execute("SAVEPOINT job", &[])?;
        let keep = job.run(tx);
        tx.broken()?;
        if keep && let Some(node) = announce {
            let changes: Vec<Change> = job.changes().to_vec();
            change::record(tx, node, &changes)?;
        }
        if keep {
            tx.execute("RELEASE job", &[])?;
        } else {
            tx.batch("ROLLBACK TO job; RELEASE job")?;
        }
    }
    Ok(())
}

fn copy(outcome: &StoreResult<()>) -> StoreResult<()> {
    match outcome {
        Ok(()) => Ok(()),
        Err(StoreError::DiskFull) => Err(StoreError::DiskFull),
        Err(error) => Err(StoreError::Unavailable(error.to_string())),
    }
}

fn spawn(name: String, work: impl FnOnce() + Send + 'static) -> StoreResult<JoinHandle<()>> {
    std::thread::Builder::new()
        .name(name)
        .spawn(work)
        .map_err(|error| StoreError::Unavailable(error.to_string()))
}
