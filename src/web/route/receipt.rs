//! The receipt, and the copies to download (§ 9a Abs. 4 OZG).

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::super::error::WebError;
use super::super::owner::Owner;
use super::super::page::receipt::{ReceiptOf, ReceiptPage, StoredDocument};
use super::super::{Shared, page, see_other};
use crate::intake::IntakeError;
use crate::intake::submit::Receipt;
use crate::store::submissions::Package;

/// The receipt; an application that was not submitted leads back to its step.
pub async fn get(State(app): State<Shared>, owner: Owner) -> Result<Response, WebError> {
    let Some(receipt) = app.counter.receipt(&owner.id, &owner.key).await? else {
        return Ok(see_other(&app.addresses.application(&owner.id)));
    };
    let Receipt { session, accepted } = &receipt;
    let stelle = session.draft.chosen(&session.form).ok_or(IntakeError::SessionGone)?;
    let cover = &accepted.cover;
    let shown = ReceiptOf {
        draft: &session.draft,
        vorgangsnummer: &cover.vorgangsnummer,
        at: cover.at,
        stelle: &stelle.stelle,
        pdf: StoredDocument { length: accepted.pdf_length, sha256: &cover.pdf_sha256 },
        xml: StoredDocument { length: accepted.xml_length, sha256: &cover.xml_sha256 },
    };
    let again = app.addresses.form(&session.mandant.id, session.draft.zugang, &session.form.id, None, None);
    page(StatusCode::OK, &ReceiptPage::new(app.frame_of(session), shown, Some(again)))
}

/// The citizen's copy: the bytes that the office gets.
pub async fn pdf(State(app): State<Shared>, owner: Owner) -> Result<Response, WebError> {
    let package = posted(&app, &owner).await?;
    Ok(download("application/pdf", &package.cover.pdf_name, package.pdf.into_bytes()))
}

/// The XML that the office gets.
pub async fn xml(State(app): State<Shared>, owner: Owner) -> Result<Response, WebError> {
    let package = posted(&app, &owner).await?;
    Ok(download("application/xml; charset=utf-8", &package.cover.xml_name, package.xml.into_bytes()))
}

async fn posted(app: &Shared, owner: &Owner) -> Result<Package, WebError> {
    app.counter.posted(&owner.id, &owner.key).await?.ok_or_else(WebError::not_found)
}

fn download(media_type: &'static str, name: &str, content: Vec<u8>) -> Response {
    // The form's parser admits only plain names; the filter is for names of forms that came another way.
    let plain: String =
        name.chars().filter(|sign| sign.is_ascii_alphanumeric() || matches!(sign, '.' | '-' | '_')).collect();
    let disposition = format!("attachment; filename=\"{plain}\"");
    ([(CONTENT_TYPE, media_type.to_owned()), (CONTENT_DISPOSITION, disposition)], content).into_response()
}
