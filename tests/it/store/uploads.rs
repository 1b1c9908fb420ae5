//! Uploads: streamed in and out, bound to their draft, complete or not there at all.

use antragsassistent::draft::DraftId;
use antragsassistent::randomness::Randomness;
use antragsassistent::store::uploads::{StoredUpload, UploadKey};
use antragsassistent::store::vault::DraftKey;
use antragsassistent::store::{Store, StoreError};
use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use jiff::SignedDuration;

use super::{DAY, later, new_draft, now, opened, submissions};
use crate::databases::{Database, databases};

const LIMIT: u64 = 2_000_000;

/// Streams parts in.
pub async fn add(
    store: &Store,
    draft: &DraftId,
    id: &str,
    key: &DraftKey,
    parts: &[&[u8]],
) -> Result<StoredUpload, StoreError> {
    let content = stream::iter(parts.iter().map(|part| Ok::<_, ()>(Bytes::copy_from_slice(part))).collect::<Vec<_>>());
    store.add_upload(draft, id, &key.upload_key(id), content, LIMIT, &Randomness::System, now()).await
}

/// Streams a file out whole.
pub async fn read(store: &Store, id: &str, key: &UploadKey) -> Result<Vec<u8>, StoreError> {
    store
        .upload(id, key)
        .try_fold(Vec::new(), |mut all, part| async move {
            all.extend_from_slice(&part);
            Ok(all)
        })
        .await
}

fn content(length: usize) -> Vec<u8> {
    (0..length).map(|at| u8::try_from(at * 7 % 251).unwrap()).collect()
}

fn sha512(content: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(ring::digest::digest(&ring::digest::SHA512, content).as_ref())
}

#[tokio::test]
async fn a_file_of_any_length_comes_out_as_it_went_in() {
    for Database { store, .. } in &databases().await {
        let (draft, key) = opened(store).await;
        for length in [0, 1, 65_535, 65_536, 65_537, 131_072, 262_144, 262_145, 1_000_000] {
            let (id, content) = (format!("file{length}"), content(length));
            // Parts of a size that never meets a chunk's end.
            let parts: Vec<&[u8]> = content.chunks(9_973).collect();
            let stored = add(store, &draft.id, &id, &key, &parts).await.unwrap();
            assert_eq!(stored.length, length as u64);
            assert_eq!(stored.sha512, sha512(&content));
            assert_eq!(stored.head, &content[..length.min(4096)]);
            assert!(read(store, &id, &key.upload_key(&id)).await.unwrap() == content, "{length}");
        }
    }
}

#[tokio::test]
async fn one_large_part_is_cut_into_chunks() {
    for database in &databases().await {
        let (draft, key) = opened(&database.store).await;
        let content = content(700_000);
        add(&database.store, &draft.id, "a", &key, &[&content]).await.unwrap();
        assert_eq!(database.rows("upload_chunks").await, 11);
        assert!(read(&database.store, "a", &key.upload_key("a")).await.unwrap() == content);
    }
}

