//! The finder: which offices decide on this Leistung in this Gebiet, whatever kind of directory knows it.

use std::sync::Arc;

use super::directory::Directory;
use super::{Gebiet, Leistung, Organisationseinheit};

/// A directory that can be asked. Further adapters become further variants.
#[derive(Clone, Debug)]
pub enum OfficeFinder {
    /// A file.
    Directory(Arc<Directory>),
}

/// Why a finder gives no answer. The citizen never reads the cause.
#[derive(Debug, thiserror::Error)]
pub enum FinderError {
    /// The directory cannot be reached or does not answer sensibly at present.
    #[error("the directory does not answer: {0}")]
    Unavailable(String),
}

impl OfficeFinder {
    /// The Leistung with this id or LeiKa key.
    #[expect(clippy::unused_async, reason = "directories over the network wait")]
    pub async fn leistung(&self, pst_id: &str) -> Result<Option<Leistung>, FinderError> {
        match self {
            Self::Directory(directory) => Ok(directory.leistung(pst_id).cloned()),
        }
    }

    /// The Gebiet with this id, AGS or ARS.
    #[expect(clippy::unused_async, reason = "directories over the network wait")]
    pub async fn gebiet(&self, area_id: &str) -> Result<Option<Gebiet>, FinderError> {
        match self {
            Self::Directory(directory) => Ok(directory.gebiet(area_id).cloned()),
        }
    }

    /// The offices responsible for a Leistung in a Gebiet, with all their Kontaktsysteme, of the most specific level
    /// that knows any; none is an answer too. [`super::resolution::resolve`] tells which of them can be reached.
    #[expect(clippy::unused_async, reason = "directories over the network wait")]
    pub async fn stellen(
        &self,
        leistung: &Leistung,
        gebiet: &Gebiet,
    ) -> Result<Vec<Organisationseinheit>, FinderError> {
        match self {
            Self::Directory(directory) => Ok(directory.stellen(leistung, gebiet)),
        }
    }

    /// Leistungen whose name matches the words, best first, at most `limit`; all of them for no words.
    #[expect(clippy::unused_async, reason = "directories over the network wait")]
    pub async fn search_leistungen(&self, words: &str, limit: usize) -> Result<Vec<Leistung>, FinderError> {
        match self {
            Self::Directory(directory) => Ok(directory.search_leistungen(words, limit)),
        }
    }

    /// Gebiete that match the words, best first, at most `limit`; umlauts typed in any way, postcodes passed over.
    #[expect(clippy::unused_async, reason = "directories over the network wait")]
    pub async fn search_gebiete(&self, words: &str, limit: usize) -> Result<Vec<Gebiet>, FinderError> {
        match self {
            Self::Directory(directory) => Ok(directory.search_gebiete(words, limit)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[tokio::test]
    async fn a_citizen_without_ids_finds_the_way_by_words() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/verzeichnis/sachsen-anhalt.toml");
        let finder = OfficeFinder::Directory(Arc::new(Directory::read(&file).unwrap()));
        let leistung = finder.search_leistungen("Hundemarke", 1).await.unwrap().remove(0);
        let gebiet = finder.search_gebiete("koethen", 1).await.unwrap().remove(0);
        assert_eq!(finder.leistung(&leistung.pst_id).await.unwrap().as_ref(), Some(&leistung));
        assert_eq!(finder.gebiet(&gebiet.area_id).await.unwrap().as_ref(), Some(&gebiet));
        let stellen = finder.stellen(&leistung, &gebiet).await.unwrap();
        assert_eq!(stellen[0].name, "Stadt Köthen (Anhalt) - Bürgerservice");
        assert_eq!(finder.leistung("0").await.unwrap(), None);
        assert_eq!(finder.gebiet("").await.unwrap(), None);
    }
}
