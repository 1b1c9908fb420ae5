//! One text of SQL and logic for both databases: a transaction, its queries, the values and rows that both understand.
//!
//! Use cases are plain functions over [`Tx`]. SQLite runs them on the thread that owns the connection; PostgreSQL on a blocking
//! thread that waits for the network.

use rusqlite::types::{ToSqlOutput, ValueRef};
use sqlx::postgres::{PgArguments, PgConnection, PgRow};
use sqlx::{Arguments as _, AssertSqlSafe, FromRow};
use tokio::runtime::Handle;

use super::StoreError;

/// A transaction under way, or for reading a connection. Placeholders are `$1`, `$2` …, in any order.
pub(super) enum Tx<'c> {
    Sqlite(&'c rusqlite::Connection),
    Postgres(&'c mut PgConnection, &'c Handle),
}

/// A value that a query binds. PostgreSQL has to know the type of an absent one too.
#[derive(Clone, Copy)]
pub(super) enum Value<'v> {
    Integer(Option<i64>),
    Text(Option<&'v str>),
    Bytes(Option<&'v [u8]>),
}

/// A row as a tuple of `i64`, `bool`, `String`, `Vec<u8>` and options of them.
pub(super) trait Columns:
    for<'r> FromRow<'r, PgRow> + for<'r> TryFrom<&'r rusqlite::Row<'r>, Error = rusqlite::Error> + Send + Unpin
{
}

impl<T> Columns for T where
    T: for<'r> FromRow<'r, PgRow> + for<'r> TryFrom<&'r rusqlite::Row<'r>, Error = rusqlite::Error> + Send + Unpin
{
}

/// The values of a query, in the order of their numbers.
macro_rules! values {
    ($($value:expr),* $(,)?) => {
        &[$($crate::store::tx::Value::from($value)),*]
    };
}
pub(super) use values;

impl Tx<'_> {
    /// Runs a statement; gives the number of rows that it touched.
    pub(super) fn execute(&mut self, text: &str, values: &[Value<'_>]) -> Result<u64, StoreError> {
        match self {
            Self::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(text)?;
                bind(&mut statement, values)?;
                Ok(statement.raw_execute()? as u64)
            }
            Self::Postgres(connection, runtime) => {
                let query = sqlx::query_with(AssertSqlSafe(text.to_owned()), arguments(values)?);
                Ok(runtime.block_on(query.execute(&mut **connection))?.rows_affected())
            }
        }
    }

    /// All rows of a query.
    pub(super) fn rows<T: Columns>(&mut self, text: &str, values: &[Value<'_>]) -> Result<Vec<T>, StoreError> {
        match self {
            Self::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(text)?;
                bind(&mut statement, values)?;
                let (mut rows, mut found) = (statement.raw_query(), Vec::new());
                while let Some(row) = rows.next()? {
                    found.push(T::try_from(row)?);
                }
                Ok(found)
            }
            Self::Postgres(connection, runtime) => {
                let query = sqlx::query_as_with(AssertSqlSafe(text.to_owned()), arguments(values)?);
                Ok(runtime.block_on(query.fetch_all(&mut **connection))?)
            }
        }
    }

    /// The only row of a query, if there is one.
    pub(super) fn row<T: Columns>(&mut self, text: &str, values: &[Value<'_>]) -> Result<Option<T>, StoreError> {
        Ok(self.rows(text, values)?.pop())
    }

    /// The only row of a query that always has one, such as a count.
    pub(super) fn one<T: Columns>(&mut self, text: &str, values: &[Value<'_>]) -> Result<T, StoreError> {
        self.row(text, values)?.ok_or_else(|| StoreError::Database("a row is missing".to_owned()))
    }

    /// Runs several statements without values.
    pub(super) fn script(&mut self, text: &str) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(connection) => connection.execute_batch(text)?,
            Self::Postgres(connection, runtime) => {
                runtime.block_on(sqlx::raw_sql(AssertSqlSafe(text.to_owned())).execute(&mut **connection))?;
            }
        }
        Ok(())
    }

    /// Keeps the rows of this `SELECT` for the transaction and passes over those that others keep. On SQLite the transaction has the
    /// whole database anyway.
    pub(super) fn locking<T: Columns>(&mut self, text: &str, values: &[Value<'_>]) -> Result<Vec<T>, StoreError> {
        match self {
            Self::Sqlite(_) => self.rows(text, values),
            Self::Postgres(..) => self.rows(&format!("{text} FOR UPDATE SKIP LOCKED"), values),
        }
    }

    /// Appends to the audit trail of a submission, where it concerns one with its delivery. The detail holds no personal data.
    pub(super) fn event(
        &mut self,
        submission: &str,
        at: i64,
        what: &str,
        delivery: Option<i64>,
        detail: Option<&str>,
    ) -> Result<(), StoreError> {
        let text = "INSERT INTO events (submission, at, what, delivery, detail) VALUES ($1, $2, $3, $4, $5)";
        self.execute(text, values![submission, at, what, delivery, detail]).map(|_| ())
    }
}

/// A query whose text depends on what is asked. Values are always bound, never written into the text.
pub(super) struct Query<'v> {
    pub(super) text: String,
    pub(super) values: Vec<Value<'v>>,
}

