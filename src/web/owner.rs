//! The owner of an application: the id from the address, the key from the cookie that is limited to it.

use axum::extract::{FromRequestParts, Path};
use axum::http::header::{COOKIE, HeaderMap, HeaderValue};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use cookie::{Cookie, SameSite};
use serde::Deserialize;

use super::error::WebError;
use super::{App, Shared};
use crate::draft::DraftId;
use crate::store::vault::DraftKey;
use crate::words::mishap::Mishap;

const NAME: &str = "antrag";
/// What the token of the forms against forged requests (CSRF) is derived for.
const PURPOSE: &str = "csrf";

/// Who holds an application.
#[derive(Clone, Debug)]
pub struct Owner {
    /// Its id.
    pub id: DraftId,
    /// Its key.
    pub key: DraftKey,
}

#[derive(Deserialize)]
struct IdInPath {
    id: String,
}

impl FromRequestParts<Shared> for Owner {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, WebError> {
        let Path(IdInPath { id }) =
            Path::<IdInPath>::from_request_parts(parts, app).await.map_err(|_| WebError::not_found())?;
        let id = DraftId::parse(&id).ok_or_else(WebError::not_found)?;
        // Without the key it cannot be told whether there is such an application: the page helps in both cases.
        let key = key(&parts.headers).ok_or_else(|| {
            let status = if parts.method == Method::GET { StatusCode::NOT_FOUND } else { StatusCode::GONE };
            WebError::new(Mishap::SessionGone, "no key in the request").with_status(status)
        })?;
        Ok(Self { id, key })
    }
}

impl Owner {
    /// The token that its forms carry.
    pub fn token(&self) -> String {
        self.key.token(PURPOSE)
    }

    /// Whether a form carries the token.
    pub fn check(&self, token: Option<&str>) -> Result<(), WebError> {
        match token {
            Some(token) if self.key.verify(PURPOSE, token) => Ok(()),
            _ => Err(WebError::new(Mishap::Stale, "the form's token is missing or wrong")),
        }
    }
}

fn key(headers: &HeaderMap) -> Option<DraftKey> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .filter(|cookie| cookie.name() == NAME)
        .find_map(|cookie| DraftKey::parse(cookie.value()))
}

/// `Set-Cookie` that gives the key to the browser, for this application's path only and until the browser is closed.
pub fn give(app: &App, id: &DraftId, key: &DraftKey) -> Result<HeaderValue, WebError> {
    header(app, id, key.to_cookie(), false)
}

/// `Set-Cookie` that takes the key away.
pub fn take_away(app: &App, id: &DraftId) -> Result<HeaderValue, WebError> {
    header(app, id, String::new(), true)
}

fn header(app: &App, id: &DraftId, value: String, remove: bool) -> Result<HeaderValue, WebError> {
    let mut cookie = Cookie::build((NAME, value))
        .path(app.addresses.application(id))
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(app.secure())
        .build();
    if remove {
        cookie.make_removal();
    }
    HeaderValue::from_str(&cookie.encoded().to_string()).map_err(|error| WebError::internal(error.to_string()))
}
