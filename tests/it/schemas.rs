//! The published schemas: documented in German to the last part, and true to DIN 91379.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends at the first surprise")]

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use antragsassistent::latin::{self, Datatype};
use jsonschema::Validator;
use proptest::prelude::*;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use serde_json::{Value, json};

/// Where the schemas lie.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas")
}

fn xsd() -> String {
    std::fs::read_to_string(folder().join("antrag-1.xsd")).unwrap()
}

fn json_schema() -> Value {
    serde_json::from_slice(&std::fs::read(folder().join("antrag-1.schema.json")).unwrap()).unwrap()
}

/// Whether a JSON document is valid, and what is wrong with it.
pub fn valid(document: &[u8]) -> Result<(), String> {
    static VALIDATOR: LazyLock<Validator> = LazyLock::new(|| jsonschema::validator_for(&json_schema()).unwrap());
    let document: Value = serde_json::from_slice(document).map_err(|error| error.to_string())?;
    VALIDATOR.validate(&document).map_err(|error| error.to_string())
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = start.try_get_attribute(name).unwrap()?;
    Some(found.normalized_value(XmlVersion::Implicit1_0).unwrap().into_owned())
}

/// Id, label and readable value of every question of an XML document.
pub fn questions(xml: &str) -> Vec<(String, String, String)> {
    let mut reader = Reader::from_str(xml);
    let (mut rows, mut inside): (Vec<(String, String, String)>, _) = (Vec::new(), String::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => {
                start.name().as_ref().clone_into(&mut inside);
                if inside == "frage" {
                    rows.push((attribute(&start, "id").unwrap(), String::new(), String::new()));
                }
            }
            Event::End(end) if end.name().as_ref() == "fragen" => return rows,
            Event::End(_) => inside.clear(),
            event => {
                let text = match &event {
                    Event::Text(text) => text.xml10_content().into_owned(),
                    Event::GeneralRef(name) => match &**name {
                        "amp" => "&".to_owned(),
                        "lt" => "<".to_owned(),
                        "gt" => ">".to_owned(),
                        "quot" => "\"".to_owned(),
                        "apos" => "'".to_owned(),
                        other => panic!("an entity that is not predefined: {other}"),
                    },
                    _ => continue,
                };
                if let Some((_, label, value)) = rows.last_mut() {
                    match inside.as_str() {
                        "bezeichnung" => label.push_str(&text),
                        "anzeige" => value.push_str(&text),
                        _ => {}
                    }
                }
            }
        }
    }
}

/// Every element, attribute, type, code and constraint of an XML schema without German documentation of its own.
fn undocumented(schema: &str) -> Vec<String> {
    const PARTS: [&str; 9] = [
        "xs:schema",
        "xs:element",
        "xs:attribute",
        "xs:complexType",
        "xs:simpleType",
        "xs:enumeration",
        "xs:unique",
        "xs:key",
        "xs:keyref",
    ];
    let mut reader = Reader::from_str(schema);
    reader.config_mut().expand_empty_elements = true;
    // Of each open part: its name, and whether it is documented. What is no part stands as `None`.
    let mut open: Vec<Option<(String, bool)>> = Vec::new();
    let (mut lacking, mut german) = (Vec::new(), false);
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => {
                let name = start.name().as_ref().to_owned();
                german = name == "xs:documentation" && attribute(&start, "xml:lang").as_deref() == Some("de");
                let called = attribute(&start, "name").or_else(|| attribute(&start, "value")).unwrap_or_default();
                open.push(PARTS.contains(&name.as_str()).then(|| (format!("{name} {called}"), false)));
            }
            // Depth: part, annotation, documentation.
            Event::Text(text) if german && text.xml10_content().trim().len() > 3 => {
                let part = open.len().checked_sub(3).and_then(|place| open[place].as_mut());
                if let Some((_, documented)) = part {
                    *documented = true;
                }
            }
            Event::End(_) => {
                german = false;
                if let Some((name, false)) = open.pop().unwrap() {
                    lacking.push(name);
                }
            }
            Event::Eof => return lacking,
            _ => {}
        }
    }
}

