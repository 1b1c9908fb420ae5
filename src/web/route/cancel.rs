//! Give up: asked once, then everything entered is deleted.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::Response;

use super::super::error::WebError;
use super::super::intake_form;
use super::super::owner::{self, Owner};
use super::super::page::cancel::{CancelPage, CancelledPage};
use super::super::{Shared, page, see_other};
use super::step::sent_or;

/// Asks whether to give up.
pub async fn get(State(app): State<Shared>, owner: Owner) -> Result<Response, WebError> {
    let session = match app.counter.session(&owner.id, &owner.key).await {
        Ok(session) if session.draft.sent.is_some() => {
            return Ok(see_other(&app.addresses.within(&owner.id, "quittung")));
        }
        Ok(session) => session,
        Err(error) => return sent_or(&app, &owner, error),
    };
    let asked = CancelPage {
        frame: app.frame_of(&session),
        leistung: session.draft.leistung.name.clone(),
        action: app.addresses.within(&owner.id, "abbrechen"),
        csrf: owner.token(),
        zurueck: app.addresses.application(&owner.id),
    };
    page(StatusCode::OK, &asked)
}

/// Deletes what was entered, or leads back.
pub async fn post(State(app): State<Shared>, owner: Owner, request: Request) -> Result<Response, WebError> {
    let sent = intake_form::plain(&app, request).await?;
    owner.check(sent.one("csrf"))?;
    if sent.one("aktion") != Some("abbrechen") {
        return Ok(see_other(&app.addresses.application(&owner.id)));
    }
    let session = match app.counter.cancel(&owner.id, &owner.key).await {
        Ok(session) => session,
        Err(error) => return sent_or(&app, &owner, error),
    };
    let draft = &session.draft;
    let again = app.addresses.form(
        &draft.mandant,
        draft.zugang,
        &draft.formular,
        Some(&draft.leistung.pst_id),
        Some(&draft.gebiet.area_id),
    );
    let mut response = page(StatusCode::OK, &CancelledPage { frame: app.frame_of(&session), neu: Some(again) })?;
    response.headers_mut().insert(SET_COOKIE, owner::take_away(&app, &owner.id)?);
    Ok(response)
}
