//! What counts no more is deleted, in transactions so short that other writers do not notice.

use std::time::Instant;

use super::writing::{TOGETHER, delete_ids};
use crate::office::xzufi::Art;
use crate::store::{Store, StoreError};

/// Most rows of one transaction.
const SLICE: u32 = 5000;
/// Kinds of objects with a row of their own.
const OBJECTS: [Art; 4] = [Art::Leistung, Art::Spezialisierung, Art::Stelle, Art::Onlinedienst];

/// Deletes a slice of a directory's rows ($1) of the generations between two ($2, $3), at most $4. What was never published is what
/// SQLite holds last: it need not walk through all the rest.
macro_rules! slice_of {
    ($store:expr, $table:literal) => {
        match $store {
            Store::Sqlite(_) => concat!(
                "DELETE FROM ",
                $table,
                " WHERE rowid IN (SELECT rowid FROM ",
                $table,
                " NOT INDEXED \
                   WHERE directory = $1 AND generation > $2 AND generation < $3 ORDER BY rowid DESC LIMIT $4)"
            ),
            Store::Postgres(_) => concat!(
                "DELETE FROM ",
                $table,
                " WHERE ctid = ANY(ARRAY(SELECT ctid FROM ",
                $table,
                " \
                   WHERE directory = $1 AND generation > $2 AND generation < $3 LIMIT $4))"
            ),
        }
    };
}

/// Deletes older responsibilities, at most a slice of them; gives how many.
macro_rules! delete_slice_of_rows {
    ($store:expr, $connection:ident, $directory:expr, $condition:expr, $generation:expr, $column:literal, $ids:expr) => {{
        let (head, tail) = match $store {
            Store::Sqlite(_) => ("rowid IN (SELECT rowid", ")"),
            Store::Postgres(_) => ("ctid = ANY(ARRAY(SELECT ctid", "))"),
        };
        let mut query = sqlx::QueryBuilder::new("DELETE FROM directory_zustaendigkeiten WHERE ");
        query.push(head).push(" FROM directory_zustaendigkeiten WHERE ").push($condition);
        query.push(" AND directory = ").push_bind($directory).push(" AND generation < ").push_bind($generation);
        query.push(concat!(" AND ", $column, " IN ("));
        let mut list = query.separated(", ");
        for id in $ids {
            list.push_bind(*id);
        }
        query.push(") LIMIT ").push_bind(i64::from(SLICE)).push(tail);
        query.build().persistent(false).execute(&mut *$connection).await?.rows_affected()
    }};
}

/// The next ids behind this one, and whether they are deleted, not replaced.
type Found = Vec<(String, bool)>;

/// All ids, and those that are deleted.
fn all_and_gone(found: &[(String, bool)]) -> (Vec<&str>, Vec<&str>) {
    let all = found.iter().map(|(id, _)| id.as_str()).collect();
    (all, found.iter().filter(|(_, gone)| *gone).map(|(id, _)| id.as_str()).collect())
}

impl Store {
    /// Deletes what the published generation replaced or deleted, and its own marks of deletion. It may be interrupted at any time.
    pub async fn sweep_import(&self, directory: &str) -> Result<(), StoreError> {
        let marks: Option<(i64, i64)> = reading!(self, connection => {
            sqlx::query_as("SELECT published, swept FROM directories WHERE name = $1")
                .bind(directory)
                .fetch_optional(&mut *connection)
                .await?
        });
        let Some((published, swept)) = marks.filter(|(published, swept)| swept < published) else { return Ok(()) };
        // A first import replaces nothing: only its marks go.
        let all = swept > 0;
        for art in OBJECTS {
            let mut after = String::new();
            loop {
                let found = self.changed_objects(directory, art, published, &after, all).await?;
                let Some((last, _)) = found.last() else { break };
                while self.sweep_objects(directory, art, published, &found).await? {}
                after.clone_from(last);
            }
        }
        let mut after = String::new();
        loop {
            let found = self.changed_rows(directory, published, &after, all).await?;
            let Some((last, _)) = found.last() else { break };
            while self.sweep_rows(directory, published, &found).await? {}
            after.clone_from(last);
        }
        writing!(self, connection => {
            sqlx::query("UPDATE directories SET swept = $2 WHERE name = $1 AND swept < $2")
                .bind(directory)
                .bind(published)
                .execute(&mut *connection)
                .await?;
        });
        Ok(())
    }

