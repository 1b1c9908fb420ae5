//! Services: text modules by language, kept as they are shown, told in the language that is asked for.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::tree::{Attribute, Element};
use super::zustaendigkeit::{Zuordnung, leistung_key};
use super::{Art, Content, Identifier, Object, gebiet, shown};
use crate::office::leistung::{Gueltigkeit, Unterlage};
use crate::office::{Leistung, clean};

/// What is said when a text does not say its language.
const GERMAN: &str = "de";
/// Most characters of the words by which a service is found beside its name.
const MOST_WORDS: usize = 2000;

/// What is kept of a service, or of what it says in some Gebiete only.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Leistungsinhalt {
    /// Its id.
    pub id: String,
    /// LeiKa keys, fourteen digits each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub leika: Vec<String>,
    /// The law demands the written form.
    pub schriftform: bool,
    /// First day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub von: Option<Date>,
    /// Last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bis: Option<Date>,
    /// Texts by language, lower case.
    pub texte: BTreeMap<String, Texte>,
}

/// The texts of a service in one language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Texte {
    /// Name as citizens read it (module 03).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Name as the administration writes it (module 02).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub amtlich: String,
    /// What it is, in short (teaser or short text).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub beschreibung: String,
    /// Requirements.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub voraussetzungen: Vec<String>,
    /// Documents.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unterlagen: Vec<String>,
    /// Fees.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub gebuehren: String,
    /// Deadline.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub frist: String,
    /// How long it takes.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub bearbeitungsdauer: String,
}

/// Reads a service.
pub(super) fn read(object: Element<'_>) -> Result<Object, String> {
    let id = Identifier::of(object)?;
    let content = content(object, id.joined(Art::Leistung))?;
    let mut keys = vec![id.number.clone()];
    keys.extend(content.leika.iter().cloned());
    Ok(Object {
        art: Art::Leistung,
        id: content.id.clone(),
        keys,
        name: content.leistung(&[GERMAN]).name,
        words: words(object, &content),
        content: Some(Content::Leistung(content)),
        zustaendigkeiten: Vec::new(),
    })
}

/// Reads what a service says in some Gebiete only; those that cannot be used are told in `lost`.
pub(super) fn read_spezialisierung(object: Element<'_>, lost: &mut Vec<String>) -> Result<Object, String> {
    let id = Identifier::of(object)?;
    let of = leistung_key(object.first("leistungID").ok_or("„leistungID“ fehlt")?, id.agency)?;
    let content = content(object, id.joined(Art::Spezialisierung))?;
    let mut zustaendigkeiten = Vec::new();
    for place in object.all("gueltigkeitGebietID").chain(object.all("gebietID")) {
        match gebiet::key(&place.text(), place.attribute(Attribute::SchemeId)) {
            Ok(gebiet) => zustaendigkeiten.push(Zuordnung {
                id: None,
                art: Art::Spezialisierung,
                traeger: content.id.clone(),
                leistung: of.clone(),
                gebiet,
                von: content.von,
                bis: content.bis,
                rolle: None,
                ziel: None,
            }),
            Err(reason) => lost.push(reason),
        }
    }
    Ok(Object {
        art: Art::Spezialisierung,
        id: content.id.clone(),
        keys: Vec::new(),
        name: String::new(),
        words: String::new(),
        content: Some(Content::Leistung(content)),
        zustaendigkeiten,
    })
}

fn content(object: Element<'_>, id: String) -> Result<Leistungsinhalt, String> {
    let (von, bis) = gueltigkeit(object)?;
    let mut content = Leistungsinhalt {
        id,
        leika: object.all("referenzLeiKa").map(|key| key.code().into_owned()).filter(|key| is_leika(key)).collect(),
        schriftform: yes(object, "kennzeichenSchriftformerfordernis")?,
        von,
        bis,
        texte: BTreeMap::new(),
    };
    for module in object.all("modulText") {
        let code = module.first("leikaTextmodul").map(Element::code).unwrap_or_default();
        for text in module.all("inhalt") {
            content.module(&code, text);
        }
    }
    for (name, code) in [("modulKosten", "kosten"), ("modulFrist", "frist"), ("modulBearbeitungsdauer", "dauer")] {
        for text in object.all(name).flat_map(|module| module.all("beschreibung")) {
            content.module(code, text);
        }
    }
    Ok(content)
}

