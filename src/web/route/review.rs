//! The overview before submitting, and its PDF.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::super::error::WebError;
use super::super::owner::Owner;
use super::super::page::review::ReviewPage;
use super::super::{App, Shared, page};
use super::step::sent_or;
use crate::draft::check::{Complaint, Wrong};
use crate::intake::Session;
use crate::words::tongue::GERMAN;

/// The review page.
pub fn show(
    app: &App,
    owner: &Owner,
    session: &Session,
    index: usize,
    status: StatusCode,
    complaints: &[Complaint],
) -> Result<Response, WebError> {
    let outline = session.outline(&GERMAN);
    let fingerprints = (owner.token(), session.shown()?);
    let review = ReviewPage::new(
        app.frame_of(session),
        &session.form,
        index,
        &session.draft,
        &outline,
        complaints,
        fingerprints,
    );
    page(status, &review)
}

/// The review once more, since another tab changed what it shows.
pub fn changed(app: &App, owner: &Owner, session: &Session, index: usize) -> Result<Response, WebError> {
    // It leads nowhere: the review itself is what has to be read.
    let note = Complaint { field: String::new(), wrong: Wrong::ChangedElsewhere };
    show(app, owner, session, index, StatusCode::CONFLICT, &[note])
}

/// The PDF as it would be sent, marked as a draft.
pub async fn preview(State(app): State<Shared>, owner: Owner) -> Result<Response, WebError> {
    match app.counter.preview(&owner.id, &owner.key).await {
        Ok(pdf) => {
            Ok(([(CONTENT_TYPE, "application/pdf"), (CONTENT_DISPOSITION, "inline; filename=\"Vorschau.pdf\"")], pdf)
                .into_response())
        }
        Err(error) => sent_or(&app, &owner, error),
    }
}
