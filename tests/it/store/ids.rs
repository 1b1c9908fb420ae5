//! From the ledger whose deliveries had no ids to the one where they have: nothing of it is lost or sent again.

use antragsassistent::store::Store;
use antragsassistent::store::deliveries::{Outcome, State};
use antragsassistent::submission::Vorgangsnummer;
use jiff::SignedDuration;
use serde_json::Value;

use super::deliveries::deliver_one;
use super::submissions::{number, submit_to, submitted};
use super::{Revision, later, mail, now, opened};
use crate::databases::{Database, databases};

const LEASE: SignedDuration = SignedDuration::from_secs(60);
const COLUMNS: &str = "submission, kanal, queued_at, next_at, attempts, attempted_at, failed_at, held_at, delivered_at, \
                       claimed_by, claimed_until, reason";

/// One delivery in each state: 0 queued, 1 claimed, 2 held, 3 to be repeated, 4 delivered; 5 went two ways and arrived by one.
async fn fill(store: &Store) {
    submitted(store, 4).await;
    deliver_one(store, &number(4), later(1)).await;
    let (draft, key) = opened(store).await;
    let ways = [mail("a@example.org"), mail("b@example.org")];
    submit_to(store, &draft, &key, Revision(1), 5, &ways).await.unwrap();
    deliver_one(store, &number(5), later(2)).await;
    for (tick, outcome) in [
        (2, Outcome::Held { reason: "550".to_owned() }),
        (3, Outcome::Later { next: later(500), reason: "451".to_owned() }),
    ] {
        submitted(store, tick).await;
        for claim in store.claim("a", later(3), |_| LEASE, 10).await.unwrap() {
            let outcome = if claim.vorgangsnummer == number(tick) { outcome.clone() } else { Outcome::Released };
            assert!(store.settle(&claim, &outcome, later(4)).await.unwrap());
        }
    }
    submitted(store, 1).await;
    let claims = store.claim("a", later(5), |_| LEASE, 10).await.unwrap();
    for claim in claims.iter().filter(|claim| claim.vorgangsnummer != number(1)) {
        assert!(store.settle(claim, &Outcome::Released, later(5)).await.unwrap());
    }
    submitted(store, 0).await;
}

/// Makes of the tables what they were before: with the very text of the first migration.
async fn take_back(database: &Database) {
    let sqlite = database.url.starts_with("sqlite:");
    let first = if sqlite {
        include_str!("../../../src/store/migrations/sqlite/0001_first.sql")
    } else {
        include_str!("../../../src/store/migrations/postgres/0001_first.sql")
    };
    let (_, tables) = first.split_once("CREATE TABLE deliveries").unwrap();
    let functions =
        if sqlite { "" } else { "DROP FUNCTION events_are_not_changed(); DROP FUNCTION events_are_not_deleted();" };
    let text = format!(
        "CREATE TABLE kept_deliveries AS SELECT {COLUMNS} FROM deliveries;
         CREATE TABLE kept_events AS SELECT number, submission, at, what, detail FROM events;
         DROP TABLE deliveries; DROP TABLE events; {functions}
         CREATE TABLE deliveries{tables};
         INSERT INTO deliveries ({COLUMNS}) SELECT {COLUMNS} FROM kept_deliveries;
         INSERT INTO events (submission, at, what, detail) SELECT submission, at, what, detail FROM kept_events ORDER BY number;
         DROP TABLE kept_deliveries; DROP TABLE kept_events;
         DELETE FROM _sqlx_migrations WHERE version = 6;"
    );
    database.tamper(&text).await.unwrap();
}

/// All that is told of a submission, but for the ids, which are new.
async fn told(store: &Store, number: &Vorgangsnummer) -> (Vec<Value>, Vec<Value>) {
    let without = |name: &str, value: Value| {
        let mut value = value;
        value.as_object_mut().unwrap().remove(name).unwrap();
        value
    };
    let (deliveries, events) = store.delivery_trail(number).await.unwrap();
    let mut deliveries: Vec<Value> =
        deliveries.iter().map(|delivery| without("id", serde_json::to_value(delivery).unwrap())).collect();
    deliveries.sort_by_key(ToString::to_string);
    let events = events.iter().map(|event| without("delivery", serde_json::to_value(event).unwrap())).collect();
    (deliveries, events)
}

#[tokio::test]
async fn deliveries_in_every_state_get_their_ids_and_go_on_as_they_would_have() {
    for mut database in databases().await {
        fill(&database.store).await;
        let mut before = Vec::new();
        for tick in 0..6 {
            before.push(told(&database.store, &number(tick)).await);
        }
        database.store.close().await;
        take_back(&database).await;
        assert_eq!((database.rows("deliveries").await, database.rows("events").await), (7, 10));
        database.restart().await;

        let store = &database.store;
        for (tick, before) in (0..6).zip(before) {
            assert_eq!(told(store, &number(tick)).await, before, "{tick}");
            let package = store.package(&number(tick)).await.unwrap().unwrap();
            assert_eq!(package.cover.vorgangsnummer, number(tick).as_str());
        }
        // The claim of 1 still holds; 0 and the rest of 5 are due.
        let mut due = store.claim("b", later(60), |_| LEASE, 10).await.unwrap();
        due.sort_by(|one, two| one.vorgangsnummer.cmp(&two.vorgangsnummer));
        let numbers: Vec<_> = due.iter().map(|claim| &claim.vorgangsnummer).collect();
        assert_eq!(numbers, [&number(0), &number(5)]);
        for claim in &due {
            assert!(store.settle(claim, &Outcome::Delivered, later(61)).await.unwrap());
        }
        let rest = store.claim("b", later(500), |_| LEASE, 10).await.unwrap();
        assert_eq!(rest.len(), 2, "what was claimed, when its lease ended, and the repetition");
        assert_eq!(store.retry(&number(2), later(501)).await.unwrap(), 1);
        let (deliveries, _) = store.delivery_trail(&number(5)).await.unwrap();
        assert!(deliveries.iter().all(|delivery| delivery.state() == State::Delivered));
        assert_eq!(store.sweep_submissions("OZG-Antragsassistent", now(), later(502)).await.unwrap(), 0);
        assert_eq!(store.sweep_submissions("OZG-Antragsassistent", later(62), later(502)).await.unwrap(), 3);
        let indexes = "('deliveries_open', 'deliveries_queued', 'events_submission')";
        let found = if database.url.starts_with("sqlite:") {
            database.rows(&format!("sqlite_master WHERE type = 'index' AND name IN {indexes}")).await
        } else {
            database.rows(&format!("pg_indexes WHERE schemaname = current_schema() AND indexname IN {indexes}")).await
        };
        assert_eq!(found, 3);
    }
}