    /// Deletes what was written by generations between these two, which were never published.
    pub(super) async fn throw_away(&self, directory: &str, above: i64, below: i64) -> Result<(), StoreError> {
        let texts = [
            slice_of!(self, "directory_objects"),
            slice_of!(self, "directory_keys"),
            slice_of!(self, "directory_zustaendigkeiten"),
        ];
        for text in texts {
            loop {
                let begun = Instant::now();
                let deleted = writing!(self, connection => {
                    let query = sqlx::query(text).bind(directory).bind(above).bind(below).bind(i64::from(SLICE));
                    query.execute(&mut *connection).await?.rows_affected()
                });
                if deleted < u64::from(SLICE) {
                    break;
                }
                self.leave_time_to_others(begun).await;
            }
        }
        Ok(())
    }

    async fn changed_objects(
        &self,
        directory: &str,
        art: Art,
        generation: i64,
        after: &str,
        all: bool,
    ) -> Result<Found, StoreError> {
        let text = if all {
            "SELECT id, content IS NULL FROM directory_objects \
             WHERE directory = $1 AND art = $2 AND generation = $3 AND id > $4 ORDER BY id LIMIT $5"
        } else {
            "SELECT id, content IS NULL FROM directory_objects \
             WHERE directory = $1 AND art = $2 AND generation = $3 AND id > $4 AND content IS NULL ORDER BY id LIMIT $5"
        };
        Ok(reading!(self, connection => {
            sqlx::query_as(text)
                .bind(directory)
                .bind(art.code())
                .bind(generation)
                .bind(after)
                .bind(i64::try_from(TOGETHER).expect("small"))
                .fetch_all(&mut *connection)
                .await?
        }))
    }

    async fn changed_rows(
        &self,
        directory: &str,
        generation: i64,
        after: &str,
        all: bool,
    ) -> Result<Found, StoreError> {
        Ok(reading!(self, connection => {
            sqlx::query_as(
                "SELECT id, MAX(own) = 2 FROM directory_zustaendigkeiten \
                 WHERE directory = $1 AND generation = $2 AND own >= $3 AND id > $4 GROUP BY id ORDER BY id LIMIT $5",
            )
            .bind(directory)
            .bind(generation)
            .bind(if all { 1_i64 } else { 2 })
            .bind(after)
            .bind(i64::try_from(TOGETHER).expect("small"))
            .fetch_all(&mut *connection)
            .await?
        }))
    }

    /// Sweeps what is older than these objects; whether there is more of it.
    async fn sweep_objects(
        &self,
        directory: &str,
        art: Art,
        generation: i64,
        found: &[(String, bool)],
    ) -> Result<bool, StoreError> {
        let (ids, gone) = all_and_gone(found);
        let begun = Instant::now();
        let more = transaction!(self, connection => {
            let mut rows = 0;
            for (condition, ids) in [("own = 0", &ids), ("own < 2", &gone)] {
                if art != Art::Leistung && !ids.is_empty() {
                    let condition = format!("art = '{}' AND {condition}", art.code());
                    rows += delete_slice_of_rows!(self, connection, directory, condition, generation, "traeger", ids);
                }
            }
            let more = rows >= u64::from(SLICE);
            // The objects say what is to be deleted: they go last.
            if !more {
                if art == Art::Leistung {
                    delete_ids!(connection, directory, "DELETE FROM directory_keys WHERE TRUE", "<", generation, "id", ids);
                }
                let head = format!("DELETE FROM directory_objects WHERE art = '{}'", art.code());
                delete_ids!(connection, directory, head.as_str(), "<", generation, "id", ids);
                let marks = format!("{head} AND content IS NULL");
                delete_ids!(connection, directory, marks.as_str(), "=", generation, "id", gone);
            }
            more
        });
        self.leave_time_to_others(begun).await;
        Ok(more)
    }

    /// Sweeps what is older than these responsibilities that came by themselves, or were deleted; whether there is more of it.
    async fn sweep_rows(&self, directory: &str, generation: i64, found: &[(String, bool)]) -> Result<bool, StoreError> {
        let (ids, gone) = all_and_gone(found);
        let begun = Instant::now();
        let more = transaction!(self, connection => {
            let rows = delete_slice_of_rows!(self, connection, directory, "own < 2", generation, "id", &ids);
            let more = rows >= u64::from(SLICE);
            if !more {
                let marks = "DELETE FROM directory_zustaendigkeiten WHERE own = 2";
                delete_ids!(connection, directory, marks, "=", generation, "id", gone);
            }
            more
        });
        self.leave_time_to_others(begun).await;
        Ok(more)
    }
}
