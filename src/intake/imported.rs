//! An imported directory: what the store knows of its services and offices, and the tenant's table of its Gebiete.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::civil::Date;

use crate::clock::berlin;
use crate::office::directory::Directory;
use crate::office::finder::FinderError;
use crate::office::finder::asking::Asked;
use crate::office::xzufi::leistung::Leistungsinhalt;
use crate::office::xzufi::onlinedienst::{Onlinedienst, vertrauensniveau};
use crate::office::xzufi::{Art, Content, FIT_CONNECT, gebiet};
use crate::office::{Bezirk, Gebiet, Kontaktsystem, Leistung, Organisationseinheit, Zustaendigkeit, gemeinden};
use crate::store::directories::asking::Responsible;
use crate::store::{Store, StoreError};

/// Role of an office that only answers questions: applications are not for it.
const ANSPRECHPUNKT: &str = "03";
/// Most offices that are told, and most online services that are asked.
const MOST_STELLEN: usize = 100;

/// What is known of an imported directory without the store.
#[derive(Debug)]
pub struct Catalogued {
    /// Its name in the store.
    pub name: String,
    /// Its Gebiete; this knows no Leistung and no office.
    pub gebiete: Arc<Directory>,
}

/// A directory in the store.
#[derive(Clone, Copy, Debug)]
pub struct Imported<'s> {
    /// Where it lies.
    pub store: &'s Store,
    /// Its name there, and its Gebiete.
    pub known: &'s Catalogued,
}

