//! The deep link: Leistung, Gebiet, offices and channel are resolved before anything personal is asked or stored.

use std::sync::Arc;

use jiff::SignedDuration;

use super::question::{FindGebiet, FindLeistung, FindStellen, SearchGebiete, SearchLeistungen};
use super::{Counter, IntakeError};
use crate::clock;
use crate::config::mandant::Mandant;
use crate::draft::{Answers, Draft, DraftId, Zugang};
use crate::form::Form;
use crate::office::kanal::{Kanal, Zustellweg};
use crate::office::leistung::Hindernis;
use crate::office::resolution::{Resolution, resolve};
use crate::office::{Bezirk, Gebiet, Leistung, Organisationseinheit, ZustaendigeStelle, Zustaendigkeit};
use crate::store::vault::DraftKey;

/// Most rows that a search shows; one more is looked up, to tell that there are more.
pub const SEARCH_LIMIT: usize = 50;
/// Longest search text and longest id that is looked up, in characters.
const WORDS_LIMIT: usize = 100;

/// The language in which directories are asked.
pub const SPRACHE: &str = "de";

/// How long an application stays in which nothing was entered: no page is open that long, and machines that follow links leave
/// many of them.
const UNTOUCHED: SignedDuration = SignedDuration::from_hours(48);

/// A deep link as a portal sends it.
#[derive(Clone, Debug, Default)]
pub struct DeepLink {
    /// Tenant.
    pub mandant: String,
    /// "Freigeschaltet für".
    pub zugang: String,
    /// Form id.
    pub formular: String,
    /// `pstId`.
    pub pst_id: Option<String>,
    /// `areaId`.
    pub area_id: Option<String>,
    /// Words of a search for what is missing.
    pub words: String,
    /// Languages that the citizen prefers, most wanted first: primary subtags such as `en`.
    pub sprachen: Vec<String>,
}

/// Where a deep link leads: what tenant, form and access it names.
#[derive(Clone, Debug)]
pub struct Target {
    /// The tenant.
    pub mandant: Arc<Mandant>,
    /// Access.
    pub zugang: Zugang,
    /// The form.
    pub form: Arc<Form>,
}

/// A Leistung in another language than German. What is filled in and submitted stays German: the office reads it.
#[derive(Clone, Debug)]
pub struct Uebersetzt {
    /// Primary subtag, BCP 47.
    pub sprache: String,
    /// The Leistung.
    pub leistung: Leistung,
}

/// What the start page shows.
#[derive(Clone, Debug)]
pub enum Opening {
    /// `pstId` is missing or unknown: choose.
    ChooseLeistung {
        /// Those that match the search.
        found: Vec<Leistung>,
        /// The id that is not known, if one was given.
        unknown: Option<String>,
        /// The Gebiet that is already known.
        gebiet: Option<Gebiet>,
    },
    /// `areaId` is missing or unknown: choose.
    ChooseGebiet {
        /// The Leistung that is already known.
        leistung: Leistung,
        /// Those that match the search.
        found: Vec<Gebiet>,
        /// The id that is not known, if one was given.
        unknown: Option<String>,
    },
    /// Everything is known: begin.
    Ready {
        /// The Leistung.
        leistung: Leistung,
        /// The Gebiet.
        gebiet: Gebiet,
        /// The offices with their channels.
        stellen: Vec<ZustaendigeStelle>,
        /// The larger area that they are responsible for, if nobody was for the Gebiet itself.
        fuer: Option<Bezirk>,
        /// What the directory says about the Leistung in a language that the citizen prefers.
        uebersetzt: Option<Box<Uebersetzt>>,
    },
    /// The service demands what an application from here cannot give.
    Hindernis {
        /// What that is.
        hindernis: Hindernis,
        /// The Leistung.
        leistung: Leistung,
        /// The Gebiet.
        gebiet: Gebiet,
        /// The offices, to write to or visit.
        stellen: Vec<Organisationseinheit>,
    },
    /// No office decides on this here.
    NoOffice {
        /// The Leistung.
        leistung: Leistung,
        /// The Gebiet.
        gebiet: Gebiet,
    },
    /// Offices decide, but none takes applications from here.
    NoChannel {
        /// The Leistung.
        leistung: Leistung,
        /// The Gebiet.
        gebiet: Gebiet,
        /// The offices, to write to or visit.
        stellen: Vec<Organisationseinheit>,
    },
}

