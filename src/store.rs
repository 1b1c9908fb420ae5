//! What must survive a power cut: drafts, uploads, submissions, deliveries, events; on SQLite or PostgreSQL.

/// The last good answers of directories.
pub mod answers;
/// Deliveries: claim, settle, list.
pub mod deliveries;
/// Directories of offices that were imported.
pub mod directories;
/// Drafts, sealed with the browser's key.
pub mod drafts;
/// Brings the tables up to date.
mod migrations;
/// What lies at rest, packed, with the version of its format.
mod packed;
/// PostgreSQL.
pub mod postgres;
/// A printed document with its SHA-256.
pub mod printed;
/// The embedded database.
pub mod sqlite;
/// Submissions: accepted in one transaction.
pub mod submissions;
/// One text of SQL and logic for both databases.
mod tx;
/// Uploads, sealed in chunks.
pub mod uploads;
/// Sealing of what lies at rest.
pub mod vault;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use postgres::Networked;
use sqlite::Embedded;
use tx::Tx;
use vault::MasterKey;

/// How long a request waits for the database before it fails.
const PATIENCE: Duration = Duration::from_secs(10);
/// Searches at once. Each walks through all names; while many people search, drafts must still find a free connection.
const SEARCHES: usize = 1;

/// The store. Cheap to clone; all clones share one pool.
#[derive(Clone, Debug)]
pub enum Store {
    /// Embedded, one machine.
    Sqlite(Arc<Embedded>),
    /// Any number of instances.
    Postgres(Arc<Networked>),
}

/// Why the store does not do what it is asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database failed or cannot be reached.
    #[error("the database failed: {0}")]
    Database(String),
    /// A migration failed.
    #[error("the database cannot be brought up to date: {0}")]
    Migration(String),
    /// `store.url` is not one we know.
    #[error("store.url is neither sqlite:… nor postgres://…")]
    Url,
    /// Content does not open with the key: damaged, or not ours.
    #[error("sealed content does not open")]
    Sealed,
    /// Content opens but does not read. The cause's own words may quote an answer: only its place is told.
    #[error("stored content does not read (line {}, column {})", .0.line(), .0.column())]
    Content(#[from] serde_json::Error),
    /// Someone else saved the draft in between.
    #[error("the draft was changed elsewhere")]
    Conflict,
    /// The Vorgangsnummer is taken: take the next tick.
    #[error("the Vorgangsnummer is taken")]
    NumberTaken,
    /// The draft was submitted already.
    #[error("the draft was submitted already")]
    AlreadySent,
    /// The upload is larger than allowed, or one too many.
    #[error("the upload exceeds its limit")]
    UploadLimit,
    /// The upload's body broke off.
    #[error("the upload broke off")]
    UploadBroken,
    /// Another import of the same directory began in between.
    #[error("another import of the directory {0} began meanwhile")]
    ImportOvertaken(String),
    /// A submission without a way to an office would lie there for ever.
    #[error("the submission has no way to an office")]
    NoChannel,
}

impl Store {
    /// Opens the store and brings its tables up to date. `url` is `sqlite:path` or `postgres://…`. A missing SQLite file is
    /// made, with its directory, readable by its owner only.
    pub async fn open(url: &str, master: MasterKey) -> Result<Self, StoreError> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path).to_owned();
            return Ok(Self::Sqlite(Arc::new(spawn_blocking(move || Embedded::open(&path, master)).await?)));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(Arc::new(Networked::open(url, master).await?)));
        }
        Err(StoreError::Url)
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.read(|tx| tx.one::<(i64,)>("SELECT CAST(1 AS BIGINT)", &[]).map(|_| ())).await
    }

    /// Finishes what is under way and closes.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(database) => database.close().await,
            Self::Postgres(database) => database.close().await,
        }
    }

    /// Runs a use case that writes: all of it or nothing. The answer comes when it is on the disk. If nobody waits for the answer any
    /// more, it is written whole or not at all.
    async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        match self {
            Self::Sqlite(database) => database.write(work).await,
            Self::Postgres(database) => database.write(work).await,
        }
    }

    /// Reads a few rows.
    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        match self {
            Self::Sqlite(database) => database.read(work),
            Self::Postgres(database) => database.read(work).await,
        }
    }

    /// Reads what takes long, as it walks through many rows; one after the other, so that nobody else waits for it.
    async fn search<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let searches = match self {
            Self::Sqlite(database) => &database.searches,
            Self::Postgres(database) => &database.searches,
        };
        let turn = tokio::time::timeout(PATIENCE, searches.clone().acquire_owned()).await;
        let turn = turn.map_err(|_| StoreError::Database("too many searches at once".to_owned()))?;
        let work = move |tx: &mut Tx<'_>| {
            let _turn = turn;
            work(tx)
        };
        match self {
            Self::Sqlite(database) => {
                let database = database.clone();
                spawn_blocking(move || database.search(work)).await
            }
            Self::Postgres(database) => database.read(work).await,
        }
    }

    fn master(&self) -> &MasterKey {
        match self {
            Self::Sqlite(database) => &database.master,
            Self::Postgres(database) => &database.master,
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error.to_string())
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.to_string())
    }
}

/// Work that blocks, on a thread that may; it goes on to its end when nobody waits for it any more.
async fn spawn_blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|_| Err(StoreError::Database("a use case panicked, or the program ends".to_owned())))
}

/// A moment as the tables hold it: nanoseconds since 1970 UTC. Moments past 2262 become the last one that fits.
fn nanos(moment: Timestamp) -> i64 {
    let nanos = moment.as_nanosecond();
    i64::try_from(nanos).unwrap_or(if nanos < 0 { i64::MIN } else { i64::MAX })
}

/// A moment from the tables.
fn moment(nanos: i64) -> Timestamp {
    Timestamp::from_nanosecond(i128::from(nanos)).expect("64 bits of nanoseconds are within jiff's years")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_that_does_not_read_is_not_quoted() {
        let error = serde_json::from_str::<u8>("\"Krähenwinkel\"").unwrap_err();
        assert!(error.to_string().contains("Krähenwinkel"));
        assert_eq!(StoreError::from(error).to_string(), "stored content does not read (line 1, column 15)");
    }
}
