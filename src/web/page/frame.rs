//! What surrounds every page: tenant, language, links, assets, test mark.

use serde::Serialize;

use super::Link;
use super::address::Addresses;
use crate::config::mandant::{Hilfe, Mandant};
use crate::draft::Zugang;
use crate::web::assets;
use crate::words;

/// The same on every page of a tenant; cheap to build, one per request.
#[derive(Clone, Debug, Serialize)]
pub struct Frame {
    /// Language of the page, BCP 47.
    pub language: String,
    /// Name in the header.
    pub mandant: String,
    /// Operator's name.
    pub betreiber: String,
    /// "Wer kann mir helfen?"
    pub hilfe: HilfeView,
    /// Whether everything is only a test.
    pub test: bool,
    /// Folder of the style sheets, fonts and script: `{prefix}/assets/{hash}`.
    pub assets: String,
    /// Links at the foot of the page.
    pub footer: Vec<Link>,
    /// Largest sum of all files of one application that the tenant accepts, in bytes.
    #[serde(skip)]
    pub max_total_bytes: u64,
    /// Builds addresses.
    #[serde(skip)]
    pub addresses: Addresses,
}

/// Support, with the phone number as a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HilfeView {
    /// For example `Behördennummer 115`.
    pub name: String,
    /// Phone number as people read it.
    pub telefon: String,
    /// Phone number as `tel:` takes it.
    pub telefon_href: String,
    /// Hours.
    pub zeiten: Option<String>,
    /// Mail.
    pub email: Option<String>,
}

impl Frame {
    /// The frame of a tenant's pages.
    pub fn new(addresses: &Addresses, mandant: &Mandant, zugang: Zugang) -> Self {
        let footer = [
            (words::page::IMPRESSUM, "impressum"),
            (words::page::PRIVACY, "datenschutz"),
            (words::page::ACCESSIBILITY, "barrierefreiheit"),
            (words::page::HELP, "hilfe"),
        ];
        Self {
            language: "de".to_owned(),
            mandant: mandant.name.clone(),
            betreiber: mandant.betreiber.name.clone(),
            hilfe: HilfeView::new(&mandant.hilfe),
            test: zugang == Zugang::Test,
            assets: assets::folder(addresses.prefix()),
            footer: footer.map(|(text, name)| Link::new(text, addresses.statement(name, &mandant.id))).to_vec(),
            max_total_bytes: mandant.max_total_bytes,
            addresses: addresses.clone(),
        }
    }
}

impl HilfeView {
    /// Support as pages show it.
    pub fn new(hilfe: &Hilfe) -> Self {
        Self {
            name: hilfe.name.clone(),
            telefon: hilfe.telefon.clone(),
            telefon_href: telefon_href(&hilfe.telefon),
            zeiten: hilfe.zeiten.clone(),
            email: hilfe.email.clone(),
        }
    }
}

/// `tel:` address of a number as people write it: `03921 949-0` becomes `tel:039219490`.
pub fn telefon_href(number: &str) -> String {
    let digits: String = number.chars().filter(|character| character.is_ascii_digit() || *character == '+').collect();
    format!("tel:{digits}")
}
