//! The directory file of a small town or a test: Leistungen, Gebiete, Organisationseinheiten and who decides what where.
//!
//! The format is explained where it is written: at the head of `config/verzeichnis/sachsen-anhalt.toml`.

/// The table of Gebiete.
mod gebiete;
/// From TOML to a directory, or every problem.
mod reading;
/// Which rule decides where.
pub(in crate::office) mod regeln;
/// One office for each Gemeinde or Kreis.
mod vorlage;

use std::collections::HashMap;
use std::path::Path;

use super::search::{self, Entry, Query};
use super::{Gebiet, Leistung, Organisationseinheit, key};
use crate::problem::Problems;
use regeln::Regeln;
use vorlage::Vorlage;

/// A directory read from files, indexed for asking.
#[derive(Debug, Default)]
pub struct Directory {
    leistungen: Vec<Leistung>,
    leistung_by_key: HashMap<String, usize>,
    leistung_entries: Vec<Entry>,
    gebiete: Vec<Gebiet>,
    gebiet_by_key: HashMap<String, usize>,
    gebiet_entries: Vec<Entry>,
    stellen: Vec<Stelle>,
    regeln: Regeln,
}

/// An office of the file: one office, or one for each Gemeinde or Kreis.
#[derive(Debug)]
enum Stelle {
    Eine(Organisationseinheit),
    Je(Vorlage),
}

impl Directory {
    /// Reads a directory file and the table of Gebiete that it names, or tells all problems of both.
    pub fn read(file: &Path) -> Result<Self, Problems> {
        reading::read(file)
    }

    /// Reads only a table of Gebiete, for directories that have none of their own; it knows no Leistung and no office.
    pub fn read_gebiete(file: &Path) -> Result<Self, Problems> {
        let gebiete = gebiete::read_file(file)?;
        Ok(Self::index(Vec::new(), gebiete, Vec::new(), Regeln::default()))
    }

    /// The Leistung with this id or LeiKa key.
    pub fn leistung(&self, pst_id: &str) -> Option<&Leistung> {
        self.leistung_by_key.get(pst_id.trim()).and_then(|at| self.leistungen.get(*at))
    }

    /// The Gebiet with this id, AGS or ARS.
    pub fn gebiet(&self, area_id: &str) -> Option<&Gebiet> {
        self.gebiet_by_key.get(area_id.trim()).and_then(|at| self.gebiete.get(*at))
    }

    /// The Gebiet with this id, AGS or ARS; for an AGS or ARS without an entry the next larger area of the table.
    pub fn nearest_gebiet(&self, area_id: &str) -> Option<Gebiet> {
        self.gebiet(area_id).cloned().or_else(|| {
            let larger = key::around(area_id.trim()).into_iter().find_map(|larger| self.gebiet(&larger))?;
            Some(Gebiet { statt: Some(area_id.trim().to_owned()), ..larger.clone() })
        })
    }

    /// The offices responsible for the Leistung in the Gebiet, in the order of the file.
    ///
    /// The most specific level that knows an office decides alone: the Gemeinde itself, its Verband, its Kreis, its
    /// Regierungsbezirk, its Land, everywhere.
    pub fn stellen(&self, leistung: &Leistung, gebiet: &Gebiet) -> Vec<Organisationseinheit> {
        let found = self.regeln.stellen(&leistung.pst_id, gebiet).into_iter().filter_map(|at| self.stellen.get(at));
        found
            .map(|stelle| match stelle {
                Stelle::Eine(stelle) => stelle.clone(),
                Stelle::Je(vorlage) => vorlage.stelle(gebiet),
            })
            .collect()
    }

    /// Leistungen that match the words by name or synonym, best first, at most `limit`; all by name for no words.
    pub fn search_leistungen(&self, words: &str, limit: usize) -> Vec<Leistung> {
        match Query::new(words) {
            None => self.leistungen.iter().take(limit).cloned().collect(),
            Some(question) => {
                search::best(&question, self.leistung_entries.iter().zip(&self.leistungen), limit).cloned().collect()
            }
        }
    }

    /// Gebiete that match the words by name, Kreis, Land, AGS or ARS, best first, at most `limit`; for no words the
    /// first by name. Umlauts may be typed in any way, a postcode is passed over.
    pub fn search_gebiete(&self, words: &str, limit: usize) -> Vec<Gebiet> {
        match Query::new(words) {
            None => self.gebiete.iter().take(limit).cloned().collect(),
            Some(question) => {
                search::best(&question, self.gebiet_entries.iter().zip(&self.gebiete), limit).cloned().collect()
            }
        }
    }

    /// All Leistungen, by name.
    pub fn leistungen(&self) -> impl Iterator<Item = &Leistung> {
        self.leistungen.iter()
    }

    /// All Gebiete, by name.
    pub fn gebiete(&self) -> impl Iterator<Item = &Gebiet> {
        self.gebiete.iter()
    }

    /// Puts the parts in order and indexes them. Keys were checked to be unique, `stellen` in the rules are places in
    /// `stellen`.
    fn index(
        mut leistungen: Vec<(Leistung, Vec<String>)>,
        mut gebiete: Vec<Gebiet>,
        stellen: Vec<Stelle>,
        regeln: Regeln,
    ) -> Self {
        leistungen.sort_by_cached_key(|(leistung, _)| search::fold(&leistung.name));
        gebiete.sort_by_cached_key(|gebiet| (search::fold(&gebiet.name), gebiet.land.clone(), gebiet.kreis.clone()));
        let leistung_entries = leistungen
            .iter()
            .map(|(leistung, suchworte)| Entry::new(&leistung.name, suchworte.iter().map(String::as_str)))
            .collect();
        let leistungen: Vec<Leistung> = leistungen.into_iter().map(|(leistung, _)| leistung).collect();
        let gebiet_entries = gebiete
            .iter()
            .map(|gebiet| {
                let further = [&gebiet.kreis, &gebiet.land, &gebiet.ags, &gebiet.ars];
                Entry::new(&gebiet.name, further.into_iter().filter_map(Option::as_deref))
            })
            .collect();
        let leistung_by_key = by_key(leistungen.iter().map(|l| [Some(&l.pst_id), l.leika.as_ref(), None]));
        let gebiet_by_key = by_key(gebiete.iter().map(|g| [Some(&g.area_id), g.ags.as_ref(), g.ars.as_ref()]));
        Self { leistungen, leistung_by_key, leistung_entries, gebiete, gebiet_by_key, gebiet_entries, stellen, regeln }
    }
}

fn by_key<'t>(keys: impl Iterator<Item = [Option<&'t String>; 3]>) -> HashMap<String, usize> {
    let places = keys.enumerate().flat_map(|(at, keys)| keys.into_iter().flatten().map(move |key| (key.clone(), at)));
    places.collect()
}

#[cfg(test)]
mod tests;
