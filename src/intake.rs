//! The counter: every use case, without HTTP.

/// Whether the office still is the one that was agreed to.
mod agreed;
/// Answers of a page: kept, complained about, led on.
pub mod answer;
/// Files: taken in and taken away.
pub mod attach;
/// The directories' answers: kept for a while, asked for once, and the last good one in need.
pub mod auskunft;
/// Whom a tenant asks: every kind of directory.
pub mod finder;
/// An imported directory, in the store.
pub mod imported;
/// What is posted: printed once, packed.
mod pack;
/// Where documents are printed.
pub mod printers;
/// What a directory can be asked, and who answers how.
pub mod question;
/// The deep link: who decides, and by which channel.
pub mod start;
/// Preview, submit, receipt.
pub mod submit;
/// What is forgotten, and when.
pub mod sweep;
/// A delivery of a directory taken in.
pub mod take_in;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::SignedDuration;
use tokio::sync::Notify;

use auskunft::Auskunft;
use printers::Printers;

use crate::clock::Clock;
use crate::config::mandant::Mandant;
use crate::draft::asked::asked;
use crate::draft::check::Context;
use crate::draft::{Draft, DraftId, progress};
use crate::form::Form;
use crate::form::catalogue::Catalogue;
use crate::form::text::Blank;
use crate::office::finder::FinderError;
use crate::randomness::Randomness;
use crate::store::drafts::Revision;
use crate::store::vault::DraftKey;
use crate::store::{Store, StoreError};
use crate::words;

/// Everything the use cases need.
#[derive(Debug)]
pub struct Counter {
    /// Now.
    pub clock: Clock,
    /// Ids, keys and nonces.
    pub randomness: Randomness,
    /// All forms.
    pub catalogue: Catalogue,
    /// All tenants by id.
    pub mandanten: BTreeMap<String, Arc<Mandant>>,
    /// Each tenant's directory, with what it answered lately.
    pub auskunft: Auskunft,
    /// What survives a power cut.
    pub store: Store,
    /// Rung when a delivery was queued.
    pub bell: Arc<Notify>,
    /// Print documents; no more at once than they are.
    pub printers: Printers,
    /// How long a draft stays after its last change.
    pub draft_life: SignedDuration,
    /// External address of the program with its path prefix, for links in declarations.
    pub address: Arc<str>,
}

/// Why the counter cannot serve; what the citizen can do next differs by variant.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// No such tenant, form, access, step or application.
    #[error("not found")]
    NotFound,
    /// The application is gone: expired, cancelled, or the key is missing.
    #[error("the session is gone")]
    SessionGone,
    /// The application was submitted: the receipt is the answer to everything.
    #[error("the application was submitted already")]
    AlreadySent,
    /// The directory does not answer.
    #[error("finder: {0}")]
    Finder(#[from] FinderError),
    /// The store failed.
    #[error("store: {0}")]
    Store(StoreError),
    /// A document could not be printed.
    #[error("document: {0}")]
    Document(String),
}

impl From<StoreError> for IntakeError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::AlreadySent => Self::AlreadySent,
            other => Self::Store(other),
        }
    }
}

/// A running application in the hands of its owner.
#[derive(Clone, Debug)]
pub struct Session {
    /// The answers so far.
    pub draft: Draft,
    /// The browser's key.
    pub key: DraftKey,
    /// The revision that was read.
    pub revision: Revision,
    /// The form.
    pub form: Arc<Form>,
    /// The tenant.
    pub mandant: Arc<Mandant>,
    /// External address of the program.
    pub address: Arc<str>,
}

/// How often a change is applied anew because another tab was faster (the draft's revision is an optimistic lock).
const CONFLICT_TRIES: usize = 16;

impl Counter {
    /// The application with this id, if the key opens it.
    pub async fn session(&self, id: &DraftId, key: &DraftKey) -> Result<Session, IntakeError> {
        let (draft, revision) = self.store.draft(id, key, self.clock.now()).await?.ok_or(IntakeError::SessionGone)?;
        // The form may have been replaced since the draft began: progress is derived anew, so the citizen is led to what is
        // missing.
        let form = self.catalogue.get(&draft.formular, &draft.sprache).ok_or(IntakeError::SessionGone)?;
        let form = asked(form, &draft);
        let mandant = self.mandanten.get(&draft.mandant).ok_or(IntakeError::SessionGone)?.clone();
        Ok(Session { draft, key: key.clone(), revision, form, mandant, address: self.address.clone() })
    }

