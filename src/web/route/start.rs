//! The deep link of a portal: what is missing is asked, everything is resolved, then an application is opened.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, Request, State};
use axum::http::header::{SET_COOKIE, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use serde::Deserialize;

use super::super::error::WebError;
use super::super::page::choose::{ChoosePlacePage, ChooseServicePage, SUCHE, Search};
use super::super::page::frame::Frame;
use super::super::page::start::{StartOf, StartPage};
use super::super::page::unhappy::{Unhappy, UnhappyPage};
use super::super::{App, Shared, intake_form, language, owner, page, see_other};
use crate::intake::IntakeError;
use crate::intake::start::{DeepLink, Opening, SEARCH_LIMIT, Target};
use crate::office::Organisationseinheit;

/// The three names in the address.
#[derive(Deserialize)]
pub struct Names {
    mandant: String,
    zugang: String,
    formular: String,
}

/// The start page, or the question that comes before it.
pub async fn get(
    State(app): State<Shared>,
    names: Result<Path<Names>, PathRejection>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let (mut link, place) = placed(&app, names, query.as_deref())?;
    link.sprachen = language::preferred(&headers);
    match app.counter.look_up(&place, &link).await {
        Ok(opening) => {
            let mut response = show(&app, &place, &link, &opening)?;
            response.headers_mut().insert(VARY, HeaderValue::from_static("accept-language"));
            Ok(response)
        }
        Err(IntakeError::Finder(error)) => {
            tracing::error!(%error, "the directory does not answer");
            finder_down(&app, &place, &link)
        }
        Err(error) => Err(error.into()),
    }
}

/// "Antrag beginnen": opens a draft and leads to its first step.
pub async fn post(
    State(app): State<Shared>,
    names: Result<Path<Names>, PathRejection>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Result<Response, WebError> {
    let (link, place) = placed(&app, names, query.as_deref())?;
    intake_form::plain(&app, request).await?;
    let (draft, key) = match app.counter.begin(&place, &link).await {
        Ok(Ok(begun)) => begun,
        Ok(Err(opening)) => return show(&app, &place, &link, &opening),
        Err(IntakeError::Finder(error)) => {
            tracing::error!(%error, "the directory does not answer");
            return finder_down(&app, &place, &link);
        }
        Err(error) => return Err(error.into()),
    };
    let first = place.form.steps.first().map_or("", |step| step.id.as_str());
    let mut response = see_other(&app.addresses.within(&draft.id, first));
    response.headers_mut().insert(SET_COOKIE, owner::give(&app, &draft.id, &key)?);
    Ok(response)
}

fn placed(
    app: &App,
    names: Result<Path<Names>, PathRejection>,
    query: Option<&str>,
) -> Result<(DeepLink, Target), WebError> {
    let Path(names) = names.map_err(|_| WebError::not_found())?;
    let mut link =
        DeepLink { mandant: names.mandant, zugang: names.zugang, formular: names.formular, ..DeepLink::default() };
    // Portals write `areaid`, `areaId`, `PSTID`: names are matched without regard to case; the first of several counts.
    for (name, value) in url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        match name.to_ascii_lowercase().as_str() {
            "pstid" if link.pst_id.is_none() => link.pst_id = Some(value.trim().to_owned()),
            "areaid" if link.area_id.is_none() => link.area_id = Some(value.trim().to_owned()),
            SUCHE => link.words = value.into_owned(),
            _ => {}
        }
    }
    let place = app.counter.place(&link)?;
    Ok((link, place))
}

fn frame(app: &App, place: &Target) -> Frame {
    Frame::new(&app.addresses, &place.mandant, place.zugang)
}

fn show(app: &App, place: &Target, link: &DeepLink, opening: &Opening) -> Result<Response, WebError> {
    let address = |pst_id: Option<&str>, area_id: Option<&str>| {
        app.addresses.form(&place.mandant.id, place.zugang, &place.form.id, pst_id, area_id)
    };
    let unhappy = |kind, leistung, gebiet, stellen: &[Organisationseinheit], next| {
        page(StatusCode::OK, &UnhappyPage::new(frame(app, place), kind, Some(leistung), Some(gebiet), stellen, next))
    };
    match opening {
        Opening::ChooseLeistung { found, unknown, gebiet } => {
            let area_id = gebiet.as_ref().map(|gebiet| gebiet.area_id.as_str());
            let status = if unknown.is_some() { StatusCode::NOT_FOUND } else { StatusCode::OK };
            let search = Search::new(address(None, None), &link.words);
            let next = |leistung: &crate::office::Leistung| address(Some(&leistung.pst_id), area_id);
            let chosen = ChooseServicePage::new(frame(app, place), search, gebiet.as_ref(), found, SEARCH_LIMIT, next);
            page(status, &chosen)
        }
        Opening::ChooseGebiet { leistung, found, unknown } => {
            let status = if unknown.is_some() { StatusCode::NOT_FOUND } else { StatusCode::OK };
            let search = Search::new(address(None, None), &link.words);
            let next = |gebiet: &crate::office::Gebiet| address(Some(&leistung.pst_id), Some(&gebiet.area_id));
            page(status, &ChoosePlacePage::new(frame(app, place), search, leistung, found, SEARCH_LIMIT, next))
        }
        Opening::Ready { leistung, gebiet, stellen, fuer, uebersetzt } => {
            let stellen: Vec<&Organisationseinheit> = stellen.iter().map(|found| &found.stelle).collect();
            let (fuer, uebersetzt) = (fuer.as_ref(), uebersetzt.as_deref());
            let of = StartOf { form: &place.form, leistung, uebersetzt, gebiet, stellen: &stellen, fuer };
            let action = address(Some(&leistung.pst_id), Some(&gebiet.area_id));
            let elsewhere = address(Some(&leistung.pst_id), None);
            page(StatusCode::OK, &StartPage::new(frame(app, place), of, action, elsewhere))
        }
        Opening::Hindernis { hindernis, leistung, gebiet, stellen } => {
            unhappy(Unhappy::from(*hindernis), leistung, gebiet, stellen, String::new())
        }
        Opening::NoOffice { leistung, gebiet } => {
            unhappy(Unhappy::NoOffice, leistung, gebiet, &[], address(Some(&leistung.pst_id), None))
        }
        Opening::NoChannel { leistung, gebiet, stellen } => {
            unhappy(Unhappy::NotOnline, leistung, gebiet, stellen, String::new())
        }
    }
}

fn finder_down(app: &App, place: &Target, link: &DeepLink) -> Result<Response, WebError> {
    let again = app.addresses.form(
        &place.mandant.id,
        place.zugang,
        &place.form.id,
        link.pst_id.as_deref(),
        link.area_id.as_deref(),
    );
    let down = UnhappyPage::new(frame(app, place), Unhappy::FinderDown, None, None, &[], again);
    page(StatusCode::SERVICE_UNAVAILABLE, &down)
}
