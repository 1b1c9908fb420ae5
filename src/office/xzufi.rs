//! XZuFi transfer files: the directories of the states, as their editors hand them over (XZuFi 2.1 to 2.3).
//!
//! A file is read as a stream: one object at a time becomes a small tree and then a [`Change`]. Elements count by their local name,
//! so that neither the version in the namespace nor the prefix nor the order matters; what is unknown is passed over. An object with
//! a wrong part is lost with a reason and its place; broken XML ends the reading.
//!
//! No DTD is read and no entity but XML's own five, so that nothing is fetched and nothing expands.

/// The files of a delivery.
pub mod folder;
/// Where a Zuständigkeit holds, and which levels a Gebiet belongs to.
pub mod gebiet;
/// Services: texts by language, kept and told.
pub mod leistung;
/// Online services: what they say about privacy.
pub mod onlinedienst;
/// Bytes on their way to the parser.
mod source;
/// Offices: names by language, addresses, Kontaktsysteme.
pub mod stelle;
/// From the stream to changes.
pub mod transfer;
/// One object as a tree.
mod tree;
/// Who decides on what where.
pub mod zustaendigkeit;

use serde::{Deserialize, Serialize};

use leistung::Leistungsinhalt;
use onlinedienst::Onlinedienst;
use stelle::Stelleninhalt;
use tree::{Attribute, Element};
use zustaendigkeit::Zuordnung;

/// The type under which an office's FIT-Connect destination is among its Kontaktsysteme.
pub const FIT_CONNECT: &str = "fit-connect";

/// Longest id, joined from its parts: it must fit into a link.
const LONGEST_ID: usize = 100;

/// What kind of object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Art {
    /// A service.
    Leistung,
    /// What a service says in some Gebiete only.
    Spezialisierung,
    /// An office.
    Stelle,
    /// An online service.
    Onlinedienst,
    /// A responsibility that came by itself, not inside an office or an online service.
    Zustaendigkeit,
}

/// What a transfer says about one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is new or replaces the one with the same id.
    Write(Box<Object>),
    /// It is gone.
    Delete {
        /// Its kind.
        art: Art,
        /// Its id.
        id: String,
    },
}

/// An object to keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Its kind.
    pub art: Art,
    /// Its id, which is unique in all directories: `L100042.LB.101954`.
    pub id: String,
    /// Further keys that lead to a service: the number alone, LeiKa keys.
    pub keys: Vec<String>,
    /// Name, to find a service by.
    pub name: String,
    /// Further words to find it by.
    pub words: String,
    /// What is kept of it; nothing for a Zuständigkeit, which is its own row.
    pub content: Option<Content>,
    /// The responsibilities that came with it.
    pub zustaendigkeiten: Vec<Zuordnung>,
}

/// What is kept of an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Content {
    /// Of a service, or what it says in some Gebiete.
    Leistung(Leistungsinhalt),
    /// Of an office.
    Stelle(Stelleninhalt),
    /// Of an online service.
    Onlinedienst(Onlinedienst),
}

impl Art {
    /// Short name in ids and tables, as the PVOG joins its ids.
    pub fn code(self) -> &'static str {
        match self {
            Self::Leistung => "LB",
            Self::Spezialisierung => "LS",
            Self::Stelle => "OE",
            Self::Onlinedienst => "OD",
            Self::Zustaendigkeit => "ZU",
        }
    }

    /// The element that holds such an object.
    fn of_element(name: &str) -> Option<Self> {
        match name {
            "leistung" => Some(Self::Leistung),
            "spezialisierung" => Some(Self::Spezialisierung),
            "organisationseinheit" => Some(Self::Stelle),
            "onlinedienst" => Some(Self::Onlinedienst),
            "zustaendigkeitTransferObjekt" => Some(Self::Zustaendigkeit),
            _ => None,
        }
    }

    /// The `klasse` of something to delete.
    fn of_klasse(name: &str) -> Option<Self> {
        match name {
            "Leistung" => Some(Self::Leistung),
            "LeistungSpezialisierung" | "Spezialisierung" => Some(Self::Spezialisierung),
            "Organisationseinheit" => Some(Self::Stelle),
            "Onlinedienst" => Some(Self::Onlinedienst),
            "Zustaendigkeit" => Some(Self::Zustaendigkeit),
            _ => None,
        }
    }
}

/// An identifier: a number, and whose it is. Only both together are unique.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Identifier<'t> {
    agency: &'t str,
    number: String,
}

impl<'t> Identifier<'t> {
    /// From an element like `id`, or why not. Without an agency of its own it belongs to the one around it.
    fn read(element: Element<'t>, around: &'t str) -> Result<Self, String> {
        let agency = element.attribute(Attribute::SchemeAgencyId).filter(|agency| !agency.is_empty()).unwrap_or(around);
        let number = element.text();
        if number.is_empty() {
            return Err(format!("„{}“ ist leer", element.name()));
        }
        let printable = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte));
        if !printable(&number) || !printable(agency) {
            let message = "kann nicht in einem Link stehen: nur Buchstaben ohne Umlaute, Ziffern und - _ . :";
            return Err(format!("die Kennung „{}“ {message}", shown(&format!("{agency} {number}"))));
        }
        if agency.len() + number.len() + 4 > LONGEST_ID {
            return Err(format!("die Kennung „{}“ ist länger als {LONGEST_ID} Zeichen", shown(&number)));
        }
        Ok(Self { agency, number: number.into_owned() })
    }

    /// The one of the object itself.
    fn of(object: Element<'t>) -> Result<Self, String> {
        Self::read(object.first("id").ok_or("„id“ fehlt")?, "")
    }

    /// Joined with the kind; a number of nobody's stays as it is.
    fn joined(&self, art: Art) -> String {
        if self.agency.is_empty() { self.number.clone() } else { [self.agency, art.code(), &self.number].join(".") }
    }
}

/// The beginning of a text, fit to be printed in a message.
fn shown(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut shown: String =
        text.chars().take(LONGEST).map(|sign| if sign.is_control() { '\u{FFFD}' } else { sign }).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests;
