//! Asking the tenants' directories: what was answered lately is not asked again, what many ask at once is asked once, and while a
//! directory does not answer, its last good answer serves as long as the tenant allows.

/// What can be asked, and how an answer is kept.
mod question;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use moka::future::Cache;

use crate::clock::Clock;
use crate::config::mandant::Mandant;
use crate::office::finder::asking::Asked;
use crate::office::finder::{FinderError, OfficeFinder};
use crate::office::{Gebiet, Leistung, Zustaendigkeit};
use crate::randomness::Randomness;
use crate::store::{Store, StoreError};
use question::{Answer, Question};

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
    finders: BTreeMap<String, Source>,
    store: Option<Store>,
    clock: Clock,
    randomness: Randomness,
    memory: Cache<String, Held>,
}

/// One tenant's directory.
#[derive(Debug)]
struct Source {
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
    answer: Result<Arc<Answer>, FinderError>,
    /// When the directory said it.
    said_at: Timestamp,
    /// When it was asked last.
    asked_at: Timestamp,
    /// Why it did not answer then.
    trouble: Option<FinderError>,
    bytes: u32,
}

impl Source {
    /// What is asked.
    fn open<'s>(&'s self, store: Option<&'s Store>) -> super::source::Source<'s> {
        super::source::Source::of(&self.finder, store)
    }
}

impl Held {
    fn is_fresh(&self, now: Timestamp) -> bool {
        let span = if self.trouble.is_none() && self.answer.is_ok() { FRESH } else { AFTER_TROUBLE };
        // A clock that was set back must not keep an answer for hours.
        self.asked_at.duration_until(now).abs() < span
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
        let source = |(id, finder): (String, OfficeFinder)| {
            let days = mandanten.get(&id).map_or(0, |mandant| mandant.zustaendigkeitsfinder.stale_days());
            (id, Source { finder, stale: SignedDuration::from_hours(24 * i64::from(days)) })
        };
        let memory = Cache::builder()
            .max_capacity(MEMORY)
            .weigher(|question: &String, held: &Held| {
                held.bytes.saturating_add(u32::try_from(question.len()).unwrap_or(u32::MAX)).saturating_add(200)
            })
            .time_to_idle(IDLE)
            .build();
        Self { finders: finders.into_iter().map(source).collect(), store, clock, randomness, memory }
    }

    /// A tenant's directory itself.
    pub fn finder(&self, mandant: &str) -> Option<&OfficeFinder> {
        self.finders.get(mandant).map(|source| &source.finder)
    }

    /// See [`OfficeFinder::leistung`].
    pub async fn leistung(
        &self,
        mandant: &str,
        pst_id: &str,
        gebiet: Option<&Gebiet>,
        sprache: &str,
    ) -> Result<Told<Option<Leistung>>, FinderError> {
        let told = self.ask(mandant, Question::Leistung { pst_id, gebiet }, sprache).await?;
        Ok(told.map(|answer| if let Answer::Leistung(found) = answer { found.as_deref().cloned() } else { None }))
    }

    /// See [`OfficeFinder::gebiet`].
    pub async fn gebiet(
        &self,
        mandant: &str,
        area_id: &str,
        sprache: &str,
    ) -> Result<Told<Option<Gebiet>>, FinderError> {
        let told = self.ask(mandant, Question::Gebiet { area_id }, sprache).await?;
        Ok(told.map(|answer| if let Answer::Gebiet(found) = answer { found.clone() } else { None }))
    }

    /// See [`OfficeFinder::stellen`].
    pub async fn stellen(
        &self,
        mandant: &str,
        leistung: &Leistung,
        gebiet: &Gebiet,
        sprache: &str,
    ) -> Result<Told<Zustaendigkeit>, FinderError> {
        let told = self.ask(mandant, Question::Stellen { leistung, gebiet }, sprache).await?;
        Ok(told
            .map(|answer| if let Answer::Stellen(found) = answer { found.clone() } else { Zustaendigkeit::default() }))
    }

    /// See [`OfficeFinder::search_leistungen`].
    pub async fn search_leistungen(
        &self,
        mandant: &str,
        words: &str,
        gebiet: Option<&Gebiet>,
        limit: usize,
        sprache: &str,
    ) -> Result<Vec<Leistung>, FinderError> {
        let told = self.ask(mandant, Question::Leistungen { words, gebiet, limit }, sprache).await?;
        Ok(told.map(|answer| if let Answer::Leistungen(found) = answer { found.clone() } else { Vec::new() }).value)
    }

    /// See [`OfficeFinder::search_gebiete`].
    pub async fn search_gebiete(
        &self,
        mandant: &str,
        words: &str,
        limit: usize,
        sprache: &str,
    ) -> Result<Vec<Gebiet>, FinderError> {
        let told = self.ask(mandant, Question::Gebiete { words, limit }, sprache).await?;
        Ok(told.map(|answer| if let Answer::Gebiete(found) = answer { found.clone() } else { Vec::new() }).value)
    }