impl<'v> Query<'v> {
    /// Begins with this text.
    pub(super) fn new(text: &str) -> Self {
        Self { text: text.to_owned(), values: Vec::new() }
    }

    /// Goes on with this text.
    pub(super) fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Goes on with a value.
    pub(super) fn bind(&mut self, value: impl Into<Value<'v>>) -> &mut Self {
        self.values.push(value.into());
        let number = self.values.len();
        self.push("$").push(&number.to_string())
    }

    /// Goes on with values in brackets: `(a, b, …)`.
    pub(super) fn list<V: Into<Value<'v>>>(&mut self, values: impl IntoIterator<Item = V>) -> &mut Self {
        let mut before = "(";
        for value in values {
            self.push(before).bind(value);
            before = ", ";
        }
        self.push(")")
    }
}

/// SQLite numbers `$n` by their first appearance: each is bound by its name.
fn bind(statement: &mut rusqlite::Statement<'_>, values: &[Value<'_>]) -> Result<(), rusqlite::Error> {
    for index in 1..=statement.parameter_count() {
        let number = statement.parameter_name(index).and_then(|name| name.strip_prefix('$')?.parse::<usize>().ok());
        let value = number.and_then(|number| values.get(number.checked_sub(1)?));
        let value = value.ok_or(rusqlite::Error::InvalidParameterCount(values.len(), index))?;
        statement.raw_bind_parameter(index, value)?;
    }
    Ok(())
}

fn arguments(values: &[Value<'_>]) -> Result<PgArguments, StoreError> {
    let mut arguments = PgArguments::default();
    for value in values {
        match *value {
            Value::Integer(value) => arguments.add(value),
            Value::Text(value) => arguments.add(value),
            Value::Bytes(value) => arguments.add(value),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>, rusqlite::Error> {
        Ok(ToSqlOutput::Borrowed(match *self {
            Self::Integer(value) => value.map_or(ValueRef::Null, ValueRef::Integer),
            Self::Text(value) => value.map_or(ValueRef::Null, |text| ValueRef::Text(text.as_bytes())),
            Self::Bytes(value) => value.map_or(ValueRef::Null, ValueRef::Blob),
        }))
    }
}

impl From<i64> for Value<'_> {
    fn from(value: i64) -> Self {
        Self::Integer(Some(value))
    }
}

impl From<Option<i64>> for Value<'_> {
    fn from(value: Option<i64>) -> Self {
        Self::Integer(value)
    }
}

impl<'v> From<&'v str> for Value<'v> {
    fn from(value: &'v str) -> Self {
        Self::Text(Some(value))
    }
}

impl<'v> From<&'v String> for Value<'v> {
    fn from(value: &'v String) -> Self {
        Self::Text(Some(value))
    }
}

impl<'v> From<Option<&'v str>> for Value<'v> {
    fn from(value: Option<&'v str>) -> Self {
        Self::Text(value)
    }
}

impl<'v> From<&'v Vec<u8>> for Value<'v> {
    fn from(value: &'v Vec<u8>) -> Self {
        Self::Bytes(Some(value))
    }
}

impl<'v> From<Option<&'v [u8]>> for Value<'v> {
    fn from(value: Option<&'v [u8]>) -> Self {
        Self::Bytes(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_bound_by_their_number_in_any_order_and_any_number_of_times() {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        let mut tx = Tx::Sqlite(&connection);
        let row: (String, i64, String) = tx.one("SELECT $2, $1, $2", values![7, "b"]).unwrap();
        assert_eq!(row, ("b".to_owned(), 7, "b".to_owned()));
        let one: &[Value<'_>] = values![7];
        for values in [&[], one] {
            assert!(tx.one::<(i64, i64)>("SELECT $1, $2", values).is_err(), "nothing is taken for absent");
        }
    }
}
