//! What a directory can be asked, and how each kind of directory answers. A question is one type here; its answer's type follows.

use std::future::Future;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::finder::{OfficeFinder, Source};
use crate::office::finder::asking::Asked;
use crate::office::finder::{FinderError, pvog};
use crate::office::{Gebiet, Leistung, Zustaendigkeit};

/// A question to a directory.
pub trait Question: Sync {
    /// What answers it.
    type Answer: Clone + Send + Sync + Serialize + DeserializeOwned + 'static;

    /// Its name in stored answers and, in lower case, in their keys: no other question has it, and it stays for ever.
    const NAME: &'static str;

    /// What distinguishes it from others of its name.
    fn parts(&self) -> [String; 3];

    /// What becomes of an answer in the store.
    fn keeping(answer: &Self::Answer) -> Keeping;

    /// Whether this directory answers without asking anybody: then nothing is remembered.
    fn is_at_hand(finder: &OfficeFinder) -> bool {
        !finder.is_remote()
    }

    /// Asks the directory.
    fn put(
        &self,
        source: Source<'_>,
        asked: &Asked<'_>,
    ) -> impl Future<Output = Result<Self::Answer, FinderError>> + Send;
}

/// What becomes of an answer in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeping {
    /// It may serve later, when the directory is down.
    Kept,
    /// The directory knows no such thing any more: what it said before must not come back.
    Forgotten,
    /// Nothing: searches are too many to be kept.
    Neither,
}

/// The Leistung with this id or LeiKa key, as it is in the Gebiet if one is known already.
#[derive(Clone, Copy, Debug)]
pub struct FindLeistung<'q> {
    /// The directory's id, or a LeiKa key.
    pub pst_id: &'q str,
    /// The Gebiet, if it is known already.
    pub gebiet: Option<&'q Gebiet>,
}

/// The Gebiet with this id, AGS or ARS. An AGS or ARS without an entry leads to the next larger area that has one; its `statt`
/// says so.
#[derive(Clone, Copy, Debug)]
pub struct FindGebiet<'q> {
    /// The directory's id, an AGS or an ARS.
    pub area_id: &'q str,
}

/// The offices responsible for a Leistung in a Gebiet, with all their Kontaktsysteme, of the most specific level that knows any;
/// none is an answer too. [`crate::office::resolution::resolve`] tells which of them can be reached.
#[derive(Clone, Copy, Debug)]
pub struct FindStellen<'q> {
    /// The Leistung, as the directory told it.
    pub leistung: &'q Leistung,
    /// The Gebiet, as the directory told it.
    pub gebiet: &'q Gebiet,
}

/// Leistungen whose name matches the words, best first, at most `limit`; for no words those that the directory lists by itself, which
/// may be none.
#[derive(Clone, Copy, Debug)]
pub struct SearchLeistungen<'q> {
    /// What people typed.
    pub words: &'q str,
    /// The Gebiet, if it is known already.
    pub gebiet: Option<&'q Gebiet>,
    /// Most that are told.
    pub limit: usize,
}

/// Gebiete that match the words, best first, at most `limit`; umlauts typed in any way, postcodes passed over.
#[derive(Clone, Copy, Debug)]
pub struct SearchGebiete<'q> {
    /// What people typed.
    pub words: &'q str,
    /// Most that are told.
    pub limit: usize,
}

impl Question for FindLeistung<'_> {
    type Answer = Option<Leistung>;

    const NAME: &'static str = "Leistung";

    fn parts(&self) -> [String; 3] {
        [self.pst_id.to_owned(), area(self.gebiet), String::new()]
    }

    fn keeping(answer: &Self::Answer) -> Keeping {
        if answer.is_some() { Keeping::Kept } else { Keeping::Forgotten }
    }

    async fn put(&self, source: Source<'_>, asked: &Asked<'_>) -> Result<Self::Answer, FinderError> {
        let Self { pst_id, gebiet } = *self;
        match source.finder {
            OfficeFinder::Directory(directory) => Ok(directory.leistung(pst_id).cloned()),
            OfficeFinder::Infodienste(infodienste) => infodienste.leistung(pst_id, gebiet, asked).await,
            OfficeFinder::Pvog(pvog) => pvog.leistung(pst_id, gebiet, asked).await,
            OfficeFinder::Routing(routing) => routing.leistung(pst_id, gebiet, asked).await,
            OfficeFinder::Imported(known) => source.in_store(known)?.leistung(pst_id, gebiet, asked).await,
        }
    }
}

