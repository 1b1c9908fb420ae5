//! Uploads: streamed in and out in sealed chunks, never whole in memory.

use bytes::Bytes;
use data_encoding::HEXLOWER;
use futures_util::{Stream, StreamExt as _, stream};
use jiff::Timestamp;
use ring::digest;

use super::drafts::{row, why_not};
use super::tx::values;
use super::vault::{DraftKey, Seal};
use super::{Store, StoreError, nanos};
use crate::draft::DraftId;
use crate::randomness::Randomness;

/// Bytes of content in one sealed chunk; the last may be shorter.
const CHUNK: usize = 64 * 1024;
/// The same, as the tables count.
const CHUNK_I64: i64 = 64 * 1024;
/// Chunks written in one transaction: one wait for the disk for each 256 KiB.
const TOGETHER: usize = 4;
/// Bytes kept to tell the type.
const HEAD: usize = 4096;

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
        UploadKey(self.derive_upload(upload_id))
    }
}

impl Store {
    /// Streams a file in, sealed; more than `limit` bytes give [`StoreError::UploadLimit`]; a stream that ends in an error gives
    /// [`StoreError::UploadBroken`]. In both cases nothing remains; if the caller goes away, the sweeper cleans up.
    ///
    /// The draft must have been kept by [`Store::open_draft`]: [`StoreError::AlreadySent`] if it was submitted meanwhile,
    /// [`StoreError::Conflict`] if it is gone.
    #[expect(
        clippy::too_many_arguments,
        reason = "each is another thing; a struct would only be a second list of them"
    )]
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
        let row = row(draft);
        let (id, of) = (upload_id.to_owned(), row.clone());
        let begin = self.write(move |tx| {
            let text =
                "INSERT INTO uploads (id, draft, created) SELECT $1, id, $2 FROM drafts WHERE id = $3 AND sent IS NULL";
            if tx.execute(text, values![&id, nanos(now), &of])? == 1 { Ok(()) } else { Err(why_not(tx, &of)?) }
        });
        begin.await?;
        let stored = self.stream_in(&row, upload_id, &Seal::new(&key.0), content, limit, randomness).await;
        if stored.is_err() {
            let id = upload_id.to_owned();
            self.write(move |tx| tx.execute("DELETE FROM uploads WHERE id = $1 AND length IS NULL", values![&id]))
                .await?;
        }
        stored
    }

    async fn stream_in<S, E>(
        &self,
        row: &str,
        upload_id: &str,
        seal: &Seal,
        mut content: S,
        limit: u64,
        randomness: &Randomness,
    ) -> Result<StoredUpload, StoreError>
    where
        S: Stream<Item = Result<Bytes, E>> + Send + Unpin,
        E: Send,
    {
        let mut hash = digest::Context::new(&digest::SHA512);
        let (mut length, mut number) = (0_u64, 0_i64);
        let mut head = Vec::new();
        let mut open = Vec::with_capacity(CHUNK);
        let mut sealed = Vec::with_capacity(TOGETHER);
        while let Some(part) = content.next().await {
            let mut part = part.map_err(|_| StoreError::UploadBroken)?;
            length += part.len() as u64;
            if length > limit {
                return Err(StoreError::UploadLimit);
            }
            hash.update(&part);
            head.extend_from_slice(&part[..part.len().min(HEAD - head.len())]);
            while !part.is_empty() {
                // Sealed only once more has come: whether a chunk is the last is sealed into it.
                if open.len() == CHUNK {
                    sealed.push((number, seal.seal(&place(upload_id, number, false).parts(), &open, randomness)));
                    number += 1;
                    open.clear();
                }
                if sealed.len() == TOGETHER {
                    self.write_chunks(row, upload_id, &mut sealed, None).await?;
                }
                open.extend_from_slice(&part.split_to(part.len().min(CHUNK - open.len())));
            }
        }
        sealed.push((number, seal.seal(&place(upload_id, number, true).parts(), &open, randomness)));
        self.write_chunks(row, upload_id, &mut sealed, Some(length)).await?;
        Ok(StoredUpload { length, sha512: HEXLOWER.encode(hash.finish().as_ref()), head })
    }

    /// Writes chunks away; with a length, the upload is complete.
    async fn write_chunks(
        &self,
        row: &str,
        upload_id: &str,
        chunks: &mut Vec<(i64, Vec<u8>)>,
        length: Option<u64>,
    ) -> Result<(), StoreError> {
        let length = length.map(|length| i64::try_from(length).unwrap_or(i64::MAX));
        let (id, of, chunks) = (upload_id.to_owned(), row.to_owned(), std::mem::take(chunks));
        self.write(move |tx| {
            // Also says whether the upload is still there: submitting or deleting the draft takes unfinished ones away.
            let text = "UPDATE uploads SET length = $1 WHERE id = $2 AND draft = $3 AND length IS NULL";
            if tx.execute(text, values![length, &id, &of])? == 0 {
                return Err(why_not(tx, &of)?);
            }
            for (number, sealed) in &chunks {
                let text = "INSERT INTO upload_chunks (upload, number, sealed) VALUES ($1, $2, $3)";
                tx.execute(text, values![&id, *number, sealed])?;
            }
            Ok(())
        })
        .await
    }

    /// Streams a file out, opened. Chunks that are missing, moved or damaged, and a file cut short, end the stream with
    /// [`StoreError::Sealed`].
    pub fn upload(
        &self,
        upload_id: &str,
        key: &UploadKey,
    ) -> impl Stream<Item = Result<Bytes, StoreError>> + Send + use<> {
        let out = Out { store: self.clone(), upload_id: upload_id.to_owned(), seal: Seal::new(&key.0), at: None };
        stream::try_unfold(out, Out::next)
    }

    /// Forgets an upload of a draft that was not sent.
    pub async fn remove_upload(&self, draft: &DraftId, upload_id: &str) -> Result<(), StoreError> {
        let (id, row) = (upload_id.to_owned(), row(draft));
        self.write(move |tx| {
            tx.execute("DELETE FROM uploads WHERE id = $1 AND draft = $2", values![&id, &row]).map(|_| ())
        })
        .await
    }
}

