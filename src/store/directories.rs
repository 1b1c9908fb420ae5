//! Directories of offices that were imported: whole or not at all, over what is there, while others go on asking.
//!
//! An import writes rows of its own generation in short transactions, so that no writer waits long. Readers see generations up to the
//! published one; publishing removes what was replaced or deleted and moves that mark, in one transaction.

/// Questions.
pub mod asking;
/// Rows of one batch.
mod writing;

use jiff::Timestamp;

use super::{Store, StoreError, moment, nanos};
use crate::office::xzufi::Change;
use writing::write_run;

/// On SQLite the transaction has the whole database anyway.
macro_rules! locking_row {
    ($store:expr) => {
        match $store {
            $crate::store::Store::Sqlite(_) => "SELECT begun, published FROM directories WHERE name = $1",
            $crate::store::Store::Postgres(_) => "SELECT begun, published FROM directories WHERE name = $1 FOR UPDATE",
        }
    };
}

/// Holds the directory for this transaction and gives the published generation; fails if another import began meanwhile.
macro_rules! check_import {
    ($store:expr, $connection:ident, $import:expr) => {{
        let (begun, published): (i64, i64) =
            sqlx::query_as(locking_row!($store)).bind(&$import.directory).fetch_one(&mut *$connection).await?;
        if begun != $import.generation {
            return Err($crate::store::StoreError::ImportOvertaken($import.directory.clone()));
        }
        published
    }};
}

/// An import under way. [`Store::publish_import`] or [`Store::abandon_import`] ends it; if neither happens, the next import cleans up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    directory: String,
    generation: i64,
}

/// How many objects a directory holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holdings {
    /// When it was imported last.
    pub imported_at: Option<Timestamp>,
    /// Services.
    pub leistungen: i64,
    /// Offices.
    pub stellen: i64,
    /// Responsibilities.
    pub zustaendigkeiten: i64,
}

impl Store {
    /// Begins an import. What another one left unpublished is thrown away; should it still run, it fails.
    pub async fn begin_import(&self, directory: &str) -> Result<Import, StoreError> {
        let generation = transaction!(self, connection => {
            sqlx::query("INSERT INTO directories (name) VALUES ($1) ON CONFLICT (name) DO NOTHING")
                .bind(directory)
                .execute(&mut *connection)
                .await?;
            let (begun, published): (i64, i64) =
                sqlx::query_as("UPDATE directories SET begun = begun + 1 WHERE name = $1 RETURNING begun, published")
                    .bind(directory)
                    .fetch_one(&mut *connection)
                    .await?;
            for text in DELETE_NEWER {
                sqlx::query(text).bind(directory).bind(published).execute(&mut *connection).await?;
            }
            begun
        });
        Ok(Import { directory: directory.to_owned(), generation })
    }

    /// Writes changes of an import, in their order. Nobody sees them yet.
    pub async fn import(&self, import: &Import, changes: &[Change]) -> Result<(), StoreError> {
        let batch = writing::Batch::new(changes)?;
        transaction!(self, connection => {
            check_import!(self, connection, import);
            for run in &batch.runs {
                write_run!(connection, import, run);
            }
        });
        Ok(())
    }

    /// Makes everything that was written count, at once.
    pub async fn publish_import(&self, import: Import, now: Timestamp) -> Result<(), StoreError> {
        transaction!(self, connection => {
            let published = check_import!(self, connection, import);
            // Of a first import there is nothing to replace.
            let replacing = if published == 0 { &[] as &[&str] } else { &REPLACE };
            for text in replacing.iter().chain(&DELETE_MARKS) {
                sqlx::query(*text).bind(&import.directory).bind(import.generation).execute(&mut *connection).await?;
            }
            sqlx::query("UPDATE directories SET published = $2, imported_at = $3 WHERE name = $1")
                .bind(&import.directory)
                .bind(import.generation)
                .bind(nanos(now))
                .execute(&mut *connection)
                .await?;
        });
        Ok(())
    }

