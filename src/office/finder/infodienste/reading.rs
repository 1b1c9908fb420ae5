//! From the JSON of an Infodienst to our own types; pure, tolerant, and without a word of HTML left.

/// What a Leistung says about itself.
mod leistung;

use jiff::civil::Date;
use serde_json::Value;

use super::super::loose::{self, Read, Wrong, json, line, lines, list, raw, web, yes};
use crate::office::clean::is_web;
use crate::office::mailbox::is_mailbox;
use crate::office::{Anschrift, Gebiet, Kontaktsystem, Leistung, Organisationseinheit, clean, gemeinden, key};

/// The offices of `ou/findByCompetence`.
pub fn stellen(bytes: &[u8]) -> Result<Read<Organisationseinheit>, String> {
    let answer = json(bytes)?;
    Ok(Read::each(entries(&answer)?, stelle))
}

/// The Leistungen of `pst/{id}`, `pst/byLeikaKey` and `pst/find`. Documents, fees and deadlines count that are valid `today`.
pub fn leistungen(bytes: &[u8], today: Date) -> Result<Read<Leistung>, String> {
    let answer = json(bytes)?;
    Ok(Read::each(entries(&answer)?, |value| leistung::leistung(value, today)))
}

/// The areas of `area/find`, `PoliticalArea/{id}` and `PoliticalArea/search`. Who was asked for by its id has it, told or not.
pub fn gebiete(bytes: &[u8], asked: Option<&str>) -> Result<Read<Gebiet>, String> {
    let answer = json(bytes)?;
    Ok(Read::each(entries(&answer)?, |value| gebiet(value, asked)))
}

/// The privacy statement of the online services of `os/findByCompetence`, if all that name one name the same.
pub fn privacy(bytes: &[u8]) -> Option<String> {
    let answer = json(bytes).ok()?;
    let services = entries(&answer).ok()?;
    let mut named = services.into_iter().filter_map(|service| {
        let text = line(service, "gdprText").ok().flatten()?;
        let words = text.split([' ', '(', ')', ',', '"']).map(|word| word.trim_end_matches('.'));
        words.filter(|word| is_web(word)).map(str::to_owned).next()
    });
    let first = named.next()?;
    named.all(|other| other == first).then_some(first)
}

/// The entries of an answer: an envelope `{results: [{object}]}`, a list, or the thing itself.
fn entries(answer: &Value) -> Result<Vec<&Value>, String> {
    match answer {
        Value::Null => Ok(Vec::new()),
        Value::Array(items) => Ok(items.iter().map(unwrapped).collect()),
        Value::Object(fields) if fields.contains_key("results") => match &answer["results"] {
            Value::Array(items) => Ok(items.iter().map(unwrapped).collect()),
            Value::Null => Ok(Vec::new()),
            _ => Err("`results` is no list".to_owned()),
        },
        // An envelope may leave its empty list out.
        Value::Object(fields) if fields.contains_key("totalCount") => Ok(Vec::new()),
        Value::Object(_) => Ok(vec![answer]),
        _ => Err("neither an object nor a list".to_owned()),
    }
}

fn unwrapped(item: &Value) -> &Value {
    item.get("object").unwrap_or(item)
}

fn stelle(value: &Value) -> Result<Organisationseinheit, Wrong> {
    let id = loose::id(value, "id")?;
    let mut stelle = Organisationseinheit {
        name: line(value, "name")?.unwrap_or_else(|| "Zuständige Stelle".to_owned()),
        id,
        oeffnungszeiten: lines(value, "openingHours")?,
        nur_mit_termin: yes(value, "appointmentRequired")?.unwrap_or_default(),
        gueltigkeit: loose::period(value)?,
        ..Organisationseinheit::default()
    };
    for address in list(value, "addresses")? {
        stelle.anschriften.extend(anschrift(address)?);
    }
    for communication in list(value, "communications")? {
        kontakt(&mut stelle, communication)?;
    }
    for system in list(value, "communicationSystems")? {
        stelle.kontaktsysteme.extend(kontaktsystem(system)?);
    }
    Ok(stelle)
}

/// An address, if anything of it is known.
fn anschrift(value: &Value) -> Result<Option<Anschrift>, Wrong> {
    let kind = line(&value["type"], "name")?;
    let key = raw(&value["type"], "key")?;
    let street =
        [line(value, "street")?, line(value, "houseNumber")?].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let mailbox = line(value, "mailbox")?;
    let strasse = match mailbox {
        Some(mailbox) if street.is_empty() => {
            if mailbox.to_lowercase().contains("postfach") {
                mailbox
            } else {
                format!("Postfach {mailbox}")
            }
        }
        _ => street,
    };
    let anschrift = Anschrift {
        art: kind.unwrap_or_else(|| art_of(key.as_deref()).to_owned()),
        zusatz: line(value, "comment")?,
        strasse,
        plz: line(value, "zipcode")?.unwrap_or_default(),
        ort: match line(value, "city")? {
            Some(city) => city,
            None => line(&value["area"], "name")?.unwrap_or_default(),
        },
    };
    Ok((!anschrift.strasse.is_empty() || !anschrift.ort.is_empty()).then_some(anschrift))
}

