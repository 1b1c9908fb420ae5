//! What counts no more is deleted, in transactions so short that other writers do not notice.

use std::time::Instant;

use super::Import;
use super::writing::delete_ids;
use crate::office::xzufi::Art;
use crate::store::tx::{Query, Tx, values};
use crate::store::{Store, StoreError};

/// Most rows of one transaction.
const SLICE: u32 = 5000;
/// Ids that are swept at once.
const AT_ONCE: i64 = 100;
/// Kinds of objects with a row of their own.
const OBJECTS: [Art; 4] = [Art::Leistung, Art::Spezialisierung, Art::Stelle, Art::Onlinedienst];

/// Deletes a slice of a directory's rows ($1) of the generations between two ($2, $3), at most $4. What was never published is what
/// SQLite holds last: it need not walk through all the rest.
fn slice_of(tx: &Tx<'_>, table: &str) -> String {
    let rows = format!("FROM {table}");
    let which = "WHERE directory = $1 AND generation > $2 AND generation < $3";
    match tx {
        Tx::Sqlite(_) => {
            format!(
                "DELETE {rows} WHERE rowid IN (SELECT rowid {rows} NOT INDEXED {which} ORDER BY rowid DESC LIMIT $4)"
            )
        }
        Tx::Postgres(..) => format!("DELETE {rows} WHERE ctid = ANY(ARRAY(SELECT ctid {rows} {which} LIMIT $4))"),
    }
}

/// Deletes older responsibilities, at most a slice of them; gives how many.
fn delete_slice_of_rows(
    tx: &mut Tx<'_>,
    import: &Import,
    condition: &str,
    column: &str,
    ids: &[&str],
) -> Result<u64, StoreError> {
    let (head, tail) = match tx {
        Tx::Sqlite(_) => ("rowid IN (SELECT rowid", ")"),
        Tx::Postgres(..) => ("ctid = ANY(ARRAY(SELECT ctid", "))"),
    };
    let mut query = Query::new("DELETE FROM directory_zustaendigkeiten WHERE ");
    query.push(head).push(" FROM directory_zustaendigkeiten WHERE ").push(condition);
    query.push(" AND directory = ").bind(&import.directory).push(" AND generation < ").bind(import.generation);
    query.push(" AND ").push(column).push(" IN ").list(ids.iter().copied());
    query.push(" LIMIT ").bind(i64::from(SLICE)).push(tail);
    tx.execute(&query.text, &query.values)
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
        let name = directory.to_owned();
        let text = "SELECT published, swept FROM directories WHERE name = $1";
        let marks = self.read(move |tx| tx.row::<(i64, i64)>(text, values![&name])).await?;
        let Some((published, swept)) = marks.filter(|(published, swept)| swept < published) else { return Ok(()) };
        let import = Import { directory: directory.to_owned(), generation: published };
        // A first import replaces nothing: only its marks go.
        let all = swept > 0;
        for art in OBJECTS {
            let mut after = String::new();
            loop {
                let found = self.changed_objects(&import, art, after, all).await?;
                let Some((last, _)) = found.last().cloned() else { break };
                while self
                    .sweep_some(&import, &found, move |tx, import, ids, gone| sweep_objects(tx, import, art, ids, gone))
                    .await?
                {}
                after = last;
            }
        }
        let mut after = String::new();
        loop {
            let found = self.changed_rows(&import, after, all).await?;
            let Some((last, _)) = found.last().cloned() else { break };
            while self.sweep_some(&import, &found, sweep_rows).await? {}
            after = last;
        }
        self.write(move |tx| {
            let text = "UPDATE directories SET swept = $2 WHERE name = $1 AND swept < $2";
            tx.execute(text, values![&import.directory, published]).map(|_| ())
        })
        .await
    }

    /// Deletes what was written by generations between these two, which were never published.
    pub(super) async fn throw_away(&self, directory: &str, above: i64, below: i64) -> Result<(), StoreError> {
        for table in ["directory_objects", "directory_keys", "directory_zustaendigkeiten"] {
            loop {
                let begun = Instant::now();
                let name = directory.to_owned();
                let deleted = self.write(move |tx| {
                    let text = slice_of(tx, table);
                    tx.execute(&text, values![&name, above, below, i64::from(SLICE)])
                });
                if deleted.await? < u64::from(SLICE) {
                    break;
                }
                self.leave_time_to_others(begun).await;
            }
        }
        Ok(())
    }

    /// The next objects behind this one that the import wrote, or only those that it deleted.
    async fn changed_objects(&self, import: &Import, art: Art, after: String, all: bool) -> Result<Found, StoreError> {
        let import = import.clone();
        let text = if all {
            "SELECT id, content IS NULL FROM directory_objects \
             WHERE directory = $1 AND art = $2 AND generation = $3 AND id > $4 ORDER BY id LIMIT $5"
        } else {
            "SELECT id, content IS NULL FROM directory_objects \
             WHERE directory = $1 AND art = $2 AND generation = $3 AND id > $4 AND content IS NULL ORDER BY id LIMIT $5"
        };
        self.search(move |tx| tx.rows(text, values![&import.directory, art.code(), import.generation, &after, AT_ONCE]))
            .await
    }

    /// The same for responsibilities that came by themselves.
    async fn changed_rows(&self, import: &Import, after: String, all: bool) -> Result<Found, StoreError> {
        let import = import.clone();
        let text = "SELECT id, MAX(own) = 2 FROM directory_zustaendigkeiten \
                    WHERE directory = $1 AND generation = $2 AND own >= $3 AND id > $4 GROUP BY id ORDER BY id LIMIT $5";
        let own = if all { 1_i64 } else { 2 };
        self.search(move |tx| tx.rows(text, values![&import.directory, import.generation, own, &after, AT_ONCE])).await
    }

    /// Sweeps what is older than these; whether there is more of it.
    async fn sweep_some(
        &self,
        import: &Import,
        found: &[(String, bool)],
        sweep: impl FnOnce(&mut Tx<'_>, &Import, &[&str], &[&str]) -> Result<bool, StoreError> + Send + 'static,
    ) -> Result<bool, StoreError> {
        let (import, found) = (import.clone(), found.to_vec());
        let begun = Instant::now();
        let more = self.write(move |tx| {
            let (ids, gone) = all_and_gone(&found);
            sweep(tx, &import, &ids, &gone)
        });
        let more = more.await?;
        self.leave_time_to_others(begun).await;
        Ok(more)
    }
}

