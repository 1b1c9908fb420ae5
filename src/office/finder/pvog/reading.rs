//! From the JSON of the PVOG to our own types; pure, tolerant, and without a word of HTML left.

/// Offices and the parameters of online services.
mod stelle;

use serde_json::Value;

use super::super::loose::{self, Read, Wrong, json, line, list, raw, texts, yes};
use crate::office::leistung::{Unterlage, Vertrauensniveau};
use crate::office::{Leistung, Organisationseinheit, clean, key};

pub use stelle::{Parameter, apply};

/// The id of the Leistung that is written for the smallest area, of a page of Leistungen.
pub fn most_specific(bytes: &[u8]) -> Result<Option<String>, String> {
    let answer = json(bytes)?;
    let depth = |item: &Value| {
        let areas = texts(item, "ars", "ars").unwrap_or_default();
        areas.iter().map(|ars| ars.trim_end_matches('0').len()).max().unwrap_or_default()
    };
    let with_id = page(&answer)?.iter().filter_map(|item| Some((depth(item), loose::id(item, "id").ok()?)));
    // Of equals the first.
    Ok(with_id.rev().max_by_key(|(depth, _)| *depth).map(|(_, id)| id))
}

/// A Leistung in full. Its id is the one that was asked for.
pub fn leistung(bytes: &[u8], id: &str) -> Result<Read<Leistung>, String> {
    let answer = json(bytes)?;
    if answer.is_null() {
        return Ok(Read::default());
    }
    Ok(Read::each([&answer], |value| whole(value, id)))
}

/// Leistungen of a page of search results, as far as lists show them.
pub fn leistungen(bytes: &[u8]) -> Result<Read<Leistung>, String> {
    let answer = json(bytes)?;
    Ok(Read::each(page(&answer)?, |value| whole(value, &loose::id(value, "id")?)))
}

/// The offices of the list of titles that are responsible (role `01`), or whose role is not told.
pub fn titles(bytes: &[u8]) -> Result<Read<Organisationseinheit>, String> {
    let answer = json(bytes)?;
    let responsible = page(&answer)?.iter().filter(|item| stelle::is_responsible(item));
    Ok(Read::each(responsible, stelle::title))
}

/// An office in full; what it does not say stays as in the list.
pub fn stelle(bytes: &[u8], title: &Organisationseinheit) -> Result<Read<Organisationseinheit>, String> {
    let answer = json(bytes)?;
    if answer.is_null() {
        return Ok(Read::default());
    }
    Ok(Read::each([&answer], |value| stelle::whole(value, title)))
}

/// Online services of one Leistung that are asked for.
const MOST_SERVICES: usize = 3;
/// Places of one answer that are read.
const MOST_PLACES: usize = 500;

/// Ids of the first online services that a Leistung names anywhere.
pub fn online_services(bytes: &[u8]) -> Result<Vec<String>, String> {
    let answer = json(bytes)?;
    let mut ids = Vec::new();
    let mut rest = vec![&answer];
    while let Some(value) = rest.pop() {
        match value {
            Value::String(_) if ids.len() == MOST_SERVICES => break,
            Value::String(text) if is_online_service(text) && !ids.contains(text) => ids.push(text.clone()),
            Value::Array(items) => rest.extend(items.iter().rev()),
            Value::Object(fields) => rest.extend(fields.values().rev()),
            _ => {}
        }
    }
    Ok(ids)
}

/// The parameters of an online service.
pub fn parameters(bytes: &[u8]) -> Result<Vec<Parameter>, String> {
    stelle::parameters(&json(bytes)?)
}

/// The ARS and AGS of places.
pub fn places(bytes: &[u8]) -> Result<Vec<String>, String> {
    let answer = json(bytes)?;
    let key_of = |place: &Value| {
        let keys = ["ars", "ags"].into_iter().filter_map(|field| raw(place, field).ok().flatten());
        keys.into_iter().find(|found| matches!(key::shape(found), key::Shape::Ars | key::Shape::Ags))
    };
    let mut keys = Vec::new();
    for found in page(&answer)?.iter().take(MOST_PLACES).filter_map(key_of) {
        if !keys.contains(&found) {
            keys.push(found);
        }
    }
    Ok(keys)
}

/// The items of a page: a list, `content`, or `serviceDescriptions.content`.
fn page(answer: &Value) -> Result<&[Value], String> {
    match answer {
        Value::Null => Ok(&[]),
        Value::Array(items) => Ok(items),
        Value::Object(fields) if fields.contains_key("serviceDescriptions") => page(&answer["serviceDescriptions"]),
        Value::Object(_) => list(answer, "content").map_err(|wrong| wrong.to_string()),
        _ => Err("neither an object nor a list".to_owned()),
    }
}

/// `L100042.OD.17`
fn is_online_service(text: &str) -> bool {
    text.len() <= 100
        && text.contains(".OD.")
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}

/// A Leistung by its text modules.
fn whole(value: &Value, id: &str) -> Result<Leistung, Wrong> {
    if !value.is_object() {
        return Err(Wrong::no_object());
    }
    let module = |code: &str| module(value, code);
    let joined = |lines: Vec<String>| (!lines.is_empty()).then(|| lines.join("\n"));
    let leika = texts(value, "leikakeys", "key")?.into_iter().find(|told| key::shape(told) == key::Shape::Leika);
    let mut schriftform = None;
    for field in ["writtenFormRequired", "kennzeichenSchriftformerfordernis"] {
        schriftform = schriftform.or(yes(value, field)?);
    }
    let level = if value["trustLevel"].is_object() { None } else { raw(value, "trustLevel")? };
    Ok(Leistung {
        pst_id: id.to_owned(),
        leika,
        name: match line(value, "name")? {
            Some(name) => name,
            None => line(value, "title")?.unwrap_or_else(|| format!("Verwaltungsleistung {id}")),
        },
        beschreibung: joined(module("24")?).or(joined(module("06")?)),
        voraussetzungen: module("09")?,
        unterlagen: Unterlage::list(module("08")?.into_iter().map(|line| (line, None))),
        gebuehren: joined(module("98")?),
        frist: joined(module("97")?),
        bearbeitungsdauer: joined(module("95")?),
        schriftform: schriftform.unwrap_or_default(),
        vertrauensniveau: level.and_then(|told| Vertrauensniveau::parse(&told)),
        gueltigkeit: loose::period(value)?,
        sprachen: texts(value, "languages", "code")?,
    })
}

/// The lines of a text module (`urn:de:xzufi:codeliste:leistungstextmodulleika` and its kin) with its details.
fn module(value: &Value, code: &str) -> Result<Vec<String>, Wrong> {
    let mut found = Vec::new();
    for module in list(value, "details")? {
        if raw(module, "code")?.as_deref() != Some(code) || yes(module, "placeholder")? == Some(true) {
            continue;
        }
        found.extend(loose::lines(module, "text")?);
        for detail in list(module, "details")? {
            let said = [line(detail, "title")?, line(detail, "text")?];
            found.push(said.into_iter().flatten().collect::<Vec<_>>().join(": "));
        }
    }
    found.retain(|line| !matches!(clean::line(line).unwrap_or_default().as_str(), "" | "-" | "Keine Angabe"));
    Ok(found)
}

#[cfg(test)]
mod tests;
