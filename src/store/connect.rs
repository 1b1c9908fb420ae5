//! Opens the databases: SQLite with full durability and one writer, PostgreSQL with a pool; brings the tables up to date.

use std::path::Path;
use std::str::FromStr as _;
use std::time::Duration;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Connection as _, Postgres, SqlSafeStr as _, Transaction};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::vault::MasterKey;
use super::{Store, StoreError};

/// How long a request waits for a connection before it fails.
const PATIENCE: Duration = Duration::from_secs(10);
/// Connections that read SQLite; each is a thread with its own page cache.
const READERS: u32 = 3;
/// Connections to PostgreSQL.
const CONNECTIONS: u32 = 10;
/// Connections that may be busy with searches at once.
const SEARCHES: usize = 1;
/// Page cache of one SQLite connection, KiB (a negative number means KiB to SQLite).
const CACHE: &str = "-1024";

const SQLITE: &[(i64, &str, &str)] = &[
    (1, "first", include_str!("migrations/sqlite/0001_first.sql")),
    (2, "directory", include_str!("migrations/sqlite/0002_directory.sql")),
    (3, "directories", include_str!("migrations/sqlite/0003_directories.sql")),
    (4, "fingerprints", include_str!("migrations/sqlite/0004_fingerprints.sql")),
    (5, "sweeping", include_str!("migrations/sqlite/0005_sweeping.sql")),
    (6, "delivery ids", include_str!("migrations/sqlite/0006_delivery_ids.sql")),
];
const POSTGRES: &[(i64, &str, &str)] = &[
    (1, "first", include_str!("migrations/postgres/0001_first.sql")),
    (2, "directory", include_str!("migrations/postgres/0002_directory.sql")),
    (3, "directories", include_str!("migrations/postgres/0003_directories.sql")),
    (4, "fingerprints", include_str!("migrations/postgres/0004_fingerprints.sql")),
    (5, "sweeping", include_str!("migrations/postgres/0005_sweeping.sql")),
    (6, "delivery ids", include_str!("migrations/postgres/0006_delivery_ids.sql")),
];

/// An open SQLite file.
#[derive(Debug)]
pub struct Embedded {
    pub(super) writer: SqlitePool,
    pub(super) readers: SqlitePool,
    pub(super) searches: Semaphore,
    pub(super) master: MasterKey,
}

/// An open PostgreSQL database.
#[derive(Debug)]
pub struct Networked {
    pub(super) pool: PgPool,
    pub(super) searches: Semaphore,
    pub(super) master: MasterKey,
}

impl Embedded {
    pub(super) async fn open(path: &str, master: MasterKey) -> Result<Self, StoreError> {
        if path.is_empty() || path.contains(":memory:") {
            return Err(StoreError::Url); // one database per connection: nothing would survive anything
        }
        create(Path::new(path)).await.map_err(sqlx::Error::Io)?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .auto_vacuum(SqliteAutoVacuum::Incremental)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full) // in WAL mode: every commit is on the disk before it counts
            .foreign_keys(true)
            .busy_timeout(PATIENCE)
            .pragma("cache_size", CACHE)
            .pragma("secure_delete", "FAST");
        let pool = || {
            SqlitePoolOptions::new()
                .acquire_timeout(PATIENCE)
                .test_before_acquire(false) // an embedded database does not go away
                // On a full disk SQLite rolls back by itself; sqlx then counts a transaction for ever and refuses the next.
                .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
                .idle_timeout(None)
                .max_lifetime(None)
        };
        let writer = pool().max_connections(1).connect_with(options.clone().optimize_on_close(true, 400)).await?;
        let mut held = writer.begin_with("BEGIN IMMEDIATE").await?; // two processes may start at once
        migrator(SQLITE).run_direct(None, &mut *held, false).await?;
        held.commit().await?;
        let readers = pool().max_connections(READERS).connect_with(options.pragma("query_only", "ON")).await?;
        Ok(Self { writer, readers, searches: Semaphore::new(SEARCHES), master })
    }

    pub(super) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await; // last: moves what is in the log into the file
    }
}

impl Networked {
    pub(super) async fn open(url: &str, master: MasterKey) -> Result<Self, StoreError> {
        let options = PgConnectOptions::from_str(url)?.application_name("antragsassistent");
        // The pool tries again until its patience ends and then only says so; the first attempt says why.
        let mut connection = match tokio::time::timeout(PATIENCE, PgConnection::connect_with(&options)).await {
            Ok(connection) => connection?,
            Err(_) => return Err(sqlx::Error::PoolTimedOut.into()),
        };
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(PATIENCE)
            .idle_timeout(Duration::from_mins(10))
            .connect_lazy_with(options);
        // A connection of its own: if a migration fails, its advisory lock goes with it.
        migrator(POSTGRES).run_direct(None, &mut connection, false).await?;
        connection.close().await?;
        Ok(Self { pool, searches: Semaphore::new(SEARCHES), master })
    }

    /// Begins a transaction. In a task of its own: if the caller goes away while the database answers, sqlx would give the connection
    /// back with the transaction open, and what the next one writes with it would never be committed.
    pub(super) async fn begin(&self) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
        let pool = self.pool.clone();
        tokio::spawn(async move { pool.begin().await }).await.unwrap_or(Err(sqlx::Error::WorkerCrashed))
    }

    pub(super) async fn close(&self) {
        self.pool.close().await;
    }
}

impl Store {
    /// Waits until nobody else searches, as long as for a connection.
    pub(super) async fn turn_to_search(&self) -> Result<SemaphorePermit<'_>, StoreError> {
        let searches = match self {
            Self::Sqlite(database) => &database.searches,
            Self::Postgres(database) => &database.searches,
        };
        let turn = tokio::time::timeout(PATIENCE, searches.acquire()).await;
        Ok(turn.map_err(|_| sqlx::Error::PoolTimedOut)?.expect("nobody closes it"))
    }
}

fn migrator(texts: &[(i64, &'static str, &'static str)]) -> Migrator {
    Migrator::with_migrations(
        texts
            .iter()
            .map(|&(version, name, text)| {
                Migration::new(version, name.into(), MigrationType::Simple, text.into_sql_str(), false)
            })
            .collect(),
    )
}

/// Makes a missing file, readable by its owner only; SQLite gives its log the same mode.
async fn create(path: &Path) -> std::io::Result<()> {
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        tokio::fs::create_dir_all(parent).await?;
    }
    match tokio::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).await {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_transaction_that_sqlite_rolled_back_by_itself_does_not_block_the_writer() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.db");
        let database = Embedded::open(path.to_str().unwrap(), MasterKey::from_bytes([1; 32])).await.unwrap();
        for _ in 0..3 {
            let mut held = database.writer.begin_with("BEGIN IMMEDIATE").await.unwrap();
            sqlx::query("ROLLBACK").execute(&mut *held).await.unwrap(); // as a full disk does
            drop(held);
        }
        database.writer.begin_with("BEGIN IMMEDIATE").await.unwrap().commit().await.unwrap();
    }
}
