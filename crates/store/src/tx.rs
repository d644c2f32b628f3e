//! A transaction on either engine, as storage functions see it.

use std::collections::HashMap;

use postgres::fallible_iterator::FallibleIterator;
use postgres::types::ToSql;

use crate::sql::for_sqlite;
use crate::{Change, Row, StoreError, StoreResult, Value};

/// A connection to PostgreSQL with its prepared statements, by the address of their text.
pub(crate) struct PgConnection {
    pub(crate) client: postgres::Client,
    statements: HashMap<(usize, usize), postgres::Statement>,
}

impl PgConnection {
    pub(crate) fn new(client: postgres::Client) -> Self {
        Self {
            client,
            statements: HashMap::new(),
        }
    }

    fn statement(&mut self, sql: &'static str) -> Result<postgres::Statement, postgres::Error> {
        let key = (sql.as_ptr() as usize, sql.len());
        if let Some(statement) = self.statements.get(&key) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql)?;
        self.statements.insert(key, statement.clone());
        Ok(statement)
    }
}

/// A connection to SQLite with the rewritten texts of its statements.
pub(crate) struct SqliteConnection {
    pub(crate) conn: rusqlite::Connection,
    texts: HashMap<(usize, usize), String>,
}

impl SqliteConnection {
    pub(crate) fn new(conn: rusqlite::Connection) -> Self {
        conn.set_prepared_statement_cache_capacity(256);
        Self {
            conn,
            texts: HashMap::new(),
        }
    }

    fn statement(&mut self, sql: &'static str) -> rusqlite::Result<rusqlite::CachedStatement<'_>> {
        let text = self
            .texts
            .entry((sql.as_ptr() as usize, sql.len()))
            .or_insert_with(|| for_sqlite(sql));
        self.conn.prepare_cached(text)
    }
}

enum Db<'a> {
    Sqlite(&'a mut SqliteConnection),
    Postgres(&'a mut PgConnection),
}

/// A transaction. Statements are written once, with `$n`, for both engines.
pub struct Tx<'a> {
    db: Db<'a>,
    changes: Vec<Change>,
    retry: bool,
    broken: Option<StoreError>,
    lost: bool,
    now: i64,
    keeps: bool,
    watched: bool,
}

impl std::fmt::Debug for Tx<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tx")
            .field("changes", &self.changes)
            .finish()
    }
}

impl<'a> Tx<'a> {
    pub(crate) fn sqlite(connection: &'a mut SqliteConnection) -> Self {
        Self {
            db: Db::Sqlite(connection),
            changes: Vec::new(),
            retry: false,
            broken: None,
            lost: false,
            now: crate::now_ms(),
            keeps: false,
            watched: false,
        }
    }

    pub(crate) fn postgres(connection: &'a mut PgConnection) -> Self {
        Self {
            db: Db::Postgres(connection),
            changes: Vec::new(),
            retry: false,
            broken: None,
            lost: false,
            now: crate::now_ms(),
            keeps: false,
            watched: false,
        }
    }

