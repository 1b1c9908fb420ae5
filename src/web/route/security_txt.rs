//! `/.well-known/security.txt` (RFC 9116): where to report a weakness.

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};

use super::super::Shared;
use super::super::error::WebError;

/// Days from the day of asking to `Expires`; RFC 9116 recommends less than a year.
const DAYS: i64 = 180;

/// The contact, if the operator named one.
pub async fn get(State(app): State<Shared>) -> Result<Response, WebError> {
    let contact = app.settings.server.security_contact.trim();
    if contact.is_empty() {
        return Err(WebError::not_found());
    }
    let now = app.counter.clock.now();
    let expires = now.saturating_add(SignedDuration::from_hours(24 * DAYS)).unwrap_or(Timestamp::MAX);
    let expires = expires.strftime("%Y-%m-%dT00:00:00Z");
    let text = format!("Contact: {contact}\nExpires: {expires}\nPreferred-Languages: de, en\n");
    Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}
