//! The last good answers of directories, by tenant and question; sealed with the master key, since they say where applications go.

use jiff::Timestamp;

use super::tx::values;
use super::{Store, StoreError, moment, nanos};
use crate::randomness::Randomness;

/// Largest answer that is kept, in bytes.
const LARGEST: usize = 1024 * 1024;

impl Store {
    /// Keeps an answer over an older one of the same question. One that is larger than 1 MiB is not kept.
    pub async fn save_answer(
        &self,
        mandant: &str,
        question: &str,
        answer: &[u8],
        fetched_at: Timestamp,
        randomness: &Randomness,
    ) -> Result<(), StoreError> {
        if answer.len() > LARGEST {
            return Ok(());
        }
        let at = nanos(fetched_at);
        let sealed =
            self.master().seal_answers().seal(&place(mandant, question, &at.to_be_bytes()), answer, randomness);
        let (mandant, question) = (mandant.to_owned(), question.to_owned());
        self.write(move |tx| {
            let text =
                "INSERT INTO directory_answers (mandant, question, fetched_at, sealed) VALUES ($1, $2, $3, $4) \
                 ON CONFLICT (mandant, question) DO UPDATE SET fetched_at = excluded.fetched_at, sealed = excluded.sealed \
                 WHERE directory_answers.fetched_at <= excluded.fetched_at";
            tx.execute(text, values![&mandant, &question, at, &sealed]).map(|_| ())
        })
        .await
    }

    /// The answer that was fetched last, if that was not before `not_before`, and when.
    pub async fn answer(
        &self,
        mandant: &str,
        question: &str,
        not_before: Timestamp,
    ) -> Result<Option<(Timestamp, Vec<u8>)>, StoreError> {
        let (of, asked) = (mandant.to_owned(), question.to_owned());
        let found = self.read(move |tx| {
            let text = "SELECT fetched_at, sealed FROM directory_answers \
                        WHERE mandant = $1 AND question = $2 AND fetched_at >= $3";
            tx.row::<(i64, Vec<u8>)>(text, values![&of, &asked, nanos(not_before)])
        });
        let Some((at, sealed)) = found.await? else { return Ok(None) };
        let answer = self.master().seal_answers().open(&place(mandant, question, &at.to_be_bytes()), sealed)?;
        Ok(Some((moment(at), answer)))
    }

    /// Forgets the answer to a question, if there is one.
    pub async fn forget_answer(&self, mandant: &str, question: &str) -> Result<(), StoreError> {
        // Most questions that have no answer never had one: looking first spares the writer.
        if self.answer(mandant, question, Timestamp::MIN).await?.is_none() {
            return Ok(());
        }
        let (mandant, question) = (mandant.to_owned(), question.to_owned());
        self.write(move |tx| {
            let text = "DELETE FROM directory_answers WHERE mandant = $1 AND question = $2";
            tx.execute(text, values![&mandant, &question]).map(|_| ())
        })
        .await
    }

    /// Forgets a tenant's answers that were fetched before `before`, and the oldest beyond `most`; returns how many.
    pub async fn sweep_answers(&self, mandant: &str, before: Timestamp, most: i64) -> Result<u64, StoreError> {
        let mandant = mandant.to_owned();
        self.write(move |tx| {
            let text = "SELECT fetched_at FROM directory_answers WHERE mandant = $1 ORDER BY fetched_at DESC LIMIT 1 OFFSET $2";
            let beyond = tx.row::<(i64,)>(text, values![&mandant, most])?.map_or(i64::MIN, |(at,)| at.saturating_add(1));
            let text = "DELETE FROM directory_answers WHERE mandant = $1 AND fetched_at < $2";
            tx.execute(text, values![&mandant, nanos(before).max(beyond)])
        })
        .await
    }
}

fn place<'p>(mandant: &'p str, question: &'p str, at: &'p [u8]) -> [&'p [u8]; 4] {
    [b"answer", mandant.as_bytes(), question.as_bytes(), at]
}
