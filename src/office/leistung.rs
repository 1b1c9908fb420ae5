//! What a Leistung demands: documents by id and name, a trust level, a period.

use std::collections::BTreeSet;
use std::fmt;

use jiff::civil::Date;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::{Leistung, search};

/// Documents of one service that are read.
const MOST_DOCUMENTS: usize = 200;
/// Longest id of a document.
const LONGEST_ID: usize = 40;

/// A document to bring.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Unterlage {
    /// Lower-case ASCII letters, digits and hyphens; the same for the same name, unique within a Leistung.
    pub id: String,
    /// Name as citizens read it.
    pub name: String,
    /// What the directory adds to it.
    pub hinweis: Option<String>,
}

/// As drafts hold it.
#[derive(Deserialize)]
struct Written {
    id: String,
    name: String,
    #[serde(default)]
    hinweis: Option<String>,
}

impl<'de> Deserialize<'de> for Unterlage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WrittenVisitor)
    }
}

/// Older drafts knew the name only. Read without a detour: every page of an application reads its draft.
struct WrittenVisitor;

impl<'de> Visitor<'de> for WrittenVisitor {
    type Value = Unterlage;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a document or its name")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<Unterlage, E> {
        Ok(Unterlage::new(name.to_owned(), None))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Unterlage, A::Error> {
        let Written { id, name, hinweis } = Written::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Unterlage { id, name, hinweis })
    }
}

impl Unterlage {
    /// A document; its id is made of its name.
    pub fn new(name: String, hinweis: Option<String>) -> Self {
        Self { id: id_of(&name), name, hinweis }
    }

    /// Documents by their names, with an id each; the same name twice is one document.
    pub fn list(named: impl IntoIterator<Item = (String, Option<String>)>) -> Vec<Self> {
        let mut names = BTreeSet::new();
        let mut ids = BTreeSet::new();
        let mut list = Vec::new();
        for (name, hinweis) in named.into_iter().take(MOST_DOCUMENTS) {
            if name.is_empty() || !names.insert(name.clone()) {
                continue;
            }
            let mut one = Self::new(name, hinweis);
            let base = one.id.clone();
            let mut count = 2;
            while !ids.insert(one.id.clone()) {
                one.id = format!("{base}-{count}");
                count += 1;
            }
            list.push(one);
        }
        list
    }
}

fn id_of(name: &str) -> String {
    let spelled = search::spelled_out(name);
    let words = spelled.split(|sign: char| !sign.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut id = words.collect::<Vec<_>>().join("-");
    id.truncate(LONGEST_ID);
    let id = id.trim_end_matches('-');
    if id.is_empty() { "unterlage".to_owned() } else { id.to_owned() }
}

/// How surely the applicant must be known (BSI TR-03107-1, EU 910/2014 Article 8), lowest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Vertrauensniveau {
    /// Nobody checks who applies.
    Untergeordnet,
    /// Name and password, or a confirmed mail address.
    Normal,
    /// Two factors, checked once by a document.
    Substanziell,
    /// The electronic identity card.
    Hoch,
}

impl Vertrauensniveau {
    /// From the words or the code of a directory; `None` for what is not known.
    ///
    /// Codes are those of the XZuFi list (`10` to `40`) and of STORK (`STORK-QAA-Level-1` to `-4`).
    pub fn parse(text: &str) -> Option<Self> {
        let text = search::fold(text.trim());
        let level = text.strip_prefix("stork-qaa-level-").unwrap_or(&text);
        match level {
            "10" | "1" => return Some(Self::Untergeordnet),
            "20" | "2" => return Some(Self::Normal),
            "30" | "3" => return Some(Self::Substanziell),
            "40" | "4" => return Some(Self::Hoch),
            _ => {}
        }
        let has = |part: &str| text.contains(part);
        if has("hoch") || has("high") {
            Some(Self::Hoch)
        } else if has("substan") {
            Some(Self::Substanziell)
        } else if has("normal") || has("niedrig") || text == "low" {
            Some(Self::Normal)
        } else if has("untergeordnet") || has("basis") || has("kein") {
            Some(Self::Untergeordnet)
        } else {
            None
        }
    }

    /// Name as operators read it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Untergeordnet => "untergeordnet",
            Self::Normal => "normal",
            Self::Substanziell => "substanziell",
            Self::Hoch => "hoch",
        }
    }
}

/// From when until when something holds; both days included, either may be open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gueltigkeit {
    /// First day.
    pub von: Option<Date>,
    /// Last day.
    pub bis: Option<Date>,
}

impl Gueltigkeit {
    /// Whether it holds on this day.
    pub fn on(self, day: Date) -> bool {
        self.von.is_none_or(|first| first <= day) && self.bis.is_none_or(|last| day <= last)
    }
}

impl fmt::Display for Gueltigkeit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = |day: Option<Date>| day.map_or("offen".to_owned(), |day| day.strftime("%d.%m.%Y").to_string());
        write!(f, "von {} bis {}", day(self.von), day(self.bis))
    }
}

