//! A delivery of a directory taken in: all of its files, whole or not at all, while others go on asking.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use tokio::sync::mpsc;

use crate::office::xzufi::transfer::{Broken, Transfer};
use crate::office::xzufi::{Change, folder};
use crate::problem::Problem;
use crate::store::directories::writing::Prepared;
use crate::store::{Store, StoreError};

/// Bytes of the file after which a batch is written.
const BATCH_BYTES: u64 = 2 * 1024 * 1024;
/// Changes after which a batch is written.
const BATCH_CHANGES: usize = 4000;
/// Responsibilities after which a batch is written.
const BATCH_ROWS: usize = 20_000;
/// Bytes of the file after which the progress is told.
const TOLD_BYTES: u64 = 256 * 1024;
/// Batches that wait for the store.
const WAITING: usize = 2;
/// Bytes read from a file at once.
const BUFFER: usize = 128 * 1024;
/// Reasons that are kept; all are counted.
const MOST_REASONS: usize = 1000;

/// What came of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files.
    pub files: usize,
    /// Bytes read.
    pub bytes: u64,
    /// Objects written.
    pub written: u64,
    /// Objects deleted.
    pub deleted: u64,
    /// Objects that were lost.
    pub rejected: u64,
    /// Place and reason of the first of them.
    pub reasons: Vec<String>,
    /// Versions that the files say they have.
    pub versions: Vec<String>,
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum TakeInError {
    /// The delivery is not complete, or broken.
    #[error("the delivery cannot be used:\n{}", told(.0))]
    Delivery(Vec<Problem>),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Imports the delivery. `read` is told how many bytes of how many were read; it is called on another thread.
pub async fn take_in(
    store: &Store,
    directory: &str,
    delivery: &Path,
    now: Timestamp,
    read: impl FnMut(u64, u64) + Send + 'static,
) -> Result<Summary, TakeInError> {
    let files = folder::files(delivery).map_err(TakeInError::Delivery)?;
    let import = store.begin_import(directory).await?;
    let (sender, mut batches) = mpsc::channel::<Prepared>(WAITING);
    let reading = tokio::task::spawn_blocking(move || {
        let mut reading =
            DeliveryReader { sender, summary: Summary::default(), batch: Vec::new(), rows: 0, from: 0, told: 0, read };
        reading.all(&files).map(|()| reading.summary)
    });
    let mut written = Ok(());
    while let Some(batch) = batches.recv().await {
        written = store.import(&import, batch).await;
        if written.is_err() {
            break;
        }
    }
    batches.close(); // the reader stops at its next batch
    drop(batches);
    let summary = reading.await.map_err(|_| TakeInError::Delivery(vec![Problem::whole("", "the reader failed")]))?;
    match (written, summary) {
        (Ok(()), Ok(summary)) => {
            store.publish_import(&import, now).await?;
            if let Err(cause) = store.sweep_import(directory).await {
                // The import counts. What it replaced is seen by nobody, and the next import sweeps it away.
                tracing::warn!(%cause, "what the import replaced is not deleted yet");
            }
            Ok(summary)
        }
        (written, summary) => {
            // What remains unpublished is seen by nobody, and the next import throws it away: its failure changes nothing.
            let _ = store.abandon_import(import).await;
            written?;
            Err(summary.err().map_or(TakeInError::Delivery(Vec::new()), |problem| TakeInError::Delivery(vec![problem])))
        }
    }
}

/// Reads a delivery without importing it: every broken file.
pub fn look_through(delivery: &Path) -> Vec<Problem> {
    let files = match folder::files(delivery) {
        Ok(files) => files,
        Err(problems) => return problems,
    };
    let look = |file: &PathBuf| -> Result<(), Problem> {
        let mut transfer = open(file)?;
        while transfer.next_item().map_err(|broken| problem(file, &broken))?.is_some() {}
        Ok(())
    };
    files.iter().filter_map(|file| look(file).err()).collect()
}

struct DeliveryReader<F> {
    sender: mpsc::Sender<Prepared>,
    summary: Summary,
    batch: Vec<Change>,
    /// Responsibilities in the batch.
    rows: usize,
    /// Bytes of the delivery before the batch.
    from: u64,
    /// Bytes that were told.
    told: u64,
    read: F,
}

impl<F: FnMut(u64, u64)> DeliveryReader<F> {
    fn all(&mut self, files: &[PathBuf]) -> Result<(), Problem> {
        let total = files.iter().filter_map(|file| std::fs::metadata(file).ok()).map(|metadata| metadata.len()).sum();
        for file in files {
            if !self.file(file, total)? {
                return Ok(()); // the store failed, which is told there
            }
        }
        self.flush();
        (self.read)(self.summary.bytes, total);
        Ok(())
    }

    /// Whether to go on.
    fn file(&mut self, file: &Path, total: u64) -> Result<bool, Problem> {
        let (mut transfer, before) = (open(file)?, self.summary.bytes);
        while let Some(item) = transfer.next_item().map_err(|broken| problem(file, &broken))? {
            match item.change {
                Ok(change) => {
                    match &change {
                        Change::Write(object) => {
                            self.summary.written += 1;
                            self.rows += object.zustaendigkeiten.len();
                        }
                        Change::Delete { .. } => self.summary.deleted += 1,
                    }
                    self.batch.push(change);
                }
                Err(reason) => {
                    self.summary.rejected += 1;
                    if self.summary.reasons.len() < MOST_REASONS {
                        self.summary.reasons.push(format!("{}:{}: {reason}", file.display(), item.place));
                    }
                }
            }
            let read = before + transfer.bytes();
            if read - self.told >= TOLD_BYTES {
                self.told = read;
                (self.read)(read, total);
            }
            let full = self.batch.len() >= BATCH_CHANGES || self.rows >= BATCH_ROWS;
            if full || read - self.from >= BATCH_BYTES {
                self.from = read;
                if !self.flush() {
                    return Ok(false);
                }
            }
        }
        self.summary.bytes = before + transfer.bytes();
        self.summary.files += 1;
        if let Some(version) =
            transfer.version().filter(|version| !self.summary.versions.iter().any(|known| known == version))
        {
            self.summary.versions.push(version.to_owned());
        }
        Ok(true)
    }

    fn flush(&mut self) -> bool {
        let batch = std::mem::take(&mut self.batch);
        self.rows = 0;
        batch.is_empty() || self.sender.blocking_send(Prepared::new(batch)).is_ok()
    }
}

fn open(file: &Path) -> Result<Transfer<BufReader<File>>, Problem> {
    let opened = File::open(file).map_err(|cause| {
        Problem::whole(&file.display().to_string(), format!("die Datei ist nicht lesbar ({cause})"))
    })?;
    Ok(Transfer::new(BufReader::with_capacity(BUFFER, opened)))
}

fn problem(file: &Path, broken: &Broken) -> Problem {
    Problem::whole(&format!("{}:{}", file.display(), broken.place), &broken.message)
}

fn told(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
