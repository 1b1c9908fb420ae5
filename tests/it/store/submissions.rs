//! Submissions: one for each draft, whole or not at all, opened with the master key only.

use std::sync::Arc;

use antragsassistent::draft::{Draft, Upload};
use antragsassistent::office::Zustellpunkt;
use antragsassistent::office::kanal::Zustellweg;
use antragsassistent::randomness::Randomness;
use antragsassistent::store::drafts::Revision;
use antragsassistent::store::printed::Printed;
use antragsassistent::store::submissions::{Cover, DataFile, NewSubmission, Package, PackedUpload};
use antragsassistent::store::vault::{DraftKey, MasterKey};
use antragsassistent::store::{Store, StoreError};
use antragsassistent::submission::Vorgangsnummer;

use super::{DAY, deliveries, later, mail, now, opened, uploads};
use crate::databases::{Database, databases};

/// The number at `tick`.
pub fn number(tick: u32) -> Vorgangsnummer {
    Vorgangsnummer::at(now(), tick)
}

/// The draft as it is submitted.
pub fn numbered(draft: &Draft, tick: u32) -> Draft {
    Draft { sent: Some(number(tick).as_str().to_owned()), ..draft.clone() }
}

/// An upload as a draft lists it.
pub fn listed(id: &str, length: u64) -> Upload {
    Upload {
        id: id.to_owned(),
        field: "anlagen".to_owned(),
        name: "Anlage.pdf".to_owned(),
        media_type: "application/pdf".to_owned(),
        length,
        sha512: String::new(),
    }
}

fn sha256(content: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(ring::digest::digest(&ring::digest::SHA256, content).as_ref())
}

fn zustellpunkt() -> Zustellpunkt {
    Zustellpunkt { id: "3fa85f64-5717-4562-b3fc-2c963f66afa6".to_owned(), signatur: "kopf.inhalt.signatur".to_owned() }
}

fn package(draft: &Draft, key: &DraftKey, tick: u32) -> Package {
    let (pdf, xml) = (&b"%PDF-1.7 Mustermann"[..], &b"<antrag>Mustermann</antrag>"[..]);
    let [pdf, xml] = [pdf, xml].map(|document| Printed::new(document.to_vec()));
    let attachments = draft.uploads.iter().map(|upload| PackedUpload {
        id: upload.id.clone(),
        key: key.upload_key(&upload.id),
        name: upload.name.clone(),
        media_type: upload.media_type.clone(),
        length: upload.length,
    });
    let cover = Cover {
        vorgangsnummer: number(tick).as_str().to_owned(),
        at: now(),
        mandant: draft.mandant.clone(),
        formular: "OZG Antragsassistent".to_owned(),
        pdf_name: "OZG-Antragsassistent.pdf".to_owned(),
        zugang: draft.zugang,
        leistung: draft.leistung.name.clone(),
        bezugsort: draft.gebiet.name.clone(),
        xml_name: "XML-Daten.xml".to_owned(),
        pdf_sha256: sha256(pdf.bytes()),
        xml_sha256: sha256(xml.bytes()),
    };
    let text = "{\"nachname\":\"Mustermann\"}".to_owned();
    let (name, media_type) = ("JSON-Daten.json".to_owned(), "application/json".to_owned());
    let json = DataFile { name, media_type, sha256: sha256(text.as_bytes()), text };
    Package {
        cover,
        pdf,
        xml,
        further: vec![json],
        attachments: attachments.collect(),
        zustellpunkt: Some(zustellpunkt()),
    }
}

/// Submits under the number at `tick`, by mail to one office.
pub async fn submit(
    store: &Store,
    draft: &Draft,
    key: &DraftKey,
    revision: Revision,
    tick: u32,
) -> Result<(), StoreError> {
    submit_to(store, draft, key, revision, tick, &[mail("amt@example.org")]).await
}

