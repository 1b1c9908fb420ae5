//! Asking the tenants' directories: what was answered lately is not asked again (a cache), what many ask at once is asked once (single
//! flight), and while a directory does not answer, its last good answer serves as long as the tenant allows (stale if error).

/// The key of an answer, and the answer in the store.
mod kept;

use std::any::Any;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use moka::future::Cache;

use super::finder::{OfficeFinder, Source};
use super::question::{Keeping, Question};
use crate::clock::Clock;
use crate::config::mandant::Mandant;
use crate::office::finder::FinderError;
use crate::office::finder::asking::Asked;
use crate::randomness::Randomness;
use crate::store::{Store, StoreError};

/// How long an answer serves without asking again.
const FRESH: SignedDuration = SignedDuration::from_secs(60);
/// How long an old answer, or none, serves before the directory is asked again.
const AFTER_TROUBLE: SignedDuration = SignedDuration::from_secs(5);
/// Memory for answers, in bytes.
const MEMORY: u64 = 8 * 1024 * 1024;
/// How long an answer that nobody asks for stays in memory.
const IDLE: Duration = Duration::from_mins(10);
/// Answers that are kept for each tenant.
const MOST_KEPT: i64 = 20_000;

/// The directories of all tenants.
#[derive(Debug)]
pub struct Auskunft {
    finders: BTreeMap<String, OfTenant>,
    store: Option<Store>,
    clock: Clock,
    randomness: Randomness,
    memory: Cache<String, Held>,
}

/// One tenant's directory.
#[derive(Debug)]
struct OfTenant {
    finder: OfficeFinder,
    /// How old an answer may be that serves in need.
    stale: SignedDuration,
}

/// An answer, and how old it is.
#[derive(Clone, Debug)]
pub struct Told<T> {
    /// The answer.
    pub value: T,
    /// Set if the directory did not answer and this is what it said before. For operators only.
    pub old: Option<Old>,
}

/// Why and how old an answer is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Old {
    /// Since the directory said it.
    pub age: SignedDuration,
    /// Why it does not say it now.
    pub cause: FinderError,
}

/// What memory holds for a question.
#[derive(Clone, Debug)]
struct Held {
    /// Of the type that the question's name stands for, which is part of the key.
    answer: Result<Arc<dyn Any + Send + Sync>, FinderError>,
    /// When the directory said it.
    said_at: Timestamp,
    /// When it was asked last.
    asked_at: Timestamp,
    /// Why it did not answer then.
    trouble: Option<FinderError>,
    bytes: u32,
}

impl Held {
    fn is_fresh(&self, now: Timestamp) -> bool {
        let span = if self.trouble.is_none() && self.answer.is_ok() { FRESH } else { AFTER_TROUBLE };
        // A clock that was set back must not keep an answer for hours.
        self.asked_at.duration_until(now).abs() < span
    }

    fn answer<A: Clone + 'static>(&self) -> Result<A, FinderError> {
        let answer = self.answer.as_ref().map_err(Clone::clone)?.downcast_ref::<A>();
        Ok(answer.expect("the key names the question, which has one type of answer").clone())
    }
}

impl Auskunft {
    /// The directories of these tenants. Without a store nothing serves while a directory is down.
    pub fn new(
        finders: BTreeMap<String, OfficeFinder>,
        mandanten: &BTreeMap<String, Arc<Mandant>>,
        store: Option<Store>,
        clock: Clock,
        randomness: Randomness,
    ) -> Self {
        let of_tenant = |(id, finder): (String, OfficeFinder)| {
            let days = mandanten.get(&id).map_or(0, |mandant| mandant.zustaendigkeitsfinder.stale_days());
            (id, OfTenant { finder, stale: SignedDuration::from_hours(24 * i64::from(days)) })
        };
        let memory = Cache::builder()
            .max_capacity(MEMORY)
            .weigher(|question: &String, held: &Held| {
                held.bytes.saturating_add(u32::try_from(question.len()).unwrap_or(u32::MAX)).saturating_add(200)
            })
            .time_to_idle(IDLE)
            .build();
        Self { finders: finders.into_iter().map(of_tenant).collect(), store, clock, randomness, memory }
    }

    /// Forgets a tenant's kept answers that are too old to serve.
    pub async fn sweep(&self, mandant: &str) -> Result<u64, StoreError> {
        let (Some(source), Some(store)) = (self.finders.get(mandant), &self.store) else { return Ok(0) };
        let before = self.clock.now().saturating_sub(source.stale).unwrap_or(Timestamp::MIN);
        store.sweep_answers(mandant, before, MOST_KEPT).await
    }