    /// Applies a change to a draft that is not sent yet and saves it. If the draft is no longer what was read (optimistic lock),
    /// because another tab changed it, it is read again first.
    async fn change<T>(
        &self,
        session: &mut Session,
        mut change: impl FnMut(&mut Session) -> T,
    ) -> Result<T, IntakeError> {
        for _ in 0..CONFLICT_TRIES {
            if session.draft.sent.is_some() {
                return Err(IntakeError::AlreadySent);
            }
            let result = change(session);
            let Session { draft, key, revision, .. } = &*session;
            let now = self.clock.now();
            match self.store.save_draft(draft, key, *revision, &self.randomness, now, self.draft_life).await {
                Ok(revision) => {
                    session.revision = revision;
                    return Ok(result);
                }
                Err(StoreError::Conflict) => *session = self.session(&session.draft.id, &session.key).await?,
                Err(error) => return Err(error.into()),
            }
        }
        Err(IntakeError::Store(StoreError::Conflict))
    }

    /// Forgets an application that was not submitted.
    pub async fn cancel(&self, id: &DraftId, key: &DraftKey) -> Result<Session, IntakeError> {
        let session = self.session(id, key).await?;
        if session.draft.sent.is_some() {
            return Err(IntakeError::AlreadySent);
        }
        if !self.store.delete_draft(id).await? && self.session(id, key).await?.draft.sent.is_some() {
            // Submitted in another tab between reading and deleting: nobody may be told that it is gone.
            return Err(IntakeError::AlreadySent);
        }
        Ok(session)
    }
}

impl Session {
    /// What fills the blanks of the form's texts.
    pub fn blanks(&self) -> Blanks {
        Blanks::new(self)
    }

    /// The step that has to be filled before step `index` may be opened; `None` if it is open.
    pub fn missing_before(&self, index: usize, counter: &Counter) -> Option<usize> {
        self.within(counter, |context| progress::missing_before(&self.draft, index, context))
    }

    /// Index of the furthest step that may be opened.
    pub fn open_until(&self, counter: &Counter) -> usize {
        self.within(counter, |context| progress::open_until(&self.draft, context))
    }

    /// What a look at the answers tells, with this application's words in the form's blanks.
    fn within<T>(&self, counter: &Counter, look: impl FnOnce(&Context<'_>) -> T) -> T {
        let blanks = self.blanks();
        let fill = |blank| blanks.fill(blank);
        look(&Context { form: &self.form, now: counter.clock.now(), fill: &fill })
    }
}

/// What fills the blanks of a form's texts for one application.
#[derive(Clone, Debug)]
pub struct Blanks {
    stelle_name: String,
    stelle_datenschutz: String,
    betreiber_name: String,
    betreiber_datenschutz: String,
    leistung_name: String,
    gebiet_name: String,
}

impl Blanks {
    fn new(session: &Session) -> Self {
        let Session { mandant, draft, form, address, .. } = session;
        // Before the choice, and with one office only, there is no doubt whose words are meant.
        let stelle = draft.chosen(form).or(match draft.stellen.as_slice() {
            [only] => Some(only),
            _ => None,
        });
        let name = stelle.map_or_else(|| words::page::THE_OFFICE.to_owned(), |found| found.stelle.name.clone());
        Self {
            stelle_datenschutz: stelle
                .and_then(|found| found.stelle.datenschutz.clone())
                .unwrap_or_else(|| name.clone()),
            stelle_name: name,
            betreiber_name: mandant.betreiber.name.clone(),
            betreiber_datenschutz: mandant
                .betreiber
                .datenschutz_url
                .clone()
                .unwrap_or_else(|| format!("{address}/datenschutz?mandant={}", mandant.id)),
            leistung_name: draft.leistung.name.clone(),
            gebiet_name: draft.gebiet.full_name(),
        }
    }

    /// The words for a blank.
    pub fn fill(&self, blank: Blank) -> String {
        match blank {
            Blank::StelleName => &self.stelle_name,
            Blank::StelleDatenschutz => &self.stelle_datenschutz,
            Blank::BetreiberName => &self.betreiber_name,
            Blank::BetreiberDatenschutz => &self.betreiber_datenschutz,
            Blank::LeistungName => &self.leistung_name,
            Blank::GebietName => &self.gebiet_name,
        }
        .clone()
    }
}