/// Submits to these ways.
pub async fn submit_to(
    store: &Store,
    draft: &Draft,
    key: &DraftKey,
    revision: Revision,
    tick: u32,
    kanaele: &[Zustellweg],
) -> Result<(), StoreError> {
    let new = NewSubmission {
        draft: &numbered(draft, tick),
        key,
        revision,
        vorgangsnummer: &number(tick),
        stelle: "4711",
        package: &package(draft, key, tick),
        formular_version: "1",
        kanaele,
        at: now(),
        life: DAY,
    };
    store.submit(new, &Randomness::System).await
}

/// A submitted draft.
pub async fn submitted(store: &Store, tick: u32) -> Vorgangsnummer {
    let (draft, key) = opened(store).await;
    submit(store, &draft, &key, Revision(1), tick).await.unwrap();
    number(tick)
}

#[tokio::test]
async fn a_ledger_from_before_the_fingerprints_is_widened_and_its_submissions_still_open() {
    for mut database in databases().await {
        let number = submitted(&database.store, 0).await;
        for statement in [
            "ALTER TABLE submissions DROP COLUMN pdf_sha256",
            "ALTER TABLE submissions DROP COLUMN xml_sha256",
            "DELETE FROM _sqlx_migrations WHERE version = 4",
        ] {
            database.tamper(statement).await.unwrap();
        }
        database.restart().await;
        assert_eq!(database.store.fingerprints(&number).await.unwrap(), None);
        assert!(database.store.package(&number).await.unwrap().is_some());
        let later = submitted(&database.store, 1).await;
        assert!(database.store.fingerprints(&later).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn a_submission_is_kept_whole() {
    for mut database in databases().await {
        let (draft, key) = opened(&database.store).await;
        submit(&database.store, &draft, &key, Revision(1), 0).await.unwrap();
        database.restart().await;
        let store = &database.store;
        let (receipt, revision) = store.draft(&draft.id, &key, now()).await.unwrap().unwrap();
        assert!(store.draft(&draft.id, &key, now() + DAY).await.unwrap().is_none(), "receipts end, too");
        assert_eq!((receipt, revision), (numbered(&draft, 0), Revision(2)));
        let found = store.package(&number(0)).await.unwrap().unwrap();
        let sent = package(&draft, &key, 0);
        assert!(found.further == sent.further && found.further.len() == 1);
        let fingerprints = store.fingerprints(&number(0)).await.unwrap().unwrap();
        assert_eq!(fingerprints.pdf_sha256, sha256(found.pdf.bytes()));
        assert_eq!(fingerprints.xml_sha256, sha256(found.xml.bytes()));
        assert_eq!(store.fingerprints(&number(1)).await.unwrap(), None);
        assert!((&found.cover, &found.pdf, &found.xml) == (&sent.cover, &sent.pdf, &sent.xml));
        let (deliveries, events) = store.delivery_trail(&number(0)).await.unwrap();
        assert_eq!(deliveries.len(), 1);
        assert_eq!((deliveries[0].queued_at, deliveries[0].next_at, deliveries[0].attempts), (now(), now(), 0));
        assert_eq!((deliveries[0].mandant.as_str(), deliveries[0].stelle.as_str()), ("OZG-Antragsassistent", "4711"));
        assert_eq!(
            events.iter().map(|event| (event.at, event.what.as_str())).collect::<Vec<_>>(),
            [(now(), "accepted")]
        );
        assert!(store.package(&number(1)).await.unwrap().is_none());
        let accepted = store.accepted(&number(0)).await.unwrap().unwrap();
        assert_eq!((accepted.cover, accepted.zustellpunkt), (sent.cover, Some(zustellpunkt())));
        let lengths = (sent.pdf.bytes().len() as u64, sent.xml.bytes().len() as u64);
        assert_eq!((accepted.pdf_length, accepted.xml_length), lengths);
        assert!(store.accepted(&number(1)).await.unwrap().is_none());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_submits_of_one_draft_at_once_give_one_submission() {
    for database in databases().await {
        let (draft, key) = opened(&database.store).await;
        let draft = Arc::new(draft);
        let submitting = (0..50).map(|tick| {
            let (store, draft, key) = (database.store.clone(), Arc::clone(&draft), key.clone());
            tokio::spawn(async move { submit(&store, &draft, &key, Revision(1), tick).await })
        });
        let ended: Vec<_> = futures_util::future::join_all(submitting).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(ended.iter().filter(|ended| ended.is_ok()).count(), 1);
        for lost in ended.into_iter().filter_map(Result::err) {
            assert!(matches!(lost, StoreError::AlreadySent), "{lost}");
        }
        assert_eq!(database.rows("submissions").await, 1);
        assert_eq!((database.rows("deliveries").await, database.rows("events").await), (1, 1));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_drafts_with_one_number_one_gets_it_and_the_others_may_take_the_next() {
    for database in databases().await {
        let submitting = (0..8).map(|_| {
            let store = database.store.clone();
            tokio::spawn(async move {
                let (draft, key) = opened(&store).await;
                let mut tick = 0;
                loop {
                    match submit(&store, &draft, &key, Revision(1), tick).await {
                        Err(StoreError::NumberTaken) => tick += 1,
                        ended => return ended.map(|()| tick),
                    }
                }
            })
        });
        let ended = futures_util::future::join_all(submitting).await;
        let mut ticks: Vec<u32> = ended.into_iter().map(|ended| ended.unwrap().unwrap()).collect();
        ticks.sort_unstable();
        assert_eq!(ticks, (0..8).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn a_taken_number_leaves_nothing_behind() {
    for Database { store, .. } in &databases().await {
        submitted(store, 0).await;
        let (mut draft, key) = opened(store).await;
        uploads::add(store, &draft.id, "a", &key, &[b"content"]).await.unwrap();
        let taken = submit(store, &draft, &key, Revision(1), 0).await;
        assert!(matches!(taken, Err(StoreError::NumberTaken)));
        assert_eq!(store.draft(&draft.id, &key, now()).await.unwrap(), Some((draft.clone(), Revision(1))));
        assert_eq!(uploads::read(store, "a", &key.upload_key("a")).await.unwrap(), b"content");
        draft.uploads.push(listed("a", 7));
        submit(store, &draft, &key, Revision(1), 1).await.unwrap();
    }
}

#[tokio::test]
async fn a_draft_changed_since_it_was_read_is_not_submitted() {
    for database in &databases().await {
        let store = &database.store;
        let (draft, key) = opened(store).await;
        store.save_draft(&draft, &key, Revision(1), &Randomness::System, now(), DAY).await.unwrap();
        let stale = submit(store, &draft, &key, Revision(1), 0).await;
        assert!(matches!(stale, Err(StoreError::Conflict)));
        assert_eq!((database.rows("submissions").await, database.rows("events").await), (0, 0));
    }
}

#[tokio::test]
async fn a_submitted_draft_is_neither_saved_nor_deleted_nor_submitted_again() {
    for Database { store, .. } in &databases().await {
        let (draft, key) = opened(store).await;
        submit(store, &draft, &key, Revision(1), 0).await.unwrap();
        for revision in [Revision(1), Revision(2)] {
            let saved = store.save_draft(&draft, &key, revision, &Randomness::System, now(), DAY).await;
            assert!(matches!(saved, Err(StoreError::AlreadySent)));
            let again = submit(store, &draft, &key, revision, 1).await;
            assert!(matches!(again, Err(StoreError::AlreadySent)));
        }
        assert!(!store.delete_draft(&draft.id).await.unwrap(), "what was sent is not forgotten");
        assert!(store.draft(&draft.id, &key, now()).await.unwrap().is_some());
        // Even after the draft is forgotten.
        assert_eq!(store.sweep_drafts(now() + DAY).await.unwrap(), 1);
        assert!(matches!(submit(store, &draft, &key, Revision(2), 1).await, Err(StoreError::AlreadySent)));
        assert!(store.accepted(&number(0)).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn a_submission_that_could_not_be_sent_or_opened_is_refused() {
    for database in &databases().await {
        let store = &database.store;
        let (mut draft, key) = opened(store).await;
        let nowhere = submit_to(store, &draft, &key, Revision(1), 0, &[]).await;
        assert!(matches!(nowhere, Err(StoreError::NoChannel)));

        let mut package = package(&draft, &key, 0);
        package.pdf = Printed::new([package.pdf.bytes(), b"!"].concat());
        let kanaele = [mail("amt@example.org")];
        let new = NewSubmission {
            draft: &numbered(&draft, 0),
            key: &key,
            revision: Revision(1),
            vorgangsnummer: &number(0),
            stelle: "4711",
            package: &package,
            formular_version: "1",
            kanaele: &kanaele,
            at: now(),
            life: DAY,
        };
        assert!(matches!(store.submit(new, &Randomness::System).await, Err(StoreError::Sealed)));

        draft.uploads.push(listed("never stored", 7));
        let missing = submit(store, &draft, &key, Revision(1), 0).await;
        assert!(matches!(missing, Err(StoreError::Conflict)));
        assert_eq!((database.rows("submissions").await, database.rows("deliveries").await), (0, 0));
    }
}

#[tokio::test]
async fn each_way_gets_one_delivery() {
    for database in &databases().await {
        let (draft, key) = opened(&database.store).await;
        let ways = [mail("a@example.org"), mail("b@example.org"), mail("a@example.org")];
        submit_to(&database.store, &draft, &key, Revision(1), 0, &ways).await.unwrap();
        assert_eq!(database.rows("deliveries").await, 2);
    }
}

#[tokio::test]
async fn a_package_opens_with_the_master_key_only_and_undamaged_only() {
    for database in &databases().await {
        submitted(&database.store, 0).await;
        submitted(&database.store, 1).await;
        let stranger = Store::open(&database.url, MasterKey::from_bytes([1; 32])).await.unwrap();
        assert!(matches!(stranger.package(&number(0)).await, Err(StoreError::Sealed)));
        assert!(database.store.package(&number(0)).await.unwrap().is_some());

        // A submission never changes; whoever lifts that by force is found out.
        let swap = "UPDATE submissions SET pdf = xml";
        assert!(database.tamper(swap).await.is_err());
        let lift = if database.url.starts_with("sqlite:") {
            "DROP TRIGGER submissions_are_final"
        } else {
            "DROP TRIGGER submissions_are_final ON submissions"
        };
        database.tamper(lift).await.unwrap();
        assert_eq!(database.tamper(swap).await.unwrap(), 2);
        assert!(matches!(database.store.package(&number(0)).await, Err(StoreError::Sealed)));
    }
}

#[tokio::test]
async fn retention_forgets_what_was_delivered_everywhere_and_nothing_else() {
    for database in &databases().await {
        let store = &database.store;
        let (mut draft, key) = opened(store).await;
        uploads::add(store, &draft.id, "a", &key, &[b"content"]).await.unwrap();
        draft.uploads.push(listed("a", 7));
        submit(store, &draft, &key, Revision(1), 0).await.unwrap();
        let (half, half_key) = opened(store).await;
        let ways = [mail("a@example.org"), mail("b@example.org")];
        submit_to(store, &half, &half_key, Revision(1), 1, &ways).await.unwrap();
        deliveries::deliver(store, &number(0), later(60)).await;
        deliveries::deliver_one(store, &number(1), later(60)).await;

        let mandant = "OZG-Antragsassistent";
        assert_eq!(store.sweep_submissions(mandant, later(60), later(100)).await.unwrap(), 0);
        assert_eq!(store.sweep_submissions("anderer", later(61), later(100)).await.unwrap(), 0);
        assert_eq!(store.sweep_submissions(mandant, later(61), later(100)).await.unwrap(), 1);
        assert!(store.package(&number(0)).await.unwrap().is_none());
        assert!(store.package(&number(1)).await.unwrap().is_some());
        assert_eq!((database.rows("uploads").await, database.rows("upload_chunks").await), (0, 0));
        assert_eq!(database.rows("deliveries").await, 2);
        let (deliveries, events) = store.delivery_trail(&number(0)).await.unwrap();
        assert!(deliveries.is_empty());
        let last = events.last().unwrap();
        assert_eq!((last.at, last.what.as_str()), (later(100), "swept"));
    }
}
