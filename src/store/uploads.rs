//! Uploads: streamed in and out in sealed chunks, never whole in memory.

use bytes::Bytes;
use futures_util::Stream;
use jiff::Timestamp;

use super::vault::DraftKey;
use super::{Store, StoreError};
use crate::draft::DraftId;
use crate::randomness::Randomness;

/// The key to one upload, derived from its draft's key.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
pub struct UploadKey(pub [u8; 32]);

/// What was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredUpload {
    /// Length in bytes.
    pub length: u64,
    /// SHA-512, lower-case hex.
    pub sha512: String,
    /// The first bytes (up to 4,096), to tell the type.
    pub head: Vec<u8>,
}

impl DraftKey {
    /// The key to one of the draft's uploads.
    pub fn upload_key(&self, upload_id: &str) -> UploadKey {
        let _ = upload_id;
        todo!()
    }
}

impl Store {
    /// Streams a file in, sealed; more than `limit` bytes give [`StoreError::UploadLimit`]; a stream that ends in an error gives
    /// [`StoreError::UploadBroken`]. In both cases nothing remains.
    pub async fn add_upload<S, E>(
        &self,
        draft: &DraftId,
        upload_id: &str,
        key: &UploadKey,
        content: S,
        limit: u64,
        randomness: &Randomness,
        now: Timestamp,
    ) -> Result<StoredUpload, StoreError>
    where
        S: Stream<Item = Result<Bytes, E>> + Send + Unpin,
        E: Send,
    {
        let _ = (draft, upload_id, key, content, limit, randomness, now);
        todo!()
    }

    /// Streams a file out, opened.
    pub fn upload(
        &self,
        upload_id: &str,
        key: &UploadKey,
    ) -> impl Stream<Item = Result<Bytes, StoreError>> + Send + use<> {
        let _ = (upload_id, key);
        futures_util::stream::empty()
    }

    /// Forgets an upload of a draft that was not sent.
    pub async fn remove_upload(&self, draft: &DraftId, upload_id: &str) -> Result<(), StoreError> {
        let _ = (draft, upload_id);
        todo!()
    }
}