impl Counter {
    /// Tenant, access and form of a link.
    pub fn place(&self, link: &DeepLink) -> Result<Target, IntakeError> {
        let mandant = self.mandanten.get(&link.mandant).ok_or(IntakeError::NotFound)?;
        let zugang = Zugang::parse(&link.zugang).ok_or(IntakeError::NotFound)?;
        if !mandant.formulare.contains(&link.formular) || (zugang == Zugang::Test && mandant.test_mailbox.is_none()) {
            return Err(IntakeError::NotFound);
        }
        let form = self.catalogue.own(&link.formular).ok_or(IntakeError::NotFound)?;
        Ok(Target { mandant: mandant.clone(), zugang, form: form.clone() })
    }

    /// What the start page of a link shows. Stores nothing.
    pub async fn look_up(&self, place: &Target, link: &DeepLink) -> Result<Opening, IntakeError> {
        let (mandant, auskunft) = (place.mandant.id.as_str(), &self.auskunft);
        let words: String = link.words.chars().take(WORDS_LIMIT).collect();
        let pst_id = link.pst_id.as_deref().filter(|id| !id.is_empty());
        let area_id = link.area_id.as_deref().filter(|id| !id.is_empty());

        let gebiet = match area_id {
            Some(id) if is_key(id) => auskunft.ask(mandant, FindGebiet { area_id: id }, SPRACHE).await?.value,
            _ => None,
        };
        let leistung = match pst_id {
            Some(id) if is_key(id) => {
                let question = FindLeistung { pst_id: id, gebiet: gebiet.as_ref() };
                auskunft.ask(mandant, question, SPRACHE).await?.value
            }
            _ => None,
        };
        let Some(leistung) = leistung else {
            let question = SearchLeistungen { words: &words, gebiet: gebiet.as_ref(), limit: SEARCH_LIMIT + 1 };
            let found = auskunft.ask(mandant, question, SPRACHE).await?.value;
            return Ok(Opening::ChooseLeistung { found, unknown: pst_id.map(str::to_owned), gebiet });
        };
        let Some(gebiet) = gebiet else {
            let found = if words.trim().is_empty() {
                Vec::new()
            } else {
                let question = SearchGebiete { words: &words, limit: SEARCH_LIMIT + 1 };
                auskunft.ask(mandant, question, SPRACHE).await?.value
            };
            return Ok(Opening::ChooseGebiet { leistung, found, unknown: area_id.map(str::to_owned) });
        };
        let question = FindStellen { leistung: &leistung, gebiet: &gebiet };
        let Zustaendigkeit { stellen, fuer } = auskunft.ask(mandant, question, SPRACHE).await?.value;
        let stellen = self.valid_today(stellen);
        let today = clock::berlin(self.clock.now()).date();
        if let Some(hindernis) = leistung.hindernis(today) {
            return Ok(Opening::Hindernis { hindernis, leistung, gebiet, stellen });
        }
        if stellen.is_empty() {
            tracing::warn!(pst_id = leistung.pst_id, area_id = gebiet.area_id, "no office is responsible");
            return Ok(Opening::NoOffice { leistung, gebiet });
        }
        let Resolution { found, rejected } = self.resolve(place, stellen.clone());
        for rejection in &rejected {
            tracing::warn!(
                pst_id = leistung.pst_id,
                area_id = gebiet.area_id,
                stelle = rejection.stelle.id,
                reason = %rejection.reason,
                "office without a usable Kontaktsystem"
            );
        }
        if found.is_empty() {
            return Ok(Opening::NoChannel { leistung, gebiet, stellen });
        }
        let uebersetzt = self.translated(mandant, &leistung, &gebiet, &link.sprachen).await;
        Ok(Opening::Ready { leistung, gebiet, stellen: found, fuer, uebersetzt })
    }

    /// The Leistung in the language that the citizen prefers to German, if the directory says that it has it. Nobody waits for long
    /// or sees an error because of it: then the German words stand alone.
    async fn translated(
        &self,
        mandant: &str,
        leistung: &Leistung,
        gebiet: &Gebiet,
        preferred: &[String],
    ) -> Option<Box<Uebersetzt>> {
        let has = |language: &str| {
            let primary = |known: &str| known.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
            leistung.sprachen.iter().any(|known| primary(known) == language)
        };
        let sprache = preferred.iter().take_while(|language| *language != SPRACHE).find(|language| has(language))?;
        let question = FindLeistung { pst_id: &leistung.pst_id, gebiet: Some(gebiet) };
        let told = self.auskunft.ask(mandant, question, sprache).await;
        let told = told.inspect_err(|error| tracing::warn!(%error, sprache, "no translation")).ok()?.value?;
        is_translation(&told, leistung).then(|| Box::new(Uebersetzt { sprache: sprache.clone(), leistung: told }))
    }