/// Sweeps what is older than these objects.
fn sweep_objects(tx: &mut Tx<'_>, import: &Import, art: Art, ids: &[&str], gone: &[&str]) -> Result<bool, StoreError> {
    let mut rows = 0;
    for (condition, ids) in [("own = 0", ids), ("own < 2", gone)] {
        if art != Art::Leistung && !ids.is_empty() {
            let condition = format!("art = '{}' AND {condition}", art.code());
            rows += delete_slice_of_rows(tx, import, &condition, "traeger", ids)?;
        }
    }
    if rows >= u64::from(SLICE) {
        return Ok(true);
    }
    // The objects say what is to be deleted: they go last.
    if art == Art::Leistung {
        delete_ids(tx, import, "DELETE FROM directory_keys WHERE TRUE", "<", "id", ids)?;
    }
    let head = format!("DELETE FROM directory_objects WHERE art = '{}'", art.code());
    delete_ids(tx, import, &head, "<", "id", ids)?;
    delete_ids(tx, import, &format!("{head} AND content IS NULL"), "=", "id", gone)?;
    Ok(false)
}

/// Sweeps what is older than these responsibilities that came by themselves, or were deleted.
fn sweep_rows(tx: &mut Tx<'_>, import: &Import, ids: &[&str], gone: &[&str]) -> Result<bool, StoreError> {
    if delete_slice_of_rows(tx, import, "own < 2", "id", ids)? >= u64::from(SLICE) {
        return Ok(true);
    }
    delete_ids(tx, import, "DELETE FROM directory_zustaendigkeiten WHERE own = 2", "=", "id", gone)?;
    Ok(false)
}
