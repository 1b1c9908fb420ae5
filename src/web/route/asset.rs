//! Style sheets, fonts and script.

use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;

use super::super::assets;
use super::super::error::WebError;

/// One static file; the hash in the address names the version of all of them.
pub async fn get(Path((hash, name)): Path<(String, String)>, headers: HeaderMap) -> Result<Response, WebError> {
    assets::answer(&hash, &name, &headers).ok_or_else(WebError::not_found)
}
