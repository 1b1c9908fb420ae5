//! Routing API of FIT-Connect 2.0.0: `/routes` tells the offices of a LeiKa key in an area, `/areas` knows places by postcode.
//!
//! It knows no names of Leistungen: these, and their texts, come from a directory file of the tenant. Places come from that file and
//! from the official table of all Gemeinden.

/// From JSON to offices.
pub mod reading;

use std::sync::Arc;

use super::FinderError;
use super::asking::{Asked, Asker};
use super::once_each;
use crate::office::directory::Directory;
use crate::office::{Bezirk, Gebiet, Leistung, Organisationseinheit, Zustaendigkeit, gemeinden, key};

const ADAPTER: &str = "routing";
/// Most offices for one question; the API gives no more at once.
const MOST: &str = "500";

/// The routing service, with the names that it does not know.
#[derive(Debug)]
pub struct Routing {
    service: Asker,
    names: Arc<Directory>,
}

impl Routing {
    /// `service` asks the API, `names` knows the Leistungen.
    pub fn new(service: Asker, names: Arc<Directory>) -> Self {
        Self { service, names }
    }

    /// The Leistung of the file with this id or LeiKa key. What the file does not say about documents and times is asked for, if the place is known.
    pub async fn leistung(
        &self,
        pst_id: &str,
        gebiet: Option<&Gebiet>,
        asked: &Asked<'_>,
    ) -> Result<Option<Leistung>, FinderError> {
        let Some(known) = self.names.leistung(pst_id).cloned() else { return Ok(None) };
        let complete = !known.unterlagen.is_empty() && known.frist.is_some() && known.bearbeitungsdauer.is_some();
        let (Some(gebiet), Some(leika), false) = (gebiet, &known.leika, complete) else { return Ok(Some(known)) };
        for (_, query) in places(gebiet) {
            let Some(bytes) = self.routes(leika, &query, asked).await? else { continue };
            let texts = reading::texts(&bytes, asked.sprache).map_err(FinderError::Garbled)?;
            if let Some(texts) = texts {
                return Ok(Some(texts.beside(known)));
            }
        }
        Ok(Some(known))
    }

    /// The Gebiet with this id, AGS or ARS, or the next larger area that the tables have.
    pub fn gebiet(&self, area_id: &str) -> Option<Gebiet> {
        let known = self.names.gebiet(area_id).cloned();
        known.or_else(|| gemeinden::nearest(area_id)).or_else(|| self.names.nearest_gebiet(area_id))
    }

    /// The offices responsible for the Leistung in the Gebiet, of the most specific level that knows any.
    pub async fn stellen(
        &self,
        leistung: &Leistung,
        gebiet: &Gebiet,
        asked: &Asked<'_>,
    ) -> Result<Zustaendigkeit, FinderError> {
        let Some(leika) = &leistung.leika else {
            tracing::warn!(
                pst_id = leistung.pst_id,
                "the routing service knows Leistungen by LeiKa key only; this one has none"
            );
            return Ok(Zustaendigkeit::default());
        };
        for (larger, query) in places(gebiet) {
            let Some(bytes) = self.routes(leika, &query, asked).await? else { continue };
            let read = reading::stellen(&bytes).map_err(FinderError::Garbled)?;
            let stellen: Vec<Organisationseinheit> = once_each(read.logged(ADAPTER, "routes")?);
            if !stellen.is_empty() {
                let fuer = larger.map(|ars| {
                    gemeinden::bezirk(&ars).unwrap_or_else(|| Bezirk { name: "Gemeindeverband".to_owned(), ars })
                });
                return Ok(Zustaendigkeit { stellen, fuer });
            }
        }
        Ok(Zustaendigkeit::default())
    }

    async fn routes(
        &self,
        leika: &str,
        (name, value): &(&str, String),
        asked: &Asked<'_>,
    ) -> Result<Option<Vec<u8>>, FinderError> {
        let query = [("leikaKey", leika), (*name, value.as_str()), ("limit", MOST)];
        match self.service.get(&["routes"], &query, asked).await {
            // An area that the service does not know is refused, not answered with nothing.
            Err(FinderError::Status(400 | 422)) => Ok(None),
            other => other,
        }
    }

    /// Leistungen that match the words, at most `limit`.
    pub fn search_leistungen(&self, words: &str, limit: usize) -> Vec<Leistung> {
        self.names.search_leistungen(words, limit)
    }

    /// Gebiete that match the words, at most `limit`. A postcode, and a name that the tables do not have, is asked for.
    pub async fn search_gebiete(
        &self,
        words: &str,
        limit: usize,
        asked: &Asked<'_>,
    ) -> Result<Vec<Gebiet>, FinderError> {
        let mut found = self.names.search_gebiete(words, limit);
        for gebiet in gemeinden::search(words, limit) {
            if !found.iter().any(|known| known.ars == gebiet.ars) {
                found.push(gebiet);
            }
        }
        if found.is_empty() && !words.trim().is_empty() {
            let words: Vec<(&str, &str)> = words
                .split_whitespace()
                .filter(|word| word.len() > 1 && !word.contains('*'))
                .take(8)
                .map(|word| ("areaSearchexpression", word))
                .collect();
            if !words.is_empty()
                && let Some(bytes) = self.service.get(&["areas"], &words, asked).await?
            {
                let names = reading::areas(&bytes).map_err(FinderError::Garbled)?;
                found = names.iter().take(limit).flat_map(|name| gemeinden::search(name, 3)).collect();
            }
        }
        found.truncate(limit);
        Ok(found)
    }
}

/// The questions for a place and the areas around it, nearest first: the ARS of the larger area, and the parameter.
fn places(gebiet: &Gebiet) -> Vec<(Option<String>, (&'static str, String))> {
    let Some(official) = gebiet.ars.as_ref().or(gebiet.ags.as_ref()) else {
        return vec![(None, ("areaId", gebiet.area_id.clone()))];
    };
    let name = if gebiet.ars.is_some() { "ars" } else { "ags" };
    let larger = key::around(official).into_iter().map(|ars| {
        let short = key::shortest(&ars).to_owned();
        (Some(ars), ("ars", short))
    });
    std::iter::once((None, (name, official.clone()))).chain(larger).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_asked_for_by_its_best_key_and_then_by_the_areas_around_it() {
        let moeckern = gemeinden::exactly("15086140").unwrap();
        let asked: Vec<_> = places(&moeckern).into_iter().map(|(_, (name, value))| format!("{name}={value}")).collect();
        assert_eq!(asked, ["ars=150860140140", "ars=150860140", "ars=15086", "ars=15", "ars=000000000000"]);
        let own = Gebiet { area_id: "1024".to_owned(), ..Gebiet::default() };
        assert_eq!(places(&own), [(None, ("areaId", "1024".to_owned()))]);
    }
}