/// What a service demands that an application from here cannot give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hindernis {
    /// The written form (§ 126 BGB, § 3a VwVfG).
    Schriftform,
    /// To know the applicant more surely than by what is typed.
    Vertrauensniveau(Vertrauensniveau),
    /// Another day.
    Zeitraum(Gueltigkeit),
}

/// How surely an application from here tells who applies: nobody checks it.
const GIVEN: Vertrauensniveau = Vertrauensniveau::Untergeordnet;

impl Leistung {
    /// What keeps citizens from applying for it here on this day.
    pub fn hindernis(&self, day: Date) -> Option<Hindernis> {
        if self.schriftform {
            return Some(Hindernis::Schriftform);
        }
        if !self.gueltigkeit.on(day) {
            return Some(Hindernis::Zeitraum(self.gueltigkeit));
        }
        self.vertrauensniveau.filter(|level| *level > GIVEN).map(Hindernis::Vertrauensniveau)
    }
}

impl fmt::Display for Hindernis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Schriftform => f.write_str("die Leistung verlangt die Schriftform"),
            Self::Vertrauensniveau(level) => {
                write!(
                    f,
                    "die Leistung verlangt Vertrauensniveau „{}“; dieser Dienst prüft nicht, wer den Antrag stellt",
                    level.name()
                )
            }
            Self::Zeitraum(period) => write!(f, "die Leistung gilt {period}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn documents_of_older_drafts_read() {
        let old: Vec<Unterlage> = serde_json::from_str(r#"["Geburtsurkunde des Kindes"]"#).unwrap();
        assert_eq!(
            (old[0].id.as_str(), old[0].name.as_str()),
            ("geburtsurkunde-des-kindes", "Geburtsurkunde des Kindes")
        );
        let written = serde_json::to_string(&old).unwrap();
        assert_eq!(serde_json::from_str::<Vec<Unterlage>>(&written).unwrap(), old);
    }

    #[test]
    fn every_document_has_an_id_of_its_own() {
        let named = ["Ausweis", "Ausweis", "Ausweis!", "§§", "ß"].map(|name| (name.to_owned(), None));
        let ids: Vec<_> = Unterlage::list(named).into_iter().map(|one| one.id).collect();
        assert_eq!(ids, ["ausweis", "ausweis-2", "unterlage", "ss"]);
    }

    #[test]
    fn trust_levels_are_known_by_word_and_by_code() {
        for (told, level) in [
            ("hoch", Some(Vertrauensniveau::Hoch)),
            ("STORK-QAA-Level-3", Some(Vertrauensniveau::Substanziell)),
            ("Substantiell (eID)", Some(Vertrauensniveau::Substanziell)),
            ("20", Some(Vertrauensniveau::Normal)),
            ("Basisregistrierung", Some(Vertrauensniveau::Untergeordnet)),
            ("?", None),
        ] {
            assert_eq!(Vertrauensniveau::parse(told), level, "{told}");
        }
        assert!(Vertrauensniveau::Normal < Vertrauensniveau::Hoch);
    }

    #[test]
    fn a_period_includes_both_its_days() {
        let period = Gueltigkeit { von: Some(date(2026, 1, 1)), bis: Some(date(2026, 12, 31)) };
        assert!(period.on(date(2026, 1, 1)) && period.on(date(2026, 12, 31)));
        assert!(!period.on(date(2025, 12, 31)) && !period.on(date(2027, 1, 1)));
        assert!(Gueltigkeit::default().on(date(1, 1, 1)));
    }

    #[test]
    fn what_cannot_be_given_here_is_a_hindrance() {
        let day = date(2026, 6, 1);
        let plain = Leistung::default();
        assert_eq!(plain.hindernis(day), None);
        assert_eq!(Leistung { schriftform: true, ..plain.clone() }.hindernis(day), Some(Hindernis::Schriftform));
        for (level, hindered) in [(Vertrauensniveau::Untergeordnet, false), (Vertrauensniveau::Normal, true)] {
            let leistung = Leistung { vertrauensniveau: Some(level), ..plain.clone() };
            assert_eq!(leistung.hindernis(day), hindered.then_some(Hindernis::Vertrauensniveau(level)));
        }
        let gueltigkeit = Gueltigkeit { von: Some(date(2026, 6, 2)), bis: None };
        let later = Leistung { gueltigkeit, ..plain };
        assert_eq!(later.hindernis(day), Some(Hindernis::Zeitraum(gueltigkeit)));
        assert_eq!(later.hindernis(date(2026, 6, 2)), None);
        assert_eq!(Hindernis::Zeitraum(gueltigkeit).to_string(), "die Leistung gilt von 02.06.2026 bis offen");
    }

    proptest::proptest! {
        #[test]
        fn every_id_is_short_plain_ascii(name in "\\PC{0,80}") {
            let id = Unterlage::new(name, None).id;
            proptest::prop_assert!((1..=LONGEST_ID).contains(&id.len()));
            proptest::prop_assert!(id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'));
        }
    }
}
