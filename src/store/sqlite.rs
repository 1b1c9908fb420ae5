//! The embedded database: SQLite with full durability, one writer, few readers.

/// The thread that writes, and its group commit.
mod writer;

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};
use tokio::sync::Semaphore;

use super::tx::Tx;
use super::vault::MasterKey;
use super::{PATIENCE, SEARCHES, StoreError, migrations};
use writer::Writer;

/// Connections that read single rows.
const READERS: usize = 3;
/// Prepared statements kept by each connection.
const STATEMENTS: usize = 64;
/// What every connection is set to. In WAL mode `synchronous = FULL` has every commit on the disk before it counts; the page cache is
/// counted in KiB where the number is negative. What would undo a use case of a group is kept in memory instead of files.
const SETTINGS: &str = "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -1024; PRAGMA secure_delete = FAST; PRAGMA temp_store = MEMORY";
/// How long to wait before the switch to WAL mode is tried again.
const SWITCH_AGAIN: Duration = Duration::from_millis(5);

/// An open SQLite file.
#[derive(Debug)]
pub struct Embedded {
    pub(super) master: MasterKey,
    writer: Writer,
    readers: [Reader; READERS],
    searcher: Reader,
    pub(super) searches: Arc<Semaphore>,
}

/// A connection that only reads; none once the store is closed.
type Reader = Mutex<Option<Connection>>;

impl Embedded {
    /// Opens the file, makes it if it is missing, brings its tables up to date. Blocks.
    pub(super) fn open(path: &str, master: MasterKey) -> Result<Self, StoreError> {
        if path.is_empty() || path.contains(":memory:") {
            return Err(StoreError::Url); // one database per connection: nothing would survive anything
        }
        create(Path::new(path)).map_err(|error| StoreError::Database(error.to_string()))?;
        let writer = connect(path)?;
        writer.execute_batch("PRAGMA auto_vacuum = INCREMENTAL")?; // counts only until the first table is made
        switch_to_wal(&writer)?;
        let migration = Transaction::new_unchecked(&writer, TransactionBehavior::Immediate)?;
        migrations::migrate(&mut Tx::Sqlite(&migration))?;
        migration.commit()?;
        let reader = || -> Result<Reader, StoreError> {
            let reader = connect(path)?;
            reader.execute_batch("PRAGMA query_only = ON")?;
            Ok(Mutex::new(Some(reader)))
        };
        let readers = [reader()?, reader()?, reader()?];
        Ok(Self {
            master,
            readers,
            searcher: reader()?,
            searches: Arc::new(Semaphore::new(SEARCHES)),
            writer: Writer::start(writer)?,
        })
    }

    /// Runs `work` within a transaction; its answer comes after the commit is on the disk.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.writer.write(work).await
    }

    /// Reads a few rows at once, on the thread that asks: handing over to another one would take longer than the reading.
    pub(super) fn read<T>(&self, work: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let free = self.readers.iter().find_map(|reader| reader.try_lock().ok());
        read(free.unwrap_or_else(|| hold(&self.readers[0])).as_ref(), work)
    }

    /// Reads many rows, with a connection that nobody needs who is in a hurry. Blocks.
    pub(super) fn search<T>(&self, work: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        read(hold(&self.searcher).as_ref(), work)
    }

    /// Finishes what is queued and closes. Last goes the writer, which moves what is in the log into the file.
    pub(super) async fn close(&self) {
        for reader in self.readers.iter().chain([&self.searcher]) {
            hold(reader).take();
        }
        self.writer.close().await;
    }
}

/// A panic while a reader was held left nothing half-done in it.
fn hold(reader: &Reader) -> MutexGuard<'_, Option<Connection>> {
    reader.lock().unwrap_or_else(PoisonError::into_inner)
}

fn read<T>(
    reader: Option<&Connection>,
    work: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    work(&mut Tx::Sqlite(reader.ok_or_else(closed)?))
}

fn closed() -> StoreError {
    StoreError::Database("the store is closed".to_owned())
}

fn connect(path: &str) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.execute_batch(SETTINGS)?;
    Ok(connection)
}

/// Switches a new file to write-ahead logging. While other processes open it too, SQLite answers "locked" here without waiting for
/// its busy timeout, which two that upgrade their locks could only lose to each other: we wait ourselves.
fn switch_to_wal(connection: &Connection) -> Result<(), StoreError> {
    let begun = Instant::now();
    loop {
        let mode = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get::<_, String>(0));
        match mode {
            Ok(mode) if mode == "wal" => return Ok(()),
            Err(error) if !is_busy(&error) => return Err(error.into()),
            told if begun.elapsed() > PATIENCE => {
                return Err(StoreError::Database(format!("the file does not take write-ahead logging: {told:?}")));
            }
            _ => std::thread::sleep(SWITCH_AGAIN),
        }
    }
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// Makes a missing file, readable by its owner only; SQLite gives its log the same mode.
fn create(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        std::fs::create_dir_all(parent)?;
    }
    match std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(connection: &Connection, name: &str) -> String {
        let value = connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, rusqlite::types::Value>(0));
        match value.unwrap() {
            rusqlite::types::Value::Integer(number) => number.to_string(),
            rusqlite::types::Value::Text(text) => text,
            other => format!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn every_commit_waits_for_the_disk_and_readers_only_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let database = Embedded::open(path.to_str().unwrap(), MasterKey::from_bytes([1; 32])).unwrap();
        let names = ["synchronous", "journal_mode", "foreign_keys", "auto_vacuum", "secure_delete", "busy_timeout"];
        let told = move |connection: &Connection| names.map(|name| set(connection, name)).join(" ");
        let writes = database.write(move |tx| {
            let Tx::Sqlite(connection) = tx else { unreachable!("it is SQLite") };
            Ok((told(connection), set(connection, "query_only")))
        });
        assert_eq!(writes.await.unwrap(), ("2 wal 1 2 2 10000".to_owned(), "0".to_owned()));
        for reader in database.readers.iter().chain([&database.searcher]) {
            let reader = hold(reader);
            let reader = reader.as_ref().unwrap();
            assert_eq!((told(reader), set(reader, "query_only")), ("2 wal 1 2 2 10000".to_owned(), "1".to_owned()));
        }
    }
}
