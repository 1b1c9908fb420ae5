//! REST of the Infodienste (Linie6Plus): which questions are put, and where.
//!
//! `pst/{id}`, `pst/byLeikaKey/{key}`, `ou/findByCompetence`, `os/findByCompetence`, `area/find` at the Land's own address; places by
//! their own id and by name at the area service that all Länder share. The key goes to the Land's address only.

/// From JSON to offices, Leistungen and Gebiete.
pub mod reading;

use std::collections::HashSet;

use crate::clock::berlin;
use crate::office::{Bezirk, Gebiet, Leistung, Organisationseinheit, Zustaendigkeit, gemeinden, key};

use super::FinderError;
use super::asking::{Asked, Asker};
use super::loose::Read;
use super::once_each;

const ADAPTER: &str = "infodienste";
/// Most Leistungen of one answer: with all their texts, a thousand of them are megabytes.
const PAGE: usize = 50;

/// An Infodienst.
#[derive(Debug)]
pub struct Infodienste {
    land: Asker,
    areas: Asker,
}

impl Infodienste {
    /// `land` asks the Infodienst itself, with its key; `areas` the area service, without.
    pub fn new(land: Asker, areas: Asker) -> Self {
        Self { land, areas }
    }

    /// The Leistung with this id or LeiKa key, as it is in the Gebiet if one is known.
    pub async fn leistung(
        &self,
        pst_id: &str,
        gebiet: Option<&Gebiet>,
        asked: &Asked<'_>,
    ) -> Result<Option<Leistung>, FinderError> {
        let id = match key::shape(pst_id) {
            key::Shape::Leika => {
                let Some(bytes) = self.land.get(&["pst", "byLeikaKey", pst_id], &[], asked).await? else {
                    return Ok(None);
                };
                let Some(found) = read_leistungen(&bytes, asked)?.into_iter().next() else { return Ok(None) };
                if gebiet.is_none() {
                    return Ok(Some(found));
                }
                found.pst_id
            }
            _ if is_own_id(pst_id) => pst_id.to_owned(),
            _ => return Ok(None),
        };
        let area: Vec<(&str, &str)> = gebiet.map(|gebiet| ("areaId", gebiet.area_id.as_str())).into_iter().collect();
        let Some(bytes) = self.land.get(&["pst", &id], &area, asked).await? else { return Ok(None) };
        Ok(read_leistungen(&bytes, asked)?.into_iter().next())
    }

    /// The Gebiet with this own id, AGS or ARS, or the next larger area that has an entry.
    pub async fn gebiet(&self, area_id: &str, asked: &Asked<'_>) -> Result<Option<Gebiet>, FinderError> {
        // Own ids come first: they may look like official keys.
        let own = self.area_by_id(area_id, asked).await;
        if matches!(own, Ok(Some(_))) || !matches!(key::shape(area_id), key::Shape::Ags | key::Shape::Ars) {
            return own;
        }
        if let Some(found) = self.area_by_key(area_id, asked).await? {
            return Ok(Some(found));
        }
        // Only who knows that it is no own id may look further.
        own?;
        for larger in key::around(area_id) {
            if let Some(found) = self.area_by_key(&larger, asked).await? {
                return Ok(Some(Gebiet { statt: Some(area_id.to_owned()), ..found }));
            }
        }
        Ok(None)
    }

    async fn area_by_id(&self, area_id: &str, asked: &Asked<'_>) -> Result<Option<Gebiet>, FinderError> {
        if !is_own_id(area_id) {
            return Ok(None);
        }
        let Some(bytes) = self.areas.get(&["PoliticalArea", area_id], &[], asked).await? else { return Ok(None) };
        let read = reading::gebiete(&bytes, Some(area_id)).map_err(FinderError::Garbled)?;
        Ok(read.logged(ADAPTER, "PoliticalArea")?.into_iter().next())
    }

