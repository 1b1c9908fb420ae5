//! From the JSON of the routing service to our own types; pure, tolerant, and without a word of HTML left.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::loose::{self, Read, Wrong, json, line, list, raw, web};
use crate::office::leistung::Unterlage;
use crate::office::mailbox::is_mailbox;
use crate::office::{Anschrift, Kontaktsystem, Leistung, Organisationseinheit, Zustellpunkt, clean};

/// Type of the Kontaktsystem that every route is: the FIT-Connect destination itself.
const FIT_CONNECT: &str = "fit-connect";

/// Languages of one route that are remembered.
const MOST_LANGUAGES: usize = 50;

/// What a route says about the Leistung.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts {
    sprachen: Vec<String>,
    unterlagen: Vec<String>,
    frist: Option<String>,
    bearbeitungsdauer: Option<String>,
}

/// The offices of `/routes`.
pub fn stellen(bytes: &[u8]) -> Result<Read<Organisationseinheit>, String> {
    let answer = json(bytes)?;
    Ok(Read::each(items(&answer, "routes")?, stelle))
}

/// What the first route with any text says about the Leistung, in this language or else in German; `None` without any route.
pub fn texts(bytes: &[u8], sprache: &str) -> Result<Option<Texts>, String> {
    let answer = json(bytes)?;
    let routes = items(&answer, "routes")?;
    let said = routes.iter().map(|route| texts_of(route, sprache)).find(|texts| *texts != Texts::default());
    Ok(said.or_else(|| (!routes.is_empty()).then(Texts::default)))
}

/// The names of `/areas`.
pub fn areas(bytes: &[u8]) -> Result<Vec<String>, String> {
    let answer = json(bytes)?;
    Ok(items(&answer, "areas")?.iter().filter_map(|area| line(area, "name").ok().flatten()).collect())
}

fn items<'v>(answer: &'v Value, field: &'static str) -> Result<&'v [Value], String> {
    match answer {
        Value::Null => Ok(&[]),
        Value::Object(_) => list(answer, field).map_err(|wrong| wrong.to_string()),
        _ => Err("no object".to_owned()),
    }
}

fn stelle(value: &Value) -> Result<Organisationseinheit, Wrong> {
    let id = loose::id(value, "destinationId")?;
    let mut stelle = Organisationseinheit {
        name: match line(value, "destinationName")? {
            Some(name) => name,
            None => line(value, "destinationShortName")?.unwrap_or_else(|| "Zuständige Stelle".to_owned()),
        },
        datenschutz: web(value, "privacyPolicyUrl")?,
        impressum: web(value, "imprintUrl")?,
        barrierefreiheit: web(value, "accessibilityUrl")?,
        kontaktformular: web(value, "contactFormUrl")?,
        logo: web(value, "destinationLogo")?,
        kontaktsysteme: kontaktsysteme(value, &id)?,
        zustellpunkt: raw(value, "destinationSignature")?.map(|signatur| Zustellpunkt { id: id.clone(), signatur }),
        id,
        ..Organisationseinheit::default()
    };
    for (field, art) in
        [("address", "Hausanschrift"), ("postalAddress", "Postanschrift"), ("postOfficeBox", "Postfach")]
    {
        for address in list(value, field)? {
            stelle.anschriften.extend(anschrift(address, art)?);
        }
    }
    for person in list(value, "contactPersons")? {
        // Offices, not persons: only how to reach them is taken over.
        stelle.telefon = stelle.telefon.or(line(person, "tel")?);
        stelle.email = stelle.email.or(line(person, "email")?.filter(|mail| is_mailbox(mail)));
    }
    Ok(stelle)
}

/// The destination itself, and each parameter of the service that holds a text: a tenant may map its name to a channel.
fn kontaktsysteme(value: &Value, destination: &str) -> Result<Vec<Kontaktsystem>, Wrong> {
    let system = |typ: &str, kennung: &str| Kontaktsystem {
        typ: typ.to_owned(),
        kennung: kennung.to_owned(),
        ..Kontaktsystem::default()
    };
    let mut systeme = Vec::new();
    for parameters in list(value, "customParameters")? {
        let fields = parameters.as_object().into_iter().flatten();
        systeme.extend(fields.filter_map(|(name, told)| Some(system(name, told.as_str()?.trim()))));
    }
    systeme.push(system(FIT_CONNECT, destination));
    Ok(systeme)
}

