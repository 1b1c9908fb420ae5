//! Choosing a Leistung or a Gebiet when the deep link names none: a search that works by plain GET.

use serde::Serialize;

use super::Page;
use super::frame::Frame;
use crate::office::{Gebiet, Leistung};

/// Name of the search box's parameter on both pages.
pub const SUCHE: &str = "suche";

/// "Welche Leistung benötigen Sie?"
#[derive(Debug, Serialize)]
pub struct ChooseServicePage {
    /// What surrounds it.
    pub frame: Frame,
    /// The search.
    pub suche: Search,
    /// The place, if the link names one.
    pub gebiet: Option<String>,
}

/// "Für welchen Ort?"
#[derive(Debug, Serialize)]
pub struct ChoosePlacePage {
    /// What surrounds it.
    pub frame: Frame,
    /// The search.
    pub suche: Search,
    /// The service.
    pub leistung: String,
}

/// A search box with its hits.
#[derive(Debug, Serialize)]
pub struct Search {
    /// Address of the page without parameters.
    pub action: String,
    /// Parameters of the address that must survive the search.
    pub versteckt: Vec<Hidden>,
    /// What was searched for, as typed.
    pub woerter: String,
    /// Whether something was searched for.
    pub gesucht: bool,
    /// What was found, best first.
    pub treffer: Vec<Hit>,
    /// Whether there are more hits than shown.
    pub mehr: bool,
}

/// A hidden parameter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Hidden {
    /// Name.
    pub name: String,
    /// Value.
    pub value: String,
}

/// One hit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Hit {
    /// Where it leads.
    pub href: String,
    /// Name.
    pub name: String,
    /// What tells it from others: the beginning of the description, or Kreis and Land.
    pub zusatz: Option<String>,
}

impl Page for ChooseServicePage {
    const TEMPLATE: &'static str = "leistung-waehlen.html";
}

impl Page for ChoosePlacePage {
    const TEMPLATE: &'static str = "ort-waehlen.html";
}

impl Search {
    /// A search without hits yet; `action` is the form's base address without parameters.
    pub fn new(action: String, woerter: &str) -> Self {
        Self {
            action,
            versteckt: Vec::new(),
            woerter: woerter.to_owned(),
            gesucht: !woerter.trim().is_empty(),
            treffer: Vec::new(),
            mehr: false,
        }
    }
}

impl ChooseServicePage {
    /// The page; `found` may hold one more than `limit`, then the page says that there are more. `link` gives the address of
    /// the next page for a service.
    pub fn new(
        frame: Frame,
        mut suche: Search,
        gebiet: Option<&Gebiet>,
        found: &[Leistung],
        limit: usize,
        link: impl Fn(&Leistung) -> String,
    ) -> Self {
        suche.versteckt = gebiet.map(|gebiet| hidden("areaId", &gebiet.area_id)).into_iter().collect();
        suche.mehr = found.len() > limit;
        suche.treffer = found
            .iter()
            .take(limit)
            .map(|leistung| Hit {
                href: link(leistung),
                name: leistung.name.clone(),
                zusatz: leistung.beschreibung.clone(),
            })
            .collect();
        Self { frame, suche, gebiet: gebiet.map(Gebiet::full_name) }
    }
}

impl ChoosePlacePage {
    /// The page; `found` may hold one more than `limit`, then the page says that there are more. `link` gives the address of
    /// the next page for a place.
    pub fn new(
        frame: Frame,
        mut suche: Search,
        leistung: &Leistung,
        found: &[Gebiet],
        limit: usize,
        link: impl Fn(&Gebiet) -> String,
    ) -> Self {
        suche.versteckt = vec![hidden("pstId", &leistung.pst_id)];
        suche.mehr = found.len() > limit;
        suche.treffer = found
            .iter()
            .take(limit)
            .map(|gebiet| {
                let within: Vec<&str> =
                    [gebiet.kreis.as_deref(), gebiet.land.as_deref()].into_iter().flatten().collect();
                let zusatz = (!within.is_empty()).then(|| within.join(", "));
                Hit { href: link(gebiet), name: gebiet.name.clone(), zusatz }
            })
            .collect();
        Self { frame, suche, leistung: leistung.name.clone() }
    }
}

fn hidden(name: &str, value: &str) -> Hidden {
    Hidden { name: name.to_owned(), value: value.to_owned() }
}
