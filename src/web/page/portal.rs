//! The demo portal at `/`: example services and places, each a real deep link.

use serde::Serialize;

use super::frame::Frame;
use super::{Link, Page};
use crate::draft::Zugang;
use crate::office::{Gebiet, Leistung};

/// The portal page.
#[derive(Debug, Serialize)]
pub struct PortalPage {
    /// What surrounds it.
    pub frame: Frame,
    /// Services, each with places.
    pub leistungen: Vec<PortalLeistung>,
    /// Start without knowing service and place.
    pub andere: String,
    /// The same in test use.
    pub test: String,
}

/// One example service.
#[derive(Debug, Serialize)]
pub struct PortalLeistung {
    /// Name.
    pub name: String,
    /// What it is.
    pub beschreibung: Option<String>,
    /// One deep link per place.
    pub orte: Vec<Link>,
}

impl Page for PortalPage {
    const TEMPLATE: &'static str = "portal.html";
}

impl PortalPage {
    /// Every service for every place, as deep links into the tenant's form.
    pub fn new(frame: Frame, mandant: &str, formular: &str, leistungen: &[Leistung], gebiete: &[Gebiet]) -> Self {
        let address = |zugang, pst_id, area_id| frame.addresses.form(mandant, zugang, formular, pst_id, area_id);
        let leistungen = leistungen
            .iter()
            .map(|leistung| PortalLeistung {
                name: leistung.name.clone(),
                beschreibung: leistung.beschreibung.clone(),
                orte: gebiete
                    .iter()
                    .map(|gebiet| {
                        let href = address(Zugang::Standard, Some(&leistung.pst_id), Some(&gebiet.area_id));
                        Link::new(gebiet.full_name(), href)
                    })
                    .collect(),
            })
            .collect();
        let andere = address(Zugang::Standard, None, None);
        let test = address(Zugang::Test, None, None);
        Self { frame, leistungen, andere, test }
    }
}
