//! Search service of the federal PVOG: which questions are put, and where.
//!
//! Its paths carry a version each, which FITKO raises now and then: they are settings. Places are known by their ARS; their names come
//! from the official table of all Gemeinden.

/// From JSON to offices, Leistungen and parameters.
pub mod reading;

use futures_util::future::join_all;

use super::FinderError;
use super::asking::{Asked, Asker};
use super::{bound, once_each};
use crate::clock::berlin;
use crate::office::{Bezirk, Gebiet, Leistung, Organisationseinheit, Zustaendigkeit, gemeinden, key};

const ADAPTER: &str = "pvog";
/// Most offices whose details are asked for.
const MOST_OFFICES: usize = 12;
/// Fewest rows that the search gives at once.
const FEWEST: usize = 5;

/// Makes of one row for each path the fields, what is built in, and the names in tenant files.
macro_rules! paths {
    ($($(#[$doc:meta])* $name:ident = $built_in:literal,)*) => {
        /// Paths of the interface, each with its version, without slashes at the ends. Built in are those of November 2026.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct Paths {
            $($(#[$doc])* pub $name: String,)*
        }

        impl Default for Paths {
            fn default() -> Self {
                Self { $($name: $built_in.to_owned(),)* }
            }
        }

        impl Paths {
            /// Each path under its name.
            pub fn named(&mut self) -> impl Iterator<Item = (&'static str, &mut String)> {
                [$((stringify!($name), &mut self.$name),)*].into_iter()
            }
        }
    };
}

paths! {
    /// Leistungen of a LeiKa key in an area.
    by_leika = "v3/servicedescriptions/leikaid",
    /// A Leistung in full; `{id}` stands for its id.
    leistung = "v6/servicedescriptions/{id}/detail",
    /// Leistungen by words; `{ars}` stands for the area.
    search = "v7/servicedescriptions/{ars}",
    /// Ids of the offices responsible for a Leistung in an area.
    offices = "v2/organisationunits/titles",
    /// An office in full.
    office = "v5/organisationunits/detail",
    /// An online service with its parameters.
    online_service = "v2/onlineservices/detail",
    /// Places by name or postcode.
    places = "v3/locations",
}

/// The PVOG.
#[derive(Debug)]
pub struct Pvog {
    service: Asker,
    paths: Paths,
}

/// The Gebiet with this AGS or ARS, or the next larger area.
pub fn gebiet(area_id: &str) -> Option<Gebiet> {
    gemeinden::nearest(area_id)
}

impl Pvog {
    /// `service` asks the search service.
    pub fn new(service: Asker, paths: Paths) -> Self {
        Self { service, paths }
    }

    /// The Leistung with this id or LeiKa key, as it is in the Gebiet if one is known.
    pub async fn leistung(
        &self,
        pst_id: &str,
        gebiet: Option<&Gebiet>,
        asked: &Asked<'_>,
    ) -> Result<Option<Leistung>, FinderError> {
        let ars = ars(gebiet);
        if key::shape(pst_id) != key::Shape::Leika {
            // Own ids look like `L100042.LB.101954`.
            return if pst_id.contains(".LB.") { self.detail(pst_id, ars, asked).await } else { Ok(None) };
        }
        let date = berlin(asked.now).date().to_string();
        for level in std::iter::once(ars.to_owned()).chain(key::around(ars)) {
            let query = [("leikaIds", pst_id), ("ars", &level), ("validDate", &date)];
            let Some(bytes) = self.ask(&self.paths.by_leika, "", &query, asked).await? else { continue };
            let found = reading::most_specific(&bytes).map_err(FinderError::Garbled)?;
            if let Some(id) = found {
                let leistung = self.detail(&id, ars, asked).await?;
                return Ok(leistung.map(|found| Leistung { leika: Some(pst_id.to_owned()), ..found }));
            }
        }
        Ok(None)
    }

    async fn detail(&self, id: &str, ars: &str, asked: &Asked<'_>) -> Result<Option<Leistung>, FinderError> {
        let Some(bytes) = self.detail_bytes(id, ars, asked).await? else { return Ok(None) };
        let read = reading::leistung(&bytes, id).map_err(FinderError::Garbled)?;
        Ok(read.logged(ADAPTER, "servicedescription")?.into_iter().next())
    }

    async fn detail_bytes(&self, id: &str, ars: &str, asked: &Asked<'_>) -> Result<Option<Vec<u8>>, FinderError> {
        let date = berlin(asked.now).date().to_string();
        self.ask(&self.paths.leistung, id, &[("ars", ars), ("validDate", &date)], asked).await
    }

    /// The offices responsible for the Leistung in the Gebiet, of the most specific level that knows any.
    pub async fn stellen(
        &self,
        leistung: &Leistung,
        gebiet: &Gebiet,
        asked: &Asked<'_>,
    ) -> Result<Zustaendigkeit, FinderError> {
        let own = ars(Some(gebiet));
        for level in std::iter::once(own.to_owned()).chain(key::around(own)) {
            let query = [("ars", level.as_str()), ("lbId", leistung.pst_id.as_str())];
            let Some(bytes) = self.ask(&self.paths.offices, "", &query, asked).await? else { continue };
            let titles = reading::titles(&bytes).map_err(FinderError::Garbled)?.logged(ADAPTER, "organisationunits")?;
            if titles.is_empty() {
                continue;
            }
            let offices = join_all(titles.into_iter().take(MOST_OFFICES).map(|title| self.office(title, asked))).await;
            let mut stellen = Vec::new();
            let mut garbled = None;
            for office in offices {
                match office {
                    Ok(office) => stellen.push(office),
                    // One office that does not read is lost alone; its reason is logged.
                    Err(FinderError::Garbled(reason)) => garbled = Some(reason),
                    Err(error) => return Err(error),
                }
            }
            if let (true, Some(reason)) = (stellen.is_empty(), garbled) {
                return Err(FinderError::Garbled(reason));
            }
            let mut stellen = once_each(stellen);
            self.add_parameters(&mut stellen, leistung, &level, asked).await?;
            let fuer = (level != own).then(|| {
                gemeinden::bezirk(&level)
                    .unwrap_or_else(|| Bezirk { name: "Gemeindeverband".to_owned(), ars: level.clone() })
            });
            return Ok(Zustaendigkeit { stellen, fuer });
        }
        Ok(Zustaendigkeit::default())
    }

    /// The office in full; if the service has no details of it, what the list said.
    async fn office(
        &self,
        title: Organisationseinheit,
        asked: &Asked<'_>,
    ) -> Result<Organisationseinheit, FinderError> {
        let Some(bytes) = self.ask(&self.paths.office, "", &[("q", &title.id)], asked).await? else {
            return Ok(title);
        };
        let read = reading::stelle(&bytes, &title).map_err(FinderError::Garbled)?;
        Ok(read.logged(ADAPTER, "organisationunit")?.into_iter().next().unwrap_or(title))
    }

    /// Takes over what the parameters of the online services say: the privacy statement, and, if there is one office only, where its
    /// applications go. Without them the application still works as far as it can. What passes is no answer, though: it would take
    /// the place of a whole one.
    async fn add_parameters(
        &self,
        stellen: &mut [Organisationseinheit],
        leistung: &Leistung,
        ars: &str,
        asked: &Asked<'_>,
    ) -> Result<(), FinderError> {
        match self.parameters(leistung, ars, asked).await {
            Ok(parameters) => {
                reading::apply(&parameters, stellen);
                stellen.iter_mut().for_each(bound);
            }
            Err(error) if error.is_passing() => return Err(error),
            Err(error) => tracing::warn!(%error, "the online services cannot be asked for their parameters"),
        }
        Ok(())
    }

    async fn parameters(
        &self,
        leistung: &Leistung,
        ars: &str,
        asked: &Asked<'_>,
    ) -> Result<Vec<reading::Parameter>, FinderError> {
        let Some(bytes) = self.detail_bytes(&leistung.pst_id, ars, asked).await? else { return Ok(Vec::new()) };
        let ids = reading::online_services(&bytes).map_err(FinderError::Garbled)?;
        let mut parameters = Vec::new();
        for id in &ids {
            if let Some(bytes) = self.ask(&self.paths.online_service, "", &[("q", id)], asked).await? {
                parameters.extend(reading::parameters(&bytes).map_err(FinderError::Garbled)?);
            }
        }
        Ok(parameters)
    }

    /// Leistungen that match the words, at most `limit`.
    pub async fn search_leistungen(
        &self,
        words: &str,
        gebiet: Option<&Gebiet>,
        limit: usize,
        asked: &Asked<'_>,
    ) -> Result<Vec<Leistung>, FinderError> {
        let size = limit.max(FEWEST).to_string();
        let mut query = vec![("size", size.as_str())];
        if !words.trim().is_empty() {
            query.push(("q", words.trim()));
        }
        let Some(bytes) = self.ask(&self.paths.search, ars(gebiet), &query, asked).await? else {
            return Ok(Vec::new());
        };
        let mut found =
            reading::leistungen(&bytes).map_err(FinderError::Garbled)?.logged(ADAPTER, "servicedescriptions")?;
        found.truncate(limit);
        Ok(found)
    }

    /// Gebiete that match the words, at most `limit`. A postcode, and a name that the table does not have, is asked for.
    pub async fn search_gebiete(
        &self,
        words: &str,
        limit: usize,
        asked: &Asked<'_>,
    ) -> Result<Vec<Gebiet>, FinderError> {
        let mut found = gemeinden::search(words, limit);
        if found.is_empty() && !words.trim().is_empty() {
            let most = limit.to_string();
            let query = [("q", words.trim()), ("limit", &most)];
            if let Some(bytes) = self.ask(&self.paths.places, "", &query, asked).await? {
                let keys = reading::places(&bytes).map_err(FinderError::Garbled)?;
                found = keys.iter().filter_map(|key| gemeinden::exactly(key)).collect();
            }
        }
        found.truncate(limit);
        Ok(found)
    }

    /// Puts a question; `{id}` or `{ars}` in the path stands for `inner`.
    async fn ask(
        &self,
        path: &str,
        inner: &str,
        query: &[(&str, &str)],
        asked: &Asked<'_>,
    ) -> Result<Option<Vec<u8>>, FinderError> {
        let segments: Vec<&str> =
            path.split('/').map(|part| if matches!(part, "{id}" | "{ars}") { inner } else { part }).collect();
        self.service.get(&segments, query, asked).await
    }
}

/// The ARS of a place; of the whole country if it has none.
fn ars(gebiet: Option<&Gebiet>) -> &str {
    gebiet.and_then(|gebiet| gebiet.ars.as_deref()).unwrap_or(key::BUND)
}
