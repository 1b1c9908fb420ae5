//! Drafts, sealed with the browser's key; addressed by the SHA-256 of their id.

use jiff::{SignedDuration, Timestamp};

use super::vault::DraftKey;
use super::{Store, StoreError};
use crate::draft::{Draft, DraftId};
use crate::randomness::Randomness;

/// How often a draft was saved; a save must name the one it read.
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
        let _ = (draft, key, randomness, now, life);
        todo!()
    }

    /// The draft with this id, if it exists, has not expired and opens with the key.
    pub async fn draft(
        &self,
        id: &DraftId,
        key: &DraftKey,
        now: Timestamp,
    ) -> Result<Option<(Draft, Revision)>, StoreError> {
        let _ = (id, key, now);
        todo!()
    }

    /// Saves a draft over the revision that was read and puts its end to `now + life`. [`StoreError::Conflict`] if someone was faster,
    /// [`StoreError::AlreadySent`] if it has been submitted.
    pub async fn save_draft(
        &self,
        draft: &Draft,
        key: &DraftKey,
        revision: Revision,
        randomness: &Randomness,
        now: Timestamp,
        life: SignedDuration,
    ) -> Result<Revision, StoreError> {
        let _ = (draft, key, revision, randomness, now, life);
        todo!()
    }

    /// Forgets a draft that was not sent, with its uploads.
    pub async fn delete_draft(&self, id: &DraftId) -> Result<(), StoreError> {
        let _ = id;
        todo!()
    }

    /// Forgets expired drafts with their uploads (those of submissions stay with the submission); returns how many.
    pub async fn sweep_drafts(&self, now: Timestamp) -> Result<u64, StoreError> {
        let _ = now;
        todo!()
    }
}