    /// The time (ms) of this transaction, by the store's clock: what it writes into `*_at`.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.now
    }

    pub(crate) fn set_now(&mut self, now: i64) {
        self.now = now;
    }

    /// Whether what people remove is kept for a while.
    pub(crate) fn keeps(&self) -> bool {
        self.keeps
    }

    pub(crate) fn set_keeps(&mut self, keeps: bool) {
        self.keeps = keeps;
    }

    /// Whether what comes in is to be compared with the cases of takedown.
    pub(crate) fn is_watched(&self) -> bool {
        self.watched
    }

    pub(crate) fn set_watched(&mut self, watched: bool) {
        self.watched = watched;
    }

    /// Tells the world about `change` once this transaction is committed.
    pub fn tell(&mut self, change: Change) {
        if !self.changes.contains(&change) {
            self.changes.push(change);
        }
    }

    pub(crate) fn take_changes(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.changes)
    }

    /// The engine asked for the whole transaction to be run again.
    pub(crate) fn must_retry(&self) -> bool {
        self.retry
    }

    /// Why the engine can take no further write in this transaction (full disk, I/O error, lost
    /// connection), if it cannot; a closure may have swallowed the error.
    pub(crate) fn broken(&mut self) -> StoreResult<()> {
        if let Db::Sqlite(connection) = &self.db
            && self.broken.is_none()
            && connection.conn.is_autocommit()
        {
            self.broken = Some(StoreError::Unavailable(
                "the engine ended the transaction".into(),
            ));
        }
        if self.broken.is_some() {
            return Err(self.broken_by());
        }
        Ok(())
    }

    /// The connection is gone.
    pub(crate) fn is_lost(&self) -> bool {
        self.lost
    }

    fn broken_by(&self) -> StoreError {
        match &self.broken {
            Some(StoreError::DiskFull) => StoreError::DiskFull,
            Some(other) => StoreError::Unavailable(other.to_string()),
            None => StoreError::Unavailable("not broken".into()),
        }
    }

    /// True on PostgreSQL, for the few statements that have to differ.
    #[must_use]
    pub fn is_postgres(&self) -> bool {
        matches!(self.db, Db::Postgres(_))
    }

    fn note_sqlite(&mut self, error: rusqlite::Error) -> StoreError {
        use rusqlite::ErrorCode;
        if let Some(ErrorCode::SystemIoFailure | ErrorCode::DiskFull | ErrorCode::OutOfMemory) =
            error.sqlite_error_code()
        {
            crate::engine::sqlite::stop_after_failed_sync(&error);
            self.broken = Some(match StoreError::from(error) {
                StoreError::DiskFull => StoreError::DiskFull,
                other => StoreError::Unavailable(other.to_string()),
            });
            return self.broken_by();
        }
        error.into()
    }

    fn note_postgres(&mut self, error: postgres::Error) -> StoreError {
        use postgres::error::SqlState;
        match error.code() {
            Some(code)
                if *code == SqlState::T_R_SERIALIZATION_FAILURE
                    || *code == SqlState::T_R_DEADLOCK_DETECTED =>
            {
                self.retry = true;
            }
            Some(code) if *code == SqlState::DISK_FULL => self.broken = Some(StoreError::DiskFull),
            _ if crate::error::is_lost(&error) => {
                self.lost = true;
                self.broken = Some(StoreError::Unavailable("the connection was lost".into()));
            }
            Some(_) | None => {}
        }
        error.into()
    }

    /// Runs a statement; returns the number of rows it changed.
    pub fn execute(&mut self, sql: &'static str, params: &[Value<'_>]) -> StoreResult<u64> {
        match &mut self.db {
            Db::Sqlite(connection) => {
                let result = connection.statement(sql).and_then(|mut statement| {
                    statement.execute(rusqlite::params_from_iter(params))
                });
                match result {
                    Ok(rows) => Ok(rows as u64),
                    Err(error) => Err(self.note_sqlite(error)),
                }
            }
            Db::Postgres(connection) => {
                let result = connection
                    .statement(sql)
                    .and_then(|statement| connection.client.execute(&statement, &as_dyn(params)));
                result.map_err(|error| self.note_postgres(error))
            }
        }
    }

    /// Calls `f` for each row until it returns `false`.
    pub fn each(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
        mut f: impl FnMut(&Row<'_>) -> StoreResult<bool>,
    ) -> StoreResult<()> {
        match &mut self.db {
            Db::Sqlite(connection) => {
                let mut inner = || -> Result<StoreResult<()>, rusqlite::Error> {
                    let mut statement = connection.statement(sql)?;
                    let mut rows = statement.query(rusqlite::params_from_iter(params))?;
                    while let Some(row) = rows.next()? {
                        match f(&Row::Sqlite(row)) {
                            Ok(true) => {}
                            Ok(false) => break,
                            Err(error) => return Ok(Err(error)),
                        }
                    }
                    Ok(Ok(()))
                };
                match inner() {
                    Ok(result) => result,
                    Err(error) => Err(self.note_sqlite(error)),
                }
            }
            Db::Postgres(connection) => {
                let mut inner = || -> Result<StoreResult<()>, postgres::Error> {
                    let statement = connection.statement(sql)?;
                    let mut rows = connection
                        .client
                        .query_raw(&statement, params.iter().map(|p| p as &(dyn ToSql + Sync)))?;
                    while let Some(row) = rows.next()? {
                        match f(&Row::Postgres(&row)) {
                            Ok(true) => {}
                            Ok(false) => break,
                            Err(error) => return Ok(Err(error)),
                        }
                    }
                    Ok(Ok(()))
                };
                match inner() {
                    Ok(result) => result,
                    Err(error) => Err(self.note_postgres(error)),
                }
            }
        }
    }

    /// The first row, if any.
    pub fn one<T>(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
        f: impl Fn(&Row<'_>) -> StoreResult<T>,
    ) -> StoreResult<Option<T>> {
        let mut found = None;
        self.each(sql, params, |row| {
            found = Some(f(row)?);
            Ok(false)
        })?;
        Ok(found)
    }

    /// All rows. For lists that can be long, use [`Tx::each`] or pages.
    pub fn all<T>(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
        f: impl Fn(&Row<'_>) -> StoreResult<T>,
    ) -> StoreResult<Vec<T>> {
        let mut found = Vec::new();
        self.each(sql, params, |row| {
            found.push(f(row)?);
            Ok(true)
        })?;
        Ok(found)
    }

    /// Runs statements without parameters (migrations, savepoints).
    pub(crate) fn batch(&mut self, sql: &str) -> StoreResult<()> {
        match &mut self.db {
            Db::Sqlite(connection) => {
                let result = connection.conn.execute_batch(sql);
                result.map_err(|error| self.note_sqlite(error))
            }
            Db::Postgres(connection) => {
                let result = connection.client.batch_execute(sql);
                result.map_err(|error| self.note_postgres(error))
            }
        }
    }
}

fn as_dyn<'a>(params: &'a [Value<'_>]) -> Vec<&'a (dyn ToSql + Sync)> {
    params.iter().map(|p| p as &(dyn ToSql + Sync)).collect()
}
