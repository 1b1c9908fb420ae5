//! Impressum, Datenschutz, Barrierefreiheit, Hilfe: the tenant's words.

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::super::error::WebError;
use super::super::page::frame::Frame;
use super::super::page::statement::{Statement, StatementPage};
use super::super::{Shared, page};
use crate::draft::Zugang;

type Parameters = Query<BTreeMap<String, String>>;

/// `/impressum`
pub async fn impressum(app: State<Shared>, query: Parameters) -> Result<Response, WebError> {
    show(&app, &query, Statement::Impressum)
}

/// `/datenschutz`
pub async fn datenschutz(app: State<Shared>, query: Parameters) -> Result<Response, WebError> {
    show(&app, &query, Statement::Datenschutz)
}

/// `/barrierefreiheit`
pub async fn barrierefreiheit(app: State<Shared>, query: Parameters) -> Result<Response, WebError> {
    show(&app, &query, Statement::Barrierefreiheit)
}

/// `/hilfe`
pub async fn hilfe(app: State<Shared>, query: Parameters) -> Result<Response, WebError> {
    show(&app, &query, Statement::Hilfe)
}

fn show(app: &Shared, query: &Parameters, which: Statement) -> Result<Response, WebError> {
    let mandanten = &app.counter.mandanten;
    let mandant = match query.get("mandant") {
        Some(id) => mandanten.get(id),
        None => mandanten.values().next(),
    };
    let mandant = mandant.ok_or_else(WebError::not_found)?;
    let frame = Frame::new(&app.addresses, mandant, Zugang::Standard);
    page(StatusCode::OK, &StatementPage::new(frame, which, mandant, app.settings.store.draft_days))
}