fn anschrift(value: &Value, art: &str) -> Result<Option<Anschrift>, Wrong> {
    let street =
        [line(value, "street")?, line(value, "houseNumber")?].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let strasse = line(value, "postOfficeBox")?.unwrap_or(street);
    let anschrift = Anschrift {
        art: art.to_owned(),
        zusatz: line(value, "additional")?,
        strasse,
        plz: line(value, "zip")?.unwrap_or_default(),
        ort: line(value, "city")?.unwrap_or_default(),
    };
    Ok((!anschrift.strasse.is_empty() || !anschrift.ort.is_empty()).then_some(anschrift))
}

fn texts_of(route: &Value, sprache: &str) -> Texts {
    let said = |field: &str| {
        let texts = &route[field]["description"];
        let told = texts[sprache].as_str().or_else(|| texts["de"].as_str()).or_else(|| texts.as_str());
        told.map(clean::lines).unwrap_or_default()
    };
    let frist = said("deadline");
    let texts = ["requiredDocuments", "deadline"].map(|field| route[field]["description"].as_object());
    let sprachen: BTreeSet<&String> = texts.into_iter().flatten().flat_map(serde_json::Map::keys).collect();
    Texts {
        sprachen: sprachen.into_iter().take(MOST_LANGUAGES).cloned().collect(),
        unterlagen: said("requiredDocuments"),
        frist: (!frist.is_empty()).then(|| frist.join("\n")),
        bearbeitungsdauer: duration(&route["processingDuration"]),
    }
}

fn duration(value: &Value) -> Option<String> {
    let number = |field| raw(value, field).ok().flatten().and_then(|told| told.parse::<u32>().ok());
    let unit = |many: bool| {
        let (one, more) = match value["unit"].as_str()? {
            "year" => ("Jahr", "Jahre"),
            "month" => ("Monat", "Monate"),
            "week" => ("Woche", "Wochen"),
            "day" => ("Tag", "Tage"),
            "workday" => ("Arbeitstag", "Arbeitstage"),
            "hour" => ("Stunde", "Stunden"),
            "minute" => ("Minute", "Minuten"),
            _ => return None,
        };
        Some(if many { more } else { one })
    };
    match (number("minDuration"), number("maxDuration")) {
        (Some(least), Some(most)) if least < most => Some(format!("{least} bis {most} {}", unit(true)?)),
        (Some(only), _) | (None, Some(only)) => Some(format!("{only} {}", unit(only != 1)?)),
        (None, None) => None,
    }
}

