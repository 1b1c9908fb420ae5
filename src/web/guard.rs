//! Limits, headers and logs around every request.

use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{Method, Response as HttpResponse, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::CsrfLayer;
use tracing::Instrument;

use super::error::{self, WebError};
use super::{App, Shared};
use crate::words::mishap::Mishap;

/// How long a request waits for its turn.
const PATIENCE: Duration = Duration::from_secs(5);
/// Images may be `data:`, since the icons of KERN UX are written into its style sheet.
const CSP: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; form-action 'self'; \
                   frame-ancestors 'none'; base-uri 'none'";

/// The router with everything around it. From the outside in: log, headers, error pages, panics, forged requests, limits.
pub fn around(router: Router<Shared>, app: &Shared) -> Router<Shared> {
    let origin = app.settings.server.public_url.origin().ascii_serialization();
    let forged = CsrfLayer::new().add_trusted_origin(&origin).unwrap_or_default();
    router
        .fallback(|| async { WebError::not_found() })
        .layer(middleware::from_fn_with_state(app.clone(), limits))
        .layer(forged)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(app.clone(), error::pages))
        .layer(middleware::from_fn_with_state(app.clone(), headers))
        .layer(middleware::from_fn_with_state(app.clone(), log))
}

/// One span and one line per request: route instead of address, since addresses hold ids; request id for both sides.
async fn log(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let method = method(request.method());
    // Nested routes carry the prefix; it is the same for all and says nothing.
    let route =
        request.extensions().get::<MatchedPath>().map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());
    let request_id = data_encoding::HEXLOWER.encode(&app.counter.randomness.bytes::<8>());
    let span = tracing::info_span!("request", request_id, method, route);
    async move {
        let mut response = next.run(request).await;
        let seconds = begun.elapsed().as_secs_f64();
        let status = response.status().as_u16();
        metrics::counter!("antrag_requests_total", "route" => route.clone(), "method" => method, "status" => status.to_string())
            .increment(1);
        metrics::histogram!("antrag_request_seconds", "route" => route).record(seconds);
        tracing::info!(status, milliseconds = seconds * 1000.0, "request");
        if let Ok(value) = HeaderValue::from_str(&request_id) {
            response.headers_mut().insert(HeaderName::from_static("x-request-id"), value);
        }
        response
    }
    .instrument(span)
    .await
}

/// The known methods; a made-up one must not become a label of the metrics.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::HEAD => "HEAD",
        _ => "other",
    }
}

/// Headers that protect the browser's owner. Only static files may be kept anywhere.
async fn headers(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CSP),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=()"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if app.secure() {
        // Without includeSubDomains: hosts below this one are not ours to decide about.
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

/// Requests at once and time for each; those with files have limits of their own.
async fn limits(State(app): State<Shared>, request: Request, next: Next) -> Response {
    // Only a step takes files, and only from its owner: elsewhere nobody can hold their places with a slow body.
    let step = request.extensions().get::<MatchedPath>().is_some_and(|path| path.as_str().ends_with("/{schritt}"));
    let files = step && is_multipart(&request);
    let App { requests, uploads, settings, .. } = &*app;
    let (places, seconds) =
        if files { (uploads, settings.limits.upload_seconds) } else { (requests, settings.limits.request_seconds) };
    // A short wait costs a citizen less than a page that says no.
    let Ok(Ok(_place)) = tokio::time::timeout(PATIENCE, places.acquire()).await else {
        return WebError::new(Mishap::Busy, "too many requests at once").into_response();
    };
    match tokio::time::timeout(Duration::from_secs(seconds), next.run(request)).await {
        Ok(response) => response,
        Err(_) => WebError::new(Mishap::TooSlow, "the request took too long").into_response(),
    }
}

/// Whether a request carries files.
pub fn is_multipart(request: &Request) -> bool {
    request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|value| value.trim().eq_ignore_ascii_case("multipart/form-data"))
}

/// The panic's own words may hold an answer: they go nowhere. The panic hook has logged the place.
fn panicked(_: Box<dyn std::any::Any + Send>) -> HttpResponse<Body> {
    let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
    response.extensions_mut().insert(WebError::internal("a handler panicked"));
    response
}
