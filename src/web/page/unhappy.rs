//! Why no application can be made here, and what the citizen can do instead. The technical cause is never shown.

use serde::Serialize;

use super::frame::Frame;
use super::office::OfficeView;
use super::{Link, Page};
use crate::office::{Gebiet, Leistung, Organisationseinheit};

/// What stands in the way, told by what the citizen can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unhappy {
    /// Nobody is known to be responsible here: other place, or ask.
    NoOffice,
    /// The office takes no applications this way: turn to it directly. Stands for no Kontaktsystem and for the wrong type.
    NotOnline,
    /// The law demands the written form: turn to the office with paper.
    WrittenForm,
    /// The directory does not answer: try later. Give status 503.
    FinderDown,
}

/// The page that says so.
#[derive(Debug, Serialize)]
pub struct UnhappyPage {
    /// What surrounds it.
    pub frame: Frame,
    /// What stands in the way.
    pub grund: Unhappy,
    /// The service, if known.
    pub leistung: Option<String>,
    /// The place, if known.
    pub gebiet: Option<String>,
    /// Offices to turn to.
    pub stellen: Vec<OfficeView>,
    /// What to try next: another place, the same page once more.
    pub weiter: Option<Link>,
}

impl Page for UnhappyPage {
    const TEMPLATE: &'static str = "nicht-moeglich.html";
}

impl UnhappyPage {
    /// The page; `address` is tried next: for [`Unhappy::NoOffice`] the choice of another place, for [`Unhappy::FinderDown`] the
    /// page itself. The other two do not use it.
    pub fn new(
        frame: Frame,
        grund: Unhappy,
        leistung: Option<&Leistung>,
        gebiet: Option<&Gebiet>,
        stellen: &[Organisationseinheit],
        address: String,
    ) -> Self {
        let weiter = match grund {
            Unhappy::NoOffice => Some(Link::new("Anderen Ort wählen", address)),
            Unhappy::FinderDown => Some(Link::new("Erneut versuchen", address)),
            Unhappy::NotOnline | Unhappy::WrittenForm => None,
        };
        Self {
            frame,
            grund,
            leistung: leistung.map(|leistung| leistung.name.clone()),
            gebiet: gebiet.map(Gebiet::full_name),
            stellen: stellen.iter().map(OfficeView::new).collect(),
            weiter,
        }
    }
}
