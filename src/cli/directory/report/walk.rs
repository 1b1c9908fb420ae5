//! All services of a directory, and for each the offices in every area, with few questions and bounded memory.

use std::collections::{HashMap, VecDeque};

use crate::intake::imported::{Imported, day, decides};
use crate::intake::source::Source;
use crate::office::finder::FinderError;
use crate::office::finder::asking::Asked;
use crate::office::xzufi::{Art, gebiet};
use crate::office::{Gebiet, Leistung, Organisationseinheit};
use crate::store::StoreError;
use crate::store::directories::asking::Responsible;

/// Most areas and services that a directory without a store lists.
const MOST: usize = 100_000;
/// Services read from the store at once.
const PAGE: u32 = 100;
/// Offices read from the store at once.
const OFFICES: usize = 100;

/// Walks through the services.
pub struct Walk<'s> {
    source: Source<'s>,
    asked: Asked<'s>,
    gebiete: Vec<Gebiet>,
    /// The keys of each area, where the store is asked.
    keys: Vec<Vec<(usize, String)>>,
    left: VecDeque<Left>,
    /// Where to go on in the store; `None`: nowhere.
    after: Option<String>,
    expected: u64,
}

enum Left {
    Named(String),
    Listed(Box<Leistung>),
}

/// Offices of one service in all areas.
pub struct Known {
    /// Key of a Gebiet → offices, as places in `stellen`.
    by_gebiet: HashMap<String, Vec<usize>>,
    /// The offices.
    pub stellen: Vec<Organisationseinheit>,
}

/// All areas that the directory lists.
pub async fn gebiete(source: &Source<'_>, asked: &Asked<'_>) -> Result<Vec<Gebiet>, FinderError> {
    source.search_gebiete("", MOST, asked).await
}

impl<'s> Walk<'s> {
    /// Through the named services, or all.
    pub async fn new(
        source: Source<'s>,
        asked: Asked<'s>,
        gebiete: Vec<Gebiet>,
        named: Option<Vec<String>>,
    ) -> Result<Self, FinderError> {
        let mut walk =
            Self { source, asked, gebiete, keys: Vec::new(), left: VecDeque::new(), after: None, expected: 0 };
        if let Source::Imported(_) = source {
            walk.keys = walk.gebiete.iter().map(gebiet::keys).collect();
        }
        match (named, source) {
            (Some(named), _) => walk.left.extend(named.into_iter().map(Left::Named)),
            (None, Source::Imported(imported)) => {
                let holdings = imported.store.holdings(&imported.known.name).await.map_err(failed)?;
                walk.expected = holdings.map_or(0, |holdings| holdings.leistungen.unsigned_abs());
                // One question that says whether it was imported at all.
                source.search_leistungen("", None, 1, &asked).await?;
                walk.after = Some(String::new());
            }
            (None, Source::Finder(_)) => {
                let listed = source.search_leistungen("", None, MOST, &asked).await?;
                walk.left.extend(listed.into_iter().map(|leistung| Left::Listed(Box::new(leistung))));
            }
        }
        walk.expected = walk.expected.max(walk.left.len() as u64);
        Ok(walk)
    }

    /// The areas.
    pub fn gebiete(&self) -> &[Gebiet] {
        &self.gebiete
    }

    /// How many services there will be.
    pub fn expected(&self) -> u64 {
        self.expected
    }

    /// The next service, or an id that the directory does not know.
    pub async fn next(&mut self) -> Result<Option<Result<Leistung, String>>, FinderError> {
        if self.left.is_empty() {
            self.page().await?;
        }
        match self.left.pop_front() {
            None => Ok(None),
            Some(Left::Listed(leistung)) => Ok(Some(Ok(*leistung))),
            Some(Left::Named(id)) => Ok(Some(self.source.leistung(&id, None, &self.asked).await?.ok_or(id))),
        }
    }

    /// All offices of the service, where the directory tells them at once; otherwise it is asked area by area.
    pub async fn offices(&self, leistung: &Leistung) -> Result<Option<Known>, FinderError> {
        match self.source {
            Source::Finder(_) => Ok(None),
            Source::Imported(imported) => Known::ask(imported, leistung, &self.asked).await.map(Some),
        }
    }

    /// The keys of an area, by its place in [`Walk::gebiete`], for [`Known::places`].
    pub fn keys(&self, at: usize) -> &[(usize, String)] {
        &self.keys[at]
    }

    async fn page(&mut self) -> Result<(), FinderError> {
        let (Source::Imported(imported), Some(after)) = (self.source, self.after.take()) else { return Ok(()) };
        let page = imported.store.imported_after(&imported.known.name, &after, PAGE).await.map_err(failed)?;
        self.after = page.last().map(|last| last.id.clone());
        let today = day(&self.asked);
        let told = page.iter().filter(|one| one.holds(today)).map(|one| one.leistung(&[self.asked.sprache]));
        self.left.extend(told.map(|leistung| Left::Listed(Box::new(leistung))));
        if self.left.is_empty() && self.after.is_some() {
            return Box::pin(self.page()).await;
        }
        Ok(())
    }
}

impl Known {
    async fn ask(imported: Imported<'_>, leistung: &Leistung, asked: &Asked<'_>) -> Result<Self, FinderError> {
        let mut known = Self { by_gebiet: HashMap::new(), stellen: Vec::new() };
        let Some(inhalt) =
            imported.store.imported_leistung(&imported.known.name, &leistung.pst_id).await.map_err(failed)?
        else {
            return Ok(known);
        };
        let mut rows = imported.responsible(Art::Stelle, &inhalt, None, asked).await?;
        rows.retain(decides);
        // The store gives them by office.
        let by_office: Vec<&[Responsible]> = rows.chunk_by(|left, right| left.traeger == right.traeger).collect();
        for some in by_office.chunks(OFFICES) {
            let of_some: Vec<Responsible> = some.concat();
            for stelle in imported.offices(&of_some, asked).await? {
                let place = known.stellen.len();
                for row in of_some.iter().filter(|row| row.traeger == stelle.id) {
                    let places = known.by_gebiet.entry(row.gebiet.clone()).or_default();
                    if places.last() != Some(&place) {
                        places.push(place);
                    }
                }
                known.stellen.push(stelle);
            }
        }
        Ok(known)
    }

    /// Places in `stellen` of the offices that decide in the area with these keys.
    pub fn places(&self, keys: &[(usize, String)], places: &mut Vec<usize>) {
        places.clear();
        let mut level = None;
        for (of, key) in keys {
            if level.is_some_and(|level| level != *of) {
                break; // a nearer level decides alone
            }
            if let Some(here) = self.by_gebiet.get(key) {
                level = Some(*of);
                places.extend(here);
            }
        }
        places.sort_unstable();
        places.dedup();
    }
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` gives it")]
fn failed(error: StoreError) -> FinderError {
    FinderError::Store(error.to_string())
}