    /// The area with exactly this AGS or ARS. The Infodienste know the AGS; a Verband has none.
    async fn area_by_key(&self, key: &str, asked: &Asked<'_>) -> Result<Option<Gebiet>, FinderError> {
        let short = match key::shape(key) {
            key::Shape::Ags => key.to_owned(),
            _ if key == key::BUND => return Ok(None),
            _ => match key::shortest(key).len() {
                9 => return Ok(None),
                2 | 3 | 5 if gemeinden::bezirk(key).is_some() && !is_gemeinde(key) => key::shortest(key).to_owned(),
                _ => key::ags_of(key).unwrap_or_default(),
            },
        };
        let Some(bytes) = self.land.get(&["area", "find"], &[("ags", &short)], asked).await? else { return Ok(None) };
        let found = reading::gebiete(&bytes, None).map_err(FinderError::Garbled)?.logged(ADAPTER, "area")?;
        Ok(found.into_iter().next().map(|found| with_official_names(found, key)))
    }

    /// The offices responsible for the Leistung in the Gebiet, of the most specific level that knows any.
    pub async fn stellen(
        &self,
        leistung: &Leistung,
        gebiet: &Gebiet,
        asked: &Asked<'_>,
    ) -> Result<Zustaendigkeit, FinderError> {
        let mut fuer = None;
        let mut stellen = self.responsible(&leistung.pst_id, &gebiet.area_id, asked).await?;
        if stellen.is_empty() {
            for larger in gebiet.ars.as_deref().map(key::around).unwrap_or_default() {
                let Some(area) = self.area_by_key(&larger, asked).await? else { continue };
                stellen = self.responsible(&leistung.pst_id, &area.area_id, asked).await?;
                if !stellen.is_empty() {
                    fuer = Some(Bezirk { ars: larger, name: area.name });
                    break;
                }
            }
        }
        if !stellen.is_empty() {
            self.add_privacy(&mut stellen, &leistung.pst_id, &gebiet.area_id, asked).await?;
        }
        Ok(Zustaendigkeit { stellen, fuer })
    }

    async fn responsible(
        &self,
        pst_id: &str,
        area_id: &str,
        asked: &Asked<'_>,
    ) -> Result<Vec<Organisationseinheit>, FinderError> {
        let query = [("pstId", pst_id), ("areaId", area_id)];
        let Some(bytes) = self.land.get(&["ou", "findByCompetence"], &query, asked).await? else {
            return Ok(Vec::new());
        };
        let read = reading::stellen(&bytes).map_err(FinderError::Garbled)?;
        Ok(once_each(read.logged(ADAPTER, "ou")?))
    }

    /// Takes over the privacy statement that the online services of this Leistung name. Offices have none of their own here;
    /// without one the application still works. What passes is no answer, though: it would take the place of a whole one.
    async fn add_privacy(
        &self,
        stellen: &mut [Organisationseinheit],
        pst_id: &str,
        area_id: &str,
        asked: &Asked<'_>,
    ) -> Result<(), FinderError> {
        let query = [("pstId", pst_id), ("areaId", area_id)];
        let found = match self.land.get(&["os", "findByCompetence"], &query, asked).await {
            Ok(Some(bytes)) => reading::privacy(&bytes),
            Ok(None) => None,
            Err(error) if error.is_passing() => return Err(error),
            Err(error) => {
                tracing::warn!(%error, "the online services cannot be asked for their privacy statement");
                None
            }
        };
        if let Some(url) = found {
            for stelle in stellen {
                stelle.datenschutz.get_or_insert_with(|| url.clone());
            }
        }
        Ok(())
    }

