//! Offices of the PVOG, and what the parameters of online services say about them.

use serde_json::Value;

use super::super::super::loose::{self, Wrong, line, lines, list, raw, web};
use crate::office::clean::is_web;
use crate::office::leistung::Gueltigkeit;
use crate::office::mailbox::is_mailbox;
use crate::office::{Anschrift, Kontaktsystem, Organisationseinheit};

/// Name of the parameter that holds the privacy statement (EfA-Parametrisierung 1.0).
const PRIVACY: &str = "efa.datenschutzerklaerung.url";
/// Role of the responsible office.
const RESPONSIBLE: &str = "01";

/// A parameter of an online service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// For example `efa.datenschutzerklaerung.url`.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// Whether the office of this row is responsible; a contact point (`03`) is not. A row that tells no role counts.
pub(super) fn is_responsible(item: &Value) -> bool {
    let role = &item["role"];
    let code = if role.is_object() { raw(role, "code") } else { raw(item, "role") };
    code.ok().flatten().is_none_or(|code| code == RESPONSIBLE || code == "Zuständige Stelle")
}

/// An office as the list of titles shows it.
pub(super) fn title(value: &Value) -> Result<Organisationseinheit, Wrong> {
    let id = loose::id(value, "id")?;
    let name = line(value, "title")?.unwrap_or_else(|| "Zuständige Stelle".to_owned());
    Ok(Organisationseinheit { id, name, gueltigkeit: loose::period(value)?, ..Organisationseinheit::default() })
}

/// An office in full.
pub(super) fn whole(value: &Value, title: &Organisationseinheit) -> Result<Organisationseinheit, Wrong> {
    if !value.is_object() {
        return Err(Wrong::no_object());
    }
    let mut stelle =
        Organisationseinheit { name: line(value, "title")?.unwrap_or_else(|| title.name.clone()), ..title.clone() };
    let told = loose::period(value)?;
    if told != Gueltigkeit::default() {
        stelle.gueltigkeit = told;
    }
    for field in ["openingHours", "openingTimes"] {
        stelle.oeffnungszeiten.extend(if value[field].is_string() { lines(value, field)? } else { Vec::new() });
    }
    for location in list(value, "location")? {
        for address in list(location, "addresses")? {
            stelle.anschriften.extend(anschrift(address)?);
        }
        for communication in list(location, "communications")? {
            kontakt(&mut stelle, communication)?;
        }
        stelle.oeffnungszeiten.extend(if location["openingHours"].is_string() {
            lines(location, "openingHours")?
        } else {
            Vec::new()
        });
    }
    for address in list(value, "internetAddresses")? {
        stelle.web = stelle.web.or(web(address, "uri")?);
    }
    for field in ["communicationSystems", "kommunikationssysteme"] {
        for system in list(value, field)? {
            stelle.kontaktsysteme.extend(kontaktsystem(system)?);
        }
    }
    Ok(stelle)
}

fn anschrift(value: &Value) -> Result<Option<Anschrift>, Wrong> {
    let street =
        [line(value, "street")?, line(value, "houseNumber")?].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let anschrift = Anschrift {
        art: line(value, "type")?.unwrap_or_else(|| "Hausanschrift".to_owned()),
        zusatz: line(value, "additional")?,
        strasse: if street.is_empty() { line(value, "postOfficeBox")?.unwrap_or_default() } else { street },
        plz: line(value, "zip")?.unwrap_or_default(),
        ort: line(value, "city")?.unwrap_or_default(),
    };
    Ok((!anschrift.strasse.is_empty() || !anschrift.ort.is_empty()).then_some(anschrift))
}

/// Phone, mail or web address by the codes of the list Erreichbarkeit; the first of each counts.
fn kontakt(stelle: &mut Organisationseinheit, value: &Value) -> Result<(), Wrong> {
    let Some(told) = line(value, "value")? else { return Ok(()) };
    match raw(value, "code")?.as_deref() {
        Some("01") if is_mailbox(&told) => {
            stelle.email.get_or_insert(told);
        }
        Some("02") => {
            stelle.telefon.get_or_insert(told);
        }
        Some("09") if is_web(&told) => {
            stelle.web.get_or_insert(told);
        }
        _ => {}
    }
    Ok(())
}

fn kontaktsystem(value: &Value) -> Result<Option<Kontaktsystem>, Wrong> {
    let kind = &value["type"];
    let typ = if kind.is_object() { raw(kind, "key")?.or(raw(kind, "code")?) } else { raw(value, "type")? };
    let Some(typ) = typ.or(raw(value, "code")?) else { return Ok(None) };
    let kennung = raw(value, "identification")?.or(raw(value, "value")?).unwrap_or_default();
    Ok(Some(Kontaktsystem { typ, kennung, ..Kontaktsystem::default() }))
}

/// The parameters of an online service: a list of names and values, or an object.
pub(super) fn parameters(answer: &Value) -> Result<Vec<Parameter>, String> {
    let told = match answer {
        Value::Null => return Ok(Vec::new()),
        Value::Object(_) => &answer["parameters"],
        _ => return Err("no object".to_owned()),
    };
    let first =
        |item: &Value, fields: [&'static str; 3]| fields.into_iter().find_map(|field| raw(item, field).ok().flatten());
    let parameter = |item: &Value| {
        Some(Parameter {
            name: first(item, ["name", "key", "parameterName"])?,
            value: first(item, ["value", "parameterValue", "parameterWert"])?,
        })
    };
    Ok(match told {
        Value::Array(items) => items.iter().filter_map(parameter).collect(),
        Value::Object(fields) => fields
            .iter()
            .filter_map(|(name, value)| {
                Some(Parameter { name: name.clone(), value: value.as_str()?.trim().to_owned() })
            })
            .collect(),
        _ => Vec::new(),
    })
}

/// Gives the offices what the parameters say. The privacy statement is that of all of them; where applications go is told for one
/// office only, since nothing says which of several is meant.
pub fn apply(parameters: &[Parameter], stellen: &mut [Organisationseinheit]) {
    let privacy = parameters.iter().find(|one| one.name == PRIVACY && is_web(&one.value));
    if let Some(privacy) = privacy {
        for stelle in stellen.iter_mut() {
            stelle.datenschutz.get_or_insert_with(|| privacy.value.clone());
        }
    }
    if let [only] = stellen {
        let others = parameters.iter().filter(|one| one.name != PRIVACY && !one.value.is_empty());
        only.kontaktsysteme.extend(others.map(|one| Kontaktsystem {
            typ: one.name.clone(),
            kennung: one.value.clone(),
            ..Kontaktsystem::default()
        }));
    }
}