    /// The offices that may be chosen today.
    pub(super) fn valid_today(&self, mut stellen: Vec<Organisationseinheit>) -> Vec<Organisationseinheit> {
        let today = clock::berlin(self.clock.now()).date();
        stellen.retain(|stelle| {
            let valid = stelle.gueltigkeit.on(today);
            if !valid {
                tracing::warn!(stelle = stelle.id, "office out of its period of validity");
            }
            valid
        });
        stellen
    }

    /// The channels of the offices found, as the tenant maps them; test access leads to the tenant's test mailbox only.
    pub fn resolve(&self, place: &Target, stellen: Vec<Organisationseinheit>) -> Resolution {
        let mut resolution = resolve(stellen, &place.mandant.kontaktsysteme);
        if place.zugang == Zugang::Test {
            for stelle in &mut resolution.found {
                let to = |mailbox: &String| Zustellweg { kanal: Kanal::Mail, an: mailbox.clone() };
                stelle.kanaele = place.mandant.test_mailbox.iter().map(to).collect();
            }
        }
        resolution
    }

    /// Opens a draft, if everything is still resolved.
    pub async fn begin(
        &self,
        place: &Target,
        link: &DeepLink,
    ) -> Result<Result<(Draft, DraftKey), Opening>, IntakeError> {
        let opening = self.look_up(place, link).await?;
        let Opening::Ready { leistung, gebiet, stellen, .. } = opening else {
            return Ok(Err(opening));
        };
        let now = self.clock.now();
        let draft = Draft {
            id: DraftId::from_bytes(self.randomness.bytes()),
            mandant: place.mandant.id.clone(),
            zugang: place.zugang,
            formular: place.form.id.clone(),
            formular_version: place.form.version.clone(),
            sprache: place.form.language.clone(),
            leistung,
            gebiet,
            stellen,
            answers: Answers::default(),
            pending: std::collections::BTreeMap::new(),
            uploads: Vec::new(),
            begun: now,
            sent: None,
        };
        let key = DraftKey::new(&self.randomness);
        self.store.open_draft(&draft, &key, &self.randomness, now, self.draft_life.min(UNTOUCHED)).await?;
        metrics::counter!("antrag_drafts_begun_total", "mandant" => draft.mandant.clone()).increment(1);
        Ok(Ok((draft, key)))
    }
}

/// Whether a Leistung is told in other words than in German: a directory that has a language in name only answers in German.
fn is_translation(told: &Leistung, german: &Leistung) -> bool {
    let Leistung { name, beschreibung, voraussetzungen, unterlagen, gebuehren, frist, bearbeitungsdauer, .. } = told;
    *name != german.name
        || *beschreibung != german.beschreibung
        || *voraussetzungen != german.voraussetzungen
        || *unterlagen != german.unterlagen
        || *gebuehren != german.gebuehren
        || *frist != german.frist
        || *bearbeitungsdauer != german.bearbeitungsdauer
}

fn is_key(id: &str) -> bool {
    id.len() <= WORDS_LIMIT
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':'))
}

/// What the demo portal offers.
#[derive(Clone, Debug, Default)]
pub struct Examples {
    /// Services.
    pub leistungen: Vec<Leistung>,
    /// Places.
    pub gebiete: Vec<Gebiet>,
}

impl Counter {
    /// A few services, and the places by the name of the pilot, for the demo portal.
    pub async fn examples(&self, mandant: &str, limit: usize) -> Result<Examples, IntakeError> {
        let listed = SearchLeistungen { words: "", gebiet: None, limit };
        let mut leistungen = self.auskunft.ask(mandant, listed, SPRACHE).await?.value;
        leistungen.retain(|leistung| !leistung.schriftform);
        let mut gebiete = Vec::new();
        for words in ["Möckern", "Magdeburg"] {
            gebiete.extend(self.auskunft.ask(mandant, SearchGebiete { words, limit: 2 }, SPRACHE).await?.value);
        }
        Ok(Examples { leistungen, gebiete })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::office::leistung::Unterlage;

    #[test]
    fn other_keys_are_no_other_words() {
        let german = Leistung { name: "Pass".to_owned(), leika: Some("1".to_owned()), ..Leistung::default() };
        assert!(!is_translation(&Leistung { leika: None, sprachen: vec!["en".to_owned()], ..german.clone() }, &german));
        assert!(is_translation(&Leistung { name: "Passport".to_owned(), ..german.clone() }, &german));
        let unterlagen = vec![Unterlage::new("Photo".to_owned(), None)];
        assert!(is_translation(&Leistung { unterlagen, ..german.clone() }, &german));
        assert!(is_translation(&Leistung { bearbeitungsdauer: Some("a week".to_owned()), ..german.clone() }, &german));
    }
}
