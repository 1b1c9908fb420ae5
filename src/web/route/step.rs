//! Any step of the wizard: shown, and its answers taken.

use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::super::error::WebError;
use super::super::intake_form::{self, Sent};
use super::super::owner::Owner;
use super::super::page::address::Addresses;
use super::super::page::step::{StepOf, StepPage};
use super::super::page::unhappy::UnhappyPage;
use super::super::{App, Shared, page, see_other};
use super::review;
use crate::draft::check::{Complaint, Wrong};
use crate::intake::answer::{Led, Wish};
use crate::intake::submit::Submitted;
use crate::intake::{IntakeError, Session};
use crate::words::mishap::Mishap;

/// The step in the address.
#[derive(Deserialize)]
pub struct Named {
    schritt: String,
}

/// Leads to the step that is open.
pub async fn get_current(State(app): State<Shared>, owner: Owner) -> Result<Response, WebError> {
    match app.counter.current_step(&owner.id, &owner.key).await {
        Ok(step) => Ok(see_other(&app.addresses.within(&owner.id, &step))),
        Err(error) => sent_or(&app, &owner, error),
    }
}

/// Shows a step, or leads to the one that is open.
pub async fn get(
    State(app): State<Shared>,
    owner: Owner,
    Path(Named { schritt }): Path<Named>,
) -> Result<Response, WebError> {
    match app.counter.open_step(&owner.id, &owner.key, &schritt).await {
        Ok(Ok(opened)) if opened.is_review() => {
            review::show(&app, &owner, &opened.session, opened.index, StatusCode::OK, &[])
        }
        Ok(Ok(opened)) => show(&app, &owner, &opened.session, opened.index, StatusCode::OK, &[]),
        Ok(Err(open)) => Ok(see_other(&app.addresses.within(&owner.id, &open))),
        Err(error) => sent_or(&app, &owner, error),
    }
}

/// Takes a step's answers, or submits.
pub async fn post(
    State(app): State<Shared>,
    owner: Owner,
    Path(Named { schritt }): Path<Named>,
    request: Request,
) -> Result<Response, WebError> {
    let sent = match intake_form::wizard(&app, &owner, request).await {
        Ok(sent) => sent,
        Err(error) => return Err(error.with_next(app.addresses.within(&owner.id, &schritt))),
    };
    if sent.one("aktion") == Some("einreichen") {
        return submit(&app, &owner, &sent).await;
    }
    let wish = wish(&sent)?;
    let led = app.counter.answer(&owner.id, &owner.key, &schritt, &sent.raw, &wish, sent.refused).await;
    match led {
        Ok(Led::To(step)) => Ok(see_other(&app.addresses.within(&owner.id, &step))),
        Ok(Led::Leave) => Ok(see_other(&app.addresses.within(&owner.id, "abbrechen"))),
        Ok(Led::Stays(session, complaints)) => {
            let Some((index, _)) = session.form.step(&schritt) else { return Err(WebError::not_found()) };
            show(&app, &owner, &session, index, StatusCode::UNPROCESSABLE_ENTITY, &complaints)
        }
        Err(error) => sent_or(&app, &owner, error),
    }
}

async fn submit(app: &App, owner: &Owner, sent: &Sent) -> Result<Response, WebError> {
    let shown = sent.one("stand").unwrap_or_default();
    match app.counter.submit(&owner.id, &owner.key, shown).await {
        Ok(Submitted::Accepted) => Ok(receipt(&app.addresses, owner)),
        Ok(Submitted::Incomplete(step)) => Ok(see_other(&app.addresses.within(&owner.id, &step))),
        Ok(Submitted::Changed) => {
            let session = app.counter.session(&owner.id, &owner.key).await?;
            let index = session.form.steps.len().saturating_sub(1);
            review::changed(app, owner, &session, index)
        }
        Ok(Submitted::OfficeChanged(step)) => {
            let session = app.counter.session(&owner.id, &owner.key).await?;
            let Some((index, _)) = session.form.step(&step) else { return Err(WebError::not_found()) };
            let complaint = Complaint {
                field: session.form.office().map(|(_, field)| field.id.clone()).unwrap_or_default(),
                wrong: Wrong::OfficeChanged,
            };
            show(app, owner, &session, index, StatusCode::CONFLICT, &[complaint])
        }
        Ok(Submitted::NoWay(stellen)) => {
            let session = app.counter.session(&owner.id, &owner.key).await?;
            let review = session.form.steps.last().map(|step| step.id.as_str()).unwrap_or_default();
            let frame = app.frame_of(&session);
            page(StatusCode::CONFLICT, &UnhappyPage::not_sent(frame, &session.draft, review, &stellen))
        }
        Err(error) => sent_or(app, owner, error),
    }
}

fn wish(sent: &Sent) -> Result<Wish, WebError> {
    match sent.one("aktion") {
        // Enter in a browser that names no button means the first one.
        Some("weiter") | None => Ok(Wish::Onward),
        Some("zurueck") => Ok(Wish::Back),
        Some("hochladen") => Ok(Wish::Stay),
        Some("abbrechen") => Ok(Wish::GiveUp),
        Some(other) => match other.strip_prefix("entfernen:") {
            Some(upload) => Ok(Wish::RemoveUpload(upload.to_owned())),
            None => Err(WebError::new(Mishap::Unreadable, "unknown aktion")),
        },
    }
}

fn show(
    app: &App,
    owner: &Owner,
    session: &Session,
    index: usize,
    status: StatusCode,
    complaints: &[Complaint],
) -> Result<Response, WebError> {
    let blanks = session.blanks();
    let fill = |blank| blanks.fill(blank);
    let Session { form, draft, .. } = session;
    let of = StepOf { form, index, draft, complaints, fill: &fill, untouched: &app.untouched };
    page(status, &StepPage::new(app.frame_of(session), &of, owner.token()))
}

/// After submitting, every way leads to the receipt.
pub fn sent_or(app: &App, owner: &Owner, error: IntakeError) -> Result<Response, WebError> {
    match error {
        IntakeError::AlreadySent => Ok(receipt(&app.addresses, owner)),
        other => Err(other.into()),
    }
}

fn receipt(addresses: &Addresses, owner: &Owner) -> Response {
    see_other(&addresses.within(&owner.id, "quittung"))
}