    /// Asks a tenant's directory, unless it said the same lately.
    pub async fn ask<Q: Question>(
        &self,
        mandant: &str,
        question: Q,
        sprache: &str,
    ) -> Result<Told<Q::Answer>, FinderError> {
        let Some(of_tenant) = self.finders.get(mandant) else {
            return Err(FinderError::Unreachable("the tenant has no directory".to_owned()));
        };
        let now = self.clock.now();
        let asked = Asked { now, sprache };
        let source = Source { finder: &of_tenant.finder, store: self.store.as_ref() };
        if Q::is_at_hand(source.finder) {
            return Ok(Told { value: question.put(source, &asked).await?, old: None });
        }
        let key = kept::key(&question, mandant, sprache);
        let entry = self.memory.entry_by_ref(key.as_str());
        let fetched = self.fetch(of_tenant, mandant, &question, &key, &asked);
        let held = entry.or_insert_with_if(fetched, |held| !held.is_fresh(now)).await.into_value();
        let age = held.said_at.duration_until(now).max(SignedDuration::ZERO);
        Ok(Told { value: held.answer()?, old: held.trouble.map(|cause| Old { age, cause }) })
    }

    /// Asks the directory; if it does not answer, the store.
    async fn fetch<Q: Question>(
        &self,
        of_tenant: &OfTenant,
        mandant: &str,
        question: &Q,
        key: &str,
        asked: &Asked<'_>,
    ) -> Held {
        let now = asked.now;
        let counted = |outcome: &'static str| {
            metrics::counter!("antrag_directory_questions_total", "mandant" => mandant.to_owned(), "outcome" => outcome)
                .increment(1);
        };
        let source = Source { finder: &of_tenant.finder, store: self.store.as_ref() };
        let trouble = match question.put(source, asked).await {
            Ok(answer) => {
                counted("answered");
                tell_age(mandant, SignedDuration::ZERO);
                let bytes = kept::to_stored::<Q>(&answer);
                self.keep(mandant, key, Q::keeping(&answer), &bytes, now).await;
                return Held {
                    answer: Ok(Arc::new(answer)),
                    said_at: now,
                    asked_at: now,
                    trouble: None,
                    bytes: length(&bytes),
                };
            }
            Err(trouble) => trouble,
        };
        counted(trouble.kind());
        let held =
            |answer, said_at, bytes| Held { answer, said_at, asked_at: now, trouble: Some(trouble.clone()), bytes };
        let Some((said_at, answer, bytes)) = self.kept::<Q>(of_tenant, mandant, key, now).await else {
            tracing::warn!(mandant, cause = %trouble, "the directory does not answer, and no answer was kept");
            return held(Err(trouble.clone()), now, 0);
        };
        let age = said_at.duration_until(now);
        tell_age(mandant, age);
        let age_minutes = age.as_mins();
        tracing::warn!(mandant, age_minutes, cause = %trouble, "the directory does not answer: its last good answer serves");
        held(Ok(Arc::new(answer)), said_at, bytes)
    }

    /// Keeps what can serve later.
    async fn keep(&self, mandant: &str, key: &str, keeping: Keeping, bytes: &[u8], now: Timestamp) {
        let Some(store) = &self.store else { return };
        let done = match keeping {
            Keeping::Kept => store.save_answer(mandant, key, bytes, now, &self.randomness).await,
            Keeping::Forgotten => store.forget_answer(mandant, key).await,
            Keeping::Neither => Ok(()),
        };
        if let Err(error) = done {
            tracing::warn!(mandant, %error, "the directory's answer cannot be kept");
        }
    }

    async fn kept<Q: Question>(
        &self,
        of_tenant: &OfTenant,
        mandant: &str,
        key: &str,
        now: Timestamp,
    ) -> Option<(Timestamp, Q::Answer, u32)> {
        let store = self.store.as_ref()?;
        let not_before = now.saturating_sub(of_tenant.stale).unwrap_or(Timestamp::MIN);
        match store.answer(mandant, key, not_before).await {
            Ok(found) => {
                let (said_at, bytes) = found?;
                kept::from_stored::<Q>(&bytes).map(|answer| (said_at, answer, length(&bytes)))
            }
            Err(error) => {
                tracing::warn!(mandant, %error, "the directory's last good answer cannot be read");
                None
            }
        }
    }
}

fn length(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX)
}

fn tell_age(mandant: &str, age: SignedDuration) {
    metrics::gauge!("antrag_directory_answer_age_seconds", "mandant" => mandant.to_owned()).set(age.as_secs_f64());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_serves_for_a_minute_and_trouble_for_five_seconds_whichever_way_the_clock_is_set() {
        let at = Timestamp::UNIX_EPOCH;
        let held = |answer: Result<Arc<dyn Any + Send + Sync>, FinderError>, trouble| Held {
            answer,
            said_at: at,
            asked_at: at,
            trouble,
            bytes: 0,
        };
        let (good, down) = (|| Ok(Arc::new(()) as _), FinderError::Slow);
        for (held, seconds) in
            [(held(good(), None), 60), (held(good(), Some(down.clone())), 5), (held(Err(down.clone()), Some(down)), 5)]
        {
            for passed in [0, seconds - 1] {
                assert!(held.is_fresh(at + SignedDuration::from_secs(passed)), "{passed}");
                assert!(held.is_fresh(at - SignedDuration::from_secs(passed)), "-{passed}");
            }
            assert!(!held.is_fresh(at + SignedDuration::from_secs(seconds)));
            assert!(!held.is_fresh(at - SignedDuration::from_secs(seconds)));
        }
    }
}
