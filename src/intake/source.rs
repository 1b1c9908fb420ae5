//! Who is asked which offices decide: a finder, or a directory that was imported into the store.

use super::imported::Imported;
use crate::office::finder::asking::Asked;
use crate::office::finder::{FinderError, OfficeFinder};
use crate::office::{Gebiet, Leistung, Zustaendigkeit};
use crate::store::Store;

/// What knows the offices of a tenant.
#[derive(Clone, Copy, Debug)]
pub enum Source<'s> {
    /// A file or a service.
    Finder(&'s OfficeFinder),
    /// A directory in the store.
    Imported(Imported<'s>),
}

impl<'s> Source<'s> {
    /// For a tenant's directory. Without the store an imported one only knows its Gebiete.
    pub fn of(finder: &'s OfficeFinder, store: Option<&'s Store>) -> Self {
        match (finder, store) {
            (OfficeFinder::Imported(known), Some(store)) => Self::Imported(Imported { store, known }),
            _ => Self::Finder(finder),
        }
    }

    /// See [`OfficeFinder::leistung`].
    pub async fn leistung(
        &self,
        pst_id: &str,
        gebiet: Option<&Gebiet>,
        asked: &Asked<'_>,
    ) -> Result<Option<Leistung>, FinderError> {
        match self {
            Self::Finder(finder) => finder.leistung(pst_id, gebiet, asked).await,
            Self::Imported(imported) => imported.leistung(pst_id, gebiet, asked).await,
        }
    }

    /// See [`OfficeFinder::gebiet`].
    pub async fn gebiet(&self, area_id: &str, asked: &Asked<'_>) -> Result<Option<Gebiet>, FinderError> {
        match self {
            Self::Finder(finder) => finder.gebiet(area_id, asked).await,
            Self::Imported(imported) => Ok(imported.known.gebiete.nearest_gebiet(area_id)),
        }
    }

    /// See [`OfficeFinder::stellen`].
    pub async fn stellen(
        &self,
        leistung: &Leistung,
        gebiet: &Gebiet,
        asked: &Asked<'_>,
    ) -> Result<Zustaendigkeit, FinderError> {
        match self {
            Self::Finder(finder) => finder.stellen(leistung, gebiet, asked).await,
            Self::Imported(imported) => imported.stellen(leistung, gebiet, asked).await,
        }
    }

    /// See [`OfficeFinder::search_leistungen`].
    pub async fn search_leistungen(
        &self,
        words: &str,
        gebiet: Option<&Gebiet>,
        limit: usize,
        asked: &Asked<'_>,
    ) -> Result<Vec<Leistung>, FinderError> {
        match self {
            Self::Finder(finder) => finder.search_leistungen(words, gebiet, limit, asked).await,
            Self::Imported(imported) => imported.search_leistungen(words, limit, asked).await,
        }
    }

    /// See [`OfficeFinder::search_gebiete`].
    pub async fn search_gebiete(
        &self,
        words: &str,
        limit: usize,
        asked: &Asked<'_>,
    ) -> Result<Vec<Gebiet>, FinderError> {
        match self {
            Self::Finder(finder) => finder.search_gebiete(words, limit, asked).await,
            Self::Imported(imported) => Ok(imported.known.gebiete.search_gebiete(words, limit)),
        }
    }
}
