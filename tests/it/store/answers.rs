//! The last good answers of directories: kept, bound to their place, forgotten.

use antragsassistent::randomness::Randomness;

use super::{DAY, later, now};
use crate::databases::databases;

const QUESTION: &str = "gebiet\u{1f}de\u{1f}38693732";

#[tokio::test]
async fn the_newest_answer_serves_until_it_is_too_old() {
    for database in databases().await {
        let (store, random) = (&database.store, Randomness::System);
        assert_eq!(store.answer("m", QUESTION, now()).await.unwrap(), None);
        store.save_answer("m", QUESTION, b"eins", now(), &random).await.unwrap();
        store.save_answer("m", QUESTION, b"zwei", later(1), &random).await.unwrap();
        // Another instance was slower to write what it had asked before.
        store.save_answer("m", QUESTION, b"alt", now(), &random).await.unwrap();
        assert_eq!(store.answer("m", QUESTION, now()).await.unwrap(), Some((later(1), b"zwei".to_vec())));
        assert_eq!(store.answer("m", QUESTION, later(2)).await.unwrap(), None);
        assert_eq!(store.answer("anderer", QUESTION, now()).await.unwrap(), None);
        store.forget_answer("m", QUESTION).await.unwrap();
        store.forget_answer("m", QUESTION).await.unwrap();
        assert_eq!(database.rows("directory_answers").await, 0);
    }
}

#[tokio::test]
async fn an_answer_that_was_moved_or_changed_does_not_open() {
    for database in databases().await {
        let (store, random) = (&database.store, Randomness::System);
        store.save_answer("m", QUESTION, b"antraege@moeckern.example", now(), &random).await.unwrap();
        for change in ["mandant = 'n'", "fetched_at = fetched_at + 1"] {
            database.tamper(&format!("UPDATE directory_answers SET {change}")).await.unwrap();
        }
        assert!(store.answer("n", QUESTION, now()).await.is_err());
    }
}

#[tokio::test]
async fn answers_are_swept_by_age_and_by_number_and_a_huge_one_is_not_kept() {
    for database in databases().await {
        let (store, random) = (&database.store, Randomness::System);
        for number in 0..10 {
            store.save_answer("m", &format!("frage {number}"), b"x", later(number), &random).await.unwrap();
        }
        store.save_answer("anderer", "frage", b"x", now(), &random).await.unwrap();
        store.save_answer("m", "riesig", &vec![0; 2 << 20], later(20), &random).await.unwrap();
        assert_eq!(store.sweep_answers("m", later(2), 100).await.unwrap(), 2);
        assert_eq!(store.sweep_answers("m", now() - DAY, 3).await.unwrap(), 5, "the oldest beyond three");
        assert!(store.answer("m", "frage 7", now()).await.unwrap().is_some());
        assert_eq!(database.rows("directory_answers").await, 4);
    }
}