    /// Forgets a tenant's kept answers that are too old to serve.
    pub async fn sweep(&self, mandant: &str) -> Result<u64, StoreError> {
        let (Some(source), Some(store)) = (self.finders.get(mandant), &self.store) else { return Ok(0) };
        let before = self.clock.now().saturating_sub(source.stale).unwrap_or(Timestamp::MIN);
        store.sweep_answers(mandant, before, MOST_KEPT).await
    }

    async fn ask(
        &self,
        mandant: &str,
        question: Question<'_>,
        sprache: &str,
    ) -> Result<Told<Arc<Answer>>, FinderError> {
        let Some(source) = self.finders.get(mandant) else {
            return Err(FinderError::Unreachable("the tenant has no directory".to_owned()));
        };
        let now = self.clock.now();
        let asked = Asked { now, sprache };
        let at_hand = matches!(question, Question::Gebiet { .. }) && source.finder.has_own_places();
        if at_hand || !source.finder.is_remote() {
            return Ok(Told {
                value: Arc::new(question.put(&source.open(self.store.as_ref()), &asked).await?),
                old: None,
            });
        }
        let key = question.key(mandant, sprache);
        let entry = self.memory.entry_by_ref(key.as_str());
        let fetched = self.fetch(source, mandant, &question, &key, &asked);
        let held = entry.or_insert_with_if(fetched, |held| !held.is_fresh(now)).await.into_value();
        let age = held.said_at.duration_until(now).max(SignedDuration::ZERO);
        Ok(Told { value: held.answer?, old: held.trouble.map(|cause| Old { age, cause }) })
    }

    /// Asks the directory; if it does not answer, the store.
    async fn fetch(
        &self,
        source: &Source,
        mandant: &str,
        question: &Question<'_>,
        key: &str,
        asked: &Asked<'_>,
    ) -> Held {
        let now = asked.now;
        let counted = |outcome: &'static str| {
            metrics::counter!("antrag_directory_questions_total", "mandant" => mandant.to_owned(), "outcome" => outcome)
                .increment(1);
        };
        let trouble = match question.put(&source.open(self.store.as_ref()), asked).await {
            Ok(answer) => {
                counted("answered");
                tell_age(mandant, SignedDuration::ZERO);
                let bytes = answer.to_stored();
                self.keep(mandant, key, &answer, question, &bytes, now).await;
                let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
                return Held {
                    answer: Ok(Arc::new(answer)),
                    said_at: now,
                    asked_at: now,
                    trouble: None,
                    bytes: length,
                };
            }
            Err(trouble) => trouble,
        };
        counted(trouble.kind());
        let held =
            |answer, said_at, bytes| Held { answer, said_at, asked_at: now, trouble: Some(trouble.clone()), bytes };
        let Some((said_at, answer, bytes)) = self.kept(source, mandant, key, now).await else {
            tracing::warn!(mandant, cause = %trouble, "the directory does not answer, and no answer was kept");
            return held(Err(trouble.clone()), now, 0);
        };
        let age = said_at.duration_until(now);
        tell_age(mandant, age);
        let age_minutes = age.as_mins();
        tracing::warn!(mandant, age_minutes, cause = %trouble, "the directory does not answer: its last good answer serves");
        held(Ok(Arc::new(answer)), said_at, bytes)
    }

    /// Keeps what can serve later; what the directory no longer knows must not come back.
    async fn keep(
        &self,
        mandant: &str,
        key: &str,
        answer: &Answer,
        question: &Question<'_>,
        bytes: &[u8],
        now: Timestamp,
    ) {
        let Some(store) = &self.store else { return };
        let done = if answer.is_nothing() {
            store.forget_answer(mandant, key).await
        } else if question.is_kept() {
            store.save_answer(mandant, key, bytes, now, &self.randomness).await
        } else {
            Ok(())
        };
        if let Err(error) = done {
            tracing::warn!(mandant, %error, "the directory's answer cannot be kept");
        }
    }

    async fn kept(
        &self,
        source: &Source,
        mandant: &str,
        key: &str,
        now: Timestamp,
    ) -> Option<(Timestamp, Answer, u32)> {
        let store = self.store.as_ref()?;
        let not_before = now.saturating_sub(source.stale).unwrap_or(Timestamp::MIN);
        match store.answer(mandant, key, not_before).await {
            Ok(found) => {
                let (said_at, bytes) = found?;
                let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
                Answer::from_stored(&bytes).map(|answer| (said_at, answer, length))
            }
            Err(error) => {
                tracing::warn!(mandant, %error, "the directory's last good answer cannot be read");
                None
            }
        }
    }
}

fn tell_age(mandant: &str, age: SignedDuration) {
    metrics::gauge!("antrag_directory_answer_age_seconds", "mandant" => mandant.to_owned()).set(age.as_secs_f64());
}

impl<T> Told<Arc<T>> {
    fn map<U>(self, take: impl FnOnce(&T) -> U) -> Told<U> {
        Told { value: take(&self.value), old: self.old }
    }
}
