//! The tenant's statements: Impressum, Datenschutz, Barrierefreiheit, Hilfe.

use serde::Serialize;

use super::Page;
use super::frame::{Frame, telefon_href};
use super::office::is_web;
use crate::config::mandant::Mandant;

/// Which statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Statement {
    /// Who is responsible for the site.
    Impressum,
    /// What happens to personal data.
    Datenschutz,
    /// How accessible the site is, and whom to tell if it is not.
    Barrierefreiheit,
    /// How to use it and who helps.
    Hilfe,
}

/// One statement of one tenant.
#[derive(Debug, Serialize)]
pub struct StatementPage {
    /// What surrounds it.
    pub frame: Frame,
    /// Which statement.
    pub art: Statement,
    /// Operator's address lines.
    pub anschrift: Vec<String>,
    /// Operator's phone.
    pub telefon: Option<String>,
    /// Phone as `tel:` takes it; empty without phone.
    pub telefon_href: String,
    /// Operator's mail.
    pub email: String,
    /// The tenant's own paragraphs.
    pub absaetze: Vec<String>,
    /// Address of a privacy statement kept elsewhere.
    pub anderswo: Option<String>,
    /// Days that submissions stay after confirmed delivery.
    pub aufbewahrung_tage: u16,
    /// Days a draft lives after its last change.
    pub entwurf_tage: u16,
}

impl Page for StatementPage {
    const TEMPLATE: &'static str = "erklaerung.html";
}

impl StatementPage {
    /// A tenant's statement; `draft_days` is the setting `store.draft_days`.
    pub fn new(frame: Frame, art: Statement, mandant: &Mandant, draft_days: u16) -> Self {
        let betreiber = &mandant.betreiber;
        let absaetze = match art {
            Statement::Impressum => betreiber.impressum.clone(),
            Statement::Datenschutz => betreiber.datenschutz.clone(),
            Statement::Barrierefreiheit => betreiber.barrierefreiheit.clone(),
            Statement::Hilfe => Vec::new(),
        };
        Self {
            frame,
            art,
            anschrift: betreiber.anschrift.clone(),
            telefon: betreiber.telefon.clone(),
            telefon_href: betreiber.telefon.as_deref().map(telefon_href).unwrap_or_default(),
            email: betreiber.email.clone(),
            absaetze,
            anderswo: betreiber.datenschutz_url.clone().filter(|address| is_web(address)),
            aufbewahrung_tage: mandant.retention_days,
            entwurf_tage: draft_days,
        }
    }
}
