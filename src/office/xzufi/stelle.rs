//! Offices: names by language, addresses, ways to reach them, Kontaktsysteme.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::leistung::{gueltigkeit, holds, in_order, language, plain};
use super::tree::Element;
use super::zustaendigkeit::{IdentifierOf, read_inside};
use super::{Art, Content, Identifier, Object};
use crate::office::clean::is_web;
use crate::office::{Anschrift, Kontaktsystem, Organisationseinheit, clean, mailbox};

/// Most addresses, Kontaktsysteme and opening hours of one office.
const MOST: usize = 50;

/// What is kept of an office.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Stelleninhalt {
    /// Its id.
    pub id: String,
    /// Names by language.
    pub namen: BTreeMap<String, String>,
    /// Addresses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub anschriften: Vec<Anschrift>,
    /// Phone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub telefon: Option<String>,
    /// Public mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Web address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub web: Option<String>,
    /// Privacy statement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub datenschutz: Option<String>,
    /// Imprint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub impressum: Option<String>,
    /// Opening hours by language.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub oeffnungszeiten: BTreeMap<String, Vec<String>>,
    /// Where applications to it go.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kontaktsysteme: Vec<Kontaktsystem>,
    /// First day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub von: Option<Date>,
    /// Last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bis: Option<Date>,
}

/// Reads an office; responsibilities that cannot be used are told in `lost`.
pub(super) fn read(object: Element<'_>, lost: &mut Vec<String>) -> Result<Object, String> {
    let id = Identifier::of(object)?;
    let around = IdentifierOf { art: Art::Stelle, joined: id.joined(Art::Stelle), agency: id.agency };
    let zustaendigkeiten = read_inside(object, &around, lost);
    let (von, bis) = gueltigkeit(object)?;
    let mut content = Stelleninhalt { id: around.joined, von, bis, ..Stelleninhalt::default() };
    for name in object
        .all("name")
        .flat_map(|outer| outer.all("name").chain((outer.children().next().is_none()).then_some(outer)))
    {
        let told = plain(&name.markup());
        if !told.is_empty() {
            content.namen.entry(language(name)).or_insert(told);
        }
    }
    content.anschriften = object.all("anschrift").filter_map(anschrift).take(MOST).collect();
    for element in object.all("kommunikation") {
        content.kommunikation(element);
    }
    for element in object.all("internetadresse") {
        content.internetadresse(element);
    }
    for element in object.children().filter(|child| child.name().to_lowercase().starts_with("oeffnungszeit")) {
        let texts: Vec<Element<'_>> = match element.children().next() {
            None => vec![element],
            Some(_) => element.all("beschreibung").chain(element.all("text")).collect(),
        };
        for text in texts {
            let lines = content.oeffnungszeiten.entry(language(text)).or_default();
            lines.extend(clean::lines(&text.markup()));
            lines.truncate(MOST);
        }
    }
    content.kontaktsysteme = object.all("kommunikationssystem").filter_map(kontaktsystem).take(MOST).collect();
    Ok(Object {
        art: Art::Stelle,
        id: content.id.clone(),
        keys: Vec::new(),
        name: String::new(),
        words: String::new(),
        content: Some(Content::Stelle(content)),
        zustaendigkeiten,
    })
}

impl Stelleninhalt {
    /// As it is told in the first of these languages that has a text; German otherwise, else any.
    pub fn stelle(&self, sprachen: &[&str]) -> Organisationseinheit {
        let mut stelle = Organisationseinheit {
            id: self.id.clone(),
            name: in_order(&self.namen, sprachen).first().map_or_else(|| self.id.clone(), |name| (*name).clone()),
            ..Organisationseinheit::default()
        };
        stelle.anschriften.clone_from(&self.anschriften);
        stelle.telefon.clone_from(&self.telefon);
        stelle.email.clone_from(&self.email);
        stelle.web.clone_from(&self.web);
        stelle.datenschutz.clone_from(&self.datenschutz);
        stelle.impressum.clone_from(&self.impressum);
        stelle.oeffnungszeiten =
            in_order(&self.oeffnungszeiten, sprachen).first().map(|lines| (*lines).clone()).unwrap_or_default();
        stelle.kontaktsysteme.clone_from(&self.kontaktsysteme);
        stelle
    }