/// Every property, definition and list of a JSON schema without description.
fn undescribed(schema: &Value) -> Vec<String> {
    fn walk(place: &str, part: &Value, lacking: &mut Vec<String>) {
        if part["description"].as_str().is_none_or(|text| text.trim().len() < 4) {
            lacking.push(place.to_owned());
        }
        for children in ["properties", "$defs"] {
            for (name, child) in part[children].as_object().into_iter().flatten() {
                walk(&format!("{place}/{name}"), child, lacking);
            }
        }
        for (number, choice) in part["oneOf"].as_array().into_iter().flatten().enumerate() {
            walk(&format!("{place}/oneOf/{number}"), choice, lacking);
        }
        if let Some(items) = part.get("items") {
            walk(&format!("{place}/items"), items, lacking);
        }
    }
    let mut lacking = Vec::new();
    walk("", schema, &mut lacking);
    lacking
}

#[test]
fn every_part_of_the_xml_schema_is_documented_in_german() {
    let schema = xsd();
    assert_eq!(undocumented(&schema), Vec::<String>::new());
    // The check finds each single gap.
    let pieces: Vec<&str> = schema.split("<xs:documentation xml:lang=\"de\">").collect();
    assert!(pieces.len() > 90, "only {} documentations", pieces.len() - 1);
    for gap in 1..pieces.len() {
        let mut spoilt = pieces[..gap].join("<xs:documentation xml:lang=\"de\">");
        spoilt.push_str("<xs:documentation xml:lang=\"en\">");
        spoilt.push_str(&pieces[gap..].join("<xs:documentation xml:lang=\"de\">"));
        assert_eq!(undocumented(&spoilt).len(), 1, "documentation {gap} is not missed");
    }
}

#[test]
fn every_part_of_the_json_schema_is_described() {
    let mut schema = json_schema();
    assert!(jsonschema::meta::is_valid(&schema));
    assert_eq!(undescribed(&schema), Vec::<String>::new());
    schema["$defs"]["Frage"]["properties"]["wert"]["description"].take();
    assert_eq!(undescribed(&schema), ["/Frage/wert"]);
}

/// The datatypes of the norm with their names in the JSON schema.
const TYPES: [(Datatype, &str); 3] =
    [(Datatype::A, "TextLateinA"), (Datatype::B, "TextLateinB"), (Datatype::C, "TextLatein")];

/// What the schema's patterns for answers permit.
static ANSWERS: LazyLock<Vec<Validator>> = LazyLock::new(|| {
    let pattern = |name: &str| json!({ "pattern": json_schema()["$defs"][name]["pattern"] });
    TYPES.map(|(_, name)| jsonschema::validator_for(&pattern(name)).unwrap()).into()
});

#[test]
fn both_schemas_know_the_characters_and_sequences_of_the_norm_and_no_others() {
    let schema = xsd();
    let mut patterns = Vec::new();
    let mut reader = Reader::from_str(&schema);
    loop {
        match reader.read_event().unwrap() {
            Event::Empty(empty) if empty.name().as_ref() == "xs:pattern" => {
                patterns.push(attribute(&empty, "value").unwrap());
            }
            Event::Eof => break,
            _ => {}
        }
    }
    let mut counts = Vec::new();
    for ((datatype, name), answers) in TYPES.into_iter().zip(&*ANSWERS) {
        let pattern = json_schema()["$defs"][name]["pattern"].as_str().unwrap().to_owned();
        let same = pattern.replacen("^(?:", "(", 1).strip_suffix(")+$").unwrap().to_owned() + ")+";
        assert!(patterns.contains(&same), "the XML schema has another pattern than {name} of the JSON schema");

        let permitted = |text: &str| answers.is_valid(&Value::from(text));
        let norm = |text: &str| latin::check(text, datatype).is_ok();
        // A carriage return is no part of any XML text, U+FFFD stands for what may not stand.
        let known = |one: char| one == '\u{fffd}' || (one != '\r' && norm(&one.to_string()));
        let singles: Vec<char> = ('\0'..='\u{ffff}').filter(|one| permitted(&one.to_string())).collect();
        assert_eq!(singles, ('\0'..='\u{ffff}').filter(|one| known(*one)).collect::<Vec<_>>(), "{name}");
        counts.push(singles.len());
        let marks: Vec<char> = ('\u{300}'..='\u{36f}').collect();
        let mut sequences = 0;
        for letter in singles.iter().filter(|letter| letter.is_alphabetic()) {
            for mark in &marks {
                let pair = format!("{letter}{mark}");
                assert_eq!(permitted(&pair), norm(&pair), "{name} {pair:?}");
                for third in marks.iter().chain(&['H', 'h']).filter(|_| permitted(&pair) || *mark == '\u{35f}') {
                    let triple = format!("{pair}{third}");
                    assert_eq!(permitted(&triple), norm(&triple), "{name} {triple:?}");
                    sequences += usize::from(permitted(&triple));
                }
                sequences += usize::from(permitted(&pair));
            }
        }
        assert!(sequences >= 149, "{name}: {sequences}");
    }
    assert!(counts[0] < counts[1] && counts[1] < counts[2] && counts[2] == 588, "{counts:?}");
}