    /// Throws away what was written.
    pub async fn abandon_import(&self, import: Import) -> Result<(), StoreError> {
        transaction!(self, connection => {
            let published = check_import!(self, connection, import);
            for text in DELETE_NEWER {
                sqlx::query(text).bind(&import.directory).bind(published).execute(&mut *connection).await?;
            }
        });
        Ok(())
    }

    /// What a directory holds; `None` if it was never imported.
    pub async fn holdings(&self, directory: &str) -> Result<Option<Holdings>, StoreError> {
        let row: Option<(i64, i64, i64, i64)> = reading!(self, connection => {
            sqlx::query_as(
                "SELECT imported_at, \
                   (SELECT COUNT(*) FROM directory_objects o WHERE o.directory = d.name AND o.art = 'LB' AND o.generation <= d.published), \
                   (SELECT COUNT(*) FROM directory_objects o WHERE o.directory = d.name AND o.art = 'OE' AND o.generation <= d.published), \
                   (SELECT COUNT(*) FROM directory_zustaendigkeiten z WHERE z.directory = d.name AND z.generation <= d.published) \
                 FROM directories d WHERE name = $1 AND published > 0 AND imported_at IS NOT NULL",
            )
            .bind(directory)
            .fetch_optional(&mut *connection)
            .await?
        });
        Ok(row.map(|(imported_at, leistungen, stellen, zustaendigkeiten)| Holdings {
            imported_at: Some(moment(imported_at)),
            leistungen,
            stellen,
            zustaendigkeiten,
        }))
    }

    /// When a directory was imported last; `None` if never.
    pub async fn imported_at(&self, directory: &str) -> Result<Option<Timestamp>, StoreError> {
        let row: Option<(i64,)> = reading!(self, connection => {
            sqlx::query_as("SELECT imported_at FROM directories WHERE name = $1 AND published > 0 AND imported_at IS NOT NULL")
                .bind(directory)
                .fetch_optional(&mut *connection)
                .await?
        });
        Ok(row.map(|(at,)| moment(at)))
    }
}

/// What was written after the published generation.
const DELETE_NEWER: [&str; 3] = [
    "DELETE FROM directory_objects WHERE directory = $1 AND generation > $2",
    "DELETE FROM directory_keys WHERE directory = $1 AND generation > $2",
    "DELETE FROM directory_zustaendigkeiten WHERE directory = $1 AND generation > $2",
];

/// What the generation replaces or deletes.
const REPLACE: [&str; 5] = [
    // With an object go the responsibilities that came inside it …
    "DELETE FROM directory_zustaendigkeiten WHERE directory = $1 AND generation < $2 AND own = 0 AND (art, traeger) IN \
       (SELECT art, id FROM directory_objects WHERE directory = $1 AND generation = $2 AND art <> 'LB')",
    // … and with a deleted one all of them.
    "DELETE FROM directory_zustaendigkeiten WHERE directory = $1 AND generation < $2 AND (art, traeger) IN \
       (SELECT art, id FROM directory_objects WHERE directory = $1 AND generation = $2 AND art <> 'LB' AND content IS NULL)",
    "DELETE FROM directory_zustaendigkeiten WHERE directory = $1 AND generation < $2 AND id IN \
       (SELECT id FROM directory_zustaendigkeiten WHERE directory = $1 AND generation = $2 AND own > 0)",
    "DELETE FROM directory_keys WHERE directory = $1 AND generation < $2 AND id IN \
       (SELECT id FROM directory_objects WHERE directory = $1 AND generation = $2 AND art = 'LB')",
    "DELETE FROM directory_objects WHERE directory = $1 AND generation < $2 AND (art, id) IN \
       (SELECT art, id FROM directory_objects WHERE directory = $1 AND generation = $2)",
];

/// Marks of deletion have done their work.
const DELETE_MARKS: [&str; 2] = [
    "DELETE FROM directory_objects WHERE directory = $1 AND generation = $2 AND content IS NULL",
    "DELETE FROM directory_zustaendigkeiten WHERE directory = $1 AND generation = $2 AND own = 2",
];
