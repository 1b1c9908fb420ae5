//! `/`: the demo portal, a few services and places, each a real deep link.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::super::error::WebError;
use super::super::page::portal::PortalPage;
use super::super::{Shared, page};

/// Most services that the portal shows; the sample directory has fewer.
const LEISTUNGEN: usize = 24;

/// The portal, if the operator shows it.
pub async fn get(State(app): State<Shared>) -> Result<Response, WebError> {
    if !app.settings.server.demo_portal {
        return Err(WebError::not_found());
    }
    let frame = app.plain_frame().ok_or_else(WebError::not_found)?;
    let mandant = app.counter.mandanten.values().next().ok_or_else(WebError::not_found)?;
    let formular = mandant.formulare.first().ok_or_else(WebError::not_found)?;
    let examples = app.counter.examples(&mandant.id, LEISTUNGEN).await?;
    page(StatusCode::OK, &PortalPage::new(frame, &mandant.id, formular, &examples.leistungen, &examples.gebiete))
}
