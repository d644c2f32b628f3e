//! What can go wrong below: the caller's conflict, the engine's trouble, our own fault.

/// A failed storage operation.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A row that must be unique exists already, or a referenced one does not.
    #[error("conflict: {0}")]
    Conflict(&'static str),
    /// The row asked for does not exist (any more).
    #[error("not found: {0}")]
    NotFound(&'static str),
    /// The disk is full: nothing was changed.
    #[error("the disk is full")]
    DiskFull,
    /// The engine cannot be reached or is stopping; trying again later may work.
    #[error("the store is unavailable: {0}")]
    Unavailable(String),
    /// The schema is newer than this program, or not ours.
    #[error("schema: {0}")]
    Schema(String),
    /// Stored data is not what it must be (hash, reference, encoding).
    #[error("corrupt: {0}")]
    Corrupt(String),
    /// The engine refused a statement: a fault of ours.
    #[error("database: {0}")]
    Database(String),
    /// A storage closure panicked; its changes were rolled back.
    #[error("a storage function panicked")]
    Panicked,
    /// Blob bytes could not be written or read.
    #[error("blob store: {0}")]
    Blob(String),
}

/// Result of a storage function.
pub type StoreResult<T> = Result<T, StoreError>;

impl StoreError {
    /// True where nothing can be done now, whatever is asked; another error is about what was asked.
    #[must_use]
    pub fn is_outage(&self) -> bool {
        matches!(self, Self::DiskFull | Self::Unavailable(_))
    }

    /// True where the peer should be asked to try again later (4xx, `NO [UNAVAILABLE]`).
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        !matches!(self, Self::Conflict(_) | Self::NotFound(_))
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(ErrorCode::ConstraintViolation) if is_conflict(&error) => {
                Self::Conflict("constraint")
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::CannotOpen) => {
                Self::Unavailable(error.to_string())
            }
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Corrupt(error.to_string())
            }
            _ => Self::Database(error.to_string()),
        }
    }
}

impl From<postgres::Error> for StoreError {
    fn from(error: postgres::Error) -> Self {
        use postgres::error::SqlState;
        match error.code() {
            None if is_lost(&error) => Self::Unavailable(describe(&error)),
            // A value of another type than the column's, and the like.
            None => Self::Database(error.to_string()),
            Some(code) if *code == SqlState::DISK_FULL => Self::DiskFull,
            Some(code)
                if *code == SqlState::UNIQUE_VIOLATION
                    || *code == SqlState::FOREIGN_KEY_VIOLATION =>
            {
                Self::Conflict("constraint")
            }
            Some(code)
                if code.code().starts_with("57P")
                    || code.code().starts_with("08")
                    || code.code().starts_with("53")
                    || code.code().starts_with("40")
                    || *code == SqlState::LOCK_NOT_AVAILABLE =>
            {
                Self::Unavailable(describe(&error))
            }
            Some(_) => Self::Database(describe(&error)),
        }
    }
}

/// A row that exists or a referenced one that does not; NOT NULL and the like are faults of ours.
fn is_conflict(error: &rusqlite::Error) -> bool {
    use rusqlite::ffi;
    error.sqlite_error().is_some_and(|failure| {
        matches!(
            failure.extended_code,
            ffi::SQLITE_CONSTRAINT_UNIQUE
                | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
                | ffi::SQLITE_CONSTRAINT_ROWID
                | ffi::SQLITE_CONSTRAINT_FOREIGNKEY
        )
    })
}

/// The connection is gone, or the server said that it ends it.
pub(crate) fn is_lost(error: &postgres::Error) -> bool {
    use std::error::Error as _;
    if let Some(code) = error.code() {
        return code.code().starts_with("57P0") || code.code().starts_with("08");
    }
    error.is_closed()
        || error
            .source()
            .is_some_and(<dyn std::error::Error>::is::<std::io::Error>)
}

/// The server's own words; `Display` of the driver's error hides them.
pub(crate) fn describe(error: &postgres::Error) -> String {
    error.as_db_error().map_or_else(
        || error.to_string(),
        |db| format!("{} ({})", db.message(), db.code().code()),
    )
}