impl Imported<'_> {
    /// The Leistung with this id, with this number if only one has it, or with this LeiKa key; with what it says in the Gebiet, and
    /// with the trust level that its online services demand there.
    pub async fn leistung(
        &self,
        pst_id: &str,
        gebiet: Option<&Gebiet>,
        asked: &Asked<'_>,
    ) -> Result<Option<Leistung>, FinderError> {
        let Some(mut found) = self.store.imported_leistung(&self.known.name, pst_id.trim()).await.map_err(failed)?
        else {
            return self.must_be_imported(None).await;
        };
        let today = day(asked);
        if !found.holds(today) {
            return Ok(None);
        }
        let mut demanded = None;
        if let Some(gebiet) = gebiet {
            let keys = gebiet::keys(gebiet);
            let here = self.responsible(Art::Spezialisierung, &found, Some(&keys), asked).await?;
            let levels = gebiet::by_level(&keys, here.into_iter().map(|row| (row.gebiet.clone(), row)));
            // From far to near, so that the nearest has the last word.
            let ids: Vec<String> = levels.into_iter().rev().flat_map(|(_, rows)| rows).map(|row| row.traeger).collect();
            for content in
                self.store.imported_contents(&self.known.name, Art::Spezialisierung, &ids).await.map_err(failed)?
            {
                if let Content::Leistung(here) = content
                    && here.holds(today)
                {
                    found = found.with(here);
                }
            }
            demanded = vertrauensniveau(&self.dienste(&found, &keys, asked).await?);
        }
        Ok(Some(Leistung { vertrauensniveau: demanded, ..found.leistung(&[asked.sprache]) }))
    }

    /// The offices responsible for the Leistung in the Gebiet, of the most specific level that has any.
    pub async fn stellen(
        &self,
        leistung: &Leistung,
        gebiet: &Gebiet,
        asked: &Asked<'_>,
    ) -> Result<Zustaendigkeit, FinderError> {
        let found = self.store.imported_leistung(&self.known.name, &leistung.pst_id).await.map_err(failed)?;
        let Some(inhalt) = found else { return self.must_be_imported(Zustaendigkeit::default()).await };
        let keys = gebiet::keys(gebiet);
        let rows = self.responsible(Art::Stelle, &inhalt, Some(&keys), asked).await?;
        let decide = rows.into_iter().filter(decides);
        for (level, rows) in gebiet::by_level(&keys, decide.map(|row| (row.gebiet.clone(), row))) {
            let mut stellen = self.offices(&rows, asked).await?;
            if stellen.is_empty() {
                continue; // all of them are gone: the next level knows who stands in
            }
            if stellen.iter().any(|stelle| stelle.datenschutz.is_none())
                && let Some(privacy) =
                    self.dienste(&inhalt, &keys, asked).await?.into_iter().find_map(|dienst| dienst.datenschutz)
            {
                for stelle in &mut stellen {
                    stelle.datenschutz.get_or_insert_with(|| privacy.clone());
                }
            }
            return Ok(Zustaendigkeit { stellen, fuer: around(gebiet, level) });
        }
        Ok(Zustaendigkeit::default())
    }

    /// Leistungen that match the words by name or synonym, best first; all by name for no words.
    pub async fn search_leistungen(
        &self,
        words: &str,
        limit: usize,
        asked: &Asked<'_>,
    ) -> Result<Vec<Leistung>, FinderError> {
        let found = self.store.imported_search(&self.known.name, words, limit).await.map_err(failed)?;
        if found.is_empty() {
            return self.must_be_imported(Vec::new()).await;
        }
        let today = day(asked);
        Ok(found.iter().filter(|one| one.holds(today)).map(|one| one.leistung(&[asked.sprache])).collect())
    }

    /// Who is responsible for a Leistung: in these Gebiete, or in all.
    pub async fn responsible(
        &self,
        art: Art,
        leistung: &Leistungsinhalt,
        gebiete: Option<&[(usize, String)]>,
        asked: &Asked<'_>,
    ) -> Result<Vec<Responsible>, FinderError> {
        let keys: Vec<&str> = [&leistung.id].into_iter().chain(&leistung.leika).map(String::as_str).collect();
        self.store.imported_responsible(&self.known.name, art, &keys, gebiete, day(asked)).await.map_err(failed)
    }

    /// The offices of these rows that exist today, by name, each once, with their Kontaktsysteme.
    pub async fn offices(
        &self,
        rows: &[Responsible],
        asked: &Asked<'_>,
    ) -> Result<Vec<Organisationseinheit>, FinderError> {
        let mut seen = HashSet::new();
        let ids = rows.iter().map(|row| &row.traeger).filter(|id| seen.insert(*id)).take(MOST_STELLEN).cloned();
        let ids: Vec<String> = ids.collect();
        let today = day(asked);
        let mut stellen = Vec::with_capacity(ids.len());
        for content in self.store.imported_contents(&self.known.name, Art::Stelle, &ids).await.map_err(failed)? {
            let Content::Stelle(content) = content else { continue };
            if !content.holds(today) {
                continue;
            }
            let mut stelle = content.stelle(&[asked.sprache]);
            let ziele = rows.iter().filter(|row| row.traeger == stelle.id).filter_map(|row| row.ziel.as_ref());
            let systems = ziele.map(|ziel| Kontaktsystem {
                typ: FIT_CONNECT.to_owned(),
                kennung: ziel.clone(),
                ..Kontaktsystem::default()
            });
            let systems: Vec<Kontaktsystem> = systems.collect();
            for system in systems {
                if !stelle.kontaktsysteme.contains(&system) {
                    stelle.kontaktsysteme.push(system);
                }
            }
            stellen.push(stelle);
        }
        stellen.sort_by(|left, right| left.name.cmp(&right.name));
        Ok(stellen)
    }

    /// The online services for the Leistung in the Gebiet with these keys, nearest first.
    async fn dienste(
        &self,
        leistung: &Leistungsinhalt,
        keys: &[(usize, String)],
        asked: &Asked<'_>,
    ) -> Result<Vec<Onlinedienst>, FinderError> {
        let rows = self.responsible(Art::Onlinedienst, leistung, Some(keys), asked).await?;
        let levels = gebiet::by_level(keys, rows.into_iter().map(|row| (row.gebiet, row.traeger)));
        let mut seen = HashSet::new();
        let ids = levels.into_iter().flat_map(|(_, ids)| ids).filter(|id| seen.insert(id.clone()));
        let ids: Vec<String> = ids.take(MOST_STELLEN).collect();
        let contents = self.store.imported_contents(&self.known.name, Art::Onlinedienst, &ids).await.map_err(failed)?;
        let dienste = contents.into_iter().filter_map(|content| match content {
            Content::Onlinedienst(dienst) => Some(dienst),
            Content::Leistung(_) | Content::Stelle(_) => None,
        });
        Ok(dienste.collect())
    }

    /// Nothing found: that is an answer only if the directory was ever imported.
    async fn must_be_imported<T>(&self, nothing: T) -> Result<T, FinderError> {
        match self.store.imported_at(&self.known.name).await.map_err(failed)? {
            Some(_) => Ok(nothing),
            None => Err(FinderError::NotImported(self.known.name.clone())),
        }
    }
}

/// The day in Berlin: what is kept has times of validity.
pub fn day(asked: &Asked<'_>) -> Date {
    berlin(asked.now).date()
}

/// The larger area for which somebody is responsible.
fn around(gebiet: &Gebiet, level: usize) -> Option<Bezirk> {
    let key = gebiet.ars.as_deref().or(gebiet.ags.as_deref()).unwrap_or_default();
    let ars = format!("{:0<12}", key.get(..level)?);
    if level == gebiet::OWN || gebiet.ars.as_ref() == Some(&ars) {
        return None;
    }
    Some(gemeinden::bezirk(&ars).unwrap_or_else(|| Bezirk { name: gebiet::level_name(level).into_owned(), ars }))
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` gives it")]
fn failed(error: StoreError) -> FinderError {
    FinderError::Store(error.to_string())
}

/// Whether an application may go to this office.
pub fn decides(row: &Responsible) -> bool {
    row.rolle.as_deref() != Some(ANSPRECHPUNKT)
}
