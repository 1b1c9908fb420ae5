//! Deliveries: claimed by one, settled by its claimant, never lost.

use std::collections::BTreeMap;

use antragsassistent::store::Store;
use antragsassistent::store::deliveries::{Claim, OutboxFigures, Outcome, State};
use antragsassistent::submission::Vorgangsnummer;
use jiff::{SignedDuration, Timestamp};

use super::submissions::{number, submitted};
use super::{later, now};
use crate::databases::{Database, databases};

const LEASE: SignedDuration = SignedDuration::from_secs(60);

async fn claim(store: &Store, who: &str, at: Timestamp) -> Vec<Claim> {
    store.claim(who, at, |_| LEASE, 10).await.unwrap()
}

/// Delivers every open way of one submission.
pub async fn deliver(store: &Store, number: &Vorgangsnummer, at: Timestamp) {
    for claim in claim(store, "test", at).await {
        let outcome = if claim.vorgangsnummer == *number { Outcome::Delivered } else { Outcome::Released };
        assert!(store.settle(&claim, &outcome, at).await.unwrap());
    }
}

/// Delivers one way of a submission.
pub async fn deliver_one(store: &Store, number: &Vorgangsnummer, at: Timestamp) {
    let mut done = false;
    for claim in claim(store, "test", at).await {
        let outcome = if claim.vorgangsnummer == *number && !done { Outcome::Delivered } else { Outcome::Released };
        done |= matches!(outcome, Outcome::Delivered);
        assert!(store.settle(&claim, &outcome, at).await.unwrap());
    }
    assert!(done);
}

async fn events(store: &Store, number: &Vorgangsnummer) -> Vec<(String, Option<String>)> {
    let (_, events) = store.delivery_trail(number).await.unwrap();
    events.into_iter().map(|event| (event.what, event.detail)).collect()
}

async fn state(store: &Store, number: &Vorgangsnummer) -> State {
    store.delivery_trail(number).await.unwrap().0[0].state()
}