    /// Leistungen that match the words, at most `limit`. For no words all of them, page by page.
    pub async fn search_leistungen(
        &self,
        words: &str,
        limit: usize,
        asked: &Asked<'_>,
    ) -> Result<Vec<Leistung>, FinderError> {
        if limit <= PAGE {
            let mut found = self.page(words, limit, 0, asked).await?.logged(ADAPTER, "pst")?;
            found.truncate(limit);
            return Ok(found);
        }
        let (mut all, mut known, mut offset) = (Vec::new(), HashSet::new(), 0);
        // Some answer with fewer than were asked for: the end is where nothing new comes.
        for _ in 0..limit.div_ceil(PAGE).saturating_mul(4) {
            let page = self.page(words, PAGE, offset, asked).await?;
            offset += page.items.len() + page.lost.len();
            let found = page.logged(ADAPTER, "pst")?.into_iter().filter(|one| known.insert(one.pst_id.clone()));
            let before = all.len();
            all.extend(found.map(in_lists));
            if all.len() == before || all.len() >= limit {
                break;
            }
        }
        all.truncate(limit);
        Ok(all)
    }

    async fn page(
        &self,
        words: &str,
        limit: usize,
        offset: usize,
        asked: &Asked<'_>,
    ) -> Result<Read<Leistung>, FinderError> {
        let (limit, offset) = (limit.to_string(), offset.to_string());
        let mut query = vec![("limit", limit.as_str())];
        if offset != "0" {
            query.push(("offset", &offset));
        }
        if !words.trim().is_empty() {
            query.push(("searchWord", words.trim()));
        }
        let Some(bytes) = self.land.get(&["pst", "find"], &query, asked).await? else { return Ok(Read::default()) };
        reading::leistungen(&bytes, berlin(asked.now).date()).map_err(FinderError::Garbled)
    }

    /// Gebiete that match the words, at most `limit`.
    pub async fn search_gebiete(
        &self,
        words: &str,
        limit: usize,
        asked: &Asked<'_>,
    ) -> Result<Vec<Gebiet>, FinderError> {
        let words: Vec<&str> = words.split([' ', ',', '(', ')']).filter(|word| word.len() > 1).take(8).collect();
        let Some((last, before)) = words.split_last() else { return Ok(Vec::new()) };
        // The last word may be half typed.
        let last = format!("{last}*");
        let words: Vec<(&str, &str)> =
            before.iter().copied().chain([last.as_str()]).map(|word| ("searchWords", word)).collect();
        let Some(bytes) = self.areas.get(&["PoliticalArea", "search"], &words, asked).await? else {
            return Ok(Vec::new());
        };
        let mut found =
            reading::gebiete(&bytes, None).map_err(FinderError::Garbled)?.logged(ADAPTER, "PoliticalArea")?;
        found.truncate(limit);
        Ok(found)
    }
}

fn read_leistungen(bytes: &[u8], asked: &Asked<'_>) -> Result<Vec<Leistung>, FinderError> {
    let read = reading::leistungen(bytes, berlin(asked.now).date()).map_err(FinderError::Garbled)?;
    read.logged(ADAPTER, "pst")
}

/// What lists show of a Leistung, and what keeps citizens from applying for it: a list of thousands holds no texts.
fn in_lists(leistung: Leistung) -> Leistung {
    let Leistung { pst_id, leika, name, schriftform, vertrauensniveau, gueltigkeit, .. } = leistung;
    Leistung { pst_id, leika, name, schriftform, vertrauensniveau, gueltigkeit, ..Leistung::default() }
}

/// Ids of the Infodienste are whole numbers (int64).
fn is_own_id(id: &str) -> bool {
    (1..=19).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether this ARS belongs to a Gemeinde: a kreisfreie Stadt ends with zeros like a Kreis.
fn is_gemeinde(ars: &str) -> bool {
    gemeinden::exactly(ars).is_some_and(|gebiet| gebiet.ags.is_some())
}

/// Adds what the official table knows about a key: AGS, ARS, Kreis, Land.
fn with_official_names(mut gebiet: Gebiet, key: &str) -> Gebiet {
    if let Some(official) = gemeinden::exactly(key) {
        gebiet.ags = gebiet.ags.or(official.ags);
        gebiet.ars = gebiet.ars.or(official.ars);
        gebiet.kreis = gebiet.kreis.or(official.kreis);
        gebiet.land = gebiet.land.or(official.land);
    }
    gebiet
}