/// Kinds of addresses (`urn:xoev-de:fim:codeliste:xzufi.anschrifttyp`).
fn art_of(key: Option<&str>) -> &'static str {
    match key {
        Some("002") => "Besucheranschrift",
        Some("003") => "Postfach",
        Some("004") => "Großempfänger",
        Some("005") => "Lieferanschrift",
        Some("006") => "Postanschrift",
        _ => "Hausanschrift",
    }
}

/// Phone, mail or web address; the first of each counts.
fn kontakt(stelle: &mut Organisationseinheit, value: &Value) -> Result<(), Wrong> {
    let Some(told) = line(value, "value")? else { return Ok(()) };
    let kind = line(&value["type"], "name")?.unwrap_or_default().to_lowercase();
    let key = raw(&value["type"], "key")?.unwrap_or_default();
    // Codes of the list Erreichbarkeit.
    let is = |word: &str, code: &str| if kind.is_empty() { key == code } else { kind.contains(word) };
    if is("mail", "01") && !kind.contains("de-mail") && is_mailbox(&told) {
        stelle.email.get_or_insert(told);
    } else if is("telefon", "02") || kind == "festnetz" {
        stelle.telefon.get_or_insert(told);
    } else if (is("internet", "09") || kind.contains("web") || kind.contains("homepage")) && is_web(&told) {
        stelle.web.get_or_insert(told);
    } else if is("kontaktformular", "-") && is_web(&told) {
        stelle.kontaktformular.get_or_insert(told);
    }
    Ok(())
}

fn kontaktsystem(value: &Value) -> Result<Option<Kontaktsystem>, Wrong> {
    let kind = &value["type"];
    let (key, id, name) = (line(kind, "key")?, line(kind, "id")?, line(kind, "name")?);
    let Some(typ) = key.or_else(|| id.clone()).or(name) else { return Ok(None) };
    Ok(Some(Kontaktsystem {
        typ,
        typ_id: id,
        kennung: raw(value, "identification")?.unwrap_or_default(),
        zusatz: line(value, "identificationAddon")?,
    }))
}

/// No list of the fields of an area is published: what is not found under the likely names comes from the official table.
fn gebiet(value: &Value, asked: Option<&str>) -> Result<Gebiet, Wrong> {
    let area_id = match asked {
        Some(id) if value.is_object() => id.to_owned(),
        _ => loose::id(value, "id")?,
    };
    let keys: Vec<String> = ["ags", "ars", "key", "officialKey", "regionalKey", "municipalityKey"]
        .into_iter()
        .filter_map(|field| raw(value, field).ok().flatten())
        .collect();
    let official = keys.iter().find_map(|key| gemeinden::exactly(key)).unwrap_or_default();
    let shaped = |shape| keys.iter().find(|key| key::shape(key) == shape).cloned();
    Ok(Gebiet {
        name: named(value, &["name", "displayName", "label", "bezeichnung"])
            .or(Some(official.name).filter(|name| !name.is_empty()))
            .unwrap_or_else(|| area_id.clone()),
        area_id,
        ags: shaped(key::Shape::Ags).or(official.ags),
        ars: shaped(key::Shape::Ars).or(official.ars),
        kreis: named(value, &["district", "county", "kreis"]).or(official.kreis),
        land: named(value, &["state", "federalState", "land"]).or(official.land),
        art: named(value, &["type"]),
        statt: None,
    })
}

/// The first of these fields that holds a name, written as text or as a thing with a name.
fn named(value: &Value, fields: &[&'static str]) -> Option<String> {
    let name = |field: &&'static str| {
        let thing = &value[*field];
        let told = if thing.is_object() { line(thing, "name") } else { line(value, field) };
        told.ok().flatten()
    };
    fields.iter().find_map(name)
}

/// A reference to a web address in a text block.
fn link(value: &Value) -> Result<Option<String>, Wrong> {
    let Some(url) = web(value, "url")? else { return Ok(None) };
    Ok(Some(match line(value, "name")?.and_then(|name| clean::line(&name)) {
        Some(name) if name != url => format!("{name} ({url})"),
        _ => url,
    }))
}

#[cfg(test)]
mod tests;
