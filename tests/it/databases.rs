//! A fresh store for each test, on SQLite and, where there is one, on PostgreSQL.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends at the first surprise")]

use std::fmt::Write as _;
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
    pub async fn tamper(&self, text: &str) -> Result<u64, sqlx::Error> {
        let text = AssertSqlSafe(text.to_owned());
        if let Some(path) = self.url.strip_prefix("sqlite:") {
            let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path).foreign_keys(false);
            let mut connection = sqlx::SqliteConnection::connect_with(&options).await?;
            Ok(connection.execute(text).await?.rows_affected())
        } else {
            let mut connection = sqlx::PgConnection::connect(&self.url).await?;
            Ok(connection.execute(text).await?.rows_affected())
        }
    }

    /// How many rows a table holds.
    pub async fn rows(&self, table: &str) -> i64 {
        let text = AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
        if let Some(path) = self.url.strip_prefix("sqlite:") {
            let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
            let mut connection = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
            sqlx::query_scalar(text).fetch_one(&mut connection).await.unwrap()
        } else {
            let mut connection = sqlx::PgConnection::connect(&self.url).await.unwrap();
            sqlx::query_scalar(text).fetch_one(&mut connection).await.unwrap()
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
