//! The thread that owns the writing connection, and its group commit.
//!
//! A commit costs a wait for the disk, however much it holds. So the thread takes whatever waits in its queue, runs each use case
//! within a savepoint of one transaction, commits once and answers all of them afterwards. A use case that fails takes back only its
//! own; a commit that fails fails all of the group. Nobody hears anything, success or refusal, before the commit is on the disk:
//! a refusal too may rest on what another one of the group wrote.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::closed;
use crate::store::tx::Tx;
use crate::store::{PATIENCE, StoreError};

/// Use cases that wait. More wait outside, as long as for anything: that is the back-pressure.
const QUEUE: usize = 32;
/// Most use cases of one commit. Someone waits for each of them.
const GROUP: usize = 64;
/// Before closing: keeps the statistics by which SQLite plans.
const OPTIMIZE: &str = "PRAGMA analysis_limit = 400; PRAGMA optimize";

/// The way to the thread.
#[derive(Debug)]
pub(super) struct Writer(mpsc::Sender<Order>);

enum Order {
    /// A use case, and until when it may begin.
    Write(Instant, Job),
    /// Finish what is queued, close, say so.
    Close(oneshot::Sender<()>),
}

/// Runs within the transaction, or is told why it cannot. Gives what is to be answered after the commit; nothing if nobody waits.
type Job = Box<dyn FnOnce(Result<&Connection, StoreError>) -> Option<Answer> + Send>;

struct Answer {
    /// Whether what it wrote is to be kept.
    keep: bool,
    tell: Box<dyn FnOnce(Result<(), StoreError>)>,
}

impl Writer {
    /// Starts the thread. It ends when it is told to close or nobody can reach it any more.
    pub(super) fn start(connection: Connection) -> Result<Self, StoreError> {
        let (sender, orders) = mpsc::channel(QUEUE);
        std::thread::Builder::new()
            .name("store".to_owned())
            .spawn(move || work(connection, orders))
            .map_err(|error| StoreError::Database(error.to_string()))?;
        Ok(Self(sender))
    }

    pub(super) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (tell, told) = oneshot::channel();
        let job = move |begun: Result<&Connection, StoreError>| {
            let connection = match begun {
                Ok(connection) => connection,
                Err(error) => {
                    let _ = tell.send(Err(error));
                    return None;
                }
            };
            // Whoever went away before the beginning wants nothing written; once begun, it is written whole.
            if tell.is_closed() {
                return None;
            }
            let result = catch_unwind(AssertUnwindSafe(|| work(&mut Tx::Sqlite(connection))));
            let result = result.unwrap_or_else(|_| Err(StoreError::Database("a use case panicked".to_owned())));
            let keep = result.is_ok();
            let tell = move |committed: Result<(), StoreError>| {
                let _ = tell.send(match (committed, result) {
                    // Whoever met the database's trouble knows it better than the commit that failed of it.
                    (Err(_), Err(own @ StoreError::Database(_))) => Err(own),
                    (committed, result) => committed.and(result),
                });
            };
            Some(Answer { keep, tell: Box::new(tell) })
        };
        let until = Instant::now() + PATIENCE;
        let room = tokio::time::timeout(PATIENCE, self.0.reserve()).await.map_err(|_| too_busy())?;
        room.map_err(|_| closed())?.send(Order::Write(until, Box::new(job)));
        told.await.unwrap_or_else(|_| Err(closed()))
    }

    pub(super) async fn close(&self) {
        let (closed, told) = oneshot::channel();
        if self.0.send(Order::Close(closed)).await.is_ok() {
            let _ = told.await;
        }
    }
}

fn too_busy() -> StoreError {
    StoreError::Database(format!("the database did not get to it within {} s", PATIENCE.as_secs()))
}

fn work(connection: Connection, mut orders: mpsc::Receiver<Order>) {
    let mut closing = Vec::new();
    while let Some(order) = orders.blocking_recv() {
        match order {
            Order::Write(until, job) => group(&connection, (until, job), &mut orders, &mut closing),
            Order::Close(told) => closing.push(told),
        }
        if !closing.is_empty() {
            orders.close(); // what is queued still comes
        }
    }
    let _ = connection.execute_batch(OPTIMIZE);
    drop(connection);
    for told in closing {
        let _ = told.send(());
    }
}

/// Runs use cases as long as more are waiting, commits once, answers all.
fn group(
    connection: &Connection,
    first: (Instant, Job),
    orders: &mut mpsc::Receiver<Order>,
    closing: &mut Vec<oneshot::Sender<()>>,
) {
    let mut sound = run(connection, "BEGIN IMMEDIATE"); // two processes wait for each other instead of failing half-way
    let (mut answers, mut next) = (Vec::new(), Some(first));
    while let Some((until, job)) = next {
        let ready = match &sound {
            Err(error) => Err(StoreError::Database(error.clone())),
            Ok(()) if until < Instant::now() => Err(too_busy()),
            Ok(()) => run(connection, "SAVEPOINT one").map(|()| connection).map_err(StoreError::Database),
        };
        let begun = ready.is_ok();
        let answer = job(ready);
        if begun {
            let keep = answer.as_ref().is_some_and(|answer| answer.keep);
            let undone = if keep { Ok(()) } else { run(connection, "ROLLBACK TO one") };
            // After some errors, such as a full disk, SQLite has rolled back everything by itself: there is nothing to release, and
            // the others of the group must hear it instead of writing on, each in a transaction of its own.
            sound = undone.and_then(|()| run(connection, "RELEASE one"));
        }
        answers.extend(answer);
        next = if answers.len() < GROUP { waiting(orders, closing) } else { None };
    }
    let committed = sound.and_then(|()| run(connection, "COMMIT"));
    if !connection.is_autocommit() {
        let _ = run(connection, "ROLLBACK");
    }
    for answer in answers {
        (answer.tell)(committed.clone().map_err(StoreError::Database));
    }
}

/// The next use case, if one waits already.
fn waiting(orders: &mut mpsc::Receiver<Order>, closing: &mut Vec<oneshot::Sender<()>>) -> Option<(Instant, Job)> {
    loop {
        match orders.try_recv().ok()? {
            Order::Write(until, job) => return Some((until, job)),
            Order::Close(told) => closing.push(told),
        }
    }
}

/// Runs one of the few statements around the use cases.
fn run(connection: &Connection, text: &str) -> Result<(), String> {
    let done = connection.prepare_cached(text).and_then(|mut statement| statement.raw_execute());
    done.map(|_| ()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests;
