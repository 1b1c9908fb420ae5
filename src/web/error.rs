//! Error pages, made in one place: what the citizen can do next on the page, the cause once in the log.

use axum::extract::{MatchedPath, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};

use super::Shared;
use super::page::Page;
use super::page::error::ErrorPage;
use crate::intake::IntakeError;
use crate::store::StoreError;
use crate::words::mishap::{self, Mishap};

/// Why a request is not served, as the handlers say it.
#[derive(Clone, Debug)]
pub struct WebError {
    status: StatusCode,
    mishap: Mishap,
    /// For the log only.
    cause: String,
    /// Where the citizen can go on.
    next: Option<String>,
}

/// Marks a response that is a page of its own, whatever its status.
#[derive(Clone, Copy, Debug)]
pub struct Finished;

impl WebError {
    /// A mishap with its usual status.
    pub fn new(mishap: Mishap, cause: impl Into<String>) -> Self {
        let status = match mishap {
            Mishap::NotFound => StatusCode::NOT_FOUND,
            Mishap::SessionGone => StatusCode::GONE,
            Mishap::Stale => StatusCode::FORBIDDEN,
            Mishap::NotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Mishap::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Mishap::Conflict => StatusCode::CONFLICT,
            Mishap::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Mishap::Unreadable => StatusCode::BAD_REQUEST,
            Mishap::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Mishap::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self { status, mishap, cause: cause.into(), next: None }
    }

    /// Our fault.
    pub fn internal(cause: impl Into<String>) -> Self {
        Self::new(Mishap::Internal, cause)
    }

    /// No such thing.
    pub fn not_found() -> Self {
        Self::new(Mishap::NotFound, "no such page")
    }

    /// The same mishap with another status.
    #[must_use]
    pub fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// The same mishap with a way on.
    #[must_use]
    pub fn with_next(self, next: String) -> Self {
        Self { next: Some(next), ..self }
    }

    fn of_status(status: StatusCode, body_limit: usize) -> Self {
        let mishap = match status {
            StatusCode::NOT_FOUND => Mishap::NotFound,
            StatusCode::FORBIDDEN => Mishap::Stale,
            StatusCode::METHOD_NOT_ALLOWED => Mishap::NotAllowed,
            StatusCode::REQUEST_TIMEOUT => Mishap::TooSlow,
            StatusCode::PAYLOAD_TOO_LARGE => Mishap::TooLarge(body_limit as u64),
            StatusCode::SERVICE_UNAVAILABLE => Mishap::Busy,
            other if other.is_client_error() => Mishap::Unreadable,
            _ => Mishap::Internal,
        };
        Self { status, mishap, cause: format!("answered {status}"), next: None }
    }
}

impl From<IntakeError> for WebError {
    fn from(error: IntakeError) -> Self {
        let mishap = match &error {
            IntakeError::NotFound => Mishap::NotFound,
            IntakeError::SessionGone => Mishap::SessionGone,
            IntakeError::AlreadySent | IntakeError::Store(StoreError::Conflict) => Mishap::Conflict,
            IntakeError::Finder(_) | IntakeError::Store(StoreError::Database(_)) => Mishap::Busy,
            IntakeError::Store(_) | IntakeError::Document(_) => Mishap::Internal,
        };
        Self::new(mishap, error.to_string())
    }
}

impl IntoResponse for WebError {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Turns every failure that is not a page yet into one, and logs its cause once, with the incident code the page shows.
pub async fn pages(State(app): State<Shared>, request: Request, next: Next) -> Response {
    // Only an address that is one of ours leads anywhere; `//evil.example` would lead to another server.
    let ours = request.extensions().get::<MatchedPath>().is_some();
    let address = request.uri().path_and_query().filter(|_| ours).map(|path| path.as_str().to_owned());
    let response = next.run(request).await;
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) || response.extensions().get::<Finished>().is_some() {
        return response;
    }
    let (head, _) = response.into_parts();
    let error = head
        .extensions
        .get::<WebError>()
        .cloned()
        .unwrap_or_else(|| WebError::of_status(status, app.settings.limits.body_bytes));
    let incident = incident(app.counter.randomness.bytes());
    if error.status.is_server_error() {
        tracing::error!(incident, status = status.as_u16(), cause = error.cause, "request failed");
    } else {
        tracing::info!(incident, status = status.as_u16(), cause = error.cause, "request refused");
    }
    metrics::counter!("antrag_errors_total", "kind" => kind(error.mishap)).increment(1);
    let again = match error.mishap {
        Mishap::NotFound | Mishap::SessionGone => None,
        _ => address,
    };
    let next = error.next.clone().or(again).or_else(|| app.settings.server.demo_portal.then(|| app.addresses.root()));
    let mut response = match app.plain_frame().map(|frame| ErrorPage::new(frame, error.mishap, next, incident).html()) {
        Some(Ok(html)) => (error.status, Html(html)).into_response(),
        Some(Err(broken)) => {
            tracing::error!(cause = %broken, "the error page itself failed");
            (error.status, mishap::BARE).into_response()
        }
        None => error.status.into_response(),
    };
    // What the refusing layer said to the browser itself (Allow, Retry-After, Connection) stays.
    for (name, value) in &head.headers {
        if !matches!(name.as_str(), "content-type" | "content-length") {
            response.headers_mut().insert(name, value.clone());
        }
    }
    if error.status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert("retry-after", axum::http::HeaderValue::from_static("30"));
    }
    response
}

/// A code that can be read out on the phone: eight characters without look-alikes.
fn incident(bytes: [u8; 8]) -> String {
    const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let code: String = bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect();
    format!("{}-{}", &code[..4], &code[4..])
}

fn kind(mishap: Mishap) -> &'static str {
    match mishap {
        Mishap::NotFound => "not_found",
        Mishap::SessionGone => "session_gone",
        Mishap::Stale => "stale",
        Mishap::NotAllowed => "not_allowed",
        Mishap::TooSlow => "too_slow",
        Mishap::Conflict => "conflict",
        Mishap::TooLarge(_) => "too_large",
        Mishap::Unreadable => "unreadable",
        Mishap::Busy => "busy",
        Mishap::Internal => "internal",
    }
}