/// An upload on its way out.
struct Out {
    store: Store,
    upload_id: String,
    seal: Seal,
    /// Next chunk and last chunk, once the length is known.
    at: Option<(i64, i64)>,
}

impl Out {
    /// The next chunk. No connection is held while a slow reader takes its time.
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, StoreError> {
        let (number, last) = match self.at {
            Some(at) => at,
            None => (0, self.last().await?),
        };
        if number > last {
            return Ok(None);
        }
        let id = self.upload_id.clone();
        let found = self.store.read(move |tx| {
            let text = "SELECT sealed FROM upload_chunks WHERE upload = $1 AND number = $2";
            tx.row::<(Vec<u8>,)>(text, values![&id, number])
        });
        let (sealed,) = found.await?.ok_or(StoreError::Sealed)?;
        let content = self.seal.open(&place(&self.upload_id, number, number == last).parts(), sealed)?;
        self.at = Some((number + 1, last));
        Ok(Some((content.into(), self)))
    }

    /// Number of the last chunk. A false length is found out when that chunk does not open as the last one.
    async fn last(&self) -> Result<i64, StoreError> {
        let id = self.upload_id.clone();
        let found = self.store.read(move |tx| {
            tx.row::<(i64,)>("SELECT length FROM uploads WHERE id = $1 AND length IS NOT NULL", values![&id])
        });
        let (length,) = found.await?.ok_or(StoreError::Sealed)?;
        Ok((length - 1).max(0) / CHUNK_I64)
    }
}

/// Where a chunk belongs: its upload, its number, whether it is the last.
fn place(upload_id: &str, number: i64, last: bool) -> Place<'_> {
    Place { upload_id, number: number.to_be_bytes(), last: [u8::from(last)] }
}

struct Place<'a> {
    upload_id: &'a str,
    number: [u8; 8],
    last: [u8; 1],
}

impl Place<'_> {
    fn parts(&self) -> [&[u8]; 4] {
        [b"upload", self.upload_id.as_bytes(), &self.number, &self.last]
    }
}