impl Texts {
    /// The Leistung with these texts where it has none of its own.
    pub fn beside(self, leistung: Leistung) -> Leistung {
        let unterlagen = if leistung.unterlagen.is_empty() {
            Unterlage::list(self.unterlagen.into_iter().map(|name| (name, None)))
        } else {
            leistung.unterlagen
        };
        Leistung {
            unterlagen,
            frist: leistung.frist.or(self.frist),
            bearbeitungsdauer: leistung.bearbeitungsdauer.or(self.bearbeitungsdauer),
            sprachen: self.sprachen,
            ..leistung
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn bytes(value: &Value) -> Vec<u8> {
        serde_json::to_vec(value).unwrap()
    }

    fn sample() -> Value {
        json!({"count": 2, "offset": 0, "totalCount": 2, "routes": [{
            "destinationId": "3fa85f64-5717-4562-b3fc-2c963f66afa6", "destinationSignature": "a.b.c",
            "destinationName": "Stadtverwaltung Musterstadt - <b>Meldeamt</b>", "destinationLogo": "https://a.example/logo.svg",
            "contactPersons": [{"name": "Dr. Erika Muster", "tel": "+49 699", "email": "m@a.example"}],
            "address": {"street": "Am Schloss", "houseNumber": "13 A", "additional": "Hinterhof", "zip": 11011, "city": "Berlin"},
            "postOfficeBox": {"postOfficeBox": "Postfach 8 15", "zip": "11011", "city": "Berlin"},
            "privacyPolicyUrl": "https://a.example/datenschutz", "imprintUrl": "ftp://a.example",
            "customParameters": {"postfach": "p@a.example", "mahnfrist": 14},
            "requiredDocuments": {"description": {"de": "<ul><li>Ausweis</li><li>Foto</li></ul>", "en": "<p>Passport</p>"}},
            "deadline": {"description": {"de": "<p>zwei Wochen vorher</p>"}},
            "processingDuration": {"minDuration": 1, "maxDuration": 4, "unit": "week"},
        }, {"destinationName": "ohne id"}]})
    }

    #[test]
    fn a_route_is_an_office_with_links_address_and_destination() {
        let read = stellen(&bytes(&sample())).unwrap();
        assert_eq!(read.lost.len(), 1);
        let stelle = &read.items[0];
        assert_eq!(stelle.name, "Stadtverwaltung Musterstadt - Meldeamt");
        assert_eq!((stelle.telefon.as_deref(), stelle.email.as_deref()), (Some("+49 699"), Some("m@a.example")));
        assert_eq!(
            (stelle.datenschutz.as_deref(), stelle.impressum.as_deref()),
            (Some("https://a.example/datenschutz"), None)
        );
        assert_eq!(stelle.anschriften[0].strasse, "Am Schloss 13 A");
        assert_eq!(stelle.anschriften[0].zusatz.as_deref(), Some("Hinterhof"));
        assert_eq!(stelle.anschriften[1].strasse, "Postfach 8 15");
        assert_eq!(stelle.zustellpunkt.as_ref().unwrap().signatur, "a.b.c");
        let systems: Vec<_> =
            stelle.kontaktsysteme.iter().map(|one| (one.typ.as_str(), one.kennung.as_str())).collect();
        assert_eq!(systems, [("postfach", "p@a.example"), ("fit-connect", "3fa85f64-5717-4562-b3fc-2c963f66afa6")]);
    }

    #[test]
    fn a_route_completes_what_the_file_does_not_say() {
        let texts = |sprache| texts(&bytes(&sample()), sprache).unwrap().unwrap();
        let own = Leistung { frist: Some("sofort".to_owned()), ..Leistung::default() };
        let leistung = texts("de").beside(own);
        let names: Vec<_> = leistung.unterlagen.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["Ausweis", "Foto"]);
        assert_eq!(leistung.frist.as_deref(), Some("sofort"));
        assert_eq!(leistung.bearbeitungsdauer.as_deref(), Some("1 bis 4 Wochen"));
        assert_eq!(texts("en").unterlagen, ["Passport"]);
        assert_eq!(leistung.sprachen, ["de", "en"]);
    }

    #[test]
    fn an_empty_answer_is_nobody_and_garbage_is_an_error() {
        for empty in ["", "{}", "{\"routes\":[]}", "{\"routes\":null}"] {
            assert_eq!(stellen(empty.as_bytes()).unwrap().items, [], "{empty}");
        }
        for garbage in ["<html>", "[]", "{\"routes\":7}", "{\"routes\":["] {
            assert!(stellen(garbage.as_bytes()).is_err(), "{garbage}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            let _ = (stellen(&bytes), texts(&bytes, "de"), areas(&bytes));
        }

        #[test]
        fn no_json_panics(value in crate::office::finder::any_json(&[
            "routes", "areas", "name", "destinationId", "destinationName", "destinationSignature", "contactPersons", "tel", "address",
            "street", "zip", "postOfficeBox", "privacyPolicyUrl", "customParameters", "requiredDocuments", "deadline", "description",
            "de", "processingDuration", "minDuration", "maxDuration", "unit",
        ])) {
            let bytes = bytes(&value);
            let _ = (stellen(&bytes), texts(&bytes, "de"), areas(&bytes));
        }
    }
}
