//! Whom a tenant asks which offices decide: every kind of directory. [`super::question`] says what is asked and who answers how.

use std::sync::Arc;

use super::imported::{Catalogued, Imported};
use crate::office::directory::Directory;
use crate::office::finder::FinderError;
use crate::office::finder::infodienste::Infodienste;
use crate::office::finder::pvog::Pvog;
use crate::office::finder::routing::Routing;
use crate::office::key;
use crate::store::Store;

/// A directory of any kind.
#[derive(Clone, Debug)]
pub enum OfficeFinder {
    /// A file.
    Directory(Arc<Directory>),
    /// An Infodienst of a Land.
    Infodienste(Arc<Infodienste>),
    /// The federal PVOG.
    Pvog(Arc<Pvog>),
    /// FIT-Connect.
    Routing(Arc<Routing>),
    /// An imported directory: its services and offices lie in the store.
    Imported(Arc<Catalogued>),
}

/// A directory, with the store in which imported ones lie.
#[derive(Clone, Copy, Debug)]
pub struct Source<'s> {
    /// The directory.
    pub finder: &'s OfficeFinder,
    /// Without it an imported directory knows its Gebiete only.
    pub store: Option<&'s Store>,
}

impl OfficeFinder {
    /// Whether asking goes over the network; then answers are kept for a while.
    pub fn is_remote(&self) -> bool {
        match self {
            Self::Infodienste(_) | Self::Pvog(_) | Self::Routing(_) => true,
            Self::Directory(_) | Self::Imported(_) => false,
        }
    }

    /// Whether the directory may know a Leistung with this key in each Gebiet, though in none that holds for all of them.
    pub fn describes_by_area(&self, pst_id: &str) -> bool {
        matches!(self, Self::Pvog(_)) && key::shape(pst_id) == key::Shape::Leika
    }
}

impl<'s> Source<'s> {
    /// The directory in the store, if it is an imported one and the store is at hand.
    pub fn imported(self) -> Option<Imported<'s>> {
        match (self.finder, self.store) {
            (OfficeFinder::Imported(known), Some(store)) => Some(Imported { store, known }),
            _ => None,
        }
    }

    /// The same for what only the store knows.
    pub(super) fn in_store(self, known: &Catalogued) -> Result<Imported<'s>, FinderError> {
        self.imported().ok_or_else(|| FinderError::NotImported(known.name.clone()))
    }
}
