//! The store, on both databases: what is kept, who may open it, what is forgotten.

#![expect(clippy::unwrap_used, reason = "a test ends at the first surprise")]

mod answers;
mod before;
mod deliveries;
mod ids;
mod submissions;
mod uploads;

use antragsassistent::draft::{Answer, Answers, Draft, DraftId, Zugang};
use antragsassistent::office::kanal::{Kanal, Zustellweg};
use antragsassistent::office::{Gebiet, Kontaktsystem, Leistung, Organisationseinheit, ZustaendigeStelle};
use antragsassistent::randomness::Randomness;
use antragsassistent::store::drafts::Revision;
use antragsassistent::store::vault::{DraftKey, MasterKey};
use antragsassistent::store::{Store, StoreError};
use jiff::{SignedDuration, Timestamp};

use crate::databases::{Database, databases};

const DAY: SignedDuration = SignedDuration::from_hours(24);

fn now() -> Timestamp {
    "2026-03-02T08:15:30.123456789Z".parse().unwrap()
}

fn later(seconds: i64) -> Timestamp {
    now() + SignedDuration::from_secs(seconds)
}

fn mail(an: &str) -> Zustellweg {
    Kanal::Mail.to(an).unwrap()
}

fn new_draft() -> Draft {
    let stelle = Organisationseinheit {
        id: "4711".to_owned(),
        name: "Stadt Möckern - Bürgerservice".to_owned(),
        kontaktsysteme: vec![Kontaktsystem {
            typ: "ozg-antragsassistent".to_owned(),
            kennung: "amt@example.org".to_owned(),
            ..Kontaktsystem::default()
        }],
        ..Organisationseinheit::default()
    };
    Draft {
        id: DraftId::from_bytes(Randomness::System.bytes()),
        mandant: "OZG-Antragsassistent".to_owned(),
        zugang: Zugang::Standard,
        formular: "OZG-Antragsassistent".to_owned(),
        formular_version: "1".to_owned(),
        sprache: "de".to_owned(),
        leistung: Leistung { pst_id: "297492149".to_owned(), name: "Hundesteuer".to_owned(), ..Leistung::default() },
        gebiet: Gebiet { area_id: "38693732".to_owned(), name: "Möckern, Stadt".to_owned(), ..Gebiet::default() },
        stellen: vec![ZustaendigeStelle {
            stelle,
            kontaktsystem_typ: "ozg-antragsassistent".to_owned(),
            kanaele: vec![mail("amt@example.org")],
        }],
        answers: Answers(
            [
                ("nachname".to_owned(), Answer::Text("Mustermann-Krähenwinkel".to_owned())),
                ("email".to_owned(), Answer::Text("erika.krähenwinkel@example.org".to_owned())),
            ]
            .into(),
        ),
        pending: [("plz".to_owned(), "3928".to_owned())].into(),
        uploads: Vec::new(),
        begun: now(),
        sent: None,
    }
}

async fn opened(store: &Store) -> (Draft, DraftKey) {
    let (draft, key) = (new_draft(), DraftKey::new(&Randomness::System));
    store.open_draft(&draft, &key, &Randomness::System, now(), DAY).await.unwrap();
    (draft, key)
}

#[tokio::test]
async fn a_draft_comes_back_as_it_was_kept() {
    for Database { store, .. } in &databases().await {
        let (mut draft, key) = opened(store).await;
        assert_eq!(store.draft(&draft.id, &key, now()).await.unwrap(), Some((draft.clone(), Revision(1))));

        draft.answers.0.insert("anrede".to_owned(), Answer::Code("2".to_owned()));
        let saved = store.save_draft(&draft, &key, Revision(1), &Randomness::System, later(10), DAY).await.unwrap();
        assert_eq!(saved, Revision(2));
        assert_eq!(store.draft(&draft.id, &key, later(20)).await.unwrap(), Some((draft, Revision(2))));
    }
}