#[tokio::test]
async fn what_was_delivered_is_never_claimed_again() {
    for Database { store, .. } in &databases().await {
        submitted(store, 0).await;
        assert_eq!(store.next_due().await.unwrap(), Some(now()));
        let claims = claim(store, "a", now()).await;
        assert_eq!((claims.len(), claims[0].attempts, &claims[0].vorgangsnummer), (1, 0, &number(0)));
        assert!(store.settle(&claims[0], &Outcome::Delivered, later(1)).await.unwrap());
        assert!(!store.settle(&claims[0], &Outcome::Delivered, later(2)).await.unwrap(), "once is enough");
        assert!(claim(store, "a", later(1_000_000)).await.is_empty());
        assert_eq!(store.next_due().await.unwrap(), None);
        assert_eq!(state(store, &number(0)).await, State::Delivered);
        assert_eq!(store.retry(&number(0), later(3)).await.unwrap(), 0);
        assert_eq!(events(store, &number(0)).await, [("accepted".to_owned(), None), ("delivered".to_owned(), None)]);
        let delivery = &store.deliveries(false, 10).await.unwrap()[0];
        assert_eq!(
            (delivery.attempts, delivery.attempted_at, delivery.delivered_at),
            (1, Some(later(1)), Some(later(1)))
        );
        assert!(store.deliveries(true, 10).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_delivery_whose_way_is_spelled_otherwise_is_settled_for_good() {
    for way in [
        r#"{"an":"amt@example.org","art":"mail"}"#,
        r#"{"art":"mail","an":"amt@example.org","seit":"2027-01-01"}"#,
        r#"{ "art": "mail", "an": "amt@example.org" }"#,
    ] {
        for database in &databases().await {
            let store = &database.store;
            submitted(store, 0).await;
            database.tamper(&format!("UPDATE deliveries SET kanal = '{way}'")).await.unwrap();
            let claims = claim(store, "a", now()).await;
            assert_eq!(claims[0].weg, super::mail("amt@example.org"));
            assert!(store.settle(&claims[0], &Outcome::Delivered, later(1)).await.unwrap(), "{way}");
            assert!(claim(store, "a", later(1_000_000)).await.is_empty(), "sent again after its lease: {way}");
            assert_eq!(state(store, &number(0)).await, State::Delivered);
        }
    }
}

#[tokio::test]
async fn each_way_of_a_submission_is_claimed_and_settled_by_itself() {
    for Database { store, .. } in &databases().await {
        let (draft, key) = super::opened(store).await;
        let ways = [super::mail("a@example.org"), super::mail("b@example.org")];
        super::submissions::submit_to(store, &draft, &key, super::Revision(1), 0, &ways).await.unwrap();
        let claims = claim(store, "a", now()).await;
        assert_eq!(claims.len(), 2);
        let (one, two) = (&claims[0], &claims[1]);
        assert!(one.id != two.id && one.weg != two.weg);
        assert!(store.settle(one, &Outcome::Delivered, later(1)).await.unwrap());
        let held = Outcome::Held { reason: "550".to_owned() };
        assert!(store.settle(two, &held, later(2)).await.unwrap());

        let (deliveries, events) = store.delivery_trail(&number(0)).await.unwrap();
        let told: Vec<_> =
            deliveries.iter().map(|delivery| (delivery.id, delivery.weg.clone(), delivery.state())).collect();
        assert_eq!(
            told,
            [(one.id, Some(one.weg.clone()), State::Delivered), (two.id, Some(two.weg.clone()), State::Held)]
        );
        let told: Vec<_> = events.iter().map(|event| (event.what.as_str(), event.delivery)).collect();
        assert_eq!(told, [("accepted", None), ("delivered", Some(one.id)), ("held", Some(two.id))]);

        assert_eq!(store.retry(&number(0), later(3)).await.unwrap(), 1, "what arrived is not sent again");
        let again = claim(store, "a", later(3)).await;
        assert_eq!(again.iter().map(|claim| claim.id).collect::<Vec<_>>(), [two.id]);
        let last = store.delivery_trail(&number(0)).await.unwrap().1.pop().unwrap();
        assert_eq!((last.what.as_str(), last.delivery), ("retried", Some(two.id)));
    }
}

#[tokio::test]
async fn what_was_handed_over_is_neither_sent_again_nor_done_before_it_is_confirmed() {
    for database in &databases().await {
        let store = &database.store;
        submitted(store, 0).await;
        let claims = claim(store, "a", now()).await;
        assert!(store.settle(&claims[0], &Outcome::Handed, later(1)).await.unwrap());
        assert_eq!(state(store, &number(0)).await, State::Handed);
        assert_eq!(events(store, &number(0)).await[1], ("handed".to_owned(), None));
        assert!(claim(store, "a", later(1_000_000)).await.is_empty());
        assert_eq!(store.next_due().await.unwrap(), None);
        assert_eq!(store.retry(&number(0), later(2)).await.unwrap(), 0);
        assert_eq!(store.outbox_figures(later(100)).await.unwrap(), OutboxFigures::default());
        let open = &store.deliveries(true, 10).await.unwrap()[0];
        assert_eq!((open.attempts, open.handed_at, open.delivered_at), (1, Some(later(1)), None));

        // Retention counts from the confirmation.
        let sweep = async |before| store.sweep_submissions("OZG-Antragsassistent", before, later(9_999)).await.unwrap();
        assert_eq!(sweep(later(1_000)).await, 0);
        let confirmed = later(100).as_nanosecond();
        database.tamper(&format!("UPDATE deliveries SET delivered_at = {confirmed}")).await.unwrap();
        assert_eq!(state(store, &number(0)).await, State::Delivered);
        assert_eq!((sweep(later(100)).await, sweep(later(101)).await), (0, 1));
    }
}

#[tokio::test]
async fn an_id_is_never_given_twice() {
    for Database { store, .. } in &databases().await {
        submitted(store, 0).await;
        let first = claim(store, "a", now()).await.remove(0);
        assert!(store.settle(&first, &Outcome::Delivered, now()).await.unwrap());
        assert_eq!(store.sweep_submissions("OZG-Antragsassistent", later(1), later(1)).await.unwrap(), 1);
        submitted(store, 1).await;
        assert!(claim(store, "a", now()).await[0].id > first.id);
    }
}

#[tokio::test]
async fn nothing_is_claimed_before_it_is_due() {
    for Database { store, .. } in &databases().await {
        submitted(store, 0).await;
        assert!(claim(store, "a", later(-1)).await.is_empty());
        assert_eq!(claim(store, "a", now()).await.len(), 1);
    }
}

#[tokio::test]
async fn a_temporary_failure_waits_for_its_time() {
    for Database { store, .. } in &databases().await {
        submitted(store, 0).await;
        let claims = claim(store, "a", now()).await;
        let outcome = Outcome::Later { next: later(300), reason: "421 busy".to_owned() };
        assert!(store.settle(&claims[0], &outcome, later(1)).await.unwrap());
        assert_eq!(state(store, &number(0)).await, State::Retrying);
        assert_eq!(store.next_due().await.unwrap(), Some(later(300)));
        assert!(claim(store, "a", later(299)).await.is_empty());
        let again = claim(store, "a", later(300)).await;
        assert_eq!(again[0].attempts, 1);
        let delivery = &store.deliveries(true, 10).await.unwrap()[0];
        assert_eq!((delivery.failed_at, delivery.reason.as_deref()), (Some(later(1)), Some("421 busy")));
    }
}

#[tokio::test]
async fn what_is_held_waits_for_a_human() {
    for Database { store, .. } in &databases().await {
        submitted(store, 0).await;
        let claims = claim(store, "a", now()).await;
        let outcome = Outcome::Held { reason: "550 no such mailbox".to_owned() };
        assert!(store.settle(&claims[0], &outcome, later(1)).await.unwrap());
        assert_eq!(state(store, &number(0)).await, State::Held);
        assert!(claim(store, "a", later(1_000_000)).await.is_empty());
        assert_eq!(store.next_due().await.unwrap(), None);
        let figures = OutboxFigures { waiting: 0, held: 1, oldest_waiting_seconds: 0 };
        assert_eq!(store.outbox_figures(later(100)).await.unwrap(), figures);

        assert_eq!(store.retry(&number(0), later(50)).await.unwrap(), 1);
        assert_eq!(state(store, &number(0)).await, State::Retrying);
        let figures = OutboxFigures { waiting: 1, held: 0, oldest_waiting_seconds: 100 };
        assert_eq!(store.outbox_figures(later(100)).await.unwrap(), figures);
        assert_eq!(claim(store, "a", later(50)).await[0].attempts, 1);
        let told: Vec<_> = events(store, &number(0)).await.into_iter().map(|(what, _)| what).collect();
        assert_eq!(told, ["accepted", "held", "retried"]);
    }
}

#[tokio::test]
async fn what_is_released_is_free_at_once_and_was_no_attempt() {
    for Database { store, .. } in &databases().await {
        submitted(store, 0).await;
        let claims = claim(store, "a", now()).await;
        assert!(claim(store, "b", now()).await.is_empty());
        assert!(store.settle(&claims[0], &Outcome::Released, now()).await.unwrap());
        let other = claim(store, "b", now()).await;
        assert_eq!((other.len(), other[0].attempts), (1, 0));
        assert_eq!(state(store, &number(0)).await, State::Queued);
        assert_eq!(events(store, &number(0)).await.len(), 1);
    }
}

#[tokio::test]
async fn an_expired_claim_goes_to_another_and_its_old_owner_settles_nothing() {
    for Database { store, .. } in &databases().await {
        submitted(store, 0).await;
        let lost = claim(store, "a", now()).await;
        assert_eq!(store.next_due().await.unwrap(), Some(later(60)), "due when the claim ends");
        assert!(claim(store, "b", later(59)).await.is_empty());
        // The same name again: even then it is another claim.
        let taken = claim(store, "a", later(60)).await;
        assert_eq!(taken.len(), 1);
        assert!(!store.settle(&lost[0], &Outcome::Held { reason: "late".to_owned() }, later(61)).await.unwrap());
        assert!(store.settle(&taken[0], &Outcome::Delivered, later(62)).await.unwrap());
        let told: Vec<_> = events(store, &number(0)).await.into_iter().map(|(what, _)| what).collect();
        assert_eq!(told, ["accepted", "attempted", "delivered"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_couriers_at_once_never_get_the_same_delivery() {
    for database in databases().await {
        for tick in 0..60 {
            submitted(&database.store, tick).await;
        }
        let other = crate::databases::open(&database.url).await;
        let couriers = (0..8).map(|courier| {
            let store = if courier % 2 == 0 { database.store.clone() } else { other.clone() };
            tokio::spawn(async move {
                let mut got = Vec::new();
                let who = format!("courier {courier}");
                // Empty-handed once does not mean done: on PostgreSQL others' rows are passed over.
                let mut empty = 0;
                while empty < 3 {
                    let claims = store.claim(&who, now(), |_| LEASE, 3).await.unwrap();
                    empty = if claims.is_empty() { empty + 1 } else { 0 };
                    got.extend(claims.into_iter().map(|claim| claim.vorgangsnummer));
                }
                got
            })
        });
        let mut times: BTreeMap<Vorgangsnummer, u32> = BTreeMap::new();
        for got in futures_util::future::join_all(couriers).await {
            for number in got.unwrap() {
                *times.entry(number).or_default() += 1;
            }
        }
        assert!(times.values().all(|times| *times == 1), "{times:?}");
        // A courier that gave up early left the rest unclaimed, never lost.
        let rest = database.store.claim("rest", now(), |_| LEASE, 100).await.unwrap().len();
        assert_eq!(times.len() + rest, 60);
    }
}

#[tokio::test]
async fn a_claim_takes_no_more_than_asked_and_the_oldest_first() {
    for Database { store, .. } in &databases().await {
        for tick in 0..5 {
            submitted(store, tick).await;
        }
        store.retry(&number(3), later(-10)).await.unwrap();
        let claims = store.claim("a", now(), |_| LEASE, 2).await.unwrap();
        assert_eq!((claims.len(), &claims[0].vorgangsnummer), (2, &number(3)));
        assert_eq!(store.deliveries(true, 3).await.unwrap().len(), 3);
    }
}

#[tokio::test]
async fn a_way_that_this_version_does_not_know_is_held_and_stops_nobody() {
    for database in &databases().await {
        let store = &database.store;
        let (draft, key) = super::opened(store).await;
        let ways = [super::mail("a@example.org"), super::mail("b@example.org")];
        super::submissions::submit_to(store, &draft, &key, super::Revision(1), 0, &ways).await.unwrap();
        let unknown = r#"UPDATE deliveries SET kanal = '{"art":"brieftaube"}' WHERE kanal LIKE '%b@example.org%'"#;
        assert_eq!(database.tamper(unknown).await.unwrap(), 1);
        submitted(store, 1).await;

        let mut claims = claim(store, "a", now()).await;
        claims.sort_by_key(|claim| claim.id);
        assert_eq!(claims.iter().map(|claim| &claim.vorgangsnummer).collect::<Vec<_>>(), [&number(0), &number(1)]);
        assert!(store.settle(&claims[0], &Outcome::Delivered, later(1)).await.unwrap(), "its other way goes on");
        assert_eq!(store.outbox_figures(now()).await.unwrap().held, 1);
        let (deliveries, trail) = store.delivery_trail(&number(0)).await.unwrap();
        let told: Vec<_> = deliveries.iter().map(|one| (one.weg.clone(), one.state())).collect();
        let [known, _] = ways;
        assert_eq!(told, [(Some(known), State::Delivered), (None, State::Held)], "the operator sees both");
        assert_eq!((trail[1].what.as_str(), trail[1].delivery), ("held", Some(deliveries[1].id)));
        assert_eq!(store.deliveries(true, 10).await.unwrap().len(), 2);
        assert_eq!(events(store, &number(1)).await.len(), 1);
    }
}

#[tokio::test]
async fn a_claim_survives_a_restart() {
    for mut database in databases().await {
        submitted(&database.store, 0).await;
        let claims = claim(&database.store, "a", now()).await;
        database.restart().await;
        assert!(claim(&database.store, "b", later(59)).await.is_empty());
        assert!(database.store.settle(&claims[0], &Outcome::Delivered, later(59)).await.unwrap());
    }
}

#[tokio::test]
async fn the_database_refuses_states_that_cannot_be() {
    let impossible = [
        "UPDATE deliveries SET delivered_at = 1",
        "UPDATE deliveries SET attempts = 1",
        "UPDATE deliveries SET attempts = 1, attempted_at = 1, delivered_at = 1, held_at = 1, reason = 'x'",
        "UPDATE deliveries SET claimed_by = 'a'",
        "UPDATE deliveries SET attempts = 1, attempted_at = 1, delivered_at = 1, claimed_by = 'a', claimed_until = 1",
        "UPDATE deliveries SET held_at = 1",
        "UPDATE deliveries SET failed_at = 1",
        "UPDATE deliveries SET handed_at = 1",
        "UPDATE deliveries SET attempts = 1, attempted_at = 1, handed_at = 1, held_at = 1, reason = 'x'",
        "UPDATE deliveries SET attempts = 1, attempted_at = 1, handed_at = 1, claimed_by = 'a', claimed_until = 1",
        "UPDATE deliveries SET attempts = 1, attempted_at = 1, held_at = 1, reason = 'x', claimed_by = 'a', claimed_until = 1",
        "UPDATE deliveries SET attempts = -1, attempted_at = 1",
        "UPDATE events SET what = 'delivered'",
        "DELETE FROM events",
        "INSERT INTO events (submission, at, what) VALUES ('x', 1, 'lost')",
        "INSERT INTO deliveries (submission, kanal, queued_at, next_at) SELECT submission, kanal, 1, 1 FROM deliveries",
    ];
    for database in &databases().await {
        submitted(&database.store, 0).await;
        for statement in impossible {
            assert!(database.tamper(statement).await.is_err(), "{statement}");
        }
    }
}
