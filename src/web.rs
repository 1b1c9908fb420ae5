//! The door: HTTP in, HTML out.

/// The separate listener for metrics and health.
pub mod admin;
/// Static files.
pub mod assets;
/// Error pages, made in one place.
pub mod error;
/// Limits, headers and logs around every request.
pub mod guard;
/// Answers of a page: plain or with files.
pub mod intake_form;
/// Which languages a browser prefers.
mod language;
/// Accepts connections and drains them.
pub mod listener;
/// The owner of an application: id and key.
pub mod owner;
/// Contexts of all pages.
pub mod page;
/// One file per address.
pub mod route;

use std::sync::Arc;

use axum::Router;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use tokio::sync::Semaphore;

use crate::config::{Limits, Settings};
use crate::draft::Zugang;
use crate::intake::{Counter, Session};
use error::{Finished, WebError};
use page::Page;
use page::address::Addresses;
use page::frame::Frame;
use page::untouched::Untouched;

/// What every request may use.
#[derive(Debug)]
pub struct App {
    /// The use cases.
    pub counter: Arc<Counter>,
    /// Builds addresses.
    pub addresses: Addresses,
    /// Settings that pages and guards need.
    pub settings: Settings,
    /// Widgets that are printed already.
    pub untouched: Untouched,
    requests: Semaphore,
    uploads: Semaphore,
}

/// Shared by all requests.
pub type Shared = Arc<App>;

impl App {
    /// The application around a counter. A tenant must exist: `check` makes sure.
    pub fn new(counter: Arc<Counter>, settings: Settings) -> Self {
        let limits: &Limits = &settings.limits;
        Self {
            addresses: Addresses::new(&settings.server.path_prefix),
            requests: Semaphore::new(limits.concurrent_requests),
            uploads: Semaphore::new(limits.concurrent_uploads),
            untouched: Untouched::default(),
            counter,
            settings,
        }
    }

    /// Whether the public address is served over TLS.
    pub fn secure(&self) -> bool {
        self.settings.server.public_url.scheme() == "https"
    }

    /// The frame of a running application's pages.
    fn frame_of(&self, session: &Session) -> Frame {
        Frame::new(&self.addresses, &session.mandant, session.draft.zugang)
    }

    /// The frame of pages outside any application: the first tenant's.
    fn plain_frame(&self) -> Option<Frame> {
        let mandant = self.counter.mandanten.values().next()?;
        Some(Frame::new(&self.addresses, mandant, Zugang::Standard))
    }
}

/// All addresses, with everything that guards them.
pub fn router(app: Shared) -> Router {
    let pages = Router::new()
        .route("/", get(route::portal::get))
        .route("/forms/{mandant}/{zugang}/{formular}", get(route::start::get).post(route::start::post))
        .route("/antrag/{id}", get(route::step::get_current))
        .route("/antrag/{id}/vorschau.pdf", get(route::review::preview))
        .route("/antrag/{id}/quittung", get(route::receipt::get))
        .route("/antrag/{id}/antrag.pdf", get(route::receipt::pdf))
        .route("/antrag/{id}/antrag.xml", get(route::receipt::xml))
        .route("/antrag/{id}/abbrechen", get(route::cancel::get).post(route::cancel::post))
        .route("/antrag/{id}/{schritt}", get(route::step::get).post(route::step::post))
        .route("/impressum", get(route::statement::impressum))
        .route("/datenschutz", get(route::statement::datenschutz))
        .route("/barrierefreiheit", get(route::statement::barrierefreiheit))
        .route("/hilfe", get(route::statement::hilfe))
        .route("/assets/{hash}/{*name}", get(route::asset::get));
    let prefix = app.settings.server.path_prefix.clone();
    let router = if prefix.is_empty() {
        pages
    } else {
        // `nest` takes the prefix without a slash only; our own links end with one.
        Router::new().nest(&prefix, pages).route(&app.addresses.root(), get(route::portal::get))
    };
    let router = router.route("/.well-known/security.txt", get(route::security_txt::get));
    guard::around(router, &app).with_state(app)
}

/// A finished page with its status.
fn page<P: Page>(status: axum::http::StatusCode, page: &P) -> Result<Response, WebError> {
    let html = page.bytes().map_err(|error| WebError::internal(error.to_string()))?;
    let mut response = (status, Html(html)).into_response();
    response.extensions_mut().insert(Finished);
    Ok(response)
}

/// 303 to an address of ours.
fn see_other(address: &str) -> Response {
    axum::response::Redirect::to(address).into_response()
}
