//! The writer on a real file, with use cases that wait, fail, panic and go away.

use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::join_all;
use tokio::time::timeout;

use super::*;
use crate::store::tx::values;

/// Long enough to see that something does not happen.
const A_WHILE: Duration = Duration::from_millis(50);

struct File {
    writer: Writer,
    path: std::path::PathBuf,
    _folder: tempfile::TempDir,
}

impl File {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let connection = Self::connection(&path);
        let tables = "CREATE TABLE rows (text TEXT PRIMARY KEY) STRICT; CREATE TABLE children (text TEXT REFERENCES rows) STRICT";
        connection.execute_batch(tables).unwrap();
        Self { writer: Writer::start(connection).unwrap(), path, _folder: folder }
    }

    fn connection(path: &std::path::Path) -> Connection {
        let connection = Connection::open(path).unwrap();
        connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON").unwrap();
        connection.busy_timeout(PATIENCE).unwrap();
        connection
    }

    /// What is on the disk.
    fn rows(&self) -> Vec<String> {
        let connection = Self::connection(&self.path);
        let mut statement = connection.prepare("SELECT text FROM rows ORDER BY text").unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    /// Whether the thread writes now.
    fn has_begun(&self) -> bool {
        let other = Connection::open(&self.path).unwrap();
        other.busy_timeout(Duration::ZERO).unwrap();
        other.execute_batch("BEGIN IMMEDIATE; ROLLBACK").is_err()
    }

    async fn insert(&self, text: &'static str) -> Result<(), StoreError> {
        self.writer.write(move |tx| insert(tx, text)).await
    }

    /// Keeps the thread busy until the sender is dropped: whatever is queued meanwhile is of one group with it.
    fn held(&self) -> (impl Future<Output = Result<(), StoreError>>, Sender<()>) {
        let (release, held) = channel::<()>();
        let work = self.writer.write(move |tx| {
            insert(tx, "first")?;
            let _ = held.recv();
            Ok(())
        });
        (work, release)
    }
}

fn insert(tx: &mut Tx<'_>, text: &str) -> Result<(), StoreError> {
    tx.execute("INSERT INTO rows (text) VALUES ($1)", values![text]).map(|_| ())
}

fn is_database<T>(result: &Result<T, StoreError>) -> bool {
    matches!(result, Err(StoreError::Database(_)))
}

/// What someone does after everyone before has queued.
fn then(action: impl FnOnce()) -> impl Future<Output = ()> {
    futures_util::future::lazy(|_| action())
}

#[tokio::test]
async fn a_use_case_that_fails_takes_back_its_own_and_nothing_of_its_group() {
    let file = File::new();
    let (first, release) = file.held();
    let failing = file.writer.write(|tx| {
        insert(tx, "taken back")?;
        Err::<(), _>(StoreError::Conflict)
    });
    let panicking = file.writer.write(|tx| {
        insert(tx, "panicked")?;
        std::panic::resume_unwind(Box::new(()))
    });
    let panicking = async { panicking.await as Result<(), StoreError> };
    let (before, after) = (file.insert("before"), file.insert("later"));
    let (first, before, failed, panicked, after, ()) =
        tokio::join!(first, before, failing, panicking, after, then(|| drop(release)));
    first.and(before).and(after).unwrap();
    assert!(matches!(failed, Err(StoreError::Conflict)));
    assert!(is_database(&panicked));
    assert_eq!(file.rows(), ["before", "first", "later"]);
    file.insert("next").await.unwrap();
    assert_eq!(file.rows().len(), 4);
}

#[tokio::test]
async fn a_commit_that_fails_fails_all_of_its_group_refusals_too() {
    let file = File::new();
    let (first, release) = file.held();
    // Noticed at the commit only.
    let orphan = file
        .writer
        .write(|tx| tx.script("PRAGMA defer_foreign_keys = ON; INSERT INTO children (text) VALUES ('nobody')"));
    let refused = file.writer.write(|_| Err::<(), _>(StoreError::AlreadySent));
    let (first, orphan, refused, ()) = tokio::join!(first, orphan, refused, then(|| drop(release)));
    assert!(is_database(&first) && is_database(&orphan) && is_database(&refused), "{first:?} {orphan:?} {refused:?}");
    assert!(file.rows().is_empty());
    file.insert("next").await.unwrap();
    assert_eq!(file.rows(), ["next"]);
}

#[tokio::test]
async fn nobody_is_answered_before_the_commit_of_the_group() {
    let file = File::new();
    let (first, release) = file.held();
    let mut quick = std::pin::pin!(file.insert("quick"));
    let mut refused = std::pin::pin!(file.writer.write(|_| Err::<(), _>(StoreError::AlreadySent)));
    let mut first = std::pin::pin!(first);
    let (go_on, waits) = channel::<()>();
    let (begin, begun) = channel::<()>();
    let last = file.writer.write(move |_| {
        let _ = begin.send(());
        let _ = waits.recv();
        Ok(())
    });
    let mut last = std::pin::pin!(last);
    for held in [&mut first as &mut (dyn Future<Output = _> + Unpin), &mut quick, &mut refused, &mut last] {
        assert!(held.now_or_never().is_none());
    }
    drop(release);
    begun.recv().unwrap();
    // The others ran; the last one has begun and not ended.
    assert!(timeout(A_WHILE, &mut first).await.is_err());
    assert!(quick.as_mut().now_or_never().is_none() && refused.as_mut().now_or_never().is_none());
    assert!(file.rows().is_empty(), "nothing is on the disk");
    drop(go_on);
    let (first, quick, refused, last) = tokio::join!(first, quick, refused, last);
    first.and(quick).and(last).unwrap();
    assert!(matches!(refused, Err(StoreError::AlreadySent)));
    assert_eq!(file.rows(), ["first", "quick"]);
}

