//! Parameters and rows that both engines speak, and the rewriting of `$n`.

use postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use crate::{StoreError, StoreResult};

/// A statement's parameter. Times, flags and booleans are 64-bit integers in both engines.
#[derive(Clone, Copy, Debug)]
pub enum Value<'a> {
    /// SQL NULL.
    Null,
    /// BIGINT.
    Int(i64),
    /// TEXT.
    Text(&'a str),
    /// BYTEA, BLOB.
    Bytes(&'a [u8]),
}

impl From<i64> for Value<'_> {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}
impl From<u32> for Value<'_> {
    fn from(value: u32) -> Self {
        Self::Int(i64::from(value))
    }
}
impl From<bool> for Value<'_> {
    fn from(value: bool) -> Self {
        Self::Int(i64::from(value))
    }
}
impl<'a> From<&'a str> for Value<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(value)
    }
}
impl<'a> From<&'a String> for Value<'a> {
    fn from(value: &'a String) -> Self {
        Self::Text(value)
    }
}
impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(value: &'a [u8]) -> Self {
        Self::Bytes(value)
    }
}
impl<'a> From<&'a Vec<u8>> for Value<'a> {
    fn from(value: &'a Vec<u8>) -> Self {
        Self::Bytes(value)
    }
}
impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// `params![a, b]`: a slice of [`Value`]s from anything that converts.
macro_rules! params {
    ($($value:expr),* $(,)?) => { &[$($crate::Value::from($value)),*] };
}
pub(crate) use params;

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, ValueRef};
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(value) => ValueRef::Integer(*value),
            Self::Text(value) => ValueRef::Text(value.as_bytes()),
            Self::Bytes(value) => ValueRef::Blob(value),
        }))
    }
}

impl ToSql for Value<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut bytes::BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(value) if *ty == Type::INT4 => i32::try_from(*value)?.to_sql(ty, out),
            Self::Int(value) => value.to_sql(ty, out),
            Self::Text(value) => value.to_sql(ty, out),
            Self::Bytes(value) => value.to_sql(ty, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// One row of a result; columns by position.
#[derive(Debug)]
pub enum Row<'a> {
    /// From SQLite.
    Sqlite(&'a rusqlite::Row<'a>),
    /// From PostgreSQL.
    Postgres(&'a postgres::Row),
}

impl Row<'_> {
    /// An integer that is never NULL.
    pub fn int(&self, column: usize) -> StoreResult<i64> {
        match self {
            Self::Sqlite(row) => Ok(row.get(column)?),
            Self::Postgres(row) => Ok(row.try_get(column)?),
        }
    }

    /// An integer or NULL.
    pub fn opt_int(&self, column: usize) -> StoreResult<Option<i64>> {
        match self {
            Self::Sqlite(row) => Ok(row.get(column)?),
            Self::Postgres(row) => Ok(row.try_get(column)?),
        }
    }

    /// An unsigned 32-bit number (UIDs, counts).
    pub fn u32(&self, column: usize) -> StoreResult<u32> {
        u32::try_from(self.int(column)?)
            .map_err(|_| StoreError::Corrupt(format!("column {column} is not a 32-bit number")))
    }

    /// A byte size or count that is never negative.
    pub fn u64(&self, column: usize) -> StoreResult<u64> {
        u64::try_from(self.int(column)?)
            .map_err(|_| StoreError::Corrupt(format!("column {column} is negative")))
    }

    /// Text that is never NULL.
    pub fn text(&self, column: usize) -> StoreResult<String> {
        match self {
            Self::Sqlite(row) => Ok(row.get(column)?),
            Self::Postgres(row) => Ok(row.try_get(column)?),
        }
    }

    /// Text or NULL.
    pub fn opt_text(&self, column: usize) -> StoreResult<Option<String>> {
        match self {
            Self::Sqlite(row) => Ok(row.get(column)?),
            Self::Postgres(row) => Ok(row.try_get(column)?),
        }
    }

    /// Bytes, borrowed from the row.
    pub fn bytes(&self, column: usize) -> StoreResult<&[u8]> {
        match self {
            Self::Sqlite(row) => row
                .get_ref(column)?
                .as_blob()
                .map_err(|_| StoreError::Corrupt(format!("column {column} is not bytes"))),
            Self::Postgres(row) => Ok(row.try_get(column)?),
        }
    }

    /// Bytes or NULL.
    pub fn opt_bytes(&self, column: usize) -> StoreResult<Option<&[u8]>> {
        match self {
            Self::Sqlite(row) => row
                .get_ref(column)?
                .as_blob_or_null()
                .map_err(|_| StoreError::Corrupt(format!("column {column} is not bytes"))),
            Self::Postgres(row) => Ok(row.try_get(column)?),
        }
    }
}

/// Rewrites `$1` to `?1`: SQLite numbers `$n` names by first appearance, which would silently
/// swap values. What stands in `/*sqlite …*/` is for SQLite alone: which index to take, for
/// without statistics it takes the primary key rather than a partial index.
pub(crate) fn for_sqlite(sql: &str) -> String {
    let sql = sql.replace("/*sqlite ", "").replace("*/", "");
    let mut out = String::with_capacity(sql.len());
    let mut quoted = false;
    for c in sql.chars() {
        if c == '\'' {
            quoted = !quoted;
        }
        out.push(if c == '$' && !quoted { '?' } else { c });
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn dollar_becomes_question_mark_outside_quotes() {
        assert_eq!(
            super::for_sqlite("SELECT '$1' WHERE a = $2 AND b = $1"),
            "SELECT '$1' WHERE a = ?2 AND b = ?1"
        );
        assert_eq!(
            super::for_sqlite("SELECT 1 FROM t /*sqlite INDEXED BY i*/ WHERE a = $1"),
            "SELECT 1 FROM t INDEXED BY i WHERE a = ?1"
        );
    }
}
