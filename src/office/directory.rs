//! The directory file of a small town or a test: Leistungen, Gebiete, Organisationseinheiten and who decides what where.

use std::path::Path;

use super::{Gebiet, Leistung, Organisationseinheit};
use crate::problem::Problem;

/// A directory read from files, indexed for asking.
#[derive(Debug, Default)]
pub struct Directory {
    _private: (),
}

impl Directory {
    /// Reads a directory file, or all its problems.
    pub fn read(file: &Path) -> Result<Self, Vec<Problem>> {
        let _ = file;
        todo!()
    }

    /// See [`super::finder::OfficeFinder::leistung`].
    pub fn leistung(&self, pst_id: &str) -> Option<&Leistung> {
        let _ = pst_id;
        todo!()
    }

    /// See [`super::finder::OfficeFinder::gebiet`].
    pub fn gebiet(&self, area_id: &str) -> Option<&Gebiet> {
        let _ = area_id;
        todo!()
    }

    /// See [`super::finder::OfficeFinder::stellen`].
    pub fn stellen(&self, leistung: &Leistung, gebiet: &Gebiet) -> Vec<Organisationseinheit> {
        let _ = (leistung, gebiet);
        todo!()
    }

    /// See [`super::finder::OfficeFinder::search_leistungen`].
    pub fn search_leistungen(&self, words: &str, limit: usize) -> Vec<Leistung> {
        let _ = (words, limit);
        todo!()
    }

    /// See [`super::finder::OfficeFinder::search_gebiete`].
    pub fn search_gebiete(&self, words: &str, limit: usize) -> Vec<Gebiet> {
        let _ = (words, limit);
        todo!()
    }

    /// All Leistungen, by name.
    pub fn leistungen(&self) -> impl Iterator<Item = &Leistung> {
        std::iter::empty()
    }
}