impl Leistungsinhalt {
    /// A text of a module; the numbers are those of the code list `leistungstextmodulleika`.
    fn module(&mut self, code: &str, text: Element<'_>) {
        let language = language(text);
        let markup = text.markup();
        let texte = self.texte.entry(language).or_default();
        let append = |field: &mut String| {
            let more = plain(&markup);
            if !field.is_empty() && !more.is_empty() {
                field.push(' ');
            }
            field.push_str(&more);
        };
        match code {
            "02" => append(&mut texte.amtlich),
            "03" => append(&mut texte.name),
            // The teaser is made to be short; the short text follows only where there is none.
            "24" => texte.beschreibung = plain(&markup),
            "05" if texte.beschreibung.is_empty() => append(&mut texte.beschreibung),
            "08" => texte.unterlagen.extend(clean::lines(&markup)),
            "09" => texte.voraussetzungen.extend(clean::lines(&markup)),
            "kosten" => append(&mut texte.gebuehren),
            "frist" => append(&mut texte.frist),
            "dauer" => append(&mut texte.bearbeitungsdauer),
            _ => {}
        }
    }

    /// As it is told in the first of these languages that has a text; German otherwise, else any.
    pub fn leistung(&self, sprachen: &[&str]) -> Leistung {
        let told = self.in_order(sprachen);
        let text =
            |of: fn(&Texte) -> &String| told.iter().map(|texte| of(texte)).find(|text| !text.is_empty()).cloned();
        let list = |of: fn(&Texte) -> &Vec<String>| {
            told.iter().map(|texte| of(texte)).find(|list| !list.is_empty()).cloned().unwrap_or_default()
        };
        let named = told.iter().flat_map(|texte| [&texte.name, &texte.amtlich]).find(|name| !name.is_empty());
        let mut leistung = Leistung {
            pst_id: self.id.clone(),
            leika: self.leika.first().cloned(),
            name: named.cloned().unwrap_or_else(|| format!("Leistung {}", self.id)),
            ..Leistung::default()
        };
        leistung.beschreibung = text(|texte| &texte.beschreibung);
        leistung.voraussetzungen = list(|texte| &texte.voraussetzungen);
        leistung.unterlagen = Unterlage::list(list(|texte| &texte.unterlagen).into_iter().map(|name| (name, None)));
        leistung.gebuehren = text(|texte| &texte.gebuehren);
        leistung.frist = text(|texte| &texte.frist);
        leistung.bearbeitungsdauer = text(|texte| &texte.bearbeitungsdauer);
        leistung.schriftform = self.schriftform;
        leistung.gueltigkeit = Gueltigkeit { von: self.von, bis: self.bis };
        leistung.sprachen = self.texte.keys().cloned().collect();
        leistung
    }

    /// With what it says in a Gebiet in place of its own texts.
    #[must_use]
    pub fn with(mut self, here: Self) -> Self {
        self.schriftform |= here.schriftform;
        for (language, texte) in here.texte {
            let own = self.texte.entry(language).or_default();
            for (own, here) in [
                (&mut own.name, texte.name),
                (&mut own.amtlich, texte.amtlich),
                (&mut own.beschreibung, texte.beschreibung),
                (&mut own.gebuehren, texte.gebuehren),
                (&mut own.frist, texte.frist),
                (&mut own.bearbeitungsdauer, texte.bearbeitungsdauer),
            ] {
                if !here.is_empty() {
                    *own = here;
                }
            }
            for (own, here) in
                [(&mut own.voraussetzungen, texte.voraussetzungen), (&mut own.unterlagen, texte.unterlagen)]
            {
                if !here.is_empty() {
                    *own = here;
                }
            }
        }
        self
    }

