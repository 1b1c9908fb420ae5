//! One text for both databases: the macros through which every query goes, so that none stands twice.
//!
//! Each expands its body once for SQLite and once for PostgreSQL; the compiler infers the types of either side. A body that
//! leaves early with `?` or `return` drops its transaction, which rolls it back.

/// Reads: any number at once.
macro_rules! reading {
    ($store:expr, $connection:ident => $body:expr) => {
        match $store {
            $crate::store::Store::Sqlite(database) => {
                let mut held = database.readers.acquire().await?;
                let $connection = &mut *held;
                $body
            }
            $crate::store::Store::Postgres(database) => {
                let mut held = database.pool.acquire().await?;
                let $connection = &mut *held;
                $body
            }
        }
    };
}

/// Writes with a single statement, which is its own transaction.
macro_rules! writing {
    ($store:expr, $connection:ident => $body:expr) => {
        match $store {
            $crate::store::Store::Sqlite(database) => {
                let mut held = database.writer.acquire().await?;
                let $connection = &mut *held;
                $body
            }
            $crate::store::Store::Postgres(database) => {
                let mut held = database.pool.acquire().await?;
                let $connection = &mut *held;
                $body
            }
        }
    };
}

/// Writes in one transaction; gives the body's value after the commit. SQLite takes the write lock at once, so that two
/// processes wait for each other instead of failing half-way.
macro_rules! transaction {
    ($store:expr, $connection:ident => $body:block) => {
        match $store {
            $crate::store::Store::Sqlite(database) => {
                let mut held = database.writer.begin_with("BEGIN IMMEDIATE").await?;
                let value = {
                    let $connection = &mut *held;
                    $body
                };
                held.commit().await?;
                value
            }
            $crate::store::Store::Postgres(database) => {
                let mut held = database.begin().await?;
                let value = {
                    let $connection = &mut *held;
                    $body
                };
                held.commit().await?;
                value
            }
        }
    };
}

/// A `SELECT` at the start of a transaction that keeps its rows for itself and passes over those of others. On SQLite the
/// transaction has the whole database anyway.
macro_rules! locking {
    ($store:expr, $text:literal) => {
        match $store {
            $crate::store::Store::Sqlite(_) => $text,
            $crate::store::Store::Postgres(_) => concat!($text, " FOR UPDATE SKIP LOCKED"),
        }
    };
}

/// Appends to the audit trail of a submission, for one delivery of it or for the whole. The detail holds no personal data.
macro_rules! event {
    ($connection:ident, $submission:expr, $at:expr, $what:expr) => {
        event!($connection, $submission, $at, $what, None::<i64>, None::<&str>)
    };
    ($connection:ident, $submission:expr, $at:expr, $what:expr, $delivery:expr, $detail:expr) => {
        sqlx::query("INSERT INTO events (submission, at, what, delivery, detail) VALUES ($1, $2, $3, $4, $5)")
            .bind($submission)
            .bind($at)
            .bind($what)
            .bind($delivery)
            .bind($detail)
            .execute(&mut *$connection)
            .await?
    };
}

/// Why a draft that was read cannot be written any more: it was submitted, or changed or forgotten.
macro_rules! why_not {
    ($connection:ident, $row:expr) => {{
        let (sent,): (i64,) = sqlx::query_as(
            "SELECT (SELECT COUNT(*) FROM drafts WHERE id = $1 AND sent IS NOT NULL) \
                  + (SELECT COUNT(*) FROM submissions WHERE draft = $1)",
        )
        .bind($row)
        .fetch_one(&mut *$connection)
        .await?;
        if sent > 0 { $crate::store::StoreError::AlreadySent } else { $crate::store::StoreError::Conflict }
    }};
}
