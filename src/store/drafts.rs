//! Drafts, sealed with the browser's key; addressed by the SHA-256 of their id.

use jiff::{SignedDuration, Timestamp};

use super::packed::{pack, unpack};
use super::tx::{Tx, values};
use super::vault::{DraftKey, sha256};
use super::{Store, StoreError, nanos};
use crate::draft::{Draft, DraftId};
use crate::randomness::Randomness;

/// Drafts forgotten in one transaction; small, because each may own many megabytes of uploads.
const BATCH: i64 = 16;
/// How long an upload may stream in before the sweeper takes it for broken off.
const UNFINISHED: SignedDuration = SignedDuration::from_hours(1);

/// How often a draft was saved. A save names the one that it read and fails if that is not the newest any more (optimistic lock).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revision(pub i64);

impl Store {
    /// Keeps a new draft until `now + life`.
    pub async fn open_draft(
        &self,
        draft: &Draft,
        key: &DraftKey,
        randomness: &Randomness,
        now: Timestamp,
        life: SignedDuration,
    ) -> Result<(), StoreError> {
        let row = row(&draft.id);
        let sealed = seal(draft, &row, key, Revision(1), randomness)?;
        self.write(move |tx| {
            let text =
                "INSERT INTO drafts (id, revision, created, touched, expires, sealed) VALUES ($1, 1, $2, $2, $3, $4)";
            tx.execute(text, values![&row, nanos(now), nanos(end(now, life)), &sealed]).map(|_| ())
        })
        .await
    }

    /// The draft with this id, if it exists, has not expired and opens with the key.
    ///
    /// A wrong key gives `None`, the same answer as for a draft that never was: whoever guesses learns nothing. Damaged content
    /// cannot be told from a wrong key (AES-GCM) and gives `None` too. Content that opens but does not read is an error.
    pub async fn draft(
        &self,
        id: &DraftId,
        key: &DraftKey,
        now: Timestamp,
    ) -> Result<Option<(Draft, Revision)>, StoreError> {
        let row = row(id);
        let name = row.clone();
        let found = self.read(move |tx| {
            let text = "SELECT revision, sealed FROM drafts WHERE id = $1 AND expires > $2";
            tx.row::<(i64, Vec<u8>)>(text, values![&name, nanos(now)])
        });
        let Some((revision, sealed)) = found.await? else { return Ok(None) };
        let Ok(opened) = key.seal().open(&[b"draft", row.as_bytes(), &revision.to_be_bytes()], sealed) else {
            return Ok(None);
        };
        Ok(Some((serde_json::from_slice(&unpack(opened)?)?, Revision(revision))))
    }

    /// Saves a draft over the revision that was read and puts its end to `now + life`. [`StoreError::Conflict`] if someone was faster
    /// or the draft is gone, [`StoreError::AlreadySent`] if it has been submitted.
    pub async fn save_draft(
        &self,
        draft: &Draft,
        key: &DraftKey,
        revision: Revision,
        randomness: &Randomness,
        now: Timestamp,
        life: SignedDuration,
    ) -> Result<Revision, StoreError> {
        let row = row(&draft.id);
        let next = Revision(revision.0 + 1);
        let sealed = seal(draft, &row, key, next, randomness)?;
        self.write(move |tx| {
            let text = "UPDATE drafts SET revision = revision + 1, touched = $1, expires = $2, sealed = $3 \
                        WHERE id = $4 AND revision = $5 AND sent IS NULL";
            let values = values![nanos(now), nanos(end(now, life)), &sealed, &row, revision.0];
            if tx.execute(text, values)? == 1 { Ok(next) } else { Err(why_not(tx, &row)?) }
        })
        .await
    }

    /// Forgets a draft that was not sent, with its uploads. Gives whether there was one: what was sent meanwhile stays.
    pub async fn delete_draft(&self, id: &DraftId) -> Result<bool, StoreError> {
        let row = row(id);
        self.write(move |tx| Ok(tx.execute("DELETE FROM drafts WHERE id = $1 AND sent IS NULL", values![&row])? > 0))
            .await
    }

    /// Forgets expired drafts with their uploads (those of submissions stay with the submission); returns how many. Uploads that
    /// broke off more than an hour ago go too.
    pub async fn sweep_drafts(&self, now: Timestamp) -> Result<u64, StoreError> {
        let mut swept = 0;
        loop {
            let batch = self.write(move |tx| {
                let text = "SELECT id FROM drafts WHERE expires <= $1 ORDER BY expires LIMIT $2";
                let expired: Vec<(String,)> = tx.locking(text, values![nanos(now), BATCH])?;
                for (id,) in &expired {
                    tx.execute("DELETE FROM drafts WHERE id = $1", values![id])?;
                }
                Ok(expired.len() as u64)
            });
            let batch = batch.await?;
            swept += batch;
            if batch == 0 {
                break;
            }
        }
        self.write(move |tx| {
            let begun_before = nanos(now.saturating_sub(UNFINISHED).unwrap_or(Timestamp::MIN));
            tx.execute("DELETE FROM uploads WHERE length IS NULL AND created <= $1", values![begun_before])?;
            if let Tx::Sqlite(_) = tx {
                // Gives free pages back to the disk, 8 MiB at a time; PostgreSQL does so by itself.
                tx.rows::<()>("PRAGMA incremental_vacuum(2048)", &[])?;
            }
            Ok(swept)
        })
        .await
    }
}

/// Why a draft that was read cannot be written any more: it was submitted, or changed or forgotten.
pub(super) fn why_not(tx: &mut Tx<'_>, row: &str) -> Result<StoreError, StoreError> {
    let text = "SELECT (SELECT COUNT(*) FROM drafts WHERE id = $1 AND sent IS NOT NULL) \
                     + (SELECT COUNT(*) FROM submissions WHERE draft = $1)";
    let (sent,): (i64,) = tx.one(text, values![row])?;
    Ok(if sent > 0 { StoreError::AlreadySent } else { StoreError::Conflict })
}

/// How the tables name a draft: a thief of the database cannot tell its address.
pub(super) fn row(id: &DraftId) -> String {
    sha256(id.as_str().as_bytes())
}

/// The draft as it lies in its row. The place is authenticated with it (AAD): content of another row or revision does not open.
pub(super) fn seal(
    draft: &Draft,
    row: &str,
    key: &DraftKey,
    revision: Revision,
    randomness: &Randomness,
) -> Result<Vec<u8>, StoreError> {
    let content = pack(&serde_json::to_vec(draft)?);
    Ok(key.seal().seal(&[b"draft", row.as_bytes(), &revision.0.to_be_bytes()], &content, randomness))
}

/// The end of a life or a lease that begins now; the last moment there is, if it is longer than time.
pub(super) fn end(now: Timestamp, life: SignedDuration) -> Timestamp {
    now.saturating_add(life).unwrap_or(Timestamp::MAX)
}
