//! Preview, submit, receipt: what was seen is what is sent, once.

use std::sync::Arc;

use super::agreed::Agreed;
use super::pack::Packer;
use super::{Counter, IntakeError, Session};
use crate::document::outline::Outline;
use crate::document::pdf;
use crate::draft::check::Complaint;
use crate::draft::{Draft, DraftId};
use crate::office::Organisationseinheit;
use crate::store::StoreError;
use crate::store::submissions::{Accepted, NewSubmission, Package};
use crate::store::vault::{DraftKey, sha256};
use crate::submission::{Application, Submission, Vorgangsnummer};
use crate::words::tongue::{GERMAN, Tongue};

/// Ticks of 100 ns that are tried when a Vorgangsnummer is taken.
const TICKS: u32 = 1000;

/// How a submit ended.
#[derive(Debug)]
pub enum Submitted {
    /// Accepted now or before: the receipt tells.
    Accepted,
    /// What was shown is not what would be sent: show it again.
    Changed,
    /// Something is missing: this step has to be opened again.
    Incomplete(String),
    /// The directory names another office, or another way to it: in this step it is chosen again.
    OfficeChanged(String),
    /// No office can be reached any more; the draft stays as it is.
    NoWay(Vec<Organisationseinheit>),
}

/// What a receipt needs.
#[derive(Clone)]
pub struct Receipt {
    /// The application.
    pub session: Session,
    /// What was accepted.
    pub accepted: Accepted,
}

impl Session {
    fn number(&self) -> Option<Vorgangsnummer> {
        self.draft.sent.as_deref().and_then(Vorgangsnummer::parse)
    }

    /// The outline of the application as it is now, in the language of whoever reads it.
    pub fn outline(&self, tongue: &Tongue) -> Outline {
        let outline = Outline::of_draft(&self.form, &self.draft, &self.mandant.name, tongue);
        Outline { logo: self.mandant.logo.clone(), ..outline }
    }

    /// Fingerprint of what the review shows, and of the version of the form that asked it; travels with its form. A draft tells
    /// only with which version it began.
    pub fn shown(&self) -> Result<String, IntakeError> {
        let content = serde_json::to_vec(&(&self.draft, &self.form.version)).map_err(StoreError::from)?;
        Ok(sha256(&content))
    }
}

impl Counter {
    /// The PDF of an application that is not submitted yet, marked as a draft.
    pub async fn preview(&self, id: &DraftId, key: &DraftKey) -> Result<Vec<u8>, IntakeError> {
        let session = self.session(id, key).await?;
        if session.draft.sent.is_some() {
            return Err(IntakeError::AlreadySent);
        }
        let outline = session.outline(&GERMAN);
        let work = move || pdf::print(&outline, None).map_err(|error| IntakeError::Document(error.to_string()));
        self.printers.print(work).await
    }

    /// Submits what the review showed. Any number of these for one application end on one submission.
    pub async fn submit(&self, id: &DraftId, key: &DraftKey, shown: &str) -> Result<Submitted, IntakeError> {
        let session = self.session(id, key).await?;
        if session.draft.sent.is_some() {
            return Ok(Submitted::Accepted);
        }
        let Ok(application) = self.complete(&session) else {
            return Ok(Submitted::Incomplete(session.form.steps[session.open_until(self)].id.clone()));
        };
        if session.shown()? != shown {
            return Ok(Submitted::Changed);
        }
        match self.agreed(&session).await? {
            Agreed::Yes => {}
            Agreed::ChooseAgain(step) => return Ok(Submitted::OfficeChanged(step)),
            Agreed::NoWay(stellen) => return Ok(Submitted::NoWay(stellen)),
        }
        match self.accept(&session, Arc::new(application)).await {
            Ok(vorgangsnummer) => {
                tracing::info!(%vorgangsnummer, mandant = session.mandant.id, "submission accepted");
                metrics::counter!("antrag_submissions_total", "mandant" => session.mandant.id.clone()).increment(1);
                self.bell.notify_one();
                Ok(Submitted::Accepted)
            }
            Err(IntakeError::AlreadySent) => Ok(Submitted::Accepted),
            // Another tab changed or submitted it between reading and writing.
            Err(IntakeError::Store(StoreError::Conflict)) => {
                let sent = self.session(id, key).await?.draft.sent.is_some();
                Ok(if sent { Submitted::Accepted } else { Submitted::Changed })
            }
            Err(error) => Err(error),
        }
    }

    fn complete(&self, session: &Session) -> Result<Application, Vec<Complaint>> {
        let Session { form, draft, mandant, .. } = session;
        session
            .within(self, |context| Application::complete(form.clone(), draft.clone(), mandant.name.clone(), context))
    }

    /// Prints and commits under the first free number.
    async fn accept(&self, session: &Session, application: Arc<Application>) -> Result<Vorgangsnummer, IntakeError> {
        let at = self.clock.now();
        let packer = Arc::new(Packer::new(session));
        for tick in 0..TICKS {
            let vorgangsnummer = Vorgangsnummer::at(at, tick);
            let package = {
                let (application, vorgangsnummer) = (application.clone(), vorgangsnummer.clone());
                let packer = packer.clone();
                let work = move || {
                    let submission = Submission { application: (*application).clone(), vorgangsnummer, at };
                    packer.pack(&submission)
                };
                self.printers.print(work).await?
            };
            let draft = Draft { sent: Some(vorgangsnummer.to_string()), ..application.draft.clone() };
            let new = NewSubmission {
                draft: &draft,
                key: &session.key,
                revision: session.revision,
                vorgangsnummer: &vorgangsnummer,
                stelle: &application.stelle.stelle.id,
                package: &package,
                formular_version: &application.form.version,
                kanaele: &application.stelle.kanaele,
                at,
                life: self.draft_life,
            };
            match self.store.submit(new, &self.randomness).await {
                Ok(()) => return Ok(vorgangsnummer),
                Err(StoreError::NumberTaken) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(IntakeError::Store(StoreError::NumberTaken))
    }

    /// The receipt of an application that was submitted; `None` if it was not yet.
    pub async fn receipt(&self, id: &DraftId, key: &DraftKey) -> Result<Option<Receipt>, IntakeError> {
        let session = self.session(id, key).await?;
        let Some(number) = session.number() else { return Ok(None) };
        let accepted = self.store.accepted(&number).await?.ok_or(IntakeError::SessionGone)?;
        Ok(Some(Receipt { session, accepted }))
    }

    /// What was posted of an application, for the citizen's copies; `None` if it was not submitted yet.
    pub async fn posted(&self, id: &DraftId, key: &DraftKey) -> Result<Option<Package>, IntakeError> {
        let session = self.session(id, key).await?;
        let Some(number) = session.number() else { return Ok(None) };
        Ok(Some(self.store.package(&number).await?.ok_or(IntakeError::SessionGone)?))
    }
}
