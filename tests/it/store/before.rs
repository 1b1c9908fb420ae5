//! A database that the program wrote when sqlx still kept its migrations and drafts lay there as plain JSON under their seal: it is
//! brought up to date, and everything in it opens.

use antragsassistent::draft::{Answer, Draft, DraftId};
use antragsassistent::randomness::Randomness;
use antragsassistent::store::deliveries::State;
use antragsassistent::store::drafts::Revision;
use antragsassistent::store::vault::{DraftKey, MasterKey};
use antragsassistent::store::{Store, StoreError};
use jiff::SignedDuration;

use super::submissions::{listed, number, numbered};
use super::uploads::read;
use super::{DAY, later, mail, new_draft, now};
use crate::databases::{Database, MASTER, databases};

const ROWS: &str = include_str!("before/rows.sql");
const SQLITE: [&str; 6] = [
    include_str!("../../../src/store/migrations/sqlite/0001_first.sql"),
    include_str!("../../../src/store/migrations/sqlite/0002_directory.sql"),
    include_str!("../../../src/store/migrations/sqlite/0003_directories.sql"),
    include_str!("../../../src/store/migrations/sqlite/0004_fingerprints.sql"),
    include_str!("../../../src/store/migrations/sqlite/0005_sweeping.sql"),
    include_str!("before/sqlite.sql"),
];
const POSTGRES: [&str; 6] = [
    include_str!("../../../src/store/migrations/postgres/0001_first.sql"),
    include_str!("../../../src/store/migrations/postgres/0002_directory.sql"),
    include_str!("../../../src/store/migrations/postgres/0003_directories.sql"),
    include_str!("../../../src/store/migrations/postgres/0004_fingerprints.sql"),
    include_str!("../../../src/store/migrations/postgres/0005_sweeping.sql"),
    include_str!("before/postgres.sql"),
];

/// Such a database, beside an empty one.
async fn before(empty: &Database) -> Database {
    if let Some((_, schema)) = empty.url.split_once("search_path]=") {
        empty.tamper(&format!("DROP SCHEMA {schema} CASCADE; CREATE SCHEMA {schema}")).await.unwrap();
        let text = format!("{}{ROWS}", POSTGRES.concat()).replace("X'", r"'\x");
        empty.tamper(&text).await.unwrap();
        return Database::beside(empty).await;
    }
    let url = format!("{}.before", empty.url);
    let path = url.trim_start_matches("sqlite:");
    crate::databases::tamper_with(path.as_ref(), &format!("{}{ROWS}", SQLITE.concat())).unwrap();
    Database::beside_url(&url).await
}

#[tokio::test]
async fn everything_that_was_written_before_still_opens_and_goes_on() {
    for empty in &databases().await {
        let database = before(empty).await;
        let store = &database.store;
        assert_eq!(database.rows("_sqlx_migrations").await, empty_migrations().await);

        // A running draft with its file; it is saved and opens again.
        let key = DraftKey::parse(&"A".repeat(43)).unwrap();
        let mut running = Draft { id: DraftId::from_bytes([1; 16]), ..new_draft() };
        running.uploads.push(listed("running", 100));
        running.answers.0.insert("anrede".to_owned(), Answer::Code("2".to_owned()));
        assert_eq!(store.draft(&running.id, &key, now()).await.unwrap(), Some((running.clone(), Revision(2))));
        assert_eq!(read(store, "running", &key.upload_key("running")).await.unwrap(), [b'x'; 100]);
        running.answers.0.insert("anrede".to_owned(), Answer::Code("1".to_owned()));
        let saved = store.save_draft(&running, &key, Revision(2), &Randomness::System, later(20), DAY).await.unwrap();
        assert_eq!(store.draft(&running.id, &key, now()).await.unwrap(), Some((running, saved)));

        // A submission: the receipt, the package, its file, its two ways.
        let key = DraftKey::parse(&"E".repeat(43)).unwrap();
        let mut sent = Draft { id: DraftId::from_bytes([2; 16]), ..new_draft() };
        sent.uploads.push(listed("sent", 6));
        let (receipt, _) = store.draft(&sent.id, &key, now()).await.unwrap().unwrap();
        assert_eq!(receipt, numbered(&sent, 0));
        let package = store.package(&number(0)).await.unwrap().unwrap();
        assert_eq!(package.pdf.bytes(), b"%PDF-1.7 Mustermann");
        assert_eq!(package.xml.bytes(), "<antrag>Mustermann</antrag>".as_bytes());
        assert_eq!(package.further[0].text, "{\"nachname\":\"Mustermann\"}");
        assert!(package.zustellpunkt.is_some());
        let file = &package.attachments[0];
        assert_eq!(read(store, &file.id, &file.key).await.unwrap(), b"Anlage");
        let accepted = store.accepted(&number(0)).await.unwrap().unwrap();
        assert_eq!((accepted.pdf_length, accepted.xml_length), (19, 27));
        assert_eq!(store.fingerprints(&number(0)).await.unwrap().unwrap().pdf_sha256, package.pdf.sha256());
        let (deliveries, events) = store.delivery_trail(&number(0)).await.unwrap();
        let mut states: Vec<_> =
            deliveries.iter().map(|delivery| (delivery.weg.as_ref().unwrap(), delivery.state())).collect();
        states.sort_by_key(|(_, state)| *state == State::Delivered);
        let ways = [mail("zweites@example.org"), mail("amt@example.org")];
        assert_eq!(states, [(&ways[0], State::Queued), (&ways[1], State::Delivered)]);
        assert_eq!(events.iter().map(|event| event.what.as_str()).collect::<Vec<_>>(), ["accepted", "delivered"]);
        let claims = store.claim("a", later(100), |_| SignedDuration::from_secs(60), 9).await.unwrap();
        assert_eq!(claims.iter().map(|claim| &claim.weg).collect::<Vec<_>>(), [&ways[0]]);

        let answer = store.answer("OZG-Antragsassistent", "gebiet de 38693732", now()).await.unwrap();
        assert_eq!(answer, Some((now(), "{\"name\":\"Möckern\"}".as_bytes().to_vec())));
    }
}

#[tokio::test]
async fn a_database_whose_migrations_are_not_ours_is_not_touched() {
    for (tampering, expected) in [
        ("UPDATE _sqlx_migrations SET checksum = X'00' WHERE version = 3", "migration 3 was another"),
        ("UPDATE _sqlx_migrations SET success = FALSE WHERE version = 2", "migration 2 broke off"),
        (
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (999, 'later', TRUE, X'00', 0)",
            "migration 999 was made by a newer version",
        ),
    ] {
        for database in databases().await {
            database.store.close().await;
            let postgres = database.url.starts_with("postgres");
            let text = if postgres { tampering.replace("X'", r"'\x") } else { tampering.to_owned() };
            assert_eq!(database.tamper(&text).await.unwrap(), 1);
            let opened = Store::open(&database.url, MasterKey::from_bytes(MASTER)).await;
            let error = opened.unwrap_err();
            assert!(matches!(error, StoreError::Migration(_)) && error.to_string().contains(expected), "{error}");
        }
    }
}

/// How many migrations a new database has seen.
async fn empty_migrations() -> i64 {
    databases().await[0].rows("_sqlx_migrations").await
}