impl Question for FindGebiet<'_> {
    type Answer = Option<Gebiet>;

    const NAME: &'static str = "Gebiet";

    fn parts(&self) -> [String; 3] {
        [self.area_id.to_owned(), String::new(), String::new()]
    }

    fn keeping(answer: &Self::Answer) -> Keeping {
        if answer.is_some() { Keeping::Kept } else { Keeping::Forgotten }
    }

    fn is_at_hand(finder: &OfficeFinder) -> bool {
        match finder {
            OfficeFinder::Infodienste(_) => false,
            // From tables of their own or the official one.
            OfficeFinder::Directory(_)
            | OfficeFinder::Pvog(_)
            | OfficeFinder::Routing(_)
            | OfficeFinder::Imported(_) => true,
        }
    }

    async fn put(&self, source: Source<'_>, asked: &Asked<'_>) -> Result<Self::Answer, FinderError> {
        Ok(match source.finder {
            OfficeFinder::Directory(directory) => directory.nearest_gebiet(self.area_id),
            OfficeFinder::Infodienste(infodienste) => infodienste.gebiet(self.area_id, asked).await?,
            OfficeFinder::Pvog(_) => pvog::gebiet(self.area_id),
            OfficeFinder::Routing(routing) => routing.gebiet(self.area_id),
            OfficeFinder::Imported(known) => known.gebiete.nearest_gebiet(self.area_id),
        })
    }
}

impl Question for FindStellen<'_> {
    type Answer = Zustaendigkeit;

    const NAME: &'static str = "Stellen";

    fn parts(&self) -> [String; 3] {
        [self.leistung.pst_id.clone(), area(Some(self.gebiet)), String::new()]
    }

    fn keeping(_: &Self::Answer) -> Keeping {
        Keeping::Kept
    }

    async fn put(&self, source: Source<'_>, asked: &Asked<'_>) -> Result<Self::Answer, FinderError> {
        let Self { leistung, gebiet } = *self;
        match source.finder {
            OfficeFinder::Directory(directory) => {
                Ok(Zustaendigkeit { stellen: directory.stellen(leistung, gebiet), fuer: None })
            }
            OfficeFinder::Infodienste(infodienste) => infodienste.stellen(leistung, gebiet, asked).await,
            OfficeFinder::Pvog(pvog) => pvog.stellen(leistung, gebiet, asked).await,
            OfficeFinder::Routing(routing) => routing.stellen(leistung, gebiet, asked).await,
            OfficeFinder::Imported(known) => source.in_store(known)?.stellen(leistung, gebiet, asked).await,
        }
    }
}

impl Question for SearchLeistungen<'_> {
    type Answer = Vec<Leistung>;

    const NAME: &'static str = "Leistungen";

    fn parts(&self) -> [String; 3] {
        [self.words.to_owned(), area(self.gebiet), self.limit.to_string()]
    }

    fn keeping(_: &Self::Answer) -> Keeping {
        Keeping::Neither
    }

    async fn put(&self, source: Source<'_>, asked: &Asked<'_>) -> Result<Self::Answer, FinderError> {
        let Self { words, gebiet, limit } = *self;
        match source.finder {
            OfficeFinder::Directory(directory) => Ok(directory.search_leistungen(words, limit)),
            OfficeFinder::Infodienste(infodienste) => infodienste.search_leistungen(words, limit, asked).await,
            OfficeFinder::Pvog(pvog) => pvog.search_leistungen(words, gebiet, limit, asked).await,
            OfficeFinder::Routing(routing) => Ok(routing.search_leistungen(words, limit)),
            OfficeFinder::Imported(known) => source.in_store(known)?.search_leistungen(words, limit, asked).await,
        }
    }
}

impl Question for SearchGebiete<'_> {
    type Answer = Vec<Gebiet>;

    const NAME: &'static str = "Gebiete";

    fn parts(&self) -> [String; 3] {
        [self.words.to_owned(), self.limit.to_string(), String::new()]
    }

    fn keeping(_: &Self::Answer) -> Keeping {
        Keeping::Neither
    }

    async fn put(&self, source: Source<'_>, asked: &Asked<'_>) -> Result<Self::Answer, FinderError> {
        let Self { words, limit } = *self;
        match source.finder {
            OfficeFinder::Directory(directory) => Ok(directory.search_gebiete(words, limit)),
            OfficeFinder::Infodienste(infodienste) => infodienste.search_gebiete(words, limit, asked).await,
            OfficeFinder::Pvog(pvog) => pvog.search_gebiete(words, limit, asked).await,
            OfficeFinder::Routing(routing) => routing.search_gebiete(words, limit, asked).await,
            OfficeFinder::Imported(known) => Ok(known.gebiete.search_gebiete(words, limit)),
        }
    }
}

fn area(gebiet: Option<&Gebiet>) -> String {
    gebiet.map(|gebiet| gebiet.area_id.clone()).unwrap_or_default()
}