#[tokio::test]
async fn a_wrong_key_finds_nothing() {
    for Database { store, .. } in &databases().await {
        let (draft, _) = opened(store).await;
        let thief = DraftKey::new(&Randomness::System);
        assert_eq!(store.draft(&draft.id, &thief, now()).await.unwrap(), None);
        assert_eq!(store.draft(&new_draft().id, &thief, now()).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_draft_moved_to_another_revision_or_row_does_not_open() {
    for database in &databases().await {
        let store = &database.store;
        let (draft, key) = opened(store).await;
        assert_eq!(database.tamper("UPDATE drafts SET revision = 2").await.unwrap(), 1);
        assert_eq!(store.draft(&draft.id, &key, now()).await.unwrap(), None);
        assert_eq!(database.tamper("UPDATE drafts SET revision = 1").await.unwrap(), 1);
        assert!(store.draft(&draft.id, &key, now()).await.unwrap().is_some());

        // The same key, another draft's content.
        let other = new_draft();
        store.open_draft(&other, &key, &Randomness::System, now(), DAY).await.unwrap();
        let copy = "UPDATE drafts SET sealed = (SELECT one.sealed FROM drafts one ORDER BY one.id LIMIT 1)";
        assert_eq!(database.tamper(copy).await.unwrap(), 2);
        let mut open = 0;
        for id in [&draft.id, &other.id] {
            open += usize::from(store.draft(id, &key, now()).await.unwrap().is_some());
        }
        assert_eq!(open, 1);
    }
}

#[tokio::test]
async fn a_draft_ends_when_its_life_is_over_and_saving_prolongs_it() {
    for Database { store, .. } in &databases().await {
        let (draft, key) = opened(store).await;
        assert!(store.draft(&draft.id, &key, now() + DAY - SignedDuration::from_secs(1)).await.unwrap().is_some());
        assert!(store.draft(&draft.id, &key, now() + DAY).await.unwrap().is_none());
        store.save_draft(&draft, &key, Revision(1), &Randomness::System, later(3600), DAY).await.unwrap();
        assert!(store.draft(&draft.id, &key, now() + DAY).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn of_two_saves_over_one_revision_the_second_is_told() {
    for Database { store, .. } in &databases().await {
        let (draft, key) = opened(store).await;
        let save = || store.save_draft(&draft, &key, Revision(1), &Randomness::System, now(), DAY);
        let (first, second) = tokio::join!(save(), save());
        assert_eq!([&first, &second].iter().filter(|saved| saved.is_ok()).count(), 1);
        let lost = first.and(second).unwrap_err();
        assert!(matches!(lost, StoreError::Conflict), "{lost}");
    }
}

#[tokio::test]
async fn a_deleted_draft_is_gone_and_cannot_be_saved() {
    for database in &databases().await {
        let store = &database.store;
        let (draft, key) = opened(store).await;
        let (kept, kept_key) = opened(store).await;
        uploads::add(store, &draft.id, "a", &key, &[b"content"]).await.unwrap();
        store.delete_draft(&draft.id).await.unwrap();
        assert_eq!(store.draft(&draft.id, &key, now()).await.unwrap(), None);
        let saved = store.save_draft(&draft, &key, Revision(1), &Randomness::System, now(), DAY).await;
        assert!(matches!(saved, Err(StoreError::Conflict)));
        assert_eq!((database.rows("uploads").await, database.rows("upload_chunks").await), (0, 0));
        assert!(store.draft(&kept.id, &kept_key, now()).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn the_sweeper_takes_every_expired_draft_with_its_uploads_and_no_other() {
    for database in &databases().await {
        let store = &database.store;
        for turn in 0..40 {
            let (draft, key) = opened(store).await;
            uploads::add(store, &draft.id, &format!("u{turn}"), &key, &[b"content"]).await.unwrap();
        }
        let (draft, key) = (new_draft(), DraftKey::new(&Randomness::System));
        store.open_draft(&draft, &key, &Randomness::System, now(), DAY * 2).await.unwrap();
        uploads::add(store, &draft.id, "kept", &key, &[b"content"]).await.unwrap();

        assert_eq!(store.sweep_drafts(now()).await.unwrap(), 0);
        assert_eq!(store.sweep_drafts(now() + DAY).await.unwrap(), 40);
        assert!(store.draft(&draft.id, &key, now() + DAY).await.unwrap().is_some());
        assert_eq!((database.rows("uploads").await, database.rows("upload_chunks").await), (1, 1));
    }
}

#[tokio::test]
async fn the_sweeper_gives_the_place_of_what_is_gone_back_to_the_disk() {
    let database = databases().await.remove(0);
    let store = &database.store;
    let (draft, key) = opened(store).await;
    uploads::add(store, &draft.id, "a", &key, &[&vec![7; 1_000_000]]).await.unwrap();
    store.delete_draft(&draft.id).await.unwrap();
    let free = "SELECT freelist_count FROM pragma_freelist_count";
    assert!(database.number(free).await > 200);
    store.sweep_drafts(now()).await.unwrap();
    assert_eq!(database.number(free).await, 0);
}

#[tokio::test]
async fn a_restart_keeps_everything_and_opening_twice_changes_nothing() {
    for mut database in databases().await {
        let (draft, key) = opened(&database.store).await;
        let migrations = database.rows("_sqlx_migrations").await;
        database.restart().await;
        let second = crate::databases::open(&database.url).await;
        assert_eq!(database.rows("_sqlx_migrations").await, migrations);
        for store in [&database.store, &second] {
            store.ping().await.unwrap();
            assert_eq!(store.draft(&draft.id, &key, now()).await.unwrap(), Some((draft.clone(), Revision(1))));
        }
    }
}

/// How often many instances start on one new database, and how many of them: SQLite lost this race in one round of ten.
const STARTS: usize = 40;
const INSTANCES: usize = 8;

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn many_instances_may_start_on_one_new_database_at_once() {
    for (place, database) in databases().await.iter().enumerate() {
        for round in 0..if place == 0 { STARTS } else { 1 } {
            let url = if let Some(schema) = database.url.split_once("search_path]=").map(|(_, schema)| schema) {
                database.tamper(&format!("DROP SCHEMA {schema} CASCADE; CREATE SCHEMA {schema}")).await.unwrap();
                database.url.clone()
            } else {
                format!("{}.new{round}", database.url)
            };
            let opening = (0..INSTANCES).map(|_| {
                let url = url.clone();
                tokio::spawn(async move { Store::open(&url, MasterKey::from_bytes([1; 32])).await.map(|_| ()) })
            });
            for opened in futures_util::future::join_all(opening).await {
                opened.unwrap().unwrap();
            }
        }
    }
}

#[tokio::test]
async fn a_closed_store_answers_no_more() {
    for Database { store, .. } in &databases().await {
        store.close().await;
        assert!(matches!(store.ping().await, Err(StoreError::Database(_))));
    }
}

#[tokio::test]
async fn an_address_of_another_kind_is_refused() {
    for url in ["", "mysql://x", "sqlite:", "sqlite::memory:", "/tmp/x.db"] {
        let opened = Store::open(url, MasterKey::from_bytes([0; 32])).await;
        assert!(matches!(opened, Err(StoreError::Url)), "{url}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_new_file_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let database = databases().await.remove(0);
    opened(&database.store).await;
    let files: Vec<_> = std::fs::read_dir(database.directory().unwrap()).unwrap().map(Result::unwrap).collect();
    assert!(files.len() > 1, "the log lies beside the file");
    for file in files {
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", file.file_name());
    }
}

#[tokio::test]
async fn whoever_steals_the_files_reads_no_answer() {
    let database = databases().await.remove(0);
    let (draft, key) = opened(&database.store).await;
    uploads::add(&database.store, &draft.id, "a", &key, &[b"Geheimer Anhang", b"!"]).await.unwrap();
    submissions::submit(&database.store, &submissions::numbered(&draft, 0), &key, Revision(1), 0).await.unwrap();
    let mut bytes = Vec::new();
    for file in std::fs::read_dir(database.directory().unwrap()).unwrap() {
        bytes.extend(std::fs::read(file.unwrap().path()).unwrap());
    }
    let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(holds("OZG-Antragsassistent"), "the tenant is written in the open: the search works");
    for secret in
        ["Krähenwinkel", "krähenwinkel", "erika", "Geheimer", "%PDF", "<antrag", "Hundesteuer", draft.id.as_str()]
    {
        assert!(!holds(secret), "{secret}");
    }
}
