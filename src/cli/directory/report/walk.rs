//! All services of a directory, and for each the offices in every area, with few questions and bounded memory.

use std::collections::{HashMap, VecDeque};

use super::patience::{Ended, Patience};
use crate::intake::finder::Source;
use crate::intake::imported::{Imported, day, decides};
use crate::intake::question::{FindLeistung, Question as _, SearchGebiete, SearchLeistungen};
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

/// What comes next.
pub enum Next {
    /// A service.
    Leistung(Box<Leistung>),
    /// An id that the directory does not know.
    Unknown(String),
    /// A key under which the directory has a description for each area, but none for all of them.
    ByArea(String),
    /// An id that the directory was asked for in vain.
    Unanswered(String, FinderError),
}

/// Offices of one service in all areas.
pub struct Known {
    /// Key of a Gebiet → offices, as places in `stellen`.
    by_gebiet: HashMap<String, Vec<usize>>,
    /// The offices.
    pub stellen: Vec<Organisationseinheit>,
}

/// The services that the directory lists by itself.
fn listed(limit: usize) -> SearchLeistungen<'static> {
    SearchLeistungen { words: "", gebiet: None, limit }
}

/// All areas that the directory lists.
pub async fn gebiete(source: Source<'_>, patience: &mut Patience) -> Result<Result<Vec<Gebiet>, FinderError>, Ended> {
    patience.ask(async |asked| SearchGebiete { words: "", limit: MOST }.put(source, &asked).await).await
}

impl<'s> Walk<'s> {
    /// Through the named services, or all. The inner `Err`: it does not list them.
    pub async fn new(
        source: Source<'s>,
        gebiete: Vec<Gebiet>,
        named: Option<Vec<String>>,
        patience: &mut Patience,
    ) -> Result<Result<Self, FinderError>, Ended> {
        let mut walk = Self { source, gebiete, keys: Vec::new(), left: VecDeque::new(), after: None, expected: 0 };
        if source.imported().is_some() {
            walk.keys = walk.gebiete.iter().map(gebiet::keys).collect();
        }
        match (named, source.imported()) {
            (Some(named), _) => walk.left.extend(named.into_iter().map(Left::Named)),
            (None, Some(imported)) => {
                let holdings = imported.store.holdings(&imported.known.name).await.map_err(hopeless)?;
                walk.expected = holdings.map_or(0, |holdings| holdings.leistungen.unsigned_abs());
                // One question that says whether it was imported at all.
                if let Err(error) = patience.ask(async |asked| listed(1).put(source, &asked).await).await? {
                    return Ok(Err(error));
                }
                walk.after = Some(String::new());
            }
            (None, None) => match patience.ask(async |asked| listed(MOST).put(source, &asked).await).await? {
                Ok(listed) => walk.left.extend(listed.into_iter().map(|one| Left::Listed(Box::new(one)))),
                Err(error) => return Ok(Err(error)),
            },
        }
        walk.expected = walk.expected.max(walk.left.len() as u64);
        Ok(Ok(walk))
    }

    /// The areas.
    pub fn gebiete(&self) -> &[Gebiet] {
        &self.gebiete
    }

    /// How many services there will be.
    pub fn expected(&self) -> u64 {
        self.expected
    }

    /// What comes next, until there is nothing more.
    pub async fn next(&mut self, patience: &mut Patience) -> Result<Option<Next>, Ended> {
        if self.left.is_empty() {
            self.page(&patience.asked()).await.map_err(Ended::Hopeless)?;
        }
        let id = match self.left.pop_front() {
            None => return Ok(None),
            Some(Left::Listed(leistung)) => return Ok(Some(Next::Leistung(leistung))),
            Some(Left::Named(id)) => id,
        };
        let (source, question) = (self.source, FindLeistung { pst_id: &id, gebiet: None });
        let by_area = source.finder.describes_by_area(&id);
        Ok(Some(match patience.ask(async |asked| question.put(source, &asked).await).await? {
            Ok(Some(leistung)) => Next::Leistung(Box::new(leistung)),
            Ok(None) if by_area => Next::ByArea(id),
            Ok(None) => Next::Unknown(id),
            Err(error) => Next::Unanswered(id, error),
        }))
    }

    /// All offices of the service, where the directory tells them at once; otherwise it is asked area by area.
    pub async fn offices(&self, leistung: &Leistung, patience: &Patience) -> Result<Option<Known>, Ended> {
        let Some(imported) = self.source.imported() else { return Ok(None) };
        Known::ask(imported, leistung, &patience.asked()).await.map(Some).map_err(Ended::Hopeless)
    }

    /// The keys of an area, by its place in [`Walk::gebiete`], for [`Known::places`].
    pub fn keys(&self, at: usize) -> &[(usize, String)] {
        &self.keys[at]
    }

    async fn page(&mut self, asked: &Asked<'_>) -> Result<(), FinderError> {
        let Some(imported) = self.source.imported() else { return Ok(()) };
        while let (true, Some(after)) = (self.left.is_empty(), self.after.take()) {
            let page = imported.store.imported_after(&imported.known.name, &after, PAGE).await.map_err(failed)?;
            self.after = page.last().map(|last| last.id.clone());
            let today = day(asked);
            let told = page.iter().filter(|one| one.holds(today)).map(|one| one.leistung(&[asked.sprache]));
            self.left.extend(told.map(|leistung| Left::Listed(Box::new(leistung))));
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

fn hopeless(error: StoreError) -> Ended {
    Ended::Hopeless(failed(error))
}