    /// Whether it holds on this day.
    pub fn holds(&self, day: Date) -> bool {
        holds(self.von, self.bis, day)
    }

    fn in_order(&self, sprachen: &[&str]) -> Vec<&Texte> {
        in_order(&self.texte, sprachen)
    }
}

/// The values of the languages asked for, then German, then all others.
pub(super) fn in_order<'t, T>(by_language: &'t BTreeMap<String, T>, sprachen: &[&str]) -> Vec<&'t T> {
    let rank = |language: &str| {
        let asked = sprachen.iter().copied().chain([GERMAN]).enumerate();
        asked
            .filter_map(|(at, asked)| {
                let asked = asked.to_lowercase();
                let wide = language.strip_prefix(asked.as_str()).is_some_and(|rest| rest.starts_with('-'));
                if language == asked { Some(2 * at) } else { wide.then_some(2 * at + 1) }
            })
            .min()
            .unwrap_or(usize::MAX)
    };
    let mut all: Vec<(usize, &T)> = by_language.iter().map(|(language, value)| (rank(language), value)).collect();
    all.sort_by_key(|(rank, _)| *rank);
    all.into_iter().map(|(_, value)| value).collect()
}

/// The language of a text, lower case.
pub(super) fn language(text: Element<'_>) -> String {
    let said = text.attribute(Attribute::LanguageCode).unwrap_or_default();
    let plain = (1..=16).contains(&said.len())
        && said.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if plain { said.to_lowercase().replace('_', "-") } else { GERMAN.to_owned() }
}

/// Names in other languages and the words under which editors expect a service to be looked for.
fn words(object: Element<'_>, content: &Leistungsinhalt) -> String {
    let mut words: Vec<String> =
        content.texte.values().flat_map(|texte| [texte.name.clone(), texte.amtlich.clone()]).collect();
    for terms in object.all("modulBegriffImKontext").flat_map(|module| module.all("begriffImKontext")) {
        words.extend(terms.all("begriff").map(|term| plain(&term.markup())));
    }
    words.extend(content.leika.iter().cloned());
    words.retain(|word| !word.is_empty());
    words.join(" ").chars().take(MOST_WORDS).collect()
}

/// Whether this is a LeiKa key.
pub fn is_leika(key: &str) -> bool {
    key.len() == 14 && key.starts_with("99") && key.bytes().all(|byte| byte.is_ascii_digit())
}

/// A text in one line.
pub(super) fn plain(text: &str) -> String {
    clean::line(text).unwrap_or_default()
}

/// First and last day of an element's `gueltigkeit`.
pub(super) fn gueltigkeit(element: Element<'_>) -> Result<(Option<Date>, Option<Date>), String> {
    let Some(zeitraum) = element.first("gueltigkeit") else { return Ok((None, None)) };
    let day = |name: &str| {
        let Some(text) = zeitraum.text_of(name) else { return Ok(None) };
        // With or without time.
        let day = text.get(..10).and_then(|day| day.parse::<Date>().ok());
        day.map(Some).ok_or_else(|| format!("gueltigkeit: „{}“ ist kein Datum", shown(&text)))
    };
    Ok((day("beginn")?, day("ende")?))
}

/// Whether a time of validity includes this day.
pub fn holds(von: Option<Date>, bis: Option<Date>, day: Date) -> bool {
    von.is_none_or(|von| von <= day) && bis.is_none_or(|bis| day <= bis)
}

fn yes(element: Element<'_>, name: &str) -> Result<bool, String> {
    match element.text_of(name).as_deref() {
        None | Some("false" | "0") => Ok(false),
        Some("true" | "1") => Ok(true),
        Some(other) => Err(format!("{name}: „{}“ ist weder true noch false", shown(other))),
    }
}
