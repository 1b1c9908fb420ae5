//! PostgreSQL: a pool of connections for any number of instances.

use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::{Connection as _, Postgres, pool::PoolConnection};
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

use super::tx::Tx;
use super::vault::MasterKey;
use super::{PATIENCE, SEARCHES, StoreError, migrations, spawn_blocking};

/// Connections at once.
const CONNECTIONS: u32 = 10;

/// An open PostgreSQL database.
#[derive(Debug)]
pub struct Networked {
    pub(super) master: MasterKey,
    pool: PgPool,
    pub(super) searches: Arc<Semaphore>,
}

impl Networked {
    pub(super) async fn open(url: &str, master: MasterKey) -> Result<Self, StoreError> {
        let options = PgConnectOptions::from_str(url)?.application_name("antragsassistent");
        // The pool tries again until its patience ends and then only says so; the first attempt says why.
        let connection = match tokio::time::timeout(PATIENCE, PgConnection::connect_with(&options)).await {
            Ok(connection) => connection?,
            Err(_) => return Err(sqlx::Error::PoolTimedOut.into()),
        };
        transaction(connection, migrations::migrate).await?;
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(PATIENCE)
            .idle_timeout(Duration::from_mins(10))
            .connect_lazy_with(options);
        Ok(Self { master, pool, searches: Arc::new(Semaphore::new(SEARCHES)) })
    }

    /// Runs `work` within a transaction of its own; gives its answer after the commit.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        transaction(self.pool.acquire().await?, work).await
    }

    /// Runs `work`, which only reads, with a connection.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (mut held, runtime): (PoolConnection<Postgres>, _) = (self.pool.acquire().await?, Handle::current());
        spawn_blocking(move || work(&mut Tx::Postgres(&mut held, &runtime))).await
    }

    pub(super) async fn close(&self) {
        self.pool.close().await;
    }
}

/// One transaction on a blocking thread, which goes on to its end when nobody waits for it any more: it is committed whole or not at
/// all, and no connection goes back to the pool with a transaction open.
async fn transaction<T: Send + 'static>(
    mut held: impl AsMut<PgConnection> + Send + 'static,
    work: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let runtime = Handle::current();
    spawn_blocking(move || {
        let mut transaction = runtime.block_on(held.as_mut().begin())?;
        let value = work(&mut Tx::Postgres(&mut transaction, &runtime))?; // an error drops it, which rolls back
        runtime.block_on(transaction.commit())?;
        Ok(value)
    })
    .await
}