#[test]
fn the_json_schema_refuses_what_is_not_an_application() {
    let good: Value = serde_json::from_slice(&std::fs::read(folder().join("beispiele/antrag.json")).unwrap()).unwrap();
    let check = |document: &Value| valid(document.to_string().as_bytes());
    assert_eq!(check(&good), Ok(()));
    let wrong = [
        ("/vorgang/vorgangsnummer", json!("2020061933755006560")),
        ("/vorgang/eingereichtAm", json!("2020-06-19T07:22:35Z")),
        ("/vorgang/zugang", json!("echt")),
        ("/gebiet/ags", json!("1508614")),
        ("/test", json!("nein")),
        ("/format", json!("urn:ozg-antragsassistent:antrag:2")),
        ("/anlagen/0/sha512", json!("AB")),
        ("/anlagen/0/laenge", json!(-1)),
        ("/abschnitte/1/fragen/1/wert", json!("Иван")),
        // A name of datatype A has no digits.
        ("/abschnitte/1/fragen/1/wert", json!("Müller 3")),
        ("/abschnitte/1/fragen/1/beantwortet", json!(false)),
        ("/abschnitte/1/fragen/0/listVersionID", json!(7)),
        ("/abschnitte/1/fragen/1/art", json!("name")),
        ("/abschnitte", json!([])),
        ("/leistung", json!({ "pstId": "1", "name": "L", "ip": "127.0.0.1" })),
    ];
    for (place, value) in wrong {
        let mut document = good.clone();
        *document.pointer_mut(place).unwrap_or_else(|| panic!("{place} is not in the example")) = value;
        assert!(check(&document).is_err(), "{place}");
    }
}

#[test]
fn both_schemas_take_the_ids_that_entries_of_repeats_will_have() {
    let schema = json_schema();
    let pattern = schema["$defs"]["Kennung"]["pattern"].as_str().unwrap().trim_matches(['^', '$']).to_owned();
    assert!(xsd().contains(&format!("<xs:pattern value=\"{}\"/>", pattern.replace("_-]", "_\\-]"))), "{pattern}");
    let mut document: Value =
        serde_json::from_slice(&std::fs::read(folder().join("beispiele/antrag.json")).unwrap()).unwrap();
    for (id, fine) in [("kinder-k7m2q4xa-vorname", true), ("anlagen-ausweis", true), ("kinder.1.vorname", false)] {
        document["abschnitte"][1]["fragen"][1]["id"] = json!(id);
        assert_eq!(valid(document.to_string().as_bytes()).is_ok(), fine, "{id}");
        assert!(antragsassistent::document::intelliform::is_element(id), "{id}");
    }
}

proptest! {
    #[test]
    fn the_pattern_for_answers_is_the_check_of_answers(
        text in "([ -~äöüßÇçĀģŞẞ€]|[CKLRShkzS][\u{300}-\u{315}\u{31b}\u{323}-\u{328}\u{331}\u{35f}][hH\u{304}\u{306}]?|\\PC){1,30}"
    ) {
        let text = latin::normalise(&text);
        for ((datatype, _), answers) in TYPES.into_iter().zip(&*ANSWERS) {
            let known = latin::check(&text.replace('\u{fffd}', "-"), datatype).is_ok();
            prop_assert_eq!(answers.is_valid(&Value::from(text.clone())), known);
        }
    }
}