#[tokio::test]
async fn a_file_over_the_limit_leaves_nothing() {
    for database in &databases().await {
        let (draft, key) = opened(&database.store).await;
        let content = content(usize::try_from(LIMIT).unwrap());
        add(&database.store, &draft.id, "just", &key, &[&content]).await.unwrap();
        database.store.remove_upload(&draft.id, "just").await.unwrap();
        let over = add(&database.store, &draft.id, "over", &key, &[&content, b"!"]).await;
        assert!(matches!(over, Err(StoreError::UploadLimit)));
        assert_eq!((database.rows("uploads").await, database.rows("upload_chunks").await), (0, 0));
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_leaves_nothing() {
    for database in &databases().await {
        let (draft, key) = opened(&database.store).await;
        let body = stream::iter([Ok(Bytes::from(content(600_000))), Err("gone")]);
        let key = key.upload_key("a");
        let broken = database.store.add_upload(&draft.id, "a", &key, body, LIMIT, &Randomness::System, now()).await;
        assert!(matches!(broken, Err(StoreError::UploadBroken)));
        assert_eq!((database.rows("uploads").await, database.rows("upload_chunks").await), (0, 0));
    }
}

#[tokio::test]
async fn an_upload_whose_caller_went_away_cannot_be_read_and_is_swept_after_an_hour() {
    for database in &databases().await {
        let store = &database.store;
        let (draft, key) = opened(store).await;
        let key = key.upload_key("a");
        {
            let body = stream::iter([Ok::<_, ()>(Bytes::from(content(600_000)))]).chain(stream::pending());
            let adding = store.add_upload(&draft.id, "a", &key, body, LIMIT, &Randomness::System, now());
            let mut adding = std::pin::pin!(adding);
            while database.rows("upload_chunks").await == 0 {
                let turn = tokio::time::timeout(std::time::Duration::from_millis(20), adding.as_mut()).await;
                assert!(turn.is_err(), "the body never ends");
            }
        }
        assert!(matches!(read(store, "a", &key).await, Err(StoreError::Sealed)));
        store.sweep_drafts(later(3599)).await.unwrap();
        assert_eq!(database.rows("uploads").await, 1);
        store.sweep_drafts(later(3600)).await.unwrap();
        assert_eq!((database.rows("uploads").await, database.rows("upload_chunks").await), (0, 0));
    }
}

#[tokio::test]
async fn chunks_cut_off_moved_damaged_or_missing_are_noticed() {
    let damages = [
        "DELETE FROM upload_chunks WHERE number = 2",
        "DELETE FROM upload_chunks WHERE number = 2; UPDATE uploads SET length = 131072",
        "DELETE FROM upload_chunks; UPDATE uploads SET length = 0",
        "DELETE FROM upload_chunks WHERE number = 1",
        "UPDATE upload_chunks SET number = 9 WHERE number = 0; UPDATE upload_chunks SET number = 0 WHERE number = 1; \
         UPDATE upload_chunks SET number = 1 WHERE number = 9",
        "UPDATE upload_chunks SET sealed = (SELECT one.sealed FROM upload_chunks one WHERE one.number = 0) WHERE number = 1",
        "UPDATE uploads SET length = 900000",
    ];
    for damage in damages {
        for database in &databases().await {
            let (draft, key) = opened(&database.store).await;
            add(&database.store, &draft.id, "a", &key, &[&content(150_000)]).await.unwrap();
            assert!(read(&database.store, "a", &key.upload_key("a")).await.is_ok());
            database.tamper(damage).await.unwrap();
            let opened = read(&database.store, "a", &key.upload_key("a")).await;
            assert!(matches!(opened, Err(StoreError::Sealed)), "{damage}");
        }
    }
}

#[tokio::test]
async fn an_upload_opens_with_its_own_key_only() {
    for Database { store, .. } in &databases().await {
        let (draft, key) = opened(store).await;
        add(store, &draft.id, "a", &key, &[b"content"]).await.unwrap();
        for wrong in [key.upload_key("b"), DraftKey::new(&Randomness::System).upload_key("a")] {
            assert!(matches!(read(store, "a", &wrong).await, Err(StoreError::Sealed)));
        }
        assert!(matches!(read(store, "none", &key.upload_key("none")).await, Err(StoreError::Sealed)));
    }
}

#[tokio::test]
async fn an_upload_is_removed_by_its_own_draft_only() {
    for Database { store, .. } in &databases().await {
        let (draft, key) = opened(store).await;
        let (other, _) = opened(store).await;
        add(store, &draft.id, "a", &key, &[b"content"]).await.unwrap();
        store.remove_upload(&other.id, "a").await.unwrap();
        assert_eq!(read(store, "a", &key.upload_key("a")).await.unwrap(), b"content");
        store.remove_upload(&draft.id, "a").await.unwrap();
        assert!(read(store, "a", &key.upload_key("a")).await.is_err());
    }
}

#[tokio::test]
async fn a_draft_that_is_unknown_or_sent_takes_no_upload() {
    for Database { store, .. } in &databases().await {
        let (draft, key) = opened(store).await;
        let unknown = add(store, &new_draft().id, "a", &key, &[b"content"]).await;
        assert!(matches!(unknown, Err(StoreError::Conflict)));
        submissions::submit(store, &draft, &key, super::Revision(1), 0).await.unwrap();
        let sent = add(store, &draft.id, "a", &key, &[b"content"]).await;
        assert!(matches!(sent, Err(StoreError::AlreadySent)));
    }
}

#[tokio::test]
async fn submitting_ends_an_upload_that_still_streams_in() {
    for database in &databases().await {
        let store = &database.store;
        let (draft, key) = opened(store).await;
        let upload_key = key.upload_key("a");
        let (sender, receiver) = tokio::sync::mpsc::channel::<Bytes>(1);
        let body = stream::unfold(receiver, |mut receiver| async move {
            receiver.recv().await.map(|part| (Ok::<_, ()>(part), receiver))
        });
        let body = std::pin::pin!(body);
        let adding = store.add_upload(&draft.id, "a", &upload_key, body, LIMIT, &Randomness::System, now());
        let submitting = async {
            sender.send(Bytes::from(content(600_000))).await.unwrap();
            sender.send(Bytes::from(content(10))).await.unwrap(); // taken only after the first was
            submissions::submit(store, &draft, &key, super::Revision(1), 0).await.unwrap();
            drop(sender);
        };
        let (added, ()) = tokio::join!(adding, submitting);
        assert!(matches!(added, Err(StoreError::AlreadySent)));
        assert_eq!((database.rows("uploads").await, database.rows("upload_chunks").await), (0, 0));
    }
}

#[tokio::test]
async fn the_uploads_of_a_submission_outlive_its_draft() {
    for database in &databases().await {
        let store = &database.store;
        let (mut draft, key) = opened(store).await;
        add(store, &draft.id, "kept", &key, &[b"content"]).await.unwrap();
        add(store, &draft.id, "dropped", &key, &[b"content"]).await.unwrap();
        draft.uploads.push(submissions::listed("kept", 7));
        submissions::submit(store, &draft, &key, super::Revision(1), 0).await.unwrap();
        assert_eq!(database.rows("uploads").await, 1);
        store.remove_upload(&draft.id, "kept").await.unwrap();
        store.delete_draft(&draft.id).await.unwrap();
        assert_eq!(store.sweep_drafts(now() + DAY * 2).await.unwrap(), 1);
        assert!(store.draft(&draft.id, &key, now() - SignedDuration::from_secs(1)).await.unwrap().is_none());

        let package = store.package(&submissions::number(0)).await.unwrap().unwrap();
        assert_eq!(package.attachments.len(), 1);
        let attachment = &package.attachments[0];
        assert_eq!(read(store, &attachment.id, &attachment.key).await.unwrap(), b"content");
    }
}
