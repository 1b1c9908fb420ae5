//! What must survive a power cut: drafts, uploads, submissions, deliveries, events; on SQLite or PostgreSQL.

#[macro_use]
mod both;

/// The last good answers of directories.
pub mod answers;
/// Opens SQLite and PostgreSQL.
pub mod connect;
/// Deliveries: claim, settle, list.
pub mod deliveries;
/// Directories of offices that were imported.
pub mod directories;
/// Drafts, sealed with the browser's key.
pub mod drafts;
/// A printed document with its SHA-256.
pub mod printed;
/// Submissions: accepted in one transaction.
pub mod submissions;
/// Uploads, sealed in chunks.
pub mod uploads;
/// Sealing of what lies at rest.
pub mod vault;

use std::sync::Arc;

use jiff::Timestamp;

use connect::{Embedded, Networked};
use vault::MasterKey;

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
    Database(#[from] sqlx::Error),
    /// A migration failed.
    #[error("the database cannot be brought up to date: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
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
            let path = path.strip_prefix("//").unwrap_or(path);
            return Ok(Self::Sqlite(Arc::new(Embedded::open(path, master).await?)));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(Arc::new(Networked::open(url, master).await?)));
        }
        Err(StoreError::Url)
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        reading!(self, connection => sqlx::query("SELECT 1").execute(&mut *connection).await.map(|_| ())?);
        Ok(())
    }

    /// Finishes what is under way and closes the pool.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(database) => database.close().await,
            Self::Postgres(database) => database.close().await,
        }
    }

    fn master(&self) -> &MasterKey {
        match self {
            Self::Sqlite(database) => &database.master,
            Self::Postgres(database) => &database.master,
        }
    }
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
