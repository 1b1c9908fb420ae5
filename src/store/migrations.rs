//! Brings the tables up to date: each migration once, in order, all of them or none.

use ring::digest::{SHA384, digest};

use super::StoreError;
use super::tx::{Tx, values};

const SQLITE: &[Migration] = &[
    (1, "first", include_str!("migrations/sqlite/0001_first.sql")),
    (2, "directory", include_str!("migrations/sqlite/0002_directory.sql")),
    (3, "directories", include_str!("migrations/sqlite/0003_directories.sql")),
    (4, "fingerprints", include_str!("migrations/sqlite/0004_fingerprints.sql")),
    (5, "sweeping", include_str!("migrations/sqlite/0005_sweeping.sql")),
    (6, "delivery ids", include_str!("migrations/sqlite/0006_delivery_ids.sql")),
];
const POSTGRES: &[Migration] = &[
    (1, "first", include_str!("migrations/postgres/0001_first.sql")),
    (2, "directory", include_str!("migrations/postgres/0002_directory.sql")),
    (3, "directories", include_str!("migrations/postgres/0003_directories.sql")),
    (4, "fingerprints", include_str!("migrations/postgres/0004_fingerprints.sql")),
    (5, "sweeping", include_str!("migrations/postgres/0005_sweeping.sql")),
    (6, "delivery ids", include_str!("migrations/postgres/0006_delivery_ids.sql")),
];

/// Number, name, text.
type Migration = (i64, &'static str, &'static str);

/// What was applied, with the SHA-384 of its text. Name and columns are those of sqlx, which kept this table in the databases that
/// are in use.
const TABLE: &str = "CREATE TABLE IF NOT EXISTS _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL, \
     installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL, checksum BYTEA NOT NULL, \
     execution_time BIGINT NOT NULL)";

/// Applies what is missing. The transaction keeps others out: on SQLite as every one does, on PostgreSQL by an advisory lock.
pub(super) fn migrate(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    let known = match tx {
        Tx::Sqlite(_) => SQLITE,
        Tx::Postgres(..) => {
            tx.script("SELECT pg_advisory_xact_lock(7310868735395853921)")?;
            POSTGRES
        }
    };
    tx.script(TABLE)?;
    let applied: Vec<(i64, Vec<u8>, bool)> = tx.rows("SELECT version, checksum, success FROM _sqlx_migrations", &[])?;
    if let Some((newer, ..)) = applied.iter().find(|(version, ..)| known.iter().all(|known| known.0 != *version)) {
        return Err(StoreError::Migration(format!("migration {newer} was made by a newer version of this program")));
    }
    for &(version, name, text) in known {
        let checksum = digest(&SHA384, text.as_bytes());
        match applied.iter().find(|applied| applied.0 == version) {
            Some((_, before, true)) if before == checksum.as_ref() => {}
            Some((.., true)) => {
                return Err(StoreError::Migration(format!("migration {version} was another when applied")));
            }
            Some((.., false)) => return Err(StoreError::Migration(format!("migration {version} broke off half-way"))),
            None => {
                tx.script(text).map_err(|error| StoreError::Migration(format!("{version} {name}: {error}")))?;
                let text = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                            VALUES ($1, $2, TRUE, $3, 0)";
                tx.execute(text, values![version, name, Some(checksum.as_ref())])?;
            }
        }
    }
    Ok(())
}
