//! Answers of a page: kept, complained about, led on.

use super::{Counter, IntakeError, Session};
use crate::draft::DraftId;
use crate::draft::check::{self, Complaint, Context, Raw};
use crate::form::StepKind;
use crate::store::vault::DraftKey;

/// What the citizen wants after filling a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// On to the next page, if this one is complete.
    Onward,
    /// Back to the page before; nothing is complained about, nothing is lost.
    Back,
    /// Stay on this page (after adding a file).
    Stay,
    /// Remove this file and stay.
    RemoveUpload(String),
    /// To the question whether to give up.
    GiveUp,
}

/// Where the citizen goes.
#[derive(Clone, Debug)]
pub enum Led {
    /// To this step.
    To(String),
    /// Out of the wizard, backwards from its first page: to the question whether to give up.
    Leave,
    /// Nowhere: something has to be mended first.
    Stays(Box<Session>, Vec<Complaint>),
}

/// A step as it is opened.
#[derive(Clone, Debug)]
pub struct OpenedStep {
    /// The application.
    pub session: Session,
    /// Index of the step.
    pub index: usize,
}

impl Counter {
    /// Opens a step; `Err(Ok(step))` names the step that is open instead, when this one is not yet.
    pub async fn open_step(
        &self,
        id: &DraftId,
        key: &DraftKey,
        step: &str,
    ) -> Result<Result<OpenedStep, String>, IntakeError> {
        let session = self.session(id, key).await?;
        if session.draft.sent.is_some() {
            return Err(IntakeError::AlreadySent);
        }
        let (index, _) = session.form.step(step).ok_or(IntakeError::NotFound)?;
        if let Some(open) = session.missing_before(index, self) {
            return Ok(Err(session.form.steps[open].id.clone()));
        }
        Ok(Ok(OpenedStep { session, index }))
    }

    /// The step with which an application goes on.
    pub async fn current_step(&self, id: &DraftId, key: &DraftKey) -> Result<String, IntakeError> {
        let session = self.session(id, key).await?;
        if session.draft.sent.is_some() {
            return Err(IntakeError::AlreadySent);
        }
        Ok(session.form.steps[session.open_until(self)].id.clone())
    }

    /// Takes a page's answers and leads on. `refused` are complaints about files of the same page.
    pub async fn answer(
        &self,
        id: &DraftId,
        key: &DraftKey,
        step: &str,
        raw: &Raw,
        wish: &Wish,
        refused: Vec<Complaint>,
    ) -> Result<Led, IntakeError> {
        let now = self.clock.now();
        let mut session = self.session(id, key).await?;
        let taken = self
            .change(&mut session, |session| {
                let form = session.form.clone();
                let (index, step) = form.step(step)?;
                if session.missing_before(index, self).is_some() {
                    return None;
                }
                let blanks = session.blanks();
                let fill = |blank| blanks.fill(blank);
                let context = Context { form: &form, now, fill: &fill };
                let before: Vec<String> = session.draft.uploads.iter().map(|upload| upload.id.clone()).collect();
                if let Wish::RemoveUpload(upload) = wish {
                    session.draft.uploads.retain(|kept| kept.id != *upload);
                }
                let complaints = check::take(&mut session.draft, step, raw, &context);
                let kept = |id: &String| session.draft.uploads.iter().any(|upload| upload.id == *id);
                let dropped: Vec<String> = before.into_iter().filter(|id| !kept(id)).collect();
                Some((index, complaints, dropped))
            })
            .await?;
        // A page that is not open yet takes no answers: lead to the one that is.
        let Some((index, mut complaints, dropped)) = taken else {
            if session.form.step(step).is_none() {
                return Err(IntakeError::NotFound);
            }
            return Ok(Led::To(session.form.steps[session.open_until(self)].id.clone()));
        };
        let steps = &session.form.steps;
        // Removed by the citizen, or no longer asked for after another answer: the bytes must not outlive the entry.
        for upload in &dropped {
            self.store.remove_upload(id, upload).await?;
        }
        if !refused.is_empty() {
            complaints.retain(|complaint| !refused.iter().any(|refusal| refusal.field == complaint.field));
            if !matches!(wish, Wish::Onward) {
                complaints.clear();
            }
            complaints.extend(refused);
            return Ok(Led::Stays(Box::new(session), complaints));
        }
        match wish {
            Wish::Onward if !complaints.is_empty() => Ok(Led::Stays(Box::new(session), complaints)),
            Wish::Onward => {
                let next = steps.get(index + 1).map_or(&steps[index].id, |step| &step.id);
                Ok(Led::To(next.clone()))
            }
            Wish::Back if index == 0 => Ok(Led::Leave),
            Wish::Back => Ok(Led::To(steps[index - 1].id.clone())),
            Wish::Stay | Wish::RemoveUpload(_) => Ok(Led::To(steps[index].id.clone())),
            Wish::GiveUp => Ok(Led::Leave),
        }
    }
}

impl OpenedStep {
    /// Whether this is the review.
    pub fn is_review(&self) -> bool {
        self.session.form.steps[self.index].kind == StepKind::Review
    }
}