#[tokio::test]
async fn a_transaction_that_sqlite_rolled_back_by_itself_blocks_nobody_and_is_told_to_its_group() {
    let file = File::new();
    for _ in 0..3 {
        let (first, release) = file.held();
        let full = file.writer.write(|tx| {
            tx.script("ROLLBACK")?; // as a full disk does
            Err::<(), _>(StoreError::Database("disk full".to_owned()))
        });
        let (first, full, next, ()) = tokio::join!(first, full, file.insert("next"), then(|| drop(release)));
        assert!(is_database(&first), "what was rolled back is not confirmed");
        assert!(full.unwrap_err().to_string().contains("disk full"));
        assert!(is_database(&next), "{next:?}");
        assert!(file.rows().is_empty());
    }
    file.insert("works again").await.unwrap();
    assert_eq!(file.rows(), ["works again"]);
}

#[tokio::test]
async fn a_disk_that_is_really_full_fails_what_does_not_fit_and_nothing_later() {
    let file = File::new();
    file.writer.write(|tx| tx.rows::<(i64,)>("PRAGMA max_page_count = 8", &[]).map(|_| ())).await.unwrap();
    let large = file.writer.write(|tx| {
        let text = "INSERT INTO rows (text) VALUES (hex(zeroblob(100000)))";
        tx.execute(text, &[]).map(|_| ())
    });
    let told = large.await.unwrap_err().to_string();
    assert!(told.contains("full"), "{told}");
    file.insert("small").await.unwrap();
    assert_eq!(file.rows(), ["small"]);
}

#[tokio::test]
async fn who_went_away_before_the_beginning_wrote_nothing_and_after_it_everything() {
    let file = File::new();
    let (first, release) = file.held();
    let mut first = Box::pin(first);
    assert!((&mut first).now_or_never().is_none());
    while !file.has_begun() {
        tokio::task::yield_now().await;
    }
    drop(first);
    {
        let mut impatient = std::pin::pin!(file.insert("impatient"));
        assert!(impatient.as_mut().now_or_never().is_none());
    }
    let (patient, ()) = tokio::join!(file.insert("patient"), then(|| drop(release)));
    patient.unwrap();
    assert_eq!(file.rows(), ["first", "patient"]);
}

#[tokio::test]
async fn who_waited_too_long_in_the_queue_is_told_so_and_nothing_is_written() {
    let file = File::new();
    let (told, mut answer) = oneshot::channel();
    let job: Job = Box::new(move |begun| {
        let _ = told.send(begun.map(|_| ()));
        None
    });
    let over = Instant::now().checked_sub(Duration::from_millis(1)).unwrap();
    file.writer.0.send(Order::Write(over, job)).await.unwrap();
    file.insert("in time").await.unwrap();
    assert!(is_database(&answer.try_recv().unwrap()));
}

#[tokio::test]
async fn who_finds_no_room_in_the_queue_waits_only_as_long_as_patience_lasts() {
    let file = File::new();
    let (first, release) = file.held();
    let mut queued: Vec<_> = vec![first.boxed()];
    queued.extend((0..QUEUE).map(|_| file.writer.write(|_| Ok(())).boxed()));
    while !file.has_begun() {
        for waiting in &mut queued {
            assert!(waiting.now_or_never().is_none());
        }
        tokio::task::yield_now().await;
    }
    for waiting in &mut queued {
        assert!(waiting.now_or_never().is_none());
    }
    tokio::time::pause(); // time runs on while everyone waits
    let too_many = file.insert("one too many").await;
    assert!(is_database(&too_many), "{too_many:?}");
    tokio::time::resume();
    let (all, ()) = tokio::join!(join_all(queued), then(|| drop(release)));
    all.into_iter().collect::<Result<Vec<()>, _>>().unwrap();
    assert_eq!(file.rows(), ["first"]);
}

#[tokio::test]
async fn another_process_that_writes_is_waited_for() {
    let file = File::new();
    let other = File::connection(&file.path);
    other.execute_batch("BEGIN IMMEDIATE; INSERT INTO rows (text) VALUES ('other')").unwrap();
    let mut ours = std::pin::pin!(file.insert("ours"));
    assert!(timeout(A_WHILE, &mut ours).await.is_err());
    other.execute_batch("COMMIT").unwrap();
    ours.await.unwrap();
    assert_eq!(file.rows(), ["other", "ours"]);
}

#[tokio::test]
async fn nobody_writes_between_what_a_use_case_reads_and_what_it_writes() {
    let file = File::new();
    let other = File::connection(&file.path);
    other.busy_timeout(Duration::ZERO).unwrap();
    let ours = file.writer.write(move |tx| {
        let (before,): (i64,) = tx.one("SELECT COUNT(*) FROM rows", &[])?;
        assert!(other.execute("INSERT INTO rows (text) VALUES ('other')", []).is_err(), "it has to wait");
        insert(tx, "ours")?;
        Ok(before)
    });
    assert_eq!(ours.await.unwrap(), 0);
    assert_eq!(file.rows(), ["ours"]);
}

#[tokio::test]
async fn closing_finishes_what_is_queued_and_takes_nothing_more() {
    let file = File::new();
    let (first, release) = file.held();
    let (first, queued, (), ()) =
        tokio::join!(first, file.insert("queued"), file.writer.close(), then(|| drop(release)));
    first.and(queued).unwrap();
    assert_eq!(file.rows(), ["first", "queued"]);
    assert!(is_database(&file.insert("late").await));
    file.writer.close().await;
}
