//! Offices as pages show them: name, addresses, phone, opening hours.

use serde::Serialize;

use super::frame::telefon_href;
use crate::office::{Anschrift, Organisationseinheit};

/// An office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OfficeView {
    /// Name.
    pub name: String,
    /// Addresses.
    pub anschriften: Vec<AnschriftView>,
    /// Phone as people read it.
    pub telefon: Option<String>,
    /// Phone as `tel:` takes it; empty without phone.
    pub telefon_href: String,
    /// Public mail address.
    pub email: Option<String>,
    /// Web address, only `http` or `https`.
    pub web: Option<String>,
    /// Opening hours, one line each.
    pub oeffnungszeiten: Vec<String>,
}

/// One address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AnschriftView {
    /// What it is for, for example `Hausanschrift`; empty if not said.
    pub art: String,
    /// The lines that are known.
    pub zeilen: Vec<String>,
}

impl OfficeView {
    /// An office as pages show it.
    pub fn new(stelle: &Organisationseinheit) -> Self {
        Self {
            name: stelle.name.clone(),
            anschriften: stelle.anschriften.iter().map(AnschriftView::new).collect(),
            telefon: stelle.telefon.clone(),
            telefon_href: stelle.telefon.as_deref().map(telefon_href).unwrap_or_default(),
            email: stelle.email.clone(),
            web: stelle.web.as_deref().filter(|address| is_web(address)).map(str::to_owned),
            oeffnungszeiten: stelle.oeffnungszeiten.clone(),
        }
    }
}

impl AnschriftView {
    fn new(anschrift: &Anschrift) -> Self {
        let place = format!("{} {}", anschrift.plz, anschrift.ort);
        let zusatz = anschrift.zusatz.as_deref().unwrap_or_default();
        let zeilen =
            [zusatz.trim(), anschrift.strasse.trim(), place.trim()].into_iter().filter(|line| !line.is_empty());
        Self { art: anschrift.art.clone(), zeilen: zeilen.map(str::to_owned).collect() }
    }
}

/// Directories are written by many hands: only web addresses become links, never `javascript:`.
pub fn is_web(address: &str) -> bool {
    address.starts_with("https://") || address.starts_with("http://")
}