    /// Whether it exists on this day.
    pub fn holds(&self, day: Date) -> bool {
        holds(self.von, self.bis, day)
    }

    /// A way to reach it; the codes are those of the list of ways (`erreichbarkeit`).
    fn kommunikation(&mut self, element: Element<'_>) {
        let Some(value) = element.text_of("kennung").map(|value| plain(&value)).filter(|value| !value.is_empty())
        else {
            return;
        };
        let kanal = element.first("kanal").map(Element::code).unwrap_or_default();
        match kanal.as_ref() {
            "01" | "" if mailbox::is_mailbox(&value) => self.email.get_or_insert(value),
            "02" | "03" => self.telefon.get_or_insert(value),
            "09" | "" if is_web(&value) => self.web.get_or_insert(value),
            _ => return,
        };
    }

    fn internetadresse(&mut self, element: Element<'_>) {
        let Some(uri) = element.text_of("uri").map(Cow::into_owned).filter(|uri| is_web(uri)) else { return };
        let titel = element.text_of("titel").map(|titel| titel.to_lowercase()).unwrap_or_default();
        if titel.contains("datenschutz") {
            self.datenschutz.get_or_insert(uri);
        } else if titel.contains("impressum") {
            self.impressum.get_or_insert(uri);
        } else {
            self.web.get_or_insert(uri);
        }
    }
}

fn anschrift(element: Element<'_>) -> Option<Anschrift> {
    let text = |name: &str| element.text_of(name).map(|text| plain(&text)).unwrap_or_default();
    let code = element.first("typ").map(Element::code).unwrap_or_default();
    let art = match code.as_ref() {
        "002" => "Besucheranschrift",
        "003" => "Postfach",
        "004" => "Großempfängeranschrift",
        "005" => "Lieferanschrift",
        "006" => "Postanschrift",
        _ => "Hausanschrift",
    };
    let street = format!("{} {}", text("strasse"), text("hausnummer")).trim().to_owned();
    let strasse = match (street.is_empty(), text("postfach")) {
        (true, postfach)
            if !postfach.is_empty() && postfach.bytes().all(|byte| byte.is_ascii_digit() || byte == b' ') =>
        {
            format!("Postfach {postfach}")
        }
        (true, postfach) => postfach,
        (false, _) => street,
    };
    let anschrift =
        Anschrift { art: art.to_owned(), zusatz: None, strasse, plz: text("postleitzahl"), ort: text("ort") };
    (!anschrift.strasse.is_empty() || !anschrift.ort.is_empty()).then_some(anschrift)
}

/// The type by key, code, id or name, whatever the directory gives first; a tenant maps it to channels.
fn kontaktsystem(element: Element<'_>) -> Option<Kontaktsystem> {
    let kennung = element.text_of("kennung")?.into_owned();
    let typ = ["typ", "kanal", "kommunikationssystemtyp", "kommunikationssystemTyp"]
        .into_iter()
        .find_map(|name| element.first(name))?;
    let typ_id = typ.text_of("id").map(Cow::into_owned);
    let named =
        ["code", "schluessel", "key", "id", "name", "bezeichnung"].into_iter().find_map(|name| typ.text_of(name));
    let typ = plain(&named.unwrap_or_else(|| typ.text()));
    let zusatz = ["kennungzusatz", "kennungZusatz"].into_iter().find_map(|name| element.text_of(name));
    let zusatz = zusatz.map(|text| plain(&text)).filter(|text| !text.is_empty());
    (!typ.is_empty()).then_some(Kontaktsystem { typ, typ_id, kennung, zusatz })
}
