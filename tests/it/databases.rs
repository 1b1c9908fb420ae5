//! A fresh store for each test, on SQLite and, where there is one, on PostgreSQL.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends at the first surprise")]

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Once;

use antragsassistent::randomness::Randomness;
use antragsassistent::store::Store;
use antragsassistent::store::vault::MasterKey;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};

/// The master key of every test's store.
pub const MASTER: [u8; 32] = [42; 32];

/// An empty store that nobody else uses.
pub struct Database {
    /// The store.
    pub store: Store,
    /// Its address, to open it again.
    pub url: String,
    directory: Option<tempfile::TempDir>,
}

/// An empty SQLite store, and an empty PostgreSQL one if `TEST_POSTGRES_URL` names a server. Without it the PostgreSQL half is
/// left out, and says so; with `ANTRAG_TESTS_ALL=1` that is a failure. `tests/tools/postgres.sh run -- cargo test` sets both.
pub async fn databases() -> Vec<Database> {
    let mut databases = vec![sqlite().await];
    let all = std::env::var("ANTRAG_TESTS_ALL").is_ok_and(|all| all == "1");
    if let Ok(server) = std::env::var("TEST_POSTGRES_URL") {
        databases.push(postgres(&server).await);
    } else if all {
        panic!("TEST_POSTGRES_URL is missing: run through tests/tools/postgres.sh run -- …")
    } else {
        static SAID: Once = Once::new();
        SAID.call_once(|| {
            use std::io::Write as _;
            // Past the test harness, which would swallow it.
            let _ = std::io::stderr().write_all(
                b"\nNOT TESTED ON POSTGRESQL: TEST_POSTGRES_URL is not set (tests/tools/postgres.sh run -- cargo test)\n\n",
            );
        });
    }
    databases
}

async fn sqlite() -> Database {
    let directory = tempfile::tempdir().unwrap();
    // In a directory that does not exist yet.
    let url = format!("sqlite:{}", directory.path().join("var/store.db").display());
    Database { store: open(&url).await, url, directory: Some(directory) }
}

async fn postgres(server: &str) -> Database {
    let name = Randomness::System.bytes::<8>().iter().fold("test_".to_owned(), |mut name, byte| {
        let _ = write!(name, "{byte:02x}");
        name
    });
    let mut connection = sqlx::PgConnection::connect(server).await.unwrap();
    connection.execute(AssertSqlSafe(format!("CREATE SCHEMA {name}"))).await.unwrap();
    connection.close().await.unwrap();
    let joint = if server.contains('?') { '&' } else { '?' };
    let url = format!("{server}{joint}options[search_path]={name}");
    Database { store: open(&url).await, url, directory: None }
}

/// Opens a store with the tests' master key.
pub async fn open(url: &str) -> Store {
    Store::open(url, MasterKey::from_bytes(MASTER)).await.unwrap()
}

/// A SQLite file as someone opens it who has it before them.
pub fn sqlite_file(path: &Path) -> rusqlite::Connection {
    let connection = rusqlite::Connection::open(path).unwrap();
    connection.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
    connection.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    connection
}

/// Runs statements on a SQLite file; returns how many rows they touched.
pub fn tamper_with(path: &Path, text: &str) -> Result<u64, rusqlite::Error> {
    let connection = sqlite_file(path);
    connection.execute_batch(text)?;
    Ok(connection.total_changes())
}

impl Database {
    /// The same database, opened by another instance.
    pub async fn beside(other: &Self) -> Self {
        Self::beside_url(&other.url).await
    }

    /// A database that lies somewhere else.
    pub async fn beside_url(url: &str) -> Self {
        Self { store: open(url).await, url: url.to_owned(), directory: None }
    }

    /// What someone does who reaches the database itself; returns how many rows it touched.
    pub async fn tamper(&self, text: &str) -> Result<u64, Box<dyn std::error::Error>> {
        if let Some(path) = self.url.strip_prefix("sqlite:") {
            Ok(tamper_with(Path::new(path), text)?)
        } else {
            let mut connection = sqlx::PgConnection::connect(&self.url).await?;
            Ok(connection.execute(AssertSqlSafe(text.to_owned())).await?.rows_affected())
        }
    }

    /// How many rows a table holds.
    pub async fn rows(&self, table: &str) -> i64 {
        self.number(&format!("SELECT COUNT(*) FROM {table}")).await
    }

    /// The number that a query gives.
    pub async fn number(&self, text: &str) -> i64 {
        if let Some(path) = self.url.strip_prefix("sqlite:") {
            sqlite_file(Path::new(path)).query_row(text, [], |row| row.get(0)).unwrap()
        } else {
            let mut connection = sqlx::PgConnection::connect(&self.url).await.unwrap();
            sqlx::query_scalar(AssertSqlSafe(text.to_owned())).fetch_one(&mut connection).await.unwrap()
        }
    }

    /// Where SQLite's files lie.
    pub fn directory(&self) -> Option<std::path::PathBuf> {
        self.directory.as_ref().map(|directory| directory.path().join("var"))
    }

    /// Closes the store and opens it again, as a restart does.
    pub async fn restart(&mut self) {
        self.store.close().await;
        self.store = open(&self.url).await;
    }
}
