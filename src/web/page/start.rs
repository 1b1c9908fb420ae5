//! The start page of a deep link: service, place, offices, what the service says about itself.

use serde::Serialize;

use super::Page;
use super::frame::Frame;
use super::office::OfficeView;
use crate::intake::start::Uebersetzt;
use crate::office::leistung::Unterlage;
use crate::office::{Bezirk, Gebiet, Leistung, Organisationseinheit};

/// The start page. Nothing is stored before its button is pressed.
#[derive(Debug, Serialize)]
pub struct StartPage {
    /// What surrounds it.
    pub frame: Frame,
    /// Title of the form.
    pub formular: String,
    /// Where "Antrag beginnen" posts: the deep link itself, with both ids.
    pub action: String,
    /// The service.
    pub leistung: LeistungView,
    /// What the directory says about it in the citizen's language, instead of the German words.
    pub uebersetzt: Option<UebersetztView>,
    /// The place with Kreis and Land.
    pub gebiet: String,
    /// Whether this is a larger area around the one of the link, which the directory does not know.
    pub groesser: bool,
    /// The responsible offices.
    pub stellen: Vec<OfficeView>,
    /// Name of the larger area that they are responsible for, if it is not the place itself.
    pub zustaendig_fuer: Option<String>,
    /// Headings of the wizard's steps, for "So geht es weiter".
    pub schritte: Vec<String>,
    /// Address that chooses another place for the same service.
    pub anderer_ort: String,
}

/// A service with what it says about itself.
#[derive(Clone, Debug, Serialize)]
pub struct LeistungView {
    /// Name.
    pub name: String,
    /// What it is.
    pub beschreibung: Option<String>,
    /// Requirements.
    pub voraussetzungen: Vec<String>,
    /// Documents.
    pub unterlagen: Vec<Unterlage>,
    /// Fees.
    pub gebuehren: Option<String>,
    /// Deadline.
    pub frist: Option<String>,
    /// How long it takes.
    pub bearbeitungsdauer: Option<String>,
}

/// A service in another language than German.
#[derive(Clone, Debug, Serialize)]
pub struct UebersetztView {
    /// Value of HTML `lang`.
    pub sprache: String,
    /// The service.
    pub leistung: LeistungView,
}

impl Page for StartPage {
    const TEMPLATE: &'static str = "start.html";
}

impl LeistungView {
    /// Whether it says what an application costs and how long it takes.
    pub fn has_terms(&self) -> bool {
        self.gebuehren.is_some() || self.frist.is_some() || self.bearbeitungsdauer.is_some()
    }

    /// A service as pages show it.
    pub fn new(leistung: &Leistung) -> Self {
        Self {
            name: leistung.name.clone(),
            beschreibung: leistung.beschreibung.clone(),
            voraussetzungen: leistung.voraussetzungen.clone(),
            unterlagen: leistung.unterlagen.clone(),
            gebuehren: leistung.gebuehren.clone(),
            frist: leistung.frist.clone(),
            bearbeitungsdauer: leistung.bearbeitungsdauer.clone(),
        }
    }
}

/// What a start page is about.
#[derive(Clone, Copy, Debug)]
pub struct StartOf<'a> {
    /// The form.
    pub form: &'a crate::form::Form,
    /// The service.
    pub leistung: &'a Leistung,
    /// The service in the citizen's language, if the directory has it.
    pub uebersetzt: Option<&'a Uebersetzt>,
    /// The place.
    pub gebiet: &'a Gebiet,
    /// The offices that have a channel.
    pub stellen: &'a [&'a Organisationseinheit],
    /// The larger area that they are responsible for, if it is not the place itself.
    pub fuer: Option<&'a Bezirk>,
}

impl StartPage {
    /// The start page; `action` is the deep link with both ids, `anderer_ort` the same without `areaId`.
    pub fn new(frame: Frame, of: StartOf<'_>, action: String, anderer_ort: String) -> Self {
        Self {
            frame,
            formular: of.form.title.clone(),
            action,
            leistung: LeistungView::new(of.leistung),
            uebersetzt: of.uebersetzt.map(|told| UebersetztView {
                sprache: told.sprache.clone(),
                leistung: LeistungView::new(&told.leistung),
            }),
            gebiet: of.gebiet.full_name(),
            groesser: of.gebiet.statt.is_some(),
            stellen: of.stellen.iter().map(|stelle| OfficeView::new(stelle)).collect(),
            zustaendig_fuer: of.fuer.map(|bezirk| bezirk.name.clone()),
            schritte: of.form.steps.iter().map(|step| step.title.clone()).collect(),
            anderer_ort,
        }
    }
}
