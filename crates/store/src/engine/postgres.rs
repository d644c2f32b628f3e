//! PostgreSQL: several writer and reader threads, each with a connection of its own.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use super::{Job, Queue};
use crate::tx::PgConnection;
use crate::{Change, Hub, StoreError, StoreResult, Tx, change};

/// How often a transaction is run again when the engine found a deadlock or conflict.
const RETRIES: u32 = 8;

/// A database that does not answer for so long is taken for gone.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Opens a connection and refuses one that would acknowledge before the disk has it.
pub(crate) fn connect(url: &str) -> StoreResult<PgConnection> {
    let unavailable =
        |error: &postgres::Error| StoreError::Unavailable(crate::error::describe(error));
    let mut config: postgres::Config = url.parse().map_err(|error| unavailable(&error))?;
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT_TIMEOUT);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(CONNECT_TIMEOUT);
    }
    let mut client = config
        .connect(postgres::NoTls)
        .map_err(|error| unavailable(&error))?;
    client.batch_execute(
        "SET synchronous_commit = on; SET client_min_messages = warning; SET lock_timeout = '15s'",
    )?;
    Ok(PgConnection::new(client))
}

/// Refuses a server that runs without fsync, and a database that cannot hold every text.
pub(crate) fn check_durable(connection: &mut PgConnection) -> StoreResult<()> {
    let fsync: String = connection.client.query_one("SHOW fsync", &[])?.try_get(0)?;
    if fsync != "on" {
        return Err(StoreError::Unavailable(
            "PostgreSQL runs with fsync = off: accepted mail could be lost; switch it on".into(),
        ));
    }
    let encoding: String = connection
        .client
        .query_one("SHOW server_encoding", &[])?
        .try_get(0)?;
    if encoding != "UTF8" {
        return Err(StoreError::Unavailable(format!(
            "the PostgreSQL database is in {encoding}; create it with ENCODING 'UTF8'"
        )));
    }
    Ok(())
}

/// What a thread's transactions are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    /// Writes announce their changes under this node's number.
    Write(i64),
}

/// Starts `count` threads that take jobs from `queue`.
pub(crate) fn start(
    url: &str,
    count: usize,
    access: Access,
    queue: &Arc<Queue>,
    hub: &Arc<Hub>,
) -> StoreResult<Vec<JoinHandle<()>>> {
    (0..count)
        .map(|n| {
            let connection = connect(url)?;
            let (queue, hub, url) = (Arc::clone(queue), Arc::clone(hub), url.to_owned());
            std::thread::Builder::new()
                .name(format!(
                    "db-{}-{n}",
                    if access == Access::Read {
                        "read"
                    } else {
                        "write"
                    }
                ))
                .spawn(move || work(&url, connection, access, &queue, &hub))
                .map_err(|error| StoreError::Unavailable(error.to_string()))
        })
        .collect()
}

fn work(url: &str, connection: PgConnection, access: Access, queue: &Queue, hub: &Hub) {
    let mut connection = Some(connection);
    loop {
        let jobs = queue.take(1);
        if jobs.is_empty() {
            return;
        }
        for mut job in jobs {
            let outcome = run(url, &mut connection, access, job.as_mut());
            if let Err(error) = &outcome
                && connection.is_none()
            {
                tracing::warn!(%error, "lost the connection to the database");
            }
            job.finish(outcome, hub);
        }
    }
}

