//! Directories of offices that were imported: whole or not at all, over what is there, while others go on asking and writing.
//!
//! An import writes rows of its own generation in short transactions. Readers see generations up to the published one, and of each
//! object only the newest: publishing moves one mark, whatever the size. What was replaced is swept away afterwards, slice by slice;
//! should that be interrupted, nobody notices, and the next import goes on with it.

/// Questions.
pub mod asking;
/// What counts no more.
mod sweeping;
/// Rows of one batch.
pub mod writing;

use std::time::Instant;

use jiff::Timestamp;

use super::tx::{Tx, values};
use super::{Store, StoreError, moment, nanos};
use writing::{Batch, Prepared};

/// For the SQLite connection that imports: responsibilities fall all over their indexes, so that the same pages are written again and
/// again. They are kept in memory (a negative number means KiB), and move from the log into the file less often (pages).
const MANY_ROWS: &str = "PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 4000";
/// The part of the time that an import leaves to the other writers of SQLite: they ask again and again and would not get a turn
/// between two transactions that follow each other closely.
const OTHERS: u32 = 8;

/// Whether an object `o` of the directory `d` counts: published, not deleted, and no newer one replaces it.
macro_rules! object_counts {
    () => {
        "o.generation <= d.published AND o.content IS NOT NULL AND (d.swept >= d.published OR NOT EXISTS \
           (SELECT 1 FROM directory_objects n WHERE n.directory = o.directory AND n.art = o.art AND n.id = o.id \
              AND n.generation > o.generation AND n.generation <= d.published))"
    };
}
use object_counts;

/// Whether a key `k` of the directory `d` counts: published, and its service is not replaced.
macro_rules! key_counts {
    () => {
        "k.generation <= d.published AND (d.swept >= d.published OR NOT EXISTS \
           (SELECT 1 FROM directory_objects n WHERE n.directory = k.directory AND n.art = 'LB' AND n.id = k.id \
              AND n.generation > k.generation AND n.generation <= d.published))"
    };
}
use key_counts;

/// Whether a responsibility `z` of the directory `d` counts. With an object go those that came inside it, with a deleted one all of
/// them; one that comes by itself, or is deleted, replaces every older one of its id.
macro_rules! row_counts {
    () => {
        "z.generation <= d.published AND z.own < 2 AND (d.swept >= d.published OR (NOT EXISTS \
           (SELECT 1 FROM directory_objects n WHERE n.directory = z.directory AND n.art = z.art AND n.id = z.traeger \
              AND n.generation > z.generation AND n.generation <= d.published AND (z.own = 0 OR n.content IS NULL)) AND NOT EXISTS \
           (SELECT 1 FROM directory_zustaendigkeiten n WHERE n.directory = z.directory AND n.id = z.id AND n.own > 0 \
              AND n.generation > z.generation AND n.generation <= d.published)))"
    };
}
use row_counts;

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
        let name = directory.to_owned();
        let begin = self.write(move |tx| {
            tx.execute("INSERT INTO directories (name) VALUES ($1) ON CONFLICT (name) DO NOTHING", values![&name])?;
            let text = "UPDATE directories SET begun = begun + 1 WHERE name = $1 RETURNING begun, published";
            tx.one::<(i64, i64)>(text, values![&name])
        });
        let (generation, published) = begin.await?;
        // No other import can publish from here on: what is unswept is of the published generation.
        self.sweep_import(directory).await?;
        if published + 1 < generation {
            self.throw_away(directory, published, generation).await?;
        }
        self.write(|tx| if let Tx::Sqlite(_) = tx { tx.script(MANY_ROWS) } else { Ok(()) }).await?;
        Ok(Import { directory: directory.to_owned(), generation })
    }

    /// Writes changes of an import, in their order. Nobody sees them yet.
    pub async fn import(&self, import: &Import, changes: Prepared) -> Result<(), StoreError> {
        let import = import.clone();
        let begun = Instant::now();
        self.write(move |tx| {
            import.hold(tx)?;
            Batch::new(&changes).runs.iter().try_for_each(|run| run.write(tx, &import))
        })
        .await?;
        self.leave_time_to_others(begun).await;
        Ok(())
    }

    /// Makes everything that was written count, at once. [`Store::sweep_import`] is due afterwards.
    pub async fn publish_import(&self, import: &Import, now: Timestamp) -> Result<(), StoreError> {
        let import = import.clone();
        self.write(move |tx| {
            import.hold(tx)?;
            let text = "UPDATE directories SET published = $2, imported_at = $3 WHERE name = $1";
            tx.execute(text, values![&import.directory, import.generation, nanos(now)]).map(|_| ())
        })
        .await
    }

    /// Throws away what was written.
    pub async fn abandon_import(&self, import: Import) -> Result<(), StoreError> {
        self.throw_away(&import.directory, import.generation - 1, import.generation + 1).await
    }

    async fn leave_time_to_others(&self, since: Instant) {
        if let Self::Sqlite(_) = self {
            tokio::time::sleep(since.elapsed() / OTHERS).await;
        }
    }

    /// What a directory holds; `None` if it was never imported.
    pub async fn holdings(&self, directory: &str) -> Result<Option<Holdings>, StoreError> {
        let name = directory.to_owned();
        let text = concat!(
            "SELECT imported_at, \
               (SELECT COUNT(*) FROM directory_objects o WHERE o.directory = d.name AND o.art = 'LB' AND ",
            object_counts!(),
            "), (SELECT COUNT(*) FROM directory_objects o WHERE o.directory = d.name AND o.art = 'OE' AND ",
            object_counts!(),
            "), (SELECT COUNT(*) FROM directory_zustaendigkeiten z WHERE z.directory = d.name AND ",
            row_counts!(),
            ") FROM directories d WHERE name = $1 AND published > 0 AND imported_at IS NOT NULL"
        );
        let row = self.search(move |tx| tx.row::<(i64, i64, i64, i64)>(text, values![&name])).await?;
        Ok(row.map(|(imported_at, leistungen, stellen, zustaendigkeiten)| Holdings {
            imported_at: Some(moment(imported_at)),
            leistungen,
            stellen,
            zustaendigkeiten,
        }))
    }

    /// When a directory was imported last; `None` if never.
    pub async fn imported_at(&self, directory: &str) -> Result<Option<Timestamp>, StoreError> {
        let name = directory.to_owned();
        let text = "SELECT imported_at FROM directories WHERE name = $1 AND published > 0 AND imported_at IS NOT NULL";
        let row = self.read(move |tx| tx.row::<(i64,)>(text, values![&name])).await?;
        Ok(row.map(|(at,)| moment(at)))
    }
}

impl Import {
    /// Holds the directory for this transaction; fails if another import began meanwhile.
    fn hold(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let text = match tx {
            Tx::Sqlite(_) => "SELECT begun FROM directories WHERE name = $1", // it has the whole database anyway
            Tx::Postgres(..) => "SELECT begun FROM directories WHERE name = $1 FOR UPDATE",
        };
        let (begun,): (i64,) = tx.one(text, values![&self.directory])?;
        if begun == self.generation { Ok(()) } else { Err(StoreError::ImportOvertaken(self.directory.clone())) }
    }
}
