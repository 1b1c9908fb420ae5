//! What must survive a power cut: drafts, uploads, submissions, deliveries, events; on SQLite or PostgreSQL.

/// Deliveries: claim, settle, list.
pub mod deliveries;
/// Drafts, sealed with the browser's key.
pub mod drafts;
/// Submissions: accepted in one transaction.
pub mod submissions;
/// Uploads, sealed in chunks.
pub mod uploads;
/// Sealing of what lies at rest.
pub mod vault;

use vault::MasterKey;

/// The store. Cheap to clone; all clones share one pool.
#[derive(Clone, Debug)]
pub enum Store {
    /// Embedded, one machine.
    Sqlite(std::sync::Arc<MasterKey>),
    /// Any number of instances.
    Postgres(std::sync::Arc<MasterKey>),
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
    /// Content opens but does not read.
    #[error("stored content does not read: {0}")]
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
}

impl Store {
    /// Opens the store and brings its tables up to date. `url` is `sqlite:path` or `postgres://…`.
    pub async fn open(url: &str, master: MasterKey) -> Result<Self, StoreError> {
        let _ = (url, master);
        todo!()
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        todo!()
    }

    /// Finishes what is under way and closes the pool.
    pub async fn close(&self) {
        todo!()
    }
}