fn run(
    url: &str,
    slot: &mut Option<PgConnection>,
    access: Access,
    job: &mut dyn Job,
) -> StoreResult<()> {
    for attempt in 0..RETRIES {
        if slot.as_ref().is_none_or(|c| c.client.is_closed()) {
            *slot = Some(connect(url)?);
        }
        let Some(connection) = slot.as_mut() else {
            break;
        };
        match transact(connection, access, job) {
            Ok(End::Committed | End::RolledBack) => return Ok(()),
            Ok(End::Again) => {
                std::thread::sleep(Duration::from_millis(u64::from(attempt) * 5));
            }
            Ok(End::Lost) => *slot = None,
            Ok(End::Unknown { operation, error }) => {
                *slot = None;
                return resolve(url, slot, operation, error);
            }
            Err(error) => {
                if connection.client.is_closed() {
                    *slot = None;
                } else {
                    drop(connection.client.batch_execute("ROLLBACK"));
                }
                return Err(error);
            }
        }
    }
    Err(StoreError::Unavailable(
        "the transaction kept colliding with others".into(),
    ))
}

enum End {
    Committed,
    RolledBack,
    Again,
    /// The connection was lost before the commit: nothing was done.
    Lost,
    /// The connection was lost in COMMIT: only the operation's row can tell.
    Unknown {
        operation: [u8; 16],
        error: StoreError,
    },
}

fn transact(connection: &mut PgConnection, access: Access, job: &mut dyn Job) -> StoreResult<End> {
    let mut tx = Tx::postgres(connection);
    let Access::Write(node) = access else {
        if begin(&mut tx, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")? {
            return Ok(End::Lost);
        }
        job.run(&mut tx);
        tx.batch("COMMIT")?;
        return Ok(End::RolledBack);
    };
    if begin(&mut tx, "BEGIN")? {
        return Ok(End::Lost);
    }
    let keep = job.run(&mut tx);
    if tx.must_retry() {
        tx.batch("ROLLBACK")?;
        return Ok(End::Again);
    }
    if tx.is_lost() {
        return Ok(End::Lost);
    }
    tx.broken()?;
    if !keep {
        tx.batch("ROLLBACK")?;
        return Ok(End::RolledBack);
    }
    let operation = crate::store::random::<16>();
    if let Err(error) = note(&mut tx, node, &operation, job.changes()) {
        if tx.is_lost() {
            return Ok(End::Lost);
        }
        if tx.must_retry() {
            tx.batch("ROLLBACK")?;
            return Ok(End::Again);
        }
        return Err(error);
    }
    let committed = tx.batch("COMMIT");
    match committed {
        Ok(()) => Ok(End::Committed),
        Err(_) if tx.must_retry() => Ok(End::Again),
        Err(error) if tx.is_lost() => Ok(End::Unknown { operation, error }),
        Err(error) => Err(error),
    }
}

/// Writes what other nodes must hear, and the row that tells later whether the commit took place.
fn note(tx: &mut Tx<'_>, node: i64, operation: &[u8], changes: &[Change]) -> StoreResult<()> {
    change::record(tx, node, changes)?;
    tx.execute(
        "INSERT INTO operation (id, at) VALUES ($1, $2)",
        crate::sql::params![operation, crate::now_ms()],
    )?;
    Ok(())
}

/// True where the connection turned out to be dead (the server was started anew, say): nothing
/// was done yet, so the transaction may be tried on a new one.
fn begin(tx: &mut Tx<'_>, statement: &str) -> StoreResult<bool> {
    match tx.batch(statement) {
        Ok(()) => Ok(false),
        Err(_) if tx.is_lost() => Ok(true),
        Err(error) => Err(error),
    }
}

/// Asks, over a new connection, whether a commit whose answer was lost took place.
fn resolve(
    url: &str,
    slot: &mut Option<PgConnection>,
    operation: [u8; 16],
    error: StoreError,
) -> StoreResult<()> {
    for _ in 0..20 {
        if let Ok(mut connection) = connect(url) {
            // Writing the same row waits for a commit that is still under way; a mere look would
            // not see it.
            let written = connection.client.execute(
                "INSERT INTO operation (id, at) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                &[&&operation[..], &crate::now_ms()],
            );
            if let Ok(written) = written {
                *slot = Some(connection);
                return if written == 0 { Ok(()) } else { Err(error) };
            }
        }
        std::thread::sleep(Duration::from_millis(250));
    }
    Err(error)
}
