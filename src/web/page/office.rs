//! Offices as pages show them: name, addresses, phone, opening hours, links.

use serde::Serialize;

use super::frame::telefon_href;
use crate::office::{Anschrift, Organisationseinheit};
use crate::words;

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
    /// Its contact form, imprint and accessibility statement, as far as the directory names them.
    pub links: Vec<LinkView>,
}

/// A page of an office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LinkView {
    /// What is there.
    pub text: &'static str,
    /// Where, only `http` or `https`.
    pub href: String,
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
            links: links(stelle),
        }
    }
}

fn links(stelle: &Organisationseinheit) -> Vec<LinkView> {
    let pages = [
        (words::page::CONTACT_FORM, &stelle.kontaktformular),
        (words::page::IMPRESSUM, &stelle.impressum),
        (words::page::ACCESSIBILITY_STATEMENT, &stelle.barrierefreiheit),
    ];
    let link = |(text, href): (&'static str, &Option<String>)| {
        Some(LinkView { text, href: href.clone().filter(|address| is_web(address))? })
    };
    pages.into_iter().filter_map(link).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_an_office_become_links_if_they_are_on_the_web() {
        let stelle = Organisationseinheit {
            impressum: Some("https://stadt.example/impressum".to_owned()),
            barrierefreiheit: Some("javascript:alert(1)".to_owned()),
            kontaktformular: Some("http://stadt.example/kontakt".to_owned()),
            logo: Some("https://stadt.example/logo.svg".to_owned()),
            ..Organisationseinheit::default()
        };
        let links: Vec<_> = OfficeView::new(&stelle).links.into_iter().map(|link| (link.text, link.href)).collect();
        assert_eq!(
            links,
            [
                ("Kontaktformular", "http://stadt.example/kontakt".to_owned()),
                ("Impressum", "https://stadt.example/impressum".to_owned()),
            ]
        );
    }
}
